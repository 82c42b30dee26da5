"""The relay of one direction of files: asked for, opened, lost; there is one at most.

The sender asks the broker, and tells the console the secret once there is a ticket. A receiver
comes when it has both. Every relay ends with the peer connection that its secret came over.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from broker.protocol.files import ClientFileMessage, FileRelay, FileRelayOver
from broker.protocol.relay import RelayOffered, RelayRefusal, RelayRefused, RelayWanted
from client.relay.pipe import RelayLost
from client.relay.seal import new_secret

MOST_TICKETS: Final = 4
"""Of relays that the console has not told the secret of."""


class OpenRelay(Protocol):
    """A `client.relay.pipe.Relay`."""

    async def send(self, message: bytes) -> None:
        """Send a message. Raises RelayLost."""

    async def close(self) -> None:
        """Let go of it."""


class Opener(Protocol):
    """Opens a relay with a ticket."""

    def __call__(
        self,
        ticket: str,
        secret: str,
        relay_id: str,
        on_message: Callable[[bytes], None],
        *,
        on_closed: Callable[[], None],
    ) -> Awaitable[OpenRelay]:
        """Open it. Raises RelayLost."""


@dataclass(frozen=True)
class RelayPorts:
    """What a relay needs of the rest of the client."""

    want: Callable[[RelayWanted], None]
    """Ask the broker."""
    open: Opener


@dataclass(frozen=True)
class RelayNews:
    """Whom a relay tells."""

    say: Callable[[ClientFileMessage], bool]
    """The console."""
    opened: Callable[[], None]
    lost: Callable[[], None]
    """It was refused, could not be opened, or is over; unless it was dropped from here."""
    came: Callable[[bytes], None]
    """A whole message."""


async def _none(*_: object, **__: object) -> OpenRelay:
    raise RelayLost("this client has no relays")


NO_RELAYS: Final = RelayPorts(lambda _: None, _none)


class RelayEnd:
    """This side's end of one direction's relay. Used in the engine's loop."""

    def __init__(self, ports: RelayPorts, news: RelayNews) -> None:
        self._ports = ports
        self._news = news
        self._id: str | None = None
        self._secret = ""
        self._asked = False
        """Whether this side sends, and so asks."""
        self._tickets: dict[str, str] = {}
        self._opening: asyncio.Task[None] | None = None
        self._relay: OpenRelay | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self.refusal: RelayRefusal | None = None
        """Why there was none, the last time."""

    @property
    def is_open(self) -> bool:
        """Whether messages may be sent."""
        return self._relay is not None

    def is_asking_for(self, relay_id: str) -> bool:
        """Whether this side asked the broker for it."""
        return self._asked and self._id == relay_id

    def want(self) -> None:
        """Ask for one, unless that was done already."""
        if self._id is None:
            self._id, self._secret, self._asked = str(uuid.uuid4()), new_secret(), True
            self.refusal = None
            self._ports.want(RelayWanted(relay_id=self._id))

    def invited(self, message: FileRelay) -> None:
        """The console has one, and sends there."""
        self.drop()
        self._id, self._secret, self._asked = message.relay_id, message.secret, False
        self._come()

    def decline(self, message: FileRelay) -> None:
        """Do not come there."""
        self._tickets.pop(message.relay_id, None)
        self._news.say(FileRelayOver(relay_id=message.relay_id))

    def offered(self, offer: RelayOffered) -> None:
        """The broker gives a ticket; of a relay that the console may still tell of."""
        while len(self._tickets) >= MOST_TICKETS:
            self._tickets.pop(next(iter(self._tickets)))
        self._tickets[offer.relay_id] = offer.ticket
        self._come()

    def refused(self, message: RelayRefused) -> None:
        """The broker gives none."""
        if message.relay_id == self._id:
            self._give_up(message.reason)

    def ended(self, message: FileRelayOver) -> None:
        """The console let go of it, or could not come."""
        if message.relay_id == self._id:
            self._give_up(message.reason)

    async def send(self, message: bytes) -> None:
        """Send a message, when the broker takes it. Raises RelayLost."""
        if self._relay is None:
            raise RelayLost("there is no relay")
        await self._relay.send(message)

    def drop(self) -> None:
        """Let go of it, and of what it was asked for: nothing comes any more."""
        self._id = None
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.cancel()
        relay, self._relay = self._relay, None
        if relay is not None:
            task = asyncio.get_running_loop().create_task(relay.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def lost(self) -> None:
        """It broke: tell the console, and whom it concerns here."""
        relay_id = self._id
        if relay_id is not None:
            self._news.say(FileRelayOver(relay_id=relay_id))
            self._give_up(None)

    # ----

    def _give_up(self, reason: RelayRefusal | None) -> None:
        self.refusal = reason
        self.drop()
        self._news.lost()

    def _come(self) -> None:
        relay_id = self._id
        if relay_id is None or relay_id not in self._tickets:
            return
        ticket = self._tickets.pop(relay_id)
        if self._asked:
            self._news.say(FileRelay(relay_id=relay_id, secret=self._secret))
        opening = self._open(relay_id, ticket)
        self._opening = asyncio.get_running_loop().create_task(opening)

    async def _open(self, relay_id: str, ticket: str) -> None:
        def came(message: bytes) -> None:
            if self._id == relay_id:
                self._news.came(message)

        def closed() -> None:
            if self._id == relay_id:
                self.lost()

        try:
            relay = await self._ports.open(ticket, self._secret, relay_id, came, on_closed=closed)
        except RelayLost:
            closed()
            return
        self._opening, self._relay = None, relay
        self._news.opened()
