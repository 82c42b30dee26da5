"""One websocket on its own."""

from pydantic import BaseModel

from broker.protocol.directions import CONSOLE_TO_BROKER
from broker.protocol.vocabulary import ErrorCode
from broker.web.sockets import MAX_QUEUED_BYTES, Socket


class Words(BaseModel):
    text: str


async def test_a_peer_that_does_not_read_is_cut_off_and_does_no_harm_to_who_speaks_to_it() -> None:
    sent: list[int] = []
    socket = Socket(CONSOLE_TO_BROKER, sent.append, sent.append)
    for _ in range(MAX_QUEUED_BYTES // 60_000 + 2):
        socket.send(Words(text="x" * 60_000))
    socket.close(None)
    socket.give_up()
    queued = socket._queued
    assert ErrorCode.TOO_MANY_REQUESTS in queued[-1]
    assert len(sent) == len(queued) == MAX_QUEUED_BYTES // 60_000 + 1
