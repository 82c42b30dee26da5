"""Handing in a transcript, with the support client's token, and reading it."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.transcripts import MAX_TRANSCRIPT_BYTES, HandInTranscript, TranscriptQuery
from broker.web.bodies import answer, read_body, read_query
from broker.web.context import context_of
from broker.web.gate import identity_of
from broker.web.source import bearer_of, source_address


async def hand_in_transcript(request: web.Request) -> web.Response:
    """Keep a transcript that the end user agreed to keep. Who may not is not even listened to."""
    session_id = request.match_info["session_id"]
    context_of(request).transcripts.check_token(session_id, bearer_of(request))
    body = await read_body(request, HandInTranscript, MAX_TRANSCRIPT_BYTES)
    kept = await context_of(request).transcripts.hand_in(session_id, body, source_address(request))
    return answer(kept, 201)


async def read_transcript(request: web.Request) -> web.Response:
    """Give a part of a kept transcript."""
    identity = identity_of(request)
    query = read_query(request, TranscriptQuery)
    page = await context_of(request).transcripts.page(
        identity.account, request.match_info["session_id"], query, source_address(request)
    )
    return answer(page)


HANDLERS: dict[str, Handler] = {
    "hand_in_transcript": hand_in_transcript,
    "read_transcript": read_transcript,
}
