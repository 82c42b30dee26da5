"""What the page of a technician says whom the end user keeps out, or whose digits differ."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, expect

from broker.protocol.trust import TrustBreach
from client import events as on
from client.company import EntryQuestion
from client.support_session import State
from tests.client.test_service import BOTH, Run, running
from tests.client.trusted import allowed
from tests.console.conftest import TESS
from tests.rig.browser import in_shared_loop, page_in
from tests.rig.console import Console
from tests.rig.stack import Broker, Login, signed_in

pytestmark = pytest.mark.e2e

BEN = Login("ben@example.org", "Ben Example")


@dataclass
class Both:
    """Tess is in charge, Ben has the list of sessions open, and an end user is with Tess."""

    tess: Console
    ben: Console
    run: Run

    async def ben_asks(self, button: str) -> EntryQuestion:
        """Ben would come in; the end user is asked, and can compare."""
        await self.ben.page.reload()
        await self.ben.page.get_by_role("button", name=f"{button}: OUT-1").click()
        await expect(self.ben.page.locator("hr-trust #digits")).to_be_visible()
        situation = await self.run.until(lambda now: now.company.question is not None)
        assert situation.company.question is not None
        return situation.company.question


@in_shared_loop
async def both(broker: Broker, browser: Browser) -> AsyncIterator[Both]:
    await broker.add_account(BEN, "technician")
    async with (
        page_in(browser) as (page, _),
        page_in(browser, 1024, 768) as (other, _),
        running(broker.url) as run,
    ):
        tess, ben = Console(page, broker), Console(other, broker)
        await tess.sign_in(TESS)
        run.service.post(on.CodeEntered(await tess.create_code("OUT-1")))
        situation = await run.until(lambda now: bool(now.trust))
        run.service.post(allowed(situation, *BOTH))
        await tess.wait_for_status("connected")
        await ben.sign_in(BEN)
        await expect(other.get_by_role("button", name="New session")).to_be_visible()
        await page.get_by_role("tab", name="People").click()
        yield Both(tess, ben, run)


async def test_whoever_is_declined_before_the_queue_reads_so_until_they_ask_again(
    both: Both,
) -> None:
    await both.tess.page.get_by_role("button", name="Put back into the queue").click()
    question = await both.ben_asks("Take over")
    both.run.service.post(on.EntryAnswered(question.ask.number, False))
    page = both.ben.page
    await expect(page.get_by_role("heading", name="The end user declined")).to_be_visible()
    await expect(page.get_by_text("write to them on the ticket")).to_be_visible()
    await page.get_by_role("button", name="Take over").click()
    await both.run.until(lambda now: now.company.question not in (None, question))
    await expect(page.get_by_role("heading", name="Waiting for the end user")).to_be_visible()


async def test_whose_digits_differed_at_the_door_is_told_and_asks_for_nothing_more(
    both: Both, broker: Broker
) -> None:
    panel = both.tess.page.get_by_role("tabpanel", name="People")
    await panel.get_by_label("Colleague").select_option(label="Ben Example")
    await panel.get_by_role("button", name="Invite to look").click()
    question = await both.ben_asks("Join")
    both.run.service.post(on.TrustBroken(TrustBreach.STRINGS_DIFFER, question.account_id))
    assert (await both.run.reach(State.OVER)).whose == "Ben Example"
    await expect(both.tess.page.get_by_text("It was not your connection")).to_be_visible()
    page = both.ben.page
    await expect(page.get_by_text("You were not in it.")).to_be_visible()
    await expect(page.get_by_text("somebody may have been between you")).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(page.get_by_role("tab")).to_have_count(0)
    async with signed_in(broker, TESS) as tess:
        actions = [one["action"] for one in await tess.events(both.tess.session_id)]
    assert "session.access_refused" not in actions
    assert "session.ended" in actions
