"""Every message that may come in on a signaling socket has something that takes it."""

from typing import Any, get_args

import pytest

from broker.errors import ProtocolViolation
from broker.link_ports import Heard
from broker.protocol import directions
from broker.protocol import signaling as wire
from broker.service import console_side, end_user_side
from broker.service.relay import taker

AT_FIRST = {wire.ConsoleAttach, wire.ClientJoin, wire.ClientResume}
BY_THE_SOCKET = {wire.Ping}


@pytest.mark.parametrize(
    ("union", "takers"),
    [
        (directions.ConsoleToBroker, console_side._TAKERS),
        (directions.ClientToBroker, end_user_side._TAKERS),
    ],
    ids=["console", "client"],
)
def test_each_message_is_taken_and_nothing_else(union: Any, takers: dict[type, Any]) -> None:
    known = set(get_args(get_args(union)[0]))
    assert set(takers) == known - AT_FIRST - BY_THE_SOCKET


def test_a_message_of_the_beginning_is_a_violation_later() -> None:
    first = wire.ClientResume.model_construct()
    with pytest.raises(ProtocolViolation, match=r"client\.resume"):
        taker(end_user_side._TAKERS, Heard(first, "{}"))
