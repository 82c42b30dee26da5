"""Who takes part in a session beside the technician in charge, told again from its records. Pure.

The rules are those that made the records: `broker.session.participants`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from broker.audit.chain import SealedEvent
from broker.audit.event import AuditEvent
from broker.errors import IllegalTransition, NotFound
from broker.protocol.participants import EntryPurpose
from broker.protocol.vocabulary import SessionState
from broker.session.participants import NOBODY_ELSE, Entry, Participants

_PUT_BACK: Final = "session.put_back"


def _invited(before: Participants, event: AuditEvent) -> Participants:
    return before.invited(*_who(event), event.actor.name, event.recorded_at)


def _offered(before: Participants, event: AuditEvent) -> Participants:
    return before.offered(*_who(event), event.actor.name, event.recorded_at)


def _arrived(before: Participants, event: AuditEvent) -> Participants:
    purpose = EntryPurpose(str(event.details["purpose"]))
    return before.arrived(*_who(event), purpose, 0, event.recorded_at)


def _let_in(before: Participants, event: AuditEvent) -> Participants:
    return before.let_in(event.recorded_at)


def _refused(before: Participants, event: AuditEvent) -> Participants:  # noqa: ARG001
    return before.refused()


def _closed(before: Participants, event: AuditEvent) -> Participants:
    return before.closed(_who(event)[0])


def _left(before: Participants, event: AuditEvent) -> Participants:
    return before.gone(_who(event)[0])


def _control_passed(before: Participants, event: AuditEvent) -> Participants:
    """Whoever has control and is no guest is in charge."""
    account_id = _who(event)[0]
    return before.controlled_by(account_id if before.is_guest(account_id) else None)


_STEPS: Final[dict[str, Callable[[Participants, AuditEvent], Participants]]] = {
    "session.invited": _invited,
    "session.hand_over_offered": _offered,
    "session.arrived": _arrived,
    "session.guest_joined": _let_in,
    "session.handed_over": _let_in,
    "session.taken": _let_in,
    "session.entry_refused": _refused,
    "session.entry_closed": _closed,
    "session.guest_left": _left,
    "session.control_passed": _control_passed,
}

COMPANY: Final = (*_STEPS, _PUT_BACK)
"""The records that change who takes part; the end of a session does, too."""


def company_after(before: Any, record: SealedEvent) -> Participants | None:
    """Give who takes part after a record of a session's own life; None when it is not known.

    So it is from an erased record on, until the session goes to the queue or ends.
    """
    event = record.event
    if event.details["to_state"] == SessionState.ENDED:
        return NOBODY_ELSE
    if event.action == _PUT_BACK:
        return Participants(queued_since=event.recorded_at)
    if event.action not in _STEPS:
        return before if isinstance(before, Participants) else None
    if record.erased or not isinstance(before, Participants):
        return None
    try:
        return _STEPS[event.action](before, event)
    except (IllegalTransition, NotFound, KeyError, ValueError):
        return None


def as_recorded(participants: Participants) -> Participants:
    """Give the participants without what no record tells."""
    hand_over = participants.hand_over
    return replace(
        participants,
        guests=tuple(map(_as_recorded, participants.guests)),
        hand_over=None if hand_over is None else _as_recorded(hand_over),
    )


def _as_recorded(entry: Entry) -> Entry:
    return replace(entry, number=0, may_control=True, account_since=None)


def _who(event: AuditEvent) -> tuple[str, str]:
    return str(event.details["target_account"]), str(event.details["target_name"])
