"""Which events tell of something that has happened already when the broker hears of it. Pure.

The others ask for something: what cannot be stored is refused, and whoever asked tries again. These
cannot be refused any more, so they wait until they can be stored.
"""

from typing import Final

from broker.session import events as ev

HAPPENED: Final[frozenset[type[ev.Event]]] = frozenset(
    {
        ev.ConsentGiven,
        ev.ConsentDeclined,
        ev.RightsChanged,
        ev.RightsRenewed,
        ev.PeersConnected,
        ev.PeersLost,
        ev.PeersFailed,
        ev.PauseChanged,
        ev.ClipboardUsed,
        ev.FilePassed,
        ev.EntryRefused,
        ev.EntryClosed,
        ev.GuestLeft,
        ev.GuestConnected,
        ev.GuestDisconnected,
        ev.ControlPassed,
        ev.ChatUsed,
        ev.ClientDetached,
        ev.ConsoleDetached,
        ev.EndUserStopped,
        ev.TrustBroken,
        ev.TimeRanOut,
    }
)
"""What people did at their own computer, what their computers saw, and what time brought."""
