"""The peer connections of guests: opened for those alone whom the end user let in. Pure.

What becomes of them never moves the session's state, which hangs on the one in charge.
"""

from collections.abc import Callable
from typing import Any

from broker.protocol.signaling import IceServer, PeerConnected, PeerFailed, PeerLost
from broker.protocol.vocabulary import PeerFailure
from client import effects as do
from client import events as on
from client.company import Company


class GuestPeers:
    """Which peer connection is which guest's, for one session after another."""

    def __init__(
        self,
        company: Callable[[], Company],
        ice_servers: Callable[[], tuple[IceServer, ...]],
    ) -> None:
        self._company = company
        self._ice_servers = ice_servers
        self._peers: dict[str, str] = {}
        self.handlers: dict[type[Any], Callable[[Any], list[do.Effect]]] = {
            on.GuestOffered: self._offered,
            on.StrangerOffered: self._stranger,
            on.GuestPeerNews: self._news,
        }

    def begin(self) -> None:
        """Begin a session, or end one."""
        self._peers.clear()

    def refine(self, event: on.Event) -> on.Event:
        """Name what is a guest's: the session's state hangs on the one in charge alone."""
        match event:
            case on.OfferReceived(message) if message.participant is not None:
                account_id = message.participant.account_id
                if self._company().is_guest(account_id):
                    return on.GuestOffered(message, account_id)
                known = self._company().is_in_charge(account_id)
                return event if known else on.StrangerOffered(message)
            case on.PeerStood(peer_id) | on.PeerFellSilent(peer_id) | on.PeerBroke(peer_id):
                return on.GuestPeerNews(event) if peer_id in self._peers else event
            case on.CandidateReceived(message) | on.RemotePeerFailed(message):
                return on.GuestPeerNews(event) if message.peer_id in self._peers else event
        return event

    def _offered(self, event: on.GuestOffered) -> list[do.Effect]:
        message, account_id = event.message, event.account_id
        self._peers = {p: whose for p, whose in self._peers.items() if whose != account_id}
        self._peers[message.peer_id] = account_id
        closing = do.CloseGuests((account_id,))
        opening = do.OpenPeer(message, self._ice_servers(), account_id)
        return [closing, opening]

    def _stranger(self, event: on.StrangerOffered) -> list[do.Effect]:
        """Whoever the end user did not let in sees nothing, whatever the broker passes on."""
        reason = PeerFailure.NEGOTIATION_FAILED
        return [do.Send(PeerFailed(peer_id=event.message.peer_id, reason=reason))]

    def _news(self, event: on.GuestPeerNews) -> list[do.Effect]:
        match event.event:
            case on.CandidateReceived(message):
                return [do.AddCandidate(message)]
            case on.PeerStood(peer_id, way):
                return [do.Send(PeerConnected(peer_id=peer_id, way=way))]
            case on.PeerFellSilent(peer_id):
                return [do.Send(PeerLost(peer_id=peer_id)), *self._unlinked(peer_id)]
            case on.PeerBroke(peer_id, reason):
                said = do.Send(PeerFailed(peer_id=peer_id, reason=reason))
                return [said, *self._unlinked(peer_id)]
            case on.RemotePeerFailed(message):
                return self._unlinked(message.peer_id)

    def _unlinked(self, peer_id: str) -> list[do.Effect]:
        return [do.CloseGuests((self._peers.pop(peer_id),))]
