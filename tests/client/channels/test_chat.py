from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from broker.protocol.channels import CLIENT_CHAT, ChatMessage, ChatPost, ChatSync
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES
from client.channels import chat
from client.channels.chat import ChatChannel, Transcript
from client.rtc.upstream import MAX_BUFFERED_BYTES

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Desk:
    """A transcript and what a console hears of it."""

    def __init__(self) -> None:
        self.now = NOON
        self.transcript = Transcript(lambda: self.now)
        self.sent: list[ChatMessage] = []

    def channel(self) -> ChatChannel:
        return ChatChannel(self.transcript, self._send)

    def seconds_pass(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

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


def post_slowly(desk: Desk, times: int, text: str) -> None:
    """Post as often as this, no faster than is allowed."""
    channel = desk.channel()
    for number in range(times):
        desk.seconds_pass(1 / chat.POSTS_PER_SECOND)
        channel.receive(post(f"line-{number:06}", text))


def test_a_full_transcript_takes_no_more_posts_and_says_so_once() -> None:
    desk = Desk()
    with capture_logs() as logs:
        post_slowly(desk, chat.MAX_LINES + 5, "hello")
    assert len(desk.transcript.lines) == chat.MAX_LINES
    assert [line["event"] for line in logs] == ["transcript_full"]


def test_long_posts_fill_a_transcript_by_their_bytes() -> None:
    desk = Desk()
    with capture_logs() as logs:
        post_slowly(desk, 2000, "\U0001f642" * 2000)
    size = sum(len(line.model_dump_json().encode()) for line in desk.transcript.lines)
    assert chat.MAX_BYTES <= size < chat.MAX_BYTES + MAX_CHANNEL_MESSAGE_BYTES
    assert desk.transcript.is_full
    assert [line["event"] for line in logs] == ["transcript_full"]


def test_a_whole_transcript_may_wait_on_one_channel() -> None:
    assert chat.MAX_BYTES + MAX_CHANNEL_MESSAGE_BYTES < MAX_BUFFERED_BYTES


def test_a_flood_of_posts_is_held_to_its_budget_whatever_the_channel() -> None:
    desk = Desk()
    for number in range(100):
        desk.channel().receive(post(f"line-{number:06}"))
    assert len(desk.transcript.lines) == chat.POST_BURST


def test_a_post_beyond_the_budget_is_accepted_when_it_comes_again_later() -> None:
    desk = Desk()
    channel = desk.channel()
    channel.receive(sync())
    posts = [post(f"line-{number:06}") for number in range(chat.POST_BURST + 5)]
    for raw in posts:
        channel.receive(raw)
    desk.seconds_pass(1)
    for raw in posts:
        channel.receive(raw)
    assert [line.sequence for line in desk.sent] == [*range(1, len(posts) + 1)]


def test_a_clock_that_is_set_back_gives_nothing_away_and_locks_nobody_out() -> None:
    desk = Desk()
    post_slowly(desk, 1, "hello")
    desk.seconds_pass(-3600)
    channel = desk.channel()
    for number in range(100):
        channel.receive(post(f"more-{number:06}"))
    assert len(desk.transcript.lines) == chat.POST_BURST
    desk.seconds_pass(1)
    channel.receive(post("last-0001"))
    assert desk.transcript.line("last-0001") is not None


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
