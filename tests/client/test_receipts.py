"""The end user's receipt: fetched and countersigned when the session is over, in their language."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.protocol.receipts import (
    Countersign,
    ReceiptStep,
    SavedReceipt,
    SessionReceipt,
    SignedLog,
    is_countersigned,
)
from broker.protocol.vocabulary import ActorKind
from client.receipts import DELAYS_S, Receipts, Wire, countersigned
from client.situation import Situation, State
from client.translation import LANGUAGES, use_language
from client.ui import receipt_card, receipt_page
from tests.client.fake_broker import SESSION_ID, joined

TOLD = joined().model_copy(update={"receipt_token": "t" * 43})
OVER = Situation(State.OVER)
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>\"'&.txt"


def step(action: str, by: ActorKind = ActorKind.END_USER, **details: Any) -> ReceiptStep:
    name = HOSTILE if by is ActorKind.TECHNICIAN else None
    return ReceiptStep(at=NOON, action=action, by=by, name=name, details=details)


STEPS = (
    step("session.created", ActorKind.TECHNICIAN, capabilities=("view", "from.the.future")),
    step("session.joined", machine=HOSTILE),
    step("session.consent_given", capabilities=("view",)),
    step("session.rights_changed", rights_change="given", capability="control", reason=HOSTILE),
    step("session.rights_renewed"),
    step("session.connected"),
    step("session.pause_changed", paused=True),
    step("session.clipboard_used", direction="send", characters=3),
    step("session.file", direction="receive", file_name=HOSTILE, bytes=7, file_result="done"),
    step("session.guest_joined", target_name=HOSTILE),
    step("session.chat_used", technician_lines=2, end_user_lines=1),
    step("session.from_the_future"),
    step("session.ended", ActorKind.TECHNICIAN, end_reason="technician_ended"),
)
RECEIPT = SessionReceipt(
    session_id=SESSION_ID,
    ticket_id="T-1",
    organisation=HOSTILE,
    machine=HOSTILE,
    steps=STEPS,
    left_out=4,
    log=SignedLog(
        records=9,
        hash="a" * 64,
        signed_at="2026-11-29T12:00:00.000000Z",
        key_id="k",
        signature="A" * 86 + "==",
    ),
)


class Broker(Wire):
    """Has the receipt after `waits` questions, and notes what it is sent."""

    def __init__(self, waits: int = 0) -> None:
        self.waits, self.words = waits, list[Countersign]()

    async def fetch(self, session_id: str, token: str) -> SessionReceipt | None:
        self.waits -= 1
        return RECEIPT if self.waits < 0 and (session_id, token) == (SESSION_ID, "t" * 43) else None

    async def countersign(self, session_id: str, token: str, word: Countersign) -> bool:
        self.words.append(word)
        return True


class Rig:
    def __init__(self, waits: int = 0) -> None:
        self.broker, self.shown = Broker(waits), list[SavedReceipt | None]()
        self.tasks: list[asyncio.Future[None]] = []
        self.receipts = Receipts(self.broker, self.shown.append, self._start, self._pause)

    def _start(self, work: Any) -> asyncio.Future[None]:
        self.tasks.append(asyncio.ensure_future(work))
        return self.tasks[-1]

    async def _pause(self, _: float) -> None:
        await asyncio.sleep(0)

    async def over(self) -> None:
        self.receipts.settle(OVER)
        await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.mark.parametrize("waits", [0, len(DELAYS_S) - 1])
async def test_a_receipt_is_countersigned_with_the_key_that_was_told_with_the_code(
    waits: int,
) -> None:
    rig = Rig(waits)
    key = rig.receipts.begin()
    rig.receipts.joined(TOLD)
    rig.receipts.settle(Situation(State.LINKED))
    assert rig.tasks == []
    await rig.over()
    [word] = rig.broker.words
    assert is_countersigned(SESSION_ID, word, key)
    assert rig.shown == [SavedReceipt(receipt=RECEIPT, countersigned=word)]
    await rig.over()
    assert len(rig.broker.words) == 1
    rig.receipts.settle(Situation(State.ENTERING))
    assert rig.shown[-1] is None


async def test_a_broker_that_gives_none_is_not_asked_for_ever() -> None:
    for rig, told in ((Rig(), joined()), (Rig(len(DELAYS_S)), TOLD)):
        rig.receipts.begin()
        rig.receipts.joined(told)
        await rig.over()
        assert rig.shown == []


def saved() -> SavedReceipt:
    word = countersigned(RECEIPT, Ed25519PrivateKey.from_private_bytes(b"c" * 32), NOON)
    return SavedReceipt(receipt=RECEIPT, countersigned=word)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language(LANGUAGES[0])


def test_the_page_says_all_of_it_and_runs_nothing(language: str) -> None:
    page = receipt_page.receipt_page(saved(), None)
    assert f'<html lang="{language}">' in page
    assert "default-src 'none'" in page
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;.txt" in page
    told = {"en": "You allowed: see this screen.", "fr": "Vous avez autorisé\u00a0: voir"}
    assert told[language] in page
    assert "session.from_the_future" in page
    assert "a" * 64 in page


def test_both_files_are_saved_under_names_that_are_free(language: str, tmp_path: Path) -> None:
    first = receipt_card.save(saved(), None, tmp_path / "new")
    second = receipt_card.save(saved(), None, tmp_path / "new")
    assert first != second
    for page in (first, second):
        kept = SavedReceipt.model_validate_json(page.with_suffix(".json").read_text("utf-8"))
        assert kept == saved()
        assert page.read_text("utf-8").startswith("<!doctype html>")
    hostile = saved()
    hostile = hostile.model_copy(
        update={"receipt": replace_ticket(hostile.receipt, "../../etc/passwd")}
    )
    assert receipt_card.save(hostile, None, tmp_path / "new").parent == tmp_path / "new"


def replace_ticket(receipt: SessionReceipt, ticket_id: str) -> SessionReceipt:
    return receipt.model_copy(update={"ticket_id": ticket_id})
