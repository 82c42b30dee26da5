"""Every page of the console with something on it, for those who look at all of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import Page, expect

from tests.rig.stack import Broker, Login, Technician, signed_in

TESS: Final = Login("tess@example.org", "Tess Martin")
ADA: Final = Login("ada@example.org", "Ada Admin")


@dataclass(frozen=True, slots=True)
class Place:
    """A page, who looks at it, and the element that is there when it is."""

    name: str
    path: str
    shows: str
    reader: Login | None = None
    opens: str | None = None
    """What to press for a window of the page, and which is looked at then."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A broker on which something went on: sessions that wait, are joined, and are over."""

    waiting: dict[str, Any]
    joined: dict[str, Any]
    ended: dict[str, Any]

    def places(self) -> tuple[Place, ...]:
        """Give every page."""
        session = "/console/#/sessions/{}".format
        return (
            Place("join", "/", "main"),
            Place("join-code", f"/j/{self.waiting['code']}", "main"),
            Place("sign-in", "/console/", "hr-sign-in"),
            Place("setup", f"/console/#/setup/{'s' * 43}", "hr-setup"),
            Place("welcome", f"/console/#/welcome/{'0' * 32}.2000000000.{'w' * 43}", "hr-welcome"),
            Place("sessions", "/console/", "hr-sessions", TESS),
            Place("new-session", "/console/", "hr-sessions", TESS, "hr-sessions .primary"),
            Place("waiting", session(self.waiting["session_id"]), "hr-code-card", TESS),
            Place("asking", session(self.joined["session_id"]), "hr-session", TESS),
            Place("ended", session(self.ended["session_id"]), "hr-session-summary", TESS),
            Place("tokens", "/console/#/tokens", "hr-tokens", TESS),
            Place("live", "/console/#/live", "hr-watch table", ADA),
            Place("end", "/console/#/live", "hr-watch table", ADA, "hr-watch table button"),
            Place("audit", "/console/#/audit", "hr-audit table", ADA),
            Place(
                "story", f"/console/#/audit/sessions/{self.ended['session_id']}", "hr-story h1", ADA
            ),
            Place("accounts", "/console/#/accounts", "hr-accounts", ADA),
            Place("groups", "/console/#/groups", "hr-groups", ADA),
            Place("branding", "/console/#/branding", "hr-branding #name", ADA),
            Place("system", "/console/#/system", "hr-system #findings", ADA),
            Place("measures", "/console/#/measures", "hr-measures canvas", ADA),
        )


@asynccontextmanager
async def desk(broker: Broker) -> AsyncIterator[Desk]:
    """Let something go on at a broker that knows Tess, until the block ends."""
    await broker.add_account(ADA, "admin")
    async with signed_in(broker, TESS) as technician, signed_in(broker, ADA) as admin:
        waiting = await technician.create_session("ZD-4711")
        joined = await technician.create_session("ZD-4712")
        ended = await technician.create_session("ZD-4713")
        for session, machine in ((joined, "kitchen-pc"), (ended, "reception-2")):
            await join(technician, session["code"], machine)
        await technician.end(ended["session_id"])
        await admin._call("POST", "/api/v1/groups", {"name": "First level", "policy": {}})
        yield Desk(waiting, joined, ended)


async def join(technician: Technician, code: str, machine: str) -> Any:
    """Claim a code as a support client on `machine`, and give its websocket."""
    socket = await technician.http.ws_connect(f"{technician.broker.url}/api/v1/ws/client")
    system = {"platform": "linux", "client_version": "1", "machine": machine}
    await socket.send_json(
        {"type": "client.join", "protocol_version": 1, "code": code, "system": system}
    )
    assert (await socket.receive_json())["type"] == "session.joined"
    return socket


async def be(page: Page, broker: Broker, reader: Login | None) -> None:
    """Sign in as a reader of pages, or out."""
    await page.context.clear_cookies()
    if reader is not None:
        who = {"email": reader.email, "password": reader.password}
        answer = await page.context.request.post(f"{broker.url}/api/v1/auth/sign-in", data=who)
        assert answer.ok, await answer.text()


async def visit(page: Page, broker: Broker, place: Place) -> None:
    """Open a page, with nothing left of the page before."""
    await page.goto("about:blank")
    await page.goto(broker.url + place.path)
    await expect(page.locator(place.shows).first).to_be_visible()
    if place.opens is not None:
        await page.locator(place.opens).first.click()
        await expect(page.locator("dialog[open]").first).to_be_visible()
