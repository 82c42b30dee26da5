"""The life of a session as one table. Everything that decides which state follows must live here.

The diagram in `docs/session-life.md` is drawn from this table, and the database refuses every
change of state that is not in it.
"""

from typing import Final

from broker.errors import IllegalTransition, SessionOver
from broker.protocol.vocabulary import SessionState
from broker.session import events as ev

WAITING, JOINED = SessionState.WAITING, SessionState.JOINED
CONSENTED, CONNECTED = SessionState.CONSENTED, SessionState.CONNECTED
ENDED = SessionState.ENDED

_PRESENCE: Final[tuple[type[ev.Event], ...]] = (
    ev.ClientAttached,
    ev.ClientDetached,
    ev.ConsoleAttached,
    ev.ConsoleDetached,
    ev.BrokerRestarted,
)
_COMPANY: Final[tuple[type[ev.Event], ...]] = (
    ev.Invited,
    ev.HandOverOffered,
    ev.Arrived,
    ev.GuestAdmitted,
    ev.EntryRefused,
    ev.EntryClosed,
    ev.GuestLeft,
    ev.GuestConnected,
    ev.GuestDisconnected,
    ev.ControlPassed,
)
_CHANGES_OF_CHARGE: Final[dict[type[ev.Event], SessionState]] = {
    ev.HandedOver: CONSENTED,
    ev.Taken: CONSENTED,
    ev.PutBack: CONSENTED,
}
"""Whoever was in charge sees nothing any more; consent stays."""
_ENDINGS: Final[dict[type[ev.Event], SessionState]] = {
    ev.TechnicianEnded: ENDED,
    ev.AdminEnded: ENDED,
    ev.TimeRanOut: ENDED,
}


def _stay(state: SessionState, *kinds: type[ev.Event]) -> dict[type[ev.Event], SessionState]:
    return dict.fromkeys(kinds, state)


TRANSITIONS: Final[dict[SessionState, dict[type[ev.Event], SessionState]]] = {
    WAITING: {
        ev.CodeIssued: WAITING,
        ev.CodeClaimed: JOINED,
        ev.EndUserStopped: ENDED,
        **_stay(WAITING, ev.ConsoleAttached, ev.ConsoleDetached, ev.BrokerRestarted),
        **_ENDINGS,
    },
    JOINED: {
        ev.ConsentGiven: CONSENTED,
        ev.ConsentDeclined: ENDED,
        ev.EndUserStopped: ENDED,
        ev.TrustBroken: ENDED,
        **_stay(JOINED, ev.ChatUsed, *_PRESENCE),
        **_ENDINGS,
    },
    CONSENTED: {
        ev.PeersConnected: CONNECTED,
        ev.EndUserStopped: ENDED,
        ev.TrustBroken: ENDED,
        **_stay(
            CONSENTED,
            ev.PeersFailed,
            ev.PauseChanged,
            ev.RightsChanged,
            ev.RightsRenewed,
            ev.ClipboardUsed,
            ev.FilePassed,
            *_COMPANY,
            ev.ChatUsed,
            *_PRESENCE,
        ),
        **_CHANGES_OF_CHARGE,
        **_ENDINGS,
    },
    CONNECTED: {
        ev.PeersLost: CONSENTED,
        ev.PeersConnected: CONNECTED,
        ev.EndUserStopped: ENDED,
        ev.TrustBroken: ENDED,
        **_stay(
            CONNECTED,
            ev.PeersFailed,
            ev.PauseChanged,
            ev.RightsChanged,
            ev.RightsRenewed,
            ev.ClipboardUsed,
            ev.FilePassed,
            *_COMPANY,
            ev.ChatUsed,
            *_PRESENCE,
        ),
        **_CHANGES_OF_CHARGE,
        **_ENDINGS,
    },
    ENDED: {},
}
"""state → kind of event → next state. What is not here is refused."""

LEGAL_MOVES: Final[frozenset[tuple[SessionState, SessionState]]] = frozenset(
    (state, following) for state, row in TRANSITIONS.items() for following in row.values()
)
"""Every pair of states the database accepts, staying included."""

ACTIVE: Final[tuple[SessionState, ...]] = tuple(state for state, row in TRANSITIONS.items() if row)


def ends(state: SessionState, event: ev.Event) -> bool:
    """Tell whether this event ends a session that is in this state."""
    return state is not ENDED and TRANSITIONS[state].get(type(event)) is ENDED


def next_state(state: SessionState, event: ev.Event) -> SessionState:
    """Give the state that follows; IllegalTransition when the table has none."""
    following = TRANSITIONS[state].get(type(event))
    if following is None:
        raise SessionOver if state is ENDED else IllegalTransition
    return following
