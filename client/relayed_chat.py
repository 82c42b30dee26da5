"""The chat's road through the broker: before consent, and while there is no peer connection.

The broker reads along on this road, so nothing takes it while a peer connection stands, whatever
the broker or a console asks for; and the end user's window says when it is used.
"""

from collections.abc import Callable
from typing import Final

from broker.protocol.chat import ClientChat, ConsoleChat
from broker.protocol.participants import Participant
from broker.protocol.vocabulary import MAX_MESSAGE_BYTES
from client.channels.budget import Budget
from client.channels.chat import ChatRoad
from client.chat import Conversation
from client.company import NOBODY
from client.situation import Situation, State

PAGE_BYTES: Final = MAX_MESSAGE_BYTES - 16 * 1024
"""The lines of one `chat.lines` together: a broker refuses messages beyond MAX_MESSAGE_BYTES."""
MESSAGES_AT_ONCE: Final = 60
MESSAGES_PER_SECOND: Final = 8.0
"""A broker cuts off who sends 20 a second for long; the rest is for the session itself."""
MOST_WAITING: Final = 20
"""While more than this waits for the socket, the chat waits too: it must not push others out."""


def goes_through_broker(situation: Situation) -> bool:
    """Whether the chat takes this road now: both sides are at the broker, and have no better."""
    without_peer = situation.state in (State.ASKING, State.READY, State.LINKING)
    return without_peer and situation.broker_attached and situation.technician_present


class RelayedChat:
    """`send` gives a message to the broker's socket, on which `waiting` messages wait."""

    def __init__(
        self,
        conversation: Conversation,
        send: Callable[[ClientChat], None],
        waiting: Callable[[], int],
        later: Callable[[Callable[[], None]], None],
        clock: Callable[[], float],
    ) -> None:
        self._to_broker = send
        self._waiting = waiting
        self._budget = Budget(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE, clock)
        self._is_open = False
        self._company = NOBODY
        self._road = ChatRoad(
            conversation,
            self._send,
            page_bytes=PAGE_BYTES,
            pages=1,
            reliable=False,
            later=later,
            by=self._in_charge,
        )

    def settle(self, situation: Situation) -> None:
        """Take the road or leave it, as the situation is."""
        self._company = situation.company
        is_open = goes_through_broker(situation)
        before, self._is_open = self._is_open, is_open
        if is_open and not before:
            self._road.announce()
        elif before and not is_open:
            self._road.rest()

    def take(self, message: ConsoleChat) -> None:
        """Take what a console says through the broker, unless it has a better road."""
        if self._is_open:
            self._road.take(message)

    def close(self) -> None:
        """The session is over."""
        self._is_open = False
        self._road.close()

    def _in_charge(self) -> Participant | None:
        """Nobody else has this road."""
        return self._company.in_charge_participant

    def _send(self, message: ClientChat) -> bool:
        free = self._is_open and self._waiting() < MOST_WAITING and self._budget.take()
        if free:
            self._to_broker(message)
        return free
