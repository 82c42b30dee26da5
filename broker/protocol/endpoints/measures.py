"""Figures of sessions, for those who answer for the service."""

from typing import Final

from broker.protocol.endpoints.endpoint import BAD, Access, Endpoint
from broker.protocol.measures import MeasureQuery, Measures
from broker.protocol.vocabulary import ErrorCode, Role, Scope

READERS: Final = frozenset({Role.LEAD, Role.AUDITOR, Role.ADMIN})

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "read_measures",
        "GET",
        "/api/v1/reports/sessions",
        "Figures of the sessions opened in a time, by period, technician or group; a lead's are "
        "those of their groups",
        Access.SIGNED_IN,
        200,
        Measures,
        query=MeasureQuery,
        roles=READERS,
        scope=Scope.REPORTS_READ,
        errors=(BAD, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "export_measures",
        "GET",
        "/api/v1/reports/sessions.csv",
        "The same as a table for spreadsheets",
        Access.SIGNED_IN,
        200,
        None,
        query=MeasureQuery,
        roles=READERS,
        scope=Scope.REPORTS_READ,
        errors=(BAD, ErrorCode.AUDIT_UNAVAILABLE),
        media_types=("text/csv",),
    ),
)
