"""The whole engine without windows: a real websocket, a real peer connection, a fake desktop."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
import structlog

from broker.protocol import signaling as wire
from broker.protocol.channels import (
    ChannelLabel,
    InputButton,
    InputKey,
    InputRefused,
    InputWheel,
    MouseButton,
    PicturePreference,
    PictureWish,
    PointerMove,
    RightsState,
    ScreenState,
)
from broker.protocol.chat import ChatLines, ChatMessage, ChatPost, ChatState, ChatSync
from broker.protocol.connection import ConnectionTried, Way
from broker.protocol.tiles import TileRect
from broker.protocol.vocabulary import Capability, ConsentSource, EndReason, ErrorCode, SessionState
from client import compose
from client import events as on
from client.capture.region import Rect
from client.chat import ChatView
from client.clipboard import ClipboardUse
from client.config import Config
from client.guide import NOTHING, Drawing
from client.hot_key import Combination
from client.keeping import KeepOffer
from client.platform.interface import Activity, Area, Injector, Screen, Told
from client.rtc.peer import Peer
from client.service import Service
from client.support_session import Problem, Situation, State
from tests.client.capture.fake_screen import FakeScreen
from tests.client.channels.recorder import Recorder
from tests.client.fake_broker import (
    GOOD_CODE,
    Console,
    FakeBroker,
    connect,
    joined,
    running_broker,
)
from tests.client.fake_stun import by_udp, says_nothing, says_yes
from tests.client.trusted import allowed
from tests.client.viewer import Reset, Tile, decode_png

BOTH = frozenset({Capability.VIEW, Capability.CONTROL})
WHITE = 0xFFFFFF


class FakeDesktop:
    """A white screen and an injector that remembers."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        self.screen = FakeScreen(320, 240)
        self.screen.paint(Rect(0, 0, 320, 240), WHITE)

    def open_screen(self) -> Screen:
        return self.screen.open()

    def open_injector(self) -> Injector:
        return self.recorder

    def open_activity(self, hot_key: Combination, told: Told) -> Activity:
        self.told = told
        return self

    def close(self) -> None:
        """It tells no more."""


class Run:
    """A running engine and what its observer saw."""

    def __init__(self, url: str, granted: frozenset[Capability]) -> None:
        self.desktop = FakeDesktop()
        self.situations: asyncio.Queue[Situation] = asyncio.Queue()
        self.chat: asyncio.Queue[ChatMessage] = asyncio.Queue()
        self.chat_views: asyncio.Queue[ChatView] = asyncio.Queue()
        self.typing = 0
        self.offers: asyncio.Queue[KeepOffer | None] = asyncio.Queue()
        self.clipboard: asyncio.Queue[ClipboardUse] = asyncio.Queue()
        self.situation = Situation()
        self.drawing = NOTHING
        self.drawings: tuple[Drawing, ...] = ()
        config = Config(url, granted=granted)
        self.service: Service = compose.build_service(config, self.desktop, self)

    def situation_changed(self, situation: Situation) -> None:
        self.situation = situation
        self.situations.put_nowait(situation)

    def chat_line(self, line: ChatMessage) -> None:
        self.chat.put_nowait(line)

    def chat_changed(self, view: ChatView) -> None:
        self.chat_views.put_nowait(view)

    def technician_types(self) -> None:
        self.typing += 1

    def keeping_changed(self, offer: Any) -> None:
        self.offers.put_nowait(offer)

    def receipt_changed(self, receipt: Any) -> None:
        pass

    def rating_changed(self, stage: Any) -> None:
        pass

    def files_changed(self, view: Any) -> None:
        pass

    def clipboard_used(self, use: ClipboardUse) -> None:
        self.clipboard.put_nowait(use)

    def guide_changed(self, drawings: tuple[Drawing, ...], area: Area | None) -> None:
        self.drawings = drawings
        self.drawing = drawings[0] if drawings else NOTHING

    async def until(self, good: Callable[[Situation], bool]) -> Situation:
        async with asyncio.timeout(10):
            while not good(self.situation):
                await self.situations.get()
            return self.situation

    async def reach(self, state: State) -> Situation:
        return await self.until(lambda situation: situation.state is state)


