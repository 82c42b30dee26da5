"""The end user's receipt: fetched when the session is over, and countersigned with its own key.

The key is made for one session, and is gone with this program; its public half is on the broker's
log since the code was entered, so nobody else can countersign that session's end.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from broker.protocol.receipts import Countersign, SavedReceipt, SessionReceipt, signed_bytes
from broker.protocol.signaling import SessionJoined
from client.broker_http import get, post
from client.situation import Situation, State

log = structlog.get_logger()

DELAYS_S: Final = (0.3, 0.7, 1.5, 3.0, 6.0, 12.0, 24.0)
"""How long is waited before each try: our own Stop may still be on its way, or the log away."""

_OK: Final = 200
_DONE: Final = frozenset({204, 409})
"""409: an answer to an attempt before this one did not arrive, and it is on the log already."""

Start = Callable[[Coroutine[Any, Any, None]], asyncio.Future[None]]


class Wire:
    """One broker's two operations of a receipt."""

    def __init__(self, broker_url: str) -> None:
        self._broker_url = broker_url

    async def fetch(self, session_id: str, token: str) -> SessionReceipt | None:
        """Give the receipt; None while there is none."""
        status, body = await get(self._broker_url, _path(session_id), _bearer(token))
        if status != _OK:
            return None
        try:
            return SessionReceipt.model_validate_json(body)
        except ValidationError:
            log.warning("receipt_not_understood")
            return None

    async def countersign(self, session_id: str, token: str, word: Countersign) -> bool:
        """Send our signature. Whether it is on the log now."""
        status = await post(self._broker_url, _path(session_id), word, _bearer(token))
        return status in _DONE


class Receipts:
    """One program's receipts, session after session. `start` runs something in the engine's loop.

    `changed` is given the receipt once there is one, and None with the next session.
    """

    def __init__(
        self,
        wire: Wire,
        changed: Callable[[SavedReceipt | None], None],
        start: Start,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._wire = wire
        self._changed = changed
        self._start = start
        self._pause = pause
        self._key = Ed25519PrivateKey.generate()
        self._joined: SessionJoined | None = None
        self._task: asyncio.Future[None] | None = None

    def begin(self) -> str:
        """Make the key of the next session; its public half, as the broker is told it."""
        self.stop()
        self._key = Ed25519PrivateKey.generate()
        return _public(self._key)

    def joined(self, message: SessionJoined) -> None:
        """A session begins; its broker may be one that gives no receipts."""
        self._joined = message if message.receipt_token else None

    def settle(self, situation: Situation) -> None:
        """Fetch the receipt once the session is over; forget it with the next session."""
        if situation.state is not State.OVER:
            if self._task is not None:
                self.stop()
                self._changed(None)
        elif self._joined is not None:
            told, self._joined = self._joined, None
            self._task = self._start(self._obtain(told, self._key))

    def stop(self) -> None:
        """Ask no more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    async def _obtain(self, told: SessionJoined, key: Ed25519PrivateKey) -> None:
        token, session_id = told.receipt_token or "", told.session_id
        for delay in DELAYS_S:
            await self._pause(delay)
            receipt = await self._wire.fetch(session_id, token)
            if receipt is None or receipt.session_id != session_id:
                continue
            word = countersigned(receipt, key, datetime.now(UTC))
            if await self._wire.countersign(session_id, token, word):
                self._changed(SavedReceipt(receipt=receipt, countersigned=word))
                return
        log.warning("no_receipt", session_id=session_id)


def countersigned(receipt: SessionReceipt, key: Ed25519PrivateKey, now: datetime) -> Countersign:
    """Sign that we were told this end of the log."""
    signed_at = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    end = receipt.log
    text = signed_bytes(receipt.session_id, end.records, end.hash, signed_at)
    return Countersign(
        records=end.records,
        hash=end.hash,
        signed_at=signed_at,
        key=_public(key),
        signature=base64.b64encode(key.sign(text)).decode(),
    )


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _path(session_id: str) -> str:
    return f"sessions/{session_id}/receipt"


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
