from broker.protocol.channels import FrameShown
from client.channels.shown import ShownChannel
from client.path.path import MOST_UNSEEN, Path


class Line:
    """A path with one frame under way, and the channel that tells of it."""

    def __init__(self) -> None:
        self.path = Path()
        self.path.video_sent(90_000, 5000, 0.0)
        self.rooms_made = 0
        self.channel = ShownChannel(self.path, self._made_room)

    def _made_room(self) -> None:
        self.rooms_made += 1


def test_a_frame_that_is_shown_is_no_longer_under_way_and_makes_room() -> None:
    line = Line()
    line.channel.receive(FrameShown(timestamp=90_000, held_ms=12).model_dump_json())
    assert line.path.video_room() == MOST_UNSEEN
    assert line.rooms_made == 1


def test_what_is_no_such_message_changes_nothing() -> None:
    line = Line()
    for raw in ("", "{}", b"\x00", '{"type":"frame.shown","timestamp":-1,"held_ms":0}'):
        line.channel.receive(raw)
    assert line.rooms_made == 0
