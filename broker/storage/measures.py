"""Adds sessions up in the database: implements `broker.measure_ports.MeasureStore`.

Percentiles are of the nearest rank, by window functions, since SQLite has no others.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.measure_ports import Measured
from broker.protocol.measures import (
    MAX_POINTS,
    Counted,
    Figures,
    GroupedBy,
    Period,
    Satisfaction,
    Spread,
)
from broker.protocol.ratings import BEST
from broker.protocol.vocabulary import SessionState
from broker.storage.database import Database
from broker.storage.measure_tables import session_ratings
from broker.storage.schema import accounts, audit_events, groups, sessions

TRANSFERS: Final = ("session.handed_over", "session.taken")

_SPREADS: Final = {
    "wait": ("created_at", "joined_at"),
    "code_to_picture": ("joined_at", "connected_at"),
    "first_response": ("created_at", "connected_at"),
    "duration": ("connected_at", "ended_at"),
    "resolution": ("created_at", "ended_at"),
}
"""Between which moments each of them passes; all but the wait are of sessions with a connection."""

Part = str | None
Rows = dict[Part, dict[str, Any]]


class SqlMeasures:
    """Measures of the sessions of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, which: Measured, by: GroupedBy | None) -> tuple[Figures, ...]:
        """Give the figures of each part, or of all together."""
        sums = _Sums(which, by, is_sqlite=self._database.is_sqlite)
        async with self._database.read() as connection:
            found = await sums.gather(connection)
            names = await _names(connection, by, found)
        if by is None:
            return (_figures(None, None, found.get(None, {})),)
        made = [_figures(key, names.get(key or ""), row) for key, row in found.items()]
        if by == "period":
            return tuple(sorted(made, key=lambda one: one.key or ""))[:MAX_POINTS]
        return tuple(sorted(made, key=lambda one: (-one.sessions, one.key or "")))[:MAX_POINTS]


class _Sums:
    """The queries of one answer; each is grouped by the part that a session belongs to."""

    def __init__(self, which: Measured, by: GroupedBy | None, *, is_sqlite: bool) -> None:
        self._which, self._by, self._is_sqlite = which, by, is_sqlite
        self._facts = self._chosen()

    async def gather(self, connection: AsyncConnection) -> Rows:
        """Ask, and put what was found together by part."""
        rows: Rows = defaultdict(dict)
        await self._states(connection, rows)
        for name, (begin, end) in _SPREADS.items():
            await self._spread(connection, rows, name, begin, end)
        await self._satisfaction(connection, rows)
        await self._transfers(connection, rows)
        await self._repeats(connection, rows)
        return rows

    def _chosen(self) -> CTE:
        """The sessions that count, each with its part (and once in each of its groups)."""
        which = self._which
        part = self._part()
        query = select(sessions, part.label("part")).where(
            sessions.c.created_at >= which.since, sessions.c.created_at < which.until, *self._only()
        )
        if self._by == "group":
            query = query.select_from(sessions.outerjoin(groups, _is_of(groups.c.group_id)))
        return query.cte("facts")

    def _only(self) -> Iterable[ColumnElement[bool]]:
        which = self._which
        if which.technician_id is not None:
            yield sessions.c.technician_id == which.technician_id
        if which.group_id is not None:
            yield _is_of(literal(which.group_id))
        if which.team is not None:
            yield or_(false(), *(_is_of(literal(one)) for one in sorted(which.team)))

    def _part(self) -> ColumnElement[Any]:
        match self._by:
            case "technician":
                return sessions.c.technician_id
            case "group":
                return groups.c.group_id
            case "period":
                return self._period(self._which.period)
            case _:
                return cast(literal(None), String)

    def _period(self, period: Period) -> ColumnElement[Any]:
        moment = sessions.c.created_at
        if not self._is_sqlite:
            utc = func.timezone("UTC", moment)
            return func.to_char(func.date_trunc(period, utc), "YYYY-MM-DD")
        steps = {"day": (), "week": ("-6 days", "weekday 1"), "month": ("start of month",)}
        return func.date(moment, *steps[period])

    def _seconds(self, begin: str, end: str) -> ColumnElement[float]:
        first, last = self._facts.c[begin], self._facts.c[end]
        if self._is_sqlite:
            return cast((func.julianday(last) - func.julianday(first)) * 86_400, Float)
        return cast(func.extract("epoch", last - first), Float)

    async def _states(self, connection: AsyncConnection, rows: Rows) -> None:
        facts = self._facts.c
        query = select(facts.part, facts.state, facts.end_reason, func.count()).group_by(
            facts.part, facts.state, facts.end_reason
        )
        for part, state, reason, count in await connection.execute(query):
            of_part = rows[part]
            of_part.setdefault("states", defaultdict(int))[state.value] += count
            if reason is not None:
                of_part.setdefault("end_reasons", defaultdict(int))[reason.value] += count

    async def _spread(
        self, connection: AsyncConnection, rows: Rows, name: str, begin: str, end: str
    ) -> None:
        facts = self._facts.c
        seconds = self._seconds(begin, end)
        measured = (
            select(
                facts.part,
                seconds.label("s"),
                func.row_number().over(partition_by=facts.part, order_by=seconds).label("rank"),
                func.count().over(partition_by=facts.part).label("n"),
            )
            .where(facts[begin].is_not(None), facts[end].is_not(None))
            .where(*([] if name == "wait" else [facts.connected_at.is_not(None)]))
            .cte("measured")
        )
        one = measured.c
        query = select(
            one.part,
            func.count(),
            func.avg(one.s),
            *(func.min(case((one.rank * 100 >= one.n * p, one.s))) for p in (50, 95)),
        ).group_by(one.part)
        for part, count, *values in await connection.execute(query):
            average, p50, p95 = (max(0.0, round(float(value), 3)) for value in values)
            rows[part][name] = Spread(count=count, average_s=average, p50_s=p50, p95_s=p95)

    async def _satisfaction(self, connection: AsyncConnection, rows: Rows) -> None:
        facts, rated = self._facts.c, session_ratings.c
        query = (
            select(facts.part, rated.steps, func.count())
            .join(session_ratings, rated.session_id == facts.session_id)
            .group_by(facts.part, rated.steps)
        )
        for part, steps, count in await connection.execute(query):
            rows[part].setdefault("steps", [0] * BEST)[steps - 1] = count

    async def _transfers(self, connection: AsyncConnection, rows: Rows) -> None:
        facts, told = self._facts.c, audit_events.c
        query = (
            select(facts.part, func.count())
            .join(audit_events, told.session_id == facts.session_id)
            .where(told.action.in_(TRANSFERS), told.outcome == "success")
            .group_by(facts.part)
        )
        for part, count in await connection.execute(query):
            rows[part]["transfers"] = count

    async def _repeats(self, connection: AsyncConnection, rows: Rows) -> None:
        """Neighbours by ticket and by machine are found in one pass over the time around."""
        near, facts = self._neighbours(), self._facts.c
        is_first = and_(
            near.c.again == 0,
            facts.connected_at.is_not(None),
            facts.state == SessionState.ENDED,
        )
        query = (
            select(
                facts.part,
                func.sum(near.c.again),
                func.sum(case((is_first, 1), else_=0)),
                func.sum(case((and_(is_first, near.c.followed == 0), 1), else_=0)),
            )
            .join(near, near.c.session_id == facts.session_id)
            .group_by(facts.part)
        )
        for part, again, first, resolved in await connection.execute(query):
            rows[part] |= {"repeats": again, "first": first, "resolved": resolved}

    def _neighbours(self) -> CTE:
        which, one = self._which, sessions.c
        around = timedelta(days=which.again_days)
        machine = func.coalesce(one.machine, one.session_id)
        seen = {
            f"{side}_{name}": neighbour(one.created_at).over(
                partition_by=key, order_by=(one.created_at, one.session_id)
            )
            for name, key in (("ticket", one.ticket_id), ("machine", machine))
            for side, neighbour in (("before", func.lag), ("after", func.lead))
        }
        columns = [made.label(name) for name, made in seen.items()]
        around_it = (
            select(one.session_id, one.created_at, *columns)
            .where(one.created_at >= which.since - around, one.created_at < which.until + around)
            .cte("around_it")
        )
        of = around_it.c
        again = [self._days(of[f"before_{n}"], of.created_at) for n in ("ticket", "machine")]
        after = [self._days(of.created_at, of[f"after_{n}"]) for n in ("ticket", "machine")]
        soon = {"again": again, "followed": after}
        flags = (_any_within(gaps, which.again_days).label(name) for name, gaps in soon.items())
        return select(of.session_id, *flags).cte("near")

    def _days(self, first: ColumnElement[Any], last: ColumnElement[Any]) -> ColumnElement[Any]:
        if self._is_sqlite:
            return func.julianday(last) - func.julianday(first)
        return cast(func.extract("epoch", last - first), Float) / 86_400


