"""Holds what the tables say of sessions, their reports and ratings against their records. Pure."""

from collections.abc import Iterable
from typing import Final

from broker.audit.chain import SealedEvent
from broker.audit.kept import Missing
from broker.session.retold import UNKNOWN, Facts, Retold, Rows, retell

_SESSION: Final = frozenset({"sessions"})
_REPORT: Final = frozenset({"reports", "sessions"})


class RowCheck:
    """Take every session with its records; then let it see the whole log."""

    def __init__(self) -> None:
        self.sessions = 0
        """Those whose rows were looked at."""
        self._first: str | None = None
        self._missing = Missing()

    def take(self, rows: Rows, records: Iterable[SealedEvent]) -> None:
        """Hold a session's rows against its records."""
        self.sessions += 1
        told = retell(records)
        problem = (
            _differs("row", rows.session, told.session)
            or self._report_problem(rows, told)
            or self._rating_problem(rows, told)
        )
        if problem is not None and self._first is None:
            self._first = f"session {rows.session_id}: {problem}"

    def take_missing(self, created: SealedEvent) -> None:
        """Note the creation of a session that has no row."""
        self._missing.add(created, "the session it tells of has no row", _SESSION)

    def see(self, record: SealedEvent) -> None:
        """Let a record of the log, read after all sessions, explain that rows are gone."""
        self._missing.see(record)

    def problem(self) -> str | None:
        """Say which row is the first that is not what the records tell, or is gone unexplained."""
        gone = self._missing.first()
        if self._first is not None or gone is None:
            return self._first
        return f"record {gone.sequence}: {gone.problem}"

    def _report_problem(self, rows: Rows, told: Retold) -> str | None:
        """Time may have taken a report, and another have come since: the last records count."""
        kept, gone = len(rows.said), len(told.said) - len(rows.said)
        if gone < 0:
            return "its report says more than the log tells"
        for record in told.told_by[:gone]:
            self._missing.add(record, "the report it tells of is missing", _REPORT)
        for number, (row, said) in enumerate(
            zip(rows.said, told.said[gone:], strict=True), start=1
        ):
            if problem := _differs(f"report's sentence {number}", row, said):
                return problem
        if rows.report is None:
            return "its report is missing, and what was said is there" if kept else None
        if not kept:
            return "its report is there, and nothing that was said"
        return _differs("report", rows.report, told.reports[gone] | told.seen)

    def _rating_problem(self, rows: Rows, told: Retold) -> str | None:
        if told.rating is None:
            return None if rows.rating is None else "its rating has no record"
        record, rating = told.rating
        if rows.rating is not None:
            return _differs("rating", rows.rating, rating)
        self._missing.add(record, "the rating it tells of is missing", _SESSION)
        return None


def _differs(what: str, row: Facts, told: Facts) -> str | None:
    wrong = (
        name
        for name, fact in told.items()
        if fact is not UNKNOWN and (row[name], type(row[name])) != (fact, type(fact))
    )
    name = next(wrong, None)
    return None if name is None else f"its {what} has another {name} than its records tell"
