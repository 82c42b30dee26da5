"""The hash chain over audit events: how a record is sealed and how a whole log is verified.

Pure. Hashes of leaves, of nodes and of personal parts are told apart by a prefix byte, as RFC 6962,
section 2.1, does it. A leaf holds a salted hash of the personal part and not the part itself, which
can so be erased while the chain still fits.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from broker.audit.event import (
    PERSONAL_ERASED,
    AuditEvent,
    DetailValue,
    canonical_json,
    personal_owner,
    personal_part,
    public_fields,
    redact,
)

GENESIS_HASH: Final = hashlib.sha256(b"handrail audit log 2").hexdigest()
"""What the first record is chained to."""

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"
_PERSONAL: Final = b"\x02"

SALT_BYTES: Final = 16
"""Of randomness before a personal part: without it, its hash would tell who guesses right."""


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event at its place in the chain; hashes are SHA-256 in lowercase hex."""

    sequence: int
    event: AuditEvent
    previous_hash: str
    hash: str
    personal_hash: str | None = None
    """Of what in the event is about a person; None when nothing is."""
    salt: bytes | None = None
    """What its personal part was hashed with; None when it has none, or it was erased."""

    @property
    def erased(self) -> bool:
        """Whether what was about a person is gone."""
        return self.personal_hash is not None and self.salt is None


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first record at which a log is not what was written."""

    sequence: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found: how many records are sound, and the first flaw if any."""

    records: int
    last_hash: str
    flaw: Flaw | None
    gone: Mapping[str, int] = field(default_factory=dict)
    """The owners of personal parts that are gone and whose erasure no record tells of so far, each
    with the first record that lacks it."""


NOTHING_READ: Final = Verdict(0, GENESIS_HASH, None)
"""The verdict before the first record."""


def seal(event: AuditEvent, sequence: int, previous_hash: str, salt: bytes) -> SealedEvent:
    """Give `event` its place after `previous_hash`; secrets are gone from then on.

    `salt` is SALT_BYTES of fresh randomness.
    """
    clean = replace(event, details=redact(event.details))
    personal = personal_part(clean)
    personal_hash = hash_personal(personal, salt) if personal else None
    return SealedEvent(
        sequence,
        clean,
        previous_hash,
        _hash(clean, sequence, previous_hash, personal_hash),
        personal_hash,
        salt if personal else None,
    )


def verify(records: Iterable[SealedEvent]) -> Verdict:
    """Walk a log from its first record and stop at the first one that does not fit.

    A log that lost its last records still fits: only a checkpoint kept elsewhere can tell.
    """
    verdict = NOTHING_READ
    for record in records:
        verdict = follow(verdict, record)
        if verdict.flaw:
            break
    return conclude(verdict)


def follow(so_far: Verdict, record: SealedEvent) -> Verdict:
    """Give the verdict with one more record, for a log that is read as a stream."""
    if flaw := _flaw(record, so_far.records + 1, so_far.last_hash):
        return Verdict(so_far.records, so_far.last_hash, flaw)
    return Verdict(record.sequence, record.hash, None, _gone(so_far.gone, record))


def conclude(verdict: Verdict) -> Verdict:
    """Give the verdict on a log that was read to its end: what is gone has to have been erased."""
    if verdict.flaw or not verdict.gone:
        return verdict
    owner, first = min(verdict.gone.items(), key=lambda one: one[1])
    problem = (
        "what it says of a person is gone, and no record tells of an erasure: the key of its owner "
        f"({owner}), or the part itself, was deleted or changed"
    )
    return replace(verdict, flaw=Flaw(first, problem))


def _gone(so_far: Mapping[str, int], record: SealedEvent) -> Mapping[str, int]:
    if record.erased:
        owner = personal_owner(record.event)
        return so_far if owner in so_far else {**so_far, owner: record.sequence}
    told = record.event.details.get("erased_owner")
    if record.event.action != PERSONAL_ERASED or told not in so_far:
        return so_far
    return {owner: sequence for owner, sequence in so_far.items() if owner != told}


def _flaw(record: SealedEvent, expected_sequence: int, previous_hash: str) -> Flaw | None:
    if record.sequence != expected_sequence:
        problem = f"expected record {expected_sequence}, found {record.sequence}"
        return Flaw(expected_sequence, problem)
    if record.previous_hash != previous_hash:
        return Flaw(record.sequence, "it is not chained to the record before it")
    expected = _hash(record.event, record.sequence, previous_hash, record.personal_hash)
    if record.hash != expected:
        return Flaw(record.sequence, "its contents do not match its hash")
    return _personal_flaw(record)


def _personal_flaw(record: SealedEvent) -> Flaw | None:
    personal = personal_part(record.event)
    if record.salt is None:
        fits = not personal
    else:
        fits = record.personal_hash == hash_personal(personal, record.salt)
    return (
        None if fits else Flaw(record.sequence, "what it says of a person does not match its hash")
    )


def hash_personal(personal: dict[str, DetailValue], salt: bytes) -> str:
    """Commit to what is about a person: SHA-256 in hex, which tells nothing without the salt."""
    return hashlib.sha256(_PERSONAL + salt + canonical_json(personal)).hexdigest()


def _hash(event: AuditEvent, sequence: int, previous_hash: str, personal_hash: str | None) -> str:
    fields = public_fields(event, sequence) | {"personal_hash": personal_hash}
    leaf = hashlib.sha256(_LEAF + canonical_json(fields)).digest()
    return hashlib.sha256(_NODE + bytes.fromhex(previous_hash) + leaf).hexdigest()
