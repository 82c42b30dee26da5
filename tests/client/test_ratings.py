"""The one question at the end: of whom it is asked, and what becomes of the answer."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from broker.protocol.ratings import RateSession
from broker.protocol.vocabulary import EndReason
from client.distrust import ReportStage
from client.ratings import Ratings, RatingStage
from client.situation import Situation, State
from tests.client.fake_broker import SESSION_ID, joined

TOLD = joined().model_copy(update={"receipt_token": "t" * 43})
OVER = Situation(State.OVER)
MISTRUSTED = (EndReason.SCREENS_DIFFER, EndReason.CONNECTION_ALTERED)
ASKED, SENDING, SENT, FAILED = RatingStage


class Rig:
    def __init__(self, *takes: bool) -> None:
        self.takes, self.sent = list(takes), list[RateSession]()
        self.shown: list[RatingStage | None] = []
        self.tasks: list[asyncio.Future[None]] = []
        self.ratings = Ratings(self._send, self.shown.append, self._start)

    async def _send(self, session_id: str, token: str, body: RateSession) -> bool:
        assert (session_id, token) == (SESSION_ID, "t" * 43)
        self.sent.append(body)
        return self.takes.pop(0)

    def _start(self, work: Any) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    def over(self) -> None:
        self.ratings.joined(TOLD)
        for situation in (Situation(State.ASKING), Situation(State.LINKED), OVER, OVER):
            self.ratings.settle(situation)

    async def rate(self, steps: int, comment: str = "") -> None:
        self.ratings.rate(steps, comment)
        await asyncio.gather(*self.tasks)


async def test_an_answer_is_sent_once_and_again_only_when_it_was_not_taken() -> None:
    rig = Rig(False, True)
    rig.over()
    await rig.rate(4, "  quick \n")
    await rig.rate(5)
    await rig.rate(1)
    assert rig.sent == [RateSession(steps=4, comment="quick"), RateSession(steps=5)]
    assert rig.shown == [ASKED, SENDING, FAILED, SENDING, SENT]


@pytest.mark.parametrize(
    ("told", "situations"),
    [
        (TOLD, [Situation(State.ASKING), OVER]),
        (joined(), [Situation(State.LINKED), OVER]),
        (TOLD, [Situation(State.LINKED), Situation(State.OVER, report=ReportStage.TOLD)]),
        *((TOLD, [Situation(State.LINKED), replace(OVER, end_reason=why)]) for why in MISTRUSTED),
    ],
    ids=["nothing was allowed", "a broker that does not ask", "reported", *MISTRUSTED],
)
async def test_who_has_nothing_to_answer_is_not_asked(
    told: Any, situations: list[Situation]
) -> None:
    rig = Rig()
    rig.ratings.joined(told)
    for situation in situations:
        rig.ratings.settle(situation)
    await rig.rate(5)
    assert (rig.shown, rig.sent) == ([], [])


async def test_the_next_session_is_asked_about_anew() -> None:
    rig = Rig(True, True)
    rig.over()
    rig.ratings.settle(Situation(State.ENTERING))
    rig.over()
    assert rig.shown == [ASKED, None, ASKED]
    await rig.rate(3)
    assert rig.sent == [RateSession(steps=3)]
