"""Reading the audit log by HTTP: who is shown what, and what reading leaves behind."""

import asyncio
import json
import re
from typing import Any

import aiohttp
import pytest

from broker.audit.event import BROKER, PERSONAL_ERASED, Actor, AuditEvent
from broker.protocol.saved_filters import SavedFilter, SavedFilters
from broker.protocol.vocabulary import ActorKind, Role
from broker.service import audit_desk
from broker.web import while_allowed
from tests.broker.web.conftest import Broker, JoinedSession, Person

EVENTS = "/api/v1/audit/events"
MUCH = "x" * 2_000_000


async def found(person: Person, query: str = "") -> dict[str, Any]:
    response = await person.get(f"{EVENTS}?{query}")
    assert response.status == 200, await response.text()
    answer: dict[str, Any] = await response.json()
    return answer


async def actions(person: Person, query: str) -> list[str]:
    return [record["action"] for record in (await found(person, query))["records"]]


async def test_an_auditor_finds_a_session_by_its_machine_and_by_a_note(broker: Broker) -> None:
    joined = await JoinedSession.of(broker)
    otto = await broker.technician("otto@example.org")
    await joined.tess.post(
        f"/api/v1/sessions/{joined.session_id}/notes", {"text": "Printer driver from 2009"}
    )
    listed = await found(otto, "machine=KITCHEN&limit=200")
    assert {record["session_id"] for record in listed["records"]} == {joined.session_id}
    assert (listed["unindexed"], listed["next_cursor"]) == (0, None)
    assert await actions(otto, "end_user=kitchen&action=session.joined,session.created") == [
        "session.joined",
        "session.created",
    ]
    [note] = (await found(otto, "text=print&technician=tess"))["records"]
    assert (note["note"], note["erased"]) == ("Printer driver from 2009", False)


async def test_a_look_is_recorded_once_with_its_filters_however_far_it_pages(
    broker: Broker,
) -> None:
    await JoinedSession.of(broker)
    otto, ada = [await broker.technician(f"{name}@example.org") for name in ("otto", "ada")]
    first = await found(otto, "limit=2")
    older = await found(otto, f"limit=2&cursor={first['next_cursor']}")
    assert [one["sequence"] for one in older["records"]] == [
        first["records"][-1]["sequence"] - 1,
        first["records"][-1]["sequence"] - 2,
    ]
    await found(otto, "machine=kitchen-pc&limit=1")
    await found(otto, "machine=kitchen-pc")
    looks = (await found(ada, "action=audit.read"))["records"]
    told = [(look["actor_name"], look["details"]["filters"]) for look in looks]
    assert told == [
        ("Ada", '{"action": "audit.read"}'),
        ("Otto", '{"machine": "kitchen-pc"}'),
        ("Otto", ""),
    ]


async def test_looks_that_are_forgotten_are_recorded_again(
    broker: Broker, monkeypatch: Any
) -> None:
    monkeypatch.setattr(audit_desk, "MOST_LOOKS", 1)
    ada = await broker.technician("ada@example.org")
    for ticket in ("T-1", "T-2", "T-1"):
        await found(ada, f"ticket={ticket}")
    looks = await found(ada, "action=audit.read")
    assert len(looks["records"]) == 4


async def test_a_filter_that_makes_no_sense_is_named_and_no_look_is_recorded(
    broker: Broker,
) -> None:
    ada = await broker.technician("ada@example.org")
    for query, says in {
        "address=kitchen": "address: it is no IP address and no network",
        "address=10.0.0.0/8": "address: networks are searched by the sizes /32, /24, /16",
        "machine=---": "machine: there is no word in it to search for",
        "action=Session": "action:",
        "since=yesterday": "since:",
        "since=0001-01-01T00:00:00%2B14:00": "since: a time lies in the years 1970 to 9998",
        "until=9999-12-31T23:59:59-14:00": "until: a time lies in the years 1970 to 9998",
        "outcome=odd": "outcome:",
        "cursor=zz": "cursor: it is not one that this list gave",
        "limit=0": "limit:",
    }.items():
        response = await ada.get(f"{EVENTS}?{query}")
        assert response.status == 400
        assert (await response.json())["detail"].startswith(says), query
    assert await actions(ada, "action=audit.read") == ["audit.read"]


