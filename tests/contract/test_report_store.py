"""What every ReportStore promises."""

from dataclasses import replace
from datetime import timedelta

from broker.ports import AuditLog, Report, ReportStore, SessionStore
from broker.protocol.reports import ReportPlace
from tests.builders import NOW, a_session, an_event, its_creation, session_id

FILED, SEEN = "session.reported", "session.report_seen"


def a_report(number: int, note: str | None = None) -> Report:
    session, at = a_session(number), NOW + timedelta(seconds=number)
    who = session.session_id, session.ticket_id, session.technician_id, session.technician_name
    return Report(*who, "kitchen-pc", "192.0.2.7", ReportPlace.SUPPORT_CLIENT, note, at)


async def test_reports_are_kept_one_a_session_until_somebody_has_seen_them(
    sessions: SessionStore, reports: ReportStore, audit_log: AuditLog
) -> None:
    for number in (1, 2):
        session = a_session(number)
        await sessions.create(session, its_creation(session))
        assert await reports.file(a_report(number), an_event(FILED))
    assert not await reports.file(a_report(1), an_event(FILED))
    assert await reports.file(a_report(1, "Ünkind"), an_event(FILED))
    assert not await reports.file(a_report(1, "Another"), an_event(FILED))
    assert await reports.newest(10) == (a_report(2), a_report(1, "Ünkind"))
    assert await reports.unseen() == 2

    for _ in range(2):
        await reports.see(session_id(2), "Ada", NOW, an_event(SEEN))
    await reports.see("nonsense", "Ada", NOW, an_event(SEEN))
    seen = replace(a_report(2), seen_at=NOW, seen_by="Ada")
    assert await reports.newest(10) == (a_report(1, "Ünkind"), seen)
    assert await reports.newest(1) == (a_report(1, "Ünkind"),)
    assert await reports.unseen() == 1
    assert await reports.get("nonsense") is None
    actions = [record.event.action for record in await audit_log.newest(limit=3)]
    assert actions == [FILED, FILED, SEEN]

    hidden = frozenset({its_creation(a_session(1)).action})
    assert await audit_log.of_session(session_id(1), 0, 10, hidden) == ()
    assert len(await audit_log.of_session(session_id(1), 0, 10)) == 1
