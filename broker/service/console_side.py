"""The console's side of a session: attach, signal, end."""

from contextlib import suppress

from broker.errors import NotFound, SessionOver
from broker.ports import Account, ConsoleLink
from broker.protocol import signaling as wire
from broker.protocol.relay import RelaySide, RelayWanted
from broker.protocol.vocabulary import ErrorCode, SessionState
from broker.service.owner import SessionOwner
from broker.service.registry import Registry, actor_of
from broker.service.relay import peer_said
from broker.service.views import session_view
from broker.session import events as ev


class ConsoleSide:
    """What consoles may do."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def attach(
        self, account: Account, session_id: str, link: ConsoleLink, address: str | None
    ) -> None:
        """Attach a console, which replaces the one before; an ended session is only shown.

        NotFound (audited) to everybody but the session's technician: an admin may read and end
        the sessions of others, but not look at their desktops.
        """
        session = await self._registry.get(account, session_id, address)
        actor = actor_of(account, address)
        if session.technician_id != account.account_id:
            await self._registry.refused("session.access_refused", actor, session)
            raise NotFound
        if session.state is SessionState.ENDED:
            link.send(wire.SessionSnapshot(session=session_view(session), ice_servers=()))
            link.close(None)
            return
        owner = self._registry.live(session_id)
        await owner.submit(ev.ConsoleAttached(actor), lambda: self._replace(owner, link))

    async def said(
        self, account: Account, session_id: str, message: wire.ConsoleToBroker, address: str | None
    ) -> None:
        """Take a message of the attached console."""
        owner = self._registry.live(session_id)
        actor = actor_of(account, address)
        match message:
            case wire.SessionEnd():
                await owner.submit(ev.TechnicianEnded(actor))
            case RelayWanted(relay_id=relay_id):
                self._registry.relays.wanted(owner, RelaySide.CONSOLE, relay_id)
            case _:
                await peer_said(owner, owner.client, actor, message)

    async def left(
        self, account: Account, session_id: str, link: ConsoleLink, address: str | None
    ) -> None:
        """Note that a console's socket is gone, if it was still the current one."""
        owner = self._registry.find(session_id)
        if owner is None or owner.console is not link:
            return
        owner.console = None
        self._registry.relays.cut(session_id)
        with suppress(SessionOver):
            await owner.submit(ev.ConsoleDetached(actor_of(account, address)))

    def _replace(self, owner: SessionOwner, link: ConsoleLink) -> None:
        previous, owner.console = owner.console, link
        if previous is not None:
            self._registry.relays.cut(owner.session.session_id)
            previous.close(ErrorCode.REPLACED)
