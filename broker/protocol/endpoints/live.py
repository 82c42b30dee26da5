"""What goes on now: watched by admins, auditors and leads, ended by admins."""

from broker.protocol.endpoints.endpoint import ABSENT, ADMINS, BAD, OVERSEERS, Access, Endpoint
from broker.protocol.live import EndForAll, LiveSessions, SessionsEnded
from broker.protocol.rest import SessionView
from broker.protocol.vocabulary import Scope

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_live_sessions",
        "GET",
        "/api/v1/live",
        "Sessions that are not over; 304 when the ETag of If-None-Match still fits",
        Access.SIGNED_IN,
        200,
        LiveSessions,
        roles=OVERSEERS,
        scope=Scope.SESSIONS_READ,
    ),
    Endpoint(
        "end_live_session",
        "POST",
        "/api/v1/live/{session_id}/end",
        "End somebody's session and tell both sides why; an ended one stays as it is",
        Access.SIGNED_IN,
        200,
        SessionView,
        roles=ADMINS,
        body=EndForAll,
        errors=(BAD, ABSENT),
    ),
    Endpoint(
        "end_sessions_of",
        "POST",
        "/api/v1/accounts/{account_id}/end-sessions",
        "End all that a person does now: their sessions, and their part in those of others",
        Access.SIGNED_IN,
        200,
        SessionsEnded,
        roles=ADMINS,
        body=EndForAll,
        errors=(BAD,),
    ),
)
