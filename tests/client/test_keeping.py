"""Whether the chat may be kept with the ticket: asked at the end; nothing leaves without a yes."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest
from aiohttp import web

from broker.protocol.chat import ChatMessage, ChatPost
from broker.protocol.participants import Participant
from client.chat import Transcript
from client.hand_in import hand_in
from client.keeping import Keeping, KeepOffer, KeepStage
from client.signaling import api_url
from client.situation import Situation, State
from tests.client.fake_broker import SESSION_ID, joined
from tests.client.test_chat import NOON

TOKEN = "t" * 43
ASKS = joined().model_copy(update={"transcript_token": TOKEN})
OVER = Situation(State.OVER)


class Rig:
    """A program's offers; the broker answers what `keeps` says."""

    def __init__(self) -> None:
        self.offers: list[KeepOffer | None] = []
        self.sent: list[tuple[str, str, list[str]]] = []
        self.keeps = True
        self.transcript = Transcript(lambda: NOON)
        self.keeping = Keeping(self._hand_in, self.offers.append, asyncio.ensure_future)

    async def _hand_in(self, session_id: str, token: str, lines: Iterable[ChatMessage]) -> bool:
        self.sent.append((session_id, token, [line.text for line in lines]))
        return self.keeps

    def say(self, text: str = "hello") -> None:
        self.transcript.end_user_says(f"own-{self.transcript.last:05}", text)

    def settle(self, state: State) -> None:
        self.keeping.settle(replace(OVER, state=state), self.transcript)

    @property
    def stages(self) -> list[KeepStage | None]:
        return [offer.stage if offer else None for offer in self.offers]


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def test_the_end_user_is_asked_when_the_session_is_over_and_not_before(rig: Rig) -> None:
    rig.keeping.joined(ASKS)
    rig.say()
    for state in (State.ASKING, State.READY, State.LINKED):
        rig.settle(state)
    assert rig.offers == []
    for _ in range(2):
        rig.settle(State.OVER)
    assert rig.offers == [KeepOffer("DEMO-1", "Ada Example", "Example IT", 1)]
    assert rig.sent == []


async def test_where_the_broker_does_not_ask_nobody_does(rig: Rig) -> None:
    rig.keeping.joined(joined())
    rig.say()
    rig.settle(State.OVER)
    rig.keeping.agree(rig.transcript)
    assert (rig.offers, rig.sent) == ([], [])


async def test_of_a_session_without_chat_there_is_nothing_to_ask(rig: Rig) -> None:
    rig.keeping.joined(ASKS)
    rig.settle(State.OVER)
    assert rig.offers == []


async def test_what_is_agreed_to_is_sent_once(rig: Rig) -> None:
    rig.keeping.joined(ASKS)
    rig.say("a")
    rig.say("b")
    rig.settle(State.OVER)
    for _ in range(3):
        rig.keeping.agree(rig.transcript)
        await asyncio.sleep(0)
    assert rig.sent == [(SESSION_ID, TOKEN, ["a", "b"])]
    assert rig.stages == [KeepStage.ASKED, KeepStage.SENDING, KeepStage.KEPT]


async def test_what_could_not_be_sent_can_be_tried_again(rig: Rig) -> None:
    rig.keeping.joined(ASKS)
    rig.say()
    rig.settle(State.OVER)
    for keeps in (False, True):
        rig.keeps = keeps
        rig.keeping.agree(rig.transcript)
        await asyncio.sleep(0)
    assert rig.stages[2:] == [KeepStage.FAILED, KeepStage.SENDING, KeepStage.KEPT]


async def test_a_no_is_final_and_so_is_another_session(rig: Rig) -> None:
    rig.keeping.joined(ASKS)
    rig.say()
    rig.settle(State.OVER)
    rig.keeping.decline()
    rig.keeping.agree(rig.transcript)
    rig.settle(State.OVER)
    assert (rig.stages, rig.sent) == ([KeepStage.ASKED, None], [])
    rig.keeping.joined(ASKS)
    rig.settle(State.OVER)
    rig.settle(State.ENTERING)
    rig.keeping.agree(rig.transcript)
    assert rig.stages[2:] == [KeepStage.ASKED, None]
    assert rig.sent == []


@pytest.mark.parametrize(
    ("broker", "url"),
    [
        ("https://x.example", "https://x.example/api/v1/sessions/ses_1/transcript"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/api/v1/sessions/ses_1/transcript"),
        ("x.example/sub", "https://x.example/sub/api/v1/sessions/ses_1/transcript"),
    ],
)
def test_the_transcript_goes_to_the_broker_it_came_by(broker: str, url: str) -> None:
    assert api_url(broker, "sessions/ses_1/transcript") == url


@pytest.mark.parametrize(("status", "kept"), [(201, True), (409, True), (404, False), (503, False)])
async def test_the_brokers_answer_says_whether_it_is_kept(status: int, kept: bool) -> None:
    seen: list[tuple[str | None, dict[str, object]]] = []

    async def take(request: web.Request) -> web.Response:
        seen.append((request.headers.get("Authorization"), await request.json()))
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post(f"/api/v1/sessions/{SESSION_ID}/transcript", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    transcript = Transcript(lambda: NOON)
    transcript.end_user_says("own-00001", "hello 💻")
    ben = Participant(account_id="usr_" + "2" * 32, name="Ben Beispiel")
    transcript.technician_says(ChatPost(id="ben-00001", text="hi"), ben)
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    assert await hand_in(url, SESSION_ID, TOKEN, transcript.lines) is kept
    await runner.cleanup()
    [(authorization, body)] = seen
    assert authorization == f"Bearer {TOKEN}"
    line = {"sequence": 1, "author": "end_user", "text": "hello 💻"}
    reply = {"sequence": 2, "author": "technician", "text": "hi", "author_name": "Ben Beispiel"}
    sent_at = "2026-11-23T12:00:00Z"
    assert body == {"lines": [{**one, "sent_at": sent_at} for one in (line, reply)]}
    assert not await hand_in(url, SESSION_ID, TOKEN, transcript.lines)
