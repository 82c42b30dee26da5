"""The key pair of one session, from which a secret is shared with each technician's console."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from broker.protocol.trust import SECRET_INFO


class TrustKey:
    """An X25519 key pair (RFC 7748), made anew for each session and never stored."""

    def __init__(self, private: X25519PrivateKey | None = None) -> None:
        self._private = private or X25519PrivateKey.generate()

    @property
    def public(self) -> str:
        """The public key in hexadecimal."""
        return self._private.public_key().public_bytes_raw().hex()

    def secret_with(self, their_key: str, transcript: bytes) -> bytes:
        """Give the 32 bytes that only the two sides of one agreement have.

        `their_key` in hexadecimal. Raises ValueError for a key with which no secret can be shared
        (RFC 7748, section 6.1).
        """
        shared = self._private.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(their_key)))
        derivation = HKDF(SHA256(), length=32, salt=transcript, info=SECRET_INFO.encode())
        return derivation.derive(shared)
