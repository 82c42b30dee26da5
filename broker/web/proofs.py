"""Issues challenges for proof of work, and takes each solved one once, from its own address."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from broker.ports import Secrets
from broker.protocol.proof import ProofChallenge, ProofOfWork, is_solved
from broker.web.attempts import address_key
from broker.web.one_time import OneTimeTokens

PARTS: Final = 24
BITS: Final = 15
"""24 × 2^15 hashes: 0.6 s of Python's hashlib and 0.8 s of a browser's worker on a 2020s desktop
(measured: 1.3 and 1.0 million hashes a second), three times that on a phone."""

LIFE_S: Final = 120
"""How long a challenge is good for."""


class Proofs:
    """Challenges and their proofs, for one broker."""

    def __init__(self, secrets: Secrets, now: Callable[[], datetime]) -> None:
        self._tokens = OneTimeTokens("proof", LIFE_S, secrets, now)

    def challenge(self, address: str | None) -> ProofChallenge:
        """Give a fresh challenge to an address."""
        token = self._tokens.issue(address_key(address))
        return ProofChallenge(token=token, parts=PARTS, bits=BITS)

    def takes(self, proof: ProofOfWork, address: str | None) -> bool:
        """Tell whether this is work that we asked this address for; it counts once."""
        purpose = address_key(address)
        if not self._tokens.is_good(proof.token, purpose) or not is_solved(proof, PARTS, BITS):
            return False
        return self._tokens.use(proof.token, purpose)
