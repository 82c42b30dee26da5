"""A broker that is killed while its live feed is on the way: nothing is lost, and order is kept."""

import json
from pathlib import Path

from tests.rig.receiver import hangs, receiving
from tests.rig.stack import Login, running_broker_of, signed_in

TESS = Login("tess@example.org", "Tess Example")


async def test_a_broker_killed_while_it_sends_goes_on_where_it_was(tmp_path: Path) -> None:
    (tmp_path / "receiver").mkdir()
    async with receiving(tmp_path / "receiver") as receiver:
        receiver.next = [hangs]
        env = {
            "HANDRAIL_AUDIT_WEBHOOK_URL": receiver.url,
            "HANDRAIL_AUDIT_WEBHOOK_SECRET": "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0",
            "HANDRAIL_OUTBOUND_NETWORKS": "127.0.0.1",
            "HANDRAIL_OUTBOUND_CA_FILE": str(receiver.ca_file),
        }
        async with running_broker_of(TESS, tmp_path, env) as broker:
            await receiver.until(lambda: len(receiver.bodies) == 1)
            await broker.kill()
            assert receiver.taken == []
            await broker.start()
            async with signed_in(broker, TESS) as tess:
                session = (await tess.create_session("T-1"))["session_id"]
            await receiver.until(
                lambda: any(
                    (one["session_id"], one["action"]) == (session, "session.created")
                    for one in receiver.records
                )
            )
            listed = (await broker.cli("audit", "export")).splitlines()
        sent = {one["sequence"]: one for one in receiver.records}
        assert sorted(sent) == list(range(1, len(sent) + 1))
        kept = {one["sequence"]: one["hash"] for one in map(json.loads, listed)}
        assert all(kept[sequence] == one["hash"] for sequence, one in sent.items())
