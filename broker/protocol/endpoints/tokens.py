"""API tokens: making, listing and taking them away, always by a person who is signed in."""

from broker.protocol.endpoints.endpoint import BAD, EVERYBODY, Access, Endpoint
from broker.protocol.tokens import MakeToken, TokenList, TokenMade
from broker.protocol.vocabulary import ErrorCode

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_tokens",
        "GET",
        "/api/v1/tokens",
        "One's own API tokens, or everybody's for an admin, the newest first",
        Access.SIGNED_IN,
        200,
        TokenList,
        roles=EVERYBODY,
    ),
    Endpoint(
        "make_token",
        "POST",
        "/api/v1/tokens",
        "Make an API token, which is told this once",
        Access.SIGNED_IN,
        201,
        TokenMade,
        roles=EVERYBODY,
        body=MakeToken,
        errors=(BAD, ErrorCode.CONFLICT, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "delete_token",
        "DELETE",
        "/api/v1/tokens/{token_id}",
        "Take an API token away; one that is gone, or another's, stays as it is",
        Access.SIGNED_IN,
        204,
        None,
        roles=EVERYBODY,
        errors=(ErrorCode.AUDIT_UNAVAILABLE,),
    ),
)
