from dataclasses import replace
from typing import Any

from broker.protocol.channels import (
    CLIENT_CONTROL,
    ChannelLabel,
    Heartbeat,
    HeartbeatEcho,
    InputKey,
    InputRefused,
    PicturePreference,
    PictureState,
    PictureWish,
    RightsState,
    ScreenCondition,
    ScreenProblem,
    ScreenState,
    TilesAck,
)
from broker.protocol.monitors import Monitor
from broker.protocol.vocabulary import Capability, ConsentSource
from client.capture.audience import Audience
from client.capture.contracts import PictureFacts, ScreenReport, TileSink
from client.channels.control import ControlChannel
from client.channels.switchboard import UNTIL_TOLD, Surroundings, Switchboard
from client.channels.tiles import TilesChannel
from client.chat import Conversation, Transcript
from client.consent import NO_CONSENT, Consent
from tests.client.channels.recorder import AREA, Recorder
from tests.client.test_chat import NOON

FULL = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)


class Line:
    """The console's end of a control channel, and a clock set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.heard: list[Any] = []
        self.wishes: list[PictureWish] = []

    def send(self, text: str) -> bool:
        self.heard.append(CLIENT_CONTROL.validate_json(text))
        return True

    def clock(self) -> float:
        return self.now


def test_a_beat_tells_the_time_and_the_round_trip_of_the_one_before() -> None:
    line = Line()
    channel = ControlChannel(line.send, line.clock, line.wishes.append)
    line.now = 1.0
    channel.beat()
    line.now = 1.025
    channel.receive(HeartbeatEcho(sent_at_ms=line.heard[0].sent_at_ms).model_dump_json())
    channel.beat()
    assert line.heard == [
        Heartbeat(sent_at_ms=1000, round_trip_ms=None),
        Heartbeat(sent_at_ms=1025, round_trip_ms=25),
    ]


def test_only_the_client_beats() -> None:
    line = Line()
    channel = ControlChannel(line.send, line.clock, line.wishes.append)
    channel.receive(Heartbeat(sent_at_ms=1).model_dump_json())
    assert line.heard == []


def test_a_malformed_control_message_is_counted_and_not_answered() -> None:
    line = Line()
    channel = ControlChannel(line.send, line.clock, line.wishes.append)
    channel.receive('{"type":"rights.state","granted":["control"],"paused":false}')
    assert line.heard == []


def test_refusals_are_told_at_most_once_a_second() -> None:
    line = Line()
    channel = ControlChannel(line.send, line.clock, line.wishes.append)
    for line.now in (0.0, 0.5, 0.99, 1.0, 1.5):
        channel.refuse("paused")
    assert line.heard == [InputRefused(reason="paused")] * 2


FACTS = PictureFacts("libx264", 1280, 720, 3456, 0.9966)


def told(line: Line) -> list[PictureState]:
    return [message for message in line.heard if isinstance(message, PictureState)]


def test_how_the_picture_is_made_is_told_rounded_and_only_when_it_changed() -> None:
    line = Line()
    channel = ControlChannel(line.send, line.clock, line.wishes.append)
    noise = replace(FACTS, target_kbps=3460, exact_share=0.9955)
    for line.now, facts in enumerate((PictureFacts(), FACTS, noise)):
        channel.tell_picture(facts)
    assert line.heard == [
        PictureState(encoder="libx264", width=1280, height=720, target_kbps=3500, exact_share=0.99)
    ]
    line.now = 5
    channel.tell_picture(replace(FACTS, target_kbps=67, exact_share=1.0))
    assert (line.heard[-1].target_kbps, line.heard[-1].exact_share) == (67, 1)


def test_how_the_picture_is_made_is_told_once_a_second_at_most() -> None:
    line = Line()
    channel = ControlChannel(line.send, line.clock, line.wishes.append)
    for line.now in (0.0, 0.5, 1.0, 1.5, 2.0):
        channel.tell_picture(replace(FACTS, width=int(line.now * 100)))
    assert [state.width for state in told(line)] == [0, 100, 200]


class Wired:
    """A switchboard with everything around it."""

    def __init__(self, consent: Consent = FULL) -> None:
        self.line = Line()
        self.recorder = Recorder()
        self.consent = consent
        self.report: ScreenReport | None = ScreenReport(AREA)
        self.sinks: list[TileSink | None] = []
        self.rooms_made = 0
        self.facts = PictureFacts()
        around = Surroundings(
            self.recorder,
            lambda: self.consent,
            lambda: self.report,
            Conversation(Transcript(lambda: NOON), lambda: 0.0),
            self.line.clock,
            Audience(self.sinks.append),
            self._made_room,
            wish=self.line.wishes.append,
            facts=lambda: self.facts,
        )
        self.board = Switchboard(around)

    def open_all(self) -> None:
        for label in ChannelLabel:
            self.board.opened(label, self.line.send)

    def _made_room(self) -> None:
        self.rooms_made += 1

    def press_a(self) -> None:
        message = InputKey(key="a", code="KeyA", down=True).model_dump_json()
        self.board.received(ChannelLabel.INPUT, message)


def test_an_opening_control_channel_hears_rights_and_screen() -> None:
    wired = Wired()
    wired.open_all()
    granted = (Capability.VIEW, Capability.CONTROL)
    assert wired.line.heard == [
        RightsState(granted=granted, paused=False),
        ScreenState(width=AREA.width, height=AREA.height),
    ]


def test_a_screen_problem_is_told_by_its_code() -> None:
    wired = Wired()
    wired.open_all()
    wired.report = ScreenReport(None, ScreenProblem.DISPLAY_GONE)
    wired.board.tell_screen()
    assert wired.line.heard[-1] == ScreenState(
        width=0, height=0, problem=ScreenProblem.DISPLAY_GONE
    )


def test_what_to_know_of_the_picture_is_told_with_its_size() -> None:
    wired = Wired()
    wired.open_all()
    wired.report = ScreenReport(AREA, conditions=(ScreenCondition.ASLEEP,))
    wired.board.tell_screen()
    assert wired.line.heard[-1] == ScreenState(
        width=AREA.width, height=AREA.height, conditions=(ScreenCondition.ASLEEP,)
    )


def test_a_pause_releases_what_is_held_and_is_told() -> None:
    wired = Wired()
    wired.open_all()
    wired.press_a()
    wired.consent = FULL.with_paused(True)
    wired.board.consent_changed()
    assert wired.recorder.did == [("press", "a"), ("release", "a")]
    assert any(isinstance(m, RightsState) and m.paused for m in wired.line.heard)


def test_three_seconds_of_silence_release_what_is_held() -> None:
    wired = Wired()
    wired.open_all()
    shift = InputKey(key="Shift", code="ShiftLeft", down=True).model_dump_json()
    wired.board.received(ChannelLabel.INPUT, shift)
    wired.board.tick(2.9)
    assert wired.recorder.did == [("press", "Shift")]
    wired.board.tick(3.0)
    assert wired.recorder.did == [("press", "Shift"), ("release", "Shift")]


def test_a_closing_input_channel_releases_what_is_held() -> None:
    wired = Wired()
    wired.open_all()
    wired.press_a()
    wired.board.closed(ChannelLabel.INPUT)
    assert wired.recorder.did[-1] == ("release", "a")


def test_closing_everything_releases_what_is_held() -> None:
    wired = Wired()
    wired.open_all()
    wired.press_a()
    wired.board.close()
    assert wired.recorder.did[-1] == ("release", "a")
    wired.press_a()
    assert wired.recorder.did[-1] == ("release", "a")


def test_refused_input_is_told_on_the_control_channel() -> None:
    wired = Wired(NO_CONSENT)
    wired.open_all()
    wired.press_a()
    assert wired.line.heard[-1] == InputRefused(reason="not_granted")
    assert wired.recorder.did == []


def test_the_picture_is_watched_and_automatic_until_the_console_says_how_it_looks() -> None:
    wired = Wired()
    wired.open_all()
    wish = PictureWish(watching=False, preference=PicturePreference.SHARP)
    wired.board.received(ChannelLabel.CONTROL, wish.model_dump_json())
    assert wired.line.wishes == [UNTIL_TOLD, wish]


def test_how_the_picture_is_made_is_told_with_a_beat() -> None:
    wired = Wired()
    wired.open_all()
    wired.facts = FACTS
    wired.board.tick(0)
    assert len(told(wired.line)) == 1
    wired.board.tick(0)
    assert len(told(wired.line)) == 1


def test_tiles_go_to_the_tiles_channel_while_it_is_open() -> None:
    wired = Wired()
    assert wired.board.tiles is None
    wired.open_all()
    assert isinstance(wired.board.tiles, TilesChannel)
    [fan] = wired.sinks
    assert fan is not None
    assert fan.room == wired.board.tiles.room
    wired.board.received(ChannelLabel.TILES, TilesAck(bytes=0).model_dump_json())
    assert wired.rooms_made == 1
    wired.board.closed(ChannelLabel.TILES)
    assert wired.sinks[1:] == [None]
    assert wired.board.tiles is None


def test_closing_everything_stops_the_tiles() -> None:
    wired = Wired()
    wired.open_all()
    wired.board.close()
    wired.board.close()
    assert wired.sinks[1:] == [None]


def test_a_switchboard_without_channels_says_nothing() -> None:
    wired = Wired()
    wired.press_a()
    wired.board.tick(0)
    wired.board.consent_changed()
    wired.board.tell_screen()
    assert wired.line.heard == []


def test_the_monitors_are_told_and_a_choice_among_them_is_handed_on() -> None:
    line, chosen = Line(), list[str]()
    channel = ControlChannel(line.send, line.clock, line.wishes.append, chosen.append)
    monitor = Monitor(id="m", name="m", left=-9, top=0, width=9, height=9, primary=True)
    channel.tell_screen(ScreenReport(AREA, monitors=(monitor,), shown="m"))
    assert (line.heard[0].monitors, line.heard[0].shown) == ((monitor,), "m")
    channel.receive('{"type":"screen.choose","monitor":"all"}')
    for wrong in ('""', '"' + "m" * 65 + '"', "1", "null"):
        channel.receive(f'{{"type":"screen.choose","monitor":{wrong}}}')
    assert chosen == ["all"]
