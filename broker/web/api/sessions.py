"""Opening, listing, reading and ending sessions."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.ports import SessionFilter
from broker.protocol.rest import (
    CreateSession,
    EventList,
    JoinCodeIssued,
    PageQuery,
    SessionList,
    SessionQuery,
)
from broker.service.views import event_view, session_view
from broker.session.facts import Session
from broker.web.bodies import answer, read_body, read_query
from broker.web.context import context_of
from broker.web.cursors import sequence_of
from broker.web.gate import identity_of
from broker.web.source import source_address


async def create_session(request: web.Request) -> web.Response:
    """Open a session and tell its join code, this once."""
    identity = identity_of(request)
    body = await read_body(request, CreateSession)
    session, code = await context_of(request).desk.create(
        identity.account, body.ticket_id, body.capabilities, source_address(request)
    )
    return _issued(request, session, code)


async def issue_ticket(request: web.Request) -> web.Response:
    """Give whoever may look at a session what opens its websocket."""
    identity, context = identity_of(request), context_of(request)
    session = await context.desk.get(
        identity.account, request.match_info["session_id"], source_address(request)
    )
    return answer(context.tickets.issue(identity, session.session_id), 201)


async def issue_code(request: web.Request) -> web.Response:
    """Replace a waiting session's join code."""
    identity = identity_of(request)
    session, code = await context_of(request).desk.issue_code(
        identity.account, request.match_info["session_id"], source_address(request)
    )
    return _issued(request, session, code)


async def list_sessions(request: web.Request) -> web.Response:
    """Give a page of sessions, newest first."""
    identity = identity_of(request)
    query = read_query(request, SessionQuery)
    where = SessionFilter(
        query.ticket,
        query.state,
        query.technician,
        query.created_from,
        query.created_to,
    )
    page = await context_of(request).desk.page(identity.account, where, query.cursor, query.limit)
    sessions = tuple(session_view(session) for session in page.sessions)
    return answer(SessionList(sessions=sessions, next_cursor=page.next_cursor))


async def get_session(request: web.Request) -> web.Response:
    """Give one session."""
    identity = identity_of(request)
    session = await context_of(request).desk.get(
        identity.account, request.match_info["session_id"], source_address(request)
    )
    return answer(session_view(session))


async def end_session(request: web.Request) -> web.Response:
    """End a session."""
    identity = identity_of(request)
    session = await context_of(request).desk.end(
        identity.account, request.match_info["session_id"], source_address(request)
    )
    return answer(session_view(session))


async def list_events(request: web.Request) -> web.Response:
    """Give a page of a session's audit events, oldest first."""
    identity = identity_of(request)
    query = read_query(request, PageQuery)
    records = await context_of(request).desk.events(
        identity.account,
        request.match_info["session_id"],
        _after(query.cursor),
        query.limit + 1,
        source_address(request),
    )
    shown = records[: query.limit]
    more = str(shown[-1].sequence) if len(records) > query.limit else None
    return answer(EventList(events=tuple(map(event_view, shown)), next_cursor=more))


def _issued(request: web.Request, session: Session, code: str) -> web.Response:
    if session.code_expires_at is None:
        raise ValueError("a session whose code was just issued has an expiry")
    issued = JoinCodeIssued(
        session_id=session.session_id,
        code=code,
        join_url=f"{context_of(request).settings.public_url}/j/{code}",
        expires_at=session.code_expires_at,
    )
    return answer(issued, 201)


def _after(cursor: str | None) -> int:
    """An event cursor is the sequence of the last event shown."""
    return 0 if cursor is None else sequence_of(cursor)


HANDLERS: dict[str, Handler] = {
    "create_session": create_session,
    "issue_ticket": issue_ticket,
    "issue_code": issue_code,
    "list_sessions": list_sessions,
    "get_session": get_session,
    "end_session": end_session,
    "list_events": list_events,
}
