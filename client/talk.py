"""The chat of the session at hand: its conversation, its road through the broker, and its count.

It lives in the engine's loop and begins anew with each session.
"""

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final

from broker.protocol.chat import ChatCounted, ClientChat, ConsoleChat
from broker.protocol.signaling import SessionJoined
from client.chat import Conversation, Transcript
from client.chat_account import SECONDS_A_REPORT, ChatAccount
from client.keeping import HandIn, Keeping
from client.observer import Observer
from client.relayed_chat import RelayedChat
from client.situation import Situation, State

CATCH_UP_S: Final = 0.5
"""So much later is said what the road through the broker could not take."""

_TALKING: Final = frozenset({State.ASKING, State.READY, State.LINKING, State.LINKED})


class Talk:
    """`send` gives a message to the broker's socket, on which `waiting` messages wait.

    `hand_in` sends a transcript, and `start` runs something in the engine's loop.
    """

    def __init__(
        self,
        observer: Observer,
        send: Callable[[ClientChat | ChatCounted], None],
        waiting: Callable[[], int],
        hand_in: HandIn,
        start: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._keeping = Keeping(hand_in, observer.keeping_changed, start)
        self._observer = observer
        self._send = send
        self._waiting = waiting
        self._attached = False
        self._may_say = False
        self._open()

    def joined(self, message: SessionJoined) -> None:
        """The broker accepted the code, and says whether it asks for transcripts."""
        self._keeping.joined(message)

    def begin(self) -> None:
        """Carry nothing over from the session before."""
        self._relay.close()
        self._account.close()
        self._attached = self._may_say = False
        self._open()

    def settle(self, situation: Situation) -> None:
        """Something changed: perhaps the road."""
        attached = situation.broker_attached and not self._attached
        self._attached = situation.broker_attached
        self._may_say = situation.state in _TALKING
        if attached:
            self._account.repeat()
        self._relay.settle(situation)
        self._keeping.settle(situation, self.conversation.transcript)

    def say(self, text: str) -> None:
        """Let the end user say something."""
        if self._may_say:
            self.conversation.say(str(uuid.uuid4()), text)

    def types(self) -> None:
        """Let the technician know that the end user is writing."""
        if self._may_say:
            self.conversation.types()

    def shown(self, sequence: int) -> None:
        """The end user's screen has shown the lines up to this one."""
        self.conversation.show_up_to(sequence)

    def take(self, message: ConsoleChat) -> None:
        """Take what a console says through the broker."""
        self._relay.take(message)

    def keep(self, agreed: bool) -> None:
        """The end user says whether the chat may be kept with the ticket."""
        if agreed:
            self._keeping.agree(self.conversation.transcript)
        else:
            self._keeping.decline()

    def settle_account(self) -> None:
        """Tell the broker now how much was said: the end has come."""
        self._account.flush()

    def _open(self) -> None:
        observer = self._observer
        self.conversation = Conversation(
            Transcript(lambda: datetime.now(UTC)),
            time.monotonic,
            observer.chat_line,
            observer.chat_changed,
            observer.technician_types,
        )
        self._relay = RelayedChat(
            self.conversation, self._send, self._waiting, _after(CATCH_UP_S), time.monotonic
        )
        self._account = ChatAccount(
            self.conversation, self._send, time.monotonic, _after(SECONDS_A_REPORT)
        )


def _after(seconds: float) -> Callable[[Callable[[], None]], None]:
    def later(function: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, function)

    return later
