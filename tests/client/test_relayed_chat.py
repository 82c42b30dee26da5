"""The chat's road through the broker: only without a better one, and within its limits."""

from dataclasses import replace

import pytest

from broker.protocol.chat import ChatCounted, ChatMessage, ChatPost, ChatState, ChatSync, ClientChat
from client.chat_account import REPORTS_AT_ONCE, ChatAccount
from client.relayed_chat import MESSAGES_AT_ONCE, MOST_WAITING, RelayedChat, goes_through_broker
from client.situation import Situation, State
from tests.client.test_chat import Desk

ASKING = Situation(State.ASKING, broker_attached=True)


class Rig(Desk):
    """A conversation on the road through the broker."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[ClientChat] = []
        self.waiting = 0
        self.relay = RelayedChat(
            self.conversation,
            self.sent.append,
            lambda: self.waiting,
            lambda _: None,
            lambda: self.seconds,
        )

    def lines(self) -> list[str]:
        return [message.text for message in self.sent if isinstance(message, ChatMessage)]


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.mark.parametrize("state", State)
def test_the_road_is_open_from_joining_on_unless_peers_are_connected(state: State) -> None:
    wanted = state in (State.ASKING, State.READY, State.LINKING)
    assert goes_through_broker(replace(ASKING, state=state)) is wanted


def test_the_road_needs_both_sides_at_the_broker() -> None:
    assert not goes_through_broker(replace(ASKING, broker_attached=False))
    assert not goes_through_broker(replace(ASKING, technician_present=False))


def test_a_road_that_opens_is_announced(rig: Rig) -> None:
    rig.conversation.say("own-00001", "early")
    for _ in range(2):
        rig.relay.settle(ASKING)
    assert rig.sent == [ChatState(last=1, shown=0, full=False, live=False)]


def test_nothing_takes_this_road_while_the_peers_are_connected(rig: Rig) -> None:
    rig.relay.settle(ASKING)
    rig.relay.take(ChatSync(after=0))
    rig.relay.settle(replace(ASKING, state=State.LINKED))
    rig.sent.clear()
    rig.relay.take(ChatSync(after=0))
    rig.relay.take(ChatPost(id="line-0001", text="x"))
    rig.conversation.say("own-00001", "secret")
    rig.relay.settle(replace(ASKING, state=State.LINKED))
    assert rig.sent == []
    assert rig.transcript.last == 1


def test_after_the_peers_the_console_says_anew_where_it_stands(rig: Rig) -> None:
    rig.relay.settle(ASKING)
    rig.relay.take(ChatSync(after=0))
    rig.relay.settle(replace(ASKING, state=State.LINKED))
    rig.relay.settle(replace(ASKING, state=State.READY))
    rig.conversation.say("own-00001", "hello")
    assert rig.lines() == []
    rig.relay.take(ChatSync(after=1))
    rig.conversation.say("own-00002", "hello again")
    assert rig.lines() == ["hello again"]


def test_a_flood_of_requests_is_held_to_what_a_broker_takes(rig: Rig) -> None:
    rig.relay.settle(ASKING)
    for _ in range(1000):
        rig.relay.take(ChatSync(after=0))
    assert len(rig.sent) <= MESSAGES_AT_ONCE


def test_the_chat_waits_while_others_wait_for_the_socket(rig: Rig) -> None:
    rig.relay.settle(ASKING)
    rig.relay.take(ChatSync(after=0))
    rig.waiting = MOST_WAITING
    rig.conversation.say("own-00001", "hello")
    assert rig.lines() == []


def test_a_closed_road_stays_closed(rig: Rig) -> None:
    rig.relay.settle(ASKING)
    rig.relay.take(ChatSync(after=0))
    rig.relay.close()
    rig.conversation.say("own-00001", "hello")
    rig.relay.take(ChatPost(id="line-0001", text="x"))
    assert rig.lines() == []


def test_the_count_is_told_with_every_line_or_a_little_later() -> None:
    desk, told, later = Desk(), [], []
    account = ChatAccount(desk.conversation, told.append, lambda: desk.seconds, later.append)
    account.repeat()
    assert told == []
    for number in range(REPORTS_AT_ONCE + 5):
        desk.conversation.say(f"own-{number:05}", "x")
    assert (len(told), len(later)) == (REPORTS_AT_ONCE, 1)
    later.pop()()
    assert told[-1] == ChatCounted(technician=0, end_user=REPORTS_AT_ONCE + 5)
    account.flush()
    account.repeat()
    assert len(told) == REPORTS_AT_ONCE + 2
    account.close()
    desk.conversation.say("own-99999", "x")
    assert len(told) == REPORTS_AT_ONCE + 2
