"""What both sides of a session may say about their peer connection, and what is passed on."""

from broker.audit.event import Actor
from broker.errors import PeerAbsent, ProtocolViolation
from broker.ports import ClientLink, ConsoleLink
from broker.protocol import signaling as wire
from broker.protocol.vocabulary import ActorKind
from broker.service.owner import SessionOwner
from broker.session import events as ev
from broker.session.capabilities import check_peers_may_signal


async def peer_said(
    owner: SessionOwner,
    other: ClientLink | ConsoleLink | None,
    actor: Actor,
    message: wire.ClientToBroker | wire.ConsoleToBroker,
) -> None:
    """Record a peer connection's news, and pass descriptions and candidates to the other side.

    Raises IllegalTransition before consent, PeerAbsent when there is nobody to pass it to and
    ProtocolViolation for a message that belongs to the beginning of a socket and for news of a
    connection that nobody offered. News of one that is over already is not news.
    """
    match message:
        case wire.PeerDescription() | wire.PeerCandidate():
            check_peers_may_signal(owner.session.state)
            _note_offer(owner, actor, message)
            if other is None:
                raise PeerAbsent
            other.send(message)
        case wire.PeerConnected() if owner.offers.is_open(message.peer_id):
            await owner.submit(ev.PeersConnected(actor, message.peer_id))
        case wire.PeerLost() if owner.offers.is_open(message.peer_id):
            await owner.submit(ev.PeersLost(actor, message.peer_id))
            owner.offers.over(message.peer_id)
        case wire.PeerFailed() if owner.offers.is_open(message.peer_id):
            await owner.submit(ev.PeersFailed(actor, message.peer_id, message.reason))
            owner.offers.over(message.peer_id)
            if other is not None:
                other.send(message)
        case wire.PeerConnected() | wire.PeerLost() | wire.PeerFailed():
            return
        case _:
            raise ProtocolViolation(f"{message.type} is only allowed as the first message.")


def _note_offer(
    owner: SessionOwner, actor: Actor, message: wire.PeerDescription | wire.PeerCandidate
) -> None:
    offers = isinstance(message, wire.PeerDescription) and message.kind == "offer"
    if offers and actor.kind is not ActorKind.END_USER:
        owner.offers.made(message.peer_id)
