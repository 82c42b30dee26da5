"""Several technicians: colleagues, the door, inviting, handing over, coming in, notes."""

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.audit.summary import Summary
from broker.ports import Account, Note
from broker.protocol.technicians import (
    ChooseColleague,
    Colleague,
    Colleagues,
    Door,
    EnterSession,
    FilePassed,
    NoteList,
    NoteView,
    SaveNote,
    SessionSummary,
)
from broker.protocol.vocabulary import Capability
from broker.service.views import session_view
from broker.session.facts import Session
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.gate import identity_of
from broker.web.source import source_address


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who asks from where, and for which session."""

    account: Account
    session_id: str
    address: str | None


def _caller(request: web.Request) -> _Caller:
    account = identity_of(request).account
    return _Caller(account, request.match_info["session_id"], source_address(request))


async def _chosen(request: web.Request) -> str:
    return (await read_body(request, ChooseColleague)).account_id


async def list_colleagues(request: web.Request) -> web.Response:
    """Give everybody else who may sign in."""
    account = identity_of(request).account
    found = await context_of(request).company.colleagues(account)
    colleagues = (Colleague(account_id=c.account_id, name=c.name, role=c.role) for c in found)
    return answer(Colleagues(colleagues=tuple(colleagues)))


async def show_door(request: web.Request) -> web.Response:
    """Give the sessions that the account may come into."""
    account = identity_of(request).account
    door = await context_of(request).company.door(account)
    return answer(
        Door(
            offered=tuple(map(session_view, door.offered)),
            joined=tuple(map(session_view, door.joined)),
            queue=tuple(map(session_view, door.queue)),
            team=tuple(map(session_view, door.team)),
        )
    )


async def invite(request: web.Request) -> web.Response:
    """Invite somebody to look."""
    by, company = _caller(request), context_of(request).company
    other = await _chosen(request)
    return _session(await company.invite(by.account, by.session_id, other, by.address))


async def hand_over(request: web.Request) -> web.Response:
    """Offer the session to somebody."""
    by, company = _caller(request), context_of(request).company
    other = await _chosen(request)
    return _session(await company.hand_over(by.account, by.session_id, other, by.address))


async def withdraw(request: web.Request) -> web.Response:
    """Take back what was offered to somebody, or send a guest away."""
    by, company = _caller(request), context_of(request).company
    other = await _chosen(request)
    return _session(await company.withdraw(by.account, by.session_id, other, by.address))


async def put_back(request: web.Request) -> web.Response:
    """Put the session into the queue."""
    by, company = _caller(request), context_of(request).company
    return _session(await company.put_back(by.account, by.session_id, by.address))


async def enter_session(request: web.Request) -> web.Response:
    """Come in: the end user is asked."""
    by, company = _caller(request), context_of(request).company
    purpose = (await read_body(request, EnterSession)).purpose
    return _session(await company.enter(by.account, by.session_id, purpose, by.address))


async def leave_session(request: web.Request) -> web.Response:
    """Decline what is offered, or go."""
    by = _caller(request)
    await context_of(request).company.leave(by.account, by.session_id, by.address)
    return web.Response(status=204)


async def list_notes(request: web.Request) -> web.Response:
    """Give the notes of a session."""
    by = _caller(request)
    notes = await context_of(request).notes.of(by.account, by.session_id, by.address)
    return answer(NoteList(notes=tuple(map(_note, notes))))


async def add_note(request: web.Request) -> web.Response:
    """Add a note to a session."""
    by = _caller(request)
    text = (await read_body(request, SaveNote)).text
    note = await context_of(request).notes.add(by.account, by.session_id, text, by.address)
    return answer(_note(note), 201)


async def summarise_session(request: web.Request) -> web.Response:
    """Sum up what was done in a session."""
    by = _caller(request)
    done = await context_of(request).notes.summary(by.account, by.session_id, by.address)
    return answer(_summary(done))


def _session(session: Session) -> web.Response:
    return answer(session_view(session))


def _note(note: Note) -> NoteView:
    return NoteView(
        note_id=note.note_id,
        author_id=note.author_id,
        author_name=note.author_name,
        written_at=note.written_at,
        text=note.text,
    )


def _summary(summary: Summary) -> SessionSummary:
    return SessionSummary(
        technicians=summary.technicians,
        rights=tuple(map(Capability, summary.rights)),
        connected_s=int(summary.connected.total_seconds()),
        files=tuple(
            FilePassed(
                name=file.name,
                direction=file.direction,
                size_bytes=file.size_bytes,
                result=file.result,
            )
            for file in summary.files
        ),
        clipboard_texts=summary.clipboard_texts,
    )


HANDLERS: dict[str, Handler] = {
    "list_colleagues": list_colleagues,
    "show_door": show_door,
    "invite": invite,
    "hand_over": hand_over,
    "withdraw": withdraw,
    "put_back": put_back,
    "enter_session": enter_session,
    "leave_session": leave_session,
    "list_notes": list_notes,
    "add_note": add_note,
    "summarise_session": summarise_session,
}
