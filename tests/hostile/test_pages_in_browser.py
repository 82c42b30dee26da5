"""The pages in a real Chromium: Trusted Types, the content security policy, and hostile texts."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.hostile.payloads import FORMULAS, HANDLER, LINK, MARKUP, TEMPLATE
from tests.rig.browser import in_shared_loop, page_in
from tests.rig.console import Console
from tests.rig.console_pages import join
from tests.rig.stack import Broker, Login, running_broker_of, signed_in

pytestmark = pytest.mark.e2e

TESS = Login("tess@example.org", f"Tess {MARKUP}")
ORGANISATION = f"Example {MARKUP}"


@in_shared_loop
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    async with running_broker_of(TESS, tmp_path, {"HANDRAIL_ORGANISATION": ORGANISATION}) as broker:
        yield broker


def broken(errors: list[str]) -> list[str]:
    """Leave out that nobody is signed in yet, which the browser notes as an error too."""
    return [error for error in errors if "401 (Unauthorized)" not in error]


TRIES = """
async () => {
  const outcome = {};
  // In a task of the page's own: what the debugger itself evaluates may use eval.
  const attempt = (name, act) => new Promise((done) => setTimeout(() => {
    try { act(); outcome[name] = "done"; } catch (error) { outcome[name] = error.name; }
    done();
  }));
  const markup = "<img src=x onerror='window.pwned=1'>";
  const div = document.createElement("div");
  document.body.append(div);
  await attempt("innerHTML", () => { div.innerHTML = markup; });
  await attempt("outerHTML", () => { div.outerHTML = markup; });
  await attempt("insertAdjacentHTML", () => div.insertAdjacentHTML("beforeend", markup));
  await attempt("document.write", () => document.write(markup));
  await attempt("setHTMLUnsafe", () => div.setHTMLUnsafe(markup));
  const shadow = document.createElement("p").attachShadow({ mode: "open" });
  await attempt("shadow innerHTML", () => { shadow.innerHTML = markup; });
  await attempt("fragment", () => document.createRange().createContextualFragment(markup));
  await attempt("DOMParser", () => new DOMParser().parseFromString(markup, "text/html"));
  await attempt("srcdoc", () => { document.createElement("iframe").srcdoc = markup; });
  await attempt("script.src", () => { document.createElement("script").src = "/x.js"; });
  await attempt("script.text", () => { document.createElement("script").text = "window.pwned=1"; });
  await attempt("object", () => { document.createElement("object").data = "/x"; });
  await attempt("Worker", () => new Worker("/static/join/proof_worker.js"));
  await attempt("eval", () => (0, eval)("window.pwned=1"));
  await attempt("Function", () => new Function("window.pwned=1")());
  await attempt("timer", () => setTimeout("window.pwned=1"));
  await attempt("onclick", () => { div.setAttribute("onclick", "window.pwned=1"); });
  const policy = (name) => trustedTypes.createPolicy(name, { createHTML: (text) => text });
  await attempt("other policy", () => policy("evil"));
  await attempt("default policy", () => policy("default"));
  await attempt("again", () => policy("lit-html"));
  await new Promise((done) => setTimeout(done, 200));
  return { outcome, pwned: window.pwned ?? null };
}
"""

INJECTED = """
async () => {
  const violated = [];
  const note = (event) => violated.push(event.effectiveDirective);
  document.addEventListener("securitypolicyviolation", note);
  const add = (name, attributes) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element[key] = value;
    document.body.append(element);
  };
  add("img", { src: "http://evil.example/x.png" });
  add("iframe", { src: "/" });
  add("link", { rel: "stylesheet", href: "http://evil.example/x.css" });
  add("base", { href: "http://evil.example/" });
  add("style", { textContent: "body { display: none }" });
  fetch("http://evil.example/").catch(() => {});
  try { new WebSocket("ws://evil.example/"); } catch { /* told by the event */ }
  await new Promise((done) => setTimeout(done, 500));
  return [...new Set(violated)].sort();
}
"""


@pytest.mark.parametrize(("path", "shown"), [("/", "Your code"), ("/console/", "Email")])
async def test_no_string_becomes_markup_or_script(
    broker: Broker, browser: Browser, path: str, shown: str
) -> None:
    async with page_in(browser) as (page, errors):
        await page.goto(broker.url + path)
        await expect(page.get_by_label(shown)).to_be_visible()
        assert broken(errors) == []  # the page itself breaks none of its rules
        tried = await page.evaluate(TRIES)
        outcome: dict[str, str] = tried["outcome"]
        refused = {name for name, result in outcome.items() if result in ("TypeError", "EvalError")}
        assert set(outcome) - refused <= {"onclick"}, outcome  # the attribute is set, and is dead
        await page.evaluate("document.querySelectorAll('[onclick]').forEach((one) => one.click())")
        assert tried["pwned"] is None
        assert await page.evaluate("window.pwned ?? null") is None


async def test_nothing_is_fetched_from_elsewhere_framed_or_styled_inline(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _):
        for path in ("/", "/console/"):
            await page.goto(broker.url + path)
            await page.wait_for_load_state("networkidle")
            assert await page.evaluate(INJECTED) == [
                "base-uri",
                "connect-src",
                "frame-src",
                "img-src",
                "style-src-elem",
            ]


# ---- hostile texts, seen


async def a_hostile_session(broker: Broker) -> dict[str, Any]:
    """A session whose every text was written by an attacker, as far as the broker lets them."""
    async with signed_in(broker, TESS) as technician:
        session = await technician.create_session("ZD-1", ("view", "control"))
        client = await join(technician, session["code"], MARKUP)
        await client.send_json(
            {"type": "consent.given", "capabilities": ["view"], "source": "window"}
        )
        await client.send_json(
            {
                "type": "rights.changed",
                "change": "refused",
                "capability": "control",
                "granted": ["view"],
                "reason": f"reason {MARKUP}",
            }
        )
        files = [
            {"direction": "receive", "name": name, "size_bytes": 1, "result": "done"}
            for name in (MARKUP.replace("/", "\u2215"), FORMULAS[2], TEMPLATE)
        ]
        await client.send_json({"type": "files.reported", "files": files})
        await technician.http.post(
            f"{broker.url}/api/v1/replies",
            json={"title": f"r {MARKUP}"[:80], "text": "\n".join((MARKUP, HANDLER, TEMPLATE))},
        )
        await client.send_json({"type": "ping"})
        while (await client.receive_json())["type"] != "pong":
            pass
        return session


async def unharmed(page: Page, errors: list[str]) -> None:
    assert await page.evaluate("window.pwned ?? null") is None
    assert broken(errors) == []


CHAT = """
async ([texts, label]) => {
  const { emptyChat, receive } = await import("/console/src/channels/chat.js");
  await import("/console/src/views/chat_panel.js");
  const panel = document.createElement("hr-chat-panel");
  panel.style.height = "400px";
  document.body.replaceChildren(panel);
  let chat = emptyChat();
  texts.forEach((text, index) => {
    const line = { type: "chat.message", sequence: index + 1, id: `line-${index}`, text };
    const said = { author: "end_user", sent_at: "2026-11-23T10:00:00Z" };
    chat = receive(chat, { ...line, ...said });
  });
  const { initialState } = await import("/console/src/session.js");
  panel.live = { ...initialState(), chat };
  await panel.updateComplete;
}
"""


async def test_hostile_texts_are_shown_as_texts_in_every_view(
    broker: Broker, browser: Browser, tmp_path: Path
) -> None:
    session = await a_hostile_session(broker)
    async with page_in(browser, 1280, 1000) as (page, errors):
        console = Console(page, broker)
        await console.sign_in(TESS)
        await expect(page.get_by_text(TESS.name).first).to_be_visible()
        await page.screenshot(path=tmp_path / "list.png")
        await page.get_by_text("ZD-1").click()
        await expect(page.get_by_text(MARKUP).first).to_be_visible()  # the machine's name
        await page.screenshot(path=tmp_path / "session.png")
        await page.get_by_role("tab", name="History").click()
        await expect(page.get_by_text(f"reason {MARKUP}").first).to_be_visible()
        await expect(page.get_by_text(FORMULAS[2]).first).to_be_visible()
        await page.screenshot(path=tmp_path / "history.png")
        await unharmed(page, errors)
        await page.evaluate(CHAT, [[MARKUP, HANDLER, TEMPLATE, LINK, *FORMULAS], ""])
        for text in (MARKUP, HANDLER, TEMPLATE, LINK, *FORMULAS):
            await expect(page.get_by_text(text, exact=True)).to_be_visible()
        assert await page.locator("a[href^='javascript:']").count() == 0
        await page.screenshot(path=tmp_path / "chat.png")
        await unharmed(page, errors)
    async with signed_in(broker, TESS) as technician:
        await technician.end(session["session_id"])
    async with page_in(browser, 1280, 1000) as (page, errors):
        console = Console(page, broker)
        await console.sign_in(TESS)
        await page.get_by_text("ZD-1").click()
        await expect(page.get_by_text("This session is over")).to_be_visible()
        await expect(page.get_by_text(MARKUP).first).to_be_visible()
        await page.screenshot(path=tmp_path / "summary.png")
        await unharmed(page, errors)


async def test_hostile_texts_are_shown_as_texts_on_the_join_page(
    broker: Broker, browser: Browser, tmp_path: Path
) -> None:
    async with signed_in(broker, TESS) as technician:
        code = (await technician.create_session("ZD-2"))["code"]
    async with page_in(browser, 390, 900, "fr-FR") as (page, errors):
        await page.goto(f"{broker.url}/j/{code}")
        await expect(page.get_by_text(TESS.name)).to_be_visible()
        await expect(page.get_by_text(ORGANISATION)).to_be_visible()
        await page.screenshot(path=tmp_path / "join.png")
        await unharmed(page, errors)
        for path in (
            f"/j/{code}<img src=x onerror=window.pwned=1>",
            "/j/<svg onload=window.pwned=1>",
            f"/#{MARKUP}",
        ):
            await page.goto(broker.url + path)
            await expect(page.get_by_label("Votre code")).to_be_visible()
            await unharmed(page, errors)


async def test_hostile_texts_forge_nothing_in_logs_and_exports(broker: Broker) -> None:
    session = await a_hostile_session(broker)
    lines = (await broker.cli("audit", "list", "--json")).splitlines()
    records = [json.loads(line) for line in lines]
    assert len(records) == len({record["sequence"] for record in records})
    reasons = [(record["personal"] or {}).get("reason") for record in records]
    assert f"reason {MARKUP}" in reasons
    text = (await broker.cli("audit", "list")).splitlines()
    assert len(text) == len(records)  # one line a record, whatever is in it
    assert all(line.isprintable() for line in text)
    assert (await broker.cli("user", "list")).count("\n") == 1
    log = broker.log.read_text()
    assert session["code"] not in log
    assert "\x1b" not in log
