"""A second look, alone, at the few tests that failed while two workers shared the machine.

A test that drives real windows can lose to the load beside it; a fault stays when the load goes.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

MANY: Final = 6
"""More than so many failures are no matter of load."""

_LAST_FAILED: Final = Path(".pytest_cache/v/cache/lastfailed")
_AGAIN: Final = ("--last-failed", "--last-failed-no-failures=none", "-mnot clock and not slow")


def main() -> int:
    """Run them once more and say so; give the exit code, 1 if there are none or too many."""
    failed = list(json.loads(_LAST_FAILED.read_text())) if _LAST_FAILED.exists() else []
    if not 0 < len(failed) <= MANY:
        return 1
    print("Failed beside another worker, and run alone now:", *failed, sep="\n  ", flush=True)
    return subprocess.run([sys.executable, "-m", "pytest", *_AGAIN], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
