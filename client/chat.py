"""The chat of one session: the transcript, and how far each side has seen it.

The client numbers the lines, whoever wrote them, and a line is accepted once by its id. Which road
a line takes to the console is `client.channels.chat`'s business; here nobody knows of any.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

import structlog

from broker.protocol.chat import (
    MAX_CHAT_LENGTH,
    TYPING_TOLD_EVERY_S,
    ChatCounted,
    ChatMarks,
    ChatMessage,
    ChatPost,
)
from broker.protocol.participants import Participant
from client.channels.budget import Budget

log = structlog.get_logger()

MAX_LINES: Final = 10_000
"""A transcript takes no more than this; a technician cannot fill the memory."""
MAX_BYTES: Final = 4 * 1024 * 1024
"""Nor does it take a line once its lines have this size as they are sent."""
POST_BURST: Final = 20
POSTS_PER_SECOND: Final = 5.0
"""A technician's posts beyond these are not accepted; the console posts them again later."""
TYPING_BURST: Final = 3
"""So many marks that the technician writes may come at once, then one a second."""


@dataclass(frozen=True)
class ChatView:
    """What the end user is shown beside the lines."""

    received: int = 0
    """Lines up to this number are at the technician's computer."""
    shown: int = 0
    """Lines up to this number were on the technician's screen."""
    is_full: bool = False
    """Nothing more can be said in this session."""


class Hearer(Protocol):
    """Who is told what happens in a chat: each road to a console, and whoever counts."""

    def line_added(self, line: ChatMessage) -> None:
        """Somebody said something."""

    def state_changed(self) -> None:
        """More was shown to the end user, or the transcript is full."""

    def end_user_types(self) -> None:
        """The end user is writing."""


class Transcript:
    """All lines of one session's chat in order. `now` gives an aware UTC time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lines: list[ChatMessage] = []
        self._by_id: dict[str, ChatMessage] = {}
        self._bytes = 0
        self._counts = {"technician": 0, "end_user": 0}
        self._posts = Budget(POSTS_PER_SECOND, POST_BURST, lambda: now().timestamp())

    @property
    def lines(self) -> tuple[ChatMessage, ...]:
        """Every line so far."""
        return tuple(self._lines)

    @property
    def last(self) -> int:
        """The number of the last line; 0 when there is none."""
        return len(self._lines)

    @property
    def is_full(self) -> bool:
        """Whether it takes no more lines, for the rest of the session."""
        return len(self._lines) >= MAX_LINES or self._bytes >= MAX_BYTES

    @property
    def counts(self) -> ChatCounted:
        """How many lines each side has said."""
        return ChatCounted.model_validate(self._counts)

    def after(self, sequence: int, most: int) -> tuple[ChatMessage, ...]:
        """The lines that follow this number, no more than `most`; they are numbered from 1."""
        return tuple(self._lines[sequence : sequence + most])

    def line(self, line_id: str) -> ChatMessage | None:
        """Find a line by its id."""
        return self._by_id.get(line_id)

    def technician_says(self, post: ChatPost, by: Participant | None = None) -> ChatMessage | None:
        """Add a technician's line.

        None if it is known already, the transcript is full, too many came in a short time, or what
        they said before it has not come yet.
        """
        if post.id in self._by_id or self.is_full:
            return None
        if post.previous is not None and post.previous not in self._by_id:
            return None
        if not self._posts.take():
            return None
        return self._add(post.id, "technician", post.text, by)

    def end_user_says(self, line_id: str, text: str) -> ChatMessage | None:
        """Add the end user's own line. None if there is nothing in it, or no room for it."""
        said = sayable(text)
        if not said or self.is_full:
            return None
        return self._add(line_id, "end_user", said)

    def _add(
        self, line_id: str, author: str, text: str, by: Participant | None = None
    ) -> ChatMessage:
        line = ChatMessage.model_validate(
            {
                "sequence": len(self._lines) + 1,
                "id": line_id,
                "author": author,
                "text": text,
                "sent_at": self._now(),
                "by": by,
            }
        )
        self._lines.append(line)
        self._by_id[line_id] = line
        self._bytes += len(line.model_dump_json().encode())
        self._counts[author] += 1
        if self.is_full:
            log.warning("transcript_full", lines=len(self._lines), bytes=self._bytes)
        return line


