"""`handrail-broker audit verify`: hold what lies beside the log against it."""

from collections.abc import Iterator

import click

from broker.audit.chain import SealedEvent
from broker.audit.kept import KINDS, KeptCheck
from broker.cli.parts import printable
from broker.session.row_check import RowCheck
from broker.storage.database import Database
from broker.storage.kept import SqlKept
from broker.storage.rows import SqlRows


class Beside:
    """Notes, kept chats, and the rows of sessions, reports and ratings: `read` comes first."""

    def __init__(self) -> None:
        self._kept = tuple(KeptCheck(kind) for kind in KINDS)
        self._rows = RowCheck()
        self._strays: list[str] = []

    async def read(self, database: Database) -> None:
        """Hold all of it against its records."""
        kept, rows = SqlKept(database), SqlRows(database)
        for check in self._kept:
            async for record, fields in kept.with_records(check.kind):
                check.take(record, fields)
            if stray := await kept.without_record(check.kind):
                self._strays.append(
                    f"{check.kind.name}: {len(stray)} without a record of its own, first "
                    f"{printable(stray[0])}"
                )
        async for of_session, records in rows.with_records():
            self._rows.take(of_session, records)
        async for created in rows.created_without_row():
            self._rows.take_missing(created)

    def see(self, record: SealedEvent) -> None:
        """Let a record of the log explain what is gone."""
        for check in self._kept:
            check.see(record)
        self._rows.see(record)

    def flaws(self) -> tuple[str, ...]:
        """Say what does not fit."""
        return (*flaws_of(self._kept), *self._strays, *filter(None, [self._rows.problem()]))

    def told(self) -> str:
        """Say what fits."""
        return f"{counts(self._kept)} Sessions: {self._rows.sessions} fit their records."


def flaws_of(checks: tuple[KeptCheck, ...]) -> Iterator[str]:
    """Give the first flaw of each kind."""
    for check in checks:
        if (flaw := check.flaw()) is not None:
            yield f"record {flaw.sequence}: {flaw.problem}"


def refuse(flaws: tuple[str, ...]) -> None:
    """Raise ClickException when there are any."""
    if flaws:
        told = printable("; ".join(flaws))
        raise click.ClickException(f"The audit log is sound, but not what lies beside it: {told}.")


def counts(checks: tuple[KeptCheck, ...]) -> str:
    """Say how many of each kind fit, and how many cannot be told."""
    return " ".join(_count(check) for check in checks)


def _count(check: KeptCheck) -> str:
    parts = [f"{check.kind.name.capitalize()}s: {check.bound} fit their records"]
    if check.unbound:
        parts.append(f"{check.unbound} from older versions not bound")
    if check.not_held:
        parts.append(f"{check.not_held} not in this export")
    return ", ".join(parts) + "."