@asynccontextmanager
async def running(url: str, granted: frozenset[Capability] = frozenset()) -> AsyncIterator[Run]:
    run = Run(url, granted)
    ready = asyncio.Event()
    task = asyncio.create_task(run.service.run(ready.set))
    await ready.wait()
    try:
        yield run
    finally:
        run.service.quit()
        async with asyncio.timeout(15):
            await task


@pytest.fixture
async def broker() -> AsyncIterator[FakeBroker]:
    async with running_broker(FakeBroker(agrees=True)) as made:
        yield made


@pytest.fixture
async def linked(broker: FakeBroker) -> AsyncIterator[tuple[Run, Console]]:
    """A session with everything granted and the console connected."""
    async with running(broker.url, BOTH) as run:
        run.service.post(on.CodeEntered(GOOD_CODE))
        await broker.expect(wire.ConsentGiven)
        console = Console()
        await connect(broker, console)
        await console.expect(ChannelLabel.CONTROL, ScreenState)
        yield run, console
        await console.close()


async def test_join_consent_picture_input_and_chat_work_together(broker: FakeBroker) -> None:
    async with running(broker.url) as run:
        run.service.post(on.CodeEntered(GOOD_CODE))
        await run.until(lambda situation: bool(situation.trust))
        run.service.post(allowed(run.situation, *BOTH))
        given = await broker.expect(wire.ConsentGiven)
        assert given.source is ConsentSource.WINDOW
        console = Console()
        await connect(broker, console)
        rights = await console.expect(ChannelLabel.CONTROL, RightsState)
        assert rights == RightsState(granted=(Capability.VIEW, Capability.CONTROL), paused=False)
        assert await console.expect(ChannelLabel.CONTROL, ScreenState) == ScreenState(
            width=320, height=240
        )
        await console.frame_where(lambda picture: picture.mean() > 240)
        console.send(ChannelLabel.INPUT, InputKey(key="a", code="KeyA", down=True))
        console.send(ChannelLabel.CHAT, ChatPost(id="line-0001", text="hello"))
        assert (await run.chat.get()).text == "hello"
        assert run.desktop.recorder.did == [("press", "a")]
        await console.close()


async def test_a_grant_on_the_command_line_is_told_as_such(broker: FakeBroker) -> None:
    async with running(broker.url, BOTH) as run:
        run.service.post(on.CodeEntered(GOOD_CODE))
        given = await broker.expect(wire.ConsentGiven)
        assert given.source is ConsentSource.COMMAND_LINE


async def test_nobody_answering_declines_in_time(broker: FakeBroker) -> None:
    broker.greeting = joined(timeout_s=0)
    async with running(broker.url) as run:
        run.service.post(on.CodeEntered(GOOD_CODE))
        assert (await broker.expect(wire.ConsentDeclined)).timed_out
        assert (await run.reach(State.OVER)).end_reason is EndReason.CONSENT_TIMEOUT


async def test_a_rogue_console_with_view_only_changes_nothing(broker: FakeBroker) -> None:
    async with running(broker.url, frozenset({Capability.VIEW})) as run:
        run.service.post(on.CodeEntered(GOOD_CODE))
        await broker.expect(wire.ConsentGiven)
        console = Console()
        await connect(broker, console)
        await console.expect(ChannelLabel.CONTROL, ScreenState)
        for message in (
            InputKey(key="a", code="KeyA", down=True),
            InputButton(button=MouseButton.LEFT, down=True, x=0, y=0),
            InputWheel(dx=1, dy=1, x=0, y=0),
        ):
            console.send(ChannelLabel.INPUT, message)
        console.send(ChannelLabel.POINTER, PointerMove(sequence=1, x=0, y=0))
        refused = await console.expect(ChannelLabel.CONTROL, InputRefused)
        assert refused.reason == "not_granted"
        console.send(ChannelLabel.CHAT, ChatPost(id="line-0001", text="after all that"))
        await run.chat.get()
        assert run.desktop.recorder.did == []
        await console.close()


