"""The string on both screens with a real browser and a support client without windows."""

import pytest
from playwright.async_api import Browser, expect

from broker.protocol.vocabulary import EndReason
from client import events as on
from client.support_session import State
from tests.client.test_service import BOTH, running
from tests.client.trusted import allowed
from tests.console.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.stack import Broker, signed_in

pytestmark = pytest.mark.e2e

KEPT = """async () => {
  const database = await new Promise((resolve) => {
    indexedDB.open("handrail-trust").onsuccess = (event) => resolve(event.target.result);
  });
  const request = database.transaction("hands").objectStore("hands").getAllKeys();
  await new Promise((resolve) => (request.onsuccess = resolve));
  return request.result.length;
}"""


async def test_both_screens_show_the_same_also_after_a_reload_and_they_differ_ends_the_session(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _), running(broker.url) as run:
        console = Console(page, broker)
        await console.sign_in(TESS)
        run.service.post(on.CodeEntered(await console.create_code("TRUST-1")))
        (agreed,) = (await run.until(lambda situation: bool(situation.trust))).trust
        assert run.situation.state is State.ASKING, "before anything is allowed"
        trust = page.locator("hr-trust")
        await expect(trust.locator(".digits")).to_have_text(agreed.string.digits)
        await expect(trust.locator(".spoken")).to_have_text(" ".join(agreed.string.words))
        await trust.get_by_role("button", name="They are the same").click()
        await expect(trust.get_by_text("Read these four digits")).to_have_count(0)

        run.service.post(allowed(run.situation, *BOTH))
        await console.wait_for_status("connected")
        await page.reload()
        await console.wait_for_status("connected")
        await expect(trust.locator(".digits")).to_have_text(agreed.string.digits)
        await expect(trust.get_by_text("Read these four digits")).to_have_count(0)
        assert run.situation.trust == (agreed,), "the certificate and the nonces outlive the page"
        assert await page.evaluate(KEPT) == 1

        await trust.get_by_role("button").click()
        await trust.get_by_role("button", name="They differ").click()
        await trust.get_by_role("button", name="end the session").click()
        await console.wait_for_status("ended")
        over = await run.reach(State.OVER)
        assert over.end_reason is EndReason.SCREENS_DIFFER
        await expect(page.get_by_text("somebody may have been between you")).to_be_visible()
        assert await page.evaluate(KEPT) == 0
        session_id = console.session_id
    async with signed_in(broker, TESS) as tess:
        (ended,) = [
            one for one in await tess.events(session_id) if one["action"] == "session.ended"
        ]
    assert ended["details"]["trust_breach"] == "strings_differ"
    assert ended["actor_kind"] == "technician"
