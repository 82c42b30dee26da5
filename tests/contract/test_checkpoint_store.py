"""What every CheckpointStore promises."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import DBAPIError

from broker.audit.chain import GENESIS_HASH
from broker.audit.checkpoint import sign
from broker.storage.audit_log import SqlAuditLog
from broker.storage.checkpoints import SqlCheckpointStore
from broker.storage.database import Database
from tests.builders import NOW, an_event
from tests.contract.tampering import execute

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


async def test_the_head_of_a_log_and_its_past_are_told(
    database: Database, audit_log: SqlAuditLog
) -> None:
    store = SqlCheckpointStore(database)
    assert await store.head() == (0, GENESIS_HASH)
    await audit_log.append(an_event())
    await audit_log.append(an_event())
    first, second = [sealed async for sealed in audit_log.everything()]
    assert await store.head() == (2, second.hash)
    assert [await store.hash_at(records) for records in (1, 2, 3)] == [
        first.hash,
        second.hash,
        None,
    ]


async def test_checkpoints_only_grow(database: Database) -> None:
    store = SqlCheckpointStore(database)
    checkpoints = [sign(records, "0" * 64, NOW, KEY) for records in (1, 2)]
    for checkpoint in (*checkpoints, *checkpoints):
        await store.keep(checkpoint)
    assert await store.all() == tuple(checkpoints)
    for statement in (
        "UPDATE audit_checkpoints SET hash = 'x'",
        "DELETE FROM audit_checkpoints",
        "INSERT INTO audit_checkpoints SELECT * FROM audit_checkpoints WHERE records = 1",
    ):
        with pytest.raises(DBAPIError):
            await execute(database, statement)
    assert await store.all() == tuple(checkpoints)
