"""The support client with stamps: started as `python -m benchmarks.screen.profile.client`.

The product has no instrumentation; here its functions are wrapped before it starts. The environment
variable PROFILE_STAMPS names the file that takes a line of JSON a stamp: [label, seconds, rects].
"""

import functools
import inspect
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiortc.rtcdtlstransport

from benchmarks.screen.profile import FILE_VARIABLE
from client.capture import tile
from client.capture.frame_store import FrameStore
from client.capture.region import Rect
from client.channels.input import InputChannel
from client.channels.tiles import TilesChannel
from client.platform.mss_screen import MssReader
from client.platform.x11_keyboard import X11Injector
from client.platform.x11_screen import X11Screen
from client.rtc.screen_track import ScreenTrack
from client.rtc.streams import H264Stream

_LEAST_DATA_BYTES = 100
"""SCTP packets below this are acknowledgements and heartbeats."""

Look = Callable[[Sequence[Any], Any], Sequence[Rect] | None]
"""From a call's arguments and its result: the rectangles it was about, or None for no stamp."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A function, and which stamp a call of it makes: as it begins or when it has returned."""

    label: str
    owner: Any
    name: str
    begins: bool = False
    look: Look = lambda _arguments, _result: ()


def hooks() -> Iterator[Hook]:
    """Give every stamp of the client, in the order in which a key comes by them."""
    yield Hook("message", InputChannel, "receive", begins=True)
    yield Hook("injected", X11Injector, "press")
    yield Hook("damage", X11Screen, "wait", look=lambda _, changes: changes.rects or None)
    yield Hook("grabbed", MssReader, "read", look=lambda arguments, _: [arguments[1]])
    yield Hook("tile encoded", tile, "encode")
    yield Hook("tile in loop", TilesChannel, "tile", begins=True, look=lambda a, _: [a[1]])
    dtls = aiortc.rtcdtlstransport.RTCDtlsTransport
    yield Hook(
        "tile sent", dtls, "_send_data", look=lambda a, _: _when(len(a[1]) > _LEAST_DATA_BYTES)
    )
    yield Hook("converted", FrameStore, "frame")
    yield Hook("frame encoded", H264Stream, "encode")
    yield Hook("frame in loop", ScreenTrack, "recv")
    yield Hook("first packet", dtls, "_send_rtp", look=lambda a, _: _when(_is_rtp(a[1])))
    yield Hook("last packet", dtls, "_send_rtp", look=lambda a, _: _when(_ends_frame(a[1])))


def install(path: Path) -> None:
    """Wrap the functions."""
    file = path.open("a", buffering=1)

    def stamp(label: str, rects: Sequence[Rect]) -> None:
        places = [(rect.left, rect.top, rect.right, rect.bottom) for rect in rects]
        file.write(json.dumps([label, time.time(), places]) + "\n")

    for hook in hooks():
        setattr(hook.owner, hook.name, _wrapped(hook, getattr(hook.owner, hook.name), stamp))


def _wrapped(
    hook: Hook, original: Callable[..., Any], stamp: Callable[[str, Sequence[Rect]], None]
) -> Callable[..., Any]:
    def note(arguments: Sequence[Any], result: Any) -> None:
        rects = hook.look(arguments, result)
        if rects is not None:
            stamp(hook.label, rects)

    @functools.wraps(original)
    def called(*arguments: Any, **options: Any) -> Any:
        if hook.begins:
            note(arguments, None)
        result = original(*arguments, **options)
        if not hook.begins:
            note(arguments, result)
        return result

    @functools.wraps(original)
    async def awaited(*arguments: Any, **options: Any) -> Any:
        result = await original(*arguments, **options)
        note(arguments, result)
        return result

    return awaited if inspect.iscoroutinefunction(original) else called


def _when(condition: bool) -> Sequence[Rect] | None:
    return () if condition else None


def _is_data(packet: bytes) -> bool:
    return len(packet) > _LEAST_DATA_BYTES


def _is_rtp(packet: bytes) -> bool:
    """Not RTCP, whose packet types are 192 to 223 (RFC 5761)."""
    return not 192 <= packet[1] <= 223


def _ends_frame(packet: bytes) -> bool:
    """The marker bit is on the last packet of a picture (RFC 3550)."""
    return _is_rtp(packet) and bool(packet[1] & 0x80)


if __name__ == "__main__":
    from client.cli import main

    install(Path(os.environ[FILE_VARIABLE]))
    main()
