"""The websockets of a session, as the core needs them, and what is heard on one."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from broker.protocol.directions import BrokerToClient, BrokerToConsole
from broker.protocol.vocabulary import ErrorCode

Message_co = TypeVar("Message_co", covariant=True)


@dataclass(slots=True)
class Heard(Generic[Message_co]):
    """A message that was read and found right, and the text it came as."""

    message: Message_co
    text: str


class Link(Protocol):
    """A websocket of either side."""

    def pass_on(self, text: str) -> None:
        """Queue what the other side said, as it came; it was read, and this side may hear it."""
        ...

    def close(self, code: ErrorCode | None) -> None:
        """Close after what is queued; `code` says why when it was not the session's end."""
        ...


class ClientLink(Link, Protocol):
    """The support client's websocket."""

    def send(self, message: BrokerToClient) -> None:
        """Queue a message; a link that does not drain is closed."""
        ...


class ConsoleLink(Link, Protocol):
    """A console's websocket."""

    def send(self, message: BrokerToConsole) -> None:
        """Queue a message; a link that does not drain is closed."""
        ...
