"""The string that both screens show, so that two people can hear that nobody is between them.

Each console and the support client agree on it over signaling, by commit and reveal, as soon as
both are there. The broker passes three messages on, and keeps nothing of them:

    console → client   trust.commit    commitment of the console's part
    client  → console  trust.answer    the client's part
    console → client   trust.reveal    the console's part, which has to fit the commitment

A part is what a side brings: a random nonce, the fingerprint of its DTLS certificate, and an X25519
public key (RFC 7748). All of it is lower-case hexadecimal, but for the fingerprint, which is as in
SDP (RFC 8122). From then on a description whose fingerprint is not the one agreed on is used by
neither side, and ends the session.

    H(label, texts…)   SHA-256 of all these in UTF-8, each after its length (32 bits, big-endian)
    commitment         H(`handrail trust 1 commit`, session id, nonce, fingerprint, key)
    transcript         H(`handrail trust 1 string`, session id, the console's nonce, fingerprint and
                       key, the client's nonce, fingerprint and key, language)
    digits             the first eight bytes of the transcript as a number, modulo 10,000
    words              its ninth and tenth byte, each a word of the list of that language
    secret             HKDF-SHA-256 (RFC 5869) of the X25519 shared secret; salt: the transcript;
                       info: `handrail trust 1 secret`; 32 bytes

Whoever is between the two has to give the console a nonce before the console's own is known, and to
commit to another towards the client before the client's own is known: each string is random to
them, whatever they do, and two strings are the same once in 10,000 (the digits) or 655,360,000
(digits and words).

A console may say the same again at any time, and gets the same answer: so an exchange that was cut
goes on with the nonces it has. Another commitment begins another exchange with another string; the
client answers MAX_EXCHANGES of them from one account in a session, and then ends it.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from broker.protocol.participants import Participant
from broker.protocol.trust_words import WORDS, TrustLanguage
from broker.protocol.vocabulary import AccountId, EndReason, WireModel

COMMIT_LABEL: Final = "handrail trust 1 commit"
STRING_LABEL: Final = "handrail trust 1 string"
SECRET_INFO: Final = "handrail trust 1 secret"  # noqa: S105 - what a key is for, and no key
NONCE_BYTES: Final = 32
MAX_EXCHANGES: Final = 8
"""So often may one account's consoles begin anew in one session: each time is a guess for whoever
is between."""

Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""32 bytes."""
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{2}(:[0-9A-F]{2}){31}$")]
"""Of a certificate, by SHA-256."""


class TrustBreach(StrEnum):
    """Why the connection is not to be trusted. Each of them ends the session."""

    STRINGS_DIFFER = "strings_differ"
    """A person said that the two screens do not show the same."""
    COMMITMENT = "commitment"
    """What was revealed is not what had been committed to."""
    FINGERPRINT = "fingerprint"
    """A description names another certificate than the one agreed on."""
    ANSWER = "answer"
    """There was another answer to the same commitment."""
    TOO_MANY = "too_many"
    """Exchanges were begun more often than any console needs."""

    @property
    def end_reason(self) -> EndReason:
        """What the session ends with."""
        by_person = self is TrustBreach.STRINGS_DIFFER
        return EndReason.SCREENS_DIFFER if by_person else EndReason.CONNECTION_ALTERED


class TrustPart(WireModel):
    """What one side brings to the string."""

    nonce: Hex32
    fingerprint: Fingerprint
    key: Hex32
    """X25519 (RFC 7748)."""


class TrustCommit(WireModel):
    """The console begins an exchange, or comes back to it."""

    type: Literal["trust.commit"] = "trust.commit"
    commitment: Hex32
    participant: Participant | None = None
    """Whose console it is, as the broker verified it; what a console says here is dropped."""


class TrustAnswer(WireModel):
    """The support client's part, for the console with this commitment."""

    type: Literal["trust.answer"] = "trust.answer"
    commitment: Hex32
    account_id: AccountId | None = None
    """Whose console it is for; None: that of whoever is in charge."""
    part: TrustPart
    language: TrustLanguage
    """Of the words on both screens: the one that the end user reads."""
    number: Annotated[int, Field(ge=1, le=MAX_EXCHANGES)]
    """Of this account's exchanges in this session: from the second on the string is a new one."""


class TrustReveal(WireModel):
    """The console's part, which has to fit its commitment."""

    type: Literal["trust.reveal"] = "trust.reveal"
    commitment: Hex32
    part: TrustPart
    participant: Participant | None = None
    """As in `trust.commit`."""


class TrustBroken(WireModel):
    """The sender does not trust the connection: the session ends."""

    type: Literal["trust.broken"] = "trust.broken"
    breach: TrustBreach
    account_id: AccountId | None = None
    """Whose console is at the other end of it, when the support client tells."""


@dataclass(frozen=True)
class TrustString:
    """What both screens show, and what it was made from."""

    transcript: bytes
    """32 bytes; both sides have the same, unless somebody is between them."""
    language: TrustLanguage

    @property
    def digits(self) -> str:
        """Four digits."""
        return f"{int.from_bytes(self.transcript[:8], 'big') % 10_000:04d}"

    @property
    def words(self) -> tuple[str, str]:
        """Two words of the language."""
        listed = WORDS[self.language]
        return listed[self.transcript[8]], listed[self.transcript[9]]


def commitment_of(session_id: str, part: TrustPart) -> str:
    """Give what a console sends before its part: 32 bytes in hexadecimal."""
    return _hash(COMMIT_LABEL, session_id, *_texts(part)).hex()


def string_of(
    session_id: str, console: TrustPart, client: TrustPart, language: TrustLanguage
) -> TrustString:
    """Give what both screens show when these two parts met."""
    texts = (session_id, *_texts(console), *_texts(client), language)
    return TrustString(_hash(STRING_LABEL, *texts), language)


_FINGERPRINT_LINE: Final = re.compile(r"^a=fingerprint:sha-256 ([0-9A-Fa-f:]+)\r?$", re.MULTILINE)


def is_only_fingerprint(sdp: str, fingerprint: str) -> bool:
    """Whether a description (RFC 8866) names this certificate, in each place, and no other.

    Whatever else has to do with fingerprints makes it another: what one parser passes over, the
    next one may read.
    """
    named = {value.upper() for value in _FINGERPRINT_LINE.findall(sdp)}
    rest = _FINGERPRINT_LINE.sub("", sdp)
    return named == {fingerprint} and "fingerprint" not in rest.lower()


def _texts(part: TrustPart) -> tuple[str, str, str]:
    return part.nonce, part.fingerprint, part.key


def _hash(*texts: str) -> bytes:
    whole = hashlib.sha256()
    for data in map(str.encode, texts):
        whole.update(len(data).to_bytes(4, "big") + data)
    return whole.digest()
