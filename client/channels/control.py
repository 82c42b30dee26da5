"""The control channel: heartbeats, what is allowed, how the screen is, and what was refused."""

from collections.abc import Callable
from typing import Final, Literal

from broker.protocol.channels import (
    CONSOLE_CONTROL,
    ClientControlMessage,
    Heartbeat,
    HeartbeatEcho,
    InputRefused,
    RightsState,
    ScreenState,
)
from client.capture.contracts import ScreenReport
from client.channels.inbox import Inbox
from client.consent import Consent, in_order

REFUSAL_INTERVAL_S: Final = 1.0
"""At most one `input.refused` is sent in this time."""

RefusalReason = Literal["not_granted", "paused", "own_window", "invalid", "unavailable"]


class ControlChannel:
    """One peer's control channel. `clock` gives monotonic seconds."""

    def __init__(self, send: Callable[[str], bool], clock: Callable[[], float]) -> None:
        self._send = send
        self._clock = clock
        self._inbox = Inbox(CONSOLE_CONTROL)
        self._refused_at = -REFUSAL_INTERVAL_S
        self.round_trip_ms: float | None = None

    def receive(self, raw: str | bytes) -> None:
        """Answer a heartbeat; learn the round trip from an echo."""
        match self._inbox.open(raw):
            case Heartbeat(sent_at_ms=sent_at_ms):
                self._say(HeartbeatEcho(sent_at_ms=sent_at_ms))
            case HeartbeatEcho(sent_at_ms=sent_at_ms):
                self.round_trip_ms = max(0.0, self._clock() * 1000 - sent_at_ms)

    def beat(self) -> None:
        """Send a heartbeat."""
        self._say(Heartbeat(sent_at_ms=self._clock() * 1000))

    def tell_rights(self, consent: Consent) -> None:
        """Say what the end user allows now."""
        self._say(RightsState(granted=in_order(consent.granted), paused=consent.paused))

    def tell_screen(self, report: ScreenReport | None) -> None:
        """Say how large the screen is, or what is wrong with it; nothing before the first look."""
        if report is not None:
            width, height = (report.area.width, report.area.height) if report.area else (0, 0)
            self._say(
                ScreenState(
                    width=width,
                    height=height,
                    problem=report.problem,
                    conditions=report.conditions,
                )
            )

    def refuse(self, reason: RefusalReason) -> None:
        """Say that input was refused, at most once in REFUSAL_INTERVAL_S."""
        now = self._clock()
        if now - self._refused_at >= REFUSAL_INTERVAL_S:
            self._refused_at = now
            self._say(InputRefused(reason=reason))

    def _say(self, message: ClientControlMessage) -> None:
        self._send(message.model_dump_json())
