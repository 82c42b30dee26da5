"""`python -m benchmarks.screen`, which `make bench-screen` runs."""

import argparse
import asyncio
import platform
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Error as BrowserError

from benchmarks.screen import report
from benchmarks.screen.network import LINES, reason_against_namespaces
from benchmarks.screen.run import Plan, run
from benchmarks.screen.systems import SYSTEMS
from tests.rig.processes import ProcessFailed

RESULTS = Path(__file__).parents[1] / "results" / "screen.json"
_FAILURES = (ProcessFailed, BrowserError, TimeoutError, OSError, RuntimeError, AssertionError)


def main() -> None:
    """Measure, print the table, write the file."""
    options = _options()
    try:
        asyncio.run(_main(options))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit("bench-screen: stopped")


async def _main(options: argparse.Namespace) -> None:
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    options.systems = [name for name in options.systems if _is_there(name)]
    options.networks = [name for name in options.networks if _can_be_made(name)]
    figures: list[report.Figure] = []
    try:
        for plan in _plans(options):
            figures += await _run(plan)
    except asyncio.CancelledError:
        print(report.table(report.medians(figures)))  # what was whole when it was stopped
        raise
    found = report.medians(figures)
    print(report.table(found))
    if options.output is not None and found:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        date = datetime.now(UTC).isoformat(timespec="seconds")
        options.output.write_text(report.document(found, machine(), date))


def _plans(options: argparse.Namespace) -> Iterator[Plan]:
    """Give every run, the systems in another order in each repeat."""
    for repeat in range(options.repeats):
        for network in options.networks:
            turn = repeat % max(1, len(options.systems))
            for system in options.systems[turn:] + options.systems[:turn]:
                yield Plan(system, network, options.scenes, options.seconds)


async def _run(plan: Plan) -> list[report.Figure]:
    def say(text: str) -> None:
        _say(f"{plan.system}, {plan.network}: {text}")

    say("starting")
    try:
        return await run(plan, say)
    except _FAILURES as error:
        say(f"this run failed and is left out: {type(error).__name__}: {error}")
        return []


def _is_there(system: str) -> bool:
    reason = SYSTEMS[system].missing()
    if reason:
        _say(f"{system} is left out: {reason}")
    return not reason


def _can_be_made(network: str) -> bool:
    reason = reason_against_namespaces()
    if reason is None:
        return True
    if LINES[network] is None:
        _say(f"{network} is the loopback interface, with both directions counted: {reason}")
        return True
    _say(f"{network} is left out, it needs network namespaces: {reason}")
    return False


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screen", description=__doc__)
    for name, choices in {
        "systems": report.SYSTEMS,
        "networks": report.NETWORKS,
        "scenes": report.SCENES,
    }.items():
        parser.add_argument(
            f"--{name}",
            type=lambda text, choices=choices: _chosen(text, choices),
            default=list(choices),
            metavar="A,B,…",
            help=f"some of {', '.join(choices)}; all unless given",
        )
    parser.add_argument("--repeats", type=int, default=3, help="runs of each system (3)")
    parser.add_argument(
        "--seconds", type=float, default=8.0, help="how long a moving scene is measured (8)"
    )
    parser.add_argument(
        "--output",
        type=lambda text: None if text == "none" else Path(text),
        default=RESULTS,
        help="file for the figures, or none (benchmarks/results/screen.json)",
    )
    return parser.parse_args()


def _chosen(text: str, choices: Sequence[str]) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in choices]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of: {', '.join(choices)}")
    return names


def machine() -> str:
    """Say what this was measured on: processor, cores, system."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    name = models[0] if models else platform.machine()
    return f"{len(models) or 1} × {name}, {platform.system()} {platform.release()}"


def _say(text: str) -> None:
    print(f"bench-screen: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
