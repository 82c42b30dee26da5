"""Live feeds of the audit log."""

from broker.protocol.endpoints.endpoint import WATCHERS, Access, Endpoint
from broker.protocol.feeds import FeedList
from broker.protocol.vocabulary import ErrorCode, Scope

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_feeds",
        "GET",
        "/api/v1/audit/feeds",
        "Live feeds of the audit log: how far each has come, and what is wrong with it",
        Access.SIGNED_IN,
        200,
        FeedList,
        roles=WATCHERS,
        scope=Scope.AUDIT_READ,
        errors=(ErrorCode.AUDIT_UNAVAILABLE,),
    ),
)
