"""One session: its facts, what an event does to them, and when time runs out for it.

Sans-I/O: `handle` takes an event and the time and gives the new session and the effects. A session
is immutable, so nothing has happened until the service has stored what `handle` gave.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import singledispatch
from typing import Final

from broker.audit.event import AuditEvent, DetailValue
from broker.protocol.files import FileReport
from broker.protocol.signaling import SessionEnded, TechnicianPresence
from broker.protocol.vocabulary import (
    CONSENT_TIMEOUT_S,
    Capability,
    ConsentSource,
    EndReason,
    SessionState,
)
from broker.session import events as ev
from broker.session.capabilities import check_change, check_grant
from broker.session.effects import Effect, PublishSnapshot, Record, TellClient
from broker.session.lifecycle import next_state


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


@dataclass(frozen=True, slots=True)
class Session:
    """The facts of one session. Times are UTC."""

    session_id: str
    ticket_id: str
    technician_id: str
    technician_name: str
    requested: tuple[Capability, ...]
    created_at: datetime
    code_expires_at: datetime | None
    code_hash: str | None
    """HMAC of the live join code; gone once claimed or ended."""
    resume_hash: str | None = None
    """HMAC of the support client's resume token; gone once ended."""
    state: SessionState = SessionState.WAITING
    granted: tuple[Capability, ...] = ()
    consent_source: ConsentSource | None = None
    paused: bool = False
    machine: str | None = None
    peer_id: str | None = None
    client_absent_since: datetime | None = None
    console_absent_since: datetime | None = None
    joined_at: datetime | None = None
    consented_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: EndReason | None = None
    version: int = 1
    """Goes up by one with every change, so that two writers cannot both win."""

    @property
    def client_present(self) -> bool:
        """Whether a support client is attached to the broker now."""
        started = self.joined_at is not None and self.state is not SessionState.ENDED
        return started and self.client_absent_since is None


Step = tuple[Session, tuple[Effect, ...]]


def handle(session: Session, event: ev.Event, now: datetime) -> Step:
    """Apply an event: the new session, and exactly one Record among the effects.

    An event that tells nothing new (a peer connection already known or long replaced) changes
    nothing and gives no effects. Raises IllegalTransition and ProtocolViolation.
    """
    if _is_stale(session, event):
        return session, ()
    following = next_state(session.state, event)
    changed = replace(_changed(event, session, now), state=following, version=session.version + 1)
    if following is SessionState.ENDED:
        changed = _ended(changed, event, now)
    record = Record(_audit_event(session, changed, event, now))
    return changed, (record, PublishSnapshot(), *_client_effects(changed, event))


