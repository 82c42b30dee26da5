"""Whether the notes kept beside the log are those that its records tell of. Pure.

A record holds a hash of its whole note. The note's id, 128 random bits that no record holds and
that goes with the note, is its salt: the log alone tells nothing to who guesses a text.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from broker.audit.chain import Flaw, SealedEvent
from broker.audit.event import PERSONAL_ERASED, canonical_json

NOTE_ADDED: Final = "session.note_added"
NOTE_HASH: Final = "note_hash"

_NOTE: Final = b"\x03"
"""Tells hashes of notes from those of `broker.audit.chain`."""

_DROPS: Final = frozenset({"notes", "sessions"})
"""The classes of record that notes are deleted with, beside `personal.erased`."""


def hash_note(fields: Mapping[str, str]) -> str:
    """Commit to a note: SHA-256 in hex of its fields, its id among them. TypeError."""
    return hashlib.sha256(_NOTE + canonical_json(dict(fields))).hexdigest()


class NoteCheck:
    """Take every record of a note with the note; then let it see the whole log."""

    def __init__(self) -> None:
        self.bound = 0
        """Notes that are what their records say."""
        self.unbound = 0
        """Records from before they held a hash."""
        self._changed: Flaw | None = None
        self._missing: dict[str | None, list[int]] = {}

    def take(self, record: SealedEvent, note: Mapping[str, str] | None) -> None:
        """Hold a record against what is kept of its note; None when nothing is."""
        told = record.event.details.get(NOTE_HASH)
        if told is None:
            self.unbound += 1
        elif note is None:
            if not record.erased:
                missing = self._missing.setdefault(record.event.session_id, [])
                missing.append(record.sequence)
        elif record.erased:
            self._found(record, "its note is there, though what it says of people was erased")
        elif told != _hash_or_none(note):
            self._found(record, "the note it tells of was changed")
        else:
            self.bound += 1

    def see(self, record: SealedEvent) -> None:
        """Let a record of the log, read after all notes, explain that notes before it are gone."""
        details = record.event.details
        erased = record.event.action == PERSONAL_ERASED
        if not erased and (
            record.event.action != "retention.applied" or details.get("record_class") not in _DROPS
        ):
            return
        owner = details.get("erased_owner")
        if isinstance(owner, str) and owner in self._missing:
            later = [one for one in self._missing[owner] if one > record.sequence]
            self._missing[owner] = later

    def flaw(self) -> Flaw | None:
        """Give the first record whose note is not what it tells of, or is gone unexplained."""
        gone = [one for missing in self._missing.values() for one in missing]
        flaws = [Flaw(one, "the note it tells of is missing") for one in gone]
        if self._changed is not None:
            flaws.append(self._changed)
        return min(flaws, key=lambda one: one.sequence, default=None)

    def _found(self, record: SealedEvent, problem: str) -> None:
        self._changed = self._changed or Flaw(record.sequence, problem)


def _hash_or_none(note: Mapping[str, str]) -> str | None:
    """Give no hash for what somebody changed into something that is no text."""
    try:
        return hash_note(note)
    except TypeError:
        return None
