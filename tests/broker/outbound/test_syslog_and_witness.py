"""The log by syslog over TLS, and its checkpoints at a witness, against real receivers."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.checkpoint import checkpoint_from_json, is_signed_by, sign
from broker.audit.formats import cef_line
from broker.audit.syslog import syslog_frame
from broker.outbound.https import Post, trusting
from broker.outbound.syslog import TlsSyslog
from broker.outbound.webhook import Witness
from broker.service.feeds import LOOK_S, CheckpointSource, Feed, RecordSource
from broker.storage.audit_log import SqlAuditLog
from broker.storage.checkpoints import SqlCheckpointStore
from broker.storage.database import Database
from broker.storage.feeds import SqlFeedStore
from tests.builders import NOW, SetClock, an_event
from tests.conftest import PutDatabase
from tests.rig.receiver import answers, receiving
from tests.rig.secure import write_certificate

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
LOOPBACK = (ip_network("127.0.0.0/8"),)


@dataclass
class Collector:
    """A syslog receiver: counts octets, as RFC 5425 has it."""

    port: int = 0
    frames: list[str] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while length := await reader.readuntil(b" ") if not reader.at_eof() else b"":
            self.frames.append((await reader.readexactly(int(length))).decode())
            self.came.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.take(reader, writer)
        except asyncio.IncompleteReadError:
            writer.close()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.frames) < count:
                self.came.clear()
                await self.came.wait()


@pytest.fixture
async def database(tmp_path: Path, put_database: PutDatabase) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{put_database(tmp_path)}")
    yield database
    await database.close()


@pytest.fixture
async def collector(tmp_path: Path) -> AsyncIterator[Collector]:
    write_certificate(tmp_path, "collector")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    collector = Collector()
    server = await asyncio.start_server(collector.serve, "127.0.0.1", 0, ssl=tls)
    collector.port = server.sockets[0].getsockname()[1]
    yield collector
    server.close()
    await server.wait_closed()


def syslog_feed(database: Database, port: int, tls: ssl.SSLContext) -> Feed:
    store = SqlFeedStore(database)
    source = RecordSource(store, partial(syslog_frame, host="support.example.org"))
    return Feed(store, source, TlsSyslog("127.0.0.1", port, LOOPBACK, tls), SetClock())


async def test_every_record_is_a_frame_with_cef(
    database: Database, collector: Collector, tmp_path: Path
) -> None:
    log = SqlAuditLog(database)
    await log.append(an_event("session.created", ticket_id="T-1"))
    await log.append(an_event("session.joined", outcome="refused"))
    feed = syslog_feed(database, collector.port, trusting(tmp_path / "cert.pem"))
    assert [await feed.look(), await feed.look()] == [0.0, LOOK_S]
    await collector.until(2)
    records = [record async for record in log.everything()]
    for frame, record in zip(collector.frames, records, strict=True):
        head, cef = frame.split(" CEF:0")
        moment = NOW.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        priority = {"session.created": 110, "session.joined": 108}[record.event.action]
        name = record.event.action
        assert head == f"<{priority}>1 {moment} support.example.org handrail - {name} -"
        assert f"CEF:0{cef}\n" == cef_line(record, None)
    assert (await feed.view()).delivered == 2


async def test_a_stranger_gets_no_frame_and_what_waits_comes_later(
    database: Database, collector: Collector, tmp_path: Path
) -> None:
    await SqlAuditLog(database).append(an_event())
    stranger = syslog_feed(database, collector.port, ssl.create_default_context())
    assert await stranger.look() == 1.0
    assert "outbound_ca_file" in ((await stranger.view()).problem or "")
    absent = syslog_feed(database, 1, trusting(tmp_path / "cert.pem"))
    assert await absent.look() == 1.0
    assert "cannot be reached" in ((await absent.view()).problem or "")
    assert collector.frames == []
    await syslog_feed(database, collector.port, trusting(tmp_path / "cert.pem")).look()
    await collector.until(1)


async def test_a_witness_gets_every_checkpoint_as_it_was_signed(
    database: Database, tmp_path: Path
) -> None:
    store, kept = SqlFeedStore(database), [sign(n, "0" * 64, NOW, KEY) for n in (3, 7)]
    for checkpoint in kept:
        await SqlCheckpointStore(database).keep(checkpoint)
    async with receiving(tmp_path) as receiver:
        receiver.next = [answers(503)]
        post = Post(receiver.url, LOOPBACK, trusting(receiver.ca_file))
        feed = Feed(store, CheckpointSource(store), Witness(post), SetClock())
        assert await feed.look() == 1.0
        assert (await feed.view()).behind == 7
        assert [await feed.look() for _ in range(3)] == [0.0, 0.0, LOOK_S]
        told = [checkpoint_from_json(json.loads(body)) for body in receiver.taken]
    assert told == kept
    assert all(is_signed_by(one, KEY.public_key()) for one in told)
    view = await feed.view()
    assert (view.kind, view.delivered, view.behind, view.problem) == ("witness", 7, 0, None)
