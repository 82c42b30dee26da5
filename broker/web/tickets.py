"""Tickets for a console's websocket: what a page of ours got by asking, and no other page can have.

The cookie alone would open the socket for whoever makes the browser connect; the ticket travels in
the first message, never in an address, and belongs to one sign-in and one session.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from broker.errors import NotPermitted
from broker.ports import Identity, Secrets
from broker.protocol.rest import ConsoleTicket
from broker.web.one_time import OneTimeTokens

LIFE_S: Final = 30
"""Fetched right before the socket opens."""


class Tickets:
    """Issues and takes them."""

    def __init__(self, secrets: Secrets, now: Callable[[], datetime]) -> None:
        self._tokens = OneTimeTokens("console", LIFE_S, secrets, now)

    def issue(self, identity: Identity, session_id: str) -> ConsoleTicket:
        """Give a fresh ticket."""
        token = self._tokens.issue(_purpose(identity, session_id))
        return ConsoleTicket(ticket=token, expires_at=self._tokens.ends_at(token))

    def take(self, ticket: str, identity: Identity, session_id: str) -> None:
        """Use a ticket up. NotPermitted when it is not this sign-in's for this session."""
        if not self._tokens.use(ticket, _purpose(identity, session_id)):
            raise NotPermitted("This window's ticket is not valid. Please reload the page.")


def _purpose(identity: Identity, session_id: str) -> str:
    return f"{identity.sign_in_id} {session_id}"
