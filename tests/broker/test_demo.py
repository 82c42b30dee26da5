"""`make demo` as a newcomer runs it, on a machine that is set up for something else."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.broker.web.conftest import Person
from tests.client.trusted import Trusted

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.e2e


async def line_of(stream: asyncio.StreamReader, beginning: str) -> str:
    """Give the next line that begins like this."""
    async with asyncio.timeout(60):
        while line := (await stream.readline()).decode():
            if line.startswith(beginning):
                return line.removeprefix(beginning).strip()
    raise AssertionError(f"the demo ended without a line {beginning!r}")


async def use_session(facts: dict[str, Any]) -> tuple[str, list[str]]:
    """Be the demo's technician, whose console shows the digits, and end the session.

    Gives their organisation, and what the support client then granted by itself.
    """
    host = facts["console"].removesuffix("/console/")
    session_id = facts["session_url"].rsplit("/", 1)[1]
    async with aiohttp.ClientSession(host, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        tess = Person(http, host)
        signed_in = await tess.sign_in(facts["email"], facts["password"])
        socket, console = await tess.console(session_id), Trusted(session_id)
        await socket.ws.send_str(console.commit.model_dump_json())
        await socket.receive("trust.answer")
        await socket.ws.send_str(console.reveal.model_dump_json())
        granted: list[str] = (await socket.snapshot("consented"))["granted"]
        assert (await tess.post(f"/api/v1/sessions/{session_id}/end")).status == 200
        return (await signed_in.json())["organisation"], granted


async def test_the_demo_takes_nobodys_settings_and_grants_its_rights_to_whoever_has_the_digits(
    tmp_path: Path,
) -> None:
    (tmp_path / "handrail.toml").write_text('organisation = "From a file"')
    env = {**os.environ, "HANDRAIL_HOST": "0.0.0.0", "DISPLAY": ":77", "PYTHONPATH": str(ROOT)}
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.rig.demo"),
        cwd=tmp_path,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert demo.stdout is not None
    assert demo.stderr is not None
    try:
        facts = json.loads(await line_of(demo.stdout, "HANDRAIL READY "))
        assert facts["display"] != ":77"
        rights = ["view", "control", "clipboard.send", "clipboard.receive"]
        assert await use_session(facts) == ("Example Support", rights)
        told = await line_of(demo.stderr, "demo: the session has ended: ")
        assert told.startswith("technician_ended")
    finally:
        demo.terminate()
        await demo.communicate()
    assert demo.returncode == 0
