"""What the files' sender and receiver need of the rest of the client."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from broker.protocol.files import (
    ClientFileMessage,
    FileDirection,
    FilePolicy,
    FileProblem,
    FileReport,
    FileUnderWay,
)

P = ParamSpec("P")
T = TypeVar("T")


class Disk:
    """A thread for what blocks: one thing after the other, in the order in which it was asked.

    The thread ends when nobody holds it any more.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="files")

    async def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do this and wait for it. Raises what it raises. Whoever is cancelled, it is done."""
        loop = asyncio.get_running_loop()
        call = partial(function, *args, **kwargs)
        return await asyncio.shield(loop.run_in_executor(self._pool, call))

    def then(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Do this once all before it is done, waiting for nothing."""
        self._pool.submit(function, *args, **kwargs)


@dataclass(frozen=True)
class Ports:
    """One side's surroundings, sender or receiver."""

    disk: Disk
    clock: Callable[[], float]
    """Monotonic seconds."""
    refusal: Callable[[FileDirection], FileProblem | None]
    """Why the end user does not allow files that way now."""
    say: Callable[[ClientFileMessage], bool]
    """Send a message; False without a connection."""
    send_chunk: Callable[[bytes], bool]
    changed: Callable[[], None]
    """What is shown has changed."""
    policy: Callable[[], FilePolicy]
    """What an admin lets files do."""
    report: Callable[[FileReport], None]
    """Tell the broker what became of a file."""
    hands: Callable[[], bool]
    """Whether somebody works at the remote desktop right now."""
    goes: Callable[[FileDirection, FileUnderWay | None], None]
    """Tell it what is under way, or that nothing is."""
