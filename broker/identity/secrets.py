"""The broker's own secrets and its randomness: implements `broker.ports.Secrets`.

They are made once, into a file that only the broker's user can read.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.errors import Misconfigured
from broker.protocol import join_code

FILE_NAME: Final = "secrets.json"
KEY_BYTES: Final = 32

_OURS: Final = {"downloads"}
"""What may be in a data directory before its secrets are."""


class BrokerSecrets:
    """Randomness from the operating system, and keyed hashes of what must not be stored."""

    def __init__(self, hash_key: bytes, signing_key: Ed25519PrivateKey) -> None:
        self._hash_key = hash_key
        self.signing_key = signing_key
        """Signs access tokens."""
        self.audit_key = Ed25519PrivateKey.from_private_bytes(self._hmac("derive audit key"))
        """Signs checkpoints of the audit log."""

    def new_id(self, prefix: str) -> str:
        """Give a fresh id: the prefix, `_` and 128 random bits in hex."""
        return f"{prefix}_{secrets.token_hex(16)}"

    def new_token(self) -> str:
        """Give 256 random bits in base64url (43 characters)."""
        return secrets.token_urlsafe(KEY_BYTES)

    def new_join_code(self) -> str:
        """Give 12 digits: 11 random, one check digit."""
        payload = secrets.randbelow(10**join_code.PAYLOAD_LENGTH)
        return join_code.complete(f"{payload:0{join_code.PAYLOAD_LENGTH}d}")

    def fingerprint(self, secret: str) -> str:
        """Give the HMAC-SHA-256 of a code or token, in hex."""
        return self._hmac(secret).hex()

    def derive_token(self, purpose: str) -> str:
        """Give a token (43 characters) that is always the same for the same purpose.

        Only the holder of the key can tell it, so it needs no storage. A purpose holds a space,
        which no code and no token does, so it never equals what `fingerprint` was given.
        """
        return base64.urlsafe_b64encode(self._hmac(f"derive {purpose}")).decode().rstrip("=")

    def matches(self, secret: str, fingerprint: str | None) -> bool:
        """Compare in constant time; False when there is no fingerprint."""
        return fingerprint is not None and hmac.compare_digest(
            self.fingerprint(secret), fingerprint
        )

    def _hmac(self, text: str) -> bytes:
        return hmac.digest(self._hash_key, text.encode("utf-8", "surrogatepass"), hashlib.sha256)


def open_secrets(data_dir: Path) -> BrokerSecrets:
    """Load the secrets of this data directory; make them when there are none.

    Brokers that start together agree on one set. Misconfigured when the file cannot be used.
    """
    path = data_dir / FILE_NAME
    try:
        prepare_data_dir(data_dir)
        if not path.exists():
            _make(path)
        return _load(path)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be used: {error.strerror}.") from error


def look_at_secrets(data_dir: Path) -> BrokerSecrets:
    """Load the secrets of this data directory for who only reads; nothing is made there.

    Without any, those that are given are of no use but to look something up. Misconfigured.
    """
    path = data_dir / FILE_NAME
    try:
        if path.exists():
            return _load(path)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be used: {error.strerror}.") from error
    return BrokerSecrets(secrets.token_bytes(KEY_BYTES), Ed25519PrivateKey.generate())


def prepare_data_dir(data_dir: Path) -> None:
    """Make the data directory, or close the one there is to others. Misconfigured, OSError.

    A directory that others can enter is only closed when it is plainly ours: somebody may have
    named one that holds other things too.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "posix" or not stat.S_IMODE(data_dir.stat().st_mode) & 0o077:
        return
    names = {path.name for path in data_dir.iterdir()}
    if FILE_NAME not in names and names - _OURS:
        raise Misconfigured(
            f"{data_dir} can be read by others: run `chmod 700 {data_dir}`, or choose another "
            "data_dir if it is not the broker's alone."
        )
    data_dir.chmod(0o700)


def _make(path: Path) -> None:
    """Write a whole file under another name, then give it its name unless another was faster."""
    keys = {"hash_key": _encode(secrets.token_bytes(KEY_BYTES))}
    keys["signing_key"] = _encode(Ed25519PrivateKey.generate().private_bytes_raw())
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE_NAME}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(keys, file)
            file.flush()
            os.fsync(file.fileno())
        _name_it(temporary, path)
    finally:
        temporary.unlink()


def _name_it(temporary: Path, path: Path) -> None:
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return
    if os.name == "posix":
        directory = os.open(path.parent, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)


def _load(path: Path) -> BrokerSecrets:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Misconfigured(f"{path} can be read by others: run `chmod 600 {path}`.")
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
        hash_key = base64.b64decode(keys["hash_key"], validate=True)
        signing_key = base64.b64decode(keys["signing_key"], validate=True)
        return BrokerSecrets(hash_key, Ed25519PrivateKey.from_private_bytes(signing_key))
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise Misconfigured(f"{path} is damaged: restore it from a backup.") from error


def _encode(key: bytes) -> str:
    return base64.b64encode(key).decode()
