"""The clipboard channel against a console that does as it likes."""

import hashlib
import json
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.protocol.clipboard import (
    CLIENT_CLIPBOARD,
    CLIPBOARD_PART_LENGTH,
    CLIPBOARD_WINDOW,
    MAX_CLIPBOARD_BYTES,
    ClipboardBegin,
    ClipboardDirection,
    ClipboardDone,
    ClipboardEnd,
    ClipboardFetch,
    ClipboardFollow,
    ClipboardGot,
    ClipboardPart,
    ClipboardRefused,
)
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES, Capability, ConsentSource
from client.channels.clipboard import TRANSFERS_AT_ONCE, ClipboardChannel, ClipboardDesk
from client.clipboard import ClipboardUse
from client.consent import NO_CONSENT, Consent

SEND, RECEIVE = Capability.CLIPBOARD_SEND, Capability.CLIPBOARD_RECEIVE
ALL = frozenset(Capability)
ID = "transfer-1"
SHORT = ClipboardPart(id=ID, text="abc")
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1, max_size=9000)
MIXED = "Zażółć gęślą jaźń · Ελληνικά · русский · 中文 · 日本語 · العربية · 👩‍👩‍👧‍👦🏳️‍🌈\n\t"


@dataclass
class Paper:
    """A clipboard that is a variable."""

    text: str | None = "theirs"
    works: bool = True
    listener: Callable[[str], None] | None = None

    def read(self, answer: Callable[[str | None], None]) -> None:
        answer(self.text)

    def write(self, text: str, answer: Callable[[bool], None]) -> None:
        if self.works:
            self.text = text
        answer(self.works)

    def watch(self, changed: Callable[[str], None] | None) -> None:
        self.listener = changed

    def copy(self, text: str) -> None:
        """The end user copies something."""
        self.text = text
        if self.listener is not None:
            self.listener(text)


@dataclass
class Bench:
    """A channel, and a console by hand."""

    granted: frozenset[Capability] = frozenset({SEND, RECEIVE})
    paper: Paper = field(default_factory=Paper)
    said: list[Any] = field(default_factory=list)
    used: list[ClipboardUse] = field(default_factory=list)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.consent = Consent(self.granted, ConsentSource.WINDOW)
        desk = ClipboardDesk(self.paper, lambda: self.consent, lambda: self.now, self.used.append)
        self.channel = ClipboardChannel(desk, self._hear)

    def _hear(self, raw: str) -> bool:
        assert len(raw.encode()) <= MAX_CHANNEL_MESSAGE_BYTES
        self.said.append(CLIENT_CLIPBOARD.validate_json(raw))
        return True

    def tell(self, *messages: Any) -> None:
        for message in messages:
            self.channel.receive(message if isinstance(message, str) else message.model_dump_json())

    def allow(self, *capabilities: Capability, paused: bool = False) -> None:
        self.consent = Consent(frozenset(capabilities), ConsentSource.WINDOW, paused)
        self.channel.consent_changed()

    def send(self, text: str) -> None:
        """Do as a console does that sends this."""
        self.tell(*transfer(text))

    def collect(self) -> str:
        """Take the text that is on its way, as a console does."""
        text, at, parts = "", 0, 0
        while at < len(self.said):
            message = self.said[at]
            at += 1
            if isinstance(message, ClipboardPart):
                text, parts = text + message.text, parts + 1
                self.tell(ClipboardGot(id=message.id, parts=parts))
        return text

    @property
    def reasons(self) -> list[str]:
        return [str(m.reason) for m in self.said if isinstance(m, ClipboardRefused)]


def transfer(text: str, transfer_id: str = ID) -> list[Any]:
    encoded = text.encode()
    step = CLIPBOARD_PART_LENGTH
    return [
        ClipboardBegin(
            id=transfer_id,
            size_bytes=len(encoded),
            sha256=hashlib.sha256(encoded).hexdigest(),
        ),
        *(
            ClipboardPart(id=transfer_id, text=text[at : at + step])
            for at in range(0, len(text), step)
        ),
        ClipboardEnd(id=transfer_id),
    ]


@given(TEXTS)
def test_what_the_technician_sends_is_in_the_clipboard_as_it_was(text: str) -> None:
    bench = Bench()
    bench.send(text)
    assert bench.paper.text == text
    done = bench.said[-1]
    assert done == ClipboardDone(id=ID, characters=len(text), bytes=len(text.encode()))
    assert bench.used == [ClipboardUse(ClipboardDirection.SEND, len(text), len(text.encode()))]


@given(TEXTS)
def test_what_is_fetched_comes_as_it_was(text: str) -> None:
    bench = Bench(paper=Paper(text))
    bench.tell(ClipboardFetch(id=ID))
    assert bench.collect() == text
    assert isinstance(bench.said[-1], ClipboardEnd)
    assert bench.said[0].sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert bench.used == [ClipboardUse(ClipboardDirection.RECEIVE, len(text), len(text.encode()))]


