"""The live feed against a real HTTPS receiver that fails, hangs, redirects, or is a stranger."""

import asyncio
import base64
import hmac
import json
import ssl
from collections.abc import AsyncIterator
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from broker.audit.chain import verify
from broker.audit.export import record_from_json
from broker.compose_feeds import record_as_json
from broker.errors import Misconfigured
from broker.outbound.https import Post, trusting
from broker.outbound.webhook import Webhook, signed
from broker.service.feeds import LONGEST_REST_S, LOOK_S, Feed, Feeds, RecordSource
from broker.storage.audit_log import SqlAuditLog
from broker.storage.database import Database
from broker.storage.feeds import SqlFeedStore
from tests.builders import SetClock, an_event
from tests.conftest import PutDatabase
from tests.rig.receiver import Behaviour, Receiver, answers, hangs, receiving

SECRET = b"s" * 32
LOOPBACK = (ip_network("127.0.0.0/8"),)


class Desk:
    """A log in a database, a receiver, and the feed between them."""

    def __init__(self, database: Database, receiver: Receiver) -> None:
        self.log, self.store = SqlAuditLog(database), SqlFeedStore(database)
        self.receiver, self.clock = receiver, SetClock()
        self.tls = trusting(receiver.ca_file)

    def feed(self, *, timeout_s: float = 15) -> Feed:
        """Start a broker's feed."""
        post = Post(self.receiver.url, LOOPBACK, self.tls, timeout_s)
        source = RecordSource(self.store, record_as_json)
        return Feed(self.store, source, Webhook(post, [SECRET]), self.clock)

    async def append(self, count: int) -> None:
        for number in range(count):
            await self.log.append(an_event("test.happened", details={"characters": number}))

    @property
    def sequences(self) -> list[int]:
        return [record["sequence"] for record in self.receiver.records]


@pytest.fixture
async def desk(tmp_path: Path, put_database: PutDatabase) -> AsyncIterator[Desk]:
    database = Database(f"sqlite:///{put_database(tmp_path)}")
    async with receiving(tmp_path) as receiver:
        yield Desk(database, receiver)
    await database.close()


async def test_every_record_comes_once_in_order_as_an_export_has_it(desk: Desk) -> None:
    await desk.append(103)
    feed = desk.feed()
    assert [await feed.look() for _ in range(3)] == [0.0, 0.0, LOOK_S]
    assert desk.sequences == list(range(1, 104))
    kept = [record_from_json(record) for record in desk.receiver.records]
    verdict = verify(kept)
    assert (verdict.records, verdict.flaw) == (103, None)
    assert [json.loads(body)["data"]["last"] for body in desk.receiver.bodies] == [100, 103]
    view = await feed.view()
    assert (view.kind, view.delivered, view.behind, view.problem) == ("webhook", 103, 0, None)
    assert view.target == desk.receiver.url.split("/")[2], "the path may hold a secret"


async def test_a_body_is_signed_as_standard_webhooks_has_it(desk: Desk) -> None:
    await desk.append(1)
    await desk.feed().look()
    [body], [headers] = desk.receiver.bodies, desk.receiver.headers
    assert headers["webhook-id"] == "audit_1_1"
    assert headers["webhook-timestamp"] == str(int(desk.clock.now().timestamp()))
    content = f"audit_1_1.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(SECRET, content, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_the_signature_is_the_one_that_the_specification_gives_as_its_example() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    moment = datetime.fromtimestamp(1614265330).astimezone()
    headers = signed(
        [secret, SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", moment, b'{"test": 2432232314}'
    )
    first, second = headers["webhook-signature"].split(" ")
    assert first == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert second.startswith("v1,")


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (answers(500), "answered 500"),
        (answers(401), "answered 401"),
        (answers(307, Location="https://127.0.0.1:1/"), "final URL"),
        (hangs, "did not answer"),
    ],
)
async def test_what_was_not_taken_is_told_and_comes_again_under_the_same_id(
    desk: Desk, behaviour: Behaviour, told: str
) -> None:
    await desk.append(2)
    feed = desk.feed(timeout_s=0.5)
    desk.receiver.next = [behaviour, behaviour]
    assert [await feed.look(), await feed.look()] == [1.0, 2.0]
    view = await feed.view()
    assert told in (view.problem or "")
    assert (view.delivered, view.behind, view.failing_since) == (0, 2, desk.clock.now())
    await desk.append(1)
    assert await feed.look() == 0.0
    assert (await feed.view()).problem is None
    assert len({headers["webhook-id"] for headers in desk.receiver.headers}) == 1
    await feed.look()
    assert desk.sequences == [1, 2, 3]


