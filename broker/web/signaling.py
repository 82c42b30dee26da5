"""The two signaling sockets: the support client's and the console's."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import structlog
from aiohttp import web
from pydantic import TypeAdapter

from broker.audit.event import Actor
from broker.errors import (
    HandrailError,
    IllegalTransition,
    NotSignedIn,
    PeerAbsent,
    ProofNeeded,
    ProtocolViolation,
    ResumeRejected,
    SessionOver,
    UnsupportedVersion,
)
from broker.link_ports import Heard
from broker.ports import Identity
from broker.protocol import signaling as wire
from broker.protocol.directions import (
    CLIENT_TO_BROKER,
    CONSOLE_TO_BROKER,
    ClientToBroker,
    ConsoleToBroker,
)
from broker.protocol.version import is_compatible
from broker.protocol.vocabulary import ActorKind
from broker.service.console_side import Speaker
from broker.service.registry import actor_of
from broker.web.api.joining import parsed_code
from broker.web.context import WebContext, context_of
from broker.web.gate import authenticate
from broker.web.sockets import Socket
from broker.web.source import check_origin, source_address

log = structlog.get_logger(__name__)

MAX_VIOLATIONS = 10
"""After this many messages that do not follow the protocol a socket is closed."""

MAX_RECORDED_VIOLATIONS = 3
"""So many of them are put on the audit log; the others tell nothing new."""

PROOF_S = 60.0
"""A support client that was asked for proof of work gets this long: 1 s on a usual computer."""

RESUME = "resume"

In = TypeVar("In")
Body = Callable[[], Awaitable[None]]


async def client_socket(request: web.Request) -> web.WebSocketResponse:
    """Serve a support client: first `client.join` or `client.resume`, then its session."""
    check_origin(request, required=False)
    context, address = context_of(request), source_address(request)
    with context.doorstep.one(address) as stranger:
        socket = await _open(request, CLIENT_TO_BROKER)
        return await _served(socket, lambda: _client(context, socket, address, stranger.leave))


async def _client(
    context: WebContext,
    socket: Socket[ClientToBroker],
    address: str | None,
    come_in: Callable[[], None],
) -> None:
    session_id = await _join_or_resume(context, socket, address)
    if session_id is None:
        return
    come_in()
    try:
        await _converse(
            context,
            socket,
            Actor(ActorKind.END_USER, address=address),
            session_id,
            partial(context.end_user_side.said, session_id, address),
        )
    finally:
        await context.end_user_side.left(session_id, socket, address)


async def console_socket(request: web.Request) -> web.WebSocketResponse:
    """Serve a console: first `console.attach`, then its session."""
    check_origin(request, required=True)
    identity = await authenticate(request)
    context, address = context_of(request), source_address(request)
    socket = await _open(request, CONSOLE_TO_BROKER)

    def signed_out() -> None:
        socket.refuse(NotSignedIn("You were signed out."), fatal=True)

    async def serve() -> None:
        session_id = await _let_in(context, socket, identity)
        if session_id is None:
            return
        speaker = Speaker(identity.account, session_id, actor_of(identity.account, address))
        await context.console_side.attach(speaker, socket)
        try:
            with context.sign_ins.watched(identity, signed_out):
                take = partial(context.console_side.said, speaker)
                await _converse(context, socket, speaker.actor, session_id, take)
        finally:
            await context.console_side.left(speaker, socket)

    return await _served(socket, serve)


async def _let_in(
    context: WebContext, socket: Socket[ConsoleToBroker], identity: Identity
) -> str | None:
    """Give the session that a console may show by its ticket; None when it went away."""
    first = await socket.first()
    if first is None:
        return None
    if not isinstance(first, wire.ConsoleAttach):
        raise ProtocolViolation("The first message must be console.attach.")
    _check_version(first.protocol_version)
    context.tickets.take(first.ticket, identity, first.session_id)
    return first.session_id


async def _open(request: web.Request, incoming: TypeAdapter[In]) -> Socket[In]:
    context = context_of(request)
    socket = Socket(incoming, context.metrics.received, context.metrics.sent)
    await socket.open(request)
    context.heartbeats.add(socket)
    return socket


async def _served(socket: Socket[In], serve: Body) -> web.WebSocketResponse:
    """Run a socket's conversation; what it was told has left when this returns."""
    try:
        await serve()
        socket.close(None)
    except HandrailError as error:
        socket.refuse(error, fatal=True)
    except Exception:
        log.exception("socket.failed")
        socket.refuse(HandrailError(), fatal=True)
    except asyncio.CancelledError:
        socket.give_up()
        raise
    await socket.closed()
    return socket.response


async def _join_or_resume(
    context: WebContext, socket: Socket[ClientToBroker], address: str | None
) -> str | None:
    message = await socket.first()
    match message:
        case None:
            return None
        case wire.ClientJoin():
            _check_version(message.protocol_version)
            return await _join(context, message, socket, address)
        case wire.ClientResume():
            _check_version(message.protocol_version)
            return await _resume(context, message, socket, address)
        case _:
            raise ProtocolViolation("The first message must be client.join or client.resume.")


async def _join(
    context: WebContext,
    message: wire.ClientJoin,
    socket: Socket[ClientToBroker],
    address: str | None,
) -> str | None:
    """Claim the code; ask for proof of work first, once, where the guard wants it."""
    try:
        return await _claim(context, message, socket, address)
    except ProofNeeded as error:
        socket.send(wire.JoinChallenge(challenge=error.challenge))
    again = await socket.first(PROOF_S)
    if again is None:
        return None
    if not isinstance(again, wire.ClientJoin):
        raise ProtocolViolation("After a join.challenge only client.join may come.")
    return await _claim(context, again, socket, address)


async def _claim(
    context: WebContext,
    message: wire.ClientJoin,
    socket: Socket[ClientToBroker],
    address: str | None,
) -> str:
    code = parsed_code(message.code)
    async with context.code_guard.one_code(address, message.proof):
        return await context.end_user_side.join(message, code, socket, address)


async def _resume(
    context: WebContext,
    message: wire.ClientResume,
    socket: Socket[ClientToBroker],
    address: str | None,
) -> str:
    """A right token always gets in: others behind the same address cannot end a session."""
    if context.end_user_side.recognises(message):
        return await context.end_user_side.resume(message, socket, address)
    async with context.attempts.by_address(RESUME, address, ResumeRejected):
        return await context.end_user_side.resume(message, socket, address)


async def _converse(
    context: WebContext,
    socket: Socket[In],
    actor: Actor,
    session_id: str,
    take: Callable[[Heard[In]], Awaitable[None]],
) -> None:
    """Take messages until the peer is gone. A bad one is refused and disturbs nothing else."""
    violations = 0
    while True:
        try:
            heard = await socket.next()
            if heard is None:
                return
            if type(heard.message) is wire.Ping:
                now = context.registry.ports.clock.now()
                socket.send(wire.Pong(server_time=now))
            else:
                await take(heard)
        except SessionOver:
            return
        except PeerAbsent as error:
            socket.refuse(error, fatal=False)
        except (ProtocolViolation, IllegalTransition) as error:
            violations += 1
            if violations <= MAX_RECORDED_VIOLATIONS:
                await context.registry.message_refused(session_id, actor, error)
            socket.refuse(error, fatal=violations >= MAX_VIOLATIONS)
            if violations >= MAX_VIOLATIONS:
                return


def _check_version(version: int) -> None:
    if not is_compatible(version):
        raise UnsupportedVersion
