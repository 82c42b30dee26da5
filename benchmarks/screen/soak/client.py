"""The support client, counting what it holds: started as `python -m benchmarks.screen.soak.client`.

The product counts nothing; here a thread beside it does, a line of JSON at a time.
"""

import asyncio
import gc
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import av
from aiortc.rtp import RtpPacket

from benchmarks.screen.soak import FILE_VARIABLE, INTERVAL_VARIABLE

KINDS: dict[str, type] = {"futures": asyncio.Future, "frames": av.VideoFrame, "packets": RtpPacket}


def counts() -> dict[str, int]:
    """Give how many objects of each kind are alive, without garbage that was not collected yet."""
    gc.collect()
    alive = gc.get_objects()
    return {name: sum(isinstance(one, kind) for one in alive) for name, kind in KINDS.items()}


def count_every(seconds: float, path: Path, wait: Callable[[float], object]) -> None:
    """Append the counts to a file, for ever; `wait` sleeps."""
    with path.open("a", buffering=1) as file:
        while True:
            file.write(json.dumps(counts()) + "\n")
            wait(seconds)


if __name__ == "__main__":
    from client.cli import main

    arguments = (
        float(os.environ[INTERVAL_VARIABLE]),
        Path(os.environ[FILE_VARIABLE]),
        threading.Event().wait,
    )
    threading.Thread(target=count_every, args=arguments, name="counts", daemon=True).start()
    main()
