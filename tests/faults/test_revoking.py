"""Revoking a person by a command, while a real broker runs: how long it takes to end everything."""

import asyncio
import json
from datetime import datetime
from pathlib import Path

import aiohttp

from tests.rig.stack import Login, running_broker_of, signed_in

TESS = Login("tess@example.org", "Tess Example")
WITHIN_S = 5.0


async def _over(socket: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in socket:
        pass


async def test_a_command_that_disables_an_account_ends_sockets_and_sessions_within_5_s(
    tmp_path: Path,
) -> None:
    async with running_broker_of(TESS, tmp_path) as broker, signed_in(broker, TESS) as tess:
        issued = await tess.create_session("T-1")
        path = f"{broker.url}/api/v1/sessions/{issued['session_id']}/ticket"
        async with tess.http.post(path) as response:
            ticket = (await response.json())["ticket"]
        sockets = f"{broker.url}/api/v1/ws"
        console = await tess.http.ws_connect(f"{sockets}/console", origin=broker.url)
        attach = {"type": "console.attach", "protocol_version": 1, "ticket": ticket}
        await console.send_json(attach | {"session_id": issued["session_id"]})
        client = await tess.http.ws_connect(f"{sockets}/client")
        system = {"platform": "linux", "client_version": "1", "machine": "kitchen-pc"}
        join = {"type": "client.join", "protocol_version": 1, "code": issued["code"]}
        await client.send_json(join | {"system": system})
        assert (await client.receive_json())["type"] == "session.joined"

        await broker.cli("user", "disable", TESS.email)
        async with asyncio.timeout(WITHIN_S):
            await asyncio.gather(_over(console), _over(client))
        listed = (await broker.cli("audit", "list", "--json")).splitlines()
    records = {record["action"]: record for record in map(json.loads, listed)}
    assert records["session.ended"]["details"]["end_reason"] == "admin_ended"
    moments = [
        datetime.fromisoformat(records[action]["recorded_at"])
        for action in ("account.disabled", "session.ended")
    ]
    took = (moments[1] - moments[0]).total_seconds()
    print(f"the session ended {took:.2f} s after the account was disabled")
    assert 0 <= took < WITHIN_S
