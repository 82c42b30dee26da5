"""STUN and TURN servers that answer, refuse, stay silent or speak something else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aioice import stun

Answer = Callable[[stun.Message], stun.Message | None]


def reply(request: stun.Message, **attributes: Any) -> stun.Message:
    kind = stun.Class.ERROR if "code" in attributes else stun.Class.RESPONSE
    message = stun.Message(request.message_method, kind, request.transaction_id)
    if kind is stun.Class.ERROR:
        message.attributes["ERROR-CODE"] = (attributes["code"], "no")
    else:
        message.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.1", 4711)
    if request.message_method is stun.Method.ALLOCATE and kind is stun.Class.RESPONSE:
        message.attributes |= {"LIFETIME": 600, "XOR-RELAYED-ADDRESS": ("192.0.2.2", 50000)}
    return message


def says_yes(request: stun.Message) -> stun.Message:
    return reply(request)


def refuses_with(code: int) -> Answer:
    return lambda request: reply(request, code=code)


def says_nothing(_: stun.Message) -> None:
    return None


class Server(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[stun.Method] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        request = stun.parse_message(data)
        self.asked.append(request.message_method)
        if answer := self.answer(request):
            self.transport.sendto(b"no STUN", addr)
            self.transport.sendto(bytes(reply(stun.Message(1, stun.Class.REQUEST))), addr)
            self.transport.sendto(bytes(answer), addr)


@asynccontextmanager
async def by_udp(answer: Answer) -> AsyncIterator[tuple[int, Server]]:
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        lambda: Server(answer), local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1], server
    finally:
        transport.close()


@asynccontextmanager
async def by_tcp(answer: Answer | None) -> AsyncIterator[int]:
    """None: it says something that is no STUN, as a web server or a captive portal does."""

    over = asyncio.Event()
    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        while head := await reader.read(20):
            if answer is None:
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                break
            if answer is says_nothing:
                await over.wait()
                break
            request = stun.parse_message(head + await reader.read(int.from_bytes(head[2:4])))
            if found := answer(request):
                writer.write(bytes(found))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        over.set()
        await asyncio.gather(*filter(None, serving))
