"""Reading the audit log, for auditors and admins."""

from broker.protocol.audit import AuditExportQuery, AuditRecordList, AuditSearchQuery
from broker.protocol.endpoints.endpoint import BAD, WATCHERS, Access, Endpoint
from broker.protocol.saved_filters import SavedFilters
from broker.protocol.vocabulary import ErrorCode, Scope

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_saved_filters",
        "GET",
        "/api/v1/me/audit-filters",
        "The filters of the audit log that one keeps in one's account",
        Access.SIGNED_IN,
        200,
        SavedFilters,
        roles=WATCHERS,
        errors=(ErrorCode.AUDIT_UNAVAILABLE,),
    ),
    Endpoint(
        "keep_saved_filters",
        "PUT",
        "/api/v1/me/audit-filters",
        "Keep these in place of those that there were",
        Access.SIGNED_IN,
        200,
        SavedFilters,
        roles=WATCHERS,
        body=SavedFilters,
        errors=(BAD, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "search_audit",
        "GET",
        "/api/v1/audit/events",
        "Audit records, newest first; that somebody looked is recorded too",
        Access.SIGNED_IN,
        200,
        AuditRecordList,
        query=AuditSearchQuery,
        roles=WATCHERS,
        scope=Scope.AUDIT_READ,
        errors=(BAD, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "export_audit",
        "GET",
        "/api/v1/audit/export",
        "The same records as a file, newest first, however many; that it was exported is recorded",
        Access.SIGNED_IN,
        200,
        None,
        query=AuditExportQuery,
        media_types=("application/jsonl", "text/csv", "text/plain"),
        roles=WATCHERS,
        errors=(BAD, ErrorCode.AUDIT_UNAVAILABLE),
    ),
)
