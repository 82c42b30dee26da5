"""The control channel: heartbeats, rights, the screen, how it is seen and made, and refusals."""

import math
from collections.abc import Callable
from typing import Final, Literal

from broker.protocol.channels import (
    CONSOLE_CONTROL,
    ClientControlMessage,
    Heartbeat,
    HeartbeatEcho,
    InputRefused,
    PictureState,
    PictureWish,
    RightsState,
    ScreenState,
)
from broker.protocol.monitors import ScreenChoose
from broker.protocol.participants import ControlPass, ParticipantsState
from broker.protocol.rights import (
    LocalUse,
    RenewalStage,
    RightsAnswer,
    RightsAsk,
    RightsLease,
    RightsRenewal,
)
from client.capture.contracts import PictureFacts, ScreenReport
from client.channels.inbox import Inbox
from client.consent import Consent, TermStage, in_order

REFUSAL_INTERVAL_S: Final = 1.0
"""At most one `input.refused` is sent in this time."""

PICTURE_INTERVAL_S: Final = 0.9
"""At most one `picture.state` is sent in this time, a little less than between two beats."""

RefusalReason = Literal[
    "not_granted",
    "paused",
    "own_window",
    "local_user",
    "hot_key",
    "invalid",
    "unavailable",
    "too_fast",
]


class ControlChannel:
    """One peer's control channel. `clock` gives monotonic seconds; wishes go to `wish`, choices of
    a monitor to `choose`."""

    def __init__(
        self,
        send: Callable[[str], bool],
        clock: Callable[[], float],
        wish: Callable[[PictureWish], None],
        choose: Callable[[str], None] = lambda _: None,
        asked: Callable[[RightsAsk], None] = lambda _: None,
        *,
        pass_control: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._send = send
        self._clock = clock
        self._wish = wish
        self._choose = choose
        self._asked = asked
        self._pass_control = pass_control
        self._company: ParticipantsState | None = None
        self._inbox = Inbox(CONSOLE_CONTROL)
        self._refused_at = -REFUSAL_INTERVAL_S
        self._told = _state_of(PictureFacts())
        self._told_at = -PICTURE_INTERVAL_S
        self.round_trip_ms: float | None = None

    def receive(self, raw: str | bytes) -> None:
        """Learn the round trip from an echo; hand on how the picture is looked at."""
        match self._inbox.open(raw):
            case PictureWish() as wish:
                self._wish(wish)
            case ScreenChoose(monitor=monitor):
                self._choose(monitor)
            case RightsAsk() as ask:
                self._asked(ask)
            case ControlPass(account_id=account_id):
                self._pass_control(account_id)
            case HeartbeatEcho(sent_at_ms=sent_at_ms):
                self.round_trip_ms = max(0.0, round(self._clock() * 1000 - sent_at_ms, 1))

    def beat(self) -> None:
        """Send a heartbeat."""
        now_ms = round(self._clock() * 1000, 1)
        self._say(Heartbeat(sent_at_ms=now_ms, round_trip_ms=self.round_trip_ms))

    def tell_rights(self, consent: Consent) -> None:
        """Say what the end user allows now."""
        now = self._clock()
        leases = tuple(
            RightsLease(capability=lease.capability, left_s=max(0.0, lease.ends_at - now))
            for lease in consent.leases
        )
        granted = in_order(consent.granted)
        renewal = _renewal(consent, now)
        self._say(
            RightsState(granted=granted, paused=consent.paused, leases=leases, renewal=renewal)
        )

    def tell_company(self, state: ParticipantsState | None) -> None:
        """Say who looks and who has control, if that is news."""
        if state is not None and state != self._company:
            self._company = state
            self._say(state)

    def tell_answer(self, answer: RightsAnswer) -> None:
        """Say what became of an ask."""
        self._say(answer)

    def tell_local_use(self, hold_s: float) -> None:
        """Say for how long remote input waits for the end user; 0: no more."""
        self._say(LocalUse(hold_s=hold_s))

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
                    monitors=report.monitors,
                    shown=report.shown,
                )
            )

    def tell_picture(self, facts: PictureFacts) -> None:
        """Say how the picture is made, if that changed and was not said just now."""
        state, now = _state_of(facts), self._clock()
        if state != self._told and now - self._told_at >= PICTURE_INTERVAL_S:
            self._told, self._told_at = state, now
            self._say(state)

    def refuse(self, reason: RefusalReason) -> None:
        """Say that input was refused, at most once in REFUSAL_INTERVAL_S."""
        now = self._clock()
        if now - self._refused_at >= REFUSAL_INTERVAL_S:
            self._refused_at = now
            self._say(InputRefused(reason=reason))

    def _say(self, message: ClientControlMessage) -> None:
        self._send(message.model_dump_json())


def _state_of(facts: PictureFacts) -> PictureState:
    """Round so that noise is no news; a picture that is not wholly exact is never called so."""
    return PictureState(
        encoder=facts.encoder,
        width=facts.width,
        height=facts.height,
        target_kbps=_two_digits(facts.target_kbps),
        exact_share=math.floor(facts.exact_share * 100) / 100,
    )


def _two_digits(number: int) -> int:
    unit: int = 10 ** max(0, len(str(number)) - 2)
    return round(number / unit) * unit


def _renewal(consent: Consent, now: float) -> RightsRenewal | None:
    term = consent.term
    if term is None or term.stage is TermStage.RUNNING:
        return None
    stage = RenewalStage(term.stage.value)
    return RightsRenewal(stage=stage, left_s=max(0.0, term.until - now))
