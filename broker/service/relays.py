"""Relays of files, and of whole sessions (tunnels): who may have one, who may come in, and what was
passed on.

It counts bytes and frames, and keeps nothing else of what goes through: the sockets themselves are
the web's (`broker.web.relay_socket`), behind `RelayEnd`.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

import structlog

from broker.errors import NotPermitted
from broker.ports import Secrets
from broker.protocol.relay import RelayOffered, RelayRefusal, RelayRefused, RelaySide
from broker.protocol.vocabulary import Capability
from broker.service.owner import SessionOwner

log = structlog.get_logger(__name__)

TICKET_S: Final = 15.0
"""A ticket that nobody came with for so long is good for nothing."""
OF_A_SESSION: Final = 4
"""Relays of one session's files at a time: one each way, and those of a connection that just
broke. Of tunnels each console has one."""

_RIGHTS: Final = {
    RelaySide.CONSOLE: Capability.FILES_SEND,
    RelaySide.CLIENT: Capability.FILES_RECEIVE,
}
"""What has to be granted for that side to send files."""


class RelayUse(StrEnum):
    """What goes through a relay."""

    FILES = "files"
    SESSION = "session"
    """Everything, where there is no other way: a tunnel (`broker.protocol.tunnel`)."""


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """What an admin may set about relays of one use."""

    allowed: bool = True
    session_bytes: int = 0
    """What one session may send through the broker; 0: as much as it likes."""
    at_once: int = 20
    """Relays of all sessions together."""


class RelayEnd(Protocol):
    """One side's websocket."""

    async def send(self, frame: bytes) -> None:
        """Pass a frame on, when this side takes it. ConnectionError when it is gone."""

    def open(self) -> None:
        """Both sides are there."""

    def close(self) -> None:
        """The relay is over."""


@dataclass(slots=True)
class Relay:
    """One pair of websockets, or the tickets for it."""

    relay_id: str
    use: RelayUse
    session_id: str
    technician_id: str
    good_until: float
    tickets: dict[RelaySide, str] = field(default_factory=dict)
    """HMACs of those that were not used yet."""
    ends: dict[RelaySide, RelayEnd] = field(default_factory=dict)
    bytes: int = 0
    frames: int = 0


