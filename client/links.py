"""The peer connections of one session, each with its channels: one for each technician who looks.

What concerns all consoles is told to all of them here; what each of them may do, its own
`Switchboard` knows.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from broker.protocol.signaling import PeerCandidate
from broker.protocol.vocabulary import Capability
from client import memory
from client.channels.switchboard import Switchboard
from client.consent import Consent
from client.guide import Drawing, Guide
from client.rtc.peer import Peer
from client.tunnel.peer import TunnelPeer

TIDY_AFTER_S: Final = 0.5
"""By then nothing that still closes holds a peer connection."""


@dataclass(eq=False)
class Link:
    """A peer connection with its channels, and what its technician shows."""

    guest_id: str | None
    """The guest's account; None: it is the one of whoever is in charge."""
    peer: Peer | TunnelPeer
    switchboard: Switchboard
    guide: Guide
    consent: Callable[[], Consent]
    task: asyncio.Task[None]
    watching: bool = True
    """Whether its page is seen."""


class Links:
    """All that stand or are being made. Belongs to the engine's loop."""

    def __init__(self) -> None:
        self._links: list[Link] = []

    def __iter__(self) -> Iterator[Link]:
        return iter(tuple(self._links))

    def add(self, link: Link) -> None:
        """Take one up."""
        self._links.append(link)
        link.task.add_done_callback(_tidy_soon)

    @property
    def in_charge(self) -> Link | None:
        """The one of whoever is in charge."""
        return next((link for link in self._links if link.guest_id is None), None)

    def close_in_charge(self) -> None:
        """Close it, and let go of what it held."""
        self._close(link for link in self if link.guest_id is None)

    def close_guests(self, account_ids: tuple[str, ...] | None) -> None:
        """Close those of these guests, or of all."""
        guests = (link for link in self if link.guest_id is not None)
        self._close(one for one in guests if account_ids is None or one.guest_id in account_ids)

    def _close(self, links: Iterable[Link]) -> None:
        for link in links:
            self._links.remove(link)
            link.switchboard.close()
            link.task.cancel()

    def add_candidate(self, message: PeerCandidate) -> None:
        """Hand an ICE candidate of a console to the peer connection that it names."""
        for link in self._links:
            if link.peer.peer_id == message.peer_id:
                link.peer.add_candidate(message)

    def tell(self, say: Callable[[Switchboard], None]) -> None:
        """Have all consoles told something."""
        for link in self:
            say(link.switchboard)

    def consent_changed(self) -> None:
        """Put the rights in force: first where they were taken, so that two never have one."""
        for link in sorted(self, key=lambda one: one.consent().allows(Capability.CONTROL)):
            link.switchboard.consent_changed()

    @property
    def anybody_watches(self) -> bool:
        """Whether anybody's page is seen."""
        return any(link.watching for link in self._links)

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """What the technicians show now, each that shows anything."""
        return tuple(link.guide.drawing for link in self._links if link.guide.drawing)


def _tidy_soon(_: asyncio.Task[None]) -> None:
    asyncio.get_running_loop().call_later(TIDY_AFTER_S, memory.tidy)
