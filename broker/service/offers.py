"""Which peer connections the console has offered: only on these may anybody report anything.

Without it each invented peer id would become a record of the audit log.
"""

from typing import Final

from broker.errors import ProtocolViolation
from broker.protocol.vocabulary import SessionState
from broker.session.facts import Session

MAX_REMEMBERED: Final = 32
"""Offers of one session that are remembered; a late report on an older one is refused."""


class Offers:
    """The peer ids of one session, and whether each may still come to something."""

    def __init__(self, session: Session) -> None:
        self._open: dict[str, bool] = {}
        taken_up = session.state in (SessionState.CONSENTED, SessionState.CONNECTED)
        self._one_unheard = taken_up
        """A restarted broker did not hear the offer of a connection that was just being made."""
        if session.peer_id is not None:
            self.made(session.peer_id)

    def made(self, peer_id: str) -> None:
        """Note an offer."""
        self._open.setdefault(peer_id, True)
        while len(self._open) > MAX_REMEMBERED:
            del self._open[next(iter(self._open))]

    def is_open(self, peer_id: str) -> bool:
        """Tell news of a connection from that of one already over. ProtocolViolation."""
        if peer_id not in self._open and self._one_unheard:
            self._one_unheard = False
            self.made(peer_id)
        if peer_id not in self._open:
            raise ProtocolViolation("peer_id: it was never offered in this session")
        return self._open[peer_id]

    def over(self, peer_id: str) -> None:
        """Note that a connection was lost or could not be made; its id does not come back."""
        self._open[peer_id] = False
