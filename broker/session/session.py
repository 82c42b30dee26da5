"""What an event does to a session, and what follows from it.

Sans-I/O: `handle` takes an event and the time and gives the new session and the effects. A session
is immutable, so nothing has happened until the service has stored what `handle` gave.
"""

from dataclasses import replace
from datetime import datetime
from functools import singledispatch

from broker.protocol.signaling import SessionEnded, TechnicianPresence
from broker.protocol.vocabulary import ActorKind, EndReason, SessionState
from broker.session import events as ev
from broker.session.capabilities import check_change, check_grant
from broker.session.company import (
    company_after,
    company_effects,
    company_knows,
    entry_effects,
    participant_of,
)
from broker.session.effects import Effect, PublishSnapshot, Record, TellClient, TellConsoles
from broker.session.facts import Session
from broker.session.lifecycle import next_state
from broker.session.participants import NOBODY_ELSE
from broker.session.records import audit_event

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
    record = Record(audit_event(session, changed, event, now))
    if following is SessionState.ENDED:  # a console that is shown the end hears nothing after it
        return changed, (record, *_last_words(session, event), PublishSnapshot())
    told = (*_client_effects(event), *entry_effects(session, event))
    return changed, (record, PublishSnapshot(), *told, *company_effects(session, changed))


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
            return company_knows(session, event)


@singledispatch
def _changed(event: ev.Event, session: Session, now: datetime) -> Session:
    return company_after(event, session, now)


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
    return replace(session, granted=check_change(event.granted, session.policy.allowed))


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
        participants=NOBODY_ELSE,
    )


def _end_reason(event: ev.Event) -> EndReason:
    match event:
        case ev.TimeRanOut(reason=reason):
            return reason
        case ev.ConsentDeclined(timed_out=timed_out):
            return EndReason.CONSENT_TIMEOUT if timed_out else EndReason.CONSENT_DECLINED
        case ev.EndUserStopped():
            return _stopped(event)
        case ev.AdminEnded():
            return EndReason.ADMIN_ENDED
        case ev.TrustBroken(breach=breach):
            return breach.end_reason
        case _:
            return EndReason.TECHNICIAN_ENDED


def _stopped(event: ev.EndUserStopped) -> EndReason:
    if event.actor.kind is ActorKind.JOIN_PAGE:
        return EndReason.JOIN_PAGE_STOPPED
    return EndReason.RIGHTS_LAPSED if event.lapsed else EndReason.END_USER_STOPPED


def _client_effects(event: ev.Event) -> tuple[Effect, ...]:
    match event:
        case ev.ConsoleAttached():
            return (TellClient(TechnicianPresence(present=True)),)
        case ev.ConsoleDetached() | ev.HandedOver() | ev.PutBack():
            return (TellClient(TechnicianPresence(present=False)),)
        case _:
            return ()


def _last_words(before: Session, event: ev.Event) -> tuple[Effect, ...]:
    """The consoles read the end reason from the snapshot; what it does not tell is said to both."""
    ended = SessionEnded(reason=_end_reason(event))
    match event:
        case ev.AdminEnded(explanation=str(explanation)):
            told = ended.model_copy(update={"explanation": explanation})
        case ev.TrustBroken(account_id=str(account_id)):
            told = ended.model_copy(update={"whose": participant_of(before, account_id)})
        case _:
            return (TellClient(ended),)
    return (TellClient(told), TellConsoles(told))
