"""What every FeedStore promises: marks that no two brokers move at once, and what comes next."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.checkpoint import sign
from broker.feed_ports import FeedMark
from broker.storage.audit_log import SqlAuditLog
from broker.storage.checkpoints import SqlCheckpointStore
from broker.storage.database import Database
from broker.storage.feeds import SqlFeedStore
from tests.builders import NOW, an_event

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


async def test_a_mark_moves_only_from_where_it_is(
    database: Database, other_database: Database
) -> None:
    store, other = SqlFeedStore(database), SqlFeedStore(other_database)
    later = NOW + timedelta(seconds=1)
    assert await store.mark("webhook") == FeedMark(0, None)
    assert not await store.move("webhook", 5, 6, NOW)
    assert await store.move("webhook", 0, 3, NOW)
    assert not await other.move("webhook", 0, 2, later)
    assert await other.mark("webhook") == FeedMark(3, NOW)
    assert await other.move("webhook", 3, 7, later)
    assert not await store.move("webhook", 3, 5, NOW)
    assert await store.mark("webhook") == FeedMark(7, later)
    assert await store.mark("syslog") == FeedMark(0, None)


async def test_records_come_in_order_after_a_position(
    database: Database, audit_log: SqlAuditLog
) -> None:
    store = SqlFeedStore(database)
    assert await store.last_record() == 0
    for number in range(5):
        await audit_log.append(an_event(f"test.number_{number}"))
    found = await store.records_after(1, 3)
    assert [(one.sequence, one.event.action, note) for one, note in found] == [
        (2, "test.number_1", None),
        (3, "test.number_2", None),
        (4, "test.number_3", None),
    ]
    assert await store.records_after(5, 3) == ()
    assert await store.last_record() == 5


async def test_checkpoints_come_in_order_after_a_number_of_records(database: Database) -> None:
    store, checkpoints = SqlFeedStore(database), SqlCheckpointStore(database)
    assert await store.last_checkpoint() == 0
    kept = [sign(records, "0" * 64, NOW, KEY) for records in (4, 9, 11)]
    for checkpoint in kept:
        await checkpoints.keep(checkpoint)
    assert await store.checkpoints_after(0, 2) == tuple(kept[:2])
    assert await store.checkpoints_after(9, 2) == (kept[2],)
    assert await store.last_checkpoint() == 11
