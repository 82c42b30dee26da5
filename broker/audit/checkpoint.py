"""Signed checkpoints of the log: what its chain had come to at a moment (Ed25519). Pure.

One that is kept where the database's master cannot reach it catches what the chain alone cannot: a
log that was written anew, lost its last records, or was restored from an older copy.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from broker.audit.event import canonical_json, canonical_time

_PURPOSE: Final = b"handrail audit checkpoint 1\n"
_FIELDS: Final = frozenset({"records", "hash", "signed_at", "key_id", "signature"})


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log of `records` records ended with `hash`, and `signature` says so."""

    records: int
    hash: str
    signed_at: str
    """As `canonical_time` writes it."""
    key_id: str
    signature: bytes


def sign(records: int, last_hash: str, now: datetime, key: Ed25519PrivateKey) -> Checkpoint:
    """Sign what a log has come to."""
    unsigned = Checkpoint(records, last_hash, canonical_time(now), key_id(key.public_key()), b"")
    signature = key.sign(_signed_bytes(unsigned))
    return Checkpoint(records, last_hash, unsigned.signed_at, unsigned.key_id, signature)


def is_signed_by(checkpoint: Checkpoint, key: Ed25519PublicKey) -> bool:
    """Tell whether this key signed the checkpoint as it is."""
    try:
        key.verify(checkpoint.signature, _signed_bytes(checkpoint))
    except InvalidSignature:
        return False
    return checkpoint.key_id == key_id(key)


def key_id(key: Ed25519PublicKey) -> str:
    """Name a key: the first half of its SHA-256, in hex."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]


def public_key_text(key: Ed25519PublicKey) -> str:
    """Write a public key: 32 bytes in base64."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def read_public_key(text: str) -> Ed25519PublicKey:
    """Read what `public_key_text` wrote. ValueError when it is no such thing."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
    except (ValueError, binascii.Error) as error:
        raise ValueError("a public key is 32 bytes in base64") from error


def checkpoint_json(checkpoint: Checkpoint) -> dict[str, Any]:
    """Give a checkpoint as an object that JSON can hold."""
    signature = base64.b64encode(checkpoint.signature).decode()
    return _unsigned_fields(checkpoint) | {"signature": signature}


def checkpoint_from_json(fields: Any) -> Checkpoint:
    """Read what `checkpoint_json` gave. ValueError when it is no such thing."""
    if not isinstance(fields, dict) or fields.keys() != _FIELDS:
        raise ValueError("it is not a checkpoint")
    records, texts = fields["records"], {k: v for k, v in fields.items() if k != "records"}
    if type(records) is not int or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("a field of it does not hold what it should")
    signature = base64.b64decode(texts.pop("signature"), validate=True)
    return Checkpoint(records, signature=signature, **texts)


def _signed_bytes(checkpoint: Checkpoint) -> bytes:
    return _PURPOSE + canonical_json(_unsigned_fields(checkpoint))


def _unsigned_fields(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "records": checkpoint.records,
        "hash": checkpoint.hash,
        "signed_at": checkpoint.signed_at,
        "key_id": checkpoint.key_id,
    }
