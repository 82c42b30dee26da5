"""Tokens that are good once, for a short time, and for one purpose only.

None is remembered when it is given out: it says itself until when it is good, and its HMAC that it
is ours and what for. Only those that were used are remembered, until they would have ended.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from broker.ports import Secrets


class OneTimeTokens:
    """The tokens of one kind. Brokers with the same secrets take each other's."""

    def __init__(
        self, kind: str, life_s: int, secrets: Secrets, now: Callable[[], datetime]
    ) -> None:
        self._kind = kind
        self._life_s = life_s
        self._secrets = secrets
        self._now = now
        self._used: dict[str, int] = {}
        """Tokens that were used, and when each ends; in the order of use."""

    def issue(self, purpose: str) -> str:
        """Give a fresh token for this purpose."""
        body = f"{int(self._now().timestamp()) + self._life_s}.{self._secrets.new_token()}"
        return f"{body}.{self._secrets.fingerprint(self._signed(body, purpose))}"

    def ends_at(self, token: str) -> datetime:
        """Tell until when a token of ours is good."""
        return datetime.fromtimestamp(int(token.partition(".")[0]), UTC)

    def is_good(self, token: str, purpose: str) -> bool:
        """Tell whether this was issued for this purpose, and is neither over nor used."""
        body, _, mark = token.rpartition(".")
        if not self._secrets.matches(self._signed(body, purpose), mark):
            return False
        return token not in self._used and self.ends_at(token) >= self._now()

    def use(self, token: str, purpose: str) -> bool:
        """Use a token up; False when it is not good."""
        if not self.is_good(token, purpose):
            return False
        self._forget()
        self._used[token] = int(self.ends_at(token).timestamp())
        return True

    def _forget(self) -> None:
        now = self._now().timestamp()
        for token, ends in list(self._used.items()):
            if ends >= now:
                return
            del self._used[token]

    def _signed(self, body: str, purpose: str) -> str:
        """Give what is signed. It holds a space, which no code and no token does."""
        return f"{self._kind} {body} {purpose}"
