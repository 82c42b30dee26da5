"""Bounds the support clients' sockets that have not yet shown a code or a resume token."""

from collections import Counter
from typing import Final, Self

from broker.errors import TooManyRequests
from broker.web.attempts import address_key
from broker.web.sockets import FIRST_MESSAGE_S

MAX_OF_AN_ADDRESS: Final = 20
"""Strangers' sockets of one address at a time; each stays one for 5 s at most."""

MAX_OF_ALL: Final = 1000
"""Strangers' sockets in all."""


class Visit:
    """A stranger's socket, until it leaves the doorstep, which it does once."""

    __slots__ = ("_key", "_waiting")

    def __init__(self, waiting: Counter[str], key: str) -> None:
        self._waiting: Counter[str] | None = waiting
        self._key = key
        waiting[key] += 1

    def __enter__(self) -> Self:
        """Stand there at most as long as this lasts."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave, if it did not before."""
        self.leave()

    def leave(self) -> None:
        """Come in, or go away."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting[self._key] -= 1
            if not waiting[self._key]:
                del waiting[self._key]


class Doorstep:
    """Counts the sockets of strangers."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()

    def one(self, address: str | None) -> Visit:
        """Be a stranger's socket. TooManyRequests when there are enough."""
        key = address_key(address)
        if self._waiting[key] >= MAX_OF_AN_ADDRESS or self._waiting.total() >= MAX_OF_ALL:
            raise TooManyRequests(round(FIRST_MESSAGE_S))
        return Visit(self._waiting, key)
