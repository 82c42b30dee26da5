"""The commands, as an operator runs them."""

import asyncio
import io
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.checkpoint import public_key_text, sign
from broker.cli import cli, main, printable
from broker.identity.secrets import open_secrets
from broker.ports import Note
from broker.protocol.transcripts import TranscriptLine
from broker.storage.checkpoints import JsonLinesCheckpoints
from broker.storage.database import Database
from broker.storage.notes import SqlNoteStore
from broker.storage.sessions import SqlSessionStore
from broker.storage.transcripts import SqlTranscriptStore
from tests.builders import NOW, a_session, an_event, its_creation, quick_hasher
from tests.conftest import PutDatabase

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(slots=True)
class Shell:
    """Runs commands as `handrail-broker` does, but in this process."""

    home: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, stdin: str = "", **variables: str) -> Answer:
        with self.monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["handrail-broker", *arguments])
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            with pytest.raises(SystemExit) as leaving:
                main()
        code = leaving.value.code
        assert isinstance(code, int)
        return Answer(code, *self.capsys.readouterr())

    def add(self, email: str, name: str = "Ada") -> Answer:
        options = ("--name", name, "--role", "technician", "--password-stdin")
        return self("user", "add", email, *options, stdin=PASSWORD + "\n")

    def tamper(self, statement: str) -> None:
        """Change the log as somebody could who has the database file."""
        connection = sqlite3.connect(self.home / "var" / "handrail.db")
        for name in ("update", "delete", "replace"):
            connection.execute(f"DROP TRIGGER IF EXISTS audit_events_refuse_{name}")
        connection.execute(statement)
        connection.commit()
        connection.close()


