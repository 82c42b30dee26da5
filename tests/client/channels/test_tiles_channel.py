from hypothesis import given
from hypothesis import strategies as st

from broker.protocol.channels import TilesAck
from broker.protocol.tiles import TileRect
from broker.protocol.vocabulary import Capability, ConsentSource
from client.capture.region import Rect
from client.channels.tiles import WINDOW, TilesChannel
from client.channels.window import Window
from client.consent import NO_CONSENT, Consent
from tests.client.viewer import Reset, Tile, Told, parse
from tests.client.wide import Wide

VIEW = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
CAPTURED_AT = 1234.5678
PNG = b"\x89PNG and what follows"


class Flow:
    """A window that is kept full, on a line of a chosen delay."""

    def __init__(self) -> None:
        self.window = Window(WINDOW)
        self.now = 0.0
        self.total = 0

    def round(self, takes_s: float, size: int = 10_000) -> None:
        """Send this many bytes, acknowledged after `takes_s`."""
        self.window.reserve(size)
        self.total += size
        self.window.sent(self.total, self.now)
        self.now += takes_s
        self.window.acknowledged(self.total, self.now)


def test_what_is_under_way_takes_room_until_it_is_acknowledged() -> None:
    window = Window(WINDOW)
    assert window.room == WINDOW.first
    window.reserve(1000)
    window.reserve(500)
    assert window.room == WINDOW.first - 1500
    window.sent(1000, 0.0)
    window.sent(1500, 0.0)
    window.acknowledged(1000, 0.01)
    assert window.room == window.size - 500


def test_what_never_left_gives_its_room_back() -> None:
    window = Window(WINDOW)
    window.reserve(1000)
    window.dropped(1000)
    assert window.room == WINDOW.first


def test_the_window_grows_while_acknowledgements_come_as_fast_as_they_can() -> None:
    flow = Flow()
    sizes = []
    for _ in range(300):
        flow.round(0.02)
        sizes.append(flow.window.size)
    assert sizes == sorted(sizes)
    assert sizes[0] > WINDOW.first
    assert sizes[-1] == WINDOW.most


def test_the_window_shrinks_when_acknowledgements_come_late_but_not_to_nothing() -> None:
    flow = Flow()
    flow.round(0.02)
    grown = flow.window.size
    flow.round(0.03 + WINDOW.late_s)
    assert flow.window.size < grown
    for _ in range(100):
        flow.round(0.03 + WINDOW.late_s)
    assert flow.window.size == WINDOW.least


def test_one_late_batch_shrinks_the_window_only_once() -> None:
    flow = Flow()
    flow.round(0.02)
    for _ in range(5):
        flow.window.reserve(1000)
        flow.total += 1000
        flow.window.sent(flow.total, flow.now)
    grown = flow.window.size
    for number in range(5):
        flow.window.acknowledged(flow.total - 4000 + number * 1000, flow.now + 0.5)
    assert flow.window.size == int(grown * 0.7)


def test_after_having_shrunk_it_grows_slowly() -> None:
    flow = Flow()
    flow.round(0.02)
    flow.round(0.03 + WINDOW.late_s)
    before = flow.window.size
    flow.round(0.02)
    assert before < flow.window.size < before + 10_000


def test_a_path_that_became_longer_is_taken_for_what_it_is_in_the_end() -> None:
    flow = Flow()
    flow.round(0.02)
    for _ in range(5000):
        flow.round(0.03 + WINDOW.late_s, 1000)
    assert flow.window.size > WINDOW.least