async def test_a_receiver_that_stays_away_is_asked_ever_less_often(desk: Desk) -> None:
    await desk.append(1)
    feed = desk.feed()
    desk.receiver.next = [answers(503)] * 12
    rests = [await feed.look() for _ in range(12)]
    assert rests[:4] == [1.0, 2.0, 4.0, 8.0]
    assert rests[-1] == LONGEST_REST_S


async def test_a_batch_that_is_too_large_comes_in_smaller_ones(desk: Desk) -> None:
    await desk.append(8)
    feed = desk.feed()
    desk.receiver.next = [answers(413)]
    assert await feed.look() == 1.0
    assert [await feed.look() for _ in range(3)] == [0.0, 0.0, LOOK_S]
    assert desk.sequences == list(range(1, 9))


async def test_a_broker_that_is_ended_while_it_sends_sends_that_again(desk: Desk) -> None:
    await desk.append(3)
    desk.receiver.next = [hangs]
    sending = asyncio.create_task(desk.feed().look())
    await desk.receiver.until(lambda: len(desk.receiver.bodies) == 1)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await desk.feed().look()
    assert desk.sequences == [1, 2, 3]


async def test_two_brokers_on_one_log_leave_no_gap(desk: Desk) -> None:
    await desk.append(150)
    one, other = desk.feed(), desk.feed()
    for _ in range(3):
        await asyncio.gather(one.look(), other.look())
    highest = 0
    for sequence in desk.sequences:
        assert sequence <= highest + 1
        highest = max(highest, sequence)
    assert highest == 150
    assert (await desk.store.mark("webhook")).position == 150


async def test_a_stranger_s_certificate_is_refused_before_anything_is_sent(desk: Desk) -> None:
    await desk.append(1)
    desk.tls = ssl.create_default_context()
    feed = desk.feed()
    await feed.look()
    assert "outbound_ca_file" in ((await feed.view()).problem or "")
    assert desk.receiver.bodies == []


async def test_a_receiver_that_is_not_there_is_told(desk: Desk) -> None:
    await desk.append(1)
    desk.receiver.url = "https://127.0.0.1:1/"
    feed = desk.feed()
    await feed.look()
    assert "cannot be reached" in ((await feed.view()).problem or "")


async def test_a_name_that_leads_inside_is_not_followed(desk: Desk) -> None:
    await desk.append(1)
    post = Post(desk.receiver.url.replace("127.0.0.1", "localhost"), (), desk.tls)
    feed = Feed(
        desk.store, RecordSource(desk.store, record_as_json), Webhook(post, [SECRET]), desk.clock
    )
    await feed.look()
    assert "is not public" in ((await feed.view()).problem or "")
    assert desk.receiver.bodies == []


def test_a_ca_file_that_is_none_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="No such file"):
        trusting(tmp_path / "absent.pem")
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(Misconfigured, match="outbound_ca_file"):
        trusting(tmp_path / "empty.pem")


async def test_whom_the_log_is_sent_to_is_on_the_log_when_it_changes(desk: Desk) -> None:
    feeds, nothing = Feeds([desk.feed()]), Feeds([])

    async def start(which: Feeds, fingerprint: str) -> list[object]:
        await which.note_change(desk.store, desk.log, fingerprint, desk.clock.now())
        records = await desk.log.newest(limit=9)
        return [one.event.details["feeds"] for one in records if one.event.action == "feed.changed"]

    assert await start(nothing, "none") == []
    (webhook,) = (await start(feeds, "one"))[0]
    assert webhook.startswith("webhook 127.0.0.1:")
    assert await start(feeds, "one") == [(webhook,)]
    assert await start(feeds, "another secret") == [(webhook,)] * 2
    assert await start(nothing, "none") == [(webhook,), (webhook,), ()]
