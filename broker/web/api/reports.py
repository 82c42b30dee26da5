"""Reporting a session that one does not trust, and what admins see of it."""

from contextlib import suppress
from dataclasses import asdict
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.errors import NotFound
from broker.protocol.reports import ReportList, ReportSaid, ReportSession, ReportView
from broker.report_ports import Report
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.gate import identity_of
from broker.web.source import source_address

REPORT: Final = "report"


async def report_session(request: web.Request) -> web.Response:
    """End a session and tell the admins. A forged token gets the same answer, a few times."""
    body = await read_body(request, ReportSession)
    context, address = context_of(request), source_address(request)
    place = context.reports.place_of(body)
    if place is not None:
        await context.reports.file(body, place, address)
    else:
        with suppress(NotFound):
            async with context.attempts.by_address(REPORT, address, NotFound):
                raise NotFound
    return web.Response(status=204)


async def list_reports(request: web.Request) -> web.Response:
    """Give the reports."""
    reports, unseen = await context_of(request).reports.newest()
    return answer(ReportList(reports=tuple(map(_view, reports)), unseen=unseen))


async def see_report(request: web.Request) -> web.Response:
    """Note that an admin has seen a report."""
    account = identity_of(request).account
    session_id = request.match_info["session_id"]
    report = await context_of(request).reports.see(account, session_id, source_address(request))
    return answer(_view(report))


def _view(report: Report) -> ReportView:
    return ReportView(
        session_id=report.session_id,
        ticket_id=report.ticket_id,
        technician_id=report.technician_id,
        technician_name=report.technician_name,
        machine=report.machine,
        reported_at=report.reported_at,
        said=tuple(ReportSaid(**asdict(one)) for one in report.said),
        seen_at=report.seen_at,
        seen_by=report.seen_by,
    )


HANDLERS: dict[str, Handler] = {
    "report_session": report_session,
    "list_reports": list_reports,
    "see_report": see_report,
}
