"""Canned replies."""

from broker.protocol.endpoints.endpoint import ABSENT, BAD, TECHNICIANS, Access, Endpoint
from broker.protocol.replies import ChangeReply, ReplyList, ReplyView, SaveReply
from broker.protocol.vocabulary import ErrorCode

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_replies",
        "GET",
        "/api/v1/replies",
        "Every canned reply, by title",
        Access.SIGNED_IN,
        200,
        ReplyList,
        roles=TECHNICIANS,
    ),
    Endpoint(
        "create_reply",
        "POST",
        "/api/v1/replies",
        "Add a canned reply",
        Access.SIGNED_IN,
        201,
        ReplyView,
        roles=TECHNICIANS,
        body=SaveReply,
        errors=(BAD, ErrorCode.CONFLICT, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "change_reply",
        "POST",
        "/api/v1/replies/{reply_id}",
        "Change a canned reply; conflict when somebody else did meanwhile",
        Access.SIGNED_IN,
        200,
        ReplyView,
        roles=TECHNICIANS,
        body=ChangeReply,
        errors=(BAD, ABSENT, ErrorCode.CONFLICT, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "delete_reply",
        "POST",
        "/api/v1/replies/{reply_id}/delete",
        "Take a canned reply away; one that is gone stays gone",
        Access.SIGNED_IN,
        204,
        None,
        roles=TECHNICIANS,
        errors=(ErrorCode.AUDIT_UNAVAILABLE,),
    ),
)
