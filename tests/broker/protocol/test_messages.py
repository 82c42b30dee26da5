"""The wire's models: strict, closed, and told apart by `type`."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from broker.protocol.generate import UNIONS
from broker.protocol.rest import ENDPOINTS, CreateSession
from broker.protocol.signaling import CLIENT_TO_BROKER, ConsentGiven
from broker.protocol.version import OLDEST_SUPPORTED_VERSION, PROTOCOL_VERSION, is_compatible
from broker.protocol.vocabulary import Capability


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
