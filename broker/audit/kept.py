"""Whether what is kept beside the log is what its records tell of. Pure.

A note or a kept chat lies in a table of its own, so that it can go sooner than names, and its
record holds a hash of the whole of it. What it is salted with are 128 random bits that no record
holds and that go with it: the log alone tells nothing to who guesses a text.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from broker.audit.chain import Flaw, SealedEvent
from broker.audit.event import PERSONAL_ERASED, AuditEvent, canonical_json

RETENTION_APPLIED: Final = "retention.applied"
"""The action that tells what time took, and of whom; of people, it is `personal.erased`."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that is kept beside the log."""

    name: str
    action: str
    """Of the record that tells of it."""
    hash_detail: str
    """Of that record: what the thing hashes to."""
    mark: bytes
    """Tells its hashes from all others."""
    classes: frozenset[str]
    """The classes of record (`broker.retention_ports`) that it is deleted with."""
    deleted_by: str | None = None
    """The action by which somebody deletes it alone."""


NOTE: Final = Kind(
    "note",
    "session.note_added",
    "note_hash",
    b"\x03",
    frozenset({"notes", "personal", "sessions"}),
)
CHAT: Final = Kind(
    "kept chat",
    "session.transcript_kept",
    "transcript_hash",
    b"\x04",
    frozenset({"transcripts", "personal", "sessions"}),
    "session.transcript_deleted",
)
KINDS: Final = (NOTE, CHAT)

_BY_ACTION: Final = {kind.action: kind for kind in KINDS}


def kind_of(record: SealedEvent) -> Kind | None:
    """Give the kind of thing that a record tells of; None for most."""
    return _BY_ACTION.get(record.event.action)


def hash_kept(kind: Kind, fields: Mapping[str, Any]) -> str:
    """Commit to a thing: SHA-256 in hex of its fields, its salt among them. TypeError."""
    return hashlib.sha256(kind.mark + canonical_json(dict(fields))).hexdigest()


def bound_to(kind: Kind, fields: Mapping[str, Any], event: AuditEvent) -> AuditEvent:
    """Give the event that tells of a thing with the thing's hash."""
    return replace(event, details={**event.details, kind.hash_detail: hash_kept(kind, fields)})


@dataclass(frozen=True, slots=True)
class _Absent:
    flaw: Flaw
    classes: frozenset[str]
    deleted_by: str | None

    def was_taken_by(self, later: AuditEvent) -> bool:
        """Tell whether a record of the same owner explains it."""
        if later.action == PERSONAL_ERASED:
            return "personal" in self.classes
        if later.action == RETENTION_APPLIED:
            return later.details.get("record_class") in self.classes
        return later.action == self.deleted_by


class Missing:
    """What records tell of and is not there, until later records say that it was to go."""

    def __init__(self) -> None:
        self._of_owner: dict[str, list[_Absent]] = {}

    def add(
        self,
        record: SealedEvent,
        problem: str,
        classes: frozenset[str],
        deleted_by: str | None = None,
    ) -> None:
        """Note that what a record of a session tells of is not there."""
        owner = record.event.session_id or ""
        absent = _Absent(Flaw(record.sequence, problem), classes, deleted_by)
        self._of_owner.setdefault(owner, []).append(absent)

    def see(self, later: SealedEvent) -> None:
        """Let a record of the log explain that things of records before it are gone."""
        event = later.event
        owner = event.details.get("erased_owner", event.session_id)
        if not isinstance(owner, str) or owner not in self._of_owner:
            return
        self._of_owner[owner] = [
            one
            for one in self._of_owner[owner]
            if one.flaw.sequence > later.sequence or not one.was_taken_by(event)
        ]

    def first(self) -> Flaw | None:
        """Give the first record that tells of something that is gone unexplained."""
        left = [one.flaw for those in self._of_owner.values() for one in those]
        return min(left, key=lambda one: one.sequence, default=None)


class KeptCheck:
    """Take every record of a kind with its thing; then let it see the whole log."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.bound = 0
        """Things that are what their records say."""
        self.unbound = 0
        """Records from before they held a hash."""
        self.not_held = 0
        """Records of things that an export does not hold."""
        self._changed: Flaw | None = None
        self._missing = Missing()

    def take(self, record: SealedEvent, fields: Mapping[str, Any] | None) -> None:
        """Hold a record against what is kept of its thing; None when nothing is."""
        told = record.event.details.get(self.kind.hash_detail)
        name = self.kind.name
        if told is None:
            self.unbound += 1
        elif fields is None:
            if not record.erased:
                problem = f"the {name} it tells of is missing"
                self._missing.add(record, problem, self.kind.classes, self.kind.deleted_by)
        elif record.erased:
            self._found(record, f"the {name} is there, though what it says of people was erased")
        elif told != self._hash_or_none(fields):
            self._found(record, f"the {name} it tells of was changed")
        else:
            self.bound += 1

    def take_exported(self, record: SealedEvent, fields: Mapping[str, Any] | None) -> None:
        """Do the same with an export, which does not have to hold it."""
        if fields is not None or record.erased:
            self.take(record, fields)
        else:
            self.not_held += 1

    def see(self, record: SealedEvent) -> None:
        """Let a record of the log, read after all of these, explain that earlier ones are gone."""
        self._missing.see(record)

    def flaw(self) -> Flaw | None:
        """Give the first record whose thing is not what it tells of, or is gone unexplained."""
        flaws = [one for one in (self._changed, self._missing.first()) if one is not None]
        return min(flaws, key=lambda one: one.sequence, default=None)

    def _found(self, record: SealedEvent, problem: str) -> None:
        self._changed = self._changed or Flaw(record.sequence, problem)

    def _hash_or_none(self, fields: Mapping[str, Any]) -> str | None:
        """Give no hash for what somebody changed into something that is no text."""
        try:
            return hash_kept(self.kind, fields)
        except TypeError:
            return None
