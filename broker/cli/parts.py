"""What every command needs: the broker's core, who runs it, and text that is safe to print."""

import asyncio
import getpass
from collections.abc import Callable, Coroutine
from typing import Any

from broker import compose_core
from broker.audit.event import Actor
from broker.config import load_config
from broker.protocol.vocabulary import ActorKind

Work = Callable[[compose_core.Core], Coroutine[Any, Any, None]]


def printable(text: str) -> str:
    """Escape what a terminal would obey: control characters and marks of direction."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def on_core(work: Work, *, only_read: bool = False) -> None:
    """Do this on the broker's core; `only_read` leaves the database as it is."""
    config = load_config()

    async def whole() -> None:
        async with compose_core.open_core(config, only_read=only_read) as core:
            await work(core)

    asyncio.run(whole())


def operator() -> Actor:
    """Name whoever runs the command, for the audit log."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user id without a name
        name = None
    return Actor(ActorKind.OPERATOR, name=name)
