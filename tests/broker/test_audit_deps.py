"""`make audit-deps` never calls clean what was not looked up."""

import json
from typing import Any

import pytest

from tests.rig.audit_deps import CLEAN, UNKNOWN, WEAK, of_npm, of_pip

SOUND = {"name": "aiohttp", "version": "3.14.5", "vulns": []}
WEAK_ONE = {"name": "yarl", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1"}]}
SKIPPED = {"name": "attrs", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "outcome", "word"),
    [
        ([SOUND], CLEAN, "no known weakness"),
        ([SOUND, WEAK_ONE], WEAK, "yarl 1.0: PYSEC-2026-1"),
        ([SKIPPED], UNKNOWN, "cannot be reached"),
        ([SOUND, SKIPPED], UNKNOWN, "Not looked up: attrs"),
    ],
)
def test_python_packages(packages: list[dict[str, Any]], outcome: int, word: str) -> None:
    verdict = of_pip(json.dumps({"dependencies": packages}))
    assert verdict.outcome == outcome
    assert word in verdict.text


def test_no_report_is_no_clean_one() -> None:
    assert of_pip("", "connection refused").outcome == UNKNOWN
    assert of_npm("").outcome == UNKNOWN
    assert "405" in of_npm(json.dumps({"message": "405 Method Not Allowed"})).text


def test_npm_packages() -> None:
    clean = {"metadata": {"vulnerabilities": {"total": 0}}, "vulnerabilities": {}}
    assert of_npm(json.dumps(clean)).outcome == CLEAN
    weak = {"metadata": {"vulnerabilities": {"total": 1}}, "vulnerabilities": {"lit": {}}}
    assert (of_npm(json.dumps(weak)).outcome, of_npm(json.dumps(weak)).text) == (WEAK, "npm: lit")
