"""What the end user is shown of the way their connection takes, and what they can copy."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from broker.protocol.connection import ConnectionTried, Way, WayOutcome, WayTried
from client.situation import Situation
from client.trials import Trial
from client.ui import words
from client.ui.connection_note import ConnectionNote

NOTHING_YET = Situation()
RELAY = "turn:turn.example.org:3478"


def with_relay(outcome: WayOutcome) -> Situation:
    trials = (
        Trial(Way.DIRECT, RELAY, WayOutcome.SILENT),
        Trial(Way.TURN_UDP, RELAY, outcome),
    )
    return replace(NOTHING_YET, trials=trials)


def said(note: ConnectionNote) -> list[str]:
    return [label.text() for label in note.findChildren(QLabel) if not label.isHidden()]


def gone(app: QApplication, note: ConnectionNote) -> None:
    note.deleteLater()
    app.processEvents()


def test_nothing_is_said_before_anything_is_known(app: QApplication) -> None:
    note = ConnectionNote()
    note.show_situation(NOTHING_YET)
    assert note.isHidden()
    note.show_situation(with_relay(WayOutcome.WORKS))
    assert said(note) == ["Connection: through a relay (UDP)"]
    gone(app, note)


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (WayOutcome.SILENT, "nothing but web pages"),
        (WayOutcome.REFUSED, "refuses to be used"),
        (WayOutcome.UNTRUSTED, "not to inspect"),
    ],
)
def test_when_there_is_no_way_it_says_why_and_the_details_can_be_copied(
    app: QApplication, outcome: WayOutcome, says: str
) -> None:
    note = ConnectionNote()
    note.show_situation(with_relay(outcome))
    line, why = said(note)
    assert line == "Connection: through the support server"
    assert says in why
    (copy,) = note.findChildren(QPushButton)
    copy.click()
    copied = QGuiApplication.clipboard().text()
    assert f"Straight from computer to computer (UDP): no answer – {RELAY}" in copied
    gone(app, note)


def test_the_technicians_network_is_told_as_theirs() -> None:
    told = ConnectionTried(ways=(WayTried(way=Way.DIRECT, outcome=WayOutcome.SILENT),))
    situation = replace(with_relay(WayOutcome.WORKS), told=told, broker_attached=True)
    assert "technician’s network" in words.link(situation)
    assert words.since("14:02", Way.TURN_TCP) == "since 14:02, by a relay"
