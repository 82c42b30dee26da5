"""The two people: they chat, keys are held, a file goes, whatever befalls the network meanwhile."""

import asyncio
import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, Final

from Xlib import X, display

from tests.rig.away import Away
from tests.rig.hands import find_window, press, rest, type_text
from tests.rig.processes import ProcessFailed, output_of

FILE_BYTES: Final = 48_000_000
OFFER: Final = "Handrail – Take these files"
CHAT: Final = "Handrail – Chat"
WORK: Final = "Work of the end user"
BAR: Final = "Handrail – Session"
READ_S: Final = 1.2
"""An offer cannot be accepted before it can have been read."""
RELEASED_WITHIN_S: Final = 4.5
"""After the network was cut: the client lets go after 3 s of silence, and looks once a second."""
_CHAT: Final = """panel => {
  const { lines, outbox } = panel.live.chat;
  return { lines: lines.map(({ author, text }) => [author, text]), waiting: outbox.length };
}"""


class Desktop:
    """What is pressed at the end user's X server, whoever pressed it."""

    def __init__(self, away: Away) -> None:
        os.environ["XAUTHORITY"] = str(away.display.authority)
        self._display: Any = display.Display(away.display.name)

    def pressed(self) -> list[int]:
        """Give the codes of keys that are down, and the numbers of buttons."""
        keys = self._display.query_keymap()
        down = [code for code in range(8, 256) if keys[code // 8] >> code % 8 & 1]
        mask = self._display.screen().root.query_pointer().mask
        return down + [n for n in range(1, 6) if mask & X.Button1Mask << (n - 1)]

    async def is_let_go(self, within_s: float) -> bool:
        """Tell whether nothing is down within this time."""
        end = time.monotonic() + within_s
        while self.pressed():
            if time.monotonic() > end:
                return False
            await asyncio.sleep(0.05)
        return True

    def close(self) -> None:
        """Leave the X server."""
        self._display.close()


class People:
    """Both, and what they found wrong."""

    def __init__(self, away: Away, chance: Random) -> None:
        self._away = away
        self._chance = chance
        self._desk = asyncio.Lock()
        """One thing at a time, at either desk: a key that the technician holds is held for all."""
        self.desktop = Desktop(away)
        self.said: dict[str, list[str]] = {"technician": [], "end_user": []}
        self.files = 0
        self.held = 0
        """How often a key was really down at the end user's when the network was cut."""
        self.complaints: list[str] = []

    # ---- chat

    async def chat(self) -> None:
        """Say something now and then, in turns, until cancelled."""
        await press(self._away.display, BAR, "alt+h")
        while True:
            for author in ("technician", "technician", "end_user"):
                async with self._desk:
                    await self._say(author)
                await asyncio.sleep(self._chance.uniform(0.5, 2.5))

    async def _say(self, author: str) -> None:
        text = f"{author} line {len(self.said[author]) + 1}"
        if author == "technician":
            await self._away.page.locator(
                "#tab-chat"
            ).click()  # a file that is sent shows the other
            await self._away.console.say(text)
        else:
            await type_text(self._away.display, CHAT, text)
            await press(self._away.display, CHAT, "Return")
        self.said[author].append(text)

    async def is_all_said(self, within_s: float) -> bool:
        """Tell whether every line is there once, in order, and nothing waits."""
        panel = self._away.page.locator("hr-chat-panel")
        end = time.monotonic() + within_s
        while True:
            chat = await panel.evaluate(_CHAT)
            found = {a: [text for who, text in chat["lines"] if who == a] for a in self.said}
            if found == self.said and chat["waiting"] == 0:
                return True
            if time.monotonic() > end:
                self.complaints.append(f"chat: {found} instead of {self.said}, {chat['waiting']}")
                return False
            await asyncio.sleep(0.2)

    # ---- keys

    async def hold_keys(self) -> None:
        """Hold keys and a button for a while, again and again, until cancelled."""
        page = self._away.page
        while True:
            await asyncio.sleep(self._chance.uniform(0.5, 3))
            async with self._desk:
                await self._look_at_work()
                await page.keyboard.down("Shift")
                await page.keyboard.down("ArrowLeft")
                try:
                    await asyncio.sleep(self._chance.uniform(0.2, 1.5))
                finally:  # whoever is cancelled lets go, too
                    await page.keyboard.up("ArrowLeft")
                    await page.keyboard.up("Shift")
                if not await self.desktop.is_let_go(RELEASED_WITHIN_S):
                    self.complaints.append(f"still down: {self.desktop.pressed()}")

    async def hold_through(self, cut: asyncio.Event) -> None:
        """Hold a key from before a cut: the client lets go of it by itself."""
        async with self._desk:
            await self._look_at_work()
            await rest()
            await self._away.page.keyboard.down("ArrowLeft")
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    while not self.desktop.pressed():
                        await asyncio.sleep(0.02)
            self.held += bool(self.desktop.pressed())
            cut.set()
            if not await self.desktop.is_let_go(RELEASED_WITHIN_S):
                self.complaints.append(f"down without a network: {self.desktop.pressed()}")
            await self._away.page.keyboard.up("ArrowLeft")

    async def _look_at_work(self) -> None:
        """Have the focus in the end user's work: no remote key reaches a window of Handrail."""
        work = await find_window(self._away.display, WORK)
        await output_of(["xdotool", "windowactivate", "--sync", work], self._away.display.env)
        await self._away.console.screen.focus()

    # ---- files

    async def send_files(self) -> None:
        """Send one file after the other to the end user, who takes them, until cancelled."""
        while True:
            path = self._away.folder / f"file-{self.files + 1}.bin"
            path.write_bytes(os.urandom(FILE_BYTES))
            async with self._desk:  # it shows the tab of files in place of the chat's
                await self._away.page.locator("hr-files-panel #files").set_input_files(path)
                await self._away.page.locator("#tab-files[aria-selected=true]").wait_for()
            await self._take()
            await self._arrived(path)
            self.files += 1

    async def _take(self) -> None:
        """Take the offer once it comes, over whatever line."""
        find = ["xdotool", "search", "--onlyvisible", "--name", OFFER]
        while True:
            with suppress(ProcessFailed):  # nothing was found
                if await output_of(find, self._away.display.env):
                    break
            await asyncio.sleep(0.3)
        await asyncio.sleep(READ_S)
        async with self._desk:
            await press(self._away.display, OFFER, "alt+a")

    async def _arrived(self, sent: Path) -> None:
        """Wait until it is there under its name, and whole."""
        taken = self._away.folder / "Downloads" / "Handrail" / sent.name
        while not taken.exists():
            await asyncio.sleep(0.2)
        digests = [hashlib.sha256(path.read_bytes()).digest() for path in (sent, taken)]
        if digests[0] != digests[1]:
            self.complaints.append(f"{sent.name} is not what was sent")
        sent.unlink()
        taken.unlink()
