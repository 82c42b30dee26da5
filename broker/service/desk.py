"""What technicians and admins do with sessions outside a console: open, list, read and end them."""

from datetime import timedelta

from broker.audit.chain import SealedEvent
from broker.errors import Conflict, NotPermitted
from broker.ports import Account, SessionFilter, SessionPage
from broker.protocol.vocabulary import Capability, Role, SessionState
from broker.service.distrust import NOT_FOR_TECHNICIANS
from broker.service.registry import Belonging, Registry, actor_of
from broker.session import events as ev
from broker.session.access import check_in_charge, reads_all
from broker.session.capabilities import check_available, normalise
from broker.session.facts import Session
from broker.session.records import opened
from broker.session.retold import RATED

CODE_ATTEMPTS = 3
"""Two live codes can be the same by chance, once in 10^11 draws for each: then draw again."""


class Desk:
    """The HTTP API's side of the service."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._ports = registry.ports

    async def create(
        self,
        account: Account,
        ticket_id: str,
        capabilities: tuple[Capability, ...],
        address: str | None,
    ) -> tuple[Session, str]:
        """Open a session for a ticket: the session, and its join code, told this once.

        InvalidRequest when a capability is not available, NotPermitted when the technician's groups
        do not allow it.
        """
        check_available(capabilities)
        belonging = await self._registry.belonging(account)
        belonging.policy.check(capabilities)
        for _ in range(CODE_ATTEMPTS - 1):
            try:
                return await self._create(account, belonging, ticket_id, capabilities, address)
            except Conflict:
                continue
        return await self._create(account, belonging, ticket_id, capabilities, address)

    async def issue_code(
        self, account: Account, session_id: str, address: str | None
    ) -> tuple[Session, str]:
        """Replace the join code of a session that still waits; the old one stops working."""
        session = await self._registry.get(account, session_id, address)
        check_in_charge(session, account.account_id)
        code = self._ports.secrets.new_join_code()
        event = ev.CodeIssued(
            actor_of(account, address),
            code_hash=self._ports.secrets.fingerprint(code),
            expires_at=self._ports.clock.now() + self._code_life,
        )
        return await self._registry.live(session.session_id).submit(event), code

    async def get(self, account: Account, session_id: str, address: str | None) -> Session:
        """Give a session to whoever may read it; NotFound to all others."""
        return await self._registry.get(account, session_id, address)

    async def page(
        self, account: Account, where: SessionFilter, cursor: str | None, limit: int
    ) -> SessionPage:
        """List sessions: one's own, or anybody's for an auditor or admin."""
        if not reads_all(account.role):
            if where.technician_id not in (None, account.account_id):
                return SessionPage((), None)
            where = SessionFilter(
                where.ticket_id,
                where.state,
                account.account_id,
                where.created_from,
                where.created_to,
            )
        return await self._ports.sessions.page(where, cursor, limit)

    async def events(
        self, account: Account, session_id: str, after: int, limit: int, address: str | None
    ) -> tuple[SealedEvent, ...]:
        """Give a session's audit events with a sequence above `after`, oldest first."""
        await self._registry.get(account, session_id, address)
        hidden = frozenset() if reads_all(account.role) else NOT_FOR_TECHNICIANS | {RATED}
        return await self._ports.audit_log.of_session(session_id, after, limit, hidden)

    async def end(self, account: Account, session_id: str, address: str | None) -> Session:
        """End a session; one that has ended stays as it is."""
        session = await self._registry.get(account, session_id, address)
        if session.state is SessionState.ENDED:
            return session
        own = session.technician_id == account.account_id
        if not own and account.role is not Role.ADMIN:
            raise NotPermitted("Only the technician in charge, or an admin, may end a session.")
        actor = actor_of(account, address)
        event = ev.TechnicianEnded(actor) if own else ev.AdminEnded(actor)
        return await self._registry.live(session_id).submit(event)

    @property
    def _code_life(self) -> timedelta:
        return timedelta(seconds=self._registry.settings.limits.code_life_s)

    async def _create(
        self,
        account: Account,
        belonging: Belonging,
        ticket_id: str,
        capabilities: tuple[Capability, ...],
        address: str | None,
    ) -> tuple[Session, str]:
        code, now = self._ports.secrets.new_join_code(), self._ports.clock.now()
        session = Session(
            session_id=self._ports.secrets.new_id("ses"),
            ticket_id=ticket_id,
            technician_id=account.account_id,
            technician_name=account.name,
            requested=normalise(capabilities),
            created_at=now,
            code_expires_at=now + self._code_life,
            code_hash=self._ports.secrets.fingerprint(code),
            policy=belonging.policy,
            group_ids=belonging.group_ids,
        )
        record = opened(session, ev.Event(actor_of(account, address)), now, belonging.names)
        await self._ports.sessions.create(session, record.event)
        self._registry.own(session)
        return session, code
