"""The hash chain over audit events: how a record is sealed and how a whole log is verified.

Pure. Leaf and node hashes are told apart by a prefix byte as in RFC 6962, section 2.1, so that a
Merkle tree over the same leaves can be added without hashing anything anew.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from broker.audit.event import AuditEvent, canonical_json, redact

GENESIS_HASH: Final = hashlib.sha256(b"handrail audit log 1").hexdigest()
"""What the first record is chained to."""

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event at its place in the chain; hashes are SHA-256 in lowercase hex."""

    sequence: int
    event: AuditEvent
    previous_hash: str
    hash: str


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


NOTHING_READ: Final = Verdict(0, GENESIS_HASH, None)
"""The verdict before the first record."""


def seal(event: AuditEvent, sequence: int, previous_hash: str) -> SealedEvent:
    """Give `event` its place after `previous_hash`; secrets are gone from then on."""
    clean = AuditEvent(
        event.recorded_at,
        event.action,
        event.actor,
        event.outcome,
        event.session_id,
        event.ticket_id,
        redact(event.details),
    )
    return SealedEvent(sequence, clean, previous_hash, _hash(clean, sequence, previous_hash))


def verify(records: Iterable[SealedEvent]) -> Verdict:
    """Walk a log from its first record and stop at the first one that does not fit.

    A log that lost its last records still fits: only a checkpoint kept elsewhere can tell.
    """
    verdict = NOTHING_READ
    for record in records:
        verdict = follow(verdict, record)
        if verdict.flaw:
            break
    return verdict


def follow(so_far: Verdict, record: SealedEvent) -> Verdict:
    """Give the verdict with one more record, for a log that is read as a stream."""
    if flaw := _flaw(record, so_far.records + 1, so_far.last_hash):
        return Verdict(so_far.records, so_far.last_hash, flaw)
    return Verdict(record.sequence, record.hash, None)


def _flaw(record: SealedEvent, expected_sequence: int, previous_hash: str) -> Flaw | None:
    if record.sequence != expected_sequence:
        problem = f"expected record {expected_sequence}, found {record.sequence}"
        return Flaw(expected_sequence, problem)
    if record.previous_hash != previous_hash:
        return Flaw(record.sequence, "it is not chained to the record before it")
    if record.hash != _hash(record.event, record.sequence, previous_hash):
        return Flaw(record.sequence, "its contents do not match its hash")
    return None


def _hash(event: AuditEvent, sequence: int, previous_hash: str) -> str:
    leaf = hashlib.sha256(_LEAF + canonical_json(event, sequence)).digest()
    return hashlib.sha256(_NODE + bytes.fromhex(previous_hash) + leaf).hexdigest()
