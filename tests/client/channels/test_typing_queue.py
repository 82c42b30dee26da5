"""Text that has to wait for the desktop, and everything else in order behind it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from broker.protocol.channels import INPUT, InputButton, InputKey, InputRelease, MouseButton
from broker.protocol.keyboard import MAX_TYPED_LENGTH, InputText, KeyBy
from broker.protocol.vocabulary import Capability, ConsentSource
from client.channels import typing_queue
from client.channels.input import InputChannel
from client.consent import Consent
from tests.client.channels.recorder import Bench

FULL = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)
ENTER = InputKey(key="Enter", code="Enter", down=True)


@dataclass
class Hand:
    """A clock that is moved by hand."""

    due: list[Callable[[], None]] = field(default_factory=list)
    cancelled: int = 0

    def later(self, _: float, call: Callable[[], None]) -> "Hand":
        self.due.append(call)
        return self

    def cancel(self) -> None:
        self.due.clear()
        self.cancelled += 1

    def tick(self) -> None:
        self.due.pop()()


@dataclass
class Typing:
    """An input channel on a bench whose desktop takes so many characters at a time."""

    at_once: int | None = None
    hand: Hand = field(default_factory=Hand)
    bench: Bench = field(default_factory=lambda: Bench(FULL))

    def __post_init__(self) -> None:
        self.bench.recorder.types_at_once = self.at_once
        self.channel = InputChannel(self.bench.desk(), self.hand.later)

    def tell(self, *messages: Any) -> None:
        for message in messages:
            self.channel.receive(message.model_dump_json())

    @property
    def did(self) -> list[tuple[object, ...]]:
        return self.bench.recorder.did


def test_text_is_typed_at_once_and_holds_nothing() -> None:
    typing = Typing()
    typing.tell(InputText(text="é€日😀"))
    assert typing.did == [("type", "é€日😀")]
    assert not typing.channel.holds


def test_keys_and_buttons_wait_behind_text_that_waits_and_keep_their_order() -> None:
    typing = Typing(at_once=2)
    click = InputButton(button=MouseButton.LEFT, down=True, x=0, y=0)
    typing.tell(InputText(text="abcd"), ENTER, click, InputText(text="e"))
    assert typing.did == [("type", "ab")]
    assert typing.channel.holds
    typing.hand.tick()
    assert typing.did[1:] == [
        ("type", "cd"),
        ("press", "Enter"),
        ("move", 100, 50),
        ("button", "left", True),
        ("type", "e"),
    ]
    assert typing.hand.due == []


def test_texts_that_wait_are_typed_together() -> None:
    typing = Typing(at_once=2)
    typing.tell(InputText(text="abc"), InputText(text="d"))
    typing.hand.tick()
    assert typing.did == [("type", "ab"), ("type", "cd")]


def test_a_line_break_of_windows_is_one_line_break() -> None:
    typing = Typing()
    typing.tell(InputText(text="a\r\nb\rc\n"))
    assert typing.did == [("type", "a\nb\nc\n")]


def test_release_is_never_behind_text_and_leaves_the_text() -> None:
    typing = Typing(at_once=1)
    typing.tell(ENTER, InputText(text="ab"), InputKey(key="x", code="KeyX", down=True))
    typing.tell(InputRelease())
    assert typing.did == [("press", "Enter"), ("type", "a"), ("release", "Enter")]
    typing.hand.tick()
    assert typing.did[3:] == [("type", "b")]


def test_text_that_waits_is_forgotten_when_everything_is_released() -> None:
    typing = Typing(at_once=1)
    typing.tell(InputText(text="ab"), ENTER)
    typing.channel.release_all()
    assert typing.hand.cancelled == 1
    typing.tell(InputText(text="c"))
    assert typing.did == [("type", "a"), ("type", "c")]


def test_a_right_taken_while_text_waits_ends_it() -> None:
    typing = Typing(at_once=1)
    typing.tell(InputText(text="ab"))
    typing.bench.consent = FULL.with_paused(True)
    typing.hand.tick()
    assert typing.did == [("type", "a")]
    assert typing.bench.refused == ["paused"]
    assert not typing.channel.holds


def test_a_display_lost_while_text_is_typed_is_told_and_does_not_raise() -> None:
    typing = Typing()
    typing.bench.recorder.broken = True
    typing.tell(InputText(text="a"))
    assert typing.bench.refused == ["unavailable"]
    assert not typing.channel.holds


def test_more_text_than_is_kept_is_dropped_with_what_waits_and_told() -> None:
    typing = Typing(at_once=1)
    typing.tell(ENTER)
    for _ in range(typing_queue.MAX_CHARACTERS // MAX_TYPED_LENGTH + 1):
        typing.tell(InputText(text="a" * MAX_TYPED_LENGTH))
    assert typing.bench.refused == ["too_fast"]
    assert typing.did == [("press", "Enter"), ("type", "a"), ("release", "Enter")]
    typing.tell(InputText(text="b"))
    assert typing.did[-1] == ("type", "b")


def test_more_messages_than_are_kept_are_dropped_and_told() -> None:
    typing = Typing(at_once=1)
    typing.tell(InputText(text="ab"))
    typing.tell(*[ENTER] * typing_queue.MAX_MESSAGES)
    assert typing.bench.refused == ["too_fast"]
    assert not typing.channel.holds


def test_a_key_by_code_is_the_key_at_that_place() -> None:
    typing = Typing()
    typing.tell(InputKey(key="a", code="KeyQ", down=True, by=KeyBy.CODE))
    assert typing.did == [("press", "KeyQ")]


NOT_TEXT = [
    '""',
    "null",
    "7",
    '"' + "a" * (MAX_TYPED_LENGTH + 1) + '"',
    '"' + "a" * 1_000_000 + '"',
    '"\\ud83d"',
    '"\\ude00\\ud83d"',
    '"\\u0000"',
    '"a\\u001b[A"',
    '"\\u007f"',
    '"\\u0085"',
]


@pytest.mark.parametrize("text", NOT_TEXT)
def test_text_that_nobody_types_is_refused_counted_and_never_acts(text: str) -> None:
    typing = Typing()
    typing.channel.receive(f'{{"type":"input.text","text":{text}}}')
    assert typing.did == []
    assert typing.bench.refused == ["invalid"]
    typing.tell(InputText(text="still here"))
    assert typing.did == [("type", "still here")]


def test_an_escaped_pair_of_surrogates_is_one_character() -> None:
    assert INPUT.validate_json('{"type":"input.text","text":"\\ud83d\\ude00"}') == InputText(
        text="😀"
    )
