"""The consoles' side of a session: attach, signal, end. One console for each who takes part."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from broker.audit.event import Actor
from broker.errors import Dismissed, IllegalTransition, NotFound, SessionOver
from broker.link_ports import ConsoleLink, Heard
from broker.ports import Account
from broker.protocol import signaling as wire
from broker.protocol.chat import ChatMarks, ChatPost, ChatSync, ChatTyping, ConsoleChat
from broker.protocol.connection import ConnectionTried, PeerQuality
from broker.protocol.directions import ConsoleToBroker
from broker.protocol.participants import Participant
from broker.protocol.relay import RelaySide, RelayWanted
from broker.protocol.trust import TrustBroken, TrustCommit, TrustReveal
from broker.protocol.tunnel import PeerTunnel
from broker.protocol.vocabulary import ErrorCode, SessionState
from broker.service import relay
from broker.service.connection import console_tried
from broker.service.owner import SessionOwner
from broker.service.registry import Registry
from broker.service.relayed_chat import console_chatted
from broker.service.trust import console_agrees
from broker.service.views import session_view
from broker.session import events as ev
from broker.session.company import attends, may_attach
from broker.session.facts import Session


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose console it is, in which session, and as whom the audit log knows them."""

    account: Account
    session_id: str
    actor: Actor

    @property
    def who(self) -> Participant:
        """As others are told of them."""
        return Participant(account_id=self.account.account_id, name=self.account.name)


class ConsoleSide:
    """What consoles may do."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def attach(self, speaker: Speaker, link: ConsoleLink) -> None:
        """Attach a console, which replaces its account's one before; an ended session is shown.

        NotFound (audited) to everybody who does not take part: an admin may read and end the
        sessions of others, but not look at their desktops.
        """
        account, actor = speaker.account, speaker.actor
        session = await self._registry.get(account, speaker.session_id, actor.address)
        if session.state is SessionState.ENDED and session.technician_id == account.account_id:
            link.send(wire.SessionSnapshot(session=session_view(session), ice_servers=()))
            link.close(None)
            return
        if account.account_id not in may_attach(session):
            await self._registry.refused("session.access_refused", actor, session)
            raise NotFound
        owner = self._registry.live(speaker.session_id)
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

    async def said(self, speaker: Speaker, heard: Heard[ConsoleToBroker]) -> None:
        """Take a message of an attached console. Dismissed when it may not be there any more."""
        owner = self._registry.live(speaker.session_id)
        account_id = speaker.account.account_id
        if not attends(owner.session, account_id):
            raise Dismissed
        check, take = relay.taker(_TAKERS, heard)
        check(owner.session, account_id)
        await take(self, owner, speaker, heard)

    async def _chatted(
        self, owner: SessionOwner, speaker: Speaker, heard: Heard[ConsoleChat]
    ) -> None:
        console_chatted(owner, speaker.account.account_id, heard.message)

    async def _told_quality(
        self, owner: SessionOwner, speaker: Speaker, heard: Heard[PeerQuality]
    ) -> None:
        if speaker.account.account_id == owner.session.in_charge_id:  # a guest's is not shown
            owner.quality = heard.message.line, self._registry.ports.clock.now()

    async def _tried(
        self, owner: SessionOwner, speaker: Speaker, heard: Heard[ConnectionTried]
    ) -> None:
        console_tried(owner, speaker.account.account_id, heard.message)

    async def _agrees(
        self,
        owner: SessionOwner,
        speaker: Speaker,
        heard: Heard[TrustCommit | TrustReveal | TrustBroken],
    ) -> None:
        ports = self._registry.ports
        await console_agrees(ports, owner, speaker.who, speaker.actor, heard.message)

    async def _described(
        self, owner: SessionOwner, speaker: Speaker, heard: Heard[wire.PeerDescription]
    ) -> None:
        relay.console_offers(self._registry.relays, owner, speaker.who, heard.message)

    async def _found_candidate(
        self, owner: SessionOwner, speaker: Speaker, heard: Heard[wire.PeerCandidate]
    ) -> None:
        relay.console_passes(owner, speaker.account.account_id, heard)

    async def _tunnels(
        self, owner: SessionOwner, speaker: Speaker, heard: Heard[PeerTunnel]
    ) -> None:
        relay.console_tunnels(self._registry.relays, owner, speaker.who, heard.message)

    async def _told_news(
        self, owner: SessionOwner, speaker: Speaker, heard: Heard[relay.News]
    ) -> None:
        account_id, actor = speaker.account.account_id, speaker.actor
        await relay.console_news(self._registry.relays, owner, account_id, actor, heard.message)

    async def _ended(
        self,
        owner: SessionOwner,
        speaker: Speaker,
        heard: Heard[wire.SessionEnd],  # noqa: ARG002
    ) -> None:
        await owner.submit(ev.TechnicianEnded(speaker.actor))

    async def _wants_relay(
        self,
        owner: SessionOwner,
        speaker: Speaker,  # noqa: ARG002
        heard: Heard[RelayWanted],
    ) -> None:
        self._registry.relays.wanted(owner, RelaySide.CONSOLE, heard.message.relay_id)

    async def left(self, speaker: Speaker, link: ConsoleLink) -> None:
        """Note that a console's socket is gone, if it was still the current one."""
        account, session_id = speaker.account, speaker.session_id
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
            await owner.submit(ev.ConsoleDetached(speaker.actor))


# ---- who may say what


def _anybody(session: Session, account_id: str) -> None:
    """Whoever is attached, be it only at the door."""


def _those_inside(session: Session, account_id: str) -> None:
    if account_id != session.in_charge_id and not session.participants.is_guest(account_id):
        raise IllegalTransition(_ONLY_LOOK)


def _in_charge(session: Session, account_id: str) -> None:
    if account_id != session.in_charge_id:
        raise IllegalTransition(_ONLY_LOOK)


_ONLY_LOOK: Final = "Guests may look and write once they were let in, and end nothing."

_Check = Callable[[Session, str], None]
_Take = Callable[[ConsoleSide, SessionOwner, Speaker, Heard[Any]], Awaitable[None]]

_TAKERS: Final[Mapping[type, tuple[_Check, _Take]]] = {
    ChatPost: (_those_inside, ConsoleSide._chatted),
    ChatSync: (_those_inside, ConsoleSide._chatted),
    ChatMarks: (_those_inside, ConsoleSide._chatted),
    ChatTyping: (_those_inside, ConsoleSide._chatted),
    PeerQuality: (_anybody, ConsoleSide._told_quality),
    ConnectionTried: (_anybody, ConsoleSide._tried),
    TrustCommit: (_anybody, ConsoleSide._agrees),
    TrustReveal: (_anybody, ConsoleSide._agrees),
    TrustBroken: (_anybody, ConsoleSide._agrees),
    wire.PeerDescription: (_those_inside, ConsoleSide._described),
    wire.PeerCandidate: (_those_inside, ConsoleSide._found_candidate),
    PeerTunnel: (_those_inside, ConsoleSide._tunnels),
    wire.PeerConnected: (_those_inside, ConsoleSide._told_news),
    wire.PeerLost: (_those_inside, ConsoleSide._told_news),
    wire.PeerFailed: (_those_inside, ConsoleSide._told_news),
    wire.SessionEnd: (_in_charge, ConsoleSide._ended),
    RelayWanted: (_in_charge, ConsoleSide._wants_relay),
}
"""Who may say each message, and what takes it."""
