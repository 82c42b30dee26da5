"""Figures of sessions, for admins, auditors, and leads of what is their groups'."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.audit.formats import cell
from broker.errors import InvalidRequest
from broker.measure_ports import Measured, MeasureStore
from broker.ports import Account
from broker.protocol.measures import (
    MAX_DAYS,
    MAX_POINTS,
    Backlog,
    Figures,
    MeasureQuery,
    Measures,
)
from broker.protocol.vocabulary import Role, SessionState
from broker.service.registry import Registry
from broker.session.teams import EVERYBODY, Team

USUAL: Final = timedelta(days=30)
SPREADS: Final = ("wait", "code_to_picture", "first_response", "duration", "resolution")
_COUNTS: Final = (
    "transfers",
    "repeats",
    "first_contacts",
    "first_contacts_resolved",
)
COLUMNS: Final = (
    *("key", "name", "sessions", "ended"),
    *(f"{name}_{part}" for name in SPREADS for part in ("count", "average_s", "p50_s", "p95_s")),
    *("satisfaction_count", "satisfaction_average"),
    *_COUNTS,
)
"""Of the CSV form; new ones come at the end."""


@dataclass(frozen=True, slots=True)
class MeasureDesk:
    """The measures of this broker."""

    registry: Registry
    store: MeasureStore

    async def measures(self, account: Account, asked: MeasureQuery) -> Measures:
        """Add up what this account may know. InvalidRequest when the time is none, or too long."""
        since, until = self._span(asked)
        lead = account.role is Role.LEAD
        team = (await self.registry.belonging(account)).team if lead else EVERYBODY
        which = Measured(
            since,
            until,
            asked.again_days,
            asked.technician,
            asked.group,
            None if team.everybody else team.group_ids,
            asked.period,
        )
        [total] = await self.store.figures(which, None)
        return Measures(
            since=since,
            until=until,
            by=asked.by,
            again_days=asked.again_days,
            total=total,
            rows=await self.store.figures(which, asked.by),
            backlog=self._backlog(team, asked),
        )

    def _span(self, asked: MeasureQuery) -> tuple[datetime, datetime]:
        until = asked.until or self.registry.ports.clock.now()
        since = asked.since or until - USUAL
        days = (until - since) / timedelta(days=1)
        if not 0 < days <= MAX_DAYS:
            raise InvalidRequest(f"since, until: more than 0 and at most {MAX_DAYS} days")
        if asked.by == "period" and asked.period == "day" and days > MAX_POINTS - 1:
            raise InvalidRequest(
                f"period: for more than {MAX_POINTS - 1} days ask by week or month"
            )
        return since, until

    def _backlog(self, team: Team, asked: MeasureQuery) -> Backlog:
        mine = [
            one
            for one in self.registry.all_live()
            if team.has(one)
            and asked.technician in (None, one.technician_id)
            and (asked.group is None or asked.group in one.group_ids)
        ]
        queued = [since for one in mine if (since := one.participants.queued_since) is not None]
        return Backlog(
            waiting=sum(one.state is SessionState.WAITING for one in mine),
            queued=len(queued),
            oldest_queued_since=min(queued, default=None),
        )


def csv_lines(measures: Measures) -> Iterator[str]:
    """Give them as CSV that is safe to open (RFC 4180): a head, the rows, and all together."""
    yield "\ufeff" + ",".join(f'"{name}"' for name in COLUMNS) + "\r\n"
    for figures in measures.rows:
        yield _line(figures, figures.key, figures.name)
    yield _line(measures.total, "total", None)


def _line(figures: Figures, key: str | None, name: str | None) -> str:
    ended = next((one.count for one in figures.states if one.word == SessionState.ENDED), 0)
    values: list[object] = [key, name, figures.sessions, ended]
    for spread in (getattr(figures, name) for name in SPREADS):
        values += [spread.count, spread.average_s, spread.p50_s, spread.p95_s]
    values += [figures.satisfaction.count, figures.satisfaction.average]
    values += [getattr(figures, name) for name in _COUNTS]
    return ",".join(cell(None if one is None else str(one)) for one in values) + "\r\n"
