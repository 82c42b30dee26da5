"""Messages of the chat, which has two roads between console and support client.

While a peer connection stands, they travel on its data channel `chat`. Before consent, and while
there is no peer connection, the broker passes the same messages on between the two signaling
sockets: it reads their form, and neither keeps nor logs what they say. Either way the client holds
the transcript and numbers its lines.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from broker.protocol.participants import Participant
from broker.protocol.vocabulary import NOT_IN_TEXTS, Sequence, WireModel

MAX_CHAT_LENGTH: Final = 4000
"""Longest chat message, in characters."""

MAX_CHAT_PAGE: Final = 500
"""Most lines in one `chat.lines`."""

MAX_COUNTED_LINES: Final = 100_000
"""More lines than either side says in one session."""

TYPING_TOLD_EVERY_S: Final = 3.0
"""Whoever writes says so this often at most."""

TYPING_SHOWN_S: Final = 6.0
"""So long it is shown that somebody writes; then they have stopped, or are gone."""

ChatId = Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{8,64}$")]
ChatText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_CHAT_LENGTH, pattern=rf"^[^{NOT_IN_TEXTS}]+$"),
]
LineCount = Annotated[int, Field(ge=0, le=MAX_COUNTED_LINES)]
LineNumber = Annotated[int, Field(ge=1, le=2**53 - 1)]


# ---- console to client


class ChatPost(WireModel):
    """The technician says something. Sent again until a line with its id comes.

    20 are accepted in a burst, then 5 a second; none once the transcript is full.
    """

    type: Literal["chat.post"] = "chat.post"
    id: ChatId
    text: ChatText
    previous: ChatId | None = None
    """What the technician said just before, while it is not acknowledged: this is not accepted
    before that, so that a post that got lost is not overtaken by the next one."""


class ChatSync(WireModel):
    """The console asks for what follows this sequence number (0: all); a part comes at a time."""

    type: Literal["chat.sync"] = "chat.sync"
    after: Sequence


class ChatMarks(WireModel):
    """How far the console has the transcript without a gap, and how far its page has shown it."""

    type: Literal["chat.marks"] = "chat.marks"
    received: Sequence
    shown: Sequence


# ---- client to console


class ChatMessage(WireModel):
    """One line of the transcript. The client numbers them from 1, whoever wrote them."""

    type: Literal["chat.message"] = "chat.message"
    sequence: LineNumber
    id: ChatId
    author: Literal["technician", "end_user"]
    text: ChatText
    sent_at: datetime
    by: Participant | None = None
    """Which technician, where there may be several."""


class ChatLines(WireModel):
    """Lines that the console asked for, in order and without a gap."""

    type: Literal["chat.lines"] = "chat.lines"
    lines: Annotated[tuple[ChatMessage, ...], Field(min_length=1, max_length=MAX_CHAT_PAGE)]


class ChatState(WireModel):
    """How the transcript stands. After each answer to `chat.sync`, and whenever it changes."""

    type: Literal["chat.state"] = "chat.state"
    last: Sequence
    """The number of its last line: a console that lacks any asks for it."""
    shown: Sequence
    """Up to here the lines were on the end user's screen."""
    full: bool
    """Whether it takes no more lines, for the rest of the session."""
    live: bool
    """Whether lines come on this road as they are said; else the console has to ask first."""


# ---- both ways


class ChatTyping(WireModel):
    """The sender is writing; nothing of what. It is shown for a while and then forgotten."""

    type: Literal["chat.typing"] = "chat.typing"


# ---- client to broker


class ChatCounted(WireModel):
    """How many lines each side has said so far; never what."""

    type: Literal["chat.counted"] = "chat.counted"
    technician: LineCount
    end_user: LineCount


ConsoleChat = ChatPost | ChatSync | ChatMarks | ChatTyping
ClientChat = ChatMessage | ChatLines | ChatState | ChatTyping
ConsoleChatMessage = Annotated[ConsoleChat, Field(discriminator="type")]
ClientChatMessage = Annotated[ClientChat, Field(discriminator="type")]

CONSOLE_CHAT: TypeAdapter[ConsoleChatMessage] = TypeAdapter(ConsoleChatMessage)
CLIENT_CHAT: TypeAdapter[ClientChatMessage] = TypeAdapter(ClientChatMessage)
