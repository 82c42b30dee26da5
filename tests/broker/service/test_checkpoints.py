"""When checkpoints are signed, what if they cannot be kept, and what they catch at the start."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.checkpoint import Checkpoint, checkpoint_json, sign
from broker.errors import Misconfigured
from broker.service.checkpoints import AGE, RECORDS, Checkpoints
from broker.storage.checkpoints import TAIL_BYTES, JsonLinesCheckpoints
from tests.builders import NOW, SetClock

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


class Log:
    """A log that is only its hashes."""

    def __init__(self) -> None:
        self.records = 0
        self.kept: list[Checkpoint] = []

    async def head(self) -> tuple[int, str]:
        return self.records, f"hash {self.records}"

    async def hash_at(self, records: int) -> str | None:
        return f"hash {records}" if records <= self.records else None

    async def keep(self, checkpoint: Checkpoint) -> None:
        self.kept.append(checkpoint)

    async def all(self) -> tuple[Checkpoint, ...]:
        return tuple(self.kept)


class Desk:
    """A log, a file, a clock, and the broker's checkpoints."""

    def __init__(self, folder: Path) -> None:
        self.log, self.clock = Log(), SetClock()
        self.file = JsonLinesCheckpoints(folder / "checkpoints.jsonl")
        self.path = folder / "checkpoints.jsonl"
        self.checkpoints = self.started()

    def started(self) -> Checkpoints:
        return Checkpoints(self.log, self.file, self.clock, partial(sign, key=KEY))

    async def look(self, *, after: timedelta = timedelta(0)) -> list[int]:
        self.clock.advance(seconds=after.total_seconds())
        await self.checkpoints.look()
        return [checkpoint.records for checkpoint in self.file.all()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_log_that_stands_still_is_signed_once(desk: Desk) -> None:
    assert await desk.look() == []
    desk.log.records = 3
    assert await desk.look() == []
    assert await desk.look(after=AGE) == [3]
    assert await desk.look(after=AGE) == [3]
    assert desk.log.kept == list(desk.file.all())


async def test_many_records_are_signed_at_once(desk: Desk) -> None:
    desk.log.records = RECORDS - 1
    assert await desk.look() == []
    desk.log.records = RECORDS
    assert await desk.look() == [RECORDS]


async def test_the_age_counts_from_the_first_record_that_waits(desk: Desk) -> None:
    desk.log.records = 1
    await desk.look(after=AGE)
    await desk.look(after=AGE * 5)
    desk.log.records = 2
    assert await desk.look() == [1]
    assert await desk.look(after=AGE) == [1, 2]


async def test_what_cannot_be_kept_is_said_and_tried_again(desk: Desk) -> None:
    desk.path.mkdir()
    desk.log.records = RECORDS
    await desk.checkpoints.look()
    assert "cannot be used" in (desk.checkpoints.problem or "")
    desk.path.rmdir()
    assert await desk.look() == [RECORDS]
    assert desk.checkpoints.problem is None


async def test_a_broker_that_stops_signs_what_is_left(desk: Desk) -> None:
    async with desk.checkpoints.running():
        desk.log.records = 2
    assert [checkpoint.records for checkpoint in desk.file.all()] == [2]


async def shortened(desk: Desk) -> None:
    desk.log.records = 3


async def written_anew(desk: Desk) -> None:
    [kept] = desk.file.all()
    desk.path.unlink()
    desk.file.append(replace(kept, hash="another hash"))


@pytest.mark.parametrize("change", [shortened, written_anew])
async def test_a_broker_does_not_start_on_another_log(
    desk: Desk, change: Callable[[Desk], Awaitable[None]]
) -> None:
    desk.log.records = RECORDS
    await desk.look()
    await desk.started().check()
    await change(desk)
    with pytest.raises(Misconfigured, match="audit restored"):
        await desk.started().check()
    aside = Path(desk.file.put_aside())
    assert aside.exists()
    await desk.started().check()


def test_a_line_that_a_crash_cut_costs_no_other(desk: Desk) -> None:
    one, two = sign(1, "1", NOW, KEY), sign(2, "2", NOW, KEY)
    desk.file.append(one)
    with desk.path.open("a") as file:
        file.write('{"records": 7, "ha')
    assert desk.file.all() == (one,)
    desk.file.append(two)
    assert desk.file.all() == (one, two)
    desk.path.write_text('{"records": 7}\n')
    with pytest.raises(Misconfigured, match="line 1"):
        desk.file.all()


def test_the_start_reads_the_end_of_a_long_file_alone(desk: Desk) -> None:
    assert desk.file.last() is None
    made = [sign(number, str(number), NOW, KEY) for number in range(1, 400)]
    desk.path.write_text("no checkpoint}\n")
    with pytest.raises(Misconfigured, match="line"):
        desk.file.last()
    lines = [json.dumps(checkpoint_json(one)) for one in made]
    lines[-2:] = reversed(lines[-2:])  # two brokers, the slower one last
    with desk.path.open("a") as file:
        file.write("\n".join(lines) + '\n{"records": 7, "ha')
    assert desk.path.stat().st_size > TAIL_BYTES
    assert desk.file.last() == made[-1]
    with pytest.raises(Misconfigured, match="line 1 "):
        desk.file.all()
