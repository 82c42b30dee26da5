from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.protocol.channels import CLIENT_CHAT, ChatMessage, ChatPost, ChatSync
from client.channels import chat
from client.channels.chat import ChatChannel, Transcript

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Desk:
    """A transcript and what a console hears of it."""

    def __init__(self) -> None:
        self.transcript = Transcript(lambda: NOON)
        self.sent: list[ChatMessage] = []

    def channel(self) -> ChatChannel:
        return ChatChannel(self.transcript, self._send)

    def _send(self, text: str) -> bool:
        self.sent.append(CLIENT_CHAT.validate_json(text))
        return True


def post(line_id: str, text: str = "hello") -> str:
    return ChatPost(id=line_id, text=text).model_dump_json()


def sync(after: int = 0) -> str:
    return ChatSync(after=after).model_dump_json()


def test_a_post_is_numbered_timed_and_sent_back() -> None:
    desk = Desk()
    channel = desk.channel()
    channel.receive(sync())
    channel.receive(post("line-0001"))
    (line,) = desk.sent
    assert (line.sequence, line.author, line.text) == (1, "technician", "hello")
    assert line.sent_at.utcoffset() == timedelta(0)


def test_a_post_sent_again_after_a_reconnect_appears_once() -> None:
    desk = Desk()
    first = desk.channel()
    first.receive(post("line-0001"))
    first.close()
    second = desk.channel()
    second.receive(sync())
    second.receive(post("line-0001"))
    assert len(desk.transcript.lines) == 1
    assert [line.sequence for line in desk.sent] == [1]


def test_short_requests_do_not_make_long_answers_again_and_again() -> None:
    desk = Desk()
    channel = desk.channel()
    channel.receive(post("line-0001", "x" * 4000))
    for _ in range(1000):
        channel.receive(sync())
        channel.receive(post("line-0001", "x"))
    assert [line.sequence for line in desk.sent] == [1]


def test_a_console_gets_what_it_missed_in_order_then_live() -> None:
    desk = Desk()
    for number in range(3):
        desk.transcript.end_user_says(f"mine-000{number}", str(number))
    channel = desk.channel()
    channel.receive(sync(after=1))
    desk.transcript.end_user_says("mine-0009", "live")
    assert [line.sequence for line in desk.sent] == [2, 3, 4]


def test_nothing_is_sent_before_the_console_says_where_it_stands() -> None:
    desk = Desk()
    desk.channel()
    desk.transcript.end_user_says("mine-0001", "early")
    assert desk.sent == []


def test_a_closed_channel_hears_nothing_more() -> None:
    desk = Desk()
    channel = desk.channel()
    channel.receive(sync())
    channel.close()
    desk.transcript.end_user_says("mine-0001", "late")
    assert desk.sent == []


def test_a_full_transcript_takes_no_more_posts() -> None:
    desk = Desk()
    channel = desk.channel()
    for number in range(chat.MAX_LINES + 5):
        channel.receive(post(f"line-{number:06}"))
    assert len(desk.transcript.lines) == chat.MAX_LINES


def test_malformed_chat_is_refused() -> None:
    desk = Desk()
    channel = desk.channel()
    for raw in ("", b"x", '{"type":"chat.post"}'):
        channel.receive(raw)
    assert desk.transcript.lines == ()
    assert channel._inbox.refused == 3


@given(st.lists(st.sampled_from(["aaaaaaaa", "bbbbbbbb", "cccccccc", ""]), max_size=30))
def test_lines_are_numbered_without_a_gap_and_ids_are_unique(posts: list[str]) -> None:
    transcript = Transcript(lambda: NOON)
    for number, line_id in enumerate(posts):
        if line_id:
            transcript.technician_says(ChatPost(id=line_id, text="x"))
        else:
            transcript.end_user_says(f"own-{number:05}", "y")
    assert [line.sequence for line in transcript.lines] == [*range(1, len(transcript.lines) + 1)]
    ids = [line.id for line in transcript.lines]
    assert len(ids) == len(set(ids))
