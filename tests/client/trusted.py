"""A technician's console as far as the string on both screens goes, for tests of the client."""

import secrets
from dataclasses import dataclass, field

from broker.protocol.participants import Participant
from broker.protocol.trust import (
    TrustCommit,
    TrustPart,
    TrustReveal,
    TrustString,
    commitment_of,
    string_of,
)
from broker.protocol.vocabulary import Capability
from client import events as on
from client.support_session import Situation, SupportSession
from client.trust.keys import TrustKey

FINGERPRINT = ":".join(["C0"] * 32)
OWN = TrustPart(nonce="d" * 64, fingerprint=":".join(["D0"] * 32), key="e" * 64)
"""What the support client brings, where a test makes no real one."""


def sdp_of(fingerprint: str = FINGERPRINT) -> str:
    """The least that a description is looked at for."""
    return f"v=0\r\na=fingerprint:sha-256 {fingerprint}\r\n"


@dataclass
class Trusted:
    """One console's part of one exchange."""

    session_id: str
    who: Participant | None = None
    fingerprint: str = FINGERPRINT
    key: TrustKey = field(default_factory=TrustKey)
    nonce: str = field(default_factory=lambda: secrets.token_hex(32))

    @property
    def part(self) -> TrustPart:
        return TrustPart(nonce=self.nonce, fingerprint=self.fingerprint, key=self.key.public)

    @property
    def commit(self) -> TrustCommit:
        commitment = commitment_of(self.session_id, self.part)
        return TrustCommit(commitment=commitment, participant=self.who)

    @property
    def reveal(self) -> TrustReveal:
        commitment = commitment_of(self.session_id, self.part)
        return TrustReveal(commitment=commitment, part=self.part, participant=self.who)

    @property
    def events(self) -> tuple[on.Event, on.Event]:
        """What the client hears of it when nobody is between."""
        return self.committed, on.TrustRevealed(self.reveal)

    @property
    def string(self) -> TrustString:
        """What both screens show, where the support client brings `OWN`."""
        return string_of(self.session_id, self.part, OWN, "en")

    @property
    def committed(self) -> on.TrustCommitted:
        return on.TrustCommitted(self.commit, OWN, "en")


def allowed(situation: Situation, *chosen: Capability) -> on.ConsentAnswered:
    """What the window says when Allow is pressed beside the string that it shows."""
    seen = situation.trust[0].string if situation.trust else None
    return on.ConsentAnswered(frozenset(chosen), seen)


def agree(session: SupportSession) -> None:
    """Let whoever is in charge and the client agree on a string."""
    assert session.situation.request is not None
    for event in Trusted(session.situation.request.session_id).events:
        session.handle(event)
