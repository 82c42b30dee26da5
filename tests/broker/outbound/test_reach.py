"""Servers that answer, hang up, are silent, or show a certificate."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from broker.findings import Reach
from broker.outbound import reach
from broker.outbound.reach import ask_server, certificate_of_file, certificate_of_host
from tests.client.fake_stun import by_tcp, by_udp, refuses_with, says_nothing, says_yes
from tests.rig.secure import write_certificate

PLAIN = ssl.create_default_context()


@asynccontextmanager
async def tls_server(folder: Path) -> AsyncIterator[tuple[int, Path]]:
    """Answer binding requests by TLS, with a certificate of our own for 127.0.0.1."""
    write_certificate(folder, "turn")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.read(20)
        writer.write(b"\x01\x01\x00\x00" + request[4:])
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], certificate


async def test_a_server_answers_by_udp_and_by_tcp_whatever_it_says() -> None:
    async with by_udp(says_yes) as (port, _):
        facts = await ask_server(f"stun:127.0.0.1:{port}", PLAIN)
        assert (facts.reach, facts.certificate_ends_at) == (Reach.REACHED, None)
    async with by_tcp(refuses_with(401)) as port:
        facts = await ask_server(f"turn:127.0.0.1:{port}?transport=tcp", PLAIN)
        assert facts.reach is Reach.REACHED


async def test_a_server_shows_by_tls_until_when_its_certificate_is_good(tmp_path: Path) -> None:
    async with tls_server(tmp_path) as (port, certificate):
        url = f"turns:127.0.0.1:{port}?transport=tcp"
        assert (await ask_server(url, PLAIN)).reach is Reach.UNTRUSTED
        assert (await certificate_of_host("127.0.0.1", port, PLAIN)).reach is Reach.UNTRUSTED
        trusting = ssl.create_default_context(cafile=certificate)
        facts = await ask_server(url, trusting)
        of_file = certificate_of_file(certificate, "x")
        assert facts.reach is Reach.REACHED
        assert facts.certificate_ends_at == of_file.ends_at is not None
        of_host = await certificate_of_host("127.0.0.1", port, trusting)
        assert of_host.ends_at == of_file.ends_at


async def test_what_is_wrong_is_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reach, "WITHIN_S", 0.05)
    async with by_udp(says_nothing) as (port, _):
        assert (await ask_server(f"stun:127.0.0.1:{port}", PLAIN)).reach is Reach.SILENT
    assert (await ask_server(f"stun:127.0.0.1:{port}", PLAIN)).reach is Reach.SILENT
    monkeypatch.setattr(reach, "WITHIN_S", 4.0)
    async with by_tcp(None) as port:
        odd = await ask_server(f"turn:127.0.0.1:{port}?transport=tcp", PLAIN)
        assert odd.reach is Reach.ODD
    assert (await ask_server("stun:nowhere.invalid", PLAIN)).reach is Reach.UNKNOWN
    (tmp_path / "none.pem").write_text("no certificate")
    assert certificate_of_file(tmp_path / "none.pem", "x").reach is Reach.ODD
