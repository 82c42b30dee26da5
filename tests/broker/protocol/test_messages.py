"""The wire's models: strict, closed, and told apart by `type`."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from broker.protocol.directions import CLIENT_TO_BROKER
from broker.protocol.endpoints import ENDPOINTS
from broker.protocol.inventory import UNIONS
from broker.protocol.rest import CreateSession
from broker.protocol.signaling import ClientSystem, ConsentGiven
from broker.protocol.version import OLDEST_SUPPORTED_VERSION, PROTOCOL_VERSION, is_compatible
from broker.protocol.vocabulary import Capability, PersonName, ShortText


def test_a_message_is_known_by_its_type() -> None:
    message = CLIENT_TO_BROKER.validate_json(
        '{"type": "consent.given", "capabilities": ["view"], "source": "window"}'
    )
    assert isinstance(message, ConsentGiven)
    assert message.capabilities == (Capability.VIEW,)


@pytest.mark.parametrize("union", UNIONS)
@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"type": "no.such"}', '{"type": 1}', '"ping"', "\x00"]
)
def test_what_is_no_message_is_refused(union: str, text: str) -> None:
    adapter: TypeAdapter[Any] = UNIONS[union][1]
    with pytest.raises(ValidationError):
        adapter.validate_json(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "ping", "extra": 1}',
        '{"type": "session.pause", "paused": "yes"}',
        '{"type": "session.pause", "paused": 1}',
        '{"type": "consent.given", "capabilities": [], "source": "window"}',
        '{"type": "consent.given", "capabilities": ["fly"], "source": "window"}',
        '{"type": "peer.connected", "peer_id": "a b"}',
    ],
)
def test_a_message_with_a_wrong_field_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        CLIENT_TO_BROKER.validate_json(text)


@pytest.mark.parametrize("ticket", ["", " ", "T" * 65, "<b>", "=1+1", "T-1\n", "T\u202e1", "é"])
def test_a_ticket_id_that_would_hurt_somewhere_is_refused(ticket: str) -> None:
    with pytest.raises(ValidationError):
        CreateSession(ticket_id=ticket)


@pytest.mark.parametrize("ticket", ["1", "DEMO-1", "#4711", "INC 00:1/2.3_4", "T" * 64])
def test_a_usual_ticket_id_is_taken(ticket: str) -> None:
    assert CreateSession(ticket_id=ticket).ticket_id == ticket


def test_only_versions_that_can_be_served_are_compatible() -> None:
    assert is_compatible(PROTOCOL_VERSION)
    assert is_compatible(OLDEST_SUPPORTED_VERSION)
    assert not is_compatible(OLDEST_SUPPORTED_VERSION - 1)
    assert not is_compatible(PROTOCOL_VERSION + 1)


def test_no_two_operations_share_a_name_or_a_route() -> None:
    assert len({endpoint.operation_id for endpoint in ENDPOINTS}) == len(ENDPOINTS)
    assert len({(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}) == len(ENDPOINTS)


UNFIT = [
    *"\x00\x1f\n\t\x7f\x80\x85\x9b\x9f",
    *"\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e",
    *"\u2066\u2067\u2068\u2069",
]
NAMES: list[TypeAdapter[str]] = [TypeAdapter(PersonName), TypeAdapter(ShortText)]


@pytest.mark.parametrize("name", NAMES, ids=["person", "text"])
def test_a_name_that_could_be_read_as_another_is_refused(name: TypeAdapter[str]) -> None:
    for character in UNFIT:
        with pytest.raises(ValidationError):
            name.validate_python(f"Ada{character}nimda")
    for usual in ("Zoë Müller-O’Neil", "山田 太郎", "محمد", "Ada 👩\u200d💻", "a\u00a0b"):
        assert name.validate_python(usual) == usual


def test_an_odd_machine_name_is_mended_rather_than_refused() -> None:
    def machine(name: Any) -> str:
        return ClientSystem(platform="linux", client_version="1", machine=name).machine

    assert [machine(f"pc{character}1") for character in UNFIT] == ["pc\ufffd1"] * len(UNFIT)
    assert machine("pc\udc80") == "pc\ufffd"
    assert machine("x" * 5000) == "x" * 200
    assert machine("kitchen-pc") == "kitchen-pc"
    with pytest.raises(ValidationError):
        machine(7)
