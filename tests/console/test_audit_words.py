"""The console knows every action that the broker records, in both languages."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUBJECTS = (
    "access|account|audit|auth|backup|branding|feed|group|hold|join|message|personal|reply|retention|session"
    "|token"
)
NEVER_KEPT = {"audit.probe"}
"""It is taken back at once."""


def recorded() -> set[str]:
    """Give every action that stands in the broker, but for what only goes to its own log."""
    files = (ROOT / "broker").rglob("*.py")
    modules = [path for path in files if path.parent.relative_to(ROOT).parts[1:2] != ("protocol",)]
    return {action for path in modules for action in actions_in(path)} - NEVER_KEPT


def actions_in(path: Path) -> Iterator[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    logged = {id(argument) for node in nodes if is_log(node) for argument in node.args}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_action = re.fullmatch(rf"({SUBJECTS})\.[a-z_]+", node.value)
            if is_action and id(node) not in logged:
                yield node.value


def is_log(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")


def test_every_recorded_action_can_be_asked_for() -> None:
    words = ROOT / "technician_console/src/views/audit_words.js"
    listed = re.search(r"ACTIONS = \[(.*?)\];", words.read_text(encoding="utf-8"), re.DOTALL)
    assert listed is not None
    assert re.findall(r'"([a-z_.]+)"', listed[1]) == sorted(recorded())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_recorded_action_has_words(language: str) -> None:
    catalogue = json.loads((ROOT / f"static/locales/{language}.json").read_text(encoding="utf-8"))
    assert [one for one in sorted(recorded()) if f"event.{one}" not in catalogue] == []
