"""What the broker is told of files, when, and how often."""

import asyncio

import pytest

from broker.protocol.files import (
    MAX_REPORTS,
    FileDirection,
    FileReport,
    FileResult,
    FilesReported,
    FileUnderWay,
)
from broker.protocol.vocabulary import MAX_MESSAGE_BYTES
from client.files import account
from client.files.account import FileAccount

SEND = FileDirection.SEND


def under_way(name: str = "a.bin", direction: FileDirection = SEND) -> FileUnderWay:
    return FileUnderWay(direction=direction, name=name, size_bytes=7)


def done(name: str = "a.bin") -> FileReport:
    return FileReport(direction=SEND, name=name, size_bytes=7, result=FileResult.DONE)


class Wire:
    """The way to the broker."""

    def __init__(self) -> None:
        self.attached = True
        self.messages: list[FilesReported] = []
        self._came = asyncio.Event()
        self.account = FileAccount(self._send, lambda: self.attached)

    def _send(self, message: FilesReported) -> None:
        self.messages.append(message)
        self._came.set()

    async def next(self) -> FilesReported:
        self._came.clear()
        async with asyncio.timeout(15):
            await self._came.wait()
        return self.messages[-1]


@pytest.fixture
async def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    monkeypatch.setattr(account, "TOLD_AFTER_S", 0.01)
    monkeypatch.setattr(account, "REPEATED_AFTER_S", 0.02)
    return Wire()


async def test_what_begins_and_ends_is_told_together(wire: Wire) -> None:
    wire.account.goes(SEND, under_way("a.bin"))
    wire.account.add(done("a.bin"))
    wire.account.goes(SEND, under_way("b.bin"))
    told = await wire.next()
    assert told == FilesReported(files=(done("a.bin"),), under_way=(under_way("b.bin"),))
    wire.account.close()


async def test_what_is_under_way_is_told_again_until_it_is_not(wire: Wire) -> None:
    wire.account.goes(SEND, under_way())
    assert await wire.next() == await wire.next() == FilesReported(under_way=(under_way(),))
    wire.account.goes(SEND, None)
    assert await wire.next() == FilesReported()
    wire.account.close()


async def test_a_broker_that_is_away_hears_it_when_it_is_back(wire: Wire) -> None:
    wire.attached = False
    wire.account.goes(SEND, under_way())
    await asyncio.sleep(0.05)
    assert wire.messages == []
    wire.attached = True
    assert (await wire.next()).under_way == (under_way(),)
    wire.account.close()


async def test_nothing_is_told_after_the_end(wire: Wire) -> None:
    wire.account.add(done())
    wire.account.close()
    await asyncio.sleep(0.05)
    assert wire.messages == []


async def test_the_longest_names_fit_a_message(wire: Wire) -> None:
    name = "\U0001f4c4" * 300
    for _ in range(MAX_REPORTS + 1):
        wire.account.add(done(name).model_copy(update={"sha256": "0" * 64}))
    for direction in FileDirection:
        wire.account.goes(direction, under_way(name, direction))
    wire.account.flush()
    assert [len(message.files) for message in wire.messages] == [MAX_REPORTS, 1]
    sizes = [len(message.model_dump_json().encode()) for message in wire.messages]
    assert max(sizes) <= MAX_MESSAGE_BYTES
    wire.account.close()
