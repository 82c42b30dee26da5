"""Hands a transcript in to the broker that the end user agreed to keep."""

from collections.abc import Iterable
from typing import Final

import structlog

from broker.protocol.chat import ChatMessage
from broker.protocol.transcripts import HandInTranscript, TranscriptLine
from client.broker_http import post

log = structlog.get_logger()

_DONE: Final = frozenset({201, 409})
"""409: an answer to an attempt before this one did not arrive, and it is kept already."""


async def hand_in(
    broker_url: str, session_id: str, token: str, lines: Iterable[ChatMessage]
) -> bool:
    """Send the transcript. Whether the broker keeps it now."""
    body = HandInTranscript(lines=tuple(map(_line, lines)))
    headers = {"Authorization": f"Bearer {token}"}
    status = await post(broker_url, f"sessions/{session_id}/transcript", body, headers)
    if status is not None and status not in _DONE:
        log.warning("transcript_refused", status=status)
    return status in _DONE


def _line(line: ChatMessage) -> TranscriptLine:
    return TranscriptLine(
        sequence=line.sequence,
        author=line.author,
        text=line.text,
        sent_at=line.sent_at,
        author_name=line.by.name if line.by else None,
    )
