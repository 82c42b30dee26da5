"""Which stamp belongs to which press, and the table of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.screen.figures import percentile

Place = tuple[int, int, int, int]
"""Pixels of the desktop: left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Something happened; `rects` is where on the desktop, empty when that is not known."""

    label: str
    at: float
    """Seconds since the epoch."""
    rects: Sequence[Place] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """The way a key goes ends in this stamp: the first one after that of the stage `follows`.

    That need not be the stage before: what two processes do at once is stamped in any order.
    """

    label: str
    follows: str
    meaning: str


_BEFORE = (
    Stage("message sent", "input", "the console has handed the key to its data channel"),
    Stage("message", "message sent", "the client's input channel has it"),
    Stage("injected", "message", "the injector has pressed it"),
    Stage("key", "message", "the program under test has the key event"),
    Stage("painted", "key", "the X server has carried out what it drew"),
    Stage("damage", "message", "the capture thread knows where the picture changed"),
    Stage("grabbed", "damage", "it has read these pixels"),
)
_AFTER = Stage("shown", "input", "an animation frame shows the changed pixel")

TILE = (
    *_BEFORE,
    Stage("tile encoded", "grabbed", "the tile is a PNG"),
    Stage("tile in loop", "tile encoded", "the event loop has it"),
    Stage("tile sent", "tile in loop", "its first packet has left"),
    Stage("tile arrived", "tile in loop", "the page has it"),
    Stage("tile decoded", "tile arrived", "it is a bitmap"),
    Stage("tile drawn", "tile decoded", "it is on the canvas"),
    _AFTER,
)
VIDEO = (
    *_BEFORE,
    Stage("converted", "grabbed", "the frame is planar"),
    Stage("frame encoded", "converted", "it is a list of payloads"),
    Stage("frame in loop", "frame encoded", "the track of this viewer has it"),
    Stage("first packet", "frame in loop", "the first packet has left"),
    Stage("last packet", "frame in loop", "the last packet has left"),
    Stage("frame arrived", "frame in loop", "the browser has its last packet"),
    Stage("frame presented", "frame arrived", "it is decoded and given to the compositor"),
    Stage("frame called back", "frame presented", "the page is told of it"),
    _AFTER,
)


def way(
    stamps: Sequence[Stamp], stages: Sequence[Stage], spot: tuple[int, int]
) -> dict[str, float]:
    """Give when one press reached each stage; stages without a stamp are left out.

    `stamps` are those of one press, from its `input` on; `spot` is the pixel that it changes.
    """
    ordered = sorted(stamps, key=lambda stamp: stamp.at)
    reached = {"input": next(stamp.at for stamp in ordered if stamp.label == "input")}
    for stage in stages:
        since = reached.get(stage.follows)
        at = None if since is None else _first(ordered, stage.label, since, spot)
        if at is not None:
            reached[stage.label] = at
    return reached


def table(ways: Sequence[Mapping[str, float]], stages: Sequence[Stage]) -> str:
    """Give a line a stage: what it took since the stage before, and since the key, in ms."""
    lines = [f"{'stage':18}{'step ms':>9}{'p95':>7}{'since key':>11}{'p95':>7}   what has happened"]
    before = "input"
    for stage in stages:
        steps = _milliseconds(ways, before, stage.label)
        totals = _milliseconds(ways, "input", stage.label)
        if not steps:
            lines.append(f"{stage.label:18}{'–':>9}{'–':>7}{'–':>11}{'–':>7}   {stage.meaning}")
            continue
        numbers = f"{_shown(steps, 0.5):>9}{_shown(steps, 0.95):>7}"
        numbers += f"{_shown(totals, 0.5):>11}{_shown(totals, 0.95):>7}"
        lines.append(f"{stage.label:18}{numbers}   {stage.meaning}")
        before = stage.label
    return "\n".join(lines)


def _first(
    ordered: Sequence[Stamp], label: str, since: float, spot: tuple[int, int]
) -> float | None:
    return next(
        (
            stamp.at
            for stamp in ordered
            if stamp.label == label and stamp.at >= since and _may_be_at(stamp.rects, spot)
        ),
        None,
    )


def _may_be_at(rects: Sequence[Place], spot: tuple[int, int]) -> bool:
    x, y = spot
    covered = any(left <= x < right and top <= y < bottom for left, top, right, bottom in rects)
    return covered or not rects


def _milliseconds(ways: Sequence[Mapping[str, float]], begin: str, end: str) -> list[float]:
    return [1000 * (way[end] - way[begin]) for way in ways if begin in way and end in way]


def _shown(values: Sequence[float], share: float) -> str:
    return f"{percentile(values, share):.1f}"
