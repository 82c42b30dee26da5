"""`make chaos`: 30 minutes of it, as root, with a seed that is printed and can be given again."""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.run import run


def main() -> int:
    """Run once; 1 when something was not as it has to be."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=1800)
    arguments.add_argument("--seed", type=int, default=None)
    chosen = arguments.parse_args()
    seed = secrets.randbelow(1_000_000) if chosen.seed is None else chosen.seed
    print(f"SEED={seed}", flush=True)
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {text}", flush=True)

    with tempfile.TemporaryDirectory(prefix="handrail-chaos-") as folder:
        outcome = asyncio.run(run(Path(folder), chosen.seconds, seed, say))
    first, last = outcome.holdings[len(outcome.holdings) // 4], outcome.holdings[-1]
    print(f"{len(outcome.faults)} faults, {outcome.lines} lines, {outcome.files} files")
    print(f"a key was down {outcome.held} times when a network was cut")
    print(f"held, after a quarter and at the end: {first}, {last}")
    for complaint in outcome.complaints:
        print(f"WRONG: {complaint}")
    return 1 if outcome.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
