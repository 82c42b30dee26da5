"""One websocket on its own."""

import asyncio
import json

from pydantic import BaseModel

from broker.protocol.directions import CONSOLE_TO_BROKER
from broker.protocol.vocabulary import ErrorCode
from broker.web.sockets import MAX_QUEUED_BYTES, PINGED_AFTER, Socket

PING = b"\x89\x00"


class Words(BaseModel):
    text: str


class Unread(asyncio.Transport):
    """A transport whose peer takes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.aborted = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))

    def get_write_buffer_size(self) -> int:
        return sum(map(len, self.writes))

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        self.aborted = True


def a_socket(sent: list[int]) -> tuple[Socket[object], Unread]:
    socket: Socket[object] = Socket(CONSOLE_TO_BROKER, sent.append, sent.append)
    transport = Unread()
    socket._transport = transport
    return socket, transport


async def test_what_is_said_in_one_go_leaves_in_one_write_and_in_order() -> None:
    socket, transport = a_socket([])
    for word in ("one", "x" * 200, "y" * 2**16, "four"):
        socket.pass_on(word)
    await asyncio.sleep(0)
    (written,) = transport.writes
    assert [written.index(word) for word in (b"one", b"x" * 200, b"y" * 2**16, b"four")] == [
        2,
        5 + 4,
        5 + 204 + 10,
        5 + 204 + 10 + 2**16 + 2,
    ]


async def test_a_peer_that_does_not_read_is_cut_off_and_does_no_harm_to_who_speaks_to_it() -> None:
    sent: list[int] = []
    socket, transport = a_socket(sent)
    fit = MAX_QUEUED_BYTES // 60_100
    for number in range(fit + 2):
        socket.send(Words(text="x" * 60_000))
        if number % 2:
            await asyncio.sleep(0)  # a half of it waits here and a half in the transport
    socket.close(None)
    socket.give_up()
    last = transport.writes[-1]
    told = json.loads(last[last.rindex(b'{"type":"error"') :])
    assert told["code"] == ErrorCode.TOO_MANY_REQUESTS
    assert len(sent) == fit + 1
    assert transport.get_write_buffer_size() < MAX_QUEUED_BYTES + 1000


async def test_whoever_answers_no_ping_is_dropped() -> None:
    socket, transport = a_socket([])
    socket._reading = True
    for _ in range(PINGED_AFTER):
        assert socket.beat()
    await asyncio.sleep(0)
    assert transport.writes == [PING]
    socket.beat()
    assert transport.aborted
    assert not socket.beat()


async def test_nobody_is_dropped_for_a_silence_of_our_own() -> None:
    socket, transport = a_socket([])
    assert all(socket.beat() for _ in range(3 * PINGED_AFTER))
    assert transport.writes == []
