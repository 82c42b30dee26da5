"""Which addresses the broker may send to: public ones, and those an admin has named.

A host's name is looked up once for each connection, and the connection goes to what was found, so
that a name which answers otherwise a moment later leads nowhere (DNS rebinding).
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from broker.errors import DeliveryFailed

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64: Final = ip_network("64:ff9b::/96")
"""IPv4 behind a translator (RFC 6052): as public as what is inside."""

REFUSED: Final = (
    "{host} is at {address}, which is not public. If that is meant, name its network in "
    "outbound_networks."
)
UNKNOWN: Final = "{host} cannot be found: look at its spelling, and whether DNS works here."


def may_be_reached(address: Address, allowed: Iterable[Network]) -> bool:
    """Tell whether an address is public, or in a network that was named.

    An IPv4 address inside of an IPv6 one counts as itself.
    """
    inner = _inner(address)
    if any(one in network for one in (address, inner) for network in allowed):
        return True
    return inner.is_global and not inner.is_multicast


async def resolve(host: str, port: int, allowed: Iterable[Network]) -> tuple[str, ...]:
    """Give where a host is. DeliveryFailed when it is nowhere, or where we may not go.

    One address that may not be reached is enough: nobody mixes those with public ones by chance.
    """
    networks = tuple(allowed)
    found = await _look_up(host, port)
    for address in found:
        if not may_be_reached(ip_address(address), networks):
            raise DeliveryFailed(REFUSED.format(host=host, address=address))
    return found


async def _look_up(host: str, port: int) -> tuple[str, ...]:
    loop = asyncio.get_running_loop()
    try:
        answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DeliveryFailed(UNKNOWN.format(host=host)) from error
    return tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _inner(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
