"""Where checkpoints of the audit log are kept, as Protocols: in its database, and outside of it."""

from typing import Protocol

from broker.audit.checkpoint import Checkpoint


class CheckpointStore(Protocol):
    """The checkpoints in the log's own database, which only grow."""

    async def head(self) -> tuple[int, str]:
        """Give the number of records and the last hash."""
        ...

    async def hash_at(self, records: int) -> str | None:
        """Give the hash of the log when it had so many records; None when it has fewer."""
        ...

    async def keep(self, checkpoint: Checkpoint) -> None:
        """Store a checkpoint; nothing when as many records are signed already."""
        ...

    async def all(self) -> tuple[Checkpoint, ...]:
        """Give every checkpoint, the oldest first."""
        ...


class CheckpointFile(Protocol):
    """A file that is only appended to, best on another disk or machine."""

    def append(self, checkpoint: Checkpoint) -> None:
        """Write a checkpoint so that it survives a power cut. AuditUnavailable."""
        ...

    def all(self) -> tuple[Checkpoint, ...]:
        """Give every checkpoint, the oldest first. Misconfigured when a line is none."""
        ...

    def last(self) -> Checkpoint | None:
        """Give the one over the most records, without reading the whole file. Misconfigured."""
        ...

    def put_aside(self) -> str:
        """Give the file another name, and tell it: the next checkpoint begins a new one."""
        ...
