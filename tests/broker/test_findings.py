"""What facts about the system mean."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from broker.findings import (
    CertificateFacts,
    DatabaseFacts,
    DiskFacts,
    LogFacts,
    Reach,
    ServerFacts,
    SystemFacts,
    judge,
    worst,
)
from broker.protocol.feeds import FeedView
from broker.protocol.system import Severity
from tests.builders import NOW

GIB = 2**30
WELL = SystemFacts(
    version="1.0",
    protocol=1,
    python="3.11",
    database=DatabaseFacts("SQLite 3", 4096, "0015", newest="0015"),
    disk=DiskFacts("var", 50 * GIB, 100 * GIB),
    servers=(ServerFacts("turn:t.example.org:3478", Reach.REACHED, 12),),
    certificates=(CertificateFacts("s.example.org", Reach.REACHED, NOW + timedelta(days=60)),),
    log=LogFacts(9, NOW, signed_at=NOW.isoformat()),
    feeds=(
        FeedView(
            kind="webhook",
            target="siem.example.org",
            delivered=9,
            delivered_at=NOW,
            behind=0,
            problem=None,
            failing_since=None,
            next_try_at=None,
        ),
    ),
    clock_in_step=True,
)


def failing(minutes: int) -> FeedView:
    change = {"problem": "It is down.", "failing_since": NOW - timedelta(minutes=minutes)}
    return WELL.feeds[0].model_copy(update={**change, "behind": 3})


def seen(facts: SystemFacts) -> dict[str, str]:
    """Give whatever is not in order."""
    found = judge(facts, NOW)
    return {one.seen.value: one.severity.value for one in found if one.severity != Severity.OK}


def database(**change: Any) -> dict[str, Any]:
    return {"database": replace(WELL.database, **change)}


def log(**change: Any) -> dict[str, Any]:
    return {"log": replace(WELL.log, **change)}  # type: ignore[type-var]


def server(reach: Reach, **change: Any) -> ServerFacts:
    return ServerFacts("stun:s.example.org", reach, **change)


def certificate(**change: Any) -> dict[str, Any]:
    return {"certificates": (replace(WELL.certificates[0], **change),)}


def test_a_system_that_is_well_asks_for_nothing() -> None:
    assert seen(WELL) == {}
    assert worst(judge(WELL, NOW)) is Severity.OK
    assert worst(()) is Severity.OK


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (database(problem="Its disk is full."), {"database_away": "critical"}),
        (database(revision="0014"), {"schema_behind": "warning"}),
        (database(revision="0099", ahead=True), {"schema_ahead": "critical"}),
        (database(skew=timedelta(seconds=-9)), {"clock_differs": "warning"}),
        (database(skew=timedelta(seconds=1)), {}),
        ({"disk": DiskFacts("var", GIB, 100 * GIB)}, {"disk_low": "warning"}),
        ({"disk": DiskFacts("var", 1, 100 * GIB)}, {"disk_low": "critical"}),
        ({"disk": None}, {"disk_unknown": "warning"}),
        ({"servers": ()}, {}),
        ({"servers": (server(Reach.SILENT),)}, {"server_silent": "critical"}),
        ({"servers": (*WELL.servers, server(Reach.UNKNOWN))}, {"server_unknown": "warning"}),
        ({"servers": (*WELL.servers, server(Reach.UNTRUSTED))}, {"server_untrusted": "warning"}),
        ({"servers": (*WELL.servers, server(Reach.ODD))}, {"server_odd": "warning"}),
        (
            {"servers": (server(Reach.REACHED, certificate_ends_at=NOW + timedelta(days=3)),)},
            {"certificate_ending": "warning"},
        ),
        ({"certificates": ()}, {}),
        (certificate(ends_at=NOW + timedelta(days=20)), {"certificate_ending": "warning"}),
        (certificate(ends_at=NOW), {"certificate_ended": "critical"}),
        (certificate(reach=Reach.UNTRUSTED), {"certificate_untrusted": "warning"}),
        (certificate(reach=Reach.SILENT, ends_at=None), {}),
        ({"log": None}, {}),
        (log(problem="Full."), {"log_failing": "critical"}),
        (log(checkpoint_problem="No."), {"checkpoint_failing": "critical"}),
        (log(unsigned_since=NOW - timedelta(minutes=6)), {"checkpoint_late": "warning"}),
        (log(unsigned_since=NOW - timedelta(minutes=1)), {}),
        (log(signed_at=None), {}),
        (log(beside=True), {"checkpoint_beside": "warning"}),
        (log(last_at=NOW + timedelta(minutes=1)), {"clock_back": "critical"}),
        ({"feeds": ()}, {}),
        ({"feeds": (failing(5),)}, {"feed_failing": "warning"}),
        ({"feeds": (failing(61),)}, {"feed_failing": "critical"}),
        (
            {"feeds": (WELL.feeds[0].model_copy(update={"behind": 1000}),)},
            {"feed_behind": "warning"},
        ),
        ({"clock_in_step": False}, {"clock_alone": "warning"}),
        ({"clock_in_step": None}, {}),
    ],
)
def test_what_is_not_well_is_said(change: dict[str, Any], expected: dict[str, str]) -> None:
    assert seen(replace(WELL, **change)) == expected
