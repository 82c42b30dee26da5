"""Cut a session's network again and again, and take the time until it stands and is seen again.

The broker, the technician's browser and the support client are in namespaces of their own, each
home with a line to the middle that the broker is in (`tests/rig/homes.py`). Prints each cut and the
percentiles, and writes `results/recovery.json`.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.screen import report
from benchmarks.screen.figures import percentile
from benchmarks.screen.report import Figure
from tests.rig.away import Away, session_between_homes
from tests.rig.processes import output_of
from tests.rig.shaper import CLEAR, CUT

RESULT: Final = Path(__file__).resolve().parents[1] / "results" / "recovery.json"
UNITS: Final = {"lost_s": "s", "recovered_s": "s", "seen_s": "s"}
LONGEST_S: Final = 45.0
CALM_S: Final = 2.0
SHORTEST_CUT_S, LONGEST_CUT_S = 5.0, 15.0
_LOST: Final = "connection lost"


@dataclass(frozen=True)
class Outage:
    """One cut: until it was shown, and, from the network's return, until it stood and was seen."""

    kind: str
    lost_s: float | None
    """None: the connection outlived it."""
    recovered_s: float
    seen_s: float


@dataclass
class Status:
    """When the console began to say that the connection is lost, and when it said so last."""

    lost_at: float | None = None
    last_at: float = 0.0

    async def follow(self, away: Away) -> None:
        """Read it off the page, until cancelled."""
        while True:
            if _LOST in await away.console.status.inner_text():
                self.last_at = time.monotonic()
                self.lost_at = self.lost_at or self.last_at
            await asyncio.sleep(0.02)


def _cuts(*lines: str) -> Callable[[Away, float], Awaitable[float]]:
    async def cut(away: Away, seconds: float) -> float:
        """Cut, wait, and mend: when it was mended."""
        homes = [getattr(away.homes, line) for line in lines]
        for home in homes:
            home.line.become(CUT)
        await asyncio.sleep(seconds)
        for home in homes:
            home.line.become(CLEAR)
        return time.monotonic()

    return cut


def _moves(who: str) -> Callable[[Away, float], Awaitable[float]]:
    async def move(away: Away, _: float) -> float:
        """Give a home another address, and none meanwhile."""
        await getattr(away.homes, who).move()
        return time.monotonic()

    return move


KINDS: Final = {
    "technician-cut": _cuts("technician"),
    "end-user-cut": _cuts("end_user"),
    "both-cut": _cuts("technician", "end_user"),
    "technician-moves": _moves("technician"),
    "end-user-moves": _moves("end_user"),
}


async def _suffer(away: Away, kind: str, seconds: float, colour: int) -> Outage:
    status, began = Status(), time.monotonic()
    async with asyncio.timeout(seconds + LONGEST_S), asyncio.TaskGroup() as tasks:
        following = tasks.create_task(status.follow(away))
        back_at = await KINDS[kind](away, seconds)
        seen_at = await _seen(away, colour)
        following.cancel()
    lost_s = None if status.lost_at is None else status.lost_at - began
    return Outage(kind, lost_s, max(0.0, status.last_at - back_at), seen_at - back_at)


async def _seen(away: Away, grey: int) -> float:
    """Paint the end user's desktop, and wait until the middle of the picture shows it: when."""
    await output_of(["xsetroot", "-solid", f"#{grey:02x}{grey:02x}{grey:02x}"], away.display.env)
    await away.console.watch(1, 1)
    while await away.page.evaluate("() => window.samples.at(-1)?.[0]") != grey:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    seen_at = time.monotonic()
    await away.console.watched()
    return seen_at


async def _measure(rounds: int, seed: int) -> list[Outage]:
    chance = Random(seed)
    outages: list[Outage] = []
    with tempfile.TemporaryDirectory(prefix="bench-recovery-") as folder:
        async with session_between_homes(Path(folder), ("view", "control")) as away:
            for number, kind in enumerate([*KINDS] * rounds):
                seconds = chance.uniform(SHORTEST_CUT_S, LONGEST_CUT_S)
                outage = await _suffer(away, kind, seconds, 60 + number)
                print(f"{seconds:4.1f} s  {outage}", flush=True)
                outages.append(outage)
                await asyncio.sleep(CALM_S)
    return outages


def _figures(outages: list[Outage]) -> list[Figure]:
    kinds = [*KINDS, "all"]
    return [
        Figure("handrail", f"p{share * 100:.0f}", kind, metric, percentile(values, share))
        for kind in kinds
        for metric in UNITS
        for share in (0.5, 0.95)
        if (values := _values(outages, kind, metric))
    ]


def _values(outages: list[Outage], kind: str, metric: str) -> list[float]:
    chosen = [outage for outage in outages if kind in (outage.kind, "all")]
    return [value for outage in chosen if (value := getattr(outage, metric)) is not None]


async def main() -> None:
    """Measure, print and write."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=4, help="of one cut of each kind")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--machine", default="")
    chosen = arguments.parse_args()
    figures = _figures(await _measure(chosen.rounds, chosen.seed))
    for figure in figures:
        print(f"{figure.scene:17} {figure.metric:12} {figure.network}  {figure.value:6.2f}")
    date = datetime.now(UTC).isoformat(timespec="minutes")
    RESULT.write_text(report.document(figures, chosen.machine, date, UNITS), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
