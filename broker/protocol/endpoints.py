"""The one table of the HTTP API's endpoints.

`ENDPOINTS` is what the broker routes by and what the OpenAPI document is made from, so neither
can tell anything that the other does not.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from broker.protocol.replies import ChangeReply, ReplyList, ReplyView, SaveReply
from broker.protocol.rest import (
    AccountView,
    ClientDownloads,
    ConsoleTicket,
    CreateSession,
    EventList,
    Health,
    JoinCodeIssued,
    JoinPreview,
    PageQuery,
    PreviewCode,
    SessionList,
    SessionQuery,
    SessionView,
    Setup,
    SignIn,
)
from broker.protocol.technicians import (
    ChooseColleague,
    Colleagues,
    Door,
    EnterSession,
    NoteList,
    NoteView,
    SaveNote,
    SessionSummary,
)
from broker.protocol.transcripts import (
    HandInTranscript,
    TranscriptKept,
    TranscriptPage,
    TranscriptQuery,
)
from broker.protocol.vocabulary import ErrorCode, WireModel


class Access(StrEnum):
    """Who may call an endpoint."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    TRANSCRIPT_TOKEN = "transcript_token"  # noqa: S105 - the name of a kind of access
    """The token of `session.joined`, as `Authorization: Bearer` (RFC 6750)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of the HTTP API."""

    operation_id: str
    method: Literal["GET", "POST"]
    path: str
    summary: str
    access: Access
    status: int
    response: type[WireModel] | None
    body: type[WireModel] | None = None
    query: type[WireModel] | None = None
    errors: tuple[ErrorCode, ...] = ()


