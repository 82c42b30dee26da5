"""Whether the chat may be kept with the ticket: asked when the session is over, and sent only then.

It is asked at the end since only then people know what they would agree to. Without a yes nothing
leaves, and the transcript is gone with this program or the next session.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from broker.protocol.chat import ChatMessage
from broker.protocol.signaling import SessionJoined
from client.chat import Transcript
from client.situation import Situation, State


class KeepStage(StrEnum):
    """How far it is."""

    ASKED = "asked"
    SENDING = "sending"
    KEPT = "kept"
    FAILED = "failed"
    """It could not be sent; it may be tried again."""


@dataclass(frozen=True)
class KeepOffer:
    """What the end user is asked, or was."""

    ticket_id: str
    technician: str
    organisation: str
    lines: int
    stage: KeepStage = KeepStage.ASKED


HandIn = Callable[[str, str, Iterable[ChatMessage]], Awaitable[bool]]
"""Sends a session's transcript, by its id and token; whether it is kept now."""


class Keeping:
    """One program's offers, session after session. `start` runs something in the engine's loop."""

    def __init__(
        self,
        hand_in: HandIn,
        changed: Callable[[KeepOffer | None], None],
        start: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._hand_in = hand_in
        self._changed = changed
        self._start = start
        self._joined: SessionJoined | None = None
        self._offer: KeepOffer | None = None

    def joined(self, message: SessionJoined) -> None:
        """A session begins; its broker may be one that asks."""
        self._joined = message if message.transcript_token else None

    def settle(self, situation: Situation, transcript: Transcript) -> None:
        """Ask once the session is over, if anything was said; forget it with the next session."""
        over = situation.state is State.OVER
        if over and self._offer is None and self._joined is not None and transcript.last:
            told = self._joined
            self._show(
                KeepOffer(
                    told.ticket_id,
                    told.technician.name,
                    told.technician.organisation,
                    transcript.last,
                )
            )
        elif not over and self._offer is not None:
            self.decline()

    def decline(self) -> None:
        """The end user does not want it: nothing was sent, and nothing will be."""
        self._joined = None
        self._show(None)

    def agree(self, transcript: Transcript) -> None:
        """The end user agrees: send it now."""
        offer, told = self._offer, self._joined
        waits = offer is not None and offer.stage in (KeepStage.ASKED, KeepStage.FAILED)
        if waits and told is not None:
            self._show_stage(KeepStage.SENDING)
            self._start(self._send(told, transcript))

    async def _send(self, told: SessionJoined, transcript: Transcript) -> None:
        token = told.transcript_token or ""
        kept = await self._hand_in(told.session_id, token, transcript.lines)
        if self._joined is told:
            self._show_stage(KeepStage.KEPT if kept else KeepStage.FAILED)

    def _show_stage(self, stage: KeepStage) -> None:
        if self._offer is not None:
            self._show(replace(self._offer, stage=stage))

    def _show(self, offer: KeepOffer | None) -> None:
        self._offer = offer
        self._changed(offer)
