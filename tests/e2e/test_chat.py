"""The chat on real parts: before consent, while the peers are cut, and what both sides see."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import TESS
from tests.e2e.test_spine import unexpected
from tests.rig.browser import in_shared_loop, page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.hands import find_window, look, press, save, type_text
from tests.rig.relay import Line, relaying
from tests.rig.stack import Broker, Technician, running_broker_of, running_client, signed_in

pytestmark = pytest.mark.e2e

REPLY = {
    "title": "Who I am",
    "text": "Hello {end_user}, this is {technician} of {organisation} about {ticket}.",
}
FILLED = "Hello Ines, this is Tess Example of Example Support about CHAT-1."
CHAT = "Handrail – Chat"
RELAYED = "messages go through the server"

PICTURES = os.environ.get("CHAT_PICTURES")
"""A directory for pictures of both sides, for whoever wants to look."""


async def photograph(console: Console, display: XDisplay, name: str) -> None:
    if PICTURES:
        await console.page.screenshot(path=Path(PICTURES) / f"{name}-console.png")
        save(look(display), Path(PICTURES) / f"{name}-desktop.png")


async def use_reply(console: Console) -> None:
    """Find the canned reply by the keyboard, say what the end user is called, and send it."""
    keyboard = console.page.keyboard
    await console.page.get_by_label("Message").focus()
    await keyboard.press("/")
    await expect(console.page.get_by_role("option", name="Who I am")).to_be_visible()
    await keyboard.type("who am")
    name = console.page.get_by_label("What is the end user called?")
    while not await name.evaluate("field => field.matches(':focus')"):
        await keyboard.press("Tab")
    await keyboard.type("Ines", delay=50)
    await keyboard.press("Enter")
    await asyncio.sleep(0.4)  # as a person does: what the name has changed is drawn by then
    await expect(console.page.get_by_role("combobox", name="Find a canned reply")).to_be_focused()
    await keyboard.press("Enter")
    await expect(console.page.get_by_label("Message")).to_have_value(FILLED)
    await keyboard.press("Enter")


async def lines_of(console: Console) -> list[str]:
    """Every line of the chat, as it is shown."""
    return await console.chat.locator(".text").all_inner_texts()


async def end_user_says(display: XDisplay, text: str) -> None:
    await type_text(display, CHAT, text)
    await press(display, CHAT, "Return")


async def expect_mark(console: Console, text: str, mark: str) -> None:
    """Wait until the technician's line says where it is."""
    line = console.chat.locator(".line", has_text=text)
    await expect(line).to_contain_text(mark, timeout=20_000)


async def counted(tess: Technician, session_id: str) -> tuple[int, int]:
    """The lines of the technician and of the end user, as the audit log has them."""
    [used] = [
        event["details"]
        for event in await tess.events(session_id)
        if event["action"] == "session.chat_used"
    ]
    return used["technician_lines"], used["end_user_lines"]


