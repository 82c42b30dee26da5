"""What a message may look like, asked of the document that is drawn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from broker.protocol.chat import ChatMessage
from broker.protocol.signaling import Technician
from client.chat import ChatView
from client.company import NOBODY, Company, Member
from client.situation import Request, Situation, State
from client.ui.chat_lines import MAX_SHOWN
from client.ui.chat_window import ChatWindow


@pytest.fixture
def chat(app: QApplication) -> Iterator[ChatWindow]:
    window = ChatWindow()
    yield window
    window.deleteLater()


def line(sequence: int, text: str, author: Any = "technician") -> ChatMessage:
    return ChatMessage.model_construct(  # what the wire would refuse must not do harm either
        sequence=sequence,
        id=f"line-{sequence:04}",
        author=author,
        text=text,
        sent_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def heads_and_bodies(chat: ChatWindow) -> tuple[list[str], list[list[str]]]:
    """The blocks outside every frame, and those of each frame."""
    document = chat._lines.document()
    root = document.rootFrame()
    heads, frames = [], {}
    block = document.begin()
    while block.isValid():
        frame = document.frameAt(block.position())
        if frame == root:
            heads.append(block.text())
        else:
            frames.setdefault(frame.firstPosition(), []).append(block.text())
        block = block.next()
    return [head for head in heads if head], list(frames.values())


@pytest.mark.parametrize("separator", ["\n", "\r", "\u2029", "\u2028", "\ufdd1\n", "\n\ufdd0"])
def test_no_line_of_a_message_leaves_its_frame(chat: ChatWindow, separator: str) -> None:
    chat.add(line(1, f"hello{separator}You  10:15{separator}my password is 1234"))
    chat.add(line(2, "no", "end_user"))
    heads, bodies = heads_and_bodies(chat)
    assert len(heads) == len(bodies) == 2
    assert any("10:15" in text for text in bodies[0])
    assert bodies[1] == ["no"]


def test_characters_that_reorder_the_text_are_not_shown(chat: ChatWindow) -> None:
    chat.add(line(1, "safe\u202egpj.exe"))
    assert heads_and_bodies(chat)[1] == [["safegpj.exe"]]


TESS = Request("ses", Technician(name="Tess", organisation=""), "T-1", (), 60)
ALONE = Company(Member("tess", "Tess"))
LINKED = Situation(State.LINKED, TESS, broker_attached=True, company=ALONE)
ASKING = replace(LINKED, state=State.ASKING)
CUT = replace(LINKED, state=State.READY, broker_attached=False)


def marks(chat: ChatWindow) -> list[str]:
    """What is written behind the heads of the end user's own lines."""
    return [head.split("  ·  ")[1] for head in heads_and_bodies(chat)[0] if "·" in head]


def test_each_of_the_end_users_lines_says_where_it_is(chat: ChatWindow) -> None:
    chat.show_situation(LINKED)
    for number in range(1, 4):
        chat.add(line(number, f"line {number}", "end_user"))
    assert marks(chat) == ["sending…"] * 3
    chat.show_view(ChatView(received=2, shown=1))
    assert marks(chat) == ["on their screen", "sent", "sending…"]
    chat.show_situation(CUT)
    assert marks(chat) == ["on their screen", "sent", "not delivered yet"]
    chat.add(line(4, "a line of hers"))
    chat.show_view(ChatView(received=4, shown=4))
    assert marks(chat) == ["on their screen"] * 3
    assert heads_and_bodies(chat)[1] == [["line 1"], ["line 2"], ["line 3"], ["a line of hers"]]


def test_the_road_is_said_in_words(chat: ChatWindow) -> None:
    chat.show_situation(LINKED)
    assert chat._note.isHidden()
    chat.show_situation(ASKING)
    assert "through the support service’s server" in chat._note.text()
    chat.show_situation(replace(ASKING, technician_present=False))
    assert "Tess is away" in chat._note.text()
    chat.show_situation(replace(ASKING, technician_present=False, company=NOBODY))
    assert "for the next one" in chat._note.text()
    chat.show_situation(CUT)
    assert "when it is back" in chat._note.text()


def test_a_full_chat_says_so_and_takes_nothing_more(chat: ChatWindow) -> None:
    chat.show_situation(LINKED)
    chat.show_view(ChatView(is_full=True))
    assert "full" in chat._note.text()
    assert not chat.field.isEnabled()


def test_writing_is_told_but_never_what(chat: ChatWindow) -> None:
    told: list[tuple[object, ...]] = []
    chat.typed.connect(lambda *what: told.append(what))
    chat.field.textEdited.emit("my secret")
    chat.field.textEdited.emit("  ")
    assert told == [()]


def test_that_the_technician_writes_is_shown_until_their_line_comes(chat: ChatWindow) -> None:
    chat.show_situation(LINKED)
    chat.show_typing()
    assert chat._typing.text() == "Tess is writing…"
    assert chat._typing_timer.isActive()
    chat.add(line(1, "mine", "end_user"))
    assert not chat._typing.isHidden()
    chat.add(line(2, "hers"))
    assert chat._typing.isHidden()


def test_lines_count_as_shown_once_the_window_is(chat: ChatWindow) -> None:
    seen: list[int] = []
    chat.seen.connect(seen.append)
    chat.add(line(1, "hello"))
    assert seen == []
    chat.show()
    chat.add(line(2, "hello again"))
    chat.hide()
    chat.add(line(3, "still there?"))
    assert seen == [1, 2]


def test_a_long_chat_opens_at_its_newest_line_whatever_was_looked_at_before(
    app: QApplication, chat: ChatWindow
) -> None:
    bar = chat._lines.verticalScrollBar()
    for number in range(1, 3001):
        chat.add(line(number, f"line {number}"))

    def open_and_see() -> None:
        chat.open()
        app.processEvents()
        assert bar.value() == bar.maximum() > 0
        bar.setValue(100)
        chat.close()

    open_and_see()
    open_and_see()
    chat.add(line(3001, "came while it was away"))
    open_and_see()


def test_of_a_long_chat_the_newest_lines_are_shown(chat: ChatWindow) -> None:
    chat.show_situation(LINKED)
    for number in range(1, MAX_SHOWN + 100):
        chat.add(line(number, f"line {number}", "end_user" if number % 2 else "technician"))
    heads, bodies = heads_and_bodies(chat)
    assert MAX_SHOWN <= len(bodies) == len(heads) <= MAX_SHOWN + 50
    assert bodies[-1] == [f"line {MAX_SHOWN + 99}"]
    chat.show_view(ChatView(received=9999, shown=9999))
    assert set(marks(chat)) == {"on their screen"}
