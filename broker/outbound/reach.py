"""Whether servers that an admin has named can be reached from here, and until when their
certificates are good: STUN binding requests (RFC 8489) by UDP, TCP and TLS.
"""

import asyncio
import secrets
import socket
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast
from urllib.parse import parse_qs, urlsplit

from cryptography import x509

from broker.findings import CertificateFacts, Reach, ServerFacts

WITHIN_S: Final = 4.0
"""From the name's look-up to the answer; whoever looks at the page waits for it."""
AGAIN_S: Final = (0.5, 1.0)
"""UDP loses packets: the request goes out again after these (RFC 8489, 6.2.1)."""

_HEAD_BYTES: Final = 20
_COOKIE: Final = 0x2112A442
_BINDING: Final = 0x0001
_ANSWERS: Final = (0x0101, 0x0111)
"""Success and error: a server that refuses is there."""
_PORTS: Final = {"stun": 3478, "turn": 3478, "stuns": 5349, "turns": 5349}


async def ask_server(url: str, tls: ssl.SSLContext) -> ServerFacts:
    """Send a binding request the way the URL of a STUN or TURN server says (RFC 7064, 7065)."""
    scheme, _, rest = url.partition(":")
    parts = urlsplit(f"//{rest}")
    host, port = parts.hostname or "", parts.port or _PORTS[scheme]
    secure = scheme.endswith("s")
    by_tcp = secure or parse_qs(parts.query).get("transport") == ["tcp"]
    began = time.monotonic()
    facts = ServerFacts(url, Reach.REACHED)
    try:
        async with asyncio.timeout(WITHIN_S):
            if by_tcp:
                ends_at = await _by_stream(host, port, tls if secure else None)
                facts = replace(facts, certificate_ends_at=ends_at)
            else:
                await _by_udp(host, port)
    except (OSError, ValueError, EOFError) as error:
        return replace(facts, reach=reach_of(error))
    return replace(facts, ms=round((time.monotonic() - began) * 1000))


def reach_of(error: Exception) -> Reach:
    """Say what an attempt's failure means."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Reach.UNTRUSTED
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return Reach.UNKNOWN
    if isinstance(error, (ssl.SSLError, ValueError, EOFError)):
        return Reach.ODD
    return Reach.SILENT


def certificate_of_file(path: Path, name: str) -> CertificateFacts:
    """Read until when the certificate in a file is good."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return CertificateFacts(name, Reach.ODD)
    return CertificateFacts(name, Reach.REACHED, certificate.not_valid_after_utc)


async def certificate_of_host(host: str, port: int, tls: ssl.SSLContext) -> CertificateFacts:
    """See which certificate a host shows, such as a proxy's in front of the broker."""
    try:
        async with asyncio.timeout(WITHIN_S):
            _, writer = await asyncio.open_connection(host, port, ssl=tls)
            ends_at = _end_of(writer)
            writer.close()
    except (OSError, ValueError, EOFError) as error:
        return CertificateFacts(host, reach_of(error))
    return CertificateFacts(host, Reach.REACHED, ends_at)


def _request() -> bytes:
    head = _BINDING.to_bytes(2) + (0).to_bytes(2) + _COOKIE.to_bytes(4)
    return head + secrets.token_bytes(12)


def _is_answer(data: bytes, request: bytes) -> bool:
    return (
        len(data) >= _HEAD_BYTES
        and int.from_bytes(data[:2]) in _ANSWERS
        and data[4:_HEAD_BYTES] == request[4:]
    )


async def _by_stream(host: str, port: int, tls: ssl.SSLContext | None) -> datetime | None:
    reader, writer = await asyncio.open_connection(host, port, ssl=tls)
    try:
        request = _request()
        writer.write(request)
        if not _is_answer(await reader.readexactly(_HEAD_BYTES), request):
            raise ValueError("this is no STUN")
        return _end_of(writer) if tls else None
    finally:
        writer.close()


def _end_of(writer: asyncio.StreamWriter) -> datetime | None:
    seen = cast("ssl.SSLObject", writer.get_extra_info("ssl_object")).getpeercert()
    ends = (seen or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), UTC) if ends else None


async def _by_udp(host: str, port: int) -> None:
    request, loop = _request(), asyncio.get_running_loop()
    asked = _Asked(request)
    transport, _ = await loop.create_datagram_endpoint(lambda: asked, remote_addr=(host, port))
    try:
        for rest_s in (*AGAIN_S, WITHIN_S):
            transport.sendto(request)
            answered, _ = await asyncio.wait({asked.answered}, timeout=rest_s)
            if answered:
                return asked.answered.result()
        raise TimeoutError
    finally:
        transport.close()


class _Asked(asyncio.DatagramProtocol):
    """Waits for the answer; other packets are not for us."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - as given
        if _is_answer(data, self._request) and not self.answered.done():
            self.answered.set_result(None)

    def error_received(self, exc: Exception) -> None:
        """Take an ICMP error for the answer: nobody listens there."""
        if not self.answered.done():
            self.answered.set_exception(exc)
