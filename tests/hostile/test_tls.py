"""The broker's own TLS, with certificates made here: the first, its renewal, and half a renewal."""

import asyncio
import signal
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from broker.errors import Misconfigured
from broker.web.tls import Certificate
from tests.rig.secure import SecureBroker, tls_settings, write_certificate
from tests.rig.stack import free_port


async def shown_by(port: int, version: ssl.TLSVersion | None = None) -> str:
    """Open a connection and give the common name of the certificate that is shown."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if version is not None:
        context.minimum_version = context.maximum_version = version
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    names = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value)


@asynccontextmanager
async def secure_broker(folder: Path) -> AsyncIterator[SecureBroker]:
    broker = SecureBroker(folder, free_port(), tls_settings(folder))
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


async def until_shown(port: int, name: str, timeout_s: float) -> None:
    async with asyncio.timeout(timeout_s):
        while await shown_by(port) != name:
            await asyncio.sleep(0.1)


async def test_a_renewed_certificate_is_shown_after_sighup_and_without_it(tmp_path: Path) -> None:
    write_certificate(tmp_path, "the first")
    async with secure_broker(tmp_path) as broker, aiohttp.ClientSession() as http:
        assert await shown_by(broker.port) == "the first"
        async with http.ws_connect(f"{broker.url}/api/v1/ws/client", ssl=False) as standing:
            write_certificate(tmp_path, "the second")
            assert broker.process is not None
            broker.process.send_signal(signal.SIGHUP)
            await until_shown(broker.port, "the second", 3)
            await standing.send_str("nonsense")  # the socket of the first certificate lives
            assert (await standing.receive_json())["code"] == "invalid_message"
        write_certificate(tmp_path, "the third", key_too=False)
        broker.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(15):
            while "tls.not_reloaded" not in broker.log.read_text():
                await asyncio.sleep(0.05)
        assert await shown_by(broker.port) == "the second"
        write_certificate(tmp_path, "the fourth")
        await until_shown(broker.port, "the fourth", 15)  # by itself


async def test_old_versions_of_tls_are_not_spoken_and_plain_http_is_not_answered(
    tmp_path: Path,
) -> None:
    write_certificate(tmp_path, "ours")
    async with secure_broker(tmp_path) as broker:
        with pytest.warns(DeprecationWarning), pytest.raises((ssl.SSLError, ConnectionError)):
            await shown_by(broker.port, ssl.TLSVersion.TLSv1_1)
        assert await shown_by(broker.port, ssl.TLSVersion.TLSv1_2) == "ours"
        with socket.create_connection(("127.0.0.1", broker.port)) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            plain.settimeout(15)
            assert not plain.recv(100).startswith(b"HTTP")
        async with aiohttp.ClientSession() as http, http.get(broker.url, ssl=False) as answer:
            assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_files_that_do_not_fit_are_told_at_the_start(tmp_path: Path) -> None:
    write_certificate(tmp_path, "one")
    write_certificate(tmp_path, "another", key_too=False)
    with pytest.raises(Misconfigured, match="cannot be used for TLS"):
        Certificate(tmp_path / "cert.pem", tmp_path / "key.pem")
    with pytest.raises(Misconfigured, match="No such file"):
        Certificate(tmp_path / "nothing.pem", tmp_path / "key.pem")
