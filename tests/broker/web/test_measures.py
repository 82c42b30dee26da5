"""Figures over HTTP: who may read which, as JSON and as a table."""

from typing import Any

import pytest

from tests.broker.web.conftest import Broker, Person
from tests.broker.web.test_groups import make_group, put_into

PATH = "/api/v1/reports/sessions"


async def figures(person: Person, query: str = "") -> dict[str, Any]:
    answer = await person.http.get(f"{PATH}?{query}")
    assert answer.status == 200, await answer.text()
    return dict(await answer.json())


async def test_an_admin_reads_what_was_measured_and_a_technician_nothing(broker: Broker) -> None:
    tess = await broker.technician("tess@example.org")
    admin = await broker.technician("ada@example.org")
    issued = await tess.create_session("T-1", "view")
    await tess.create_session("T-1", "view")
    await tess.post(f"/api/v1/sessions/{issued['session_id']}/end")
    told = await figures(admin, "by=technician")
    assert told["total"]["states"] == [
        {"word": "ended", "count": 1},
        {"word": "waiting", "count": 1},
    ]
    assert told["total"]["repeats"] == 1
    [row] = told["rows"]
    assert (row["name"], row["sessions"]) == ("Tess", 2)
    assert told["backlog"] == {"waiting": 1, "queued": 0, "oldest_queued_since": None}
    assert (await tess.http.get(PATH)).status == 403


async def test_a_lead_reads_the_figures_of_their_groups_alone(broker: Broker) -> None:
    lena, tess, ada = [
        await broker.technician(f"{name}@example.org") for name in ("lena", "tess", "ada")
    ]
    await tess.create_session("T-1", "view")
    assert (await figures(lena))["total"]["sessions"] == 1  # without groups all are one team
    group = await make_group(ada)
    await put_into(ada, group, lena)
    assert (await figures(lena, "by=technician"))["rows"] == []
    await put_into(ada, group, tess)
    await tess.create_session("T-2", "view")
    told = await figures(lena, "by=technician")
    assert [(row["name"], row["sessions"]) for row in told["rows"]] == [("Tess", 1)]
    assert told["total"]["sessions"] == 1
    assert (await figures(ada))["total"]["sessions"] == 2


async def test_the_table_is_one_that_no_spreadsheet_computes(broker: Broker) -> None:
    admin = await broker.technician("ada@example.org")
    tess = await broker.technician("=1+1@example.org")
    await tess.create_session("T-1", "view")
    answer = await admin.http.get(f"{PATH}.csv?by=technician")
    head, row, total, _ = (await answer.text()).split("\r\n")
    assert answer.content_type == "text/csv"
    assert head.startswith('\ufeff"key","name","sessions","ended","wait_count"')
    assert '"\'=1+1","1","0"' in row
    assert total.startswith('"total","","1","0"')
    assert len(head.split(",")) == len(row.split(",")) == len(total.split(","))


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-11-02T00:00:00Z&until=2026-11-01T00:00:00Z",
        "since=2020-01-01T00:00:00Z&until=2026-11-01T00:00:00Z",
        "since=2025-01-01T00:00:00Z&until=2026-11-01T00:00:00Z&period=day",
        "since=0001-01-01T00:00:00%2B14:00",
        "until=0001-01-01T00:00:00Z",
        "since=0001-01-01T00:00:00Z&until=0001-01-05T00:00:00Z&period=week",
        "since=9999-12-01T00:00:00Z&until=9999-12-31T23:59:59Z",
        "by=colour",
        "again_days=0",
    ],
)
async def test_what_is_no_span_is_refused(broker: Broker, query: str) -> None:
    admin = await broker.technician("ada@example.org")
    assert (await admin.http.get(f"{PATH}?{query}")).status == 400
    assert (await admin.http.get(f"{PATH}.csv?{query}")).status == 400


@pytest.mark.parametrize(
    "query",
    [
        "since=1970-01-01T00:00:00Z&until=1970-01-05T00:00:00Z&period=week&again_days=90",
        "since=9998-12-01T00:00:00Z&until=9998-12-31T23:59:59Z&again_days=90",
        "until=1970-01-01T00:00:00Z",
    ],
)
async def test_the_first_and_the_last_time_that_may_be_named_are_answered(
    broker: Broker, query: str
) -> None:
    admin = await broker.technician("ada@example.org")
    await (await broker.technician("tess@example.org")).create_session("T-1", "view")
    assert (await figures(admin, query))["total"]["sessions"] == 0
