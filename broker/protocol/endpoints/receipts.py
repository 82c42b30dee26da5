"""The end user's receipt of a session that is over."""

from broker.protocol.endpoints.endpoint import ABSENT, BAD, Access, Endpoint
from broker.protocol.receipts import Countersign, SessionReceipt
from broker.protocol.vocabulary import ErrorCode

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "read_receipt",
        "GET",
        "/api/v1/sessions/{session_id}/receipt",
        "What the audit log says of a session that is over, for its end user, signed",
        Access.RECEIPT_TOKEN,
        200,
        SessionReceipt,
        errors=(ABSENT, ErrorCode.WRONG_STATE),
    ),
    Endpoint(
        "countersign_receipt",
        "POST",
        "/api/v1/sessions/{session_id}/receipt",
        "Put on the log that the support client was told this end of it: its signature",
        Access.RECEIPT_TOKEN,
        204,
        None,
        body=Countersign,
        errors=(
            BAD,
            ABSENT,
            ErrorCode.CONFLICT,
            ErrorCode.WRONG_STATE,
            ErrorCode.AUDIT_UNAVAILABLE,
        ),
    ),
)