async def test_pausing_hides_the_picture_releases_keys_and_refuses_input(
    linked: tuple[Run, Console], broker: FakeBroker
) -> None:
    run, console = linked
    await console.frame_where(lambda picture: picture.mean() > 240)
    console.send(ChannelLabel.INPUT, InputKey(key="Shift", code="ShiftLeft", down=True))
    console.send(ChannelLabel.CHAT, ChatPost(id="line-0001", text="marker"))
    await run.chat.get()
    run.service.post(on.PauseChosen(True))
    assert (await broker.expect(wire.SessionPause)).paused
    await console.expect(ChannelLabel.CONTROL, RightsState, lambda rights: rights.paused)
    assert run.desktop.recorder.did[-1] == ("release", "Shift")
    await console.frame_where(lambda picture: picture.mean() < 60)
    console.send(ChannelLabel.INPUT, InputKey(key="a", code="KeyA", down=True))
    assert (await console.expect(ChannelLabel.CONTROL, InputRefused)).reason == "paused"
    run.service.post(on.PauseChosen(False))
    await console.frame_where(lambda picture: picture.mean() > 240)


async def test_a_small_change_reaches_the_console_as_an_exact_tile(
    linked: tuple[Run, Console],
) -> None:
    run, console = linked
    await console.frame_where(lambda picture: picture.mean() > 240)
    assert await asyncio.to_thread(run.desktop.screen.until_resting)
    run.desktop.screen.paint(Rect(10, 20, 30, 40), 0x123456)
    here = TileRect(10, 20, 20, 20)
    tile = await console.expect(ChannelLabel.TILES, Tile, lambda tile: tile.rect == here)
    assert np.unique(decode_png(tile.png).reshape(-1, 3), axis=0).tolist() == [[0x12, 0x34, 0x56]]


async def test_nothing_is_read_and_no_tile_leaves_while_paused(
    linked: tuple[Run, Console], broker: FakeBroker
) -> None:
    run, console = linked
    await console.frame_where(lambda picture: picture.mean() > 240)
    run.service.post(on.PauseChosen(True))
    await console.expect(ChannelLabel.CONTROL, RightsState, lambda rights: rights.paused)
    assert await asyncio.to_thread(run.desktop.screen.closed.wait, 10)
    run.desktop.screen.reads.clear()
    console.heard[ChannelLabel.TILES] = asyncio.Queue()
    run.desktop.screen.paint(Rect(10, 20, 30, 40), 0x123456)
    await console.frame_where(lambda picture: picture.mean() < 60)
    assert run.desktop.screen.reads == []
    heard = console.heard[ChannelLabel.TILES]
    assert not any(isinstance(heard.get_nowait(), Tile) for _ in range(heard.qsize()))
    run.service.post(on.PauseChosen(False))
    await console.expect(ChannelLabel.TILES, Reset)


async def test_nothing_is_read_while_the_console_is_hidden_and_the_picture_comes_once_it_is_seen(
    linked: tuple[Run, Console],
) -> None:
    run, console = linked
    await console.frame_where(lambda picture: picture.mean() > 240)
    console.send(
        ChannelLabel.CONTROL, PictureWish(watching=False, preference=PicturePreference.SHARP)
    )
    console.send(ChannelLabel.CHAT, ChatPost(id="line-0001", text="hidden"))
    await run.chat.get()
    assert await asyncio.to_thread(run.desktop.screen.until_resting)
    run.desktop.screen.reads.clear()
    run.desktop.screen.paint(Rect(0, 0, 320, 240), 0x101010)
    assert await asyncio.to_thread(run.desktop.screen.until_resting)
    assert run.desktop.screen.reads == []
    console.send(
        ChannelLabel.CONTROL, PictureWish(watching=True, preference=PicturePreference.SHARP)
    )
    await console.frame_where(lambda picture: picture.mean() < 60)


