"""What needs no account: the join page, the downloads, the broker's health."""

from broker.protocol.endpoints.endpoint import BAD, BUSY, Access, Endpoint
from broker.protocol.rest import ClientDownloads, Health, JoinPreview, PreviewCode
from broker.protocol.vocabulary import ErrorCode

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "preview_code",
        "POST",
        "/api/v1/join",
        "Who is asking behind a join code; does not claim it",
        Access.PUBLIC,
        200,
        JoinPreview,
        body=PreviewCode,
        errors=(
            BAD,
            ErrorCode.CODE_MALFORMED,
            ErrorCode.CODE_REJECTED,
            ErrorCode.PROOF_NEEDED,
            BUSY,
        ),
    ),
    Endpoint(
        "list_downloads",
        "GET",
        "/api/v1/downloads",
        "The support clients this broker offers",
        Access.PUBLIC,
        200,
        ClientDownloads,
    ),
    Endpoint(
        "healthz",
        "GET",
        "/healthz",
        "The process is alive",
        Access.PUBLIC,
        200,
        Health,
    ),
    Endpoint(
        "readyz",
        "GET",
        "/readyz",
        "The broker can open sessions",
        Access.PUBLIC,
        200,
        Health,
        errors=(ErrorCode.AUDIT_UNAVAILABLE,),
    ),
)
