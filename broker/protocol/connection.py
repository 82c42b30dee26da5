"""What each side found when it tried which ways out of its network work, and told the other.

A way says how one side can be reached, or reach a relay; where its servers are, the broker told
both, so no address is in it.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from broker.protocol.vocabulary import Fraction, WireModel

PREFLIGHT_S: Final = 10
"""Both sides have tried all ways after this many seconds, whatever answers or stays silent."""


class Way(StrEnum):
    """How packets may leave a network, best first."""

    DIRECT = "direct"
    """Straight, by UDP: a STUN server answered."""
    TURN_UDP = "turn_udp"
    """Through a TURN server that is spoken to by UDP."""
    TURN_TCP = "turn_tcp"
    TURN_TLS = "turn_tls"
    BROKER = "broker"
    """The websocket to the broker: all that is left where only web pages pass."""


class WayOutcome(StrEnum):
    """What became of trying a way."""

    WORKS = "works"
    REFUSED = "refused"
    """A server answered and said no: credentials or a quota."""
    UNTRUSTED = "untrusted"
    """A certificate that nobody vouches for: a wrong one, or somebody opens the connection."""
    UNREACHABLE = "unreachable"
    """An error came back: no such name, no route, nobody listens there."""
    SILENT = "silent"
    """Nothing came back in time, as behind a firewall that drops packets."""


class WayTried(WireModel):
    """One way, and what became of it: the best of what its servers gave."""

    way: Way
    outcome: WayOutcome
    milliseconds: Annotated[int, Field(ge=0, le=PREFLIGHT_S * 1000)] | None = None
    """Until the server had answered, if it did."""


class LineQuality(WireModel):
    """How good a connection is, as the console in charge measures it."""

    round_trip_ms: Annotated[int, Field(ge=0, le=60_000)]
    loss: Fraction | None
    """Of the packets of video since it was told last; None where there is none."""


class PeerQuality(WireModel):
    """How good the sender's connection is, every 10 s; kept while it is fresh, and nowhere else."""

    type: Literal["peer.quality"] = "peer.quality"
    line: LineQuality


class ConnectionTried(WireModel):
    """Which ways out of the sender's network work; relayed, and nothing to the broker."""

    type: Literal["connection.tried"] = "connection.tried"
    ways: Annotated[tuple[WayTried, ...], Field(min_length=1, max_length=len(Way))]
