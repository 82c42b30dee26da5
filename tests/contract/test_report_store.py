"""What every ReportStore promises."""

from dataclasses import replace
from datetime import timedelta

from broker.ports import AuditLog, SessionStore
from broker.protocol.reports import MAX_SAID, ReportPlace
from broker.protocol.trust import TrustBreach
from broker.report_ports import Report, ReportStore, Said
from tests.builders import NOW, a_session, an_event, its_creation, session_id

FILED, SEEN = "session.reported", "session.report_seen"


def a_report(number: int, *said: Said) -> Report:
    session, at = a_session(number), NOW + timedelta(seconds=number)
    who = session.session_id, session.ticket_id, session.technician_id, session.technician_name
    return Report(*who, "kitchen-pc", at, said=said)


def said(note: str | None = None, place: ReportPlace = ReportPlace.SUPPORT_CLIENT) -> Said:
    return Said(place, "192.0.2.7", note, NOW)


async def test_reports_are_kept_one_a_session_until_somebody_has_seen_them(
    sessions: SessionStore, reports: ReportStore, audit_log: AuditLog
) -> None:
    for number in (1, 2):
        session = a_session(number)
        await sessions.create(session, its_creation(session))
        assert await reports.file(a_report(number), said(), an_event(FILED))
    assert not await reports.file(a_report(1), said(), an_event(FILED))
    for note in ("Ünkind", "Another"):
        assert await reports.file(a_report(1), said(note), an_event(FILED))
    first = a_report(1, said(), said("Ünkind"), said("Another"))
    assert await reports.newest(10) == (a_report(2, said()), first)
    assert await reports.unseen() == 2

    for _ in range(2):
        await reports.see(session_id(2), "Ada", NOW, an_event(SEEN))
    await reports.see("nonsense", "Ada", NOW, an_event(SEEN))
    seen = replace(a_report(2, said()), seen_at=NOW, seen_by="Ada")
    assert await reports.newest(10) == (first, seen)
    assert await reports.newest(1) == (first,)
    assert await reports.unseen() == 1
    assert await reports.get("nonsense") is None
    actions = [record.event.action for record in await audit_log.newest(limit=3)]
    assert actions == [FILED, FILED, SEEN]

    hidden = frozenset({its_creation(a_session(1)).action})
    assert await audit_log.of_session(session_id(1), 0, 10, hidden) == ()
    assert len(await audit_log.of_session(session_id(1), 0, 10)) == 1


async def test_what_is_said_after_somebody_saw_a_report_makes_it_unseen(
    sessions: SessionStore, reports: ReportStore
) -> None:
    await sessions.create(a_session(1), its_creation(a_session(1)))
    for times in (1, 2):
        assert await reports.file(a_report(1), said(), an_event(FILED))
        assert await reports.get(session_id(1)) == a_report(1, *[said()] * times)
        await reports.see(session_id(1), "Ada", NOW, an_event(SEEN))


async def test_one_place_can_be_full_and_the_other_is_heard(
    sessions: SessionStore, reports: ReportStore
) -> None:
    await sessions.create(a_session(1), its_creation(a_session(1)))
    join_page = [said(str(number), ReportPlace.JOIN_PAGE) for number in range(MAX_SAID + 1)]
    kept = [await reports.file(a_report(1), one, an_event(FILED)) for one in join_page]
    assert kept == [True] * MAX_SAID + [False]
    odd = said("Odd"), replace(said("Odd"), breach=TrustBreach.STRINGS_DIFFER)
    assert [await reports.file(a_report(1), one, an_event(FILED)) for one in odd] == [True, True]
    assert await reports.get(session_id(1)) == a_report(1, *join_page[:MAX_SAID], *odd)
