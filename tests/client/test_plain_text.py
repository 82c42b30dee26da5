import json
import socket
from pathlib import Path

import pytest
from pydantic import ValidationError

from broker.protocol.directions import BROKER_TO_CLIENT
from client.config import describe_system
from client.plain_text import many_lines
from tests.client.fake_broker import joined

VECTORS = Path(__file__).parents[1] / "vectors" / "plain_text.json"
CORPUS = json.loads(VECTORS.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "shown"), [(one["text"], one["shown"]) for one in CORPUS])
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
