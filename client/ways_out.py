"""Which ways out of this network were tried in a session, and who is told of them. Pure."""

from collections.abc import Callable
from typing import Any

from broker.protocol.signaling import IceServer
from client import effects as do
from client import events as on
from client.situation import Situation
from client.trials import summary


class WaysOut:
    """`change` replaces fields of the situation."""

    def __init__(
        self,
        facts: Callable[[], Situation],
        change: Callable[..., None],
        ice_servers: Callable[[], tuple[IceServer, ...]],
    ) -> None:
        self._facts = facts
        self._update = change
        self._ice_servers = ice_servers
        self.handlers: dict[type[Any], Callable[[Any], list[do.Effect]]] = {
            on.WaysTried: self._ways_tried,
            on.ConnectionTold: self._connection_told,
        }

    def try_all(self) -> list[do.Effect]:
        """Try them anew whenever the broker was away: the network may be another."""
        servers = self._ice_servers()
        return [do.TryWays(servers)] if servers else []

    def _ways_tried(self, event: on.WaysTried) -> list[do.Effect]:
        self._update(trials=event.trials)
        return self.tell()

    def tell(self) -> list[do.Effect]:
        """Tell the technician what was found, if anything was."""
        trials = self._facts().trials
        return [do.Send(summary(trials))] if trials else []

    def _connection_told(self, event: on.ConnectionTold) -> list[do.Effect]:
        self._update(told=event.message)
        return []
