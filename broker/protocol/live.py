"""Live sessions as those see them who keep an eye on all of them: bodies of the HTTP API."""

from typing import Annotated

from pydantic import Field

from broker.protocol.connection import LineQuality, Way
from broker.protocol.rest import SessionView
from broker.protocol.rights import AskReason
from broker.protocol.vocabulary import WireModel


class LiveSession(WireModel):
    """A session that is not over."""

    session: SessionView
    way: Way | None
    """How the two sides reach each other, as told to this broker when they last connected."""
    quality: LineQuality | None
    """How good that is, as the console in charge told within the last half minute."""


class LiveSessions(WireModel):
    """Those that one may know of, the oldest first."""

    sessions: tuple[LiveSession, ...]


class EndForAll(WireModel):
    """An admin ends what others do, and says why: both sides read it, and the log keeps it."""

    reason: AskReason


class SessionsEnded(WireModel):
    """How many sessions were ended."""

    ended: Annotated[int, Field(ge=0)]