@pytest.fixture
def shell(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    put_database: PutDatabase,
) -> Iterator[Shell]:
    for name in list(os.environ):
        if name.startswith("HANDRAIL_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("broker.identity.passwords.PasswordHasher", quick_hasher)
    monkeypatch.chdir(tmp_path)
    put_database(tmp_path / "var")
    before = os.umask(0o022)
    yield Shell(tmp_path, monkeypatch, capsys)
    os.umask(before)
    structlog.reset_defaults()  # `run` logs to a stream that ends with the test


def one_line(text: str) -> str:
    [line] = text.splitlines()
    return line


def test_accounts_are_added_listed_and_disabled(shell: Shell) -> None:
    added = shell.add("ada@example.org")
    assert (added.returncode, added.stderr) == (0, "")
    assert one_line(shell("user", "list").stdout) == "ada@example.org  technician  Ada"
    disabled = shell("user", "disable", "ADA@example.org")
    assert (disabled.returncode, disabled.stdout) == (0, "Disabled ada@example.org.\n")
    assert one_line(shell("user", "list").stdout).endswith("(disabled)")


def test_a_disabled_account_is_enabled_again(shell: Shell) -> None:
    shell.add("ada@example.org")
    shell("user", "disable", "ada@example.org")
    enabled = shell("user", "enable", "Ada@example.org")
    assert (enabled.returncode, enabled.stdout) == (0, "Enabled ada@example.org.\n")
    assert one_line(shell("user", "list").stdout) == "ada@example.org  technician  Ada"
    assert shell("user", "enable", "nobody@example.org").returncode == 1


def test_an_account_gets_another_role_and_is_signed_out_everywhere(shell: Shell) -> None:
    shell.add("ada@example.org")
    changed = shell("user", "role", "Ada@example.org", "auditor")
    assert one_line(changed.stdout) == "Changed ada@example.org  auditor  Ada"
    out = shell("user", "sign-out", "ada@example.org")
    assert one_line(out.stdout) == "Signed ada@example.org out everywhere."
    assert shell("user", "sign-out", "nobody@example.org").returncode == 1
    listed = shell("audit", "list").stdout
    assert "account.role_changed" in listed
    assert "account.signed_out_everywhere" in listed


def test_a_password_is_changed(shell: Shell) -> None:
    shell.add("ada@example.org")
    command = ("user", "password", "ada@example.org", "--password-stdin")
    assert shell(*command, stdin="short\n").returncode == 1
    changed = shell(*command, stdin="another horse battery\n")
    assert changed.returncode == 0
    assert changed.stdout == "Changed the password of ada@example.org, and signed it out.\n"
    assert "another horse" not in shell("audit", "list", "--json").stdout
    actions = [line.split("  ")[2] for line in shell("audit", "list").stdout.splitlines()]
    assert actions == ["account.created", "account.password_set"]


def test_a_port_that_is_taken_is_told_in_one_sentence(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = shell("run", HANDRAIL_PORT=port)
    assert refused.returncode == 2
    said = one_line(refused.stderr)
    assert "cannot be listened on: another program listens there already" in said
    assert said.endswith("(HANDRAIL_PORT chooses another port).")


def test_tls_files_that_cannot_be_used_are_told_in_one_sentence(shell: Shell) -> None:
    (shell.home / "key.pem").write_text("no key")
    files = {"HANDRAIL_TLS_CERTIFICATE": "missing.pem", "HANDRAIL_TLS_KEY": "key.pem"}
    refused = shell("run", HANDRAIL_PORT="0", **files)
    assert refused.returncode == 2
    assert "missing.pem and key.pem cannot be used for TLS" in one_line(refused.stderr)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in [folder, *folder.iterdir()]}


def test_what_the_broker_keeps_is_for_its_user_alone(shell: Shell) -> None:
    shutil.rmtree(shell.home / "var")
    shell.add("ada@example.org")
    var = shell.home / "var"
    assert modes(var) == {"var": 0o700, "handrail.db": 0o600, "secrets.json": 0o600}


def test_a_database_that_others_could_read_is_closed_with_its_log(shell: Shell) -> None:
    shell.add("ada@example.org")
    var = shell.home / "var"
    reader = sqlite3.connect(var / "handrail.db")
    reader.execute("SELECT * FROM accounts").fetchall()  # so that the other files stay there
    for name in ("handrail.db", "handrail.db-wal", "handrail.db-shm"):
        (var / name).chmod(0o644)
    assert shell("migrate").returncode == 0
    assert {mode for name, mode in modes(var).items() if name != "var"} == {0o600}
    reader.close()


def test_what_is_refused_is_told_in_one_line(shell: Shell) -> None:
    shell.add("ada@example.org")
    for refused in (
        shell.add("Ada@example.org"),
        shell.add("no email"),
        shell("user", "disable", "nobody@example.org"),
        shell(
            *("user", "add", "b@x.org", "--name", "B", "--role", "admin", "--password-stdin"),
            stdin="short\n",
        ),
    ):
        assert refused.returncode == 1
        assert refused.stdout == ""
        assert one_line(refused.stderr).startswith("handrail-broker: ")


def test_wrong_usage_has_an_exit_code_of_its_own(shell: Shell) -> None:
    assert shell("no-such-command").returncode == 2
    assert shell("user", "add", "a@x.org", "--name", "A", "--role", "king").returncode == 2
    assert shell("audit", "list", "--limit", "0").returncode == 2
    misspelt = shell("audit", "verify", HANDRAIL_HOTS="x")
    assert misspelt.returncode == 2
    assert "HANDRAIL_HOTS" in one_line(misspelt.stderr)
    public = shell("run", HANDRAIL_HOST="0.0.0.0")
    assert public.returncode == 2
    assert "tls_certificate" in one_line(public.stderr)


def test_a_database_that_is_away_is_told_in_one_line(shell: Shell) -> None:
    away = shell("migrate", HANDRAIL_DATABASE_URL="sqlite:////no/such/directory/handrail.db")
    assert away.returncode == 1
    assert one_line(away.stderr).startswith("handrail-broker: ")


def test_the_audit_log_is_listed_for_people_and_for_programs(shell: Shell) -> None:
    shell.add("ada@example.org")
    shell("user", "disable", "ada@example.org")
    lines = shell("audit", "list").stdout.splitlines()
    assert [line.split("  ")[2] for line in lines] == ["account.created", "account.disabled"]
    listed = shell("audit", "list", "--json", "--limit", "1").stdout
    record = json.loads(one_line(listed))
    assert (record["sequence"], record["actor_kind"]) == (2, "operator")
    assert record["personal"]["email"] == "ada@example.org"
    assert shell("audit", "list", "--ticket", "T-1").stdout == ""
    assert shell("audit", "list", "--session", "ses_" + "0" * 32).stdout == ""


def test_a_sound_log_is_verified(shell: Shell) -> None:
    shell.add("ada@example.org")
    last_hash = json.loads(shell("audit", "list", "--json").stdout)["hash"]
    verified = shell("audit", "verify")
    assert verified.returncode == 0
    assert "Records: 1." in verified.stdout
    assert last_hash in verified.stdout


@pytest.mark.parametrize(
    ("statement", "sequence"),
    [
        ("UPDATE audit_events SET actor_id = 'nobody' WHERE sequence = 2", 2),
        ("DELETE FROM audit_events WHERE sequence = 1", 1),
        ("UPDATE audit_events SET details = 'nonsense' WHERE sequence = 3", 3),
    ],
)
def test_a_log_that_was_tampered_with_is_found_at_its_record(
    shell: Shell, statement: str, sequence: int
) -> None:
    for number in range(3):
        shell.add(f"user{number}@example.org")
    shell.tamper(statement)
    broken = shell("audit", "verify")
    assert broken.returncode == 1
    assert f"broken at record {sequence}" in one_line(broken.stderr)


def test_an_export_is_verified_away_from_the_broker(shell: Shell, tmp_path: Path) -> None:
    shell.add("ada@example.org")
    shell.add("ben@example.org", "Ben")
    key, checkpoints = shell("audit", "key").stdout.strip(), tmp_path / "checkpoints.jsonl"
    records = shell("audit", "export").stdout.splitlines()
    last, signed = json.loads(records[-1]), open_secrets(tmp_path / "var").audit_key
    JsonLinesCheckpoints(checkpoints).append(sign(2, last["hash"], NOW, signed))
    shutil.rmtree(tmp_path / "var")

    def verify(lines: list[str], with_key: str = key) -> Answer:
        (tmp_path / "log.jsonl").write_text("".join(f"{line}\n" for line in lines))
        options = ("--checkpoints", str(checkpoints), "--key", with_key)
        return shell("audit", "verify", "--from-export", str(tmp_path / "log.jsonl"), *options)

    sound = verify(records)
    assert (sound.returncode, "Checkpoints met: 1" in sound.stdout) == (0, True)
    cut = verify(records[:1])
    assert (cut.returncode, "broken at record 2: it is missing" in cut.stderr) == (1, True)
    changed = verify([records[0].replace("ada@", "eve@"), records[1]])
    assert "broken at record 1: what it says of a person" in changed.stderr
    assert "Line 2" in verify([records[0], "{}"]).stderr
    other_key = public_key_text(Ed25519PrivateKey.generate().public_key())
    assert "not signed by this log's key" in verify(records, other_key).stderr
    assert verify(records, "no key").returncode == 2


def test_what_the_log_says_of_people_is_erased(shell: Shell) -> None:
    shell.add("ada@example.org", "Ada Canary")
    month = json.loads(shell("audit", "export").stdout)["recorded_at"][:7]
    assert "This month is not over" in shell("audit", "erase", f"month_{month}").stderr
    assert shell("audit", "erase", "month_2001-01").returncode == 1


def test_a_log_that_was_emptied_is_not_sound_while_its_sessions_are_there(shell: Shell) -> None:
    shell.add("ada@example.org")
    asyncio.run(store_a_session(shell.home / "var" / "handrail.db"))
    assert shell("audit", "verify").returncode == 0
    shell.tamper("DELETE FROM audit_events")
    emptied = shell("audit", "verify")
    assert emptied.returncode == 1
    assert "no record of their creation, first ses_0" in one_line(emptied.stderr)


def test_a_note_that_was_tampered_with_is_found_at_its_record(shell: Shell) -> None:
    shell.add("ada@example.org")
    asyncio.run(store_a_session(shell.home / "var" / "handrail.db", "Ada's note"))
    sound = one_line(shell("audit", "verify").stdout)
    assert "Notes: 1 fit their records. Kept chats: 0 fit" in sound
    assert "Sessions: 1 fit their records." in sound
    shell.tamper("UPDATE session_notes SET text = 'forged'")
    changed = shell("audit", "verify")
    assert changed.returncode == 1
    assert "record 3: the note it tells of was changed" in one_line(changed.stderr)
    shell.tamper("UPDATE session_notes SET written_at = 'nonsense'")
    assert "record 3" in one_line(shell("audit", "verify").stderr)
    shell.tamper("UPDATE session_notes SET sequence = NULL")
    assert "record 3: the note it tells of is missing" in one_line(shell("audit", "verify").stderr)


def test_a_row_of_a_session_that_was_tampered_with_is_named(shell: Shell) -> None:
    shell.add("ada@example.org")
    asyncio.run(store_a_session(shell.home / "var" / "handrail.db"))
    shell.tamper("UPDATE sessions SET ticket_id = 'T-9', version = version + 1")
    changed = shell("audit", "verify")
    assert changed.returncode == 1
    told = f"session {a_session().session_id}: its row has another ticket_id"
    assert told in one_line(changed.stderr)


def test_whose_key_was_damaged_is_named(shell: Shell) -> None:
    shell.add("ada@example.org")
    shell.tamper("UPDATE personal_keys SET key = substr(key, 2) || 'A'")
    damaged = shell("audit", "verify")
    assert damaged.returncode == 1
    assert "broken at record 1: " in one_line(damaged.stderr)
    assert "the key of its owner (month_20" in one_line(damaged.stderr)


def test_notes_are_verified_from_an_export_that_holds_them(shell: Shell) -> None:
    asyncio.run(store_a_session(shell.home / "var" / "handrail.db", "Ada's note"))

    def verify(text: str) -> Answer:
        (shell.home / "log.jsonl").write_text(text)
        return shell("audit", "verify", "--from-export", "log.jsonl")

    without = verify(shell("audit", "export").stdout)
    assert "Notes: 0 fit their records, 1 not in this export." in without.stdout
    whole = shell("audit", "export", "--with-kept").stdout
    assert "Notes: 1 fit their records." in verify(whole).stdout
    forged = verify(whole.replace("Ada's note", "Eve's note"))
    assert forged.returncode == 1
    assert "record 2: the note it tells of was changed" in one_line(forged.stderr)
    changed = [json.loads(line) | {"kept": "nonsense"} for line in whole.splitlines()]
    nonsense = verify("".join(f"{json.dumps(one)}\n" for one in changed))
    assert "Line 1 of log.jsonl cannot be read: what it tells of is no object" in nonsense.stderr


def test_looking_at_evidence_makes_no_secrets(shell: Shell) -> None:
    shell.add("ada@example.org")
    secrets = shell.home / "var" / "secrets.json"
    key = one_line(shell("audit", "key").stdout)
    secrets.unlink()
    for command in ("key", "verify"):
        refused = shell("audit", command)
        assert refused.returncode == 2
        assert "There are no secrets in" in refused.stderr
    assert shell("audit", "list").returncode == 0
    assert shell("audit", "verify", "--key", key).returncode == 0
    assert not secrets.exists()


async def store_a_session(path: Path, note: str | None = None) -> None:
    database = Database(f"sqlite:///{path}")
    session = a_session()
    await SqlSessionStore(database).create(session, its_creation(session))
    if note is not None:
        kept = Note("not_1", session.session_id, "usr_a", "Ada", NOW, note)
        told = an_event("session.note_added", session_id=session.session_id)
        await SqlNoteStore(database).add(kept, 10, told)
    await database.close()


@pytest.mark.parametrize("contents", [b"", b"no database at all" * 400, None])
def test_a_log_that_cannot_be_read_is_told_so_and_left_as_it_is(
    shell: Shell, contents: bytes | None
) -> None:
    shell.add("ada@example.org")
    path = shell.home / "var" / "handrail.db"
    path.unlink()
    if contents is not None:
        path.write_bytes(contents)
    for command in ("verify", "list"):
        refused = shell("audit", command)
        assert refused.returncode == 1
        assert "cannot be read" in one_line(refused.stderr)
    assert (path.read_bytes() if path.exists() else None) == contents


def test_looking_at_the_log_changes_nothing_in_the_database(shell: Shell) -> None:
    shell.add("ada@example.org")
    path = shell.home / "var" / "handrail.db"
    before = path.read_bytes()
    shell("audit", "verify")
    shell("audit", "list")
    assert path.read_bytes() == before


@pytest.mark.usefixtures("shell")
def test_a_password_is_asked_for_twice_and_not_shown() -> None:
    command = ["user", "add", "ada@example.org", "--name", "Ada", "--role", "admin"]
    mistyped = CliRunner().invoke(cli, command, input=f"{PASSWORD}\nother\n")
    assert mistyped.exit_code == 1
    asked = CliRunner().invoke(cli, command, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0
    assert PASSWORD not in asked.output


def test_stopping_a_question_is_no_defect(shell: Shell) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    shell.monkeypatch.setattr("broker.compose.run", interrupted)
    stopped = shell("run")
    assert (stopped.returncode, stopped.stderr.strip()) == (1, "handrail-broker: Stopped.")


def test_an_operator_without_a_name_is_still_an_operator(shell: Shell) -> None:
    def nameless() -> str:
        raise KeyError("uid not found")

    shell.monkeypatch.setattr("getpass.getuser", nameless)
    shell.add("ada@example.org")
    assert "by operator" in shell("audit", "list").stdout


def test_migrating_by_hand_is_possible(shell: Shell) -> None:
    shutil.rmtree(shell.home / "var")
    assert shell("migrate").stdout == "The database is up to date.\n"
    assert shell("migrate").returncode == 0


def test_what_a_terminal_would_obey_is_escaped(shell: Shell) -> None:
    assert printable("a\x1b[2J\u202eb\nc\x9b é💻") == "a\\x1b[2J\\u202eb\\nc\\x9b é💻"
    shell.add("ada@example.org")
    shell.tamper("UPDATE accounts SET name = 'A' || char(8238) || 'a'")  # U+202E
    assert "\\u202e" in shell("user", "list").stdout


def test_help_and_version_are_there(shell: Shell) -> None:
    assert "audit" in shell("--help").stdout
    assert shell("--version").stdout.startswith("handrail-broker, version ")


def test_the_package_runs_as_a_program(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "broker", "--version"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("handrail-broker, version ")


def test_a_kept_transcript_is_deleted_and_the_audit_log_says_so(shell: Shell) -> None:
    session = a_session()
    line = TranscriptLine(sequence=1, author="end_user", text="secret", sent_at=NOW)

    async def keep() -> None:
        database = Database(f"sqlite:///{shell.home / 'var' / 'handrail.db'}")
        await SqlSessionStore(database).create(session, its_creation(session))
        store = SqlTranscriptStore(database)
        await store.keep(session.session_id, NOW, (line,), an_event("session.transcript_kept"))
        await database.close()

    shell("migrate")
    asyncio.run(keep())
    assert "Deleted" in shell("transcript", "delete", session.session_id).stdout
    again = shell("transcript", "delete", session.session_id)
    assert (again.returncode, again.stderr) == (
        1,
        "handrail-broker: There is no transcript of this session.\n",
    )
    listed = shell("audit", "list", "--session", session.session_id).stdout
    assert "session.transcript_deleted" in listed


def test_doctor_says_what_is_wrong_and_what_to_do_and_changes_nothing(shell: Shell) -> None:
    shutil.rmtree(shell.home / "var")
    nothing = shell("doctor")
    assert (nothing.returncode, "CRITICAL  Database: " in nothing.stdout) == (1, True)
    assert "No session can begin until it does." in nothing.stdout
    assert not (shell.home / "var").exists()
    shell.add("ada@example.org")
    well = shell("doctor")
    assert (well.returncode, "Up to date (" in well.stdout) == (0, True)
    as_json = json.loads(shell("doctor", "--json").stdout)
    assert {one["subject"] for one in as_json["findings"]} >= {"disk", "clock", "checkpoint"}
    aside = shell.home / "var" / "checkpoints.jsonl"
    aside.write_text("{}\n")
    broken = shell("doctor")
    assert (broken.returncode, "CRITICAL  Signed checkpoints" in broken.stdout) == (1, True)
