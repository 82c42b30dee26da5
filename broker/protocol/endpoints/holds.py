"""Legal holds of sessions."""

from broker.protocol.endpoints.endpoint import ABSENT, ADMINS, BAD, Access, Endpoint
from broker.protocol.holds import PutHold
from broker.protocol.vocabulary import ErrorCode

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "hold_session",
        "PUT",
        "/api/v1/sessions/{session_id}/hold",
        "Put a session under a legal hold: nothing of it is erased, by anybody, until it is off",
        Access.SIGNED_IN,
        204,
        None,
        body=PutHold,
        roles=ADMINS,
        errors=(BAD, ABSENT, ErrorCode.CONFLICT, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "release_session",
        "DELETE",
        "/api/v1/sessions/{session_id}/hold",
        "Take a session off its legal hold",
        Access.SIGNED_IN,
        204,
        None,
        roles=ADMINS,
        errors=(ABSENT, ErrorCode.AUDIT_UNAVAILABLE),
    ),
)
