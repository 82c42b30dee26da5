"""The clipboard through the whole engine and a real peer connection, with a console by hand."""

from collections.abc import AsyncIterator

import pytest

from broker.protocol import signaling as wire
from broker.protocol.channels import ChannelLabel, ScreenState
from broker.protocol.clipboard import (
    ClipboardBegin,
    ClipboardDone,
    ClipboardEnd,
    ClipboardFetch,
    ClipboardFollow,
    ClipboardPart,
    ClipboardRefused,
)
from broker.protocol.vocabulary import Capability
from client import events as on
from tests.client.channels.test_clipboard import Paper, transfer
from tests.client.fake_broker import (
    GOOD_CODE,
    Console,
    FakeBroker,
    connect,
    joined,
    running_broker,
)
from tests.client.test_service import Run, running

RIGHTS = (Capability.VIEW, Capability.CLIPBOARD_SEND, Capability.CLIPBOARD_RECEIVE)
CLIPBOARD = ChannelLabel.CLIPBOARD


@pytest.fixture
async def broker() -> AsyncIterator[FakeBroker]:
    async with running_broker(FakeBroker(joined(RIGHTS), agrees=True)) as made:
        yield made


@pytest.fixture
async def linked(broker: FakeBroker) -> AsyncIterator[tuple[Run, Console, Paper]]:
    """A session with both rights and a clipboard that is a variable."""
    async with running(broker.url, frozenset(RIGHTS)) as run:
        paper = Paper()
        run.service.clipboard = paper
        run.service.post(on.CodeEntered(GOOD_CODE))
        await broker.expect(wire.ConsentGiven)
        console = Console()
        await connect(broker, console)
        await console.expect(ChannelLabel.CONTROL, ScreenState)
        yield run, console, paper
        await console.close()


async def test_a_text_that_went_is_shown_to_the_end_user_and_told_to_the_broker_by_size(
    linked: tuple[Run, Console, Paper], broker: FakeBroker
) -> None:
    run, console, paper = linked
    for message in transfer("grüße"):
        console.send(CLIPBOARD, message)
    await console.expect(CLIPBOARD, ClipboardDone)
    assert paper.text == "grüße"
    use = await run.clipboard.get()
    assert (str(use.direction), use.characters, use.size_bytes) == ("send", 5, 7)
    told = await broker.expect(wire.ClipboardUsed)
    assert told == wire.ClipboardUsed(direction=use.direction, transfers=1, characters=5, bytes=7)


async def test_what_is_owed_to_the_broker_is_told_before_the_session_stops(
    linked: tuple[Run, Console, Paper], broker: FakeBroker
) -> None:
    run, console, _ = linked
    for number in range(8):
        console.send(CLIPBOARD, ClipboardFetch(id=f"transfer-{number}"))
        await console.expect(CLIPBOARD, ClipboardEnd)
        await run.clipboard.get()
    run.service.post(on.StopChosen())
    told = 0
    while True:
        message = await broker.expect((wire.ClipboardUsed, wire.SessionStop))  # type: ignore[arg-type]
        if isinstance(message, wire.SessionStop):
            break
        told += message.transfers
    assert told == 8


async def test_pause_stops_a_text_on_its_way_and_the_watch(
    linked: tuple[Run, Console, Paper],
) -> None:
    run, console, paper = linked
    console.send(CLIPBOARD, ClipboardFollow(on=True))
    console.send(CLIPBOARD, ClipboardBegin(id="transfer-1", size_bytes=6))
    console.send(CLIPBOARD, ClipboardFetch(id="transfer-2"))
    await console.expect(CLIPBOARD, ClipboardEnd)
    run.service.post(on.PauseChosen(paused=True))
    await run.until(lambda situation: situation.consent.paused)
    console.send(CLIPBOARD, ClipboardPart(id="transfer-1", text="canary"))
    console.send(CLIPBOARD, ClipboardEnd(id="transfer-1"))
    console.send(CLIPBOARD, ClipboardFetch(id="transfer-3"))
    refused = await console.expect(CLIPBOARD, ClipboardRefused)
    assert refused.reason == "paused"
    assert paper.text == "theirs"
    assert paper.listener is None
