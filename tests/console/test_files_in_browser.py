"""The browser's own disk, the workers of files and the panel, in a real browser."""

import hashlib
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.console.conftest import TESS
from tests.rig.browser import page_in, tab_to
from tests.rig.console import Console
from tests.rig.stack import Broker

pytestmark = pytest.mark.e2e

_STAGE = """
async ({ size }) => {
  const { DiskStaging } = await import("/console/src/files/staging.js");
  const policy = trustedTypes.createPolicy("handrail-workers", {
    createScriptURL: () => new URL("/console/src/files/stage_worker.js", location.href).href,
  });
  const make = () => new Worker(policy.createScriptURL(""), { type: "module" });
  const key = "a".repeat(64);
  const bytes = (from, to) => Uint8Array.from({ length: to - from }, (_, at) => (from + at) % 251);
  const half = size / 2;
  const told = [];
  const first = new DiskStaging("ses_1", make);
  const safe = new Promise((done) => {
    first.told = (news) => {
      told.push(news);
      if (news.length === half) done();
    };
  });
  const begun = await first.open(key, size);
  for (let at = 0; at < half; at += 16384) first.write(key, bytes(at, Math.min(at + 16384, half)));
  await safe;
  first.stop();
  const second = new DiskStaging("ses_1", make);
  let resumed;
  for (let tries = 0; resumed === undefined && tries < 50; tries += 1) {
    try {
      resumed = await second.open(key, size);
    } catch (error) {
      if (error.name !== "NoModificationAllowedError") throw error;
      await new Promise(requestAnimationFrame);
    }
  }
  second.write(key, bytes(half, size));
  const sha256 = await second.finish(key);
  const kept = (await second.blob(key)).size;
  const room = await second.room();
  await second.sweep("ses_1", 0);
  const gone = await second.blob(key).then(() => false, (error) => error.name);
  second.stop();
  return { begun, resumed, sha256, kept, gone, room, batches: told.length };
}
"""


