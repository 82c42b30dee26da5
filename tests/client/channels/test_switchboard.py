from datetime import UTC, datetime
from typing import Any

from broker.protocol.channels import ChannelLabel, InputKey
from broker.protocol.vocabulary import Capability, ConsentSource
from client.capture.engine import ScreenReport
from client.channels.chat import Transcript
from client.channels.switchboard import Surroundings, Switchboard
from client.consent import Consent
from tests.client.channels.recorder import AREA, Recorder

FULL = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)
KEY_A = InputKey(key="a", code="KeyA", down=True).model_dump_json()


def nothing(*_: Any) -> bool:
    return True


def switchboard(recorder: Recorder) -> Switchboard:
    around = Surroundings(
        injector=recorder,
        consent=lambda: FULL,
        screen=lambda: ScreenReport(AREA),
        transcript=Transcript(lambda: datetime(2026, 1, 1, tzinfo=UTC)),
        clock=lambda: 0.0,
        send_tiles_to=lambda _: None,
        made_room=lambda: None,
    )
    return Switchboard(around)


def test_a_channel_opened_after_the_peer_was_given_up_reaches_nothing() -> None:
    recorder = Recorder()
    board = switchboard(recorder)
    board.close()
    board.opened(ChannelLabel.INPUT, nothing)
    board.received(ChannelLabel.INPUT, KEY_A)
    assert recorder.did == []
