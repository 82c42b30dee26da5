"""What belongs to no session: join page, downloads, trying a connection, the broker's health."""

from broker.protocol.endpoints.endpoint import BAD, BUSY, TECHNICIANS, Access, Endpoint
from broker.protocol.ice import IceServers
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
        "list_ice_addresses",
        "GET",
        "/api/v1/ice-addresses",
        "Where the STUN and TURN servers are, without credentials",
        Access.PUBLIC,
        200,
        IceServers,
    ),
    Endpoint(
        "list_ice_servers",
        "GET",
        "/api/v1/ice-servers",
        "The same with credentials of two minutes, to try a connection with",
        Access.SIGNED_IN,
        200,
        IceServers,
        roles=TECHNICIANS,
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
