"""Who may call which endpoint: the one table, and the broker that keeps to it."""

import re
from typing import Final

import pytest

from broker.protocol.endpoints import ENDPOINTS, Access
from broker.protocol.vocabulary import Role
from tests.broker.web.conftest import Broker, JoinedSession

SIGNED_IN: Final = [one for one in ENDPOINTS if one.access is Access.SIGNED_IN]
PEOPLE: Final = {
    Role.TECHNICIAN: "tess@example.org",
    Role.LEAD: "lena@example.org",
    Role.AUDITOR: "otto@example.org",
    Role.ADMIN: "ada@example.org",
}

FOR_AUDITORS: Final = {
    "me",
    "list_sessions",
    "get_session",
    "list_events",
    "list_notes",
    "summarise_session",
    "read_transcript",
    "list_reports",
    "list_groups",
    "search_audit",
    "list_saved_filters",
    "keep_saved_filters",
    "list_feeds",
    "list_live_sessions",
    "list_accounts",
    "list_tokens",
    "make_token",
    "delete_token",
    "export_audit",
    "read_measures",
    "export_measures",
}
"""Written down a second time, so that nothing is opened to auditors by accident."""


def test_every_endpoint_that_needs_a_sign_in_says_whose() -> None:
    assert [one.operation_id for one in SIGNED_IN if not one.roles] == []
    assert [one.operation_id for one in ENDPOINTS if one.roles and one not in SIGNED_IN] == []


def test_an_admin_may_call_whatever_anybody_may() -> None:
    assert [one.operation_id for one in SIGNED_IN if Role.ADMIN not in one.roles] == []


def test_an_auditor_reads_and_changes_nothing_but_what_is_their_own() -> None:
    open_to_auditors = [one for one in SIGNED_IN if Role.AUDITOR in one.roles]
    assert {one.operation_id for one in open_to_auditors} == FOR_AUDITORS
    writing = {one.operation_id for one in open_to_auditors if one.method != "GET"}
    assert writing == {"make_token", "delete_token", "keep_saved_filters"}


@pytest.mark.parametrize("role", list(Role))
async def test_the_broker_keeps_to_the_table(broker: Broker, role: Role) -> None:
    person = await broker.technician(PEOPLE[role])
    refused = set()
    for endpoint in SIGNED_IN:
        path = re.sub(r"{\w+}", "ses_" + "0" * 32, endpoint.path)
        response = await person.http.request(endpoint.method, path, json={})
        assert response.status not in (401, 405), endpoint.operation_id
        if response.status == 403:
            assert (await response.json())["detail"] == "Your role does not allow this."
            refused.add(endpoint.operation_id)
    assert refused == {one.operation_id for one in SIGNED_IN if role not in one.roles}


async def test_what_a_role_forbids_is_on_the_audit_log(broker: Broker) -> None:
    otto = await broker.technician("otto@example.org")
    body = {"ticket_id": "T-1", "capabilities": ["view"]}
    assert (await otto.post("/api/v1/sessions", body)).status == 403
    (record,) = await broker.core.audit_log.newest(limit=1)
    event = record.event
    assert (event.action, event.outcome, event.actor.kind.value) == (
        "access.refused",
        "refused",
        "auditor",
    )
    assert event.details == {"operation": "create_session"}


async def test_an_auditor_reads_a_session_of_others_and_cannot_come_into_it(
    broker: Broker,
) -> None:
    joined = await JoinedSession.of(broker)
    otto = await broker.technician("otto@example.org")
    (listed,) = (await (await otto.get("/api/v1/sessions")).json())["sessions"]
    assert listed["session_id"] == joined.session_id
    assert "session.joined" in await otto.events(joined.session_id)
    console = await otto.console(joined.session_id)
    assert (await console.receive("error"))["fatal"]
    ticket = await joined.tess.ticket(joined.session_id)
    console = await otto.console(joined.session_id, ticket)
    assert (await console.receive("error"))["fatal"]


async def test_an_auditor_is_nobodys_colleague(broker: Broker) -> None:
    await broker.technician("otto@example.org")
    lena = await broker.technician("lena@example.org")
    tess = await broker.technician("tess@example.org")
    found = (await (await tess.get("/api/v1/colleagues")).json())["colleagues"]
    assert [one["account_id"] for one in found] == [await lena.account_id()]
