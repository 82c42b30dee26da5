"""The first admin, sign-in, and who is signed in."""

from broker.protocol.endpoints.endpoint import ABSENT, BAD, BUSY, EVERYBODY, Access, Endpoint
from broker.protocol.rest import AccountView, Setup, SignIn
from broker.protocol.vocabulary import ErrorCode

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "set_up",
        "POST",
        "/api/v1/setup",
        "Make the first admin and sign in; gone once used",
        Access.PUBLIC,
        201,
        AccountView,
        body=Setup,
        errors=(BAD, ABSENT, BUSY),
    ),
    Endpoint(
        "awaits_set_up",
        "GET",
        "/api/v1/setup",
        "Whether the first admin is still to be made; gone once there is one",
        Access.PUBLIC,
        204,
        None,
        errors=(ABSENT,),
    ),
    Endpoint(
        "sign_in",
        "POST",
        "/api/v1/auth/sign-in",
        "Sign in: sets the access and refresh cookies",
        Access.PUBLIC,
        200,
        AccountView,
        body=SignIn,
        errors=(BAD, ErrorCode.SIGN_IN_FAILED, BUSY),
    ),
    Endpoint(
        "refresh",
        "POST",
        "/api/v1/auth/refresh",
        "Exchange the refresh cookie for fresh cookies; each works once",
        Access.PUBLIC,
        200,
        AccountView,
        errors=(ErrorCode.NOT_SIGNED_IN,),
    ),
    Endpoint(
        "sign_out",
        "POST",
        "/api/v1/auth/sign-out",
        "Sign out: ends this sign-in everywhere",
        Access.PUBLIC,
        204,
        None,
    ),
    Endpoint(
        "me",
        "GET",
        "/api/v1/me",
        "The signed-in account",
        Access.SIGNED_IN,
        200,
        AccountView,
        roles=EVERYBODY,
    ),
)
