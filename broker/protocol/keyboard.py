"""What is typed: characters as text, and the two ways to say which key is meant."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from broker.protocol.vocabulary import WireModel

MAX_TYPED_LENGTH: Final = 1000
"""Longest `input.text`, in characters (code points)."""

TypedText = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=MAX_TYPED_LENGTH,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+$",
    ),
]
"""No control characters but tab and line breaks, which are typed as Tab and Enter."""


class KeyBy(StrEnum):
    """Which name finds the key on the end user's keyboard."""

    KEY = "key"
    """The key that gives `key` there; where none does, the one at the place `code`."""
    CODE = "code"
    """The key at the place `code`, whatever it gives there."""


class InputText(WireModel):
    """Type these characters, whatever the keyboard's layout, its locks and the held modifiers."""

    type: Literal["input.text"] = "input.text"
    text: TypedText
