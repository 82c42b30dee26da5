"""`make demo` as a newcomer runs it, on a machine that is set up for something else."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.e2e


async def line_of(stream: asyncio.StreamReader, beginning: str) -> str:
    """Give the next line that begins like this."""
    async with asyncio.timeout(60):
        while line := (await stream.readline()).decode():
            if line.startswith(beginning):
                return line.removeprefix(beginning).strip()
    raise AssertionError(f"the demo ended without a line {beginning!r}")


async def end_session(facts: dict[str, Any]) -> tuple[str, list[str]]:
    """End the demo's session as its technician; give their organisation and what was asked for."""
    host = facts["console"].removesuffix("/console/")
    async with aiohttp.ClientSession(host, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        login = {"email": facts["email"], "password": facts["password"]}
        async with http.post("/api/v1/auth/sign-in", json=login) as response:
            organisation = (await response.json())["organisation"]
        session_id = facts["session_url"].rsplit("/", 1)[1]
        async with http.post(f"/api/v1/sessions/{session_id}/end") as response:
            assert response.status == 200
            requested = (await response.json())["requested"]
    return organisation, requested


async def test_the_demo_makes_its_own_desktop_and_takes_nobodys_settings(tmp_path: Path) -> None:
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
        assert await end_session(facts) == ("Example Support", rights)
        told = await line_of(demo.stderr, "demo: the session has ended: ")
        assert told.startswith("technician_ended")
    finally:
        demo.terminate()
        await demo.communicate()
    assert demo.returncode == 0
