"""The file that admins copy, without running it."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rig.turn import CONFIG, configuration, options

OPTIONS = options(CONFIG.read_text())
Address = IPv4Address | IPv6Address


def denied_ranges() -> list[tuple[Address, Address]]:
    """Give the first and last address of every range that is refused."""
    values = [value for name, value in OPTIONS if name == "denied-peer-ip"]
    ends = [tuple(map(ipaddress.ip_address, value.split("-"))) for value in values]
    return [(first, last) for first, last in ends]


RANGES = denied_ranges()


BY_ITSELF = ipaddress.ip_address("::")
"""coturn refuses it, whatever the file says; see test_coturn.py."""


def is_denied(address: Address) -> bool:
    """Whether a range of the file holds this address."""
    return address == BY_ITSELF or any(
        first.version == address.version and int(first) <= int(address) <= int(last)
        for first, last in RANGES
    )


@given(st.ip_addresses())
def test_no_address_that_is_not_global_is_left(address: Address) -> None:
    if not address.is_global or address.is_multicast:
        assert is_denied(address)


NETWORKS = [
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "0.0.0.0/8",
    "192.0.0.0/24",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::1/128",
    "::/128",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/32",
    "2002::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]


@pytest.mark.parametrize("network", NETWORKS)
def test_a_special_range_is_denied_to_its_last_address(network: str) -> None:
    whole = ipaddress.ip_network(network)
    for address in (whole[0], whole[whole.num_addresses // 2], whole[-1]):
        assert is_denied(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "11.0.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2a00::1"]
)
def test_the_internet_is_not_denied(address: str) -> None:
    assert not is_denied(ipaddress.ip_address(address))


def test_no_range_begins_with_what_coturn_reads_as_any_address() -> None:
    assert BY_ITSELF not in {first for first, _ in RANGES}


def test_nothing_opens_what_the_file_closes() -> None:
    names = {name for name, _ in OPTIONS}
    assert "use-auth-secret" in names
    assert names.isdisjoint(
        {"allow-loopback-peers", "allowed-peer-ip", "no-auth", "server-relay", "web-admin", "user"}
    )


def test_a_test_cannot_change_what_the_file_does_not_say() -> None:
    with pytest.raises(KeyError):
        configuration({"allow-loopback-peers": ""})
