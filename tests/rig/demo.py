"""`make demo`: everything on this machine, with a support client that has joined.

Its rights wait for a console, and the digits to compare.

Prints one line beginning `HANDRAIL READY ` when a technician could start working, and runs until
Ctrl-C. Its data lives in a temporary folder and is gone afterwards; neither `HANDRAIL_*` variables
nor a `handrail.toml` change it. The desktop is a virtual one unless `DEMO_DISPLAY` is set, which
shares the display there is: whoever has the password then sees and controls that.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from tests.rig.display import XDisplay, existing_display, virtual_display
from tests.rig.processes import running
from tests.rig.stack import (
    Broker,
    Login,
    free_port,
    running_client,
    signed_in,
)

TICKET = "DEMO-1"
RIGHTS = ("view", "control", "clipboard.send", "clipboard.receive")
TECHNICIAN = Login("technician@demo.example", "Tess Demo")
ADMIN = Login("admin@demo.example", "Ada Demo")
A_DAY_S = 24 * 3600
SIGN_IN_S = 600
"""A sign-in that is not renewed lasts 15 minutes; the demo takes a fresh one before."""

ROOT = Path(__file__).resolve().parents[2]
OWN_DISPLAY = "DEMO_DISPLAY"


async def main() -> None:
    """Run the demo until SIGINT or SIGTERM."""
    _forget_settings()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    folder = Path(tempfile.mkdtemp(prefix="handrail-demo-"))
    os.chdir(folder)  # away from a `handrail.toml`
    try:
        await _run(folder, stopped)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _run(folder: Path, stopped: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        _say("starting the broker")
        broker = await _start_broker(stack, folder)
        _say("starting the desktop")
        display = await stack.enter_async_context(_desktop(folder))
        technician = await stack.enter_async_context(signed_in(broker, TECHNICIAN))
        session = await technician.create_session(TICKET, RIGHTS)
        _say("starting the support client")
        grant = ("--grant", ",".join(RIGHTS))
        client = await stack.enter_async_context(
            running_client(broker, display, session["code"], *grant)
        )
        session_id = session["session_id"]
        ready = asyncio.ensure_future(technician.wait_for_state(session_id, "joined"))
        exited = asyncio.ensure_future(client.wait())
        stop = asyncio.ensure_future(stopped.wait())
        await asyncio.wait({ready, exited, stop}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            print(_ready_line(broker, display, session_id, session["code"]), flush=True)
        elif exited.done():
            _say((folder / "client.log").read_text(errors="replace")[-2000:])
        news = [
            asyncio.ensure_future(_tell_client_exit(exited)),
            asyncio.ensure_future(_tell_session_end(broker, session_id)),
        ]
        await stop
        for task in (ready, exited, *news):
            task.cancel()


async def _tell_client_exit(exited: asyncio.Future[int]) -> None:
    _say(f"the support client has ended, with exit code {await exited}; Ctrl-C stops the demo")


async def _tell_session_end(broker: Broker, session_id: str) -> None:
    while True:
        with suppress(aiohttp.ClientError, TimeoutError):
            async with asyncio.timeout(SIGN_IN_S), signed_in(broker, TECHNICIAN) as technician:
                while (session := await technician.session(session_id))["state"] != "ended":
                    await asyncio.sleep(1)
            _say(f"the session has ended: {session['end_reason']}; Ctrl-C stops the demo")
            return
        await asyncio.sleep(1)


def _forget_settings() -> None:
    """Leave nothing to the broker and the client but what the demo itself tells them."""
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        del os.environ[name]
    paths = (str(ROOT), os.environ.get("PYTHONPATH", ""))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


async def _start_broker(stack: AsyncExitStack, folder: Path) -> Broker:
    day = str(A_DAY_S)
    env = {
        "HANDRAIL_LIMITS__TECHNICIAN_RETURN_S": day,
        "HANDRAIL_LIMITS__SESSION_S": day,
        "HANDRAIL_LIMITS__CONSENT_S": day,
        "HANDRAIL_DOWNLOADS_DIR": str(ROOT / "var" / "downloads"),
    }
    broker = Broker(folder, free_port(8080), env)
    await broker.add_account(TECHNICIAN, "technician")
    await broker.add_account(ADMIN, "admin")
    await broker.start()
    stack.push_async_callback(broker.stop)
    return broker


@asynccontextmanager
async def _desktop(folder: Path) -> AsyncIterator[XDisplay]:
    """Make a display with a terminal and a text editor on it; use the one there is if asked to."""
    if os.environ.get(OWN_DISPLAY) and (display := existing_display()):
        yield display
        return
    home = folder / "home"
    home.mkdir()
    async with virtual_display(folder) as display, AsyncExitStack() as programs:
        env = {**display.env, "HOME": str(home)}
        for name, command in {
            "xterm": ["xterm", "-geometry", "90x26+20+40", "-fa", "DejaVu Sans Mono", "-fs", "11"],
            "editor": ["l3afpad"],
        }.items():
            log = folder / f"{name}.log"
            await programs.enter_async_context(running(command, log, env, home))
        yield display


def _ready_line(broker: Broker, display: XDisplay, session_id: str, code: str) -> str:
    facts = {
        "console": f"{broker.url}/console/",
        "email": TECHNICIAN.email,
        "password": TECHNICIAN.password,
        "session_url": f"{broker.url}/console/#/sessions/{session_id}",
        "code": code,
        "ticket": TICKET,
        "display": display.name,
        "admin_email": ADMIN.email,
        "admin_password": ADMIN.password,
    }
    return f"HANDRAIL READY {json.dumps(facts)}"


def _say(text: str) -> None:
    print(f"demo: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    asyncio.run(main())
