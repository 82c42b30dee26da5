"""`python -m benchmarks.files`, which `make bench-files` runs."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Error as BrowserError

from benchmarks.files import report
from benchmarks.files.run import ROADS, STOCK, Plan, run
from benchmarks.screen.__main__ import machine
from benchmarks.screen.network import LINES, reason_against_namespaces
from tests.rig.processes import ProcessFailed

UNWATCHED = Path(__file__).with_name("unwatched.cjs")
RESULTS = Path(__file__).parents[1] / "results" / "files.json"
_FAILURES = (ProcessFailed, BrowserError, TimeoutError, OSError, RuntimeError, AssertionError)
_MIB = 1024 * 1024


def main() -> None:
    """Measure, print the table, write the file."""
    options = _options()
    os.environ["NODE_OPTIONS"] = f"--require {UNWATCHED}"
    figures = report.medians(asyncio.run(_measure(options)))
    print(report.table(figures))
    if options.output != "none" and figures:
        date = datetime.now(UTC).isoformat(timespec="seconds")
        Path(options.output).write_text(report.document(figures, machine(), date))


async def _measure(options: argparse.Namespace) -> list[report.Figure]:
    figures: list[report.Figure] = []
    for plan in _plans(options):

        def say(text: str, plan: Plan = plan) -> None:
            _say(f"{plan.system}, {plan.network}: {text}")

        try:
            figures += await run(plan, say)
        except _FAILURES as error:
            say(f"this run failed and is left out: {type(error).__name__}: {error}")
    return figures


def _plans(options: argparse.Namespace) -> Iterator[Plan]:
    """Give every run, the systems in another order in each repeat."""
    systems = [*(f"handrail-{road}" for road in options.road), *options.beside]
    for repeat in range(options.repeats):
        for network in filter(_can_be_made, options.networks):
            turn = repeat % max(1, len(systems))
            for system in systems[turn:] + systems[:turn]:
                yield Plan(system, network, options.scenes, options.mib * _MIB)


def _can_be_made(network: str) -> bool:
    reason = reason_against_namespaces()
    if reason is None or LINES[network] is None:
        return True
    _say(f"{network} is left out, it needs network namespaces: {reason}")
    return False


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.files", description=__doc__)
    for name, choices, text in (
        ("road", list(ROADS), "roads of Handrail's files"),
        ("beside", list(STOCK), "what it is compared with"),
        ("networks", report.NETWORKS, "without and with 40 ms of round trip"),
        ("scenes", report.SCENES, "what is measured"),
    ):
        parser.add_argument(f"--{name}", nargs="*", choices=choices, default=choices, help=text)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each system (3)")
    parser.add_argument("--mib", type=int, default=64, help="MiB of a transfer (64)")
    parser.add_argument("--output", default=str(RESULTS), help="file for the figures, or none")
    return parser.parse_args()


def _say(text: str) -> None:
    print(f"bench-files: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
