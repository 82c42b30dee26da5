"""What both sides of a session may say about their peer connections, and what is passed on.

Each console has a connection of its own. Whose an offer is, the broker says; a console's answer and
candidates come back to it alone.
"""

from broker.audit.event import Actor
from broker.errors import PeerAbsent, ProtocolViolation
from broker.ports import ClientLink, ConsoleLink
from broker.protocol import signaling as wire
from broker.protocol.connection import Way
from broker.protocol.directions import ClientToBroker, ConsoleToBroker
from broker.protocol.participants import Participant
from broker.protocol.tunnel import PeerTunnel
from broker.protocol.vocabulary import PeerFailure
from broker.service.owner import SessionOwner
from broker.service.relays import Relays
from broker.session import events as ev
from broker.session.capabilities import check_peers_may_signal

_Link = ClientLink | ConsoleLink | None
_Passed = wire.PeerDescription | PeerTunnel | wire.PeerCandidate
_News = wire.PeerConnected | wire.PeerLost | wire.PeerFailed


async def console_said(
    relays: Relays,
    owner: SessionOwner,
    who: Participant,
    actor: Actor,
    message: ConsoleToBroker,
) -> None:
    """Pass a console's descriptions and candidates on, and record its news.

    Raises IllegalTransition before consent, PeerAbsent when there is nobody to pass it to and
    ProtocolViolation for a message that belongs to the beginning of a socket, and for another's
    peer connection. News of one that is over already is not news.
    """
    match message:
        case wire.PeerDescription(kind="offer"):
            check_peers_may_signal(owner.session.state)
            owner.offers.made(message.peer_id, who.account_id)
            relays.cut_tunnel(owner.session.session_id, who.account_id)
            _pass_on(owner, owner.client, message.model_copy(update={"participant": who}))
        case PeerTunnel(kind="offer"):
            _tunnel_offered(relays, owner, who, message)
        case wire.PeerDescription() | wire.PeerCandidate():
            _check_own(owner, message.peer_id, who.account_id)
            _pass_on(owner, owner.client, message)
        case wire.PeerConnected() | wire.PeerLost() | wire.PeerFailed():
            _check_own(owner, message.peer_id, who.account_id)
            if not isinstance(message, wire.PeerConnected):
                relays.close_tunnel(owner.session.session_id, message.peer_id)
            await _news(owner, who.account_id, owner.client, actor, _known_way(relays, message))
        case _:
            raise ProtocolViolation(f"{message.type} is only allowed as the first message.")


async def client_said(
    relays: Relays, owner: SessionOwner, actor: Actor, message: ClientToBroker
) -> None:
    """The same for the support client, whose messages go to the console that offered."""
    match message:
        case wire.PeerDescription() | wire.PeerCandidate():
            whose = owner.offers.whose(message.peer_id) or owner.session.technician_id
            _pass_on(owner, owner.consoles.get(whose), message)
        case PeerTunnel(kind="answer"):
            ticket = relays.tunnel_answered(owner.session.session_id, message.peer_id)
            offerer = owner.offers.whose(message.peer_id)
            if ticket is None or offerer is None:
                raise ProtocolViolation("peer_id: no tunnel of this id was offered")
            answer = message.model_copy(update={"ticket": ticket, "participant": None})
            _pass_on(owner, owner.consoles.get(offerer), answer)
        case wire.PeerConnected() | wire.PeerLost() | wire.PeerFailed():
            whose = owner.offers.whose(message.peer_id) or owner.session.technician_id
            console = owner.consoles.get(whose)
            await _news(owner, whose, console, actor, _known_way(relays, message))
        case wire.PeerWanted():
            check_peers_may_signal(owner.session.state)
            owner.tell_consoles(message)
        case _:
            raise ProtocolViolation(f"{message.type} is only allowed as the first message.")


def _tunnel_offered(
    relays: Relays, owner: SessionOwner, who: Participant, offer: PeerTunnel
) -> None:
    """Offer a tunnel to the support client, or tell the console that there can be none."""
    check_peers_may_signal(owner.session.state)
    owner.offers.made(offer.peer_id, who.account_id)
    session_id = owner.session.session_id
    ticket = None
    if owner.session.policy.relay:
        ticket = relays.tunnel_offered(session_id, who.account_id, offer.peer_id)
    if ticket is not None:
        told = {"participant": who, "ticket": ticket}
        _pass_on(owner, owner.client, offer.model_copy(update=told))
        return
    owner.offers.over(offer.peer_id)
    console = owner.consoles.get(who.account_id)
    if console is not None:
        reason = PeerFailure.TUNNEL_REFUSED
        console.send(wire.PeerFailed(peer_id=offer.peer_id, reason=reason))


def _known_way(relays: Relays, message: _News) -> _News:
    """Tell what goes through here, whatever the two sides say of it."""
    if not isinstance(message, wire.PeerConnected):
        return message
    said = None if message.way is Way.BROKER else message.way
    way = Way.BROKER if relays.is_tunnel(message.peer_id) else said
    return message.model_copy(update={"way": way})


def _check_own(owner: SessionOwner, peer_id: str, account_id: str) -> None:
    if owner.offers.whose(peer_id) not in (None, account_id):
        raise ProtocolViolation("peer_id: it is another console's")


def _pass_on(owner: SessionOwner, other: _Link, message: _Passed) -> None:
    check_peers_may_signal(owner.session.state)
    if other is None:
        raise PeerAbsent
    other.send(message)


async def _news(
    owner: SessionOwner,
    account_id: str,
    other: _Link,
    actor: Actor,
    message: _News,
) -> None:
    if not owner.offers.is_open(message.peer_id, account_id):
        return
    if account_id == owner.session.in_charge_id:
        await owner.submit(_in_charge_news(actor, message))
    elif owner.session.participants.is_guest(account_id):
        await _guest_news(owner, account_id, actor, message)
    if not isinstance(message, wire.PeerConnected):
        owner.offers.over(message.peer_id)
    if isinstance(message, wire.PeerFailed) and other is not None:
        other.send(message)


def _in_charge_news(actor: Actor, message: _News) -> ev.Event:
    match message:
        case wire.PeerConnected():
            return ev.PeersConnected(actor, message.peer_id, message.way)
        case wire.PeerLost():
            return ev.PeersLost(actor, message.peer_id)
        case _:
            return ev.PeersFailed(actor, message.peer_id, message.reason)


async def _guest_news(
    owner: SessionOwner,
    account_id: str,
    actor: Actor,
    message: _News,
) -> None:
    """Both sides tell; the first to do so is heard."""
    if not isinstance(message, wire.PeerConnected):
        await owner.submit(ev.GuestDisconnected(actor, account_id, message.peer_id))
    elif owner.offers.stands(message.peer_id):
        await owner.submit(ev.GuestConnected(actor, account_id, message.peer_id, message.way))
