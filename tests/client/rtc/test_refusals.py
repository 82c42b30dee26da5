from typing import Any

import pytest
from structlog.testing import capture_logs

from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES
from client.rtc import upstream
from client.rtc.refusals import TOLD_EVERY_S, RefusalLog


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_first_refusal_is_told_and_then_their_number_once_a_minute() -> None:
    clock = Clock()
    refusals = RefusalLog(clock)
    with capture_logs() as logs:
        for _ in range(100):
            refusals.refused(reason="too large")
        clock.now += TOLD_EVERY_S
        refusals.refused(reason="too large")
    assert [(line["count"], line["reason"]) for line in logs] == [
        (1, "too large"),
        (100, "too large"),
    ]


async def test_a_flood_of_messages_too_large_is_one_line_of_the_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def unguarded(*_: Any) -> None:
        raise AssertionError("it was let through")

    transport = upstream.RTCSctpTransport
    monkeypatch.setattr(transport, "_data_channel_receive", unguarded)
    upstream._survive_broken_sctp_messages()
    receive: Any = transport._data_channel_receive
    with capture_logs() as logs:
        for _ in range(50):
            await receive(None, 1, 51, b"x" * (MAX_CHANNEL_MESSAGE_BYTES + 1))
            await receive(None, 1, 51, b"a second open")
    assert [line["event"] for line in logs] == ["channel_message_refused"]