_BAD = ErrorCode.INVALID_REQUEST
_ABSENT = ErrorCode.NOT_FOUND
_BUSY = ErrorCode.TOO_MANY_REQUESTS
_COMPANY = (ErrorCode.NOT_PERMITTED, ErrorCode.WRONG_STATE, ErrorCode.SESSION_ENDED)

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
        errors=(_BAD, _ABSENT, _BUSY),
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
        errors=(_BAD, ErrorCode.SIGN_IN_FAILED, _BUSY),
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
    ),
    Endpoint(
        "create_session",
        "POST",
        "/api/v1/sessions",
        "Open a session for a ticket and get its join code",
        Access.SIGNED_IN,
        201,
        JoinCodeIssued,
        body=CreateSession,
        errors=(_BAD, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "list_sessions",
        "GET",
        "/api/v1/sessions",
        "Sessions, newest first: one's own, or all for an admin",
        Access.SIGNED_IN,
        200,
        SessionList,
        query=SessionQuery,
        errors=(_BAD,),
    ),
    Endpoint(
        "get_session",
        "GET",
        "/api/v1/sessions/{session_id}",
        "One session",
        Access.SIGNED_IN,
        200,
        SessionView,
        errors=(_ABSENT,),
    ),
    Endpoint(
        "issue_ticket",
        "POST",
        "/api/v1/sessions/{session_id}/ticket",
        "A ticket that opens the console's websocket of a session, once",
        Access.SIGNED_IN,
        201,
        ConsoleTicket,
        errors=(_ABSENT,),
    ),
    Endpoint(
        "issue_code",
        "POST",
        "/api/v1/sessions/{session_id}/code",
        "Replace the join code of a waiting session; the old one stops working",
        Access.SIGNED_IN,
        201,
        JoinCodeIssued,
        errors=(_ABSENT, ErrorCode.NOT_PERMITTED, ErrorCode.WRONG_STATE),
    ),
    Endpoint(
        "end_session",
        "POST",
        "/api/v1/sessions/{session_id}/end",
        "End a session; ending an ended one changes nothing",
        Access.SIGNED_IN,
        200,
        SessionView,
        errors=(_ABSENT,),
    ),
    Endpoint(
        "list_events",
        "GET",
        "/api/v1/sessions/{session_id}/events",
        "The audit events of a session, oldest first",
        Access.SIGNED_IN,
        200,
        EventList,
        query=PageQuery,
        errors=(_BAD, _ABSENT),
    ),
    Endpoint(
        "list_colleagues",
        "GET",
        "/api/v1/colleagues",
        "Everybody else who may sign in, by name",
        Access.SIGNED_IN,
        200,
        Colleagues,
    ),
    Endpoint(
        "show_door",
        "GET",
        "/api/v1/door",
        "The live sessions of others that one may come into",
        Access.SIGNED_IN,
        200,
        Door,
    ),
    Endpoint(
        "invite",
        "POST",
        "/api/v1/sessions/{session_id}/invitations",
        "Invite somebody to look at a session",
        Access.SIGNED_IN,
        200,
        SessionView,
        body=ChooseColleague,
        errors=(_BAD, _ABSENT, *_COMPANY),
    ),
    Endpoint(
        "hand_over",
        "POST",
        "/api/v1/sessions/{session_id}/hand-over",
        "Offer to hand a session over",
        Access.SIGNED_IN,
        200,
        SessionView,
        body=ChooseColleague,
        errors=(_BAD, _ABSENT, *_COMPANY),
    ),
    Endpoint(
        "withdraw",
        "POST",
        "/api/v1/sessions/{session_id}/withdraw",
        "Take back what was offered to somebody, or send a guest away",
        Access.SIGNED_IN,
        200,
        SessionView,
        body=ChooseColleague,
        errors=(_BAD, _ABSENT, *_COMPANY),
    ),
    Endpoint(
        "put_back",
        "POST",
        "/api/v1/sessions/{session_id}/put-back",
        "Put a session into the queue, for any technician to take",
        Access.SIGNED_IN,
        200,
        SessionView,
        errors=(_ABSENT, *_COMPANY),
    ),
    Endpoint(
        "enter_session",
        "POST",
        "/api/v1/sessions/{session_id}/enter",
        "Come into a session: the end user is asked",
        Access.SIGNED_IN,
        200,
        SessionView,
        body=EnterSession,
        errors=(_BAD, _ABSENT, *_COMPANY),
    ),
    Endpoint(
        "leave_session",
        "POST",
        "/api/v1/sessions/{session_id}/leave",
        "Decline what is offered, or go; nothing left changes nothing",
        Access.SIGNED_IN,
        204,
        None,
        errors=(_ABSENT, ErrorCode.SESSION_ENDED),
    ),
    Endpoint(
        "list_notes",
        "GET",
        "/api/v1/sessions/{session_id}/notes",
        "The notes of a session, oldest first",
        Access.SIGNED_IN,
        200,
        NoteList,
        errors=(_ABSENT,),
    ),
    Endpoint(
        "add_note",
        "POST",
        "/api/v1/sessions/{session_id}/notes",
        "Add a note to a session; the end user never sees it",
        Access.SIGNED_IN,
        201,
        NoteView,
        body=SaveNote,
        errors=(_BAD, _ABSENT, ErrorCode.CONFLICT),
    ),
    Endpoint(
        "summarise_session",
        "GET",
        "/api/v1/sessions/{session_id}/summary",
        "What was done in a session so far",
        Access.SIGNED_IN,
        200,
        SessionSummary,
        errors=(_ABSENT,),
    ),
    Endpoint(
        "hand_in_transcript",
        "POST",
        "/api/v1/sessions/{session_id}/transcript",
        "Keep a session's chat with its ticket: the support client's, once the end user agreed",
        Access.TRANSCRIPT_TOKEN,
        201,
        TranscriptKept,
        body=HandInTranscript,
        errors=(
            _BAD,
            _ABSENT,
            ErrorCode.CONFLICT,
            ErrorCode.WRONG_STATE,
            ErrorCode.AUDIT_UNAVAILABLE,
        ),
    ),
    Endpoint(
        "read_transcript",
        "GET",
        "/api/v1/sessions/{session_id}/transcript",
        "The chat that the end user agreed to keep, oldest lines first; no lines when none is kept",
        Access.SIGNED_IN,
        200,
        TranscriptPage,
        query=TranscriptQuery,
        errors=(_BAD, _ABSENT),
    ),
    Endpoint(
        "list_replies",
        "GET",
        "/api/v1/replies",
        "Every canned reply, by title",
        Access.SIGNED_IN,
        200,
        ReplyList,
    ),
    Endpoint(
        "create_reply",
        "POST",
        "/api/v1/replies",
        "Add a canned reply",
        Access.SIGNED_IN,
        201,
        ReplyView,
        body=SaveReply,
        errors=(_BAD, ErrorCode.CONFLICT, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "change_reply",
        "POST",
        "/api/v1/replies/{reply_id}",
        "Change a canned reply; conflict when somebody else did meanwhile",
        Access.SIGNED_IN,
        200,
        ReplyView,
        body=ChangeReply,
        errors=(_BAD, _ABSENT, ErrorCode.CONFLICT, ErrorCode.AUDIT_UNAVAILABLE),
    ),
    Endpoint(
        "delete_reply",
        "POST",
        "/api/v1/replies/{reply_id}/delete",
        "Take a canned reply away; one that is gone stays gone",
        Access.SIGNED_IN,
        204,
        None,
        errors=(ErrorCode.AUDIT_UNAVAILABLE,),
    ),
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
            _BAD,
            ErrorCode.CODE_MALFORMED,
            ErrorCode.CODE_REJECTED,
            ErrorCode.PROOF_NEEDED,
            _BUSY,
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
"""Every operation. All writing operations also refuse a foreign `Origin` (not_permitted)."""
