"""The console's views in a real browser, with a support client that is only a websocket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.console_pages import join
from tests.rig.stack import Broker, signed_in

pytestmark = pytest.mark.e2e


async def test_the_summary_shows_names_as_they_are(broker: Broker, browser: Browser) -> None:
    async with signed_in(broker, TESS) as technician:
        session = await technician.create_session("ZD-1")
        await join(technician, session["code"], "vm")
        await technician.end(session["session_id"])
    async with page_in(browser) as (page, _):
        console = Console(page, broker)
        await console.sign_in(TESS)
        await page.get_by_text("ZD-1").click()
        await expect(page.get_by_text("This session is over")).to_be_visible()
        shown = await page.locator("dd").all_inner_texts()
        assert "vm" in shown
        assert "The technician ended it" in shown
        await page.set_viewport_size({"width": 1024, "height": 700})
        box = await page.locator("dd").first.bounding_box()
        assert box is not None
        assert box["width"] > 100


async def test_marked_text_is_let_go_when_the_picture_takes_the_keyboard(
    broker: Broker, browser: Browser
) -> None:
    async with signed_in(broker, TESS) as technician:
        session = await technician.create_session("ZD-2")
        client = await join(technician, session["code"], "vm")
        consent = {"type": "consent.given", "capabilities": ["view"], "source": "window"}
        await client.send_json(consent)
        async with page_in(browser) as (page, _):
            console = Console(page, broker)
            await console.sign_in(TESS)
            await page.get_by_text("ZD-2").click()
            await expect(console.screen).to_be_visible()
            await page.evaluate("getSelection().selectAllChildren(document.body)")
            assert await page.evaluate("getSelection().rangeCount") == 1
            await console.screen.focus()
            assert await page.evaluate("getSelection().rangeCount") == 0


FILL_CHAT = """
async (count) => {
  const { emptyChat, receive } = await import("/console/src/channels/chat.js");
  await import("/console/src/views/chat_panel.js");
  const panel = document.createElement("hr-chat-panel");
  panel.style.height = "400px";
  document.body.replaceChildren(panel);
  const { initialState } = await import("/console/src/session.js");
  const state = initialState();
  let drawn = 0;
  const render = panel.render.bind(panel);
  panel.render = () => { drawn += 1; return render(); };
  let chat = emptyChat();
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const text = `text ${sequence}`;
    const who = { id: `line-${sequence}`, author: "end_user" };
    const line = { type: "chat.message", sequence, ...who, text };
    chat = receive(chat, { ...line, sent_at: "2026-11-23T10:00:00Z" });
    panel.live = { ...state, chat };
    await null;
  }
  await panel.updateComplete;
  return drawn;
}
"""


MORE_LINES = """
async (panel, count) => {
  const { receive } = await import("/console/src/channels/chat.js");
  let { chat } = panel.live;
  for (let sequence = chat.lines.length + 1; sequence <= count; sequence += 1) {
    const who = { id: `line-${sequence}`, author: "end_user", sent_at: "2026-11-23T10:00:00Z" };
    chat = receive(chat, { type: "chat.message", sequence, ...who, text: `text ${sequence}` });
  }
  panel.live = { ...panel.live, chat };
  await panel.updateComplete;
}
"""


NODES = """
log => {
  const walker = document.createTreeWalker(log);
  let count = 0;
  while (walker.nextNode()) count += 1;
  return count;
}
"""


async def test_a_long_chat_is_drawn_a_frame_at_a_time_and_shows_its_newest_lines_first(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(TESS)
        assert await page.evaluate(FILL_CHAT, 450) < 20
        lines, earlier = page.locator(".line"), page.get_by_role("button", name="Show earlier")
        await expect(lines).to_have_count(200)
        await expect(lines.last).to_contain_text("text 450")
        assert await page.get_by_role("log").evaluate(NODES) < 12 * 200
        await earlier.press("Enter")
        await expect(lines).to_have_count(400)
        await expect(earlier).to_be_focused()
        await earlier.press("Enter")
        await expect(lines).to_have_count(450)
        await expect(earlier).to_have_count(0)
        await expect(page.get_by_role("log")).to_be_focused()


async def test_a_chat_opens_at_its_newest_line_and_keeps_it_in_sight(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(TESS)
        await page.evaluate(FILL_CHAT, 50)
        panel, last = page.locator("hr-chat-panel"), page.locator(".line").last
        await expect(last).to_be_in_viewport(ratio=1)
        await panel.evaluate("panel => { panel.hidden = true; panel.visible = false }")
        await panel.evaluate(MORE_LINES, 3000)
        await panel.evaluate("panel => { panel.hidden = false; panel.visible = true }")
        await expect(last).to_contain_text("text 3000")
        await expect(last).to_be_in_viewport(ratio=1)
        await page.get_by_role("log").evaluate("log => { log.scrollTop = 100 }")
        await panel.evaluate("panel => { panel.hidden = true; panel.visible = false }")
        await panel.evaluate("panel => { panel.hidden = false; panel.visible = true }")
        await expect(last).to_be_in_viewport(ratio=1)
        await panel.evaluate("panel => { panel.style.height = '250px' }")
        await expect(last).to_be_in_viewport(ratio=1)


@asynccontextmanager
async def chatting(broker: Broker, browser: Browser, ticket: str) -> AsyncIterator[Page]:
    """Open the page of a session that is live, where its chat may be written in."""
    async with signed_in(broker, TESS) as technician:
        session = await technician.create_session(ticket)
        client = await join(technician, session["code"], "vm")
        consent = {"type": "consent.given", "capabilities": ["view"], "source": "window"}
        await client.send_json(consent)
        async with page_in(browser) as (page, _):
            await Console(page, broker).sign_in(TESS)
            await page.get_by_text(ticket).click()
            await expect(page.get_by_label("Message")).to_be_enabled()
            yield page


async def test_a_canned_reply_is_filled_by_the_keyboard_however_slowly_it_is_typed(
    broker: Broker, browser: Browser
) -> None:
    reply = {"title": "Who I am", "text": "Hello {end_user}, this is {technician}."}
    async with signed_in(broker, TESS) as technician:
        await technician._call("POST", "/api/v1/replies", reply)
    async with chatting(broker, browser, "ZD-3") as page:
        message, search = page.get_by_label("Message"), page.get_by_role("combobox")
        await message.press("/")
        await expect(search).to_be_focused()
        await page.keyboard.type("who am", delay=40)
        await page.get_by_label("What is the end user called?").focus()
        await page.keyboard.type("Ines", delay=40)
        await page.keyboard.press("Enter")
        await page.wait_for_timeout(400)  # what the name has changed is drawn by then
        await expect(search).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(message).to_have_value("Hello Ines, this is Tess Example.")


@pytest.mark.parametrize("width", [1280, 900, 400])
async def test_a_long_word_stays_inside_the_message_field(
    broker: Broker, browser: Browser, width: int
) -> None:
    async with chatting(broker, browser, "ZD-4") as page:
        await page.set_viewport_size({"width": width, "height": 800})
        message = page.get_by_label("Message")
        send = page.get_by_role("button", name="Send", exact=True)
        places = {}
        for text in ("", "q" * 300, "https://example.org/" + "q" * 300):
            await message.fill(text)
            boxes = [await each.bounding_box() for each in (message, send)]
            places[text] = [(box["x"], box["width"]) for box in boxes if box]
        short, *long = places.values()
        assert len(short) == 2
        assert long == [short, short]
        await page.set_viewport_size({"width": 1024, "height": 800})
        await page.get_by_role("button", name="Français").click()
        buttons = await page.locator("hr-chat-composer .below button").all()
        boxes = [await each.bounding_box() for each in buttons]
        assert len({box["y"] + box["height"] / 2 for box in boxes if box}) == 1


SHOW_CHAT = """
async ({ me, lines, kept }) => {
  const { emptyChat, receive } = await import("/console/src/channels/chat.js");
  const { NOTHING_KEPT } = await import("/console/src/kept_chat.js");
  const { initialState } = await import("/console/src/session.js");
  await import("/console/src/views/chat_panel.js");
  const panel = document.createElement("hr-chat-panel");
  document.body.replaceChildren(panel);
  panel.live = { ...initialState(), accountId: me, chat: lines.reduce(receive, emptyChat()) };
  panel.kept = { ...NOTHING_KEPT, lines: kept };
  await panel.updateComplete;
}
"""
SENT_AT = "2026-11-23T10:00:00Z"
TESS_ID, BEN_ID = "usr_" + "1" * 32, "usr_" + "2" * 32


def said(sequence: int, author: str, text: str, by: tuple[str, str] | None = None) -> Any:
    """One line of a chat, as the support client sends it."""
    who = by and {"account_id": by[0], "name": by[1]}
    line = {"sequence": sequence, "author": author, "text": text, "sent_at": SENT_AT, "by": who}
    return {"type": "chat.message", "id": f"line-{sequence}", **line}


async def test_only_ones_own_lines_are_called_ones_own(broker: Broker, browser: Browser) -> None:
    lines = [
        said(1, "technician", "mine", (TESS_ID, "Tess Example")),
        said(2, "technician", "his", (BEN_ID, "Ben Beispiel")),
        said(3, "end_user", "theirs"),
    ]
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(TESS)
        for me, expected in (
            (TESS_ID, ["You", "Ben Beispiel", "End user"]),
            (BEN_ID, ["Tess Example", "You", "End user"]),
        ):
            await page.evaluate(SHOW_CHAT, {"me": me, "lines": lines, "kept": []})
            names = page.locator(".who > span:first-child")
            await expect(names).to_have_text(expected)


async def test_marks_of_direction_make_no_line_read_as_another(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(TESS)
        told = [said(1, "end_user", "\u202efin\u2069"), said(2, "technician", "a\u200fb\n\u061cc")]
        for lines, kept in ((told, []), ([], told)):
            await page.evaluate(SHOW_CHAT, {"me": TESS_ID, "lines": lines, "kept": kept})
            await expect(page.locator(".line")).to_have_count(2)
            shown = await page.locator(".text").evaluate_all("all => all.map(p => p.textContent)")
            assert shown == ["fin", "ab\nc"]


async def test_a_kept_transcript_names_each_technician(broker: Broker, browser: Browser) -> None:
    kept = [
        {**said(1, "technician", "one"), "author_name": "Ben Beispiel"},
        {**said(2, "technician", "two"), "author_name": "Tess Example"},
        {**said(3, "end_user", "three"), "author_name": None},
    ]
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(TESS)
        await page.evaluate(SHOW_CHAT, {"me": TESS_ID, "lines": [], "kept": kept})
        names = page.locator(".who > span:first-child")
        await expect(names).to_have_text(["Ben Beispiel", "Tess Example", "End user"])


CLOSE_CHAT = """
async (change) => {
  const { initialState, reduce } = await import("/console/src/session.js");
  await import("/console/src/views/chat_panel.js");
  const me = "usr_" + "1".repeat(32);
  const session = {
    state: "connected", granted: [], technician_id: me, technician_name: "Tess", guests: [],
    hand_over: null, queued_since: null, client_present: true,
  };
  const said = [
    { type: "me.known", accountId: me },
    { type: "session.loaded", session },
    { type: "peer.phase", phase: "connected" },
    { type: "session.loaded", session: { ...session, ...change } },
  ];
  const panel = document.createElement("hr-chat-panel");
  panel.live = said.reduce(reduce, initialState());
  document.body.replaceChildren(panel);
  await panel.updateComplete;
}
"""


async def test_where_nothing_can_be_written_any_more_is_no_box_but_what_to_do(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(TESS)
        box, other = page.get_by_label("Message"), {"technician_id": BEN_ID}
        await page.evaluate(CLOSE_CHAT, {})
        await expect(box).to_be_visible()
        over, out = "open a new session for this ticket", "ask whoever is in charge to invite you"
        for change, said_instead in (({"state": "ended"}, over), (other, out)):
            await page.evaluate(CLOSE_CHAT, change)
            await expect(page.get_by_text(said_instead)).to_be_visible()
            await expect(box).to_have_count(0)


SHOW_TRANSFER = """
async (state) => {
  const { initialState } = await import("/console/src/session.js");
  await import("/console/src/views/files_panel.js");
  const panel = document.createElement("hr-files-panel");
  document.body.replaceChildren(panel);
  const start = initialState();
  const item = { name: "report.pdf", folder: false, files: 1, size: 9 };
  const counts = { failed: 0, filesDone: 0, bytes: 0, size: 9, speed: 0, unsaved: 0 };
  const none = { failures: [], renamed: [], saveable: [], current: null };
  const kind = { id: "file-0001", direction: "send", items: [item], files: 1, folders: 0 };
  const how = { state: "cancelled", paused: null, problem: null, road: "direct", again: true };
  const transfer = { ...kind, ...counts, ...none, ...how };
  const files = { ...start.files, transfers: [transfer] };
  panel.live = { ...start, session: { state, granted: [] }, files };
  await panel.updateComplete;
}
"""


async def test_nothing_is_offered_to_be_sent_again_when_the_session_is_over(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(TESS)
        again = page.get_by_role("button", name="Send again")
        await page.evaluate(SHOW_TRANSFER, "connected")
        await expect(again).to_have_count(1)
        await page.evaluate(SHOW_TRANSFER, "ended")
        await expect(page.get_by_role("button", name="Remove")).to_have_count(1)
        await expect(again).to_have_count(0)
