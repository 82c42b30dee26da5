"""What this side is known by in one session: a certificate and a key, never stored."""

import secrets

from broker.protocol.trust import NONCE_BYTES, TrustPart
from client.rtc.certificate import fingerprint_of, make_certificate
from client.trust.exchanges import Agreed
from client.trust.keys import TrustKey


class Identity:
    """The same for every peer connection of the session, and for all of its technicians."""

    def __init__(self) -> None:
        self.certificate = make_certificate()
        self._key = TrustKey()

    def new_part(self) -> TrustPart:
        """Give this side's part of another string."""
        return TrustPart(
            nonce=secrets.token_hex(NONCE_BYTES),
            fingerprint=fingerprint_of(self.certificate),
            key=self._key.public,
        )

    def secret_with(self, agreed: Agreed) -> bytes:
        """Give the 32 bytes that only that technician's console has too. Raises ValueError."""
        return self._key.secret_with(agreed.part.key, agreed.string.transcript)
