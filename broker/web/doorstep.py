"""Bounds the support clients' sockets that have not yet shown a code or a resume token."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from broker.errors import TooManyRequests
from broker.web.attempts import address_key
from broker.web.sockets import FIRST_MESSAGE_S

MAX_OF_AN_ADDRESS: Final = 20
"""Strangers' sockets of one address at a time; each stays one for 5 s at most."""

MAX_OF_ALL: Final = 1000
"""Strangers' sockets in all."""


class Doorstep:
    """Counts the sockets of strangers."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()

    @contextmanager
    def one(self, address: str | None) -> Iterator[None]:
        """Be a stranger's socket while this is open. TooManyRequests when there are enough."""
        key = address_key(address)
        if self._waiting[key] >= MAX_OF_AN_ADDRESS or self._waiting.total() >= MAX_OF_ALL:
            raise TooManyRequests(round(FIRST_MESSAGE_S))
        self._waiting[key] += 1
        try:
            yield
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
