"""docs/threat-model.md names for each threat what is done, a test that exists, and what is left."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CELLS = 4


def rows() -> list[list[str]]:
    """Give the cells of each threat that something is said to be done about."""
    text = (ROOT / "docs/threat-model.md").read_text().split("\n## Later")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "Threat" and set(row[0]) != {"-"}]


def test_there_are_threats() -> None:
    assert len(rows()) > 50


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:40])
def test_every_threat_has_a_control_a_test_that_exists_and_a_residual_risk(row: list[str]) -> None:
    assert len(row) == CELLS
    assert all(row)
    named = re.findall(r"`(tests/[^`]+)`", row[2])
    assert named or "make audit-deps" in row[1]
    for path in named:
        assert (ROOT / path).exists(), path
    for name in re.findall(r"`(test_\w+)`", row[2]):
        assert any(f"def {name}(" in (ROOT / path).read_text() for path in named), name
