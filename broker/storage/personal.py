"""What audit events say of people, encrypted: AES-256-GCM under a key of each owner.

The records themselves are never changed or deleted. Whoever deletes the key of a session, an
account or a month erases what they say of people, and the chain of hashes still fits.
"""

import hashlib
import json
import secrets
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, cast, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.chain import SealedEvent
from broker.audit.event import (
    DetailValue,
    canonical_json,
    detail_values,
    personal_owner,
    personal_part,
)
from broker.storage.schema import personal_keys

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
KEY_MARK_BYTES: Final = 8
"""Of the key's SHA-256, before the nonce: an owner that was erased may get another key later."""

KEY: Final = cast(personal_keys.c.key, LargeBinary).label("key")
"""An owner's key as bytes, also where somebody made it a text, which no driver can read then."""

DAMAGED: Final = b""
"""The salt of a personal part that cannot be read though its key is there: it fits no hash."""


async def encrypt(connection: AsyncConnection, sealed: SealedEvent) -> bytes | None:
    """Encrypt the personal part of a record; None when it has none. Makes its owner's key."""
    if sealed.salt is None:
        return None
    return encrypted(await _key_of(connection, personal_owner(sealed.event)), sealed)


def encrypted(key: bytes, sealed: SealedEvent) -> bytes:
    """Encrypt the personal part of a record, which has a salt then, under its owner's key."""
    if sealed.salt is None:
        raise ValueError("a record without a personal part has nothing to encrypt")
    content = {"salt": sealed.salt.hex(), "personal": personal_part(sealed.event)}
    nonce = secrets.token_bytes(NONCE_BYTES)
    text = AESGCM(key).encrypt(nonce, canonical_json(content), _place(sealed.sequence))
    return _mark(key) + nonce + text


def decrypt(
    personal: bytes | None, key: bytes | None, sequence: int
) -> tuple[dict[str, DetailValue], bytes | None]:
    """Give a record's personal part and its salt.

    The salt is None when there is no such part or its key is gone, DAMAGED when it cannot be read.
    """
    if personal is None or key is None:
        return {}, None
    if personal[:KEY_MARK_BYTES] != _mark(key):
        return {}, None
    nonce = personal[KEY_MARK_BYTES : KEY_MARK_BYTES + NONCE_BYTES]
    try:
        text = _opened_with(key).decrypt(
            nonce, personal[KEY_MARK_BYTES + NONCE_BYTES :], _place(sequence)
        )
        content: dict[str, Any] = json.loads(text.decode("utf-8", "surrogatepass"))
        return detail_values(content["personal"]), bytes.fromhex(content["salt"])
    except (InvalidTag, ValueError, KeyError, TypeError):
        return {}, DAMAGED


async def forget(connection: AsyncConnection, owner: str) -> bool:
    """Delete an owner's key; False when there is none."""
    gone = await connection.execute(delete(personal_keys).where(personal_keys.c.owner == owner))
    return bool(gone.rowcount)


async def _key_of(connection: AsyncConnection, owner: str) -> bytes:
    query = select(KEY).where(personal_keys.c.owner == owner)
    key: bytes | None = await connection.scalar(query)
    if key is None:
        key = secrets.token_bytes(KEY_BYTES)
        await connection.execute(insert(personal_keys).values(owner=owner, key=key))
    return key


@lru_cache(maxsize=128)
def _opened_with(key: bytes) -> AESGCM:
    """Records of one owner are mostly read together."""
    return AESGCM(key)


@lru_cache(maxsize=128)
def _mark(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:KEY_MARK_BYTES]


def _place(sequence: int) -> bytes:
    """Bind a personal part to its record: one that is moved to another cannot be read there."""
    return str(sequence).encode()
