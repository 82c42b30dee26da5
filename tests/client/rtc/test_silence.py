"""A console that dies with keys held down, in real time: what stays down for how long."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from broker.protocol.channels import ChannelLabel, InputButton, InputKey, MouseButton
from broker.protocol.connection import Way
from broker.protocol.vocabulary import Capability, ConsentSource
from client import events as on
from client.capture.contracts import ScreenReport
from client.channels.switchboard import Surroundings, Switchboard
from client.chat import Conversation, Transcript
from client.consent import Consent
from client.rtc import upstream
from tests.client.channels.recorder import AREA, Recorder
from tests.client.rtc.pictures import running_hub
from tests.client.rtc.test_peer_gate import PEER_ID, VIEW, Rogue, opened
from tests.client.test_chat import NOON

FULL = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)


@dataclass
class Timed(Recorder):
    """Remembers when."""

    times: dict[tuple[object, ...], float] = field(default_factory=dict)

    def _do(self, *what: object) -> None:
        super()._do(*what)
        self.times[what] = time.monotonic()


@pytest.fixture
async def rogue() -> AsyncIterator[Rogue]:
    upstream.install()
    made = Rogue()
    async with running_hub(made.screen, lambda: VIEW) as made.hub:
        yield made
        await made.close()


async def test_a_killed_console_leaves_at_most_a_second_and_a_half_of_repeats(
    rogue: Rogue,
) -> None:
    desktop = Timed()
    rogue.wires = Switchboard(  # type: ignore[assignment]
        Surroundings(
            desktop,
            lambda: FULL,
            lambda: ScreenReport(AREA),
            Conversation(Transcript(lambda: NOON), lambda: 0.0),
            time.monotonic,
            lambda _: None,
            lambda: None,
        )
    )
    rogue.channel(ChannelLabel.CONTROL)
    typing, open_for_typing = rogue.channel(ChannelLabel.INPUT)
    await rogue.connect()
    assert await rogue.event() == on.PeerStood(PEER_ID, Way.DIRECT)
    await opened(open_for_typing)
    for message in (
        InputKey(key="Shift", code="ShiftLeft", down=True),
        InputKey(key="Z", code="KeyZ", down=True),
        InputButton(button=MouseButton.LEFT, down=True, x=0, y=0),
    ):
        typing.send(message.model_dump_json())
    assert await rogue.event() == on.PeerGrewQuiet(PEER_ID)
    assert await rogue.event() == on.PeerFellSilent(PEER_ID)
    held_s = desktop.times["release", "Z"] - desktop.times["press", "Z"]
    assert 1.0 < held_s < 1.5
    shift_s = desktop.times["release", "Shift"] - desktop.times["press", "Shift"]
    button_s = desktop.times["button", "left", False] - desktop.times["button", "left", True]
    assert 2.9 < shift_s < 3.5
    assert 2.9 < button_s < 3.5
