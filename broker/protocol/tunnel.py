"""The way of last resort: a whole session through the broker, which sees only ciphertext.

Where neither a direct pair nor a TURN server can be reached, the console offers a tunnel instead of
a peer connection. What the data channels carry goes over one relay (`broker.protocol.relay`), with
the same frames, the same seal and the same tickets; only the secret comes from elsewhere:

    console → client   peer.tunnel    offer: a nonce; the broker adds the client's ticket
    client  → console  peer.tunnel    answer: a nonce; the broker adds the console's ticket

    secret  HKDF-SHA-256 (RFC 5869) of the secret that both sides share since they agreed on the
            string on both screens (`broker.protocol.trust`); salt: the console's nonce, the
            client's nonce; info: `handrail tunnel 1 <peer id>`; 32 bytes
    relay   its id is the peer's; the key of each side, nonces and frames are as with files

So whoever would open a frame has to have been between the two when the string was made, which both
screens show; and since each side brings a fresh nonce, no key ever comes twice. Sealed in a frame:

    hello     empty; the first of each side: it shows that it has the secret
    message   channel 8 | kind 8 | message
              channel: its number among TUNNEL_CHANNELS; kind: 0 text (UTF-8), 1 binary

All channels are open from the other side's hello on, and messages of all of them stay in the order
in which they were sent. There is no video: the picture comes in tiles alone, at a reduced rate, and
`shown` stays silent. A frame that does not open, or holds none of this, ends the tunnel.
"""

import struct
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from broker.protocol.channels import ChannelLabel
from broker.protocol.participants import Participant
from broker.protocol.relay import RelayTicket
from broker.protocol.vocabulary import PeerId, WireModel

TUNNEL_INFO: Final = "handrail tunnel 1 "
"""What the secret of a tunnel is for (HKDF's `info`); the peer's id is appended."""
TUNNEL_CHANNELS: Final = tuple(ChannelLabel)
"""By their numbers in a message."""
TUNNEL_HEAD_BYTES: Final = 2
HELLO: Final = b""

TunnelNonce = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""32 random bytes in hexadecimal."""

_HEAD: Final = struct.Struct(">BB")
_TEXT: Final = 0
_BINARY: Final = 1


class PeerTunnel(WireModel):
    """A tunnel in place of a peer connection: offer (console) or answer (client); relayed."""

    type: Literal["peer.tunnel"] = "peer.tunnel"
    peer_id: PeerId
    kind: Literal["offer", "answer"]
    nonce: TunnelNonce
    ticket: RelayTicket | None = None
    """The receiver's; the broker adds it, and drops what a side says here."""
    participant: Participant | None = None
    """As in `peer.description`."""


@dataclass(frozen=True, slots=True)
class TunnelMessage:
    """What one side said on one channel."""

    label: ChannelLabel
    message: str | bytes


def pack_message(label: ChannelLabel, message: str | bytes) -> bytes:
    """Write what is sealed in a frame."""
    if isinstance(message, str):
        return _HEAD.pack(TUNNEL_CHANNELS.index(label), _TEXT) + message.encode()
    return _HEAD.pack(TUNNEL_CHANNELS.index(label), _BINARY) + message


def unpack_message(data: bytes) -> TunnelMessage:
    """Read what was sealed in a frame that is no hello. Raises ValueError for what it cannot be."""
    if len(data) < TUNNEL_HEAD_BYTES:
        raise ValueError("a message is cut short")
    number, kind = _HEAD.unpack_from(data)
    if number >= len(TUNNEL_CHANNELS) or kind not in (_TEXT, _BINARY):
        raise ValueError("no such channel, or no such kind of message")
    message = data[TUNNEL_HEAD_BYTES:]
    return TunnelMessage(TUNNEL_CHANNELS[number], message.decode() if kind == _TEXT else message)
