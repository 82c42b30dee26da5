"""One run: people at work, faults by a seed, and what must be true all the same."""

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.screen.soak.flatness import complaints as grown
from benchmarks.screen.soak.run import becomes_exact
from tests.chaos.faults import CALM_S, LONGEST_S, SHORTEST_S, USUAL, Fault, befalling, dealt
from tests.chaos.holding import LIMITS, Held, look_at
from tests.chaos.people import RELEASED_WITHIN_S, WORK, People
from tests.rig.away import TESS, Away, session_between_homes
from tests.rig.processes import running
from tests.rig.stack import signed_in

RIGHTS: Final = ("view", "control", "files.send")
FPS: Final = 8
LOOK_EVERY_S: Final = 3.0
STANDS_WITHIN_S: Final = 30.0
"""After each fault; how long it takes on a quiet machine is measured by `make bench-recovery`."""
SETTLED_WITHIN_S: Final = 30.0
FILE_WITHIN_S: Final = 120.0
_TICKER: Final = (sys.executable, "-m", "tests.rig.ticker", "100000", str(FPS))


@dataclass
class Outcome:
    """What a run showed."""

    faults: list[tuple[Fault, float]] = field(default_factory=list)
    """Each, and the seconds from its end until the session stood."""
    holdings: list[Held] = field(default_factory=list)
    lines: int = 0
    files: int = 0
    held: int = 0
    complaints: list[str] = field(default_factory=list)
    """What was not as it has to be; nothing when all was well."""


async def run(
    folder: Path, seconds: float, seed: int, say: Callable[[str], None], limits: Held = LIMITS
) -> Outcome:
    """Have a session for so long, and say what was not as it has to be.

    The seed gives the faults, their order and how long each lasts, whatever people do meanwhile.
    """
    chance = Random(seed)
    async with session_between_homes(folder, RIGHTS) as away:
        for home in (away.homes.technician, away.homes.end_user):
            home.line.become(USUAL)
        outcome, people = Outcome(), People(away, Random(seed + 1))
        work = ["xterm", "-T", WORK, "-geometry", "40x6+20-20", "-e", "cat"]
        try:
            async with running(work, folder / "xterm.log", away.display.env):
                async with running(_TICKER, folder / "ticker.log", away.display.env):
                    await _live(away, people, outcome, seconds, chance, say)
                await _look_at_the_end(away, people, outcome, limits)
        finally:
            people.desktop.close()
    return outcome


async def _live(
    away: Away,
    people: People,
    outcome: Outcome,
    seconds: float,
    chance: Random,
    say: Callable[[str], None],
) -> None:
    """Let people work and faults befall them for so long."""
    async with asyncio.TaskGroup() as tasks:
        doing = [people.chat(), people.hold_keys(), people.send_files(), _watch(away, outcome)]
        at_work = [tasks.create_task(work) for work in doing]
        end = time.monotonic() + seconds
        for fault in dealt(chance):
            await asyncio.sleep(chance.uniform(*CALM_S))
            if time.monotonic() > end:
                break
            took_s = await _befall(away, people, fault, chance)
            outcome.faults.append((fault, took_s))
            say(f"{fault}: stands after {took_s:.1f} s; {len(people.complaints)} complaints")
        chatting, holding, sending, watching = at_work
        for task in (chatting, holding, watching):
            task.cancel()
        files = people.files
        with suppress(TimeoutError):
            async with asyncio.timeout(FILE_WITHIN_S):
                while people.files == files:
                    await asyncio.sleep(0.2)
        if people.files == files:
            people.complaints.append("the file that went at the end did not arrive")
        sending.cancel()


async def _befall(away: Away, people: People, fault: Fault, chance: Random) -> float:
    """Have a fault for a while, with a key held if it cuts; seconds until the session stood."""
    cut = asyncio.Event()
    held = asyncio.create_task(people.hold_through(cut)) if fault.breaks_peers else None
    if held is not None:
        await cut.wait()
    async with befalling(fault, away.homes):
        await asyncio.sleep(chance.uniform(SHORTEST_S, LONGEST_S))
    ended = time.monotonic()
    if held is not None:
        await held
    try:
        async with asyncio.timeout(STANDS_WITHIN_S):
            await _stands(away)
    except TimeoutError:
        people.complaints.append(f"{fault}: {await away.console.status.inner_text()}")
    return time.monotonic() - ended


async def _stands(away: Away) -> None:
    """Wait until the console says so twice: right after a fault it does not know of it yet."""
    for _ in range(2):
        while "connected" not in await away.console.status.inner_text():
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)


async def _watch(away: Away, outcome: Outcome) -> None:
    """Note what both sides hold, until cancelled."""
    page = await away.page.context.new_cdp_session(away.page)
    while True:
        outcome.holdings.append(await look_at(away.client_pid, page))
        await asyncio.sleep(LOOK_EVERY_S)


async def _look_at_the_end(away: Away, people: People, outcome: Outcome, limits: Held) -> None:
    """See that all is there, and that nothing is there twice or for ever."""
    await people.is_all_said(SETTLED_WITHIN_S)
    if not await people.desktop.is_let_go(RELEASED_WITHIN_S):
        people.complaints.append(f"down at the end: {people.desktop.pressed()}")
    if not await becomes_exact(away.console, away.display, SETTLED_WITHIN_S):
        people.complaints.append("the picture is not what is on the screen")
    async with signed_in(away.homes.broker, TESS) as tess:  # the first sign-in may have run out
        state = (await tess.session(away.session_id))["state"]
    if state != "connected":
        people.complaints.append(f"the session is {state}")
    if "is sound" not in await away.homes.broker.cli("audit", "verify"):
        people.complaints.append("the audit log is not sound")
    outcome.lines = sum(len(lines) for lines in people.said.values())
    outcome.files, outcome.held = people.files, people.held
    outcome.complaints = [*people.complaints, *grown(outcome.holdings, limits)]