async def test_a_chat_goes_on_from_before_consent_through_a_cut_to_the_end(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with (
        signed_in(broker, TESS) as tess,
        relaying(Line(), Line()) as relay,
        page_in(browser) as (page, errors),
    ):
        await tess._call("POST", "/api/v1/replies", REPLY)
        await relay.put_before(page)
        console = Console(page, broker)
        await console.sign_in(TESS)
        code = await console.create_code("CHAT-1")
        session_id = console.session_id
        async with running_client(broker, display, code):
            await console.wait_for_status("asking for consent")
            await expect(page.get_by_text(RELAYED)).to_be_visible()
            await use_reply(console)
            await expect_mark(console, FILLED, "sent")
            await press(display, "Allow access", "alt+h")
            await expect_mark(console, FILLED, "on their screen")
            await type_text(display, CHAT, "Who sent you")
            await expect(page.get_by_text("The end user is writing")).to_be_visible()
            await press(display, CHAT, "Return")
            await expect(console.chat).to_contain_text("Who sent you")
            await expect(page.get_by_text("The end user is writing")).to_be_hidden()
            await page.get_by_label("Message").press_sequentially("Your", delay=20)
            await photograph(console, display, "before-consent")
            await console.say("Your colleague Maud")

            await press(display, "Allow access", "alt+a")
            await console.wait_for_status("connected")
            await expect(page.get_by_text(RELAYED)).to_be_hidden()
            await console.say("Thank you")
            await expect_mark(console, "Thank you", "on their screen")
            await photograph(console, display, "connected")

            relay.down.loss = relay.up.loss = 1.0
            await console.wait_for_status("reconnecting")
            await console.say("Are you still there?")
            await expect(page.get_by_text(RELAYED)).to_be_visible()
            await expect_mark(console, "Are you still there?", "on their screen")
            await end_user_says(display, "Yes")
            await expect(console.chat).to_contain_text("Yes")
            await photograph(console, display, "cut")

            await page.reload()
            await expect(console.chat).to_contain_text("Who sent you", timeout=20_000)
            relay.down.loss = relay.up.loss = 0.0
            await console.wait_for_status("connected")
            await expect(page.get_by_text(RELAYED)).to_be_hidden()
            await end_user_says(display, "Now I see you again")
            await expect(console.chat).to_contain_text("Now I see you again")
            await expect_mark(console, "Your colleague Maud", "on their screen")
            said = [
                FILLED,
                "Who sent you",
                "Your colleague Maud",
                "Thank you",
                "Are you still there?",
                "Yes",
                "Now I see you again",
            ]
            assert await lines_of(console) == said
            await press(display, "Handrail – Session", "alt+s")
            await console.wait_for_status("ended")
            await find_window(display, "Handrail – Session ended")
        assert not unexpected(errors), errors
        assert await counted(tess, session_id) == (4, 3)
        log = broker.log.read_text() + (broker.folder / "client.log").read_text()
    assert not [text for text in said if text in log]


@in_shared_loop
async def asking_broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker whose policy is to ask for transcripts."""
    async with running_broker_of(
        TESS, tmp_path, {"HANDRAIL_TRANSCRIPT_TO_TICKET": "ask"}
    ) as broker:
        yield broker


async def test_a_chat_is_kept_with_the_ticket_only_once_the_end_user_agrees(
    display: XDisplay, asking_broker: Broker, browser: Browser
) -> None:
    broker = asking_broker
    async with signed_in(broker, TESS) as tess, page_in(browser) as (page, errors):
        console = Console(page, broker)
        await console.sign_in(TESS)
        code = await console.create_code("CHAT-2")
        session_id = console.session_id
        path = f"/api/v1/sessions/{session_id}/transcript"
        async with running_client(broker, display, code, "--grant", "view"):
            await console.wait_for_status("connected")
            await console.say("Shall I replace the printer?")
            await press(display, "Handrail – Session", "alt+h")
            await end_user_says(display, "Yes please")
            await expect(console.chat).to_contain_text("Yes please")
            await page.get_by_role("button", name="End session").click()
            await console.wait_for_status("ended")
            await expect(page.get_by_text("has not agreed so far")).to_be_visible()
            assert (await tess._call("GET", path))["lines"] == []
            ended = "Handrail – Session ended"
            await find_window(display, ended)
            await asyncio.sleep(1.2)  # Keep is armed a second after it is shown
            await photograph(console, display, "asked")
            await press(display, ended, "alt+k")
            async with asyncio.timeout(10):
                while not (await tess._call("GET", path))["kept_at"]:
                    await asyncio.sleep(0.1)
            await page.get_by_role("button", name="Look again").click()
            await expect(page.get_by_text("Kept with the ticket since")).to_be_visible()
            await photograph(console, display, "kept")
        await page.reload()
        await expect(page.get_by_text("Kept with the ticket since")).to_be_visible()
        assert await lines_of(console) == ["Shall I replace the printer?", "Yes please"]
        await photograph(console, display, "read-later")
        kept = (await tess._call("GET", path))["lines"]
        assert [line["author"] for line in kept] == ["technician", "end_user"]
        assert not unexpected(errors), errors
