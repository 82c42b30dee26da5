"""Everybody who gets tiles: each is made once and goes to all who look.

What may leave is what the slowest of them takes, so nobody ever misses a tile. Who comes later
begins with everything; for the others nothing changes but that they get it once more.
"""

from collections.abc import Callable

from client.capture.contracts import TileSink
from client.capture.region import Rect


class Audience:
    """The sinks of all who look. Belongs to the event loop; `use` is told of each change."""

    def __init__(self, use: Callable[[TileSink | None], None]) -> None:
        self._use = use
        self._sinks: tuple[TileSink, ...] = ()
        self._begun: list[TileSink] = []
        """Those who were told of the picture's size."""

    def join(self, sink: TileSink) -> None:
        """Send tiles here too."""
        if sink not in self._sinks:
            self._change((*self._sinks, sink))

    def leave(self, sink: TileSink) -> None:
        """Send no more tiles here; who left before stays away."""
        if sink in self._sinks:
            self._begun = [one for one in self._begun if one is not sink]
            self._change(tuple(one for one in self._sinks if one is not sink))

    def _change(self, sinks: tuple[TileSink, ...]) -> None:
        self._sinks = sinks
        self._use(_Fan(sinks, self._begin) if sinks else None)

    def _begin(self, sinks: tuple[TileSink, ...], width: int, height: int, *, anew: bool) -> None:
        """Tell the size to whoever does not know it, or to all when everything is void."""
        for sink in sinks:
            if sink in self._sinks and (anew or sink not in self._begun):
                sink.reset(width, height)
                self._begun.append(sink)


class _Fan:
    """A `TileSink` that is several: always the same, so that what is reserved is what is sent."""

    def __init__(self, sinks: tuple[TileSink, ...], begin: Callable[..., None]) -> None:
        self._sinks = sinks
        self._begin = begin

    @property
    def room(self) -> int:
        """Bytes of a change that may leave to everybody."""
        return min(sink.room for sink in self._sinks)

    @property
    def refines_in(self) -> float | None:
        """In how many seconds a piece that nobody waits for may leave to everybody."""
        waits = [sink.refines_in for sink in self._sinks]
        known = [wait for wait in waits if wait is not None]
        return max(known) if len(known) == len(waits) else None

    @property
    def alone(self) -> bool:
        """Whether somebody has no video below."""
        return any(sink.alone for sink in self._sinks)

    def reserve(self, size: int) -> None:
        """Take room at each."""
        for sink in self._sinks:
            sink.reserve(size)

    def reset(self, width: int, height: int) -> None:
        """Everything sent before is void, for all."""
        self._begin(self._sinks, width, height, anew=True)

    def begin(self, width: int, height: int) -> None:
        """The same picture goes here from now on: whoever is new begins."""
        self._begin(self._sinks, width, height, anew=False)

    def tile(self, rect: Rect, png: bytes, captured_at: float) -> None:
        """Send a piece to all."""
        for sink in self._sinks:
            sink.tile(rect, png, captured_at)
