"""The transcript, and what both sides know of each other."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from broker.protocol.chat import (
    CLIENT_CHAT,
    MAX_CHAT_LENGTH,
    TYPING_TOLD_EVERY_S,
    ChatCounted,
    ChatMarks,
    ChatPost,
)
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES
from client import chat
from client.chat import ChatView, Conversation, Transcript, sayable

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Desk:
    """A conversation in a time that the test sets, and what the end user's window was told."""

    def __init__(self) -> None:
        self.now = NOON
        self.seconds = 0.0
        self.views: list[ChatView] = []
        self.technician_types = 0
        self.types = 0
        self.state_changes = 0
        self.transcript = Transcript(lambda: self.now)
        self.conversation = Conversation(
            self.transcript,
            lambda: self.seconds,
            changed=self.views.append,
            technician_types=self._note_typing,
        )
        self.conversation.listen(self)

    def line_added(self, line: object) -> None:
        """Nothing to note."""

    def state_changed(self) -> None:
        self.state_changes += 1

    def end_user_types(self) -> None:
        self.types += 1

    def _note_typing(self) -> None:
        self.technician_types += 1

    def seconds_pass(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds

    def posts(self, *line_ids: str, text: str = "hello") -> None:
        for line_id in line_ids:
            self.conversation.take_post(ChatPost(id=line_id, text=text))

    def posts_slowly(self, times: int, text: str) -> None:
        """Post as often as this, no faster than is allowed."""
        for number in range(times):
            self.seconds_pass(1 / chat.POSTS_PER_SECOND)
            self.posts(f"line-{number:06}", text=text)


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


def test_a_full_transcript_takes_no_more_and_says_so_once_to_everybody() -> None:
    desk = Desk()
    with capture_logs() as logs:
        desk.posts_slowly(chat.MAX_LINES + 5, "hello")
        assert not desk.conversation.say("own-00001", "me too")
    assert len(desk.transcript.lines) == chat.MAX_LINES
    assert [line["event"] for line in logs] == ["transcript_full"]
    assert desk.views == [ChatView(is_full=True)]
    assert desk.state_changes == 1


def test_long_posts_fill_a_transcript_by_their_bytes() -> None:
    desk = Desk()
    with capture_logs() as logs:
        desk.posts_slowly(2000, "\U0001f642" * 2000)
    size = sum(len(line.model_dump_json().encode()) for line in desk.transcript.lines)
    assert chat.MAX_BYTES <= size < chat.MAX_BYTES + MAX_CHANNEL_MESSAGE_BYTES
    assert desk.transcript.is_full
    assert [line["event"] for line in logs] == ["transcript_full"]


def test_a_flood_of_posts_is_held_to_its_budget() -> None:
    desk = Desk()
    desk.posts(*(f"line-{number:06}" for number in range(100)))
    assert len(desk.transcript.lines) == chat.POST_BURST


def test_a_clock_that_is_set_back_gives_nothing_away_and_locks_nobody_out() -> None:
    desk = Desk()
    desk.posts_slowly(1, "hello")
    desk.seconds_pass(-3600)
    desk.posts(*(f"more-{number:06}" for number in range(100)))
    assert len(desk.transcript.lines) == chat.POST_BURST
    desk.seconds_pass(1)
    desk.posts("last-0001")
    assert desk.transcript.line("last-0001") is not None


def test_each_side_s_lines_are_counted() -> None:
    desk = Desk()
    desk.posts("line-0001", "line-0001", "line-0002")
    desk.conversation.say("own-00001", "me")
    assert desk.transcript.counts == ChatCounted(technician=2, end_user=1)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (" hello \n", "hello"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("a\x00b\x1b[31mc\x85d\x7f", "ab[31mcd"),
        ("\ud83d", ""),
        ("👩\u200d💻 café", "👩\u200d💻 café"),
        ("x" * 5000, "x" * MAX_CHAT_LENGTH),
    ],
)
def test_what_the_end_user_writes_is_made_fit_for_a_line(written: str, said: str) -> None:
    assert sayable(written) == said


def test_the_longest_line_fits_a_message_of_the_channel() -> None:
    transcript = Transcript(lambda: NOON)
    line = transcript.end_user_says("x" * 64, "\U0001f642" * 5000)
    assert line is not None
    raw = line.model_dump_json()
    assert len(raw.encode()) < MAX_CHANNEL_MESSAGE_BYTES - 64
    assert CLIENT_CHAT.validate_json(raw) == line


def test_marks_of_the_technician_never_go_back_nor_beyond_what_was_said() -> None:
    desk = Desk()
    for number in range(3):
        desk.conversation.say(f"own-{number:05}", "x")
    marks = ((2, 1), (1, 0), (9, 9), (3, 3))
    for received, shown in marks:
        desk.conversation.take_marks(ChatMarks(received=received, shown=shown))
    assert desk.views == [ChatView(2, 1), ChatView(3, 3)]


def test_what_the_end_user_was_shown_is_told_once_and_is_never_more_than_there_is() -> None:
    desk = Desk()
    desk.posts("line-0001")
    for sequence in (1, 1, 2, 0):
        desk.conversation.show_up_to(sequence)
    assert (desk.conversation.shown, desk.state_changes) == (1, 1)


def test_the_end_user_s_writing_is_told_now_and_then() -> None:
    desk = Desk()
    for _ in range(20):
        desk.conversation.types()
        desk.seconds_pass(TYPING_TOLD_EVERY_S / 10)
    assert desk.types == 2


def test_whoever_goes_on_writing_after_a_line_says_so_at_once() -> None:
    desk = Desk()
    desk.conversation.types()
    desk.conversation.say("own-00001", "x")
    desk.conversation.types()
    assert desk.types == 2


def test_a_flood_of_typing_marks_is_cut() -> None:
    desk = Desk()
    for _ in range(100):
        desk.conversation.take_typing()
    assert desk.technician_types == chat.TYPING_BURST


def test_a_post_does_not_overtake_the_one_before_it() -> None:
    desk = Desk()
    second = ChatPost(id="line-0002", text="second", previous="line-0001")
    assert not desk.conversation.take_post(second)
    desk.posts("line-0001", text="first")
    assert desk.conversation.take_post(second)
    assert [line.text for line in desk.transcript.lines] == ["first", "second"]