def test_the_longest_text_passes_both_ways_and_a_longer_one_is_refused_whole() -> None:
    longest = (MIXED * (MAX_CLIPBOARD_BYTES // len(MIXED.encode()) + 1)).encode()
    text = longest[:MAX_CLIPBOARD_BYTES].decode(errors="ignore")
    bench = Bench()
    bench.send(text)
    bench.tell(ClipboardFetch(id=ID))
    assert bench.collect() == text
    bench.paper.text = "x" * (MAX_CLIPBOARD_BYTES + 1)
    bench.tell(ClipboardFetch(id=ID))
    assert bench.reasons == ["too_large"]


def test_line_ends_travel_as_line_feeds() -> None:
    bench = Bench(paper=Paper("a\r\nb\rc\n"))
    bench.tell(ClipboardFetch(id=ID))
    assert bench.collect() == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), ("a\0b", "unfit"), ("\ud83d", "unfit"), (None, "unavailable")],
)
def test_what_is_no_text_is_not_given(text: str | None, reason: str) -> None:
    bench = Bench(paper=Paper(text))
    bench.tell(ClipboardFetch(id=ID))
    assert bench.reasons == [reason]
    assert bench.used == []


def test_a_clipboard_that_does_not_take_the_text_is_told() -> None:
    bench = Bench(paper=Paper(works=False))
    bench.send("hello")
    assert bench.reasons == ["unavailable"]
    assert bench.used == []


# ---- consent


@pytest.mark.parametrize(
    "granted", [frozenset(), frozenset({RECEIVE}), frozenset(Capability) - {SEND}]
)
def test_nothing_is_taken_without_the_right_to_send(granted: frozenset[Capability]) -> None:
    bench = Bench(granted)
    bench.send("canary")
    assert bench.paper.text == "theirs"
    assert bench.reasons == ["not_granted"]


@pytest.mark.parametrize(
    "granted", [frozenset(), frozenset({SEND}), frozenset(Capability) - {RECEIVE}]
)
def test_nothing_is_given_without_the_right_to_receive(granted: frozenset[Capability]) -> None:
    bench = Bench(granted)
    bench.tell(ClipboardFetch(id=ID), ClipboardFollow(on=True))
    bench.paper.copy("canary")
    assert bench.paper.listener is None
    assert all(isinstance(message, ClipboardRefused) for message in bench.said)


def test_while_paused_neither_way_works() -> None:
    bench = Bench()
    bench.allow(SEND, RECEIVE, paused=True)
    bench.send("canary")
    bench.tell(ClipboardFetch(id=ID))
    assert bench.reasons == ["paused", "paused"]
    assert bench.paper.text == "theirs"


def test_a_right_taken_away_stops_a_text_that_is_coming() -> None:
    bench = Bench()
    begin, first, *others = transfer("x" * CLIPBOARD_PART_LENGTH * 3)
    bench.tell(begin, first)
    bench.allow(RECEIVE)
    bench.allow(SEND, RECEIVE)
    bench.tell(*others)
    assert bench.paper.text == "theirs"


def test_a_right_taken_away_stops_a_text_that_is_going() -> None:
    bench = Bench(paper=Paper("x" * CLIPBOARD_PART_LENGTH * 100))
    bench.tell(ClipboardFetch(id=ID))
    bench.allow(SEND)
    bench.tell(ClipboardGot(id=ID, parts=CLIPBOARD_WINDOW))
    parts = [message for message in bench.said if isinstance(message, ClipboardPart)]
    assert len(parts) == CLIPBOARD_WINDOW
    assert bench.used == []


def test_a_right_withdrawn_without_word_is_noticed_at_the_next_piece() -> None:
    bench = Bench(paper=Paper("x" * CLIPBOARD_PART_LENGTH * 100))
    bench.tell(ClipboardFetch(id=ID))
    bench.consent = NO_CONSENT
    bench.tell(ClipboardGot(id=ID, parts=CLIPBOARD_WINDOW))
    assert sum(isinstance(message, ClipboardPart) for message in bench.said) == CLIPBOARD_WINDOW


# ---- keeping in step


def test_what_is_copied_is_sent_only_while_the_technician_follows() -> None:
    bench = Bench()
    bench.paper.copy("before")
    bench.tell(ClipboardFollow(on=True))
    bench.paper.copy("meanwhile")
    assert bench.collect() == "meanwhile"
    bench.tell(ClipboardFollow(on=False))
    assert bench.paper.listener is None


def test_what_the_technician_sent_does_not_come_back() -> None:
    bench = Bench()
    bench.tell(ClipboardFollow(on=True))
    bench.send("from the technician")
    bench.paper.copy("from the technician")  # a clipboard manager takes it over
    assert not any(isinstance(message, ClipboardPart) for message in bench.said)


