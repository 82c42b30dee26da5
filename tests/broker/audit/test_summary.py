"""What was done, summed up from the audit events of a session."""

from datetime import timedelta

from broker.audit.event import AuditEvent, DetailValue
from broker.audit.summary import FileDone, summarise
from tests.builders import END_USER, NOW, TECHNICIAN


def at(seconds: float, action: str, **details: DetailValue) -> AuditEvent:
    actor = TECHNICIAN if action == "session.created" else END_USER
    return AuditEvent(NOW + timedelta(seconds=seconds), action, actor, details=details)


WHOLE = (
    at(0, "session.created", capabilities=("view",)),
    at(5, "session.consent_given", capabilities=("view",)),
    at(10, "session.connected"),
    at(12, "session.rights_changed", capabilities=("view", "control")),
    at(13, "session.file", file_name="a.txt", direction="send", bytes=7, file_result="done"),
    at(14, "session.clipboard_used", transfers=2),
    at(15, "session.guest_joined", target_name="Ben"),
    at(20, "session.connection_lost"),
    at(30, "session.connected"),
    at(31, "session.connected"),
    at(40, "session.handed_over", target_name="Ben"),
    at(50, "session.taken", target_name="Cleo"),
)


def test_who_took_part_is_named_once_and_in_order() -> None:
    assert summarise(WHOLE, NOW).technicians == ("Ada Technician", "Ben", "Cleo")


def test_the_rights_are_all_that_were_ever_granted() -> None:
    assert summarise(WHOLE, NOW).rights == ("view", "control")


def test_the_time_is_what_somebody_in_charge_was_connected_for() -> None:
    assert summarise(WHOLE, NOW).connected == timedelta(seconds=20)
    stands = (*WHOLE, at(60, "session.connected"))
    assert summarise(stands, NOW + timedelta(seconds=90)).connected == timedelta(seconds=50)


def test_files_and_texts_are_counted() -> None:
    summary = summarise(WHOLE, NOW)
    assert summary.files == (FileDone("a.txt", "send", 7, "done"),)
    assert summary.clipboard_texts == 2


def test_what_is_not_known_is_left_out() -> None:
    odd = (at(0, "session.file"), at(1, "session.guest_joined"), at(2, "session.created"))
    summary = summarise(odd, NOW)
    assert summary.files == (FileDone("", "", 0, ""),)
    assert summary.technicians == ("Ada Technician",)
