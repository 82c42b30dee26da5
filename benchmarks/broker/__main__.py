"""`python -m benchmarks.broker`, which `make bench-broker` runs."""

import argparse
import asyncio
import os
import resource
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks.broker import report
from benchmarks.broker.measure import cpu_s, memory_kib, relay_ms, relayed_per_s
from benchmarks.broker.systems import SYSTEMS, Server, open_pairs, peer_server_missing
from benchmarks.screen.__main__ import machine
from benchmarks.screen.report import Figure

RESULTS = Path(__file__).parents[1] / "results" / "broker.json"
TALKERS = 50
CROWD_PER_S = 500.0
SHARED_MEMORY = "/dev/shm"


def main() -> None:
    """Measure, print the table, write the file."""
    options = _options()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < options.connections + 1000:
        _say(f"only {most} open files are allowed: raise the hard limit for all connections")
        options.connections = most - 1000
    os.sched_setaffinity(0, set(range(1, os.cpu_count() or 1)) or {0})
    figures = report.medians(uvloop.run(_measure(options)))
    print(report.table(figures))
    if options.output != "none" and figures:
        date = datetime.now(UTC).isoformat(timespec="seconds")
        Path(options.output).write_text(report.document(figures, machine(), date))


async def _measure(options: argparse.Namespace) -> list[Figure]:
    figures: list[Figure] = []
    for repeat in range(options.repeats):
        turn = options.systems[repeat % 2 :] + options.systems[: repeat % 2]
        for system in turn:
            if system == "peerserver" and peer_server_missing():
                _say("peerserver is left out: npm could not install it")
                continue
            with tempfile.TemporaryDirectory(dir=SHARED_MEMORY) as name:
                async with SYSTEMS[system](Path(name)) as server:
                    figures += await _one(system, server, options)
    return figures


async def _one(system: str, server: Server, options: argparse.Namespace) -> list[Figure]:
    def figure(scene: str, metric: str, value: float) -> Figure:
        _say(f"{system}: {scene} {metric} {value:.4g}")
        return Figure(system, "loopback", scene, metric, value)

    talkers = await open_pairs(server, 0, TALKERS, talks=True)
    found = [
        figure(kind, "messages_per_s", await relayed_per_s(talkers, kind, options.seconds))
        for kind in ("candidate", "description")
    ]
    before = memory_kib(server.pid)
    count = options.connections // 2 - TALKERS
    crowd = await open_pairs(server, TALKERS, count, talks=False)
    await asyncio.sleep(5)
    grown = memory_kib(server.pid) - before
    found.append(figure("idle", "kib_per_connection", grown / (2 * count)))
    used = cpu_s(server.pid)
    await asyncio.sleep(options.seconds)
    found.append(figure("idle", "cpu_pct", 100 * (cpu_s(server.pid) - used) / options.seconds))
    took = await relay_ms(talkers, CROWD_PER_S, options.seconds)
    found.append(figure("crowd", "relay_ms_median", statistics.median(took)))
    found.append(figure("crowd", "relay_ms_p99", took[int(0.99 * len(took))]))
    lost = sum(pair.left.closed + pair.right.closed for pair in crowd)
    if lost:
        raise RuntimeError(f"{lost} idle connections were closed")
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.broker", description=__doc__)
    names = list(SYSTEMS)
    parser.add_argument("--systems", nargs="*", choices=names, default=names)
    parser.add_argument("--connections", type=int, default=10_000, help="in all (10000)")
    parser.add_argument("--seconds", type=float, default=5, help="each measurement (5)")
    parser.add_argument("--repeats", type=int, default=1, help="runs of each system (1)")
    parser.add_argument("--output", default=str(RESULTS), help="file for the figures, or none")
    return parser.parse_args()


def _say(text: str) -> None:
    print(f"bench-broker: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
