"""The consoles' side of a session: attach, signal, end. One console for each who takes part."""

from contextlib import suppress

from broker.audit.event import Actor
from broker.errors import Dismissed, IllegalTransition, NotFound, SessionOver
from broker.ports import Account, ConsoleLink
from broker.protocol import signaling as wire
from broker.protocol.chat import ChatMarks, ChatPost, ChatSync, ChatTyping
from broker.protocol.connection import ConnectionTried, PeerQuality
from broker.protocol.directions import ConsoleToBroker
from broker.protocol.participants import Participant
from broker.protocol.relay import RelaySide, RelayWanted
from broker.protocol.trust import TrustBroken, TrustCommit, TrustReveal
from broker.protocol.vocabulary import ErrorCode, SessionState
from broker.service.connection import console_tried
from broker.service.owner import SessionOwner
from broker.service.registry import Registry, actor_of
from broker.service.relay import console_said
from broker.service.relayed_chat import console_chatted
from broker.service.trust import console_agrees
from broker.service.views import session_view
from broker.session import events as ev
from broker.session.company import may_attach


class ConsoleSide:
    """What consoles may do."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def attach(
        self, account: Account, session_id: str, link: ConsoleLink, address: str | None
    ) -> None:
        """Attach a console, which replaces its account's one before; an ended session is shown.

        NotFound (audited) to everybody who does not take part: an admin may read and end the
        sessions of others, but not look at their desktops.
        """
        session = await self._registry.get(account, session_id, address)
        actor = actor_of(account, address)
        if session.state is SessionState.ENDED and session.technician_id == account.account_id:
            link.send(wire.SessionSnapshot(session=session_view(session), ice_servers=()))
            link.close(None)
            return
        if account.account_id not in may_attach(session):
            await self._registry.refused("session.access_refused", actor, session)
            raise NotFound
        owner = self._registry.live(session_id)
        if account.account_id == owner.session.in_charge_id:
            await self._attach_in_charge(owner, account.account_id, actor, link)
        else:
            owner.put_console(account.account_id, link)
            link.send(owner.snapshot())

    async def _attach_in_charge(
        self, owner: SessionOwner, account_id: str, actor: Actor, link: ConsoleLink
    ) -> None:
        def put() -> None:
            if account_id in may_attach(owner.session):
                if account_id in owner.consoles:
                    self._registry.relays.cut(owner.session.session_id)
                owner.put_console(account_id, link)
            else:  # handed over while this waited for its turn
                link.close(ErrorCode.DISMISSED)

        await owner.submit(ev.ConsoleAttached(actor), put)

    async def said(
        self, account: Account, session_id: str, message: ConsoleToBroker, address: str | None
    ) -> None:
        """Take a message of an attached console. Dismissed when it may not be there any more."""
        owner = self._registry.live(session_id)
        session, account_id = owner.session, account.account_id
        actor = actor_of(account, address)
        if account_id not in may_attach(session):
            raise Dismissed
        if isinstance(message, ChatPost | ChatSync | ChatMarks | ChatTyping):
            console_chatted(owner, account_id, message)
            return
        if isinstance(message, PeerQuality):  # a guest's is not shown
            if account_id == session.in_charge_id:
                owner.quality = message.line, self._registry.ports.clock.now()
            return
        if isinstance(message, ConnectionTried):
            console_tried(owner, account_id, message)
            return
        who = Participant(account_id=account_id, name=account.name)
        if isinstance(message, TrustCommit | TrustReveal | TrustBroken):  # at the door, too
            await console_agrees(self._registry.ports, owner, who, actor, message)
            return
        if account_id == session.in_charge_id:
            if await self._in_charge_said(owner, actor, message):
                return
        elif not session.participants.is_guest(account_id) or isinstance(message, wire.SessionEnd):
            raise IllegalTransition("Guests may look once they were let in, and end nothing.")
        await console_said(self._registry.relays, owner, who, actor, message)

    async def _in_charge_said(
        self, owner: SessionOwner, actor: Actor, message: ConsoleToBroker
    ) -> bool:
        """Take what only the technician in charge may say; False when it is nothing of that."""
        match message:
            case wire.SessionEnd():
                await owner.submit(ev.TechnicianEnded(actor))
            case RelayWanted(relay_id=relay_id):
                self._registry.relays.wanted(owner, RelaySide.CONSOLE, relay_id)
            case _:
                return False
        return True

    async def left(
        self, account: Account, session_id: str, link: ConsoleLink, address: str | None
    ) -> None:
        """Note that a console's socket is gone, if it was still the current one."""
        owner = self._registry.find(session_id)
        if owner is None:
            return
        current = owner.consoles.get(account.account_id)
        if current is None or current is link:
            self._registry.relays.cut_tunnel(session_id, account.account_id)
        if current is not link:
            return
        del owner.consoles[account.account_id]
        if account.account_id != owner.session.in_charge_id:
            return
        self._registry.relays.cut(session_id)
        with suppress(SessionOver):
            await owner.submit(ev.ConsoleDetached(actor_of(account, address)))
