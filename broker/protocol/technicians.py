"""Bodies of the HTTP API for several technicians: colleagues, the door, notes, what was done."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from broker.protocol.participants import EntryPurpose
from broker.protocol.rest import SessionView
from broker.protocol.vocabulary import (
    NOT_IN_TEXTS,
    AccountId,
    Capability,
    PersonName,
    Role,
    WireModel,
)

MAX_NOTE_LENGTH: Final = 4000
"""Longest note, in characters."""

MAX_NOTES: Final = 200
"""Notes of one session."""

NoteId = Annotated[str, StringConstraints(pattern=r"^not_[0-9a-f]{32}$")]
NoteText = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=MAX_NOTE_LENGTH,
        strip_whitespace=True,
        pattern=rf"^[^{NOT_IN_TEXTS}]+$",
    ),
]


class ChooseColleague(WireModel):
    """Whom something is offered to, or taken back from."""

    account_id: AccountId


class EnterSession(WireModel):
    """What the signed-in account comes in for."""

    purpose: EntryPurpose


class Colleague(WireModel):
    """Somebody who may be invited, or whom a session may be handed over to."""

    account_id: AccountId
    name: PersonName
    role: Role


class Colleagues(WireModel):
    """Everybody else who may take part in sessions, by name."""

    colleagues: tuple[Colleague, ...]


class Door(WireModel):
    """The live sessions of others that the signed-in account may come into."""

    offered: tuple[SessionView, ...]
    """To which they are invited, or which are handed over to them."""
    joined: tuple[SessionView, ...]
    """In which they are guests, or about to be."""
    queue: tuple[SessionView, ...]
    """Which wait for any technician."""
    team: tuple[SessionView, ...]
    """All others, for a lead."""


class SaveNote(WireModel):
    """A new note."""

    text: NoteText


class NoteView(WireModel):
    """A note of a session, for technicians alone: the end user never sees it."""

    note_id: NoteId
    author_id: AccountId
    author_name: PersonName
    written_at: datetime
    text: str


class NoteList(WireModel):
    """The notes of a session, the oldest first."""

    notes: tuple[NoteView, ...]


class FilePassed(WireModel):
    """A file that went from one computer to the other, or was to and did not."""

    name: str
    direction: str
    size_bytes: Annotated[int, Field(ge=0)]
    result: str


class SessionSummary(WireModel):
    """What was done in a session so far, from its audit events."""

    technicians: tuple[PersonName, ...]
    """Everybody who was in charge or looked, in order."""
    rights: tuple[Capability, ...]
    """Everything that was granted at any time."""
    connected_s: Annotated[int, Field(ge=0)]
    """How long the technician in charge saw the screen, in seconds."""
    files: tuple[FilePassed, ...]
    clipboard_texts: Annotated[int, Field(ge=0)]
    """How many texts went from one clipboard to the other."""
