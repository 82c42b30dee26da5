"""What the events of several technicians do to a session, and who is told or sent away. Pure."""

from dataclasses import replace
from datetime import datetime
from functools import singledispatch
from typing import Final

from broker.errors import IllegalTransition
from broker.protocol.participants import (
    EntryAsk,
    EntryOutcome,
    EntryOver,
    EntryPurpose,
    Participant,
    SessionParticipants,
)
from broker.protocol.verified import known_account
from broker.session import events as ev
from broker.session.effects import Dismiss, Effect, TellClient, TellConsoles
from broker.session.facts import Session
from broker.session.participants import Entry, Participants

_ANSWERED_BY: Final[dict[EntryPurpose, type[ev.Answered]]] = {
    EntryPurpose.GUEST: ev.GuestAdmitted,
    EntryPurpose.LEAD: ev.GuestAdmitted,
    EntryPurpose.HAND_OVER: ev.HandedOver,
    EntryPurpose.QUEUE: ev.Taken,
    EntryPurpose.TAKE_OVER: ev.HandedOver,
}

LATE: Final = "This is not the question that is open."


def yes_to(entry: Entry) -> type[ev.Answered]:
    """Say what happened when the end user let in who is at the door."""
    return _ANSWERED_BY[entry.purpose]


@singledispatch
def company_after(event: ev.Event, session: Session, now: datetime) -> Session:  # noqa: ARG001
    """Give the session after an event of several technicians; any other changes nothing.

    Raises IllegalTransition and NotFound.
    """
    return session


def _with(session: Session, participants: Participants) -> Session:
    return replace(session, participants=participants)


@company_after.register
def _(event: ev.Invited, session: Session, now: datetime) -> Session:
    by = event.actor.name
    return _with(session, session.participants.invited(event.account_id, event.name, by, now))


@company_after.register
def _(event: ev.HandOverOffered, session: Session, now: datetime) -> Session:
    by = event.actor.name
    return _with(session, session.participants.offered(event.account_id, event.name, by, now))


@company_after.register
def _(event: ev.Arrived, session: Session, now: datetime) -> Session:
    who, number = (event.account_id, event.name), session.version + 1
    arrived = session.participants.arrived(
        *who,
        event.purpose,
        number,
        now,
        may_control=event.may_control,
        account_since=event.account_since,
    )
    return _with(session, arrived)


@company_after.register
def _(event: ev.GuestAdmitted, session: Session, now: datetime) -> Session:
    _asked(session, event)
    return _with(session, session.participants.let_in(now))


@company_after.register
def _(event: ev.HandedOver, session: Session, now: datetime) -> Session:
    new = _asked(session, event)
    return replace(
        session,
        technician_id=new.account_id,
        technician_name=new.name,
        participants=session.participants.let_in(now),
        peer_id=None,
        console_absent_since=now,
    )


@company_after.register
def _(event: ev.EntryRefused, session: Session, now: datetime) -> Session:  # noqa: ARG001
    _asked(session, event)
    return _with(session, session.participants.refused())


@company_after.register
def _(event: ev.EntryClosed, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return _with(session, session.participants.closed(event.account_id))


@company_after.register
def _(event: ev.GuestLeft, session: Session, now: datetime) -> Session:  # noqa: ARG001
    return _with(session, session.participants.gone(event.account_id))


@company_after.register
def _(event: ev.ControlPassed, session: Session, now: datetime) -> Session:  # noqa: ARG001
    guest = None if event.account_id == session.in_charge_id else event.account_id
    return _with(session, session.participants.controlled_by(guest))


@company_after.register
def _(event: ev.PutBack, session: Session, now: datetime) -> Session:  # noqa: ARG001
    put_back = session.participants.put_back(now)
    return replace(session, participants=put_back, peer_id=None, console_absent_since=None)


def _asked(session: Session, event: ev.Answered) -> Entry:
    """Find whom an answer is about. IllegalTransition when it is not about the open question."""
    asking = session.participants.asking
    if asking is None or asking.number != event.number:
        raise IllegalTransition(LATE)
    if isinstance(event, ev.EntryRefused) or type(event) is yes_to(asking):
        return asking
    raise IllegalTransition(LATE)


def company_knows(session: Session, event: ev.Event) -> bool:
    """Whether an event tells nothing new of who takes part."""
    match event:
        case ev.ConsoleAttached(actor=actor) | ev.ConsoleDetached(actor=actor):
            return actor.account_id not in (None, session.in_charge_id)
        case ev.ControlPassed(account_id=account_id):
            return session.is_agreed and account_id == session.controller_id
        case _:
            return False


# ---- who is told, and who is sent away


def may_attach(session: Session) -> frozenset[str]:
    """The accounts whose consoles may show this session now."""
    coming = (*session.participants.admitted, session.participants.asking)
    accounts = frozenset(one.account_id for one in coming if one is not None)
    in_charge = session.in_charge_id
    return accounts if in_charge is None else accounts | {in_charge}


def attends(session: Session, account_id: str) -> bool:
    """Tell whether this account's console may show the session now."""
    return account_id == session.in_charge_id or account_id in may_attach(session)


def who_takes_part(session: Session) -> SessionParticipants:
    """Tell the support client of everybody, and of the question that is open."""
    asking = session.participants.asking
    in_charge = Participant(account_id=session.technician_id, name=session.technician_name)
    return SessionParticipants(
        in_charge=in_charge if session.in_charge_id else None,
        guests=tuple(map(_participant, session.participants.admitted)),
        ask=None if asking is None else _ask(asking),
    )


def participant_of(session: Session, account_id: str) -> Participant | None:
    """Name an account that is in this session or on its way in."""
    entries = session.participants.of(account_id)
    if entries:
        return _participant(entries[-1])
    if account_id != session.technician_id:
        return None
    return Participant(account_id=account_id, name=session.technician_name)


def company_effects(before: Session, after: Session) -> tuple[Effect, ...]:
    """Tell the support client what changed, and send away whose consoles may not stay."""
    if not after.is_agreed or _company(before) == _company(after):
        return ()
    gone = sorted(may_attach(before) - may_attach(after))
    return (TellClient(who_takes_part(after)), *map(Dismiss, gone))


def entry_effects(before: Session, event: ev.Event) -> tuple[Effect, ...]:
    """Tell the consoles why somebody does not come in."""
    match event:
        case ev.EntryRefused(timed_out=timed_out):
            entry = _asked(before, event)
            outcome = EntryOutcome.TIMED_OUT if timed_out else EntryOutcome.REFUSED
        case ev.EntryClosed(account_id=account_id, closure=closure):
            entry = next(one for one in before.participants.open if one.account_id == account_id)
            outcome = EntryOutcome(closure.value)
        case _:
            return ()
    return (TellConsoles(EntryOver(participant=_participant(entry), outcome=outcome)),)


def _company(session: Session) -> tuple[str, Participants]:
    return session.technician_id, session.participants


def _participant(entry: Entry) -> Participant:
    return Participant(account_id=entry.account_id, name=entry.name)


def _ask(entry: Entry) -> EntryAsk:
    """Make the question; it is over before the days that it says could be others."""
    since = entry.account_since
    return EntryAsk(
        number=entry.number,
        participant=_participant(entry),
        purpose=entry.purpose,
        by=entry.by,
        account=None if since is None else known_account(since, entry.since),
        may_control=entry.may_control,
    )
