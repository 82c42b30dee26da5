"""The queue that every session has."""

import asyncio

import pytest

from broker.mailbox import Mailbox


async def test_what_was_put_is_taken_in_its_order() -> None:
    box: Mailbox[int] = Mailbox()
    for number in (1, 2, 3):
        box.put(number)
    assert await box.take() == 1
    assert box.take_at_once() == [2, 3]
    assert box.take_at_once() == []


async def test_whoever_takes_waits_until_something_is_put() -> None:
    box: Mailbox[str] = Mailbox()
    one = asyncio.create_task(box.take())
    await asyncio.sleep(0)
    assert not one.done()
    box.put("a")
    box.put("b")
    assert await one == "a"
    assert box.take_at_once() == ["b"]


async def test_a_take_that_is_interrupted_as_something_comes_loses_nothing() -> None:
    box: Mailbox[str] = Mailbox()
    interrupted = asyncio.create_task(box.take())
    await asyncio.sleep(0)
    box.put("kept")
    interrupted.cancel()
    with pytest.raises(asyncio.CancelledError):
        await interrupted
    box.put("next")
    assert box.take_at_once() == ["kept", "next"]
