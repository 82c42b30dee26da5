"""The roads of the chat: what a console gets, when, and how often."""

from collections.abc import Callable

import pytest

from broker.protocol.chat import (
    CLIENT_CHAT,
    ChatLines,
    ChatMarks,
    ChatMessage,
    ChatPost,
    ChatState,
    ChatSync,
    ChatTyping,
    ClientChat,
)
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES, MAX_MESSAGE_BYTES
from client import chat
from client.channels.chat import PAGES_A_SYNC, ChatChannel, ChatRoad
from client.relayed_chat import PAGE_BYTES
from tests.client.test_chat import Desk


class Roads(Desk):
    """A conversation, and what a console hears of it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[ClientChat] = []
        self.blocked = False
        self.later: list[Callable[[], None]] = []

    def channel(self) -> ChatChannel:
        return ChatChannel(self.conversation, self._hear_raw)

    def relay(self) -> ChatRoad:
        return ChatRoad(
            self.conversation,
            self._hear,
            page_bytes=PAGE_BYTES,
            pages=1,
            reliable=False,
            later=self.later.append,
        )

    @property
    def lines(self) -> list[int]:
        """The numbers of the lines that were sent, in that order."""
        sent = [m.lines if isinstance(m, ChatLines) else (m,) for m in self.heard]
        return [line.sequence for page in sent for line in page if isinstance(line, ChatMessage)]

    @property
    def states(self) -> list[ChatState]:
        return [message for message in self.heard if isinstance(message, ChatState)]

    def says(self, *texts: str) -> None:
        for text in texts:
            self.conversation.say(f"own-{self.transcript.last:05}", text)

    def _hear_raw(self, raw: str) -> bool:
        assert len(raw.encode()) <= MAX_CHANNEL_MESSAGE_BYTES
        return self._hear(CLIENT_CHAT.validate_json(raw))

    def _hear(self, message: ClientChat) -> bool:
        if not self.blocked:
            self.heard.append(message)
        return not self.blocked


@pytest.fixture
def roads() -> Roads:
    return Roads()


def post(line_id: str, text: str = "hello") -> ChatPost:
    return ChatPost(id=line_id, text=text)


def test_a_post_is_numbered_timed_and_sent_back(roads: Roads) -> None:
    channel = roads.channel()
    channel.receive(ChatSync(after=0).model_dump_json())
    channel.receive(post("line-0001").model_dump_json())
    line = roads.heard[-1]
    assert isinstance(line, ChatMessage)
    assert (line.sequence, line.author, line.text) == (1, "technician", "hello")
    assert line.sent_at.tzinfo is not None


def test_a_post_sent_again_after_a_reconnect_appears_once(roads: Roads) -> None:
    first = roads.channel()
    first.receive(post("line-0001").model_dump_json())
    first.close()
    second = roads.channel()
    second.receive(ChatSync(after=0).model_dump_json())
    second.receive(post("line-0001").model_dump_json())
    assert len(roads.transcript.lines) == 1
    assert roads.lines == [1]


def test_short_requests_do_not_make_long_answers_again_and_again(roads: Roads) -> None:
    channel = roads.channel()
    channel.receive(post("line-0001", "x" * 4000).model_dump_json())
    for _ in range(1000):
        channel.receive(ChatSync(after=0).model_dump_json())
        channel.receive(post("line-0001", "x").model_dump_json())
    assert roads.lines == [1]


def test_a_console_gets_what_it_missed_in_order_then_live(roads: Roads) -> None:
    roads.says("a", "b", "c")
    roads.relay().take(ChatSync(after=1))
    roads.says("live")
    assert roads.lines == [2, 3, 4]
    assert roads.states == [ChatState(last=3, shown=0, full=False, live=True)]


def test_nothing_is_sent_before_the_console_says_where_it_stands(roads: Roads) -> None:
    road = roads.relay()
    roads.says("early")
    roads.conversation.types()
    roads.conversation.show_up_to(1)
    assert roads.heard == []
    road.announce()
    assert roads.heard == [ChatState(last=1, shown=1, full=False, live=False)]


def test_a_closed_road_hears_nothing_more(roads: Roads) -> None:
    road = roads.relay()
    road.take(ChatSync(after=0))
    road.close()
    roads.says("late")
    assert roads.lines == []


def test_a_long_transcript_comes_in_parts_as_the_console_asks(roads: Roads) -> None:
    roads.says(*("\U0001f642" * 4000 for _ in range(2 * PAGES_A_SYNC)))
    channel = roads.channel()
    asked = 0
    while len(roads.lines) < roads.transcript.last:
        channel.receive(ChatSync(after=len(roads.lines)).model_dump_json())
        asked += 1
    assert roads.lines == [*range(1, roads.transcript.last + 1)]
    assert asked == 2


def test_a_part_is_small_enough_for_the_broker(roads: Roads) -> None:
    roads.says(*("é" * 4000 for _ in range(20)))
    roads.relay().take(ChatSync(after=0))
    page = roads.heard[0]
    assert isinstance(page, ChatLines)
    assert 1 < len(page.lines) < 20
    assert len(page.model_dump_json().encode()) < MAX_MESSAGE_BYTES


def test_a_line_that_comes_while_others_are_missing_waits_for_them(roads: Roads) -> None:
    road = roads.relay()
    roads.says(*("é" * 4000 for _ in range(20)))
    road.take(ChatSync(after=0))
    part = len(roads.lines)
    roads.says("live")
    assert len(roads.lines) == part
    while len(roads.lines) < roads.transcript.last:
        road.take(ChatSync(after=len(roads.lines)))
    roads.says("live too")
    assert roads.lines == [*range(1, 23)]


def test_a_line_that_the_road_cannot_take_is_told_of_later(roads: Roads) -> None:
    road = roads.relay()
    road.take(ChatSync(after=0))
    roads.blocked = True
    roads.says("a", "b")
    roads.later.pop()()
    roads.blocked = False
    roads.later.pop()()
    assert roads.lines == []
    assert roads.states[-1].last == 2
    road.take(ChatSync(after=0))
    roads.says("c")
    assert roads.lines == [1, 2, 3]


def test_what_was_lost_on_the_way_is_sent_again_by_an_unreliable_road(roads: Roads) -> None:
    road = roads.relay()
    road.take(ChatSync(after=0))
    road.take(post("line-0001"))
    road.take(post("line-0001"))
    road.take(ChatSync(after=0))
    assert roads.lines == [1, 1, 1]


def test_a_post_beyond_the_budget_is_accepted_when_it_comes_again_later(roads: Roads) -> None:
    road = roads.relay()
    road.take(ChatSync(after=0))
    posts = [post(f"line-{number:06}") for number in range(chat.POST_BURST + 5)]
    for one in posts:
        road.take(one)
    roads.seconds_pass(1)
    for one in posts[chat.POST_BURST :]:
        road.take(one)
    assert roads.lines == [*range(1, len(posts) + 1)]


def test_a_post_into_a_full_transcript_is_answered(roads: Roads) -> None:
    road = roads.relay()
    roads.posts_slowly(chat.MAX_LINES, "x")
    road.take(post("late-0001"))
    assert roads.heard == [ChatState(last=chat.MAX_LINES, shown=0, full=True, live=False)]


def test_both_sides_learn_when_the_transcript_is_full(roads: Roads) -> None:
    road = roads.relay()
    roads.posts_slowly(chat.MAX_LINES - 1, "x")
    road.take(ChatSync(after=chat.MAX_LINES - 1))
    roads.says("the last one")
    assert roads.states[-1].full
    assert roads.views[-1].is_full


def test_a_road_tells_what_was_shown_and_who_writes(roads: Roads) -> None:
    road = roads.relay()
    road.take(ChatSync(after=0))
    road.take(post("line-0001"))
    roads.conversation.show_up_to(1)
    roads.conversation.types()
    assert roads.heard[-2:] == [ChatState(last=1, shown=1, full=False, live=True), ChatTyping()]
    road.take(ChatMarks(received=1, shown=1))
    road.take(ChatTyping())
    assert (roads.views[-1].shown, roads.technician_types) == (1, 1)


def test_malformed_chat_is_refused(roads: Roads) -> None:
    channel = roads.channel()
    for raw in ("", b"x", '{"type":"chat.post"}', '{"type":"chat.state"}'):
        channel.receive(raw)
    assert roads.transcript.lines == ()
    assert channel._inbox.refused == 4
