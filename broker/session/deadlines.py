"""When time runs out for a session: derived from its facts, so that no timer can be forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.audit.event import BROKER
from broker.protocol.participants import ENTRY_TIMEOUT_S, EntryClosure, EntryStage
from broker.protocol.vocabulary import CONSENT_TIMEOUT_S, EndReason, SessionState
from broker.session import events as ev
from broker.session.facts import Session
from broker.session.participants import Entry


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds."""

    code_life_s: int = 600
    consent_s: int = CONSENT_TIMEOUT_S + 15
    """The client enforces 60 s itself; the broker only clears up after one that did not."""
    client_return_before_consent_s: int = 30
    client_return_s: int = 120
    technician_return_s: int = 1800
    session_s: int = 8 * 3600
    offer_s: int = 600
    """How long an invitation or a hand-over waits to be taken up."""
    entry_s: int = ENTRY_TIMEOUT_S + 15
    """As with consent: the client enforces 60 s itself."""
    queue_s: int = 1800
    """How long a session waits in the queue for another technician."""


def next_moment(session: Session, limits: Limits) -> tuple[datetime, ev.Event] | None:
    """Give the moment at which something happens by itself if nothing else does, and what."""
    end = next_deadline(session, limits)
    ends = [] if end is None else [(end[0], ev.TimeRanOut(BROKER, end[1]))]
    moments: list[tuple[datetime, ev.Event]] = [*ends, *_closings(session, limits)]
    return min(moments, key=lambda moment: moment[0], default=None)


def _closings(session: Session, limits: Limits) -> list[tuple[datetime, ev.Event]]:
    return [_closing(entry, limits) for entry in session.participants.open]


def _closing(entry: Entry, limits: Limits) -> tuple[datetime, ev.Event]:
    if entry.stage is EntryStage.ASKING:
        refused = ev.EntryRefused(BROKER, entry.number, timed_out=True)
        return entry.since + timedelta(seconds=limits.entry_s), refused
    closed = ev.EntryClosed(BROKER, entry.account_id, EntryClosure.EXPIRED)
    return entry.since + timedelta(seconds=limits.offer_s), closed


def next_deadline(session: Session, limits: Limits) -> tuple[datetime, EndReason] | None:
    """Give the moment at which this session ends by itself if nothing happens, and why."""
    candidates = [
        (start + timedelta(seconds=seconds), reason)
        for start, seconds, reason in _deadlines(session, limits)
        if start is not None
    ]
    return min(candidates, default=None)


def _deadlines(session: Session, limits: Limits) -> list[tuple[datetime | None, int, EndReason]]:
    whole = (session.created_at, limits.session_s, EndReason.SESSION_TIME_LIMIT)
    queued = session.participants.queued_since
    technician = (
        queued or session.console_absent_since,
        limits.queue_s if queued else limits.technician_return_s,
        EndReason.TECHNICIAN_LOST,
    )
    away = session.client_absent_since
    match session.state:
        case SessionState.WAITING:
            return [whole, (session.code_expires_at, 0, EndReason.CODE_EXPIRED)]
        case SessionState.JOINED:
            return [
                whole,
                technician,
                (session.joined_at, limits.consent_s, EndReason.CONSENT_TIMEOUT),
                (away, limits.client_return_before_consent_s, EndReason.END_USER_LOST),
            ]
        case SessionState.CONSENTED | SessionState.CONNECTED:
            return [whole, technician, (away, limits.client_return_s, EndReason.END_USER_LOST)]
        case _:
            return []
