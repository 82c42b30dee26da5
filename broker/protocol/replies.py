"""Canned replies: texts that technicians share, with fields that the console fills in.

The broker keeps them as they were written. Which fields there are and what stands in their place
is the console's business (`technician_console/src/replies.js`), for it alone knows all of it.
"""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from broker.protocol.vocabulary import NOT_IN_NAMES, NOT_IN_TEXTS, PersonName, WireModel

MAX_REPLIES: Final = 500
"""A broker keeps no more: whoever looks for one among more has lost already."""

MAX_REPLY_LENGTH: Final = 3000
"""Longest canned reply, in characters; filled in, it still fits a chat message."""

MAX_REPLY_TITLE: Final = 80

ReplyId = Annotated[str, StringConstraints(pattern=r"^rpl_[0-9a-f]{32}$")]


def _saying(unfit: str) -> str:
    """Give the pattern of a text without these characters, and with more than space in it."""
    return rf"^[^{unfit}]*[^\s{unfit}][^{unfit}]*$"


ReplyTitle = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_REPLY_TITLE, pattern=_saying(NOT_IN_NAMES)),
]
ReplyText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_REPLY_LENGTH, pattern=_saying(NOT_IN_TEXTS)),
]


class SaveReply(WireModel):
    """A new canned reply."""

    title: ReplyTitle
    text: ReplyText


class ChangeReply(WireModel):
    """What a canned reply says from now on; `version` is the one that was changed."""

    title: ReplyTitle
    text: ReplyText
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ReplyView(WireModel):
    """A canned reply, and who wrote it last."""

    reply_id: ReplyId
    title: ReplyTitle
    text: ReplyText
    version: int
    changed_by: PersonName


class ReplyList(WireModel):
    """Every canned reply of this broker, by title."""

    replies: tuple[ReplyView, ...]
