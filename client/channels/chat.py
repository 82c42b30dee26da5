"""Chat: the transcript, which belongs to the session, and the channel that keeps a console in step.

The client numbers the lines, whoever wrote them. A line is accepted once by its id; the console
posts again after a reconnect until it sees its id, and asks for what it missed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from broker.protocol.channels import CONSOLE_CHAT, ChatMessage, ChatPost, ChatSync
from client.channels.inbox import Inbox

MAX_LINES: Final = 5000
"""A transcript takes no more than this; a technician cannot fill the memory."""


class Transcript:
    """All lines of one session's chat in order. `now` gives an aware UTC time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lines: list[ChatMessage] = []
        self._by_id: dict[str, ChatMessage] = {}
        self._listeners: list[Callable[[ChatMessage], None]] = []

    @property
    def lines(self) -> tuple[ChatMessage, ...]:
        """Every line so far."""
        return tuple(self._lines)

    def after(self, sequence: int) -> tuple[ChatMessage, ...]:
        """The lines that follow this sequence number; they are numbered from 1 without a gap."""
        return tuple(self._lines[sequence:])

    def listen(self, listener: Callable[[ChatMessage], None]) -> Callable[[], None]:
        """Call `listener` with each new line; the result ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def technician_says(self, post: ChatPost) -> ChatMessage | None:
        """Add the technician's line; None if it is known already or the transcript is full."""
        if post.id in self._by_id or len(self._lines) >= MAX_LINES:
            return None
        return self._add(post.id, "technician", post.text)

    def end_user_says(self, line_id: str, text: str) -> ChatMessage:
        """Add the end user's own line."""
        return self._add(line_id, "end_user", text)

    def line(self, line_id: str) -> ChatMessage | None:
        """Find a line by its id."""
        return self._by_id.get(line_id)

    def _add(self, line_id: str, author: str, text: str) -> ChatMessage:
        line = ChatMessage.model_validate(
            {
                "sequence": len(self._lines) + 1,
                "id": line_id,
                "author": author,
                "text": text,
                "sent_at": self._now(),
            }
        )
        self._lines.append(line)
        self._by_id[line_id] = line
        for listener in tuple(self._listeners):
            listener(line)
        return line


class ChatChannel:
    """One peer's chat channel: silent until the console has said where it stands, then live."""

    def __init__(self, transcript: Transcript, send: Callable[[str], bool]) -> None:
        self._transcript = transcript
        self._send = send
        self._inbox = Inbox(CONSOLE_CHAT)
        self._synced = False
        self._told: set[int] = set()
        self._stop_listening = transcript.listen(self._tell_live)

    def receive(self, raw: str | bytes) -> None:
        """Take a post, or send what the console asks for."""
        match self._inbox.open(raw):
            case ChatPost() as post:
                self._post(post)
            case ChatSync(after=after):
                self._sync(after)

    def close(self) -> None:
        """Stop sending."""
        self._stop_listening()

    def _post(self, post: ChatPost) -> None:
        known = self._transcript.line(post.id)
        if known is not None:
            self._tell(known)
        else:
            self._transcript.technician_says(post)

    def _sync(self, after: int) -> None:
        self._synced = True
        for line in self._transcript.after(after):
            self._tell(line)

    def _tell_live(self, line: ChatMessage) -> None:
        if self._synced:
            self._tell(line)

    def _tell(self, line: ChatMessage) -> None:
        """Send a line, once: the channel is reliable, and short requests must not make long answers
        again and again."""
        if line.sequence not in self._told:
            self._told.add(line.sequence)
            self._send(line.model_dump_json())
