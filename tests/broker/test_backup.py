"""A backup is made, restored and verified; and yesterday's is found out by the checkpoints."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from broker.cli import cli
from broker.errors import Misconfigured
from broker.identity.secrets import open_secrets
from broker.storage.backup import DATABASE, SECRETS, Places, restore
from broker.storage.checkpoints import JsonLinesCheckpoints
from tests.conftest import PutDatabase


class Machine:
    """One machine with a data directory, and commands that are run there."""

    def __init__(self, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data_dir, self._monkeypatch = data_dir, monkeypatch

    def run(self, *command: str) -> Result:
        self._monkeypatch.setenv("HANDRAIL_DATA_DIR", str(self.data_dir))
        return CliRunner().invoke(cli, command)

    def done(self, *command: str) -> str:
        result = self.run(*command)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output

    def checkpoint(self) -> None:
        """Sign the log's end, as a broker that runs does."""
        import asyncio
        from functools import partial

        from broker.audit.checkpoint import sign
        from broker.compose_core import SystemClock
        from broker.service.checkpoints import Checkpoints
        from broker.storage.checkpoints import SqlCheckpointStore
        from broker.storage.database import Database

        async def look() -> None:
            database = Database(f"sqlite:///{self.data_dir / DATABASE}")
            key = open_secrets(self.data_dir).audit_key
            file = JsonLinesCheckpoints(self.data_dir / "checkpoints.jsonl")
            made = Checkpoints(
                SqlCheckpointStore(database), file, SystemClock(), partial(sign, key=key)
            )
            await made.look(at_once=True)
            await database.close()

        asyncio.run(look())


@pytest.fixture
def machine(
    tmp_path: Path, put_database: PutDatabase, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine]:
    put_database(tmp_path / "var")
    monkeypatch.chdir(tmp_path)
    made = Machine(tmp_path / "var", monkeypatch)
    made.done("user", "list")
    return made


def act(machine: Machine) -> None:
    """Something that is recorded."""
    result = machine.run("user", "disable", "nobody@example.org")
    assert result.exit_code == 1
    machine.done("backup", str(machine.data_dir.parent / f"noise-{len(noise(machine))}.tar"))
    machine.checkpoint()


def noise(machine: Machine) -> list[Path]:
    return list(machine.data_dir.parent.glob("noise-*.tar"))


def test_a_backup_is_restored_on_another_machine_and_verifies(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.checkpoint()
    told = machine.done("backup", str(tmp_path / "all.tar"))
    assert "secrets" in told
    assert (tmp_path / "all.tar").stat().st_mode & 0o077 == 0
    other = Machine(tmp_path / "other", monkeypatch)
    other.done("restore", str(tmp_path / "all.tar"))
    assert "is sound" in other.done("audit", "verify")
    assert "backup.made" in other.done("audit", "list")
    assert (other.data_dir / SECRETS).read_bytes() == (machine.data_dir / SECRETS).read_bytes()


def test_a_restored_copy_of_yesterday_is_found_out_and_explained(
    machine: Machine, tmp_path: Path
) -> None:
    machine.done("backup", str(tmp_path / "yesterday.tar"))
    act(machine)
    machine.done("restore", str(tmp_path / "yesterday.tar"))
    found = machine.run("audit", "verify")
    assert found.exit_code == 1
    assert "it is missing: the log ends here" in found.output
    machine.done("audit", "restored", "--reason", "the disk broke")
    assert "is sound" in machine.done("audit", "verify")
    assert "audit.restored" in machine.done("audit", "list")


def test_what_is_no_backup_or_another_brokers_is_refused_and_changes_nothing(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Places(
        f"sqlite:///{machine.data_dir / DATABASE}",
        machine.data_dir / SECRETS,
        machine.data_dir / "checkpoints.jsonl",
    )
    before = (machine.data_dir / DATABASE).read_bytes()
    machine.done("backup", str(tmp_path / "all.tar"))
    spoilt = tmp_path / "spoilt.tar"
    data = bytearray((tmp_path / "all.tar").read_bytes())
    with tarfile.open(tmp_path / "all.tar") as archive:
        data[archive.getmember(SECRETS).offset_data] ^= 1
    spoilt.write_bytes(data)
    (tmp_path / "text.tar").write_text("no archive")
    for wrong in (spoilt, tmp_path / "text.tar"):
        with pytest.raises(Misconfigured):
            restore(wrong, places)
    other = Machine(tmp_path / "other", monkeypatch)
    other.done("user", "list")
    other.done("backup", str(tmp_path / "other.tar"))
    with pytest.raises(Misconfigured, match="another broker"):
        restore(tmp_path / "other.tar", places)
    assert machine.run("backup", str(tmp_path / "all.tar")).exit_code == 1
    assert (machine.data_dir / DATABASE).exists()
    assert len(before) > 0


def test_for_postgresql_it_says_what_to_run(tmp_path: Path) -> None:
    places = Places("postgresql://db/handrail", tmp_path / SECRETS, tmp_path / "c.jsonl")
    with pytest.raises(Misconfigured, match="pg_dump --format=custom"):
        _ = places.database
