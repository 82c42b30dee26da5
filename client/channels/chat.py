"""One road of the chat to a console: a peer's data channel, or the broker's socket.

A console says where it stands and then gets what it lacks, a part at a time as it asks for it, and
from there on every line as it is said. A line that a road cannot take now is not lost: the road
says how far the transcript goes, and the console asks.
"""

from collections.abc import Callable
from typing import Final

from broker.protocol.chat import (
    CONSOLE_CHAT,
    MAX_CHAT_PAGE,
    ChatLines,
    ChatMarks,
    ChatMessage,
    ChatPost,
    ChatState,
    ChatSync,
    ChatTyping,
    ClientChat,
    ConsoleChat,
)
from broker.protocol.participants import Participant
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES
from client.channels.inbox import Inbox
from client.chat import Conversation

PAGE_BYTES: Final = MAX_CHANNEL_MESSAGE_BYTES - 64
"""The lines of one `chat.lines` on a data channel together."""
PAGES_A_SYNC: Final = 16
"""So many answer one `chat.sync` on a data channel: a whole transcript never waits on it."""


class ChatRoad:
    """Silent until the console has said where it stands, then live.

    `send` tells whether the message was taken, `later` calls something a little later, and `by`
    says whose console it is. On a
    road that is `reliable` whatever was taken arrives, so nothing is sent twice: short requests
    must not make long answers again and again.
    """

    def __init__(
        self,
        conversation: Conversation,
        send: Callable[[ClientChat], bool],
        *,
        page_bytes: int = PAGE_BYTES,
        pages: int = PAGES_A_SYNC,
        reliable: bool = True,
        later: Callable[[Callable[[], None]], None] = lambda _: None,
        by: Callable[[], Participant | None] = lambda: None,
    ) -> None:
        self._conversation = conversation
        self._send = send
        self._page_bytes = page_bytes
        self._pages = pages
        self._reliable = reliable
        self._later = later
        self._by = by
        self._synced = False
        self._told = 0
        """The number of the last line that was sent here."""
        self._owes_state = False
        self._stop_listening = conversation.listen(self)

    def take(self, message: ConsoleChat) -> None:
        """Take what the console says."""
        match message:
            case ChatPost() as post:
                self._post(post)
            case ChatSync(after=after):
                self._sync(after)
            case ChatMarks() as marks:
                self._conversation.take_marks(marks)
            case ChatTyping():
                self._conversation.take_typing()

    def announce(self) -> None:
        """Say how far the transcript goes, asked or not."""
        transcript = self._conversation.transcript
        state = ChatState(
            last=transcript.last,
            shown=self._conversation.shown,
            full=transcript.is_full,
            live=self._synced,
        )
        self._owes_state = not self._send(state)
        if self._owes_state:
            self._later(self.catch_up)

    def catch_up(self) -> None:
        """Say what could not be said before."""
        if self._owes_state:
            self.announce()

    def rest(self) -> None:
        """Say nothing more until the console says again where it stands."""
        self._synced = False
        self._owes_state = False

    def close(self) -> None:
        """Hear and say nothing more."""
        self.rest()
        self._stop_listening()

    # ---- what happens in the chat

    def line_added(self, line: ChatMessage) -> None:
        """Send a line as it is said, unless lines before it are still missing there."""
        if not self._synced:
            return
        if self._told == line.sequence - 1 and self._send(line):
            self._told = line.sequence
        elif not self._owes_state:
            self._owes_state = True
            self._later(self.catch_up)

    def state_changed(self) -> None:
        """Say so, if anybody listens."""
        if self._synced:
            self.announce()

    def end_user_types(self) -> None:
        """Say so, if anybody listens; it is soon forgotten, so it is said once or never."""
        if self._synced:
            self._send(ChatTyping())

    # ---- what the console asks

    def _post(self, post: ChatPost) -> None:
        if self._conversation.take_post(post, self._by()):
            return
        known = self._conversation.transcript.line(post.id)
        if known is not None:
            self._tell_again(known)
        elif self._conversation.transcript.is_full:
            self.announce()

    def _tell_again(self, line: ChatMessage) -> None:
        """A console that posts again what is known has missed the answer, or will get it soon."""
        if not self._reliable and self._synced and line.sequence <= self._told:
            self._send(line)

    def _sync(self, after: int) -> None:
        self._synced = True
        last = self._conversation.transcript.last
        start = max(after, self._told) if self._reliable else after
        self._told = min(start, last)
        for _ in range(self._pages):
            page = self._next_page()
            if page is None or not self._send(page):
                break
            self._told = page.lines[-1].sequence
        self.announce()

    def _next_page(self) -> ChatLines | None:
        size = 0
        lines: list[ChatMessage] = []
        for line in self._conversation.transcript.after(self._told, MAX_CHAT_PAGE):
            size += len(line.model_dump_json().encode()) + 1
            if lines and size > self._page_bytes:
                break
            lines.append(line)
        return ChatLines(lines=tuple(lines)) if lines else None


class ChatChannel:
    """The road over a peer's data channel."""

    def __init__(
        self,
        conversation: Conversation,
        send: Callable[[str], bool],
        by: Callable[[], Participant | None] = lambda: None,
    ) -> None:
        self._inbox = Inbox(CONSOLE_CHAT)
        self._road = ChatRoad(conversation, lambda message: send(message.model_dump_json()), by=by)

    def receive(self, raw: str | bytes) -> None:
        """Take what the console says, if it is chat."""
        message = self._inbox.open(raw)
        if message is not None:
            self._road.take(message)

    def close(self) -> None:
        """Hear and say nothing more."""
        self._road.close()
