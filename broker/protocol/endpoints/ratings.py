"""How satisfied the end user is with a session that is over."""

from broker.protocol.endpoints.endpoint import ABSENT, BAD, Access, Endpoint
from broker.protocol.ratings import RateSession
from broker.protocol.vocabulary import ErrorCode

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "rate_session",
        "POST",
        "/api/v1/sessions/{session_id}/rating",
        "Say how satisfied the end user is: their support client's, once, when it is over",
        Access.RECEIPT_TOKEN,
        204,
        None,
        body=RateSession,
        errors=(BAD, ABSENT, ErrorCode.WRONG_STATE, ErrorCode.AUDIT_UNAVAILABLE),
    ),
)
