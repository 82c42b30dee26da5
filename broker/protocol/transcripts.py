"""Transcripts that end users agreed to keep with their ticket: handed in once, and read.

Nothing of a chat is kept without this. The support client asks its user when the session is over,
and only if the broker's policy is to ask; what is not handed in is gone with the client.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from broker.protocol.chat import ChatText, LineNumber
from broker.protocol.rest import Cursor
from broker.protocol.vocabulary import PersonName, SessionId, TicketId, WireModel

MAX_TRANSCRIPT_LINES: Final = 10_000
MAX_TRANSCRIPT_BYTES: Final = 8 * 1024 * 1024
"""Largest body of a transcript that is handed in."""

HAND_IN_WITHIN_S: Final = 3600
"""So long after the session's end its transcript may be handed in."""

TranscriptToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""What the broker gives a support client that joins, where its policy is to ask. It is good for
handing in this session's transcript alone, once, until HAND_IN_WITHIN_S after the end."""


class TranscriptLine(WireModel):
    """One line of a chat, as the support client numbered it."""

    sequence: LineNumber
    author: Literal["technician", "end_user"]
    text: ChatText
    sent_at: datetime
    author_name: PersonName | None = None
    """Which technician, where there were several; as the support client was told it."""


class HandInTranscript(WireModel):
    """The whole transcript, which the end user agreed to keep; numbered from 1 without a gap."""

    lines: Annotated[
        tuple[TranscriptLine, ...], Field(min_length=1, max_length=MAX_TRANSCRIPT_LINES)
    ]


class TranscriptKept(WireModel):
    """A transcript is kept with its session now."""

    session_id: SessionId
    ticket_id: TicketId
    kept_at: datetime
    line_count: int


class TranscriptPage(WireModel):
    """A part of a kept transcript, oldest first; without lines when none is kept."""

    session_id: SessionId
    ticket_id: TicketId
    asked: bool
    """Whether this broker's policy is to ask end users at all."""
    kept_at: datetime | None
    line_count: int
    lines: tuple[TranscriptLine, ...]
    next_cursor: str | None


class TranscriptQuery(WireModel):
    """Where a page begins and how long it is."""

    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 200
