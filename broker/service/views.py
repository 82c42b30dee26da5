"""Sessions and audit events as the wire shows them."""

from broker.audit.chain import SealedEvent
from broker.protocol.participants import EntryView
from broker.protocol.rest import AuditEventView, SessionView
from broker.session.facts import Session
from broker.session.participants import Entry


def session_view(session: Session) -> SessionView:
    """Show a session to whoever may read it: everything but its secrets."""
    hand_over = session.participants.hand_over
    return SessionView(
        session_id=session.session_id,
        ticket_id=session.ticket_id,
        technician_id=session.technician_id,
        technician_name=session.technician_name,
        state=session.state,
        requested=session.requested,
        granted=session.granted,
        consent_source=session.consent_source,
        paused=session.paused,
        client_present=session.client_present,
        machine=session.machine,
        created_at=session.created_at,
        code_expires_at=session.code_expires_at,
        joined_at=session.joined_at,
        consented_at=session.consented_at,
        connected_at=session.connected_at,
        ended_at=session.ended_at,
        end_reason=session.end_reason,
        guests=tuple(map(entry_view, session.participants.guests)),
        hand_over=None if hand_over is None else entry_view(hand_over),
        controller_id=session.controller_id,
        queued_since=session.participants.queued_since,
    )


def entry_view(entry: Entry) -> EntryView:
    """Show somebody who is in a session or on their way in."""
    return EntryView(
        account_id=entry.account_id,
        name=entry.name,
        purpose=entry.purpose,
        stage=entry.stage,
        since=entry.since,
        by=entry.by,
        may_control=entry.may_control,
    )


def event_view(record: SealedEvent) -> AuditEventView:
    """Show an audit event with its place in the chain."""
    event = record.event
    return AuditEventView(
        sequence=record.sequence,
        recorded_at=event.recorded_at,
        action=event.action,
        outcome=event.outcome,
        actor_kind=event.actor.kind,
        actor_id=event.actor.account_id,
        actor_name=event.actor.name,
        session_id=event.session_id,
        ticket_id=event.ticket_id,
        source_address=event.actor.address,
        details=event.details,
        hash=record.hash,
    )