def opened(session: Session, event: ev.Event, now: datetime) -> Record:
    """Give the audit record of a session's creation."""
    details: dict[str, DetailValue] = {"capabilities": session.requested}
    return Record(
        AuditEvent(
            now,
            CREATED,
            event.actor,
            session_id=session.session_id,
            ticket_id=session.ticket_id,
            details=details,
        )
    )


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
    technician = (
        session.console_absent_since,
        limits.technician_return_s,
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


def _is_stale(session: Session, event: ev.Event) -> bool:
    """Both sides report their peer connection, and reports of an old one may come late."""
    connected = session.state is SessionState.CONNECTED
    match event:
        case ev.PeersConnected(peer_id=peer_id):
            return connected and peer_id == session.peer_id
        case ev.PeersLost(peer_id=peer_id):
            active = connected or session.state is SessionState.CONSENTED
            return active and not (connected and peer_id == session.peer_id)
        case ev.PauseChanged(paused=paused):
            return paused == session.paused
        case ev.RightsChanged():
            agreed = session.consented_at is not None and session.end_reason is None
            return agreed and not event.tells_more and event.granted == session.granted
        case _:
            return False


@singledispatch
def _changed(event: ev.Event, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return session


@_changed.register
def _(event: ev.CodeIssued, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return replace(session, code_hash=event.code_hash, code_expires_at=event.expires_at)


@_changed.register
def _(event: ev.CodeClaimed, session: Session, now: datetime) -> Session:
    return replace(
        session,
        code_hash=None,
        code_expires_at=None,
        resume_hash=event.resume_hash,
        machine=event.machine,
        joined_at=now,
        client_absent_since=None,
    )


@_changed.register
def _(event: ev.ConsentGiven, session: Session, now: datetime) -> Session:
    granted = check_grant(session.requested, event.capabilities)
    return replace(session, granted=granted, consent_source=event.source, consented_at=now)


@_changed.register
def _(event: ev.RightsChanged, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return replace(session, granted=check_change(event.granted))


@_changed.register
def _(event: ev.PeersConnected, session: Session, now: datetime) -> Session:
    return replace(session, peer_id=event.peer_id, connected_at=session.connected_at or now)


@_changed.register
def _(event: ev.PeersLost, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return replace(session, peer_id=None)


@_changed.register
def _(event: ev.PauseChanged, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return replace(session, paused=event.paused)


@_changed.register(ev.ClientAttached)
def _(event: ev.Event, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return replace(session, client_absent_since=None)


@_changed.register(ev.ClientDetached)
def _(event: ev.Event, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return replace(session, client_absent_since=now)


@_changed.register(ev.ConsoleAttached)
def _(event: ev.Event, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return replace(session, console_absent_since=None)


@_changed.register(ev.ConsoleDetached)
def _(event: ev.Event, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return replace(session, console_absent_since=now)


@_changed.register(ev.BrokerRestarted)
def _(event: ev.Event, session: Session, now: datetime) -> Session:  # noqa: ARG001
    absent = now if session.joined_at else None
    return replace(session, client_absent_since=absent, console_absent_since=now)


def _ended(session: Session, event: ev.Event, now: datetime) -> Session:
    return replace(
        session,
        ended_at=now,
        end_reason=_end_reason(event),
        code_hash=None,
        code_expires_at=None,
        resume_hash=None,
        paused=False,
        peer_id=None,
    )


def _end_reason(event: ev.Event) -> EndReason:
    match event:
        case ev.TimeRanOut(reason=reason):
            return reason
        case ev.ConsentDeclined(timed_out=timed_out):
            return EndReason.CONSENT_TIMEOUT if timed_out else EndReason.CONSENT_DECLINED
        case ev.EndUserStopped():
            return EndReason.END_USER_STOPPED
        case ev.AdminEnded():
            return EndReason.ADMIN_ENDED
        case _:
            return EndReason.TECHNICIAN_ENDED


CREATED: Final = "session.created"
"""The name of a session's first event, which no other event follows from."""

ACTIONS: dict[type[ev.Event], str] = {
    ev.CodeIssued: "session.code_issued",
    ev.CodeClaimed: "session.joined",
    ev.ConsentGiven: "session.consent_given",
    ev.ConsentDeclined: "session.consent_declined",
    ev.RightsChanged: "session.rights_changed",
    ev.PeersConnected: "session.connected",
    ev.PeersLost: "session.connection_lost",
    ev.PeersFailed: "session.connection_failed",
    ev.PauseChanged: "session.pause_changed",
    ev.ClipboardUsed: "session.clipboard_used",
    ev.FilePassed: "session.file",
    ev.ClientAttached: "session.client_attached",
    ev.ClientDetached: "session.client_detached",
    ev.ConsoleAttached: "session.console_attached",
    ev.ConsoleDetached: "session.console_detached",
    ev.BrokerRestarted: "session.broker_restarted",
    ev.TechnicianEnded: "session.ended",
    ev.AdminEnded: "session.ended",
    ev.EndUserStopped: "session.ended",
    ev.TimeRanOut: "session.ended",
}
"""The name of each event in the audit log."""


def _audit_event(before: Session, after: Session, event: ev.Event, now: datetime) -> AuditEvent:
    details: dict[str, DetailValue] = {
        "from_state": before.state.value,
        "to_state": after.state.value,
        **_details(event, after),
    }
    return AuditEvent(
        now,
        ACTIONS[type(event)],
        event.actor,
        session_id=after.session_id,
        ticket_id=after.ticket_id,
        details=details,
    )


def _details(  # noqa: PLR0911 - one line per kind of event
    event: ev.Event, after: Session
) -> dict[str, DetailValue]:
    match event:
        case _ if after.end_reason is not None:
            return {"end_reason": after.end_reason.value}
        case ev.CodeClaimed():
            return {
                "machine": event.machine,
                "operating_system": event.operating_system,
                "client_version": event.client_version,
            }
        case ev.ConsentGiven():
            return {"capabilities": after.granted, "consent_source": event.source.value}
        case ev.RightsChanged():
            return _rights_details(event, after)
        case ev.PeersConnected() | ev.PeersLost():
            return {"peer_id": event.peer_id}
        case ev.PeersFailed():
            return {"peer_id": event.peer_id, "peer_failure": event.reason.value}
        case ev.PauseChanged():
            return {"paused": event.paused}
        case ev.ClipboardUsed():
            return {
                "direction": event.direction.value,
                "transfers": event.transfers,
                "characters": event.characters,
                "bytes": event.size_bytes,
            }
        case ev.FilePassed(file=file):
            return _file_details(file)
        case _:
            return {}


def _file_details(file: FileReport) -> dict[str, DetailValue]:
    known = {"problem": file.problem and file.problem.value, "sha256": file.sha256}
    return {
        "direction": file.direction.value,
        "file_name": file.name,
        "bytes": file.size_bytes,
        "file_result": file.result.value,
        **{name: value for name, value in known.items() if value is not None},
    }


def _rights_details(event: ev.RightsChanged, after: Session) -> dict[str, DetailValue]:
    asked = {"reason": event.reason} if event.reason is not None else {}
    lease = {"lease_minutes": event.minutes} if event.minutes is not None else {}
    return {
        "rights_change": event.change.value,
        "capability": event.capability.value,
        "capabilities": after.granted,
        **asked,
        **lease,
    }


def _client_effects(after: Session, event: ev.Event) -> tuple[TellClient, ...]:
    if after.end_reason is not None:
        return (TellClient(SessionEnded(reason=after.end_reason)),)
    match event:
        case ev.ConsoleAttached():
            return (TellClient(TechnicianPresence(present=True)),)
        case ev.ConsoleDetached():
            return (TellClient(TechnicianPresence(present=False)),)
        case _:
            return ()
