"""Relays of files: who may have one, who may come in, and what was passed on.

It counts bytes and frames, and keeps nothing else of what goes through: the sockets themselves are
the web's (`broker.web.file_relay`), behind `RelayEnd`.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from broker.errors import NotPermitted
from broker.ports import ClientLink, ConsoleLink, Secrets
from broker.protocol.relay import RelayOffered, RelayRefusal, RelayRefused, RelaySide
from broker.protocol.vocabulary import Capability
from broker.service.owner import SessionOwner

log = structlog.get_logger(__name__)

TICKET_S: Final = 15.0
"""A ticket that nobody came with for so long is good for nothing."""
OF_A_SESSION: Final = 4
"""Relays of one session at a time: one each way, and those of a connection that just broke."""

_RIGHTS: Final = {
    RelaySide.CONSOLE: Capability.FILES_SEND,
    RelaySide.CLIENT: Capability.FILES_RECEIVE,
}
"""What has to be granted for that side to send files."""


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """What an admin may set about relays."""

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
    session_id: str
    technician_id: str
    tickets: dict[RelaySide, str]
    """HMACs of those that were not used yet."""
    good_until: float
    ends: dict[RelaySide, RelayEnd] = field(default_factory=dict)
    bytes: int = 0
    frames: int = 0


class FileRelays:
    """Every relay of this broker. All of it is in memory: a restart ends them."""

    def __init__(
        self,
        settings: RelaySettings,
        secrets: Secrets,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._clock = clock
        self._relays: dict[str, Relay] = {}
        self._spent: Counter[str] = Counter()
        """Bytes by session."""
        self.bytes = 0
        """Passed on since the broker started."""
        self.frames = 0

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
        relay = Relay(
            relay_id,
            session.session_id,
            session.in_charge_id or session.technician_id,
            {side.other: self._invite(other, relay_id), side: self._invite(asking, relay_id)},
            self._clock() + TICKET_S,
        )
        self._relays[relay_id] = relay

    def _invite(self, link: ClientLink | ConsoleLink, relay_id: str) -> str:
        ticket = self._secrets.new_token()
        link.send(RelayOffered(relay_id=relay_id, ticket=ticket))
        return self._secrets.fingerprint(ticket)

    def _refusal(self, owner: SessionOwner, side: RelaySide, relay_id: str) -> RelayRefusal | None:
        session, settings = owner.session, self._settings
        self._forget_old()
        if not settings.allowed:
            return RelayRefusal.FORBIDDEN
        if _RIGHTS[side] not in session.granted:
            return RelayRefusal.NOT_GRANTED
        if self._is_spent(session.session_id):
            return RelayRefusal.QUOTA
        of_session = sum(1 for _ in self._of(session.session_id))
        full = len(self._relays) >= settings.at_once or of_session >= OF_A_SESSION
        return RelayRefusal.BUSY if full or relay_id in self._relays else None

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
        self.bytes += size
        self.frames += 1
        self._spent[relay.session_id] += size
        if self._is_spent(relay.session_id):
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
        del self._spent[session_id]

    def close_all(self) -> None:
        """End every relay: the broker is about to stop."""
        for relay in tuple(self._relays.values()):
            self.close(relay)

    @property
    def at_once(self) -> int:
        """Relays that there are now, and tickets for some."""
        return len(self._relays)

    # ----

    def _of(self, session_id: str) -> Iterator[Relay]:
        return (one for one in self._relays.values() if one.session_id == session_id)

    def _is_spent(self, session_id: str) -> bool:
        return 0 < self._settings.session_bytes <= self._spent[session_id]

    def _forget_old(self) -> None:
        now = self._clock()
        for relay in tuple(self._relays.values()):
            if relay.tickets and relay.good_until <= now:
                self.close(relay)
