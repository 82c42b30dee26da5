"""Hands a transcript in to the broker that the end user agreed to keep."""

import io
from collections.abc import Iterable
from typing import Final

import aiohttp
import structlog

from broker.protocol.chat import ChatMessage
from broker.protocol.transcripts import HandInTranscript, TranscriptLine
from client.signaling import api_url

log = structlog.get_logger()

TIMEOUT_S: Final = 60.0
_DONE: Final = frozenset({201, 409})
"""409: an answer to an attempt before this one did not arrive, and it is kept already."""


def transcript_url(broker_url: str, session_id: str) -> str:
    """Give the address that the transcript of a session is handed in to."""
    return api_url(broker_url, f"sessions/{session_id}/transcript")


async def hand_in(
    broker_url: str, session_id: str, token: str, lines: Iterable[ChatMessage]
) -> bool:
    """Send the transcript. Whether the broker keeps it now."""
    body = (
        HandInTranscript(lines=tuple(map(_line, lines))).model_dump_json(exclude_none=True).encode()
    )
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.post(
                transcript_url(broker_url, session_id), data=io.BytesIO(body), headers=headers
            ) as response,
        ):
            kept = response.status in _DONE
            if not kept:
                log.warning("transcript_refused", status=response.status)
            return kept
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("transcript_not_sent", reason=type(error).__name__)
        return False


def _line(line: ChatMessage) -> TranscriptLine:
    return TranscriptLine(
        sequence=line.sequence,
        author=line.author,
        text=line.text,
        sent_at=line.sent_at,
        author_name=line.by.name if line.by else None,
    )
