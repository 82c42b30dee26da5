"""Sessions that somebody does not trust: ended at once, on record, shown to admins and auditors.

The technician is not told: for them the end user ended the session, and the events of a report
are not among those that they may read. What the session left (its audit events, a chat that was
kept) stays; nothing in this broker deletes it.

Whoever has the join code may report from the join page, and so may the technician who made it. Only
the support client that claimed the code has the token that speaks for the end user; so no report
from the join page counts as their word, and none keeps theirs from being heard.
"""

from contextlib import suppress
from typing import Final

import structlog

from broker.audit.event import Actor, AuditEvent, DetailValue
from broker.errors import NotFound, SessionOver
from broker.ports import Account, Secrets
from broker.protocol.reports import ReportPlace, ReportSession
from broker.protocol.vocabulary import ActorKind, SessionState
from broker.report_ports import Report, Said
from broker.service.registry import Registry, ServicePorts, actor_of
from broker.session import events as ev
from broker.session.facts import Session
from broker.session.retold import REPORT_SEEN, REPORTED

log = structlog.get_logger(__name__)

NOT_FOR_TECHNICIANS: Final = frozenset({REPORTED, REPORT_SEEN})
"""Audit events that only auditors and admins may read."""

MOST: Final = 100
"""Reports that are listed."""


_WITH_TOKENS: Final = (ReportPlace.JOIN_PAGE, ReportPlace.SUPPORT_CLIENT)


class Reports:
    """The reports of this broker's sessions."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._store = registry.ports.reports

    def place_of(self, body: ReportSession) -> ReportPlace | None:
        """Tell where the token of that session's report was given to; None: it is not one."""
        secrets = self._registry.ports.secrets
        for place in _WITH_TOKENS:
            wanted = secrets.fingerprint(report_token(secrets, body.session_id, place))
            if secrets.matches(body.token, wanted):
                return place
        return None

    async def file(self, body: ReportSession, place: ReportPlace, address: str | None) -> None:
        """End the session that is reported from this place, and tell the admins."""
        session = await self._session(body.session_id)
        if session is None:
            return
        actor = (
            Actor(ActorKind.END_USER, name=session.machine, address=address)
            if place is ReportPlace.SUPPORT_CLIENT
            else Actor(ActorKind.JOIN_PAGE, address=address)
        )
        owner = self._registry.find(session.session_id)
        if owner is not None and session.state is not SessionState.ENDED:
            with suppress(SessionOver):
                await owner.submit(ev.EndUserStopped(actor))
        now = self._registry.ports.clock.now()
        await tell_admins(
            self._registry.ports, session, actor, Said(place, address, body.note, now)
        )

    async def newest(self) -> tuple[tuple[Report, ...], int]:
        """Give the reports, and how many nobody has seen."""
        return await self._store.newest(MOST), await self._store.unseen()

    async def see(self, account: Account, session_id: str, address: str | None) -> Report:
        """Note that an admin has seen a report. NotFound."""
        if await self._store.get(session_id) is None:
            raise NotFound
        session = await self._session(session_id)
        now = self._registry.ports.clock.now()
        event = AuditEvent(
            now,
            REPORT_SEEN,
            actor_of(account, address),
            session_id=session_id,
            ticket_id=session.ticket_id if session else None,
        )
        await self._store.see(session_id, account.name, now, event)
        report = await self._store.get(session_id)
        if report is None:
            raise NotFound
        return report

    async def _session(self, session_id: str) -> Session | None:
        owner = self._registry.find(session_id)
        return owner.session if owner else await self._registry.ports.sessions.get(session_id)


async def tell_admins(ports: ServicePorts, session: Session, actor: Actor, said: Said) -> None:
    """Keep what was said against a session, on record, for admins to see."""
    report = Report.against(session, said.said_at)
    told: dict[str, DetailValue] = {"place": said.place.value}
    if said.note is not None:
        told["reason"] = said.note
    if said.breach is not None:
        told["trust_breach"] = said.breach.value
    event = AuditEvent(
        said.said_at,
        REPORTED,
        actor,
        session_id=session.session_id,
        ticket_id=session.ticket_id,
        details=told,
    )
    if await ports.reports.file(report, said, event):
        log.warning("session.reported", session_id=session.session_id, place=said.place.value)


def report_token(secrets: Secrets, session_id: str, place: ReportPlace) -> str:
    """Give the token with which this session may be reported from this place."""
    return secrets.derive_token(f"report {place.value} {session_id}")