async def test_a_pause_that_is_taken_back_at_once_leaves_the_picture_alive(
    linked: tuple[Run, Console],
) -> None:
    run, console = linked
    await console.frame_where(lambda picture: picture.mean() > 240)
    run.service.post(on.PauseChosen(True))
    run.service.post(on.PauseChosen(False))
    await console.expect(ChannelLabel.TILES, Reset)
    run.desktop.screen.paint(Rect(0, 0, 320, 240), 0x808080)
    await console.expect(ChannelLabel.TILES, Tile)


async def test_a_broker_restart_does_not_drop_the_peer(
    linked: tuple[Run, Console], broker: FakeBroker
) -> None:
    run, console = linked
    broker.resumed_state = SessionState.CONNECTED
    await broker.drop()
    await run.until(lambda situation: not situation.broker_attached)
    assert run.situation.state is State.LINKED
    console.send(ChannelLabel.CHAT, ChatPost(id="line-0001", text="still here"))
    assert (await run.chat.get()).text == "still here"
    await broker.expect(wire.ClientResume)
    await run.until(lambda situation: situation.broker_attached)


async def test_chat_continues_in_order_over_a_fresh_peer(
    linked: tuple[Run, Console], broker: FakeBroker
) -> None:
    run, console = linked
    console.send(ChannelLabel.CHAT, ChatPost(id="line-0001", text="one"))
    await run.chat.get()
    await console.close()
    await run.reach(State.READY)
    run.service.with_talk(lambda talk: talk.say("two, while nobody is there"))
    await run.chat.get()
    fresh = Console()
    await connect(broker, fresh)
    fresh.send(ChannelLabel.CHAT, ChatSync(after=0))
    fresh.send(ChannelLabel.CHAT, ChatPost(id="line-0001", text="one"))
    lines = (await fresh.expect(ChannelLabel.CHAT, ChatLines)).lines
    assert [line.sequence for line in lines] == [1, 2]
    await fresh.close()


async def test_a_fresh_offer_replaces_the_peer_that_stands(
    linked: tuple[Run, Console], broker: FakeBroker
) -> None:
    run, _ = linked
    (before,) = run.situation.trust
    fresh = Console()
    await connect(broker, fresh)
    (agreed,) = run.situation.trust
    assert agreed.string != before.string
    assert agreed.is_new, "it has another certificate"
    await fresh.frame_where(lambda picture: picture.mean() > 240)
    await run.reach(State.LINKED)
    await fresh.close()


def alive(kind: type[Any]) -> int:
    return sum(type(one) is kind for one in gc.get_objects())


async def test_no_connection_is_kept_once_another_has_replaced_it_though_nothing_else_collects(
    linked: tuple[Run, Console], broker: FakeBroker
) -> None:
    gc.collect()
    assert alive(Peer) == 1
    gc.disable()
    try:
        fresh = [Console() for _ in range(2)]
        for console in fresh:
            await connect(broker, console)
        async with asyncio.timeout(10):
            while alive(Peer) > 1:
                await asyncio.sleep(0.1)
    finally:
        gc.enable()
    for console in fresh:
        await console.close()


async def test_an_offer_before_consent_gets_no_answer(broker: FakeBroker) -> None:
    async with running(broker.url) as run:
        run.service.post(on.CodeEntered(GOOD_CODE))
        await run.reach(State.ASKING)
        console = Console()
        await broker.send(await console.offer())
        run.service.post(on.ConsentRefused())
        heard = await broker.expect(object)
        while isinstance(heard, wire.ClientJoin | ChatState):
            heard = await broker.expect(object)
        assert heard == wire.ConsentDeclined(timed_out=False)
        await console.close()


