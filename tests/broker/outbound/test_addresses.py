"""Where the broker may send to, whatever a name or a number is written as."""

from ipaddress import ip_address, ip_network

import pytest

from broker.errors import DeliveryFailed
from broker.outbound.addresses import may_be_reached, resolve

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",
    "64:ff9b::10.0.0.1",
]


@pytest.mark.parametrize("text", INSIDE)
def test_an_address_inside_is_not_reached_unless_it_is_named(text: str) -> None:
    address = ip_address(text)
    assert not may_be_reached(address, ())
    assert may_be_reached(address, [ip_network(text)])


@pytest.mark.parametrize("text", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::909:909"])
def test_a_public_address_is_reached(text: str) -> None:
    assert may_be_reached(ip_address(text), ())


def test_a_network_allows_its_addresses_inside_of_ipv6_too() -> None:
    assert may_be_reached(ip_address("::ffff:10.1.2.3"), [ip_network("10.0.0.0/8")])
    assert not may_be_reached(ip_address("::ffff:10.1.2.3"), [ip_network("192.168.0.0/16")])


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "localhost", "127.0.0.1", "::1"])
async def test_every_way_to_write_this_machine_is_refused(host: str) -> None:
    with pytest.raises(DeliveryFailed, match="outbound_networks"):
        await resolve(host, 443, ())


async def test_what_was_named_is_found() -> None:
    assert await resolve("127.0.0.1", 443, [ip_network("127.0.0.0/8")]) == ("127.0.0.1",)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".example"])
async def test_a_host_that_is_nowhere_is_told(host: str) -> None:
    with pytest.raises(DeliveryFailed, match="spelling"):
        await resolve(host, 443, ())
