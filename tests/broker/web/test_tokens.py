"""API tokens: what programs may do with them, and what they never may."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from broker.errors import TooManyRequests
from broker.protocol.endpoints import ENDPOINTS, Access
from broker.protocol.vocabulary import Role, Scope
from broker.service.tokens import scopes_of
from broker.web.token_pace import BURST, SWEEP_AT, TokenPace
from tests.broker.web.conftest import OPERATOR, Broker, Person


async def make(person: Person, *scopes: str, **more: Any) -> dict[str, Any]:
    body = {"name": "Ticket system", "scopes": scopes or ["sessions.read"], "days": 30, **more}
    response = await person.post("/api/v1/tokens", body)
    assert response.status == 201, await response.text()
    made: dict[str, Any] = await response.json()
    return made


async def call(
    broker: Broker, token: str, method: str, path: str, body: Any = None
) -> aiohttp.ClientResponse:
    """Ask as a program does: with the token, and without a cookie."""
    program = await broker.new_person()
    headers = {"Authorization": f"Bearer {token}"}
    return await program.http.request(method, path, json=body, headers=headers)


@pytest.fixture
async def tess(broker: Broker) -> Person:
    return await broker.technician("tess@example.org")


async def test_a_token_is_shown_once_and_kept_nowhere(broker: Broker, tess: Person) -> None:
    made = await make(tess, "sessions.read", "sessions.write")
    listed = await (await tess.get("/api/v1/tokens")).json()
    assert listed["tokens"] == [made["view"]]
    assert listed["scopes"] == ["sessions.read", "sessions.write", "audit.read"]
    assert made["token"] not in str(listed)
    stored = await broker.core.tokens.all()
    assert made["token"] not in str(stored)
    records = await broker.core.audit_log.newest(limit=1)
    assert records[0].event.action == "token.made"
    assert records[0].event.details["scopes"] == ("sessions.read", "sessions.write")
    assert made["token"] not in str(records)


async def test_a_program_opens_reads_and_ends_a_session_in_its_makers_name(
    broker: Broker, tess: Person
) -> None:
    token = (await make(tess, "sessions.read", "sessions.write"))["token"]
    body = {"ticket_id": "T-9", "capabilities": ["view"]}
    issued = await (await call(broker, token, "POST", "/api/v1/sessions", body)).json()
    path = f"/api/v1/sessions/{issued['session_id']}"
    shown = await (await call(broker, token, "GET", path)).json()
    assert shown["technician_id"] == await tess.account_id()
    assert (await call(broker, token, "GET", f"{path}/events")).status == 403
    assert (await call(broker, token, "POST", f"{path}/end")).status == 200
    records = await broker.core.audit_log.newest(limit=20)
    told = [(one.event.action, one.event.details.get("operation")) for one in records]
    assert ("token.used", "create_session") in told
    assert ("token.used", "end_session") in told
    assert ("access.refused", "list_events") in told
    (kept,) = (await (await tess.get("/api/v1/tokens")).json())["tokens"]
    assert kept["last_used_at"] is not None


async def test_a_token_reaches_no_endpoint_beyond_its_scopes(broker: Broker) -> None:
    ada = await broker.technician("ada@example.org")
    tokens = {scope: (await make(ada, scope.value))["token"] for scope in Scope}
    signed_in = [one for one in ENDPOINTS if one.access is Access.SIGNED_IN]
    for number, endpoint in enumerate(signed_in):
        scope = list(Scope)[number % len(Scope)]
        path = re.sub(r"{\w+}", "ses_" + "0" * 32, endpoint.path)
        response = await call(broker, tokens[scope], endpoint.method, path, {})
        if endpoint.scope is not scope:
            assert response.status == 403, endpoint.operation_id
            assert (await response.json())["detail"] == "This token does not reach that far."


def test_whatever_makes_people_or_tokens_needs_a_person() -> None:
    for endpoint in ENDPOINTS:
        if endpoint.path.startswith(("/api/v1/tokens", "/api/v1/accounts", "/api/v1/groups")):
            assert endpoint.scope is None or endpoint.method == "GET"


async def test_a_token_never_exceeds_its_maker(broker: Broker, tess: Person) -> None:
    body = {"name": "Too much", "scopes": ["reports.read"], "days": 1}
    refused = await tess.post("/api/v1/tokens", body)
    assert refused.status == 403
    assert "reports.read" in (await refused.json())["detail"]
    assert scopes_of(Role.AUDITOR) == (Scope.SESSIONS_READ, Scope.AUDIT_READ, Scope.REPORTS_READ)

    ada = await broker.technician("ada@example.org")
    token = (await make(ada, "reports.read"))["token"]
    assert (await call(broker, token, "GET", "/api/v1/reports")).status == 200
    # A change of role takes the token along, whoever has it.
    other = await broker.technician("lena@example.org")
    stored = await broker.core.accounts.by_email("ada@example.org")
    assert stored is not None
    await broker.core.keeper.change_role(stored.account.account_id, Role.TECHNICIAN, OPERATOR)
    assert (await call(broker, token, "GET", "/api/v1/reports")).status == 401
    assert (await other.get("/api/v1/me")).status == 200


@pytest.mark.parametrize("how", ["disable", "sign_out_everywhere"])
async def test_a_token_ends_with_its_makers_sign_ins(
    broker: Broker, tess: Person, how: str
) -> None:
    token = (await make(tess))["token"]
    assert (await call(broker, token, "GET", "/api/v1/sessions")).status == 200
    keeper = broker.core.keeper
    end = keeper.disable if how == "disable" else keeper.sign_out_everywhere
    await end(await tess.account_id(), OPERATOR)
    assert (await call(broker, token, "GET", "/api/v1/sessions")).status == 401


async def test_a_token_ends_by_itself(
    broker: Broker, tess: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = (await make(tess, days=1))["token"]
    later = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(type(broker.core.clock), "now", lambda _: later)
    assert (await call(broker, token, "GET", "/api/v1/sessions")).status == 401


@pytest.mark.parametrize("days", [0, 366, None])
async def test_every_token_ends_within_a_year(tess: Person, days: Any) -> None:
    body = {"name": "For ever", "scopes": ["sessions.read"], "days": days}
    assert (await tess.post("/api/v1/tokens", body)).status == 400


async def test_ones_own_token_is_taken_away_and_nobody_elses(broker: Broker, tess: Person) -> None:
    made = await make(tess)
    path = f"/api/v1/tokens/{made['view']['token_id']}"
    lena = await broker.technician("lena@example.org")
    assert (await (await lena.get("/api/v1/tokens")).json())["tokens"] == []
    assert (await lena.http.delete(path)).status == 204
    assert (await call(broker, made["token"], "GET", "/api/v1/sessions")).status == 200
    ada = await broker.technician("ada@example.org")
    (seen,) = (await (await ada.get("/api/v1/tokens")).json())["tokens"]
    assert (seen["account_name"], seen["valid"]) == ("Tess", True)
    assert (await ada.http.delete(path)).status == 204
    assert (await call(broker, made["token"], "GET", "/api/v1/sessions")).status == 401


async def test_guessing_tokens_is_slowed_down(broker: Broker, tess: Person) -> None:
    made = await make(tess)
    forged = made["token"][:-1] + ("A" if made["token"][-1] != "A" else "B")
    guesses = [forged, "hrt_" + "0" * 32 + "_" + "A" * 43, "Bearer", "x" * 5000, forged, forged]
    statuses = [(await call(broker, guess, "GET", "/api/v1/sessions")).status for guess in guesses]
    assert statuses == [401] * 5 + [429]
    assert (await tess.get("/api/v1/sessions")).status == 200


def test_each_token_has_a_pace_of_its_own() -> None:
    now = [0.0]
    pace = TokenPace(lambda: now[0])
    for _ in range(BURST):
        pace.take("tok_1")
    with pytest.raises(TooManyRequests):
        pace.take("tok_1")
    pace.take("tok_2")
    now[0] += 1
    for _ in range(5):
        pace.take("tok_1")
    with pytest.raises(TooManyRequests):
        pace.take("tok_1")


def test_buckets_that_are_full_again_are_forgotten() -> None:
    now = [0.0]
    pace = TokenPace(lambda: now[0])
    for number in range(SWEEP_AT):
        pace.take(f"tok_{number}")
    now[0] += 3600
    pace.take("tok_last")
    assert len(pace._paces) == 1