def test_pause_ends_the_watch_and_resuming_takes_it_up_without_what_was_copied_between() -> None:
    bench = Bench()
    bench.tell(ClipboardFollow(on=True))
    bench.allow(SEND, RECEIVE, paused=True)
    bench.paper.copy("canary")
    bench.allow(SEND, RECEIVE)
    assert bench.said == []
    bench.paper.copy("after")
    assert bench.collect() == "after"


def test_a_closed_channel_watches_no_more() -> None:
    bench = Bench()
    bench.tell(ClipboardFollow(on=True))
    bench.channel.close()
    assert bench.paper.listener is None


# ---- a console that lies


@pytest.mark.parametrize(
    "messages",
    [
        [ClipboardBegin(id=ID, size_bytes=2), SHORT],
        [
            ClipboardBegin(id=ID, size_bytes=4),
            ClipboardPart(id=ID, text="abc"),
            ClipboardEnd(id=ID),
        ],
        [
            ClipboardBegin(id=ID, size_bytes=3, sha256="0" * 64),
            ClipboardPart(id=ID, text="abc"),
            ClipboardEnd(id=ID),
        ],
    ],
)
def test_a_text_that_is_not_what_was_announced_is_refused(messages: list[Any]) -> None:
    bench = Bench()
    bench.tell(*messages)
    assert bench.reasons == ["damaged"]
    assert bench.paper.text == "theirs"


def test_parts_out_of_order_are_refused_by_their_hash() -> None:
    bench = Bench()
    begin, one, two, end = transfer("a" * CLIPBOARD_PART_LENGTH + "b")
    bench.tell(begin, two, one, end)
    assert bench.reasons == ["damaged"]


def test_parts_and_ends_of_nothing_do_nothing() -> None:
    bench = Bench()
    bench.tell(ClipboardPart(id=ID, text="abc"), ClipboardEnd(id=ID), ClipboardGot(id=ID, parts=9))
    assert bench.said == []
    assert bench.paper.text == "theirs"


def test_another_text_takes_the_place_of_one_that_is_on_its_way() -> None:
    bench = Bench()
    begin, part, end = transfer("old", "transfer-0")
    bench.tell(begin, part, *transfer("new"), end)
    assert bench.paper.text == "new"


@pytest.mark.parametrize("size", [MAX_CLIPBOARD_BYTES + 1, 10**9, 2**53 - 1])
def test_a_gigabyte_that_is_announced_is_refused_before_it_comes(size: int) -> None:
    bench = Bench()
    bench.tell(ClipboardBegin(id=ID, size_bytes=size), ClipboardPart(id=ID, text="x"))
    assert bench.reasons == ["too_large"]


def test_ten_thousand_offers_are_bounded_in_answers_and_memory() -> None:
    bench = Bench()
    part = "x" * CLIPBOARD_PART_LENGTH
    tracemalloc.start()
    for number in range(10_000):
        transfer_id = f"transfer-{number}"
        bench.tell(
            ClipboardBegin(id=transfer_id, size_bytes=MAX_CLIPBOARD_BYTES),
            ClipboardPart(id=transfer_id, text=part),
        )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * MAX_CLIPBOARD_BYTES
    assert len(bench.said) <= 2 * TRANSFERS_AT_ONCE
    assert "too_many" in bench.reasons
    bench.now = 2.0
    bench.send("still works")
    assert bench.paper.text == "still works"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "[]",
        json.dumps({"type": "clipboard.part", "id": ID, "text": ""}),
        json.dumps({"type": "clipboard.part", "id": ID, "text": "x" * (CLIPBOARD_PART_LENGTH + 1)}),
        json.dumps({"type": "clipboard.part", "id": ID, "text": "\ud83d"}),
        json.dumps({"type": "clipboard.begin", "id": ID, "size_bytes": -1}),
        json.dumps({"type": "clipboard.done", "id": ID, "characters": 1, "bytes": 1}),
        "x" * MAX_CHANNEL_MESSAGE_BYTES * 2,
    ],
)
def test_what_is_no_message_is_refused(raw: str) -> None:
    bench = Bench()
    bench.tell(raw)
    assert bench.reasons == ["damaged"]
    assert bench.paper.text == "theirs"


def test_a_nul_from_the_technician_is_refused() -> None:
    bench = Bench()
    bench.send("a\0b")
    assert bench.reasons == ["unfit"]
    assert bench.paper.text == "theirs"


@given(st.text(st.characters(codec="utf-8"), max_size=CLIPBOARD_PART_LENGTH, min_size=1))
def test_the_longest_part_fits_a_message_whatever_is_in_it(text: str) -> None:
    filled = (text * CLIPBOARD_PART_LENGTH)[:CLIPBOARD_PART_LENGTH]
    raw = ClipboardPart(id="x" * 64, text=filled).model_dump_json()
    assert len(raw.encode()) <= MAX_CHANNEL_MESSAGE_BYTES
