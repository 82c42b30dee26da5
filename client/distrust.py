""" "I don't trust this": what is told of it, and how far that is. Pure.

The session ends here at once, whatever the network does; that it was reported is told to the broker
by itself, as often as the end user wants to try.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from broker.protocol.reports import MAX_REPORT_NOTE, ReportSession
from client import effects as do
from client import events as on


class ReportStage(StrEnum):
    """How far a report is."""

    SENDING = "sending"
    TOLD = "told"
    NOTED = "noted"
    """Told, and with the end user's sentence."""
    FAILED = "failed"
    """It could not be told; it may be tried again."""


class Facts(Protocol):
    """What is known of the session."""

    @property
    def request(self) -> Any:
        """Who asked for what (`client.situation.Request`)."""

    @property
    def report(self) -> ReportStage | None:
        """How far the report is; None: the session is not reported."""


@dataclass
class Distrust:
    """The report of one session after another; `change` replaces fields of the situation."""

    facts: Callable[[], Facts]
    change: Callable[..., None]
    _token: str = ""
    _note: str | None = None

    @property
    def handlers(self) -> dict[type[Any], Callable[[Any], list[do.Effect]]]:
        """What is done about each event once the session is over."""
        return {
            on.ReportWritten: self._written,
            on.ReportTried: self._tried,
            on.ReportSettled: self._settled,
        }

    def begin(self, token: str) -> None:
        """Begin a session that can be reported with this token."""
        self._token, self._note = token, None

    def report(self) -> list[do.Effect]:
        """Tell the broker, with the sentence if there is one."""
        self.change(report=ReportStage.SENDING)
        body = ReportSession(
            session_id=self.facts().request.session_id,
            token=self._token,
            note=self._note,
        )
        return [do.Report(body)]

    def _written(self, event: on.ReportWritten) -> list[do.Effect]:
        note = event.text.strip()[:MAX_REPORT_NOTE].strip()
        if not note or self.facts().report is not ReportStage.TOLD:
            return []
        self._note = note
        return self.report()

    def _tried(self, _: on.ReportTried) -> list[do.Effect]:
        return self.report() if self.facts().report is ReportStage.FAILED else []

    def _settled(self, event: on.ReportSettled) -> list[do.Effect]:
        if self.facts().report is not ReportStage.SENDING:
            return []
        done = ReportStage.NOTED if self._note else ReportStage.TOLD
        self.change(report=done if event.told else ReportStage.FAILED)
        return []
