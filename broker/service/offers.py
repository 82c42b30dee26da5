"""Which peer connections which console has offered: only on these may anybody report anything.

Without it each invented peer id would become a record of the audit log.
"""

from dataclasses import dataclass
from typing import Final

from broker.errors import ProtocolViolation
from broker.session.facts import Session

MAX_REMEMBERED: Final = 32
"""Offers of one session that are remembered; a late report on an older one is refused."""


@dataclass(slots=True)
class _Offer:
    account_id: str
    is_open: bool = True
    stands: bool = False


class Offers:
    """The peer ids of one session: whose they are, and what became of each."""

    def __init__(self, session: Session) -> None:
        self._offers: dict[str, _Offer] = {}
        guests = {guest.account_id for guest in session.participants.admitted}
        in_charge = {session.technician_id} if session.is_agreed else set()
        self._unheard: set[str] = guests | in_charge
        """A restarted broker did not hear the offers of connections that were just being made."""
        if session.peer_id is not None:
            self.made(session.peer_id, session.technician_id)

    def made(self, peer_id: str, account_id: str) -> None:
        """Note an offer. ProtocolViolation when the id is another's."""
        if self.whose(peer_id) not in (None, account_id):
            raise ProtocolViolation("peer_id: it is another console's")
        self._offers.setdefault(peer_id, _Offer(account_id))
        while len(self._offers) > MAX_REMEMBERED:
            del self._offers[next(iter(self._offers))]

    def whose(self, peer_id: str) -> str | None:
        """Give the account whose console offered this; None when nobody knows."""
        offer = self._offers.get(peer_id)
        return offer.account_id if offer else None

    def is_open(self, peer_id: str, account_id: str) -> bool:
        """Tell news of a connection from that of one already over. ProtocolViolation.

        `account_id` is whose it would be, if a restarted broker hears of it for the first time.
        """
        if peer_id not in self._offers and account_id in self._unheard:
            self._unheard.discard(account_id)
            self.made(peer_id, account_id)
        if peer_id not in self._offers:
            raise ProtocolViolation("peer_id: it was never offered in this session")
        return self._offers[peer_id].is_open

    def stands(self, peer_id: str) -> bool:
        """Note that a connection stands; whether that is news."""
        offer = self._offers[peer_id]
        is_news, offer.stands = not offer.stands, True
        return is_news

    def over(self, peer_id: str) -> None:
        """Note that a connection was lost or could not be made; its id does not come back."""
        self._offers[peer_id].is_open = False