async def test_a_received_file_goes_on_after_its_page_went_and_is_hashed_whole(
    broker: Broker, browser: Browser
) -> None:
    size = 4 * 1024 * 1024
    async with page_in(browser) as (page, _):
        await page.goto(f"{broker.url}/console/")
        await page.locator("hr-app").wait_for()
        told: dict[str, Any] = await page.evaluate(_STAGE, {"size": size})
    assert told["begun"] == 0
    assert told["resumed"] == size // 2
    whole = bytes(at % 251 for at in range(size // 2)) + bytes(
        at % 251 for at in range(size // 2, size)
    )
    assert told["sha256"] == hashlib.sha256(whole).hexdigest()
    assert told["kept"] == size
    assert told["gone"] == "NotFoundError"
    assert told["room"] > size
    assert told["batches"] < size // 2 // 16384


_PANEL = """
async () => {
  await import("/console/src/views/files_panel.js");
  const { initialState, reduce } = await import("/console/src/session.js");
  const granted = ["view", "files.send", "files.receive"];
  const session = { state: "connected", granted, paused: false, machine: "kiosk-7" };
  const transfer = {
    id: "t", direction: "send", files: 3, folders: 1, state: "running", paused: null,
    items: [{ name: "logs", folder: true, files: 3, size_bytes: 9e7 }],
    problem: null, failures: [], renamed: [], failed: 0, filesDone: 1, bytes: 4e7,
    size: 9e7, speed: 2.5e6,
    current: { name: "b.log", bytes: 1e7, size: 5e7 }, again: false, saveable: [], unsaved: 0,
  };
  const file = (name, size) => ({ name, folder: false, files: 1, size_bytes: size });
  const one = { ...transfer, files: 1, folders: 0 };
  const saveable = [{ index: 0, name: "report.pdf", size: 2e6, saved: false }];
  const failures = [{ name: "logs/c.log", problem: "changed" }];
  const transfers = [
    transfer,
    { ...one, id: "u", direction: "receive", items: [file("report.pdf", 2e6)], state: "done",
      bytes: 2e6, size: 2e6, saveable, unsaved: 1 },
    { ...one, id: "v", items: [file("setup.msi", 8e8)], state: "failed", problem: "declined",
      again: true },
    { ...transfer, id: "w", state: "done", failed: 1, filesDone: 2, failures, again: true },
  ];
  let live = reduce(initialState(), { type: "session.loaded", session });
  live = reduce(live, { type: "peer.phase", phase: "connected" });
  live = reduce(live, { type: "rights.state", granted, paused: false });
  const change = { transfers, picksFolders: true };
  live = reduce(live, { type: "files.changed", change });
  const panel = document.createElement("hr-files-panel");
  panel.style.cssText = "height: 100vh; width: 380px; background: var(--surface)";
  window.wanted = [];
  panel.addEventListener("intent", ({ detail }) => window.wanted.push(detail));
  panel.live = live;
  document.body.replaceChildren(panel);
  await panel.updateComplete;
}
"""

_DROP = """
async () => {
  const dropped = new DataTransfer();
  dropped.items.add(new File(["hello"], "notes.txt"));
  const panel = document.querySelector("hr-files-panel");
  const about = { dataTransfer: dropped, bubbles: true, cancelable: true };
  const event = (type) => new DragEvent(type, about);
  panel.dispatchEvent(event("dragover"));
  await panel.updateComplete;
  const veil = panel.renderRoot.querySelector(".drop").innerText;
  panel.dispatchEvent(event("drop"));
  const sent = () => window.wanted.find(({ type }) => type === "files.send");
  while (!sent()) await new Promise(requestAnimationFrame);
  const { chosen } = sent();
  return { veil, paths: chosen.files.map(({ path, file }) => [path, file.size]) };
}
"""


async def test_the_panel_tells_what_goes_on_and_what_can_be_done(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(TESS)
        await page.evaluate(_PANEL)
        await expect(page.get_by_role("progressbar", name="Progress of logs")).to_be_visible()
        await expect(page.get_by_text("38.1 MB of 85.8 MB")).to_be_visible()
        await page.get_by_role("button", name="Pause: logs").press("Enter")
        await page.get_by_role("button", name="Save: report.pdf").press("Enter")
        await page.get_by_role("button", name="Send again: setup.msi").press("Enter")
        wanted = await page.evaluate("window.wanted")
        assert wanted == [
            {"type": "files.pause", "id": "t", "paused": True},
            {"type": "files.save", "id": "u", "index": 0},
            {"type": "files.again", "id": "v"},
        ]
        dropped = await page.evaluate(_DROP)
        assert dropped == {"veil": "Drop to send to kiosk-7", "paths": [[["notes.txt"], 5]]}


_STORM = """
async () => {
  const panel = document.querySelector("hr-files-panel");
  const [running, received, failed] = panel.live.files.transfers;
  const sent = { ...failed, state: "done", problem: null, again: false };
  const kinds = [sent, received, failed];
  const over = Array.from({ length: 120 }, (_, at) => ({ ...kinds[at % 3], id: `over-${at}` }));
  const old = { ...running, id: "old" };
  const lost = [{ ...sent, id: "lost", index: 0, failedAt: [] }];
  const files = { ...panel.live.files, transfers: [running, ...over, old], lost };
  panel.live = { ...panel.live, files };
  await panel.updateComplete;
}
"""

_NODES = """
(rows) => {
  const nodes = (node) =>
    1 + (node.shadowRoot ? nodes(node.shadowRoot) : 0) +
    [...node.childNodes].reduce((sum, child) => sum + nodes(child), 0);
  return rows.map((row) => nodes(row) + 2); // and a mark before and after it
}
"""


async def test_what_is_over_is_light_and_only_the_newest_of_it_is_drawn(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(TESS)
        await page.evaluate(_PANEL)
        await page.evaluate(_STORM)
        rows = page.locator("hr-file-transfer")
        over = rows.filter(has_not=page.get_by_role("progressbar"))
        await expect(rows).to_have_count(52)
        await expect(page.get_by_role("listitem")).to_have_count(53)
        assert max(await over.evaluate_all(_NODES)) <= 25
        way = page.get_by_role("listitem").first.get_by_text("to the end user")
        await expect(way).to_be_visible()
        earlier = page.get_by_role("button", name="Show earlier transfers (70)")
        await tab_to(page, earlier, 250)
        await page.keyboard.press("Enter")
        await expect(over).to_have_count(100)
        await expect(page.get_by_role("button", name="Show earlier transfers (20)")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(over).to_have_count(120)
        await expect(page.locator(".earlier")).to_have_count(0)
        await expect(page.get_by_role("region", name="Transfers, newest first")).to_be_focused()
