"""The `playout-delay` RTP header extension, which aiortc lacks: asks the browser not to wait.

With (0, 0) the receiver shows a frame as soon as it is decoded. Measured in our first sketches:
the median of a key press fell by 8 ms, its 95th percentile from 208 to 31 ms.
Source: http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
"""

from typing import Any, Final

import aiortc.codecs
import aiortc.rtp
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters

URI: Final = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
NO_DELAY: Final = b"\0\0\0"
"""Twelve bits of minimum and twelve of maximum delay, in units of 10 ms."""

_PREFERRED_ID: Final = 14


class HeaderExtensionsWithPlayoutDelay(aiortc.rtp.HeaderExtensionsMap):
    """aiortc's map, with `playout-delay` (0, 0) on every packet where both sides know it."""

    def __init__(self) -> None:
        super().__init__()
        self._id: int | None = None

    def configure(self, parameters: Any) -> None:
        """Learn the negotiated ids."""
        super().configure(parameters)
        for extension in parameters.headerExtensions:
            if extension.uri == URI:
                self._id = extension.id

    def set(self, values: Any) -> tuple[int, bytes]:
        """Write the extensions of one packet."""
        profile, packed = super().set(values)
        if self._id is None:
            return profile, packed
        extensions = aiortc.rtp.unpack_header_extensions(profile, packed) if packed else []
        return aiortc.rtp.pack_header_extensions([*extensions, (self._id, NO_DELAY)])


def install() -> None:
    """Offer and use the extension in every connection from now on."""
    known = aiortc.codecs.HEADER_EXTENSIONS["video"]
    if not any(extension.uri == URI for extension in known):
        known.append(RTCRtpHeaderExtensionParameters(id=_PREFERRED_ID, uri=URI))
    vars(aiortc.rtp)["HeaderExtensionsMap"] = HeaderExtensionsWithPlayoutDelay
