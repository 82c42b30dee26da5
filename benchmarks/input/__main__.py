"""`python -m benchmarks.input`, which `make bench-input` runs."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.input import report
from benchmarks.input.run import run
from benchmarks.screen.__main__ import machine
from benchmarks.screen.report import NETWORKS

RESULTS = Path(__file__).parents[1] / "results" / "input.json"


def main() -> None:
    """Measure, print the table, write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.input", description=__doc__)
    parser.add_argument("--networks", nargs="*", choices=NETWORKS, default=["lan"])
    parser.add_argument("--repeats", type=int, default=3, help="runs of each network (3)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each scene (10)")
    parser.add_argument("--output", default=str(RESULTS), help="file for the figures, or none")
    options = parser.parse_args()
    figures = asyncio.run(_measure(options.networks, options.repeats, options.seconds))
    print(report.table(figures))
    if options.output != "none":
        date = datetime.now(UTC).isoformat(timespec="seconds")
        Path(options.output).write_text(report.document(figures, machine(), date))


async def _measure(
    networks: Sequence[str], repeats: int, seconds: float
) -> dict[report.Key, float | None]:
    figures: list[tuple[report.Key, float | None]] = []
    for repeat in range(repeats):
        for network in networks:

            def say(text: str, network: str = network, repeat: int = repeat) -> None:
                print(f"bench-input: {network}, {repeat + 1}: {text}", file=sys.stderr, flush=True)

            for scene, tally in (await run(network, seconds, say)).items():
                values = tally.values().items()
                figures += [((network, scene, metric), value) for metric, value in values]
    return report.medians(figures)


if __name__ == "__main__":
    main()