def _any_within(gaps: Iterable[ColumnElement[Any]], days: int) -> ColumnElement[int]:
    return case((or_(*(gap <= days for gap in gaps)), 1), else_=0)


def _is_of(group_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a session began in this group: its groups are a JSON array of ids of one length."""
    text = type_coerce(sessions.c.group_ids, String)
    return text.like(literal('%"').concat(group_id).concat('"%'))


async def _names(connection: AsyncConnection, by: GroupedBy | None, found: Rows) -> dict[str, str]:
    if by not in ("technician", "group"):
        return {}
    table = accounts if by == "technician" else groups
    key = table.c.account_id if by == "technician" else table.c.group_id
    query = select(key, table.c.name).where(key.in_([one for one in found if one]))
    return {row[0]: row[1] for row in await connection.execute(query)}


def _figures(key: Part, name: str | None, row: dict[str, Any]) -> Figures:
    states, reasons = row.get("states", {}), row.get("end_reasons", {})
    steps = row.get("steps", [0] * BEST)
    rated = sum(steps)
    average = sum(count * step for step, count in enumerate(steps, 1)) / rated if rated else None
    nothing = Spread(count=0, average_s=None, p50_s=None, p95_s=None)
    return Figures(
        key=key,
        name=name,
        sessions=sum(states.values()),
        states=_counted(states),
        end_reasons=_counted(reasons),
        **{name: row.get(name, nothing) for name in _SPREADS},
        transfers=row.get("transfers", 0),
        satisfaction=Satisfaction(
            count=rated,
            average=None if average is None else round(average, 3),
            steps=tuple(steps),
        ),
        repeats=row.get("repeats", 0),
        first_contacts=row.get("first", 0),
        first_contacts_resolved=row.get("resolved", 0),
    )


def _counted(counts: dict[str, int]) -> tuple[Counted, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Counted(word=word, count=count) for word, count in ordered)
