"""The support client is no way back in: no code in it, and nothing that would start it again."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import client
from broker.protocol import join_code

ROOT = Path(client.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))

STARTERS: Final = re.compile(
    r"autostart|winreg|RegSetValue|CurrentVersion.{0,2}Run|schtasks|TaskScheduler|CreateService|"
    r"systemd|systemctl|crontab|LaunchAgents|LaunchDaemons|launchctl|LoginItems|\.bashrc|\.profile|"
    r"Startup.{0,2}Programs|shell:startup",
    re.IGNORECASE,
)
"""How a program has itself started on Windows, macOS and Linux."""


def words_of(path: Path) -> Iterator[str]:
    """Give every name, import and text of a module, without its docstrings and comments."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in said:
                yield text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                yield name
            case ast.ImportFrom(module=str(name)):
                yield name


def test_the_search_finds_what_it_is_for(tmp_path: Path) -> None:
    module = tmp_path / "bad.py"
    module.write_text('import winreg\nwinreg.SetValue(KEY, r"Software\\CurrentVersion\\Run")\n')
    assert sum(bool(STARTERS.search(word)) for word in words_of(module)) == 3


def test_nothing_in_the_client_has_it_started_again() -> None:
    found = {path.name: list(filter(STARTERS.search, words_of(path))) for path in SOURCES}
    assert len(found) > 100
    assert {name: words for name, words in found.items() if words} == {}


def test_there_is_no_code_in_the_client() -> None:
    files = [path for path in ROOT.rglob("*") if path.suffix in (".py", ".po", ".json", ".toml")]
    digits = [run for path in files for run in re.findall(r"\d{12,}", path.read_text("utf-8"))]
    assert [run for run in digits if join_code.is_code(run)] == []