async def test_the_technician_ending_it_withdraws_everything(
    linked: tuple[Run, Console], broker: FakeBroker
) -> None:
    run, _ = linked
    await broker.send(wire.SessionEnded(reason=EndReason.TECHNICIAN_ENDED))
    over = await run.reach(State.OVER)
    assert over.end_reason is EndReason.TECHNICIAN_ENDED
    assert not over.consent.given
    run.service.post(on.RestartChosen())
    await run.reach(State.ENTERING)


async def test_quitting_tells_the_broker_to_stop(broker: FakeBroker) -> None:
    async with running(broker.url, BOTH) as run:
        run.service.post(on.CodeEntered(GOOD_CODE))
        await broker.expect(wire.ConsentGiven)
    await broker.expect(wire.SessionStop)


async def test_the_ways_out_are_tried_while_the_end_user_is_asked(broker: FakeBroker) -> None:
    async with by_udp(says_yes) as (port, _), by_udp(says_nothing) as (silent, _):
        servers = (wire.IceServer(urls=(f"stun:127.0.0.1:{port}",)),)
        broker.greeting = joined().model_copy(update={"ice_servers": servers})
        async with running(broker.url) as run:
            run.service.post(on.CodeEntered(GOOD_CODE))
            tried = await broker.expect(ConnectionTried)
            assert [one.way for one in tried.ways] == [Way.DIRECT, Way.BROKER]
            await broker.send(tried)
            assert (await run.until(lambda situation: situation.told is not None)).told == tried
            assert run.situation.state is State.ASKING
            run.service.post(on.StopChosen())
            await run.reach(State.OVER)
            servers = (wire.IceServer(urls=(f"stun:127.0.0.1:{silent}",)),)
            broker.greeting = joined().model_copy(update={"ice_servers": servers})
            run.service.post(on.RestartChosen())
            run.service.post(on.CodeEntered(GOOD_CODE))
            await run.reach(State.ASKING)  # and leaving does not wait for what stays silent


async def test_a_refused_code_can_be_followed_by_another(broker: FakeBroker) -> None:
    broker.refuse_with = wire.ErrorMessage(code=ErrorCode.CODE_REJECTED, detail="", fatal=True)
    async with running(broker.url) as run:
        run.service.post(on.CodeEntered(GOOD_CODE))
        await run.until(lambda situation: situation.trouble is ErrorCode.CODE_REJECTED)
        broker.refuse_with = None
        run.service.post(on.CodeEntered(GOOD_CODE))
        await run.reach(State.ASKING)


async def test_an_unreachable_broker_is_told() -> None:
    async with running("http://127.0.0.1:1") as run:
        run.service.post(on.CodeEntered(GOOD_CODE))
        await run.until(lambda situation: situation.trouble is Problem.BROKER_UNREACHABLE)


async def test_logs_hold_one_line_each_for_begin_and_end_and_no_secrets(
    broker: FakeBroker, capsys: Any
) -> None:
    from client.cli import configure_logging

    configure_logging("debug")
    async with running(broker.url, BOTH) as run:
        run.service.post(on.CodeEntered(GOOD_CODE))
        await broker.expect(wire.ConsentGiven)
        run.service.with_talk(lambda talk: talk.say("canary-chat"))
        console = Console()
        await connect(broker, console)
        console.send(ChannelLabel.INPUT, InputKey(key="c4n4ry", code="KeyA", down=True))
        await console.close()
        await run.reach(State.READY)
    structlog.reset_defaults()
    logged = capsys.readouterr().err
    assert logged.count("session_opened") == 1
    assert logged.count("session_closed") == 1
    for secret in ("canary", "c4n4ry", GOOD_CODE, broker.greeting.resume_token, "a=ice"):
        assert secret not in logged
