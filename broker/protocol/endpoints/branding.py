"""How the organisation is shown."""

from broker.protocol.branding import Branding, SaveBranding, SaveLogo
from broker.protocol.endpoints.endpoint import ABSENT, ADMINS, BAD, Access, Endpoint
from broker.protocol.vocabulary import ErrorCode

_UNWRITTEN = ErrorCode.AUDIT_UNAVAILABLE

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "read_branding",
        "GET",
        "/api/v1/branding",
        "Name, colour, logo, texts and languages of the pages",
        Access.PUBLIC,
        200,
        Branding,
        errors=(_UNWRITTEN,),
    ),
    Endpoint(
        "change_branding",
        "PUT",
        "/api/v1/branding",
        "Change all of it but the logo; conflict when somebody else did meanwhile",
        Access.SIGNED_IN,
        200,
        Branding,
        roles=ADMINS,
        body=SaveBranding,
        errors=(BAD, ErrorCode.CONFLICT, _UNWRITTEN),
    ),
    Endpoint(
        "change_logo",
        "PUT",
        "/api/v1/branding/logo",
        "Take a PNG as the logo, or take the logo away",
        Access.SIGNED_IN,
        200,
        Branding,
        roles=ADMINS,
        body=SaveLogo,
        errors=(BAD, ErrorCode.CONFLICT, _UNWRITTEN),
    ),
    Endpoint(
        "read_logo",
        "GET",
        "/branding/logo.png",
        "The logo",
        Access.PUBLIC,
        200,
        None,
        media_types=("image/png",),
        errors=(ABSENT, _UNWRITTEN),
    ),
    Endpoint(
        "read_colours",
        "GET",
        "/branding/colours.css",
        "The organisation's colour as CSS, for light and dark",
        Access.PUBLIC,
        200,
        None,
        media_types=("text/css",),
    ),
)