class Relays:
    """Every relay of this broker. All of it is in memory: a restart ends them."""

    def __init__(
        self,
        settings: Mapping[RelayUse, RelaySettings],
        secrets: Secrets,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._clock = clock
        self._relays: dict[str, Relay] = {}
        self._spent: Counter[tuple[RelayUse, str]] = Counter()
        """Bytes by use and session."""
        self.passed: Callable[[RelayUse, int], None] = _nobody_counts
        """Told of each frame that is passed on."""

    # ---- over signaling

    def wanted(self, owner: SessionOwner, side: RelaySide, relay_id: str) -> None:
        """Offer a relay to both sides of a session, or tell the one that asks why there is none."""
        links = {RelaySide.CLIENT: owner.client, RelaySide.CONSOLE: owner.console}
        asking, other = links[side], links[side.other]
        refusal = self._refusal(owner, side, relay_id)
        if refusal is not None or asking is None or other is None:
            if asking is not None:
                reason = refusal or RelayRefusal.PEER_ABSENT
                asking.send(RelayRefused(relay_id=relay_id, reason=reason))
            return
        session = owner.session
        technician_id = session.in_charge_id or session.technician_id
        relay = self._make(relay_id, RelayUse.FILES, session.session_id, technician_id)
        for link, of_side in ((other, side.other), (asking, side)):
            ticket = self._ticket(relay, of_side)
            link.send(RelayOffered(relay_id=relay_id, ticket=ticket))

    def _refusal(self, owner: SessionOwner, side: RelaySide, relay_id: str) -> RelayRefusal | None:
        session = owner.session
        if not session.policy.relay:
            return RelayRefusal.FORBIDDEN
        if (refusal := self._general_refusal(RelayUse.FILES, session.session_id)) is not None:
            return refusal
        if _RIGHTS[side] not in session.granted:
            return RelayRefusal.NOT_GRANTED
        of_session = sum(one.use is RelayUse.FILES for one in self._of(session.session_id))
        full = of_session >= OF_A_SESSION
        return RelayRefusal.BUSY if full or relay_id in self._relays else None

    # ---- tunnels

    def tunnel_offered(self, session_id: str, account_id: str, peer_id: str) -> str | None:
        """Make the relay of a tunnel that a console offers, in place of the one it had: the support
        client's ticket; None when the broker carries no tunnel for it."""
        self.cut_tunnel(session_id, account_id)
        refusal = self._general_refusal(RelayUse.SESSION, session_id)
        if refusal is not None or peer_id in self._relays:
            return None
        relay = self._make(peer_id, RelayUse.SESSION, session_id, account_id)
        return self._ticket(relay, RelaySide.CLIENT)

    def tunnel_answered(self, session_id: str, peer_id: str) -> str | None:
        """Give the console's ticket for a tunnel that the support client accepts; None when it is
        over, or was accepted before."""
        relay = self._relays.get(peer_id)
        if relay is None or relay.session_id != session_id or relay.use is not RelayUse.SESSION:
            return None
        if RelaySide.CONSOLE in relay.tickets or RelaySide.CONSOLE in relay.ends:
            return None
        return self._ticket(relay, RelaySide.CONSOLE)

    def is_tunnel(self, peer_id: str) -> bool:
        """Whether this peer is reached through the broker."""
        relay = self._relays.get(peer_id)
        return relay is not None and relay.use is RelayUse.SESSION

    def cut_tunnel(self, session_id: str, account_id: str) -> None:
        """End the tunnel of one technician's console."""
        for relay in tuple(self._of(session_id)):
            if relay.use is RelayUse.SESSION and relay.technician_id == account_id:
                self.close(relay)

    def close_tunnel(self, session_id: str, peer_id: str) -> None:
        """End this tunnel: one of its sides gave it up."""
        relay = self._relays.get(peer_id)
        if relay is not None and relay.session_id == session_id and self.is_tunnel(peer_id):
            self.close(relay)

    # ---- of either use

    def _general_refusal(self, use: RelayUse, session_id: str) -> RelayRefusal | None:
        self._forget_old()
        settings = self._settings[use]
        if not settings.allowed:
            return RelayRefusal.FORBIDDEN
        if self._is_spent(use, session_id):
            return RelayRefusal.QUOTA
        at_once = sum(relay.use is use for relay in self._relays.values())
        return RelayRefusal.BUSY if at_once >= settings.at_once else None

    def _make(self, relay_id: str, use: RelayUse, session_id: str, technician_id: str) -> Relay:
        relay = Relay(relay_id, use, session_id, technician_id, self._clock() + TICKET_S)
        self._relays[relay_id] = relay
        return relay

    def _ticket(self, relay: Relay, side: RelaySide) -> str:
        ticket = self._secrets.new_token()
        relay.tickets[side] = self._secrets.fingerprint(ticket)
        return ticket

    # ---- over the relays' websockets

    def enter(self, relay_id: str, ticket: str, end: RelayEnd) -> tuple[Relay, RelaySide]:
        """Come in with a ticket, which is used up by that. NotPermitted, never said why."""
        self._forget_old()
        relay = self._relays.get(relay_id)
        for side, known in relay.tickets.items() if relay else ():
            if relay is not None and self._secrets.matches(ticket, known):
                del relay.tickets[side]
                relay.ends[side] = end
                if len(relay.ends) == len(RelaySide):
                    for each in relay.ends.values():
                        each.open()
                return relay, side
        raise NotPermitted("This ticket is not valid.")

    async def pass_on(self, relay: Relay, side: RelaySide, frame: bytes) -> bool:
        """Hand a frame to the other side, once that takes it; False when the relay is over."""
        other = relay.ends.get(side.other)
        if other is None or relay.relay_id not in self._relays:
            return False
        size = len(frame)
        relay.bytes += size
        relay.frames += 1
        self.passed(relay.use, size)
        self._spent[relay.use, relay.session_id] += size
        if self._is_spent(relay.use, relay.session_id):
            return False
        try:
            await other.send(frame)
        except ConnectionError:
            return False
        return True

    def close(self, relay: Relay) -> None:
        """End a relay: both of its websockets."""
        if self._relays.pop(relay.relay_id, None) is None:
            return
        for end in relay.ends.values():
            end.close()
        log.info(
            "relay.closed",
            use=relay.use.value,
            session_id=relay.session_id,
            frames=relay.frames,
            bytes=relay.bytes,
        )

    # ---- a session's life

    def cut(self, session_id: str) -> None:
        """End a session's relays: one of its sides has left, or was replaced."""
        for relay in tuple(self._of(session_id)):
            self.close(relay)

    def session_over(self, session_id: str) -> None:
        """End a session's relays, and forget what it has used."""
        self.cut(session_id)
        for use in RelayUse:
            del self._spent[use, session_id]

    def close_all(self) -> None:
        """End every relay: the broker is about to stop."""
        for relay in tuple(self._relays.values()):
            self.close(relay)

    @property
    def ends(self) -> int:
        """Websockets that are in relays now."""
        return sum(len(relay.ends) for relay in self._relays.values())

    @property
    def at_once(self) -> int:
        """Relays that there are now, and tickets for some."""
        return len(self._relays)

    # ----

    def _of(self, session_id: str) -> Iterator[Relay]:
        return (one for one in self._relays.values() if one.session_id == session_id)

    def _is_spent(self, use: RelayUse, session_id: str) -> bool:
        return 0 < self._settings[use].session_bytes <= self._spent[use, session_id]

    def _forget_old(self) -> None:
        now = self._clock()
        for relay in tuple(self._relays.values()):
            if len(relay.ends) < len(RelaySide) and relay.good_until <= now:
                self.close(relay)


def _nobody_counts(use: RelayUse, length: int) -> None:
    """Before anybody wants to know."""
