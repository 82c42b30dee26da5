import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from client import compose
from client.cli import main
from client.config import Config, describe_system


def run_client(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "client", *arguments],
        env=bare | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_without_a_display_the_client_says_so_and_exits_with_2() -> None:
    done = run_client()
    assert done.returncode == 2
    assert "no display" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_display_that_does_not_answer_is_told_the_same_way() -> None:
    done = run_client(DISPLAY=":4099")
    assert done.returncode == 2
    assert "cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--broker", "ftp://x"], "not the address"),
        (["--grant", "everything"], "not a list of"),
        (["--language", "de"], "--language"),
    ],
)
def test_wrong_arguments_are_explained(arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert says in done.output


def test_the_command_line_becomes_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Config] = []
    monkeypatch.setattr(compose, "run", lambda config: seen.append(config) or 0)
    monkeypatch.setenv("HANDRAIL_BROKER", "https://help.example.org")
    arguments = ["4821", "0937", "5523", "--grant", "view, control", "--language", "fr"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    CliRunner().invoke(main, ["--broker", "https://other", "--language", "en"])
    assert seen[0] == Config(
        "https://help.example.org",
        "4821 0937 5523",
        frozenset({"view", "control"}),  # type: ignore[arg-type]
        "fr",
    )
    assert seen[1].broker_url == "https://other"


def test_the_machine_is_described_in_printable_characters() -> None:
    assert describe_system().machine.isprintable()
