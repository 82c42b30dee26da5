"""What is read of a server: messages a second, memory a connection, and how long a relay takes."""

import asyncio
import time
from collections import deque
from pathlib import Path
from typing import Final

from benchmarks.broker.systems import Pair

WINDOW: Final = 8
"""Messages of each side that are under way at a time, while as many as possible are relayed."""


def memory_kib(pid: int) -> float:
    """Give a process's own memory (PSS) in KiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return float(line.split()[1])
    raise ValueError("no Pss")


def cpu_s(pid: int) -> float:
    """Give the processor time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def relayed_per_s(pairs: list[Pair], kind: str, seconds: float) -> float:
    """Let every pair send as fast as the server relays: messages a second of all together."""
    came = 0

    for pair in pairs:
        left, right = pair.said[kind]

        def to_right(count: int, pair: Pair = pair, left: bytes = left) -> None:
            nonlocal came
            came += count
            pair.left.write(left * count)

        def to_left(count: int, pair: Pair = pair, right: bytes = right) -> None:
            nonlocal came
            came += count
            pair.right.write(right * count)

        pair.right.on_frames, pair.left.on_frames = to_right, to_left
        pair.left.write(left * WINDOW)
        pair.right.write(right * WINDOW)
    await asyncio.sleep(1)  # to warm up
    began, before = time.perf_counter(), came
    await asyncio.sleep(seconds)
    rate = (came - before) / (time.perf_counter() - began)
    await _settle(pairs)
    return rate


async def relay_ms(pairs: list[Pair], per_s: float, seconds: float) -> list[float]:
    """Send at a pace that an honest crowd has: how long each message took, in ms.

    Counted from when it was due: a message that this program sends late is late as well.
    """
    took: list[float] = []
    sent: list[deque[float]] = [deque() for _ in pairs]
    for pair, times in zip(pairs, sent, strict=True):

        def arrived(count: int, times: deque[float] = times) -> None:
            now = time.perf_counter()
            for _ in range(count):
                took.append(1000 * (now - times.popleft()))

        pair.right.on_frames, pair.left.on_frames = arrived, lambda _: None
    pause, began, number = 1 / per_s, time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        place = number % len(pairs)
        sent[place].append(began + number * pause)
        pairs[place].left.write(pairs[place].said["candidate"][0])
        number += 1
        await asyncio.sleep(max(0.0, began + number * pause - time.perf_counter()))
    await _settle(pairs)
    if len(took) < number:
        raise RuntimeError(f"{number - len(took)} of {number} messages were not relayed")
    return sorted(took)


async def _settle(pairs: list[Pair]) -> None:
    """Let what is under way arrive, and count nothing more."""
    await asyncio.sleep(0)
    for pair in pairs:
        if odd := pair.left.odd or pair.right.odd:
            raise RuntimeError(f"the server answered with {odd.decode()}")
        if pair.left.closed or pair.right.closed:
            raise RuntimeError("the server closed a connection while it was measured")
    await asyncio.sleep(0.5)
    for pair in pairs:
        pair.right.on_frames = pair.left.on_frames = lambda _: None
    await asyncio.sleep(0.5)
