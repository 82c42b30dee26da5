"""The real program on a real X display with a window manager, driven by xdotool."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from broker.protocol import signaling as wire
from broker.protocol.channels import ChannelLabel, InputButton, InputKey, MouseButton, ScreenState
from broker.protocol.chat import ChatMessage, ChatPost, ChatSync, ChatTyping
from broker.protocol.rights import (
    AskOutcome,
    RightsAnswer,
    RightsAsk,
    RightsChange,
    RightsChanged,
)
from broker.protocol.vocabulary import Capability, ConsentSource
from client.ui.question import ARMING_MS
from tests.client.conftest import XServer
from tests.client.fake_broker import (
    GOOD_CODE,
    SESSION_ID,
    Console,
    FakeBroker,
    agree,
    connect,
    running_broker,
)
from tests.client.trusted import Trusted
from tests.rig.display import XDisplay
from tests.rig.hands import find_window, wait_for_focus
from tests.rig.processes import Process, start


@pytest.fixture(scope="module")
def desktop() -> Iterator[XServer]:
    """A display of its own with a window manager on it."""
    server = XServer("1280x800x24")
    manager = subprocess.Popen(
        ["openbox"], env=os.environ | {"DISPLAY": server.display}, stderr=subprocess.DEVNULL
    )
    yield server
    manager.terminate()
    manager.wait(10)
    server.stop()


@pytest.fixture
async def broker() -> AsyncIterator[FakeBroker]:
    async with running_broker(FakeBroker(agrees=True)) as made:
        yield made


class Program:
    """The client in a process, and a person with mouse and keyboard in front of it."""

    def __init__(self, process: Process, display: str) -> None:
        self.process = process
        self._display = display
        self._environment = os.environ | {"DISPLAY": display}

    async def xdotool(self, *arguments: str) -> str:
        done = await asyncio.create_subprocess_exec(
            "xdotool", *arguments, env=self._environment, stdout=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(15):
            output, _ = await done.communicate()
        return output.decode().strip()

    async def window(self, title: str) -> str:
        """Wait for a window with this title, and give it the focus."""
        window = await find_window(XDisplay(self._display, None), title)
        await self.xdotool("windowactivate", "--sync", window)
        return window

    async def press(self, key: str) -> None:
        await self.xdotool("key", "--clearmodifiers", key)

    async def enter_code(self, code: str = GOOD_CODE) -> None:
        await self.window("Enter code")
        await self.press("ctrl+a")
        await self.xdotool("type", code)
        await self.press("Return")

    async def exit_code(self) -> int:
        async with asyncio.timeout(15):
            return await self.process.wait()


@asynccontextmanager
async def program(desktop: XServer, broker: FakeBroker, *arguments: str) -> AsyncIterator[Program]:
    command = [sys.executable, "-m", "client", "--broker", broker.url, "--language", "en"]
    process = await start([*command, *arguments], Path("/dev/stderr"), {"DISPLAY": desktop.display})
    try:
        yield Program(process, desktop.display)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_person_allows_chats_pauses_and_stops_with_the_keyboard(
    desktop: XServer, broker: FakeBroker
) -> None:
    broker.agrees = False  # here once the window is there
    async with program(desktop, broker) as client:
        await client.enter_code("4821 0937 5524")
        await client.enter_code()
        assert (await broker.expect(wire.ClientJoin)).code == GOOD_CODE
        await client.window("Allow access")
        await agree(broker, Trusted(SESSION_ID))
        for key in ("shift+Tab", "space", "alt+a"):
            await client.press(key)
        given = await broker.expect(wire.ConsentGiven)
        assert given.source is ConsentSource.WINDOW
        assert given.capabilities == (Capability.VIEW, Capability.CONTROL)
        console = Console()
        await connect(broker, console)
        console.send(ChannelLabel.CHAT, ChatSync(after=0))
        console.send(ChannelLabel.CHAT, ChatPost(id="line-0001", text="<b>hello</b>"))
        await client.window("Handrail – Session$")
        await client.press("alt+h")
        await client.window("Handrail – Chat")
        await client.xdotool("type", "thanks")
        await client.press("Return")
        line = await console.expect(
            ChannelLabel.CHAT, ChatMessage, lambda m: m.author == "end_user"
        )
        assert (line.text, line.sequence) == ("thanks", 2)
        await client.window("Handrail – Session$")
        await client.press("alt+p")
        assert (await broker.expect(wire.SessionPause)).paused
        await client.press("alt+r")
        assert not (await broker.expect(wire.SessionPause)).paused
        await client.press("alt+s")
        await broker.expect(wire.SessionStop)
        await client.window("Session ended")
        await client.press("alt+e")
        await client.enter_code()
        await broker.expect(wire.ClientJoin)
        await console.close()


def processes_of(session: int) -> list[str]:
    """Name the processes of a session of the system's (setsid), as far as any are left."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            name, _, rest = status.read_text().partition(") ")
            if int(rest.split()[3]) == session:
                found.append(name)
    return found


