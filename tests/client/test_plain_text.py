import json
import socket

import pytest
from pydantic import ValidationError

from broker.protocol.signaling import BROKER_TO_CLIENT
from client.config import describe_system
from client.plain_text import many_lines
from tests.client.fake_broker import joined


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


@pytest.mark.parametrize("name", ["Ada\u202eecalevoL", "Ada\x9b", "Ada\u2029Grace", "Ada\u2067"])
def test_a_technician_whose_name_steers_what_is_shown_never_gets_as_far_as_the_question(
    name: str,
) -> None:
    message = joined().model_dump(mode="json")
    message["technician"]["name"] = name
    with pytest.raises(ValidationError):
        BROKER_TO_CLIENT.validate_json(json.dumps(message))