@given(st.lists(st.tuples(st.integers(1, 50_000), st.booleans(), st.floats(0, 1)), max_size=40))
def test_once_all_is_acknowledged_the_whole_window_is_free(
    tiles: list[tuple[int, bool, float]],
) -> None:
    window, total, now = Window(WINDOW), 0, 0.0
    for size, leaves, takes in tiles:
        window.reserve(size)
        if leaves:
            total += size
            window.sent(total, now)
        else:
            window.dropped(size)
        now += takes
        window.acknowledged(total // 2, now)
        assert WINDOW.least <= window.size <= WINDOW.most
    window.acknowledged(total, now)
    assert window.room == window.size


class Line:
    """The console's end of a tiles channel."""

    def __init__(self, consent: Consent = VIEW, *, alone: bool = False) -> None:
        self.consent = consent
        self.heard: list[Reset | Tile | Told] = []
        self.rooms_made = 0
        self.channel = TilesChannel(
            self._send, lambda: self.consent, self._made_room, Wide(), alone=alone
        )

    def _send(self, message: str | bytes) -> bool:
        assert isinstance(message, bytes)
        self.heard.append(parse(message))
        return True

    def _made_room(self) -> None:
        self.rooms_made += 1

    def tile(self, png: bytes = PNG) -> None:
        """Send a tile as the engine does."""
        self.channel.reserve(len(png))
        self.channel.tile(Rect(10, 20, 40, 60), png, CAPTURED_AT)

    def acknowledge(self, drawn: int) -> None:
        self.channel.receive(TilesAck(bytes=drawn).model_dump_json())


def test_messages_are_written_as_the_protocol_says() -> None:
    line = Line()
    line.channel.reset(1920, 1080)
    line.tile()
    replaced = [Rect(0, 0, 4, 2), Rect(65000, 1, 65535, 65535)]
    line.channel.frame((1 << 32) + 7, replaced, (1 << 32) / 1000 + 0.009)
    assert line.heard == [
        Reset(1920, 1080),
        Tile(1234567, TileRect(10, 20, 30, 40), PNG),
        Told(9, 7, (TileRect(0, 0, 4, 2), TileRect(65000, 1, 535, 65534))),
    ]


def test_an_acknowledgement_makes_room_and_wakes_the_engine() -> None:
    line = Line()
    line.tile()
    assert line.channel.room == WINDOW.first - len(PNG)
    line.acknowledge(len(PNG))
    assert line.channel.room >= WINDOW.first
    assert line.rooms_made == 1


def test_what_is_acknowledged_beyond_what_was_sent_counts_for_nothing() -> None:
    line = Line()
    line.tile()
    line.acknowledge(1 << 50)
    room = line.channel.room
    assert room <= WINDOW.first + len(PNG)
    line.tile()
    assert line.channel.room == room - len(PNG)


def test_without_the_right_to_view_no_tile_leaves_and_none_takes_room() -> None:
    for consent in (NO_CONSENT, VIEW.with_paused(True)):
        line = Line(consent)
        line.tile()
        assert line.heard == []
        assert line.channel.room == WINDOW.first


def test_what_was_dropped_is_not_waited_for() -> None:
    line = Line()
    line.tile()
    line.consent = VIEW.with_paused(True)
    line.tile()
    line.consent = VIEW
    line.tile()
    line.acknowledge(2 * len(PNG))
    assert line.channel.room >= WINDOW.first
    assert len(line.heard) == 2


def test_what_is_no_acknowledgement_changes_nothing() -> None:
    line = Line()
    line.tile()
    for raw in ("", "{}", '{"type":"tiles.ack","bytes":-1}', b"\x02", '{"type":"tiles.ack"}'):
        line.channel.receive(raw)
    assert line.channel.room == WINDOW.first - len(PNG)
    assert line.rooms_made == 0


def test_a_picture_of_nothing_but_tiles_is_blanked_when_nobody_may_look_any_more() -> None:
    for alone in (True, False):
        line = Line(alone=alone)
        line.channel.reset(1920, 1080)
        line.channel.consent_changed()
        assert line.heard == [Reset(1920, 1080)]
        line.consent = VIEW.with_paused(True)
        line.channel.consent_changed()
        assert line.heard == [Reset(1920, 1080)] * (2 if alone else 1)
