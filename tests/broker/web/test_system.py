"""The state of the system, as the broker tells it to admins and to their programs."""

from pathlib import Path

import pytest

from broker.config import Config
from tests.broker.web.conftest import Broker, JoinedSession
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


async def test_figures_are_told_to_tokens_with_the_scope_and_name_nobody(broker: Broker) -> None:
    ada, tess = [await broker.technician(f"{name}@example.org") for name in ("ada", "tess")]
    issued = await tess.create_session("TICKET-4711")
    body = {"name": "Prometheus", "scopes": ["system.read"], "days": 30}
    token = (await (await ada.post("/api/v1/tokens", body)).json())["token"]
    program = await broker.new_person()
    program.http.headers["Authorization"] = f"Bearer {token}"
    response = await program.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    text = await response.text()
    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
    assert float(figures['handrail_sessions{state="waiting"}']) == 1
    route = 'method="POST",route="/api/v1/sessions",status="201"'
    assert float(figures[f"handrail_http_requests_total{{{route}}}"]) == 1
    appends = float(figures["handrail_audit_appends_total"])
    assert appends >= 4
    assert float(figures["handrail_audit_append_seconds_count"]) <= appends
    for told in ("tess", "ada", "4711", issued["session_id"], "127.0.0.1", "Prometheus"):
        assert told not in text
    assert (await tess.get("/metrics")).status == 403
    assert (await (await broker.new_person()).get("/metrics")).status == 401


async def test_messages_are_counted_and_paths_are_not_labels(broker: Broker) -> None:
    joined = await JoinedSession.of(broker)
    await joined.tess.get("/nothing/of/the/kind")
    await joined.tess.http.request("BREW", "/healthz")
    ada = await broker.technician("ada@example.org")
    text = await (await ada.get("/metrics")).text()
    assert 'handrail_sockets{side="client"} 1.0' in text
    assert 'handrail_messages_total{direction="in"} 2.0' in text
    assert "BREW" not in text
    assert "of/the/kind" not in text
    before = await broker.core.audit_log.newest(limit=1)
    await broker.core.audit_log.check_writable()
    assert await broker.core.audit_log.newest(limit=1) == before
    again = await (await ada.get("/metrics")).text()

    def appends(page: str) -> list[str]:
        return [line for line in page.splitlines() if line.startswith("handrail_audit_appends_t")]

    assert appends(again) == appends(text) != []
