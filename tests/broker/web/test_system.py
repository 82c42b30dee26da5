"""The state of the system, as the broker tells it to admins and to their programs."""

from pathlib import Path

import pytest

from broker.config import Config
from tests.broker.web.conftest import Broker
from tests.conftest import PutDatabase


@pytest.fixture
def config(tmp_path: Path, put_database: PutDatabase) -> Config:
    put_database(tmp_path / "var")
    return Config(
        data_dir=tmp_path / "var",
        turn_urls=("turn:127.0.0.1:9?transport=tcp",),
        turn_secret="the secret of coturn",
        max_files=7,
    )


async def test_an_admin_sees_what_is_wrong_and_no_secret(broker: Broker) -> None:
    ada = await broker.technician("ada@example.org")
    response = await ada.get("/api/v1/system")
    assert response.status == 200
    assert "the secret of coturn" not in await response.text()
    state = await response.json()
    found = {one["subject"]: one for one in state["findings"]}
    assert state["severity"] == "critical"
    assert (found["servers"]["seen"], found["servers"]["name"]) == (
        "server_silent",
        "turn:127.0.0.1:9?transport=tcp",
    )
    assert found["schema"]["seen"] == "schema_current"
    assert found["audit_log"]["values"]["count"] >= 1
    assert {"name": "max_files", "value": 7} in state["limits"]


async def test_two_looks_at_once_are_one(broker: Broker) -> None:
    system = broker.context.system
    assert await system.state() is await system.state()


async def test_a_database_that_is_away_is_a_finding(broker: Broker, config: Config) -> None:
    (config.data_dir / "handrail.db").unlink()
    state = await broker.context.system.state()
    assert [one.seen.value for one in state.findings if one.subject == "database"] == [
        "database_away"
    ]
