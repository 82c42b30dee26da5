"""The whole engine with two consoles: what a guest gets, and what a rogue one does not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from broker.protocol import signaling as wire
from broker.protocol.channels import (
    ChannelLabel,
    InputKey,
    InputRefused,
    PicturePreference,
    PictureWish,
    RightsState,
    ScreenState,
)
from broker.protocol.chat import ChatPost, ChatSync
from broker.protocol.clipboard import ClipboardFetch, ClipboardProblem, ClipboardRefused
from broker.protocol.guide import GuideArrow, GuideMark
from broker.protocol.participants import (
    ControlPass,
    ControlPassed,
    EntryAnswer,
    EntryAsk,
    EntryPurpose,
    Participant,
    ParticipantRemoved,
    ParticipantsState,
    SessionParticipants,
)
from broker.protocol.rights import RightsAsk
from broker.protocol.trust import TrustString
from broker.protocol.vocabulary import Capability
from client import events as on
from client.guide import Hand
from client.support_session import Situation, State
from tests.client.channels.test_clipboard import Paper, transfer
from tests.client.fake_broker import (
    GOOD_CODE,
    SESSION_ID,
    Console,
    FakeBroker,
    agree,
    connect,
    joined,
    running_broker,
)
from tests.client.test_service import Run, running
from tests.client.trusted import Trusted
from tests.client.viewer import Reset

ADA = Participant(account_id="usr_" + "a" * 32, name="Ada Example")
BEN = Participant(account_id="usr_" + "2" * 32, name="Ben")
EVERYTHING = frozenset(Capability)
KEY_A = InputKey(key="a", code="KeyA", down=True)
VIEW, CONTROL = Capability.VIEW, Capability.CONTROL


@dataclass
class Meeting:
    """Ada is in charge, Ben looks; both by real peer connections."""

    broker: FakeBroker
    run: Run
    ada: Console
    ben: Console

    async def ask(self, number: int, purpose: EntryPurpose, *guests: Participant) -> None:
        ask = EntryAsk(number=number, participant=BEN, purpose=purpose, by=ADA.name)
        await self.tell(*guests, ask=ask)
        await self.run.until(lambda situation: situation.company.question is not None)

    async def tell(self, *guests: Participant, **fields: Any) -> None:
        fields.setdefault("in_charge", ADA)
        await self.broker.send(SessionParticipants(guests=guests, **fields))

    async def allow(self, number: int) -> None:
        """Allow beside the string that Ben, whose page is open, sees too."""
        await agree(self.broker, Trusted(SESSION_ID, BEN))
        seen = await self.run.until(lambda now: _string_with(BEN, now) is not None)
        self.run.service.post(on.EntryAnswered(number, True, _string_with(BEN, seen)))

    async def rights(self, console: Console, *granted: Capability) -> None:
        """Wait until a console is told just these rights."""
        await console.expect(
            ChannelLabel.CONTROL, RightsState, lambda state: state.granted == granted
        )

    async def pass_control(self, console: Console, to: Participant) -> None:
        console.send(ChannelLabel.CONTROL, ControlPass(account_id=to.account_id))
        assert (await self.broker.expect(ControlPassed)).account_id == to.account_id


def _string_with(who: Participant, situation: Situation) -> TrustString | None:
    agreed = (one.string for one in situation.trust if one.account_id == who.account_id)
    return next(agreed, None)


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    broker = FakeBroker(joined(tuple(Capability), account_id=ADA.account_id), agrees=True)
    async with running_broker(broker), running(broker.url, EVERYTHING) as run:
        run.service.clipboard = Paper()
        run.service.post(on.CodeEntered(GOOD_CODE))
        await broker.expect(wire.ConsentGiven)
        made = Meeting(broker, run, Console(), Console())
        await connect(broker, made.ada, ADA)
        await made.ada.expect(ChannelLabel.CONTROL, ScreenState)
        await made.ask(5, EntryPurpose.GUEST)
        await made.allow(5)
        assert await broker.expect(EntryAnswer) == EntryAnswer(number=5, allowed=True)
        await made.tell(BEN)
        await connect(broker, made.ben, BEN)
        await made.ben.expect(ChannelLabel.CONTROL, ScreenState)
        yield made
        await made.ada.close()
        await made.ben.close()


async def test_both_see_the_same_picture(meeting: Meeting) -> None:
    for console in (meeting.ada, meeting.ben):
        await console.frame_where(lambda picture: picture.mean() > 240)
    resets = [m for m in meeting.ada.seen if isinstance(m, Reset)]
    assert len(resets) == 1, "the guest's coming leaves the other's tiles alone"


async def test_each_is_told_who_is_there_and_in_which_colour(meeting: Meeting) -> None:
    state = await meeting.ada.expect(
        ChannelLabel.CONTROL, ParticipantsState, lambda s: len(s.participants) == 2
    )
    assert (state.you, state.controller) == (ADA.account_id, ADA.account_id)
    assert {one.name: one.colour for one in state.participants} == {"Ada Example": 0, "Ben": 1}


async def test_a_guest_who_sends_input_without_control_is_refused(meeting: Meeting) -> None:
    meeting.ben.send(ChannelLabel.INPUT, KEY_A)
    refused = await meeting.ben.expect(ChannelLabel.CONTROL, InputRefused)
    assert refused.reason == "not_granted"
    meeting.ben.send(ChannelLabel.CLIPBOARD, ClipboardFetch(id="fetch-0001"))
    answer = await meeting.ben.expect(ChannelLabel.CLIPBOARD, ClipboardRefused)
    assert answer.reason is ClipboardProblem.NOT_GRANTED
    assert meeting.run.desktop.recorder.did == []


async def test_a_guest_passes_control_to_nobody_and_asks_for_no_right(meeting: Meeting) -> None:
    meeting.ben.send(ChannelLabel.CONTROL, ControlPass(account_id=BEN.account_id))
    ask = RightsAsk(capability=CONTROL, reason="Let me", minutes=5)
    meeting.ben.send(ChannelLabel.CONTROL, ask)
    meeting.ben.send(ChannelLabel.INPUT, KEY_A)
    await meeting.ben.expect(ChannelLabel.CONTROL, InputRefused)
    assert meeting.run.situation.ask is None
    assert meeting.run.desktop.recorder.did == []


async def test_control_is_passed_and_taken_back_and_keys_are_let_go(meeting: Meeting) -> None:
    did = meeting.run.desktop.recorder.did
    meeting.ada.send(ChannelLabel.INPUT, KEY_A)
    await meeting.pass_control(meeting.ada, BEN)
    clipboards = (Capability.CLIPBOARD_SEND, Capability.CLIPBOARD_RECEIVE)
    await meeting.rights(meeting.ben, VIEW, CONTROL, *clipboards)
    assert did == [("press", "a"), ("release", "a")]
    meeting.ada.send(ChannelLabel.INPUT, KEY_A)
    await meeting.ada.expect(ChannelLabel.CONTROL, InputRefused)
    meeting.ben.send(ChannelLabel.INPUT, KEY_A)
    meeting.ben.send(ChannelLabel.CHAT, ChatSync(after=0))
    meeting.ben.send(ChannelLabel.CHAT, ChatPost(id="line-0001", text="mine"))
    line = await meeting.run.chat.get()
    assert line.by == BEN
    assert did[2:] == [("press", "a")]
    await meeting.pass_control(meeting.ada, ADA)
    await meeting.rights(meeting.ben, VIEW)
    assert did[2:] == [("press", "a"), ("release", "a")]


async def test_the_end_user_is_told_who_copied(meeting: Meeting) -> None:
    await meeting.pass_control(meeting.ada, BEN)
    for message in transfer("mine"):
        meeting.ben.send(ChannelLabel.CLIPBOARD, message)
    assert (await meeting.run.clipboard.get()).by == "Ben"
    await meeting.pass_control(meeting.ada, ADA)
    meeting.ada.send(ChannelLabel.CLIPBOARD, ClipboardFetch(id="fetch-0001"))
    assert (await meeting.run.clipboard.get()).by == "Ada Example"


async def test_files_go_only_by_the_channel_of_whoever_is_in_charge(meeting: Meeting) -> None:
    await meeting.pass_control(meeting.ada, BEN)
    desk = meeting.run.service._sharing.files
    link = next(one for one in meeting.run.service._sharing._links if one.guest_id)
    assert ChannelLabel.FILES not in link.switchboard._open
    assert desk._road is not None


async def test_each_ones_shapes_have_their_name_and_colour(meeting: Meeting) -> None:
    mark = GuideMark(id="m1", number=1, x=0.5, y=0.5)
    arrow = GuideArrow(id="m1", from_x=0.1, from_y=0.1, to_x=0.2, to_y=0.2)
    meeting.ada.send(ChannelLabel.GUIDE, mark)
    meeting.ben.send(ChannelLabel.GUIDE, arrow)
    async with asyncio.timeout(15):
        while len(meeting.run.drawings) < 2:
            await asyncio.sleep(0.01)
    hands = {drawing.hand: drawing.shapes[0].shape for drawing in meeting.run.drawings}
    assert hands == {Hand("Ada Example", 0): mark, Hand("Ben", 1): arrow}


async def test_a_guest_who_is_sent_away_is_cut_off_and_stays_out(meeting: Meeting) -> None:
    meeting.run.service.post(on.GuestRemoved(BEN.account_id))
    assert (await meeting.broker.expect(ParticipantRemoved)).account_id == BEN.account_id
    again = Console()
    with pytest.raises(TimeoutError):
        await connect(meeting.broker, again, BEN)
    await again.close()
    assert meeting.ben.channels[ChannelLabel.INPUT].readyState == "closed"
    meeting.ada.send(ChannelLabel.INPUT, KEY_A)
    meeting.ada.send(ChannelLabel.CHAT, ChatPost(id="line-0001", text="still here"))
    await meeting.run.chat.get()
    assert meeting.run.desktop.recorder.did == [("press", "a")]


async def test_after_a_hand_over_the_old_one_reaches_nothing(meeting: Meeting) -> None:
    await meeting.ask(9, EntryPurpose.HAND_OVER, BEN)
    await meeting.allow(9)
    assert (await meeting.broker.expect(EntryAnswer)).allowed
    await meeting.tell(in_charge=BEN)
    meeting.ada.send(ChannelLabel.INPUT, KEY_A)
    again = Console()
    with pytest.raises(TimeoutError):
        await connect(meeting.broker, again, ADA)
    await again.close()
    fresh = Console()
    await connect(meeting.broker, fresh, BEN)
    await fresh.expect(ChannelLabel.CONTROL, ScreenState)
    fresh.send(ChannelLabel.INPUT, InputKey(key="b", code="KeyB", down=True))
    fresh.send(ChannelLabel.CHAT, ChatPost(id="line-0002", text="mine now"))
    await meeting.run.chat.get()
    assert meeting.run.desktop.recorder.did == [("press", "b")]
    assert meeting.run.situation.request is not None
    assert meeting.run.situation.request.technician.name == "Ben"
    await fresh.close()


async def test_the_guest_goes_on_looking_when_the_other_is_lost_and_is_no_more(
    meeting: Meeting,
) -> None:
    await meeting.ada.close()
    await meeting.run.reach(State.READY)
    await meeting.ben.frame_where(lambda picture: picture.mean() > 240)
    meeting.ben.send(ChannelLabel.INPUT, KEY_A)
    await meeting.ben.expect(ChannelLabel.CONTROL, InputRefused)


async def test_the_picture_is_made_while_anybody_watches(meeting: Meeting) -> None:
    capture = meeting.run.service._sharing._capture
    hidden = PictureWish(watching=False, preference=PicturePreference.AUTOMATIC)
    meeting.ada.send(ChannelLabel.CONTROL, hidden)
    await asyncio.sleep(0.2)
    assert capture._watching
    meeting.ben.send(ChannelLabel.CONTROL, hidden)
    async with asyncio.timeout(15):
        while capture._watching:
            await asyncio.sleep(0.01)
