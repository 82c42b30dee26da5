"""`python -m benchmarks.screen.soak`, which `make soak-screen` runs."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from dataclasses import fields
from pathlib import Path

from benchmarks.screen.soak.flatness import Holding, complaints, growth
from benchmarks.screen.soak.run import soak

LOOKS = 480
"""How many times the client is looked at, whatever the duration, but at most every second."""


def main() -> None:
    """Soak, print a line now and then, and fail when something grew."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screen.soak")
    parser.add_argument("--seconds", type=float, default=8 * 3600.0, help="how long (8 hours)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 16))
    options = parser.parse_args()
    print(f"soak-screen: {options.seconds:g} s, seed {options.seed}", flush=True)
    print("".join(f"{field.name:>11}" for field in fields(Holding)), flush=True)
    with tempfile.TemporaryDirectory(prefix="soak-screen-") as name:
        interval_s = max(1.0, options.seconds / LOOKS)
        outcome = asyncio.run(
            soak(Path(name), options.seconds, interval_s, _say, seed=options.seed)
        )
    print(f"the desktop did: {outcome.happened}")
    print("growth: " + ", ".join(f"{k} {v:+.4g}" for k, v in growth(outcome.holdings).items()))
    found = complaints(outcome.holdings)
    found += [] if outcome.exact else ["at rest, the picture did not become exact"]
    sys.exit("\n".join(found) or None)


def _say(holding: Holding) -> None:
    values = "".join(f"{getattr(holding, field.name):>11.4g}" for field in fields(Holding))
    print(f"{values}  {time.strftime('%H:%M:%S')}", flush=True)


if __name__ == "__main__":
    main()
