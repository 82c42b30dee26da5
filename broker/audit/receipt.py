"""What of a session's records the end user may know: the contents of their receipt. Pure.

What is named here is told, and nothing else: no address, no account, no note, no report, nothing
that was refused to others.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from broker.audit.chain import SealedEvent
from broker.audit.event import AuditEvent
from broker.protocol.receipts import MAX_STEPS, ReceiptStep, step_value
from broker.protocol.vocabulary import ActorKind

ENDED: Final = "session.ended"
JOINED: Final = "session.joined"
COUNTERSIGNED: Final = "session.countersigned"
KEY: Final = "receipt_key"

TOLD: Final[dict[str, frozenset[str]]] = {
    "session.created": frozenset({"capabilities"}),
    JOINED: frozenset({"machine", "operating_system", "client_version", KEY}),
    "session.consent_given": frozenset({"capabilities", "consent_source"}),
    "session.consent_declined": frozenset(),
    "session.rights_changed": frozenset({"rights_change", "capability", "reason", "lease_minutes"}),
    "session.rights_renewed": frozenset({"renewal"}),
    "session.connected": frozenset({"peer_way"}),
    "session.connection_lost": frozenset(),
    "session.pause_changed": frozenset({"paused"}),
    "session.clipboard_used": frozenset({"direction", "transfers", "characters"}),
    "session.file": frozenset(
        {"direction", "file_name", "bytes", "file_result", "problem", "sha256"}
    ),
    "session.guest_joined": frozenset({"target_name"}),
    "session.guest_left": frozenset({"target_name"}),
    "session.handed_over": frozenset({"target_name"}),
    "session.taken": frozenset({"target_name"}),
    "session.put_back": frozenset(),
    "session.control_passed": frozenset({"target_name"}),
    "session.chat_used": frozenset({"technician_lines", "end_user_lines"}),
    ENDED: frozenset({"end_reason", "trust_breach"}),
}
"""The actions that are told, each with its details."""

_NAMED: Final = frozenset({ActorKind.TECHNICIAN, ActorKind.ADMIN})


def end_of(records: Iterable[SealedEvent]) -> SealedEvent | None:
    """Give the record of a session's end, which its receipt is about."""
    return next((one for one in records if one.event.action == ENDED), None)


def receipt_key(records: Iterable[SealedEvent]) -> str | None:
    """Give the public key that the support client joined with."""
    joined = next((one.event for one in records if one.event.action == JOINED), None)
    key = joined.details.get(KEY) if joined else None
    return key if isinstance(key, str) else None


def machine_of(records: Iterable[SealedEvent]) -> str | None:
    """Give the name of the end user's computer."""
    joined = next((one.event for one in records if one.event.action == JOINED), None)
    machine = joined.details.get("machine") if joined else None
    return machine if isinstance(machine, str) else None


def steps_of(records: Sequence[SealedEvent]) -> tuple[tuple[ReceiptStep, ...], int]:
    """Give what happened up to the session's end, and how much of the middle is left out."""
    steps = []
    for sealed in records:
        if sealed.event.action in TOLD:
            steps.append(_step(sealed.event))
        if sealed.event.action == ENDED:
            break
    left_out = max(0, len(steps) - MAX_STEPS)
    if left_out:
        half = MAX_STEPS // 2
        steps = steps[:half] + steps[half + left_out :]
    return tuple(steps), left_out


def _step(event: AuditEvent) -> ReceiptStep:
    told = TOLD[event.action]
    details: dict[str, Any] = {
        name: step_value(value)
        for name, value in event.details.items()
        if name in told and name != KEY
    }
    name = event.actor.name if event.actor.kind in _NAMED else None
    return ReceiptStep(
        at=event.recorded_at, action=event.action, by=event.actor.kind, name=name, details=details
    )
