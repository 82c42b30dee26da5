"""What both sides of a session may say about their peer connections, and what is passed on.

Each console has a connection of its own. Whose an offer is, the broker says; the answer and the
candidates come back to that console alone.

What is passed on as it came was read before: it is passed on only while the other side can read it
in no other way, and written anew otherwise.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from broker.audit.event import Actor
from broker.errors import MessageTooLarge, PeerAbsent, ProtocolViolation
from broker.link_ports import ClientLink, ConsoleLink, Heard
from broker.protocol import signaling as wire
from broker.protocol.connection import Way
from broker.protocol.participants import Participant
from broker.protocol.tunnel import PeerTunnel
from broker.protocol.vocabulary import MAX_MESSAGE_BYTES, PeerFailure
from broker.service.owner import SessionOwner
from broker.service.relays import Relays
from broker.session import events as ev
from broker.session.capabilities import check_peers_may_signal

Passed = wire.PeerDescription | wire.PeerCandidate
News = wire.PeerConnected | wire.PeerLost | wire.PeerFailed
Taker = TypeVar("Taker")
_L = TypeVar("_L", ClientLink, ConsoleLink)


def taker(takers: Mapping[type, Taker], heard: Heard[Any]) -> Taker:
    """Find what takes a message by its type. ProtocolViolation for one of a socket's beginning."""
    found = takers.get(type(heard.message))
    if found is None:
        raise ProtocolViolation(f"{heard.message.type} is only allowed as the first message.")
    return found


# ---- consoles


def console_offers(
    relays: Relays, owner: SessionOwner, who: Participant, offer: wire.PeerDescription
) -> None:
    """Tell the support client who offers, and what. IllegalTransition, PeerAbsent,
    ProtocolViolation."""
    if offer.kind != "offer":
        raise ProtocolViolation("kind: a console offers")
    check_peers_may_signal(owner.session.state)
    text = _written(offer.model_copy(update={"participant": who}))
    owner.offers.made(offer.peer_id, who.account_id)
    relays.cut_tunnel(owner.session.session_id, who.account_id)
    _present(owner.client).pass_on(text)


def console_passes(owner: SessionOwner, account_id: str, heard: Heard[wire.PeerCandidate]) -> None:
    """Pass on what belongs to an offer. IllegalTransition before consent, PeerAbsent when there is
    nobody to pass it to, ProtocolViolation for another's peer connection."""
    _check_own(owner, heard.message.peer_id, account_id)
    check_peers_may_signal(owner.session.state)
    _present(owner.client).pass_on(_text_of(heard))


def console_tunnels(
    relays: Relays, owner: SessionOwner, who: Participant, offer: PeerTunnel
) -> None:
    """Offer a tunnel to the support client, or tell the console that there can be none."""
    if offer.kind != "offer":
        raise ProtocolViolation("kind: a console offers a tunnel")
    check_peers_may_signal(owner.session.state)
    owner.offers.made(offer.peer_id, who.account_id)
    session_id = owner.session.session_id
    ticket = None
    if owner.session.policy.relay:
        ticket = relays.tunnel_offered(session_id, who.account_id, offer.peer_id)
    if ticket is not None:
        told = {"participant": who, "ticket": ticket}
        _present(owner.client).send(offer.model_copy(update=told))
        return
    owner.offers.over(offer.peer_id)
    console = owner.consoles.get(who.account_id)
    if console is not None:
        reason = PeerFailure.TUNNEL_REFUSED
        console.send(wire.PeerFailed(peer_id=offer.peer_id, reason=reason))


async def console_news(
    relays: Relays, owner: SessionOwner, account_id: str, actor: Actor, message: News
) -> None:
    """Record what became of a peer connection; news of one that is over already is none."""
    _check_own(owner, message.peer_id, account_id)
    if not isinstance(message, wire.PeerConnected):
        relays.close_tunnel(owner.session.session_id, message.peer_id)
    await _news(owner, account_id, owner.client, actor, _known_way(relays, message))


# ---- the support client, whose messages go to the console that offered


