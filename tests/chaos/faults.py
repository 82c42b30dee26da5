"""What befalls the session: a deck of faults, shuffled anew by a seed whenever it is used up."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from enum import StrEnum
from random import Random
from typing import Final

from tests.rig.homes import Home, Homes
from tests.rig.shaper import CUT, Line

USUAL: Final = Line(delay_ms=5, rate_kbit=40_000, queue_bytes=250_000)
"""What a line is when nothing befalls it: a good one of a home."""
LOSSY: Final = Line(delay_ms=5, rate_kbit=40_000, loss_percent=5, queue_bytes=250_000)
SLOW: Final = Line(delay_ms=300, rate_kbit=40_000, queue_bytes=3_000_000)
SHORTEST_S, LONGEST_S = 5.5, 8.0
"""A key that is held is let go after 3 s of silence: a cut is longer than that."""
CALM_S: Final = (1.5, 4.0)
"""Between two faults, at least and at most."""


class Fault(StrEnum):
    """One of them."""

    TECHNICIAN_CUT = "the technician's network is cut"
    END_USER_CUT = "the end user's network is cut"
    TECHNICIAN_MOVES = "the technician's address changes"
    END_USER_MOVES = "the end user's address changes"
    BROKER_KILLED = "the broker is killed"
    ALL_AT_ONCE = "the broker is killed and both networks are cut"
    LOSS = "5 % of the end user's packets are lost"
    DELAY = "the technician's packets take 300 ms longer, each way"

    @property
    def breaks_peers(self) -> bool:
        """Whether the two cannot reach one another while it lasts."""
        return self in (Fault.TECHNICIAN_CUT, Fault.END_USER_CUT, Fault.ALL_AT_ONCE)


def dealt(chance: Random) -> Iterator[Fault]:
    """Give faults for ever: each comes once before any comes again."""
    while True:
        deck = list(Fault)
        chance.shuffle(deck)
        yield from deck


@asynccontextmanager
async def befalling(fault: Fault, homes: Homes) -> AsyncIterator[None]:
    """Have this fault as long as the block."""
    match fault:
        case Fault.TECHNICIAN_CUT | Fault.END_USER_CUT | Fault.LOSS | Fault.DELAY:
            home, line = _line(fault, homes)
            home.line.become(line)
            yield
            home.line.become(USUAL)
        case Fault.TECHNICIAN_MOVES:
            await homes.technician.move()
            yield
        case Fault.END_USER_MOVES:
            await homes.end_user.move()
            yield
        case Fault.BROKER_KILLED:
            await homes.broker.kill()
            yield
            await homes.broker.start()
        case Fault.ALL_AT_ONCE:
            for home in (homes.technician, homes.end_user):
                home.line.become(CUT)
            await homes.broker.kill()
            yield
            for home in (homes.technician, homes.end_user):
                home.line.become(USUAL)
            await asyncio.sleep(1)
            await homes.broker.start()


def _line(fault: Fault, homes: Homes) -> tuple[Home, Line]:
    return {
        Fault.TECHNICIAN_CUT: (homes.technician, CUT),
        Fault.END_USER_CUT: (homes.end_user, CUT),
        Fault.LOSS: (homes.end_user, LOSSY),
        Fault.DELAY: (homes.technician, SLOW),
    }[fault]