async def test_enter_declines_and_nothing_is_left_of_the_program(
    desktop: XServer, broker: FakeBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    async with program(desktop, broker, GOOD_CODE) as client:
        await client.window("Allow access")
        await client.press("Return")
        assert await broker.expect(wire.ConsentDeclined) == wire.ConsentDeclined(timed_out=False)
        await client.window("Session ended")
        assert processes_of(client.process.pid) != []
        await client.press("Return")
        assert await client.exit_code() == 0
        assert processes_of(client.process.pid) == []
        left = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert [path for path in left if tmp_path / ".cache" not in path.parents] == []


async def test_unticking_view_unticks_control_and_leaves_nothing_to_allow(
    desktop: XServer, broker: FakeBroker
) -> None:
    broker.agrees = False  # here once the window is there
    async with program(desktop, broker, GOOD_CODE) as client:
        await client.window("Allow access")
        await agree(broker, Trusted(SESSION_ID))
        both = ("shift+Tab", "space")
        unticked = ("shift+Tab", "space", "alt+a")
        view_only = ("space", "alt+a")
        for key in both + unticked + view_only:
            await client.press(key)
        given = await broker.expect(wire.ConsentGiven)
        assert given.capabilities == (Capability.VIEW,)


async def test_closing_the_bar_ends_the_session(desktop: XServer, broker: FakeBroker) -> None:
    async with program(desktop, broker, GOOD_CODE, "--grant", "view,control") as client:
        given = await broker.expect(wire.ConsentGiven)
        assert given.source is ConsentSource.COMMAND_LINE
        await client.window("Handrail – Session$")
        await client.press("alt+F4")
        await broker.expect(wire.SessionStop)
        await client.window("Session ended")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_session_and_the_program(
    desktop: XServer, broker: FakeBroker, number: signal.Signals
) -> None:
    async with program(desktop, broker, GOOD_CODE, "--grant", "view,control") as client:
        await client.window("Handrail – Session$")
        console = Console()
        await connect(broker, console)
        client.process.send_signal(number)
        await broker.expect(wire.SessionStop)
        assert await client.exit_code() == 0
        await console.close()


async def test_a_command_typed_by_the_technician_runs_in_a_terminal(
    desktop: XServer, broker: FakeBroker, tmp_path: Path
) -> None:
    pipe = tmp_path / "Made-by_the~technician"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    written = asyncio.Event()
    asyncio.get_running_loop().add_reader(reading, written.set)
    environment = os.environ | {"DISPLAY": desktop.display}
    terminal = await asyncio.create_subprocess_exec(
        *("xterm", "-geometry", "80x24+100+300", "-T", "terminal", "-e", "sh"), env=environment
    )
    try:
        async with program(desktop, broker, GOOD_CODE, "--grant", "view,control") as client:
            await client.window("Handrail – Session$")
            await client.window("terminal")
            console = Console()
            await connect(broker, console)
            await console.expect(ChannelLabel.CONTROL, ScreenState)
            async with asyncio.timeout(10):
                while "x:256 y:480" not in await client.xdotool("getmouselocation"):
                    for down in (True, False):  # refused until the bar's own place is settled
                        click = InputButton(button=MouseButton.LEFT, down=down, x=0.2, y=0.6)
                        console.send(ChannelLabel.INPUT, click)
            for character in [*f"echo 'Hi | \"you\"' > '{pipe}'", "Enter"]:
                for down in (True, False):
                    key = InputKey(key=character, code=f"c{character}"[:32], down=down)
                    console.send(ChannelLabel.INPUT, key)
            async with asyncio.timeout(10):
                await written.wait()
            assert os.read(reading, 100) == b'Hi | "you"\n'
            await console.close()
    finally:
        asyncio.get_running_loop().remove_reader(reading)
        os.close(reading)
        terminal.kill()
        await terminal.wait()


@asynccontextmanager
async def asked(desktop: XServer, broker: FakeBroker) -> AsyncIterator[tuple[Program, Console]]:
    """A technician who only sees asks for control, and the end user is looking at the question."""
    may_ask_for_control(broker)
    async with program(desktop, broker, GOOD_CODE, "--grant", "view") as client:
        await client.window("Handrail – Session$")
        console = Console()
        await connect(broker, console)
        ask = RightsAsk(capability=Capability.CONTROL, reason="to fix the printer", minutes=30)
        console.send(ChannelLabel.CONTROL, ask)
        await client.window("Allow this too")
        yield client, console
        await console.close()


async def answered(console: Console) -> RightsAnswer:
    answer = await console.expect(ChannelLabel.CONTROL, RightsAnswer)
    assert isinstance(answer, RightsAnswer)
    assert answer.capability is Capability.CONTROL
    return answer


async def test_the_end_user_allows_with_the_keyboard_what_the_technician_asks_for(
    desktop: XServer, broker: FakeBroker
) -> None:
    async with asked(desktop, broker) as (client, console):
        waiting = asyncio.create_task(broker.expect(RightsChanged, timeout=15))
        while not waiting.done():  # Allow is not active in the first moment
            await client.press("alt+a")
        assert await waiting == RightsChanged(
            change=RightsChange.GIVEN,
            capability=Capability.CONTROL,
            granted=(Capability.VIEW, Capability.CONTROL),
            reason="to fix the printer",
            minutes=30,
        )
        assert (await answered(console)).outcome is AskOutcome.GRANTED


async def test_enter_refuses_what_the_technician_asks_for(
    desktop: XServer, broker: FakeBroker
) -> None:
    async with asked(desktop, broker) as (client, console):
        await asyncio.sleep(ARMING_MS / 1000 + 0.3)
        await client.press("Return")
        told = await broker.expect(RightsChanged)
        assert (told.change, told.granted) == (RightsChange.REFUSED, (Capability.VIEW,))
        assert (await answered(console)).outcome is AskOutcome.REFUSED


MAY_ASK = (Capability.VIEW, Capability.CONTROL)


def may_ask_for_control(broker: FakeBroker) -> None:
    """Let the technician of the session that is joined next ask for it."""
    broker.greeting = broker.greeting.model_copy(update={"may_ask": MAY_ASK})


SENTENCE = "the printer on the second floor says that it is out of paper"


async def test_a_question_takes_no_key_from_whoever_types_in_the_chat(
    desktop: XServer, broker: FakeBroker
) -> None:
    may_ask_for_control(broker)
    async with program(desktop, broker, GOOD_CODE, "--grant", "view") as client:
        await client.window("Handrail – Session$")
        console = Console()
        await connect(broker, console)
        console.send(ChannelLabel.CHAT, ChatSync(after=0))
        await client.press("alt+h")
        await client.window("Handrail – Chat")
        typing = asyncio.create_task(client.xdotool("type", "--delay", "50", SENTENCE))
        await console.expect(ChannelLabel.CHAT, ChatTyping)
        ask = RightsAsk(capability=Capability.CONTROL, reason="to fix the printer", minutes=30)
        console.send(ChannelLabel.CONTROL, ask)
        await find_window(XDisplay(desktop.display, None), "Allow this too")
        assert not typing.done(), "it came while they typed"
        await typing
        await client.press("Return")
        async with asyncio.timeout(10):
            said = await console.expect(ChannelLabel.CHAT, ChatMessage)
        assert said.text == SENTENCE
        await wait_for_focus(XDisplay(desktop.display, None), "Allow this too")
        for key in ("space", "Return", "Escape"):
            await client.press(key)
        await asyncio.sleep(ARMING_MS / 1000 + 0.3)
        await client.press("alt+a")
        told = await broker.expect(RightsChanged)
        assert told.change is RightsChange.GIVEN, "what was typed on refused nothing"
        await console.close()


async def test_the_end_user_gives_and_takes_a_right_with_the_keyboard(
    desktop: XServer, broker: FakeBroker
) -> None:
    may_ask_for_control(broker)
    async with program(desktop, broker, GOOD_CODE, "--grant", "view") as client:
        await client.window("Handrail – Session$")
        await client.press("alt+g")
        await find_window(XDisplay(desktop.display, None), "Handrail – Rights")
        await client.press("Tab")
        await client.press("space")
        told = await broker.expect(RightsChanged)
        assert (told.change, told.granted) == (RightsChange.GIVEN, MAY_ASK)
        await client.press("space")
        told = await broker.expect(RightsChanged)
        assert (told.change, told.granted) == (RightsChange.TAKEN, (Capability.VIEW,))
        await client.press("Escape")
        await client.press("alt+p")
        assert (await broker.expect(wire.SessionPause)).paused
