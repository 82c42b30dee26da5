"""Lets a connection use every TURN server that the broker names, and tells what they refuse.

aiortc 1.16 takes the first URL only: where UDP is blocked, the one with TLS after it is never
tried. And a server that refuses is as silent as none: aioice drops the exception and gathers no
relayed candidate, and the connection stays in `new` until a timer ends it.
"""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import aiortc.rtcicetransport as upstream_ice
import structlog
from aioice import Candidate, Connection, TransportPolicy, stun
from aioice.candidate import candidate_priority
from aioice.ice import StunProtocol, relayed_candidate
from aiortc import RTCIceServer, RTCRtpSender
from aiortc.rtcicetransport import parse_stun_turn_uri

from broker.protocol.connection import Way
from broker.protocol.signaling import IceServer

log = structlog.get_logger()

GATHERING_S: Final = 3
"""Longest that gathering takes; our timer for the whole connection is 15 s."""
OTHERS_S: Final = 0.3
"""Once there is one relay, the other servers have this long."""
MAX_SERVERS: Final = 6
"""More than these are not asked."""
_TOP_PREFERENCE: Final = 65535
"""RFC 8445, section 5.1.2.1: the local preference; earlier servers are preferred."""


@dataclass(frozen=True, slots=True)
class TurnServer:
    """One way to a relay."""

    url: str
    address: tuple[str, int]
    tls: bool
    transport: str
    username: str | None = field(repr=False)
    credential: str | None = field(repr=False)

    @property
    def way(self) -> Way:
        """How it is spoken to."""
        if self.tls:
            return Way.TURN_TLS
        return Way.TURN_TCP if self.transport == "tcp" else Way.TURN_UDP


@dataclass(frozen=True, slots=True)
class TurnRefusal:
    """A TURN server that was there and said no; `code` as in RFC 8656, section 19."""

    url: str
    code: int


def install() -> None:
    """Apply this to every connection from now on. Doing it again changes nothing."""
    if upstream_ice.connection_kwargs is not _arguments:
        vars(upstream_ice)["connection_kwargs"] = _arguments
        vars(upstream_ice)["Connection"] = RelayingConnection


def turn_refusals(sender: RTCRtpSender) -> Sequence[TurnRefusal]:
    """Give who refused so far to relay for the connection of this sender."""
    connection: Any = sender.transport.transport._connection
    return tuple(connection.refusals)


def way_taken(sender: RTCRtpSender) -> Way | None:
    """Give the way that the connection of this sender took; None while there is none.

    A relay that the other side brought is spoken to by UDP.
    """
    connection: Any = sender.transport.transport._connection
    pair = connection._nominated.get(1)
    if pair is None:
        return None
    if pair.protocol in connection.relays:
        way: Way = connection.relays[pair.protocol].way
        return way
    return Way.TURN_UDP if pair.remote_candidate.type == "relay" else Way.DIRECT


def usable(servers: Sequence[IceServer]) -> list[RTCIceServer]:
    """Give the broker's servers to aiortc, without the URLs that it cannot read.

    One of them would make every connection fail.
    """
    kept = []
    for server in servers:
        urls = [url for url in server.urls if _is_readable(url)]
        if urls:
            kept.append(RTCIceServer(urls, server.username, server.credential))
    return kept


def _is_readable(url: str) -> bool:
    try:
        parse_stun_turn_uri(url)
    except ValueError:
        log.warning("ice_server_not_understood", url=url)
        return False
    return True


_stock_arguments = upstream_ice.connection_kwargs


def _arguments(servers: list[RTCIceServer]) -> dict[str, Any]:
    """Give what `RelayingConnection` is made from, in the place of aiortc's `connection_kwargs`."""
    stock = _stock_arguments(servers)
    kept = {name: value for name, value in stock.items() if not name.startswith("turn_")}
    return {**kept, "turn_servers": turn_servers_of(servers)}


def turn_servers_of(servers: Sequence[RTCIceServer]) -> list[TurnServer]:
    """Give the first MAX_SERVERS TURN servers that aioice can speak to, in their order."""
    found = []
    for server in servers:
        for url in server.urls:
            read = parse_stun_turn_uri(url)
            tls = read["scheme"] == "turns"
            # TURN over DTLS is what aioice has not.
            if read["scheme"].startswith("turn") and read["transport"] in (
                ("tcp",) if tls else ("udp", "tcp")
            ):
                address, credentials = (read["host"], read["port"]), server.username
                found.append(
                    TurnServer(url, address, tls, read["transport"], credentials, server.credential)
                )
    return found[:MAX_SERVERS]


class RelayingConnection(Connection):
    """An ICE connection with any number of TURN servers; stock aioice has one."""

    def __init__(self, *arguments: Any, turn_servers: Sequence[TurnServer], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.refusals: list[TurnRefusal] = []
        self.relays: dict[StunProtocol, TurnServer] = {}
        self._turn_servers = turn_servers

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = GATHERING_S,  # noqa: ASYNC109 - the signature is given
    ) -> list[Candidate]:
        """Gather candidates of our own, from STUN, and from every TURN server at once."""
        relaying = asyncio.ensure_future(self._relayed(component, timeout))
        try:
            own = await super().get_component_candidates(component, addresses, timeout)
            return own + await relaying
        finally:
            relaying.cancel()

    async def _relayed(self, component: int, within_s: float) -> list[Candidate]:
        asked = [
            asyncio.ensure_future(self._ask(server, component, _TOP_PREFERENCE - place))
            for place, server in enumerate(self._turn_servers)
        ]
        try:
            found = await _first_and_soon_after(asked, within_s)
        finally:
            for task in asked:
                task.cancel()
        candidates = []
        for candidate, protocol in found:
            self._protocols.append(protocol)
            candidates.append(candidate)
        return candidates

    async def _ask(
        self, server: TurnServer, component: int, preference: int
    ) -> tuple[Candidate, StunProtocol] | None:
        """Ask one server for a relay; None when it gives none."""
        try:
            candidate, protocol = await relayed_candidate(
                component=component,
                hide_related_address=self._transport_policy == TransportPolicy.RELAY,
                protocol_factory=partial(StunProtocol, self),
                turn_server=server.address,
                turn_username=server.username,
                turn_password=server.credential,
                turn_ssl=server.tls,
                turn_transport=server.transport,
            )
        except stun.TransactionFailed as failed:
            code = int(failed.response.error_code or 0)
            log.warning("turn_server_refuses", url=server.url, code=code)
            self.refusals.append(TurnRefusal(server.url, code))
        except ssl.SSLError as error:
            log.warning("turn_server_not_trusted", url=server.url, reason=type(error).__name__)
        except (OSError, stun.TransactionError, ValueError) as error:
            log.info("turn_server_not_reached", url=server.url, reason=type(error).__name__)
        else:
            candidate.priority = candidate_priority(component, "relay", preference)
            self.relays[protocol] = server
            return candidate, protocol
        return None


_Found = tuple[Candidate, StunProtocol] | None


async def _first_and_soon_after(
    asked: Sequence[asyncio.Future[_Found]], within_s: float
) -> list[tuple[Candidate, StunProtocol]]:
    """Wait for the first that is found, or for all; then a moment for those nearly as fast."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + within_s
    pending = set(asked)
    while pending and (left := ends_at - loop.time()) > 0:
        done, pending = await asyncio.wait(
            pending, timeout=left, return_when=asyncio.FIRST_COMPLETED
        )
        if any(task.result() for task in done):
            ends_at = min(ends_at, loop.time() + OTHERS_S)
    return [found for task in asked if task.done() and (found := task.result())]
