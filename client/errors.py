"""Errors of the support client, split by whose fault they are.

```
ClientError
├── PlatformUnavailable   this machine cannot show or control its desktop
│   ├── ScreenLost        the picture went away while it was shared
│   │   ├── DisplayGone   its display server did
│   │   └── NoMonitor     there is no monitor any more
│   └── InputLost         keys and pointer cannot be injected now
├── AlreadyRunning        another support client shares this desktop
├── SignalingLost         the broker cannot be reached
└── NegotiationFailed     the console's offer cannot be answered
```
"""

from broker.protocol.channels import ScreenProblem


class ClientError(Exception):
    """Base of all errors the support client raises on purpose."""


class PlatformUnavailable(ClientError):
    """This desktop cannot be shared; the text says why, for the person at it."""

    problem: ScreenProblem = ScreenProblem.UNSUPPORTED
    """The same for the technician."""


class ScreenLost(PlatformUnavailable):
    """The screen cannot be read now, though it could before."""

    problem = ScreenProblem.UNREADABLE


class DisplayGone(ScreenLost):
    """The display server went away, or does not answer."""

    problem = ScreenProblem.DISPLAY_GONE


class NoMonitor(ScreenLost):
    """No monitor is connected."""

    problem = ScreenProblem.NO_MONITOR


class InputLost(PlatformUnavailable):
    """Keys and pointer cannot be injected now."""


class AlreadyRunning(ClientError):
    """Another support client of this person runs on this desktop."""


class SignalingLost(ClientError):
    """The websocket to the broker broke or could not be opened."""


class NegotiationFailed(ClientError):
    """The console's offer cannot be answered."""
