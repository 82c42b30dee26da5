"""One measurement a scene: what is done on the desktop, what is read, and the metrics of it."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from benchmarks.screen import figures, load, stage
from benchmarks.screen.network import Network
from benchmarks.screen.systems.interface import Place, System
from benchmarks.screen.viewer import POINTER_CORNER, SettleReading, Viewer
from tests.rig.hands import look
from tests.rig.processes import ProcessFailed

PRESSES, PRESSES_BEFORE = 40, 3
"""Key presses that count, and those before them that do not."""
PAUSE_S = (0.15, 0.4)
"""Between one key's effect and the next key: irregular, so as not to beat with any frame rate."""
PRESS_TIMEOUT_S = 3.0

WARM_UP_S = 2.0
"""How long a scene runs before it counts."""
QUIET_S = 4.0
"""Between the first picture and the first measurement."""
REST_S, REST_LIMIT_S, REST_BYTES_PER_S = 0.5, 10.0, 30_000
"""Between two scenes: until this little came in for so long, or this much time has passed."""
IDLE_S = 10.0

SETTLE_LOOK_S = 0.1
SETTLE_JUDGED_S = 3.7
SETTLE_WATCHED_S = 8.0

_FLIPPED_SPOT = (
    stage.FLIPPER.x + stage.FLIPPER.width // 2,
    stage.FLIPPER.y + stage.FLIPPER.height // 2,
)

Values = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Bench:
    """A system whose picture is showing, and what measures it."""

    place: Place
    system: System
    viewer: Viewer
    seconds: float
    """How long a moving scene is measured."""
    say: Callable[[str], None]


class Meter:
    """Host's processor time and the viewer's bytes between two moments."""

    def __init__(self, network: Network, host: Sequence[int]) -> None:
        self._network, self._host = network, host
        self._began = self._read()

    def values(self) -> Values:
        """Give the rates since the meter was made."""
        seconds, cpu, received = (
            now - before for now, before in zip(self._read(), self._began, strict=True)
        )
        return {
            "host_cpu_pct": 100 * cpu / seconds,
            "down_kbytes_per_s": received / 1000 / seconds,
        }

    def _read(self) -> tuple[float, float, int]:
        return time.monotonic(), load.cpu_seconds(self._host), self._network.down_bytes()


async def rest(bench: Bench) -> None:
    """Wait until what is left of the scene before has come in: a slow line has queues."""
    network, end = bench.place.network, time.monotonic() + REST_LIMIT_S
    received, now = -REST_LIMIT_S * REST_BYTES_PER_S, network.down_bytes()
    while now - received > REST_S * REST_BYTES_PER_S and time.monotonic() < end:
        await asyncio.sleep(REST_S)
        received, now = now, network.down_bytes()


async def idle(bench: Bench) -> Values:
    """Nothing happens for ten seconds."""
    await asyncio.sleep(QUIET_S)
    meter = _meter(bench)
    await asyncio.sleep(IDLE_S)
    return {**meter.values(), "memory_mb": load.memory_mb(bench.system.host)}


async def key(bench: Bench) -> Values:
    """A key changes a window's colour: from the key's event to the picture that shows it."""
    async with stage.scene(bench.place.display, "flipper", stage.FLIPPER):
        await bench.system.focus(bench.viewer.page)
        await asyncio.sleep(WARM_UP_S)
        await _presses(bench, PRESSES_BEFORE)
        meter = _meter(bench)
        latencies = await _presses(bench, PRESSES)
        values = meter.values()
    lost = latencies.count(PRESS_TIMEOUT_S * 1000)
    if lost:
        bench.say(f"{lost} of {PRESSES} keys showed nothing within {PRESS_TIMEOUT_S:g} s")
    return {**_percentiles("latency_ms", latencies), **values}


