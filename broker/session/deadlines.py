"""When time runs out for a session: derived from its facts, so that no timer can be forgotten."""

from datetime import datetime, timedelta

from broker.audit.event import BROKER
from broker.protocol.participants import EntryClosure, EntryStage
from broker.protocol.vocabulary import EndReason, SessionState
from broker.session import events as ev
from broker.session.facts import Session
from broker.session.limits import Limits
from broker.session.participants import Entry


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
