"""A copy of everything the broker keeps in one file, and back: SQLite, secrets and checkpoints.

It is a tar archive. What it holds is as secret as the data directory itself.
"""

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from broker.errors import Misconfigured
from broker.storage.database import OWNER_ONLY, async_url

DATABASE, SECRETS, CHECKPOINTS = "handrail.db", "secrets.json", "checkpoints.jsonl"
_MANIFEST: Final = "manifest.json"
_FORMAT: Final = "handrail backup 1"
_SQLITE_FILES: Final = ("", "-wal", "-shm")

ONLY_SQLITE: Final = (
    "This copies SQLite alone. For PostgreSQL run `pg_dump --format=custom --file=handrail.dump` "
    "on its database, and copy {secrets} and {checkpoints} beside it; `pg_restore` brings it back."
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a broker keeps what has to be copied."""

    database_url: str
    secrets: Path
    checkpoints: Path

    @property
    def database(self) -> Path:
        """The database's file. Misconfigured when it is not SQLite's."""
        url = async_url(self.database_url)
        if url.get_backend_name() != "sqlite" or not url.database:
            told = ONLY_SQLITE.format(secrets=self.secrets, checkpoints=self.checkpoints)
            raise Misconfigured(told)
        return Path(url.database)


def back_up(places: Places, target: Path) -> None:
    """Write the archive, while the broker may run. Misconfigured when it cannot be written."""
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
            _fill(archive, places, target.parent)
            file.flush()
            os.fsync(file.fileno())
    except (OSError, sqlite3.Error) as error:
        raise Misconfigured(f"The backup {target} cannot be written: {error}.") from error


def restore(archive: Path, places: Places) -> tuple[Path, ...]:
    """Put a backup in place: what was there of the database gets another name, which is given.

    The checkpoints that there are stay: by them an older copy is found out. Misconfigured when the
    file is no backup or damaged, when the broker runs, or when there are other secrets already.
    """
    contents = _read(archive)
    if places.secrets.exists() and places.secrets.read_bytes() != contents[SECRETS]:
        raise Misconfigured(
            f"{places.secrets} is of another broker than this backup: put it elsewhere first."
        )
    database = places.database
    _check_unused(database)
    try:
        aside = _put_aside(database)
        _write(database, contents[DATABASE])
        for path, name in ((places.secrets, SECRETS), (places.checkpoints, CHECKPOINTS)):
            if name in contents and not path.exists():
                _write(path, contents[name])
    except OSError as error:
        raise Misconfigured(f"The backup cannot be restored: {error}.") from error
    return aside


def _fill(archive: tarfile.TarFile, places: Places, folder: Path) -> None:
    checkpoints = places.checkpoints.read_bytes() if places.checkpoints.exists() else b""
    contents = {
        # Before the database: no checkpoint may sign what the copy does not have.
        CHECKPOINTS: checkpoints,
        SECRETS: places.secrets.read_bytes(),
        DATABASE: _database(places.database, folder),
    }
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    made = datetime.now(UTC).isoformat()
    manifest = json.dumps({"format": _FORMAT, "made_at": made, "sha256": sums}).encode()
    for name, data in {_MANIFEST: manifest, **contents}.items():
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(data), OWNER_ONLY
        archive.addfile(entry, io.BytesIO(data))


def _database(path: Path, folder: Path) -> bytes:
    """Copy it page by page (sqlite.org/backup.html): writers may go on."""
    if not path.is_file():
        raise Misconfigured(f"There is no database in {path}.")
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".handrail-backup-") as copy:
        with (
            closing(sqlite3.connect(path)) as source,
            closing(sqlite3.connect(copy.name)) as target,
        ):
            source.backup(target)
        return Path(copy.name).read_bytes()


def _read(path: Path) -> dict[str, bytes]:
    try:
        with tarfile.open(path, mode="r:") as archive:
            found = {entry.name: archive.extractfile(entry) for entry in archive if entry.isfile()}
            contents = {name: file.read() for name, file in found.items() if file is not None}
        manifest: dict[str, Any] = json.loads(contents.pop(_MANIFEST))
        sums = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
        if manifest["format"] != _FORMAT or sums != manifest["sha256"]:
            raise Misconfigured(f"{path} is damaged: its contents are not what its sums say.")
    except (OSError, tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise Misconfigured(f"{path} is no backup of Handrail: {error}.") from error
    return contents


def _check_unused(database: Path) -> None:
    """Only whoever is alone with a database may turn its log off (sqlite.org/wal.html, 3.1)."""
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise Misconfigured(f"{database} is in use: stop the broker first.") from error
    except sqlite3.DatabaseError:  # damaged: that may be why a backup is restored
        return


def _put_aside(database: Path) -> tuple[Path, ...]:
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    moved = []
    for suffix in _SQLITE_FILES:
        path = database.with_name(database.name + suffix)
        if path.exists():
            aside = database.with_name(f"{database.stem}-until-{moment}{database.suffix}{suffix}")
            moved.append(path.rename(aside))
    return tuple(moved)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
