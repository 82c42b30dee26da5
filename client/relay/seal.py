"""Seals frames of a relay for the other side, and opens those that come from there.

The form is told in `broker.protocol.relay`; the console's twin is `relay/seal.js`, and both keep to
tests/vectors/relay.json.
"""

import base64
import os
import struct
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from broker.protocol.relay import RELAY_INFO, RelaySide

SECRET_BYTES: Final = 32
_NONCE: Final = struct.Struct(">IQ")


class FrameDamaged(Exception):
    """What came is not the next frame that the other side sealed."""


class Seal:
    """One direction of one relay; each side has two of them, and counts its frames."""

    def __init__(self, secret: str, relay_id: str, sender: RelaySide) -> None:
        self._cipher = AESGCM(_key(secret, relay_id, sender))
        self._about = f"{relay_id}|{sender.value}|"
        self._sequence = 0

    def close(self, data: bytes) -> bytes:
        """Encrypt what is sent next."""
        return self._cipher.encrypt(*self._next(data))

    def open(self, frame: bytes) -> bytes:
        """Decrypt what came next. Raises FrameDamaged."""
        try:
            return self._cipher.decrypt(*self._next(frame))
        except (InvalidTag, ValueError) as error:  # ValueError: shorter than its tag
            raise FrameDamaged from error

    def _next(self, data: bytes) -> tuple[bytes, bytes, bytes]:
        sequence = self._sequence
        self._sequence += 1
        return _NONCE.pack(0, sequence), data, f"{self._about}{sequence}".encode()


def new_secret() -> str:
    """Give 32 random bytes in base64url, without padding."""
    return base64.urlsafe_b64encode(os.urandom(SECRET_BYTES)).rstrip(b"=").decode()


def _key(secret: str, relay_id: str, sender: RelaySide) -> bytes:
    info = f"{RELAY_INFO}{sender.value}".encode()
    derivation = HKDF(SHA256(), length=32, salt=relay_id.encode(), info=info)
    return derivation.derive(base64.urlsafe_b64decode(secret + "="))
