"""How satisfied end users are with sessions that are over: asked once, answered without an account.

The technician is not shown the answer: it is for those who answer for the service, and people say
what they think only then.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from broker.audit.event import Actor, AuditEvent, DetailValue
from broker.errors import Conflict, IllegalTransition, NotFound
from broker.measure_ports import RatingStore
from broker.protocol.ratings import RATE_WITHIN_S, RateSession
from broker.protocol.vocabulary import ActorKind, SessionState
from broker.service.registry import Registry
from broker.session.retold import RATED


@dataclass(frozen=True, slots=True)
class Ratings:
    """The answers of this broker's end users; their tokens are those of receipts."""

    registry: Registry
    store: RatingStore

    async def rate(self, session_id: str, body: RateSession, address: str | None) -> None:
        """Keep the answer of somebody whose token was checked; the first one counts.

        NotFound when nothing was ever allowed or it is too late, IllegalTransition while it lives.
        """
        ports = self.registry.ports
        session, now = await ports.sessions.get(session_id), ports.clock.now()
        if session is None or session.consented_at is None:
            raise NotFound
        if session.state is not SessionState.ENDED or session.ended_at is None:
            raise IllegalTransition("The session is not over yet.")
        if now - session.ended_at > timedelta(seconds=RATE_WITHIN_S):
            raise NotFound
        told: dict[str, DetailValue] = {"satisfaction": body.steps}
        if body.comment is not None:
            told["comment"] = body.comment
        event = AuditEvent(
            now,
            RATED,
            Actor(ActorKind.END_USER, name=session.machine, address=address),
            session_id=session_id,
            ticket_id=session.ticket_id,
            details=told,
        )
        with suppress(Conflict):
            await self.store.rate(session_id, body.steps, now, event)