class Conversation:
    """A transcript and what both sides know of each other. `clock` gives monotonic seconds.

    `told` hears of each line and `changed` of each other view of it, for the end user's window;
    `technician_types` that somebody writes at the other end.
    """

    def __init__(
        self,
        transcript: Transcript,
        clock: Callable[[], float],
        told: Callable[[ChatMessage], None] = lambda _: None,
        changed: Callable[[ChatView], None] = lambda _: None,
        technician_types: Callable[[], None] = lambda: None,
    ) -> None:
        self.transcript = transcript
        self.view = ChatView()
        self.shown = 0
        """Up to here the lines were on the end user's screen."""
        self._clock = clock
        self._told = told
        self._changed = changed
        self._technician_types = technician_types
        self._typing = Budget(1.0, TYPING_BURST, clock)
        self._typing_told_at: float | None = None
        self._hearers: list[Hearer] = []

    def listen(self, hearer: Hearer) -> Callable[[], None]:
        """Tell `hearer` what happens; the result ends that."""
        self._hearers.append(hearer)
        return lambda: self._hearers.remove(hearer)

    # ---- the technician

    def take_post(self, post: ChatPost, by: Participant | None = None) -> bool:
        """Take a technician's line; False if it is not taken now, for whatever reason."""
        return self._added(self.transcript.technician_says(post, by))

    def take_marks(self, marks: ChatMarks) -> None:
        """Note how far a console is; it never goes back, and is never beyond the last line."""
        last = self.transcript.last
        received = max(self.view.received, min(marks.received, last))
        shown = max(self.view.shown, min(marks.shown, received))
        self._view(received=received, shown=shown)

    def take_typing(self) -> None:
        """Note that the technician is writing; a flood of such marks is cut."""
        if self._typing.take():
            self._technician_types()

    # ---- the end user

    def say(self, line_id: str, text: str) -> bool:
        """Let the end user say something; False if there is nothing in it, or no room for it."""
        self._typing_told_at = None
        return self._added(self.transcript.end_user_says(line_id, text))

    def types(self) -> None:
        """The end user is writing: told every TYPING_TOLD_EVERY_S at most."""
        now = self._clock()
        if self._typing_told_at is None or now - self._typing_told_at >= TYPING_TOLD_EVERY_S:
            self._typing_told_at = now
            for hearer in tuple(self._hearers):
                hearer.end_user_types()

    def show_up_to(self, sequence: int) -> None:
        """The end user's screen has shown the lines up to this one."""
        if self.shown < sequence <= self.transcript.last:
            self.shown = sequence
            self._state_changed()

    # ---- both

    def _added(self, line: ChatMessage | None) -> bool:
        if line is None:
            return False
        self._told(line)
        for hearer in tuple(self._hearers):
            hearer.line_added(line)
        if self.transcript.is_full:
            self._view(is_full=True)
            self._state_changed()
        return True

    def _state_changed(self) -> None:
        for hearer in tuple(self._hearers):
            hearer.state_changed()

    def _view(self, **changes: object) -> None:
        before, self.view = self.view, replace(self.view, **changes)  # type: ignore[arg-type]
        if self.view != before:
            self._changed(self.view)


def sayable(text: str) -> str:
    """Make what somebody wrote fit for a line: no controls but tab and line feed, not too long."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in whole if c in "\t\n" or (c.isprintable() or ord(c) >= 0xA0))
    fit = "".join(c for c in kept if not 0xD800 <= ord(c) <= 0xDFFF)
    return fit.strip()[:MAX_CHAT_LENGTH]
