"""The chat that the end user agreed to keep."""

from broker.protocol.endpoints.endpoint import ABSENT, BAD, EVERYBODY, Access, Endpoint
from broker.protocol.transcripts import (
    HandInTranscript,
    TranscriptKept,
    TranscriptPage,
    TranscriptQuery,
)
from broker.protocol.vocabulary import ErrorCode

ENDPOINTS: tuple[Endpoint, ...] = (
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
            BAD,
            ABSENT,
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
        roles=EVERYBODY,
        query=TranscriptQuery,
        errors=(BAD, ABSENT),
    ),
)
