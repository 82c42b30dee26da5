"""What goes on now, for those who keep an eye on it, and how an admin ends it."""

from datetime import timedelta
from typing import Final

from broker.errors import SessionOver
from broker.ports import Account
from broker.protocol.connection import LineQuality, Way
from broker.protocol.vocabulary import Role, SessionState
from broker.service.registry import Registry, actor_of
from broker.service.revocations import Revocations
from broker.session import events as ev
from broker.session.access import may_read
from broker.session.facts import Session
from broker.session.teams import NO_TEAM

FRESH: Final = timedelta(seconds=30)
"""What a console tells of its connection is old after this: it is told every 10 s."""

Seen = tuple[Session, Way | None, LineQuality | None]


class LiveDesk:
    """The sessions that are not over."""

    def __init__(self, registry: Registry, revocations: Revocations) -> None:
        self._registry = registry
        self._revocations = revocations

    async def seen_by(self, account: Account) -> tuple[Seen, ...]:
        """Give what an account may know of, the oldest first, with each peer connection.

        Nothing is asked of the store but the groups of a lead: this is called every few seconds.
        """
        lead = account.role is Role.LEAD
        team = (await self._registry.belonging(account)).team if lead else NO_TEAM
        seen = [
            one
            for one in self._registry.all_live()
            if may_read(one, account.account_id, account.role, team)
        ]
        return tuple((one, *self._connection_of(one)) for one in seen)

    async def end(
        self, account: Account, session_id: str, reason: str, address: str | None
    ) -> Session:
        """End a session and tell both sides why; one that is over stays as it is. NotFound."""
        session = await self._registry.get(account, session_id, address)
        owner = self._registry.find(session_id)
        if owner is None or session.state is SessionState.ENDED:
            return session
        try:
            return await owner.submit(ev.AdminEnded(actor_of(account, address), reason))
        except SessionOver:
            return owner.session

    async def end_all_of(
        self, account: Account, person_id: str, reason: str, address: str | None
    ) -> int:
        """End all that somebody does now; give how many sessions that were. Their sign-in stays."""
        before = self._in_charge(person_id)
        await self._revocations.end_all(person_id, actor_of(account, address), reason)
        return len(before) - len(self._in_charge(person_id))

    def _in_charge(self, person_id: str) -> list[Session]:
        return [one for one in self._registry.all_live() if one.in_charge_id == person_id]

    def _connection_of(self, session: Session) -> tuple[Way | None, LineQuality | None]:
        owner = self._registry.find(session.session_id)
        if owner is None or session.state is not SessionState.CONNECTED:
            return None, None
        line, told_at = owner.quality or (None, None)
        fresh = told_at is not None and self._registry.ports.clock.now() - told_at < FRESH
        return owner.way, line if fresh else None
