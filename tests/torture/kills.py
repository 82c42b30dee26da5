"""Writers that are killed in the middle of their work, one after the other, on one log.

A writer is forked, not started: a kill costs milliseconds. So the caller must run no threads and no
event loop of its own while `run` does its work.
"""

import asyncio
import os
import random
import signal
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.checkpoint import sign
from broker.audit.verification import Verification, forgery_among
from broker.session.records import CREATED
from broker.storage.audit_log import SqlAuditLog
from broker.storage.checkpoints import JsonLinesCheckpoints, SqlCheckpointStore
from broker.storage.database import Database
from broker.storage.sessions import SqlSessionStore
from tests.builders import NOW, a_session, an_event, its_creation

KEY: Final = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
APPENDED: Final = "torture.appended"
MOST_MS: Final = 150.0
"""A writer lives for so many milliseconds at most after its first acknowledgement."""
EVERY: Final = 4
"""So many records and a checkpoint follow one another."""

_NUMBER: Final = struct.Struct("<Q")
_PER_KILL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Survived:
    """What was found after the last kill."""

    kills: int
    acknowledged: int
    records: int
    checkpoints: int


def run(url: str, checkpoints: Path, kills: int, seed: int = 1) -> Survived:
    """Kill so many writers, then look at the log. AssertionError when anything is not there."""
    chance = random.Random(seed)
    acknowledged: list[int] = []
    for kill in range(kills):
        acknowledged += _one(url, checkpoints, kill, chance.uniform(0, MOST_MS) / 1000)
    return asyncio.run(_look(url, checkpoints, kills, acknowledged))


def _one(url: str, checkpoints: Path, kill: int, life_s: float) -> list[int]:
    """Start a writer, kill it, and give what it was told is stored."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _write(url, checkpoints, kill * _PER_KILL, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        first = told.read(_NUMBER.size)
        time.sleep(life_s)  # at a moment that nothing of the writer's decides
        os.kill(child, signal.SIGKILL)
        rest = told.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"writer {kill} ended by itself: its log cannot be written"
    return [number for (number,) in _NUMBER.iter_unpack(first + rest)]


def _write(url: str, checkpoints: Path, number: int, told: int) -> NoReturn:
    try:
        asyncio.run(_write_on(url, checkpoints, number, told))
    finally:
        os._exit(1)


async def _write_on(url: str, path: Path, number: int, told: int) -> None:
    database = Database(url)
    audit_log, sessions = SqlAuditLog(database), SqlSessionStore(database)
    store, file = SqlCheckpointStore(database), JsonLinesCheckpoints(path)
    while True:
        number += 1
        if number % 2:
            await audit_log.append(an_event(APPENDED, details={"version": number}))
        else:
            session = a_session(number)
            await sessions.create(session, its_creation(session))
        os.write(told, _NUMBER.pack(number))
        if number % EVERY == 0:
            checkpoint = sign(*await store.head(), NOW, KEY)
            file.append(checkpoint)
            await store.keep(checkpoint)


async def _look(url: str, path: Path, kills: int, acknowledged: list[int]) -> Survived:
    database = Database(url)
    kept = JsonLinesCheckpoints(path).all() + await SqlCheckpointStore(database).all()
    assert forgery_among(kept, KEY.public_key()) is None
    verification, found = Verification(kept), set[int]()
    audit_log, sessions = SqlAuditLog(database), SqlSessionStore(database)
    async for sealed in audit_log.everything():
        assert verification.take(sealed), verification.verdict().flaw
        event = sealed.event
        if event.action == APPENDED:
            found.add(int(str(event.details["version"])))
        elif event.action == CREATED and event.session_id is not None:
            found.add(int(event.session_id.removeprefix("ses_"), 16))
            assert await sessions.get(event.session_id) is not None, event.session_id
    assert verification.verdict().flaw is None, verification.verdict().flaw
    assert await audit_log.sessions_without_creation() == ()
    missing = [number for number in acknowledged if number not in found]
    assert not missing, f"{len(missing)} acknowledged records are gone, first {missing[0]}"
    await database.close()
    records = verification.verdict().records
    return Survived(kills, len(acknowledged), records, verification.checkpoints_met)
