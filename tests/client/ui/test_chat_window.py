"""What a message may look like, asked of the document that is drawn."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from broker.protocol.channels import ChatMessage
from client.ui.chat_window import ChatWindow


@pytest.fixture
def chat(app: QApplication) -> Iterator[ChatWindow]:
    window = ChatWindow()
    yield window
    window.deleteLater()


def line(sequence: int, text: str, author: Any = "technician") -> ChatMessage:
    return ChatMessage(
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
