"""Runs the engine both ways on the same scene and prints what each costs."""

import argparse
import asyncio
import multiprocessing
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.engine.worker import encode, run_in_process
from benchmarks.screen import load, stage
from benchmarks.screen.figures import percentile
from broker.protocol.channels import INPUT, InputMessage
from client.channels.inbox import Inbox
from tests.rig.display import virtual_display

MESSAGE = '{"type":"input.button","button":"left","down":true,"x":0.5,"y":0.5}'
TICK_S = 0.001
MESSAGES_A_TICK = 10
WARM_UP_S = 2.0


@dataclass(slots=True)
class Seen:
    """What the event loop noticed."""

    ages: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    def picture(self, captured_at: float, _: bytes) -> None:
        """The loop has a picture."""
        self.ages.append(time.monotonic() - captured_at)


async def in_thread(seen: Seen, seconds: float) -> None:
    """The engine as the client has it: a thread that captures and one that encodes."""
    await encode(seen.picture, seconds)


async def in_process(seen: Seen, seconds: float) -> None:
    """The same in a process of its own, which sends what it encoded."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=run_in_process, args=(theirs, seconds))
    process.start()
    theirs.close()
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def readable() -> None:
        try:
            seen.picture(*ours.recv())
        except EOFError:
            loop.remove_reader(ours.fileno())
            ended.set()

    loop.add_reader(ours.fileno(), readable)
    await ended.wait()
    await asyncio.to_thread(process.join)


async def traffic(seen: Seen) -> None:
    """Do a console's worth of work, and note how late each tick is."""
    inbox: Inbox[InputMessage] = Inbox(INPUT)
    due = time.monotonic()
    while True:
        due = max(due + TICK_S, time.monotonic())
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        seen.late.append(time.monotonic() - due)
        for _ in range(MESSAGES_A_TICK):
            inbox.open(MESSAGE)


async def measure(name: str, way: Callable[[Seen, float], Awaitable[None]], seconds: float) -> None:
    """Run one way and print its line."""
    seen = Seen()
    beside = asyncio.create_task(traffic(seen))
    cpu, began = load.cpu_seconds([os.getpid()]), time.monotonic()
    work = asyncio.ensure_future(way(seen, seconds))
    await asyncio.sleep(seconds * 0.8)
    memory = load.memory_mb([os.getpid()])
    await work
    beside.cancel()
    spent = 100 * (load.cpu_seconds([os.getpid()]) - cpu) / (time.monotonic() - began)
    ages, late = seen.ages[5:], seen.late
    figures = [
        len(seen.ages) / seconds,
        *(1000 * percentile(ages, share) for share in (0.5, 0.95)),
        *(1000 * percentile(late, share) for share in (0.5, 0.95, 0.99)),
        spent,
        memory,
    ]
    print(f"{name:10}" + "".join(f"{figure:10.1f}" for figure in figures))


async def main() -> None:
    """Compare, in both orders."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine")
    parser.add_argument("--seconds", type=float, default=8.0)
    options = parser.parse_args()
    titles = ("fps", "age ms", "p95", "late ms", "p95", "p99", "cpu %", "memory MB")
    print(f"{'':10}" + "".join(f"{title:>10}" for title in titles))
    with tempfile.TemporaryDirectory() as folder:
        async with virtual_display(Path(folder), 1920, 1080) as display:
            os.environ.update(display.env)
            async with stage.scene(display, "motion", 60, stage.DESKTOP):
                await asyncio.sleep(WARM_UP_S)
                for way in (in_thread, in_process, in_process, in_thread):
                    await measure(way.__name__.replace("_", " "), way, options.seconds)


if __name__ == "__main__":
    asyncio.run(main())
