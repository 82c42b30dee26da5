"""The second road for large files: chunks through the broker, which sees only ciphertext.

Whoever sends files asks the broker over signaling (`relay.wanted`); both sides then get a ticket
each, good for one websocket. The sender tells the receiver a secret over the data channel
(`file.relay`), which the broker never sees. Once both are there the broker says `relay.open`, and
from then on each binary frame of one side is passed on to the other as it is:

    frame   AES-256-GCM of a chunk, with its 16-byte tag

    key     HKDF-SHA-256 (RFC 5869) of the secret; salt: the relay's id;
            info: `handrail relay 1 ` and the side that sends, `client` or `console`; 32 bytes
    nonce   32 zero bits | sequence 64, big-endian; frames of one side are counted from 0
    data    also authenticated: `<relay id>|<side that sends>|<sequence>`

So a frame that is altered, left out, repeated, put elsewhere or sent back does not open, and that
ends the relay. A secret serves one relay, so that no nonce ever comes twice.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import StringConstraints, TypeAdapter

from broker.protocol.vocabulary import WireModel

SEAL_BYTES: Final = 16
"""What a frame has more than its chunk: the tag of AES-GCM."""
MAX_RELAY_FRAME_BYTES: Final = 256 * 1024 + SEAL_BYTES
"""Largest frame that the broker passes on."""
RELAY_INFO: Final = "handrail relay 1 "
"""What the keys of a relay are for (HKDF's `info`); the side that sends is appended."""

RelayId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
"""A UUID, made by whoever asks."""
RelaySecret = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""32 random bytes in base64url."""
RelayTicket = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""Opens one websocket, once, within seconds."""


class RelaySide(StrEnum):
    """The two ends of a relay."""

    CLIENT = "client"
    CONSOLE = "console"

    @property
    def other(self) -> "RelaySide":
        """The side across."""
        return RelaySide.CONSOLE if self is RelaySide.CLIENT else RelaySide.CLIENT


class RelayRefusal(StrEnum):
    """Why there is no relay; the files go straight to the other computer then."""

    FORBIDDEN = "forbidden"
    """An admin forbade it."""
    NOT_GRANTED = "not_granted"
    """The end user does not allow files that way."""
    QUOTA = "quota"
    """This session has sent as much through the broker as an admin lets it."""
    BUSY = "busy"
    """The broker has as many relays as it takes."""
    PEER_ABSENT = "peer_absent"
    """The other side is not connected to the broker."""
    INSECURE = "insecure"
    """The console's page came without HTTPS: there the browser encrypts nothing."""


class RelayWanted(WireModel):
    """The sender of files asks for a relay to the other side."""

    type: Literal["relay.wanted"] = "relay.wanted"
    relay_id: RelayId


class RelayOffered(WireModel):
    """There is one: open `/api/v1/ws/relay/{relay_id}` with this ticket."""

    type: Literal["relay.offered"] = "relay.offered"
    relay_id: RelayId
    ticket: RelayTicket


class RelayRefused(WireModel):
    """There is none."""

    type: Literal["relay.refused"] = "relay.refused"
    relay_id: RelayId
    reason: RelayRefusal


class RelayEnter(WireModel):
    """First message on a relay's websocket."""

    type: Literal["relay.enter"] = "relay.enter"
    ticket: RelayTicket


class RelayOpen(WireModel):
    """Both sides are there: frames are passed on from now on."""

    type: Literal["relay.open"] = "relay.open"


RELAY_ENTER: TypeAdapter[RelayEnter] = TypeAdapter(RelayEnter)
