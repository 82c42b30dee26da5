"""Chat: the transcript, which belongs to the session, and the channel that keeps a console in step.

The client numbers the lines, whoever wrote them. A line is accepted once by its id; the console
posts again after a reconnect until it sees its id, and asks for what it missed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from broker.protocol.channels import CONSOLE_CHAT, ChatMessage, ChatPost, ChatSync
from client.channels.budget import Budget
from client.channels.inbox import Inbox

log = structlog.get_logger()

MAX_LINES: Final = 5000
"""A transcript takes no more than this; a technician cannot fill the memory."""
MAX_BYTES: Final = 2 * 1024 * 1024
"""Nor does it take a line once its lines have this size as they are sent. A whole transcript must
be able to wait on one channel (`client.rtc.upstream.MAX_BUFFERED_BYTES`)."""
POST_BURST: Final = 20
POSTS_PER_SECOND: Final = 5.0
"""A technician's posts beyond these are not accepted; the console posts them again later."""


class Transcript:
    """All lines of one session's chat in order. `now` gives an aware UTC time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lines: list[ChatMessage] = []
        self._by_id: dict[str, ChatMessage] = {}
        self._bytes = 0
        self._posts = Budget(POSTS_PER_SECOND, POST_BURST, lambda: now().timestamp())
        self._listeners: list[Callable[[ChatMessage], None]] = []

    @property
    def lines(self) -> tuple[ChatMessage, ...]:
        """Every line so far."""
        return tuple(self._lines)

    @property
    def is_full(self) -> bool:
        """Whether it takes no more lines, for the rest of the session."""
        return len(self._lines) >= MAX_LINES or self._bytes >= MAX_BYTES

    def after(self, sequence: int) -> tuple[ChatMessage, ...]:
        """The lines that follow this sequence number; they are numbered from 1 without a gap."""
        return tuple(self._lines[sequence:])

    def listen(self, listener: Callable[[ChatMessage], None]) -> Callable[[], None]:
        """Call `listener` with each new line; the result ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def technician_says(self, post: ChatPost) -> ChatMessage | None:
        """Add the technician's line.

        None if it is known already, the transcript is full, or too many came in a short time.
        """
        if post.id in self._by_id or self.is_full:
            return None
        if not self._posts.take():
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
        self._bytes += len(line.model_dump_json().encode())
        if self.is_full:
            log.warning("transcript_full", lines=len(self._lines), bytes=self._bytes)
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
