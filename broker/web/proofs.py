"""Issues challenges for proof of work and takes each solved one once.

A challenge is not remembered when it is given out: its token says until when it is good, and its
HMAC that we gave it to this address. Only tokens that were worked for are remembered, until they
end by themselves.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from broker.ports import Secrets
from broker.protocol.proof import ProofChallenge, ProofOfWork, is_solved
from broker.web.attempts import address_key

PARTS: Final = 24
BITS: Final = 15
"""24 × 2^15 hashes: 0.6 s of Python's hashlib and 0.8 s of a browser's worker on a 2020s desktop
(measured: 1.3 and 1.0 million hashes a second), three times that on a phone."""

LIFE_S: Final = 120
"""How long a challenge is good for."""


class Proofs:
    """Challenges and their proofs, for one broker."""

    def __init__(self, secrets: Secrets, now: Callable[[], datetime]) -> None:
        self._secrets = secrets
        self._now = now
        self._taken: dict[str, float] = {}
        """Tokens that were used, and when each ends; in the order of use."""

    def challenge(self, address: str | None) -> ProofChallenge:
        """Give a fresh challenge to an address."""
        expires = int(self._now().timestamp()) + LIFE_S
        body = f"{expires}.{self._secrets.new_token()}"
        token = f"{body}.{self._mark(body, address)}"
        return ProofChallenge(token=token, parts=PARTS, bits=BITS)

    def takes(self, proof: ProofOfWork, address: str | None) -> bool:
        """Tell whether this is work that we asked this address for; it counts once."""
        now = self._now().timestamp()
        body, _, mark = proof.token.rpartition(".")
        expires = body.partition(".")[0]
        if not self._secrets.matches(_marked(body, address), mark):
            return False
        if float(expires) < now or proof.token in self._taken:
            return False
        if not is_solved(proof, PARTS, BITS):
            return False
        self._forget(now)
        self._taken[proof.token] = float(expires)
        return True

    def _mark(self, body: str, address: str | None) -> str:
        return self._secrets.fingerprint(_marked(body, address))

    def _forget(self, now: float) -> None:
        for token, expires in list(self._taken.items()):
            if expires >= now:
                return
            del self._taken[token]


def _marked(body: str, address: str | None) -> str:
    """Give what is signed. It holds a space, which no code and no token does."""
    return f"proof {body} {address_key(address)}"