def client_answers(owner: SessionOwner, heard: Heard[wire.PeerDescription]) -> None:
    """Pass on the answer to an offer. IllegalTransition, PeerAbsent, ProtocolViolation."""
    if heard.message.kind != "answer":
        raise ProtocolViolation("kind: a support client answers")
    if heard.message.participant is not None:
        raise ProtocolViolation("participant: the broker says whose console offers")
    client_passes(owner, heard)


def client_passes(owner: SessionOwner, heard: Heard[Passed]) -> None:
    """Pass on what belongs to an answer. IllegalTransition, PeerAbsent, ProtocolViolation."""
    check_peers_may_signal(owner.session.state)
    text = _text_of(heard)
    _present(owner.consoles.get(_offerer(owner, heard.message.peer_id))).pass_on(text)


def client_tunnels(relays: Relays, owner: SessionOwner, answer: PeerTunnel) -> None:
    """Tell a console that its tunnel is accepted, with its ticket. ProtocolViolation, PeerAbsent,
    IllegalTransition."""
    if answer.kind != "answer":
        raise ProtocolViolation("kind: a support client accepts a tunnel")
    ticket = relays.tunnel_answered(owner.session.session_id, answer.peer_id)
    offerer = owner.offers.whose(answer.peer_id)
    if ticket is None or offerer is None:
        raise ProtocolViolation("peer_id: no tunnel of this id was offered")
    check_peers_may_signal(owner.session.state)
    told = answer.model_copy(update={"ticket": ticket, "participant": None})
    _present(owner.consoles.get(offerer)).send(told)


async def client_news(relays: Relays, owner: SessionOwner, actor: Actor, message: News) -> None:
    """The same as `console_news`."""
    whose = _offerer(owner, message.peer_id)
    await _news(owner, whose, owner.consoles.get(whose), actor, _known_way(relays, message))


def client_wants(owner: SessionOwner, message: wire.PeerWanted) -> None:
    """Ask the consoles to offer anew. IllegalTransition."""
    check_peers_may_signal(owner.session.state)
    owner.tell_consoles(message)


# ---- both


def _text_of(heard: Heard[Passed]) -> str:
    """Give the text to pass on. MessageTooLarge.

    As it came, when it holds each field once: then there is nothing in it that was not checked. A
    field that comes twice has quotation marks of its own, however it is written, so that counting
    them tells (and also finds escaped ones, which are rare and no harm).
    """
    message = heard.message
    texts = [*map(type, message.__dict__.values())].count(str)
    if heard.text.count('"') == 2 * (len(message.__pydantic_fields_set__) + texts):
        return heard.text
    return _written(message)


def _written(message: Passed) -> str:
    """Write a message anew. MessageTooLarge when it has grown past what a receiver takes."""
    text = message.model_dump_json()
    if len(text.encode()) >= MAX_MESSAGE_BYTES:
        raise MessageTooLarge("With what the broker adds, this message is too large to pass on.")
    return text


def _known_way(relays: Relays, message: News) -> News:
    """Tell what goes through here, whatever the two sides say of it."""
    if not isinstance(message, wire.PeerConnected):
        return message
    said = None if message.way is Way.BROKER else message.way
    way = Way.BROKER if relays.is_tunnel(message.peer_id) else said
    return message.model_copy(update={"way": way})


def _check_own(owner: SessionOwner, peer_id: str, account_id: str) -> None:
    if owner.offers.whose(peer_id) not in (None, account_id):
        raise ProtocolViolation("peer_id: it is another console's")


def _offerer(owner: SessionOwner, peer_id: str) -> str:
    return owner.offers.whose(peer_id) or owner.session.technician_id


def _present(link: _L | None) -> _L:
    if link is None:
        raise PeerAbsent
    return link


async def _news(
    owner: SessionOwner,
    account_id: str,
    other: ClientLink | ConsoleLink | None,
    actor: Actor,
    message: News,
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


def _in_charge_news(actor: Actor, message: News) -> ev.Event:
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
    message: News,
) -> None:
    """Both sides tell; the first to do so is heard."""
    if not isinstance(message, wire.PeerConnected):
        await owner.submit(ev.GuestDisconnected(actor, account_id, message.peer_id))
    elif owner.offers.stands(message.peer_id):
        await owner.submit(ev.GuestConnected(actor, account_id, message.peer_id, message.way))
