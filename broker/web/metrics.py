"""Figures of the machine's side, as Prometheus reads them; the only importer of its library.

No label says anything of a person, and each has a fixed set of values: states, directions, uses,
kinds of feeds, templates of routes.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from broker import __version__
from broker.protocol.feeds import FeedView
from broker.protocol.vocabulary import SessionState
from broker.service.registry import Registry
from broker.service.relays import RelayUse

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
WRITE_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
REQUEST_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_LIVE: Final = tuple(one for one in SessionState if one is not SessionState.ENDED)
_NO_ROUTE: Final = "none"
_OTHER_METHOD: Final = "other"


class _Tally:
    """Counts what comes with each message, and tells Prometheus' counters when they are read."""

    __slots__ = ("_number", "_numbers", "_size", "_sizes")

    def __init__(self, numbers: Counter, sizes: Counter) -> None:
        self._numbers, self._sizes = numbers, sizes
        self._number = self._size = 0

    def count(self, size: int) -> None:
        """Count one of this size."""
        self._number += 1
        self._size += size

    def tell(self) -> None:
        """Put what came since the last time into the counters."""
        self._numbers.inc(self._number)
        self._sizes.inc(self._size)
        self._number = self._size = 0


class Metrics:
    """One broker's figures; counters begin at nought with its process."""

    def __init__(self) -> None:
        self._all = CollectorRegistry()
        ProcessCollector(registry=self._all)
        PlatformCollector(registry=self._all)
        GCCollector(registry=self._all)
        Info("handrail", "The broker", registry=self._all).info({"version": __version__})
        self._sessions = self._gauge("sessions", "Sessions that are not over", "state")
        self._sockets = self._gauge("sockets", "Websockets that are open", "side")
        self._codes = self._gauge("join_codes", "Join codes that would be accepted now")
        self._behind = self._gauge("feed_behind", "Records that a feed has still to send", "feed")
        self._failing = self._gauge("feed_failing", "Whether a feed fails (1)", "feed")
        self._log_failing = self._gauge("audit_failing", "Whether the audit log fails (1)")
        self._messages = self._counter("messages", "Signaling messages on websockets", "direction")
        self._message_bytes = self._counter(
            "message_bytes", "Characters of these messages", "direction"
        )
        self._tallies: list[_Tally] = []
        self.received, self.sent = (
            self._tally(self._messages.labels(way), self._message_bytes.labels(way))
            for way in ("in", "out")
        )
        """Told of each message that came or left, and its characters."""
        self._relayed = self._counter("relayed_frames", "Sealed frames passed on", "use")
        self._relayed_bytes = self._counter("relayed_bytes", "Bytes of these frames", "use")
        self._requests = self._counter(
            "http_requests", "HTTP requests that were answered", "method", "route", "status"
        )
        self._request_seconds = Histogram(
            "handrail_http_request_seconds",
            "Time to an answer, without websockets",
            buckets=REQUEST_SECONDS,
            registry=self._all,
        )
        self._appends = self._counter("audit_appends", "Records put on the audit log")
        self._append_seconds = Histogram(
            "handrail_audit_append_seconds",
            "Time to store records durably, with the wait for a turn",
            buckets=WRITE_SECONDS,
            registry=self._all,
        )

    def appended(self, records: int, seconds: float) -> None:
        """So many records were stored together."""
        self._appends.inc(records)
        self._append_seconds.observe(seconds)

    def relay_counter(self, use: RelayUse) -> Callable[[int], None]:
        """Give what counts a frame of so many bytes that was passed on."""
        return self._tally(self._relayed.labels(use.value), self._relayed_bytes.labels(use.value))

    def _tally(self, numbers: Counter, sizes: Counter) -> Callable[[int], None]:
        tally = _Tally(numbers, sizes)
        self._tallies.append(tally)
        return tally.count

    def read(self, registry: Registry, feeds: tuple[FeedView, ...]) -> bytes:
        """Give everything in Prometheus' text format, with what goes on now."""
        for tally in self._tallies:
            tally.tell()
        live = [one.state for one in registry.all_live()]
        for state in _LIVE:
            self._sessions.labels(state.value).set(live.count(state))
        for side, count in registry.sockets().items():
            self._sockets.labels(side).set(count)
        self._sockets.labels("relay").set(registry.relays.ends)
        self._codes.set(registry.live_codes())
        self._log_failing.set(registry.log_watch.problem is not None)
        for feed in feeds:
            self._behind.labels(feed.kind).set(feed.behind)
            self._failing.labels(feed.kind).set(feed.problem is not None)
        return generate_latest(self._all)

    @web.middleware
    async def measured(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count an answer by its route's template, never by its path."""
        began = perf_counter()
        response = await handler(request)
        resource = request.match_info.route.resource
        route = _NO_ROUTE if resource is None else resource.canonical
        method = request.method if request.method in hdrs.METH_ALL else _OTHER_METHOD
        self._requests.labels(method, route, response.status).inc()
        if not isinstance(response, web.WebSocketResponse):
            self._request_seconds.observe(perf_counter() - began)
        return response

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"handrail_{name}", about, labels, registry=self._all)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"handrail_{name}", about, labels, registry=self._all)
