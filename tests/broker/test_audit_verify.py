"""`audit verify --from-export`, on a machine that has the files and nothing else."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.checkpoint import checkpoint_json, public_key_text, sign
from broker.audit.export import record_json
from broker.cli import cli
from tests.broker.audit.test_chain import FIVE
from tests.builders import NOW

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
AT_THREE = json.dumps(checkpoint_json(sign(3, FIVE[2].hash, NOW, KEY)))
RECORDS = [json.dumps(record_json(record)) for record in FIVE]

Verify = Callable[..., Result]


@pytest.fixture
def verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verify:
    for name in list(os.environ):
        if name.startswith("HANDRAIL_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(lines: list[str], kept: str | None = None, *, with_key: bool = True) -> Result:
        Path("log.jsonl").write_text("".join(f"{line}\n" for line in lines))
        options = ["--from-export", "log.jsonl"]
        if kept is not None:
            Path("kept.jsonl").write_text(kept)
            options += ["--checkpoints", "kept.jsonl"]
        if with_key:
            options += ["--key", public_key_text(KEY.public_key())]
        return CliRunner().invoke(cli, ["audit", "verify", *options])

    return run


def test_checkpoints_that_were_named_have_to_be_there(verify: Verify) -> None:
    sound = verify(RECORDS, f"{AT_THREE}\r\n")
    assert (sound.exit_code, "Checkpoints met: 1" in sound.output) == (0, True)
    assert "complete to its end" not in sound.output
    empty = verify(RECORDS, "")
    assert (empty.exit_code, "holds no checkpoints" in empty.output) == (1, True)
    for broken in (AT_THREE[:-9], "{}", "[" * 5_000):
        cut = verify(RECORDS, f"{AT_THREE}\n{broken}")
        assert (cut.exit_code, "Line 2 of kept.jsonl" in cut.output) == (1, True)


def test_an_export_without_checkpoints_may_lack_its_end(verify: Verify) -> None:
    alone = verify(RECORDS, with_key=False)
    assert alone.exit_code == 0
    assert "Nothing here shows that it is complete to its end" in alone.output


def test_a_line_of_an_export_that_is_no_record_is_named(verify: Verify) -> None:
    for broken in ("", "[" * 5_000, "{}", RECORDS[1].replace('"sequence": 2', '"sequence": []')):
        told = verify([RECORDS[0], broken])
        assert (told.exit_code, "Line 2 of log.jsonl" in told.output) == (1, True)


def twice(line: str, name: str) -> str:
    """Give an object that says something else of this key first: most readers take the last."""
    told = json.dumps(json.loads(line)[name])
    return line.replace(f'"{name}": {told}', f'"{name}": "forged", "{name}": {told}')


def test_a_key_that_is_given_twice_is_refused(verify: Verify) -> None:
    within = '{"details": {"reason": "a", "\\u0072eason": "b"}}'
    for forged, name in ((twice(RECORDS[1], "action"), "action"), (within, "reason")):
        told = verify([RECORDS[0], forged, *RECORDS[2:]], f"{AT_THREE}\n")
        assert told.exit_code == 1
        assert f"Line 2 of log.jsonl cannot be read: the key '{name}' is given twice" in told.output
    told = verify(RECORDS, f"{AT_THREE}\n{twice(AT_THREE, 'hash')}\n")
    assert (told.exit_code, "Line 2 of kept.jsonl" in told.output) == (1, True)
    assert "the key 'hash' is given twice" in told.output


@pytest.mark.parametrize("lines", [RECORDS[::-1], RECORDS[3:1:-1], RECORDS[1::2]])
def test_a_selection_is_called_one_and_not_broken(verify: Verify, lines: list[str]) -> None:
    noted = json.dumps(json.loads(lines[0]) | {"note": "Printer"})  # as the console saves it
    for selection in (lines, [noted, *lines[1:]]):
        told = verify(selection, f"{AT_THREE}\n")
        assert (told.exit_code, "broken" in told.output) == (1, False)
        assert "it is a selection" in told.output
        assert "`handrail-broker audit export`" in told.output


def test_without_secrets_the_key_is_asked_for_and_nothing_is_written(verify: Verify) -> None:
    told = verify(RECORDS, f"{AT_THREE}\n", with_key=False)
    assert (told.exit_code, "Give it with --key" in " ".join(told.output.split())) == (2, True)
    assert sorted(path.name for path in Path().iterdir()) == ["kept.jsonl", "log.jsonl"]
