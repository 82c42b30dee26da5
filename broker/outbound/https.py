"""Posts to one URL: to the address that was checked, without redirects, within a time."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from socket import AF_INET, AF_INET6, AddressFamily
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from broker.errors import DeliveryFailed, Misconfigured
from broker.outbound.addresses import Network, resolve

TIMEOUT_S: Final = 15.0
"""From looking the host up to the last byte of its answer's head."""

_PORTS: Final = {"http": 80, "https": 443}


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Trust whom the system does, and who is in `ca_file`. Misconfigured when that is no such."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # an SSLError is one
            problem = error.strerror or "it holds no certificate (PEM)"
            raise Misconfigured(f"outbound_ca_file {ca_file} cannot be used: {problem}.") from error
    return context


@dataclass(frozen=True, slots=True)
class Post:
    """One URL and the way to it."""

    url: str
    allowed: tuple[Network, ...]
    tls: ssl.SSLContext
    timeout_s: float = TIMEOUT_S

    @property
    def host(self) -> str:
        """Whom it reaches; a path may hold a secret, so it is never shown."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    async def send(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Post a body of JSON. DeliveryFailed, saying what to do, unless it was taken (2xx)."""
        try:
            status = await self._status(body, headers)
        except TimeoutError as error:
            problem = f"{self.host} did not answer within {self.timeout_s:g} s: look whether it"
            raise DeliveryFailed(f"{problem} is overloaded, or a firewall drops this.") from error
        except (aiohttp.ClientSSLError, ssl.SSLError) as error:
            problem = f"The certificate of {self.host} is not trusted: renew it, or name its"
            raise DeliveryFailed(f"{problem} authority in outbound_ca_file.") from error
        except (aiohttp.ClientError, OSError) as error:
            problem = f"{self.host} cannot be reached: look whether it runs, and at firewalls."
            raise DeliveryFailed(problem) from error
        _check(status, self.host)

    async def _status(self, body: bytes, headers: Mapping[str, str]) -> int:
        timeout = aiohttp.ClientTimeout(total=self.timeout_s)
        sent = {"Content-Type": "application/json", "User-Agent": "Handrail", **headers}
        connector = aiohttp.TCPConnector(
            resolver=await self._pinned(), ssl=self.tls, force_close=True, use_dns_cache=False
        )
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.post(self.url, data=body, headers=sent, allow_redirects=False) as response,
        ):
            return response.status

    async def _pinned(self) -> "_Pinned":
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        addresses = await resolve(host, port, self.allowed)
        if parts.scheme == "http" and not all(ip_address(one).is_loopback for one in addresses):
            raise DeliveryFailed(f"{host} is another machine: it has to be reached by https.")
        return _Pinned(addresses)


class _Pinned(AbstractResolver):
    """Answers with what was found and checked, whatever the name says now."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self._addresses = addresses

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: AddressFamily = AF_INET,  # noqa: ARG002 - the signature is given
    ) -> list[ResolveResult]:
        """Give every address, of either family."""
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=AF_INET6 if ":" in address else AF_INET,
                proto=0,
                flags=0,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


def _check(status: int, host: str) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        problem = f"{host} points elsewhere ({status}), which is not followed: set the final URL."
        raise DeliveryFailed(problem)
    if status == 413:
        raise DeliveryFailed(f"{host} takes no body as large as this (413).", too_large=True)
    problem = f"{host} answered {status}: look at its own log for why it took nothing."
    raise DeliveryFailed(problem)
