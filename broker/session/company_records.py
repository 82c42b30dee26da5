"""What the audit log keeps of the events of several technicians: who it is about, and how. Pure."""

from broker.audit.event import DetailValue
from broker.protocol.connection import Way
from broker.session import events as ev
from broker.session.company import participant_of
from broker.session.facts import Session
from broker.session.participants import Entry


def company_details(event: ev.Event, before: Session) -> dict[str, DetailValue]:  # noqa: PLR0911
    """Give the details of an event of several technicians; none of any other."""
    match event:
        case ev.Invited() | ev.HandOverOffered():
            return _who(event.account_id, event.name)
        case ev.Arrived():
            return {**_who(event.account_id, event.name), "purpose": event.purpose.value}
        case ev.EntryRefused(timed_out=timed_out):
            return {**_asked(before), "timed_out": timed_out}
        case ev.Answered():
            return _asked(before)
        case ev.EntryClosed(closure=closure):
            return {**_known(before, event.account_id), "closure": closure.value}
        case ev.GuestLeft(departure=departure):
            return {**_known(before, event.account_id), "departure": departure.value}
        case ev.GuestConnected(peer_id=peer_id):
            whose = _known(before, event.account_id)
            return {**whose, "peer_id": peer_id, **way_details(event.way)}
        case ev.GuestDisconnected(peer_id=peer_id):
            return {**_known(before, event.account_id), "peer_id": peer_id}
        case ev.ControlPassed():
            return {**_known(before, event.account_id), "by_account": event.by}
        case ev.TrustBroken(account_id=str(account_id)):
            return _whose(before, account_id)
        case ev.PutBack():
            return _who(before.technician_id, before.technician_name)
        case _:
            return {}


def way_details(way: Way | None) -> dict[str, DetailValue]:
    """Say how two sides reach each other, where that is known."""
    return {} if way is None else {"peer_way": way.value}


def _who(account_id: str, name: str) -> dict[str, DetailValue]:
    return {"target_account": account_id, "target_name": name}


def _entry(entry: Entry) -> dict[str, DetailValue]:
    return {**_who(entry.account_id, entry.name), "purpose": entry.purpose.value}


def _whose(before: Session, account_id: str) -> dict[str, DetailValue]:
    """Name whom the support client told of: by the id alone when it is nobody here."""
    if participant_of(before, account_id) is None:
        return {"target_account": account_id}
    return _known(before, account_id)


def _asked(before: Session) -> dict[str, DetailValue]:
    asking = before.participants.asking
    return {} if asking is None else _entry(asking)


def _known(before: Session, account_id: str) -> dict[str, DetailValue]:
    """Name whom an event is about, from what they were before it."""
    entries = before.participants.of(account_id)
    if entries:
        return _entry(entries[-1])
    return _who(before.technician_id, before.technician_name)
