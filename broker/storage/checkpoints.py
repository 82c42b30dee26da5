"""Checkpoints of the audit log: in its database, and in a file that is only appended to."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import insert, select

from broker.audit.chain import GENESIS_HASH
from broker.audit.checkpoint import Checkpoint, checkpoint_from_json, checkpoint_json
from broker.audit.strict_json import read_evidence
from broker.errors import AuditUnavailable, Misconfigured
from broker.storage.database import OWNER_ONLY, Database
from broker.storage.schema import audit_checkpoints, audit_events


class SqlCheckpointStore:
    """A table whose triggers refuse every change but an append: implements `CheckpointStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def head(self) -> tuple[int, str]:
        """Give the number of records and the last hash."""
        last = select(audit_events.c.sequence, audit_events.c.hash).order_by(
            audit_events.c.sequence.desc()
        )
        async with self._database.read() as connection:
            row = (await connection.execute(last.limit(1))).one_or_none()
        return (0, GENESIS_HASH) if row is None else (row.sequence, row.hash)

    async def hash_at(self, records: int) -> str | None:
        """Give the hash of the log when it had so many records; None when it has fewer."""
        query = select(audit_events.c.hash).where(audit_events.c.sequence == records)
        async with self._database.read() as connection:
            found: str | None = await connection.scalar(query)
        return found

    async def keep(self, checkpoint: Checkpoint) -> None:
        """Store a checkpoint; nothing when another broker signed as many records already."""
        later = select(audit_checkpoints.c.records).where(
            audit_checkpoints.c.records >= checkpoint.records
        )
        async with self._database.write() as connection:
            if await connection.scalar(later.limit(1)) is None:
                fields = checkpoint_json(checkpoint)
                await connection.execute(insert(audit_checkpoints).values(fields))

    async def all(self) -> tuple[Checkpoint, ...]:
        """Give every checkpoint, the oldest first."""
        query = select(audit_checkpoints).order_by(audit_checkpoints.c.records)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return tuple(checkpoint_from_json(dict(row._mapping)) for row in rows)


TAIL_BYTES: Final = 64 * 1024
"""Of the file's end that is read at start: some 200 checkpoints, of several brokers in any order.
A year of them is 150 MB; `audit verify` reads it all."""


class JsonLinesCheckpoints:
    """One checkpoint a line: implements `CheckpointFile`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, checkpoint: Checkpoint) -> None:
        """Write a checkpoint so that it survives a power cut. AuditUnavailable."""
        line = json.dumps(checkpoint_json(checkpoint)).encode() + b"\n"
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
            try:
                line = self._end_of_a_cut_line(descriptor) + line
                written = os.write(descriptor, line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise AuditUnavailable(self._cannot(error)) from error
        if written != len(line):
            raise AuditUnavailable(f"The checkpoint file {self._path} took a part of a line only.")

    def all(self) -> tuple[Checkpoint, ...]:
        """Give every checkpoint, the oldest first. Misconfigured when a line is none.

        A line without its end was cut by a crash while it was written, and does not count.
        """
        return self._parsed(self._text(), "line")

    def last(self) -> Checkpoint | None:
        """Give the one over the most records among the last TAIL_BYTES. Misconfigured."""
        try:
            size = self._path.stat().st_size
        except OSError:  # `_text` says what is wrong, if anything is
            size = 0
        begin = max(0, size - TAIL_BYTES)
        text = self._text(begin)
        whole = text.split("\n", 1)[-1] if begin else text  # it begins in the middle of a line
        found = self._parsed(whole, "line from the end's")
        return max(found, key=lambda one: one.records, default=None)

    def _text(self, begin: int = 0) -> str:
        try:
            with self._path.open("rb") as file:
                file.seek(begin)
                return file.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise Misconfigured(self._cannot(error)) from error

    def _parsed(self, text: str, named: str) -> tuple[Checkpoint, ...]:
        lines = enumerate(text.split("\n"), start=1)
        return tuple(
            self._read(f"{named} {number}", line) for number, line in lines if line.endswith("}")
        )

    def put_aside(self) -> str:
        """Give the file another name, and tell it: the next checkpoint begins a new one."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        aside = self._path.with_name(f"{self._path.stem}-until-{moment}{self._path.suffix}")
        self._path.rename(aside)
        return str(aside)

    def _read(self, named: str, line: str) -> Checkpoint:
        try:
            return checkpoint_from_json(read_evidence(line))
        except ValueError as error:
            problem = f"{named} of {self._path} is no checkpoint: {error}"
            raise Misconfigured(f"The checkpoints cannot be read: {problem}.") from error

    def _end_of_a_cut_line(self, descriptor: int) -> bytes:
        size = os.fstat(descriptor).st_size
        return b"" if not size or os.pread(descriptor, 1, size - 1) == b"\n" else b"\n"

    def _cannot(self, error: OSError) -> str:
        return f"The checkpoint file {self._path} cannot be used: {error.strerror}."