async def settle(bench: Bench) -> Values:
    """The whole screen changes to dense text: how exact does it get, and when."""
    pixels = bench.place.folder / "settle.bgrx"
    arguments = (stage.SETTLE_PAGE, stage.DESKTOP, pixels)
    async with stage.scene(bench.place.display, "text", *arguments) as scene:
        expected = stage.read_pixels(pixels)
        await bench.viewer.watch_settle(expected, SETTLE_LOOK_S)
        await asyncio.sleep(WARM_UP_S)
        meter = _meter(bench)
        await scene.say("go")
        shown_at = float((await scene.hear())["shown_at"])
        await bench.viewer.keep_settle_at(shown_at + SETTLE_JUDGED_S)
        await asyncio.sleep(SETTLE_WATCHED_S)
        values = meter.values()
        reading = await bench.viewer.take_settle()
        _check_screen(bench, expected)
    return {**_settled(reading, expected, shown_at), **values}


def moving(fps: int, rectangle: stage.Rectangle) -> Callable[[Bench], Awaitable[Values]]:
    """Give the measurement of a text that scrolls in a rectangle."""

    async def measure(bench: Bench) -> Values:
        since = time.time()
        async with stage.scene(bench.place.display, "motion", fps, rectangle) as scene:
            await asyncio.sleep(WARM_UP_S)
            meter = _meter(bench)
            words = await bench.viewer.words(rectangle.barcode, bench.seconds)
            values = meter.values()
            await scene.say("end")
            drawn = float((await scene.hear())["fps"])
        if drawn < 0.97 * fps:
            bench.say(f"the scene itself drew only {drawn:.1f} of {fps} frames a second")
        sights = figures.first_sights(words, since)
        ages = _percentiles("age_ms", figures.ages_ms(sights))
        return {"fps": len(sights) / bench.seconds, **ages, **values}

    return measure


SCENES: dict[str, Callable[[Bench], Awaitable[Values]]] = {
    "idle": idle,
    "key": key,
    "region30": moving(30, stage.REGION),
    "scroll30": moving(30, stage.DESKTOP),
    "scroll60": moving(60, stage.DESKTOP),
    "settle": settle,
}
"""In the order they are run, after `first`, which is measured as the viewer opens."""


def _meter(bench: Bench) -> Meter:
    return Meter(bench.place.network, bench.system.host)


async def _presses(bench: Bench, count: int) -> list[float]:
    """Give the latency of each press in ms; a lost one counts as the whole timeout."""
    latencies = []
    for _ in range(count):
        await asyncio.sleep(random.uniform(*PAUSE_S))
        passed = await bench.viewer.flip_ms(_FLIPPED_SPOT, "a", PRESS_TIMEOUT_S)
        latencies.append(PRESS_TIMEOUT_S * 1000 if passed is None else passed)
    return latencies


def _percentiles(name: str, values: Sequence[float]) -> Values:
    shares = {f"{name}_median": 0.5, f"{name}_p95": 0.95}
    return {
        metric: figures.percentile(values, share) if values else None
        for metric, share in shares.items()
    }


def _settled(reading: SettleReading, expected: figures.Picture, shown_at: float) -> Values:
    exact = (at - shown_at for at, wrong in reading.looks if wrong == 0 and at >= shown_at)
    if reading.kept is None:
        raise ProcessFailed("there is no picture any more")
    shown, right = reading.kept.copy(), expected.copy()
    for picture in (shown, right):
        picture[-POINTER_CORNER:, -POINTER_CORNER:] = 0
    return {
        "psnr_y_db": figures.psnr_y(shown, right),
        "psnr_rgb_db": figures.psnr_rgb(shown, right),
        "exact_pixels_pct": 100 * figures.exact_share(shown, right),
        "seconds_to_exact": next(exact, None),
    }


def _check_screen(bench: Bench, expected: figures.Picture) -> None:
    """Say so when something covered the scene: no system could have shown it exactly."""
    share = figures.exact_share(look(bench.place.display), expected)
    if share < 0.9999:
        bench.say(f"only {100 * share:.2f} % of the screen was the scene's own")
