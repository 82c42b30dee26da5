"""A tiny language for playing sessions: `given(JOINED).when(event).then(ENDED, reason=...)`."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Self

import pytest

from broker.audit.event import AuditEvent
from broker.errors import HandrailError
from broker.protocol.vocabulary import Capability, ConsentSource, SessionState, WireModel
from broker.session import events as ev
from broker.session.effects import Effect, PublishSnapshot, Record, TellClient
from broker.session.facts import Session
from broker.session.session import handle
from tests.builders import END_USER, NOW, TECHNICIAN, a_session

PEER = "peer-0001"
CLAIMED = ev.CodeClaimed(END_USER, "c" * 64, "Zoë's PC", "linux", "0.1.0")
CONSENTED = ev.ConsentGiven(END_USER, (Capability.VIEW,), ConsentSource.WINDOW)
CONNECTED = ev.PeersConnected(END_USER, PEER)
ENDED = ev.TechnicianEnded(TECHNICIAN)

KINDS = [
    kind
    for kind in vars(ev).values()
    if isinstance(kind, type) and issubclass(kind, ev.Event) and kind not in (ev.Event, ev.Answered)
]
"""Every kind of event there is."""

WAY_TO: dict[SessionState, tuple[ev.Event, ...]] = {
    SessionState.WAITING: (),
    SessionState.JOINED: (CLAIMED,),
    SessionState.CONSENTED: (CLAIMED, CONSENTED),
    SessionState.CONNECTED: (CLAIMED, CONSENTED, CONNECTED),
    SessionState.ENDED: (ENDED,),
}


class Play:
    """One session being played; each event happens a second after the one before."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.effects: tuple[Effect, ...] = ()
        self.now = NOW

    def when(self, *events: ev.Event) -> Self:
        """Let events happen."""
        for event in events:
            self.now += timedelta(seconds=1)
            self.session, self.effects = handle(self.session, event, self.now)
        return self

    def then(self, state: SessionState, **facts: Any) -> Self:
        """Expect the state, and facts of the session by their names."""
        assert self.session.state is state
        for name, expected in facts.items():
            assert getattr(self.session, name) == expected, name
        return self

    def recorded(self, action: str, **details: Any) -> Self:
        """Expect exactly one audit record, with these details among its own."""
        event = self.record
        assert event.action == action
        assert {name: event.details.get(name) for name in details} == details
        return self

    def told_client(self, *messages: WireModel) -> Self:
        """Expect exactly these messages to the support client."""
        told = [effect.message for effect in self.effects if isinstance(effect, TellClient)]
        assert told == list(messages)
        return self

    def nothing_happened(self) -> Self:
        """Expect the last event to have told nothing new."""
        assert self.effects == ()
        return self

    def refuses(self, event: ev.Event, error: type[HandrailError]) -> Self:
        """Expect an event to be refused."""
        with pytest.raises(error):
            handle(self.session, event, self.now)
        return self

    @property
    def record(self) -> AuditEvent:
        """The one audit record of the last event."""
        [record] = [effect.event for effect in self.effects if isinstance(effect, Record)]
        assert self.effects.count(PublishSnapshot()) == 1
        return record


def given(state: SessionState, **facts: Any) -> Play:
    """Begin with a session that came to this state by the usual way."""
    play = Play(a_session()).when(*WAY_TO[state])
    play.session = replace(play.session, **facts)
    play.effects = ()
    return play


def after(seconds: float) -> datetime:
    """Give the moment this long after the beginning."""
    return NOW + timedelta(seconds=seconds)
