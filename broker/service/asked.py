"""How often the end user of a session may be asked about the same person. Kept in memory alone.

The support client refuses a person for good after three refusals, without a window; each further
question would still be two records on the audit log.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from broker.errors import TooManyRequests

MOST: Final = 3
"""Questions about one person, one after another, that nobody said yes to."""

WITHIN: Final = timedelta(minutes=10)
"""A question counts for this long."""


class Asked:
    """The questions of one session that came to nothing, or are open."""

    def __init__(self) -> None:
        self._asked: dict[str, deque[datetime]] = {}

    def check(self, account_id: str, now: datetime) -> None:
        """Refuse another question about somebody who was asked about too often. TooManyRequests."""
        asked = self._asked.get(account_id, deque())
        while asked and asked[0] <= now - WITHIN:
            asked.popleft()
        if len(asked) >= MOST:
            raise TooManyRequests(max(1, round((asked[0] + WITHIN - now).total_seconds())))

    def about(self, account_id: str, now: datetime) -> None:
        """Note that the end user is asked about somebody."""
        self._asked.setdefault(account_id, deque(maxlen=MOST)).append(now)

    def let_in(self, account_id: str) -> None:
        """Note that the end user said yes: what was before counts no more."""
        self._asked.pop(account_id, None)
