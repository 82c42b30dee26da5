"""The page of a session on a small screen: what it says is on one line, and none of it is cut."""

import pytest
from playwright.async_api import Browser, expect

from tests.rig.browser import page_in
from tests.rig.stack import Broker

pytestmark = pytest.mark.e2e

LOCALES = ("en-GB", "fr-FR")
SIZES = ((1024, 700), (1280, 800))

SHOW = """
async (hands) => {
  await import("/console/src/views/session_view.js");
  const { initialState, reduce } = await import("/console/src/session.js");
  const [me, ben] = ["1", "2"].map((digit) => "usr_" + digit.repeat(32));
  const files = ["files.send", "files.receive"];
  const everything = ["view", "control", "clipboard.send", "clipboard.receive", ...files];
  const granted = hands ? ["view", ...files] : everything;
  const guest = { account_id: ben, name: "Ben", stage: "admitted", purpose: "guest" };
  const session = {
    session_id: "ses", ticket_id: "ZD-4711", state: "connected", granted: everything,
    machine: "kitchen-pc-of-ines-martin", technician_id: me, technician_name: "Tess",
    guests: [guest], hand_over: null, queued_since: null, client_present: true, paused: false,
  };
  const said = [
    { type: "me.known", accountId: me },
    { type: "session.loaded", session },
    { type: "peer.phase", phase: "connected" },
    { type: "rights.state", granted, paused: false },
    {
      type: "participants.state", you: me, in_charge: me, controller: hands ? ben : me,
      participants: [
        { account_id: me, name: "Tess", colour: 0 },
        { account_id: ben, name: "Ben Example-Featherstone", colour: 1 },
      ],
    },
  ];
  let live = said.reduce(reduce, initialState());
  const string = { digits: "8319", words: ["framboise", "serviette"], language: "fr" };
  sessionStorage.setItem("handrail.compared", "8319 framboise serviette");
  live = {
    ...live,
    trust: { ...live.trust, phase: "agreed", ready: true, string },
    chat: { ...live.chat, unread: 12 },
  };
  const view = document.createElement("hr-session");
  view.tab = "history";
  view.live = live;
  const main = document.querySelector("hr-app").renderRoot.querySelector("main");
  main.className = "session";
  main.replaceChildren(view);
  await view.updateComplete;
}
"""

HEIGHTS = """
(places) => places.map((place) => {
  const { top, height } = place.getBoundingClientRect();
  return [Math.round(top), Math.round(height)];
})
"""

CUT = """
(place) => place.scrollWidth > place.clientWidth || place.scrollHeight > place.clientHeight
"""


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("hands", [False, True], ids=["own hands", "a guest's hands"])
async def test_nothing_of_the_page_wraps_or_is_cut_on_a_small_screen(
    broker: Broker, browser: Browser, locale: str, hands: bool
) -> None:
    async with page_in(browser, *SIZES[0], locale=locale) as (page, _):
        await page.goto(f"{broker.url}/console/")
        await page.locator("hr-sign-in").wait_for()
        for width, height in SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            await page.evaluate(SHOW, hands)
            tabs = page.get_by_role("tab")
            await expect(tabs).to_have_count(4)
            places = await tabs.evaluate_all(HEIGHTS)
            assert len({top for top, _ in places}) == 1, "the tabs are on one line"
            (header,) = await page.locator("hr-session .top").evaluate_all(HEIGHTS)
            assert header[1] < 60, "and so is the header"
            for part in ("hr-session .tabs", "hr-session .hands", "#hint"):
                for place in await page.locator(part).all():
                    assert not await place.evaluate(CUT), part
            before = await page.locator("hr-remote-screen .stage").evaluate_all(HEIGHTS)
            await page.get_by_role("application").focus()
            for place in await page.locator("#hint").all():
                assert not await place.evaluate(CUT)
            after = await page.locator("hr-remote-screen .stage").evaluate_all(HEIGHTS)
            assert before == after, "what the hint says moves no picture"
