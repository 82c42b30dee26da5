"""Every live session of this broker by its id, and what the service's parts share."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from broker.audit.event import BROKER, KIND_OF_ROLE, Actor, AuditEvent, DetailValue
from broker.errors import HandrailError, NotFound, SessionOver
from broker.group_ports import Group, GroupStore
from broker.ports import Account, AuditLog, Clock, Secrets, SessionStore
from broker.protocol.files import FilePolicy
from broker.protocol.rights import RENEWAL_MIN
from broker.protocol.signaling import IceServer
from broker.protocol.vocabulary import ErrorCode, Role, SessionState
from broker.report_ports import ReportStore
from broker.service.ice_servers import IceSettings, ice_servers
from broker.service.log_watch import LogWatch
from broker.service.owner import SessionOwner
from broker.service.relays import Relays, RelaySettings, RelayUse
from broker.session.access import may_read
from broker.session.events import BrokerRestarted
from broker.session.facts import Session
from broker.session.limits import Limits
from broker.session.policy import Policy, strictest
from broker.session.teams import NO_TEAM, Team

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ServicePorts:
    """The outside, as the service needs it."""

    sessions: SessionStore
    audit_log: AuditLog
    reports: ReportStore
    groups: GroupStore
    secrets: Secrets
    clock: Clock


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What an admin may set about sessions."""

    organisation: str
    limits: Limits = field(default_factory=Limits)
    ice: IceSettings = field(default_factory=IceSettings)
    relays: Mapping[RelayUse, RelaySettings] = field(
        default_factory=lambda: {use: RelaySettings() for use in RelayUse}
    )
    files: FilePolicy = field(default_factory=lambda: FilePolicy(relay=True))
    renewal_min: int = RENEWAL_MIN
    """After so many minutes end users are asked whether the rights go on."""
    support_contact: str = ""
    """How end users reach the organisation outside of Handrail."""
    asks_for_transcripts: bool = False
    """Whether end users are asked if their chat may be kept with the ticket."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """The groups of somebody, and what they say together."""

    group_ids: tuple[str, ...]
    names: tuple[str, ...]
    policy: Policy
    team: Team


class Registry:
    """The live sessions. Enter `running()` before anything else."""

    def __init__(self, ports: ServicePorts, settings: ServiceSettings) -> None:
        self.ports = ports
        self.settings = settings
        self.relays = Relays(settings.relays, ports.secrets)
        self.log_watch = LogWatch(ports.audit_log, ports.clock, self._log_changed)
        self._owners: dict[str, SessionOwner] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._running: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take up the sessions that are alive in the store; let go of all at the end."""
        failure: Exception | None = None
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                for session in await self.ports.sessions.active():
                    await self.own(session).submit(BrokerRestarted(BROKER))
                async with self.log_watch.running():
                    yield
            except Exception as error:  # noqa: BLE001 - raised below, as itself
                failure = error
            finally:
                self._let_go()
        if failure is not None:
            raise failure

    def own(self, session: Session) -> SessionOwner:
        """Start the owner of a session."""
        if self._tasks is None:
            raise RuntimeError("the registry is not running")
        owner = SessionOwner(
            session,
            self.ports.sessions,
            self.ports.clock,
            session.policy.limits(self.settings.limits),
            self.ice,
            files=session.policy.files(self.settings.files),
            tunnel=self.settings.relays[RelayUse.SESSION].allowed and session.policy.relay,
            log_failed=self.log_watch.failed,
        )
        self._owners[session.session_id] = owner
        task = self._tasks.create_task(self._run(owner), name=f"owner of {session.session_id}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return owner

    def find(self, session_id: str) -> SessionOwner | None:
        """Give the owner of a session that is alive here."""
        return self._owners.get(session_id)

    def all_live(self) -> tuple[Session, ...]:
        """Give every session that is alive here, the oldest first."""
        sessions = (owner.session for owner in self._owners.values())
        alive = [one for one in sessions if one.state is not SessionState.ENDED]
        return tuple(sorted(alive, key=lambda one: (one.created_at, one.session_id)))

    def live(self, session_id: str) -> SessionOwner:
        """Give the owner of a session; SessionOver when it has ended."""
        owner = self._owners.get(session_id)
        if owner is None:
            raise SessionOver
        return owner

    async def get(self, account: Account, session_id: str, address: str | None) -> Session:
        """Give a session to whoever may read it; NotFound (audited) to all others."""
        owner = self._owners.get(session_id)
        session = owner.session if owner else await self.ports.sessions.get(session_id)
        if session is None:
            raise NotFound
        team = (await self.belonging(account)).team if account.role is Role.LEAD else NO_TEAM
        if not may_read(session, account.account_id, account.role, team):
            await self.refused("session.access_refused", actor_of(account, address), session)
            raise NotFound
        return session

    async def belonging(self, account: Account) -> Belonging:
        """Give the groups of somebody and what they say, as of now."""
        return belonging_in(await self.ports.groups.all(), account.account_id)

    def sockets(self) -> dict[str, int]:
        """Count the websockets of live sessions by side."""
        owners = tuple(self._owners.values())
        clients = sum(owner.client is not None for owner in owners)
        return {"client": clients, "console": sum(len(owner.consoles) for owner in owners)}

    def live_codes(self) -> int:
        """Count the join codes that would be accepted now."""
        now = self.ports.clock.now()
        live = [
            owner
            for owner in self._owners.values()
            if (expires := owner.session.code_expires_at) is not None and expires > now
        ]
        return len(live)

    async def refused(
        self,
        action: str,
        actor: Actor,
        session: Session | None = None,
        details: dict[str, DetailValue] | None = None,
    ) -> None:
        """Put something that was refused on the audit log."""
        await self.ports.audit_log.append(
            AuditEvent(
                self.ports.clock.now(),
                action,
                actor,
                "refused",
                session.session_id if session else None,
                session.ticket_id if session else None,
                details or {},
            )
        )

    async def message_refused(self, session_id: str, actor: Actor, error: HandrailError) -> None:
        """Put a message that was refused on the audit log."""
        owner = self._owners.get(session_id)
        details: dict[str, DetailValue] = {"error": error.code.value}
        await self.refused("message.refused", actor, owner.session if owner else None, details)

    def ice(self, session: Session) -> tuple[IceServer, ...]:
        """Give the ICE servers of a session, with fresh credentials; none when it is over."""
        if session.state is SessionState.ENDED:
            return ()
        now = self.ports.clock.now()
        ends_at = now + timedelta(seconds=self.left_s(session))
        return ice_servers(self.settings.ice, session.session_id, now, ends_at)

    def _log_changed(self) -> None:
        """Tell every session whether its log can be written."""
        for owner in list(self._owners.values()):
            owner.log_changed(fails=self.log_watch.problem is not None)

    def left_s(self, session: Session) -> float:
        """Give how much longer a session may last, in seconds; below 0 when its time is over."""
        longest = session.policy.limits(self.settings.limits).session_s
        return longest - (self.ports.clock.now() - session.created_at).total_seconds()

    async def _run(self, owner: SessionOwner) -> None:
        session = owner.session
        log.info("session.opened", session_id=session.session_id, ticket_id=session.ticket_id)
        try:
            await owner.run()
        finally:
            self._owners.pop(session.session_id, None)
            self.relays.session_over(session.session_id)

    def close_links(self, code: ErrorCode) -> None:
        """Close every session's sockets; the sessions live on in the store."""
        self.relays.close_all()
        for owner in list(self._owners.values()):
            if owner.session.state is not SessionState.ENDED:
                owner.close_links(code)

    def _let_go(self) -> None:
        self.close_links(ErrorCode.SHUTTING_DOWN)
        for task in self._running:
            task.cancel()
        self._tasks = None


def belonging_in(every: tuple[Group, ...], account_id: str) -> Belonging:
    """Give what these groups, which are all there are, say of an account."""
    own = tuple(group for group in every if account_id in group.members)
    group_ids = tuple(group.group_id for group in own)
    return Belonging(
        group_ids,
        tuple(group.name for group in own),
        strictest(group.policy for group in own),
        Team(frozenset(group_ids), everybody=not every),
    )


def actor_of(account: Account, address: str | None) -> Actor:
    """Name an account in the audit log."""
    return Actor(KIND_OF_ROLE[account.role], account.account_id, account.name, address)
