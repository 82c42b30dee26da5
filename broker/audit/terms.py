"""What a record can be found by beside its public fields: words about people, one by one. Pure.

A term is a field and a word of it. How terms are kept, so that they tell nothing to whoever reads
the database and can be erased, is the business of `broker.storage.audit_index`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from broker.audit.event import AuditEvent, DetailValue
from broker.protocol.vocabulary import ActorKind

MOST_WORDS: Final = 8
"""Of one value, so that no long one makes a record findable by anything."""

LONGEST_WORD: Final = 64

ADDRESS_PREFIXES: Final = {4: (32, 24, 16), 6: (128, 64, 48)}
"""The networks that an address can be found by, in bits: the usual sizes of one customer's."""

_WORD: Final = re.compile(r"[^\W_]+")
_ACCOUNTS: Final = ("target_account", "by_account")
_NAMES: Final = ("target_name", "email")


class TermField(StrEnum):
    """What a word was said about."""

    TECHNICIAN = "technician"
    """Whoever has an account, whatever its role: its id, and the words of name and email."""
    END_USER = "end_user"
    """The end user's machine, name and address."""
    MACHINE = "machine"
    ADDRESS = "address"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Term:
    """One word that a record is found by."""

    field: TermField
    word: str
    personal: bool = True
    """Whether it goes when what the log says of its owner is erased."""


def terms_of(event: AuditEvent) -> frozenset[Term]:
    """Give every term of a record."""
    found = {*_accounts(event), *_end_users(event), *_addresses(event), *_files(event)}
    public = {(term.field, term.word) for term in found if not term.personal}
    return frozenset(
        term for term in found if not term.personal or (term.field, term.word) not in public
    )


def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a text as they are compared: without case, accents and marks between."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(bare)))


def networks_of(address: str) -> tuple[str, ...]:
    """Give the networks that an address is found by, the address itself first; none: it is none."""
    try:
        known = ip_address(address)
    except ValueError:
        return ()
    mapped = known.ipv4_mapped if not isinstance(known, IPv4Address) else None
    known = mapped or known
    kind, whole, number = type(known), known.max_prefixlen, int(known)
    prefixes = ADDRESS_PREFIXES[known.version]
    return tuple(f"{kind(number >> whole - bits << whole - bits)}/{bits}" for bits in prefixes)


def network_asked_for(text: str) -> str:
    """Read an address or a network as `networks_of` writes it. ValueError, saying what is wrong."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise ValueError("it is no IP address and no network") from error
    if network.prefixlen not in ADDRESS_PREFIXES[network.version]:
        sizes = ", ".join(f"/{bits}" for bits in ADDRESS_PREFIXES[network.version])
        raise ValueError(f"networks are searched by the sizes {sizes}")
    return str(_unmapped(network))


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """Take `::ffff:192.0.2.7` for 192.0.2.7, as `networks_of` does."""
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    return network if mapped is None else IPv4Network(mapped)


def _accounts(event: AuditEvent) -> Iterator[Term]:
    actor, details = event.actor, event.details
    if actor.account_id is not None:
        yield Term(TermField.TECHNICIAN, actor.account_id, personal=False)
        yield from _words(TermField.TECHNICIAN, actor.name)
    for name in _ACCOUNTS:
        if isinstance(value := details.get(name), str):
            yield Term(TermField.TECHNICIAN, value)
    for name in _NAMES:
        yield from _words(TermField.TECHNICIAN, details.get(name))


def _end_users(event: AuditEvent) -> Iterator[Term]:
    machine = event.details.get("machine")
    yield from _words(TermField.MACHINE, machine)
    yield from _words(TermField.END_USER, machine)
    if event.actor.kind is ActorKind.END_USER:
        yield from _words(TermField.END_USER, event.actor.name)
        for address in networks_of(event.actor.address or "")[:1]:
            yield Term(TermField.END_USER, address)


def _addresses(event: AuditEvent) -> Iterator[Term]:
    for network in networks_of(event.actor.address or ""):
        yield Term(TermField.ADDRESS, network)


def _files(event: AuditEvent) -> Iterator[Term]:
    yield from _words(TermField.FILE, event.details.get("file_name"))
    if isinstance(digest := event.details.get("sha256"), str):
        yield Term(TermField.FILE, digest, personal=False)


def _words(field: TermField, value: DetailValue) -> Iterator[Term]:
    if isinstance(value, str):
        for word in words_of(value)[:MOST_WORDS]:
            yield Term(field, word)