async def test_a_selection_is_exported_in_every_format_and_that_is_recorded(
    broker: Broker,
) -> None:
    joined = await JoinedSession.of(broker)
    otto = await broker.technician("otto@example.org")
    counts = {}
    for how in ("jsonl", "csv", "ecs", "cef"):
        response = await otto.get(f"/api/v1/audit/export?format={how}&session={joined.session_id}")
        assert response.status == 200
        ending = "jsonl" if how == "ecs" else how
        assert re.fullmatch(
            r'attachment; filename="handrail-audit-\d{4}-\d\d-\d\dT\d{4}Z-session-ses_\w{32}'
            rf'-{how}\.{ending}"',
            response.headers["Content-Disposition"],
        )
        counts[how] = len((await response.text()).splitlines())
    mine = len(await joined.tess.events(joined.session_id))
    assert counts == {"jsonl": mine, "csv": mine + 1, "ecs": mine, "cef": mine}
    exports = (await found(otto, "action=audit.exported"))["records"]
    assert [one["details"]["export_format"] for one in exports] == ["cef", "ecs", "csv", "jsonl"]
    assert joined.session_id in exports[0]["details"]["filters"]
    assert (await joined.tess.get("/api/v1/audit/export")).status == 403
    for refused in ("format=pdf", "since=0001-01-01T00:00:00%2B14:00"):
        assert (await otto.get(f"/api/v1/audit/export?{refused}")).status == 400


async def test_the_name_of_an_export_tells_what_it_holds_but_not_of_whom(broker: Broker) -> None:
    otto = await broker.technician("otto@example.org")
    asked = "format=csv&ticket=%23%201/2&machine=kitchen-pc&outcome=refused"
    name = (await otto.get(f"/api/v1/audit/export?{asked}")).headers["Content-Disposition"]
    assert name.endswith('Z-ticket-1-2-machine-outcome-refused-csv.csv"')


async def test_an_export_goes_on_page_by_page_to_the_end(broker: Broker, monkeypatch: Any) -> None:
    monkeypatch.setattr(audit_desk, "EXPORTED_AT_ONCE", 3)
    await JoinedSession.of(broker)
    ada = await broker.technician("ada@example.org")
    lines = (await (await ada.get("/api/v1/audit/export")).text()).splitlines()
    sequences = [json.loads(line)["sequence"] for line in lines]
    assert sequences == list(range(sequences[0], 0, -1))


@pytest.mark.parametrize("change", ["disabled", "signed out", "other role"])
async def test_an_export_breaks_off_when_its_reader_may_not_read_any_more(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(while_allowed, "EVERY_S", 0.01)
    otto, ada = [await broker.technician(f"{name}@example.org") for name in ("otto", "ada")]
    for _ in range(8):  # more than a reader who stops is sent
        event = AuditEvent(broker.core.clock.now(), "test.filled", BROKER, details={"error": MUCH})
        await broker.core.audit_log.append(event)
    export = await otto.get("/api/v1/audit/export")
    assert export.status == 200
    await export.content.read(1)
    keeper, otto_id = broker.core.keeper, await otto.account_id()
    match change:
        case "disabled":
            await keeper.disable(otto_id, BROKER)
        case "signed out":
            await otto.post("/api/v1/auth/sign-out")
        case _:
            await keeper.change_role(otto_id, Role.TECHNICIAN, BROKER)
    async with asyncio.timeout(15):
        while not (cut := (await found(ada, "action=audit.export_cut"))["records"]):
            pass
    with pytest.raises(aiohttp.ClientError):
        await export.read()
    assert [(one["actor_name"], one["outcome"]) for one in cut] == [("Otto", "refused")]


async def test_saved_filters_are_in_the_account_and_go_with_its_person(broker: Broker) -> None:
    otto, ada, tess = [await broker.technician(f"{n}@example.org") for n in ("otto", "ada", "tess")]
    kept = {"filters": [{"name": "Kitchen", "asked": {"machine": "kitchen-pc"}}]}

    async def put(person: Person, body: object) -> int:
        headers = {"Origin": person.origin}
        path = "/api/v1/me/audit-filters"
        return (await person.http.put(path, json=body, headers=headers)).status

    async def theirs(person: Person) -> object:
        return await (await person.get("/api/v1/me/audit-filters")).json()

    assert await put(otto, kept) == 200
    assert await theirs(otto) == kept
    assert await theirs(ada) == {"filters": []}
    assert await put(tess, kept) == 403
    for senseless in (
        {"evil": "1"},
        {"since": "zzz"},
        {"until": "9999-12-31T23:59:59-14:00"},
        {"action": "nonsense"},
        {"address": "kitchen"},
    ):
        assert await put(otto, {"filters": [{"name": "x", "asked": senseless}]}) == 400, senseless
    assert await put(otto, {"filters": kept["filters"] * 51}) == 400

    old = SavedFilter(name="Old", asked={"address": "kitchen"})
    await broker.core.saved_filters.keep(await otto.account_id(), SavedFilters(filters=(old,)))
    assert await put(otto, {"filters": [old.model_dump(), *kept["filters"]]}) == 200
    assert await put(otto, {"filters": [{**old.model_dump(), "name": "New"}]}) == 400
    event = AuditEvent(
        broker.core.clock.now(),
        PERSONAL_ERASED,
        Actor(ActorKind.OPERATOR),
        details={"erased_owner": await otto.account_id()},
    )
    await broker.core.audit_log.erase_personal(event)
    assert await theirs(otto) == {"filters": []}
