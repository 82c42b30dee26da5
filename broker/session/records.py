"""What the audit log says of each event: its name, and the details that may be kept."""

from datetime import datetime
from typing import Final

from broker.audit.event import AuditEvent, DetailValue
from broker.protocol.files import FileReport
from broker.session import events as ev
from broker.session.company_records import company_details, way_details
from broker.session.effects import Record
from broker.session.facts import Session

CREATED: Final = "session.created"
"""The name of a session's first event, which no other event follows from."""

ACTIONS: dict[type[ev.Event], str] = {
    ev.CodeIssued: "session.code_issued",
    ev.CodeClaimed: "session.joined",
    ev.ConsentGiven: "session.consent_given",
    ev.ConsentDeclined: "session.consent_declined",
    ev.RightsChanged: "session.rights_changed",
    ev.RightsRenewed: "session.rights_renewed",
    ev.PeersConnected: "session.connected",
    ev.PeersLost: "session.connection_lost",
    ev.PeersFailed: "session.connection_failed",
    ev.PauseChanged: "session.pause_changed",
    ev.ClipboardUsed: "session.clipboard_used",
    ev.FilePassed: "session.file",
    ev.Invited: "session.invited",
    ev.HandOverOffered: "session.hand_over_offered",
    ev.Arrived: "session.arrived",
    ev.GuestAdmitted: "session.guest_joined",
    ev.HandedOver: "session.handed_over",
    ev.Taken: "session.taken",
    ev.EntryRefused: "session.entry_refused",
    ev.EntryClosed: "session.entry_closed",
    ev.GuestLeft: "session.guest_left",
    ev.GuestConnected: "session.guest_connected",
    ev.GuestDisconnected: "session.guest_disconnected",
    ev.ControlPassed: "session.control_passed",
    ev.PutBack: "session.put_back",
    ev.ChatUsed: "session.chat_used",
    ev.ClientAttached: "session.client_attached",
    ev.ClientDetached: "session.client_detached",
    ev.ConsoleAttached: "session.console_attached",
    ev.ConsoleDetached: "session.console_detached",
    ev.BrokerRestarted: "session.broker_restarted",
    ev.TechnicianEnded: "session.ended",
    ev.AdminEnded: "session.ended",
    ev.EndUserStopped: "session.ended",
    ev.TrustBroken: "session.ended",
    ev.TimeRanOut: "session.ended",
}
"""The name of each event in the audit log."""


def opened(
    session: Session, event: ev.Event, now: datetime, group_names: tuple[str, ...] = ()
) -> Record:
    """Give the audit record of a session's creation, with the names its groups had then."""
    details: dict[str, DetailValue] = {"capabilities": session.requested}
    if session.group_ids:
        details |= {"group_ids": session.group_ids, "group_names": group_names}
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


def audit_event(before: Session, after: Session, event: ev.Event, now: datetime) -> AuditEvent:
    """Give the record of an event that changed a session."""
    details: dict[str, DetailValue] = {
        "from_state": before.state.value,
        "to_state": after.state.value,
        **_details(event, after),
        **company_details(event, before),
    }
    return AuditEvent(
        now,
        ACTIONS[type(event)],
        event.actor,
        session_id=after.session_id,
        ticket_id=after.ticket_id,
        details=details,
    )


def _details(  # noqa: PLR0911, PLR0912 - one line per kind of event
    event: ev.Event, after: Session
) -> dict[str, DetailValue]:
    match event:
        case _ if after.end_reason is not None:
            return {"end_reason": after.end_reason.value, **_why_ended(event)}
        case ev.CodeClaimed():
            return {
                "machine": event.machine,
                "operating_system": event.operating_system,
                "client_version": event.client_version,
                **({} if event.receipt_key is None else {"receipt_key": event.receipt_key}),
            }
        case ev.ConsentGiven():
            return {"capabilities": after.granted, "consent_source": event.source.value}
        case ev.RightsChanged():
            return _rights_details(event, after)
        case ev.RightsRenewed():
            return {"renewal": event.outcome.value}
        case ev.PeersConnected():
            return {"peer_id": event.peer_id, **way_details(event.way)}
        case ev.PeersLost():
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
        case ev.ChatUsed():
            return {"technician_lines": event.technician, "end_user_lines": event.end_user}
        case _:
            return {}


def _why_ended(event: ev.Event) -> dict[str, DetailValue]:
    if isinstance(event, ev.AdminEnded) and event.explanation is not None:
        return {"reason": event.explanation}
    return {"trust_breach": event.breach.value} if isinstance(event, ev.TrustBroken) else {}


def _file_details(file: FileReport) -> dict[str, DetailValue]:
    known = {
        "problem": file.problem and file.problem.value,
        "sha256": file.sha256,
        "road": file.road and file.road.value,
    }
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
