"""Sessions that end users do not trust: reporting one, and what admins see of it."""

from broker.protocol.endpoints.endpoint import ABSENT, ADMINS, BAD, BUSY, WATCHERS, Access, Endpoint
from broker.protocol.reports import ReportList, ReportSession, ReportView
from broker.protocol.vocabulary import ErrorCode, Scope

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "report_session",
        "POST",
        "/api/v1/reports",
        "Report a session that one does not trust: it ends. The same answer whatever the token",
        Access.PUBLIC,
        204,
        None,
        body=ReportSession,
        errors=(BAD, BUSY, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "list_reports",
        "GET",
        "/api/v1/reports",
        "Reported sessions: unseen ones first, then the newest",
        Access.SIGNED_IN,
        200,
        ReportList,
        roles=WATCHERS,
        scope=Scope.REPORTS_READ,
    ),
    Endpoint(
        "see_report",
        "POST",
        "/api/v1/reports/{session_id}/seen",
        "Note that an admin has seen a report; one that was seen stays as it is",
        Access.SIGNED_IN,
        200,
        ReportView,
        roles=ADMINS,
        errors=(ABSENT,),
    ),
)
