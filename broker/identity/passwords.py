"""Passwords: argon2id in a thread, and what makes a password too weak. It knows no accounts."""

import asyncio
import base64
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from broker.errors import InvalidRequest

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 256
MIN_DISTINCT: Final = 5
"""A password of fewer different characters is a pattern."""

CONCURRENT: Final = 4
"""Each computation takes 64 MiB (RFC 9106, second recommended option): this bounds a flood."""


class Passwords:
    """Hashes and checks passwords, without blocking the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(CONCURRENT)
        self._nobodys = _nobodys_hash(self._hasher)

    async def hash(self, password: str) -> str:
        """Give the argon2id hash, salted, as PHC text."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Check a password. Without a hash it takes as long, and the answer is False."""
        async with self._slots:
            right = await asyncio.to_thread(self._check, password, password_hash or self._nobodys)
        return right and password_hash is not None

    def _check(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _nobodys_hash(hasher: PasswordHasher) -> str:
    """Give PHC text that costs as much to check as any other, and that no password fits.

    Drawn rather than computed: every command of the broker would wait for it.
    """
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


def check_strength(password: str, email: str) -> None:
    """Refuse a weak password with InvalidRequest, saying what is wrong with it."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidRequest(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.")
    if len(set(password)) < MIN_DISTINCT:
        raise InvalidRequest(f"A password has at least {MIN_DISTINCT} different characters.")
    if password.casefold() == email.casefold():
        raise InvalidRequest("A password must not be the email.")
