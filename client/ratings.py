"""The one question when a session is over: how was it? Answering is voluntary, and sent once.

It is asked only of those who allowed something; who reported the session has said enough, and a
session that was not to be trusted is not rated.
"""

from collections.abc import Awaitable, Callable, Coroutine
from enum import StrEnum
from functools import partial
from typing import Any, Final

import structlog

from broker.protocol.ratings import RateSession
from broker.protocol.reports import MAX_REPORT_NOTE
from broker.protocol.signaling import SessionJoined
from client.broker_http import post
from client.situation import Situation, State

log = structlog.get_logger()

_DONE: Final = 204
_ALLOWED: Final = (State.READY, State.LINKING, State.LINKED)

Send = Callable[[str, str, RateSession], Awaitable[bool]]


class RatingStage(StrEnum):
    """How far it is."""

    ASKED = "asked"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """It could not be sent; it may be tried again."""


class Ratings:
    """One program's answers, session after session. `start` runs something in the engine's loop."""

    def __init__(
        self,
        send: Send,
        changed: Callable[[RatingStage | None], None],
        start: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._send = send
        self._changed = changed
        self._start = start
        self._joined: SessionJoined | None = None
        self._was_allowed = False
        self._stage: RatingStage | None = None

    def joined(self, message: SessionJoined) -> None:
        """A session begins; its broker may be one that does not ask."""
        self._joined = message if message.receipt_token else None
        self._was_allowed = False

    def settle(self, situation: Situation) -> None:
        """Ask once the session is over; ask nothing any more when it is reported or another's."""
        self._was_allowed |= situation.state in _ALLOWED
        trusted = situation.report is None and not situation.mistrusted
        over = situation.state is State.OVER and trusted
        if over and self._joined is not None and self._was_allowed:
            if self._stage is None:
                self._show(RatingStage.ASKED)
        elif self._stage is not None:
            self._show(None)

    def rate(self, steps: int, comment: str) -> None:
        """Send the answer. Nothing when it is not asked for any more."""
        if self._joined is None or self._stage not in (RatingStage.ASKED, RatingStage.FAILED):
            return
        note = comment.strip()[:MAX_REPORT_NOTE].strip()
        self._show(RatingStage.SENDING)
        self._start(self._tell(self._joined, RateSession(steps=steps, comment=note or None)))

    async def _tell(self, told: SessionJoined, body: RateSession) -> None:
        sent = await self._send(told.session_id, told.receipt_token or "", body)
        if self._joined is told and self._stage is RatingStage.SENDING:
            self._show(RatingStage.SENT if sent else RatingStage.FAILED)

    def _show(self, stage: RatingStage | None) -> None:
        self._stage = stage
        self._changed(stage)


def sender(broker_url: str) -> Send:
    """Give what sends an answer to this broker; whether it took it."""
    return partial(_post, broker_url)


async def _post(broker_url: str, session_id: str, token: str, body: RateSession) -> bool:
    headers = {"Authorization": f"Bearer {token}"}
    status = await post(broker_url, f"sessions/{session_id}/rating", body, headers)
    if status is not None and status != _DONE:
        log.warning("rating_refused", status=status)
    return status == _DONE
