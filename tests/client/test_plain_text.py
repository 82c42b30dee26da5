import socket

import pytest

from broker.protocol import signaling as wire
from client import events as on
from client.config import describe_system
from client.plain_text import many_lines, one_line
from client.support_session import State
from tests.client.fake_broker import joined
from tests.client.test_support_session import session_in


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("Zoë 日本 שלום", "Zoë 日本 שלום"),
        ("a\u202eb\u2066c\u200fd\u061ce", "a�b�c�d�e"),
        ("a\nb\x1bc\x85d\x9be\u2028f\ud800g", "a�b�c�d�e�f�g"),
    ],
)
def test_a_name_stays_on_its_line_and_reorders_nothing(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_a_name_has_an_end() -> None:
    assert one_line("x" * 300) == "x" * 200


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\ntwo\tthree", "one\ntwo\tthree"),
        ("one\r\ntwo\rthree\u2028four\u2029five", "one\ntwo\nthree\nfour\nfive"),
        ("a\u202eb\u200ec\x07d\ufffce\ud800", "abcde"),
    ],
)
def test_a_message_keeps_its_lines_and_steers_nothing(text: str, shown: str) -> None:
    assert many_lines(text) == shown


def test_the_broker_is_told_a_machine_name_that_steers_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "pc\u202e\x9b\n\udcff" + "x" * 300)
    machine = describe_system().machine
    assert machine == "pc����" + "x" * 194
    machine.encode()


def test_names_from_the_broker_are_made_harmless_before_they_are_shown() -> None:
    session = session_in(State.JOINING)
    rogue = wire.Technician(name="Ada\u202eecalevoL", organisation="IT\u2067")
    session.handle(on.Joined(joined().model_copy(update={"technician": rogue})))
    request = session.situation.request
    assert request is not None
    assert request.technician == wire.Technician(name="Ada�ecalevoL", organisation="IT�")
