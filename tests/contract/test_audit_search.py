"""What every AuditSearch promises, and what erasing leaves of it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from broker.audit.event import PERSONAL_ERASED, Actor, AuditEvent
from broker.audit.terms import TermField, network_asked_for, words_of
from broker.audit_ports import AuditQuery
from broker.ports import Note
from broker.protocol.vocabulary import ActorKind
from broker.storage import audit_search as audit_search_module
from broker.storage import search_tables
from broker.storage.audit_index import SqlAuditIndex
from broker.storage.audit_log import SqlAuditLog
from broker.storage.audit_search import SqlAuditSearch
from broker.storage.database import Database
from broker.storage.notes import SqlNoteStore
from broker.storage.sessions import SqlSessionStore
from tests.builders import NOW, TECHNICIAN, a_session, an_event, ended, its_creation, session_id

Find = Callable[..., Awaitable[list[int]]]
TESS = Actor(ActorKind.TECHNICIAN, "usr_" + "a" * 32, "Tess Müller", "192.0.2.7")
OMAR = Actor(ActorKind.TECHNICIAN, "usr_" + "c" * 32, "Omar", "2001:db8::1")
KITCHEN = Actor(ActorKind.END_USER, address="198.51.100.9")


def at(minutes: int, event: AuditEvent) -> AuditEvent:
    return AuditEvent(
        NOW + timedelta(minutes=minutes),
        event.action,
        event.actor,
        event.outcome,
        event.session_id,
        event.ticket_id,
        event.details,
    )


def of_session(number: int, action: str, actor: Actor, **fields: Any) -> AuditEvent:
    ticket = fields.pop("ticket_id", f"T-{number}")
    return an_event(action, actor=actor, session_id=session_id(number), ticket_id=ticket, **fields)


EVENTS = [
    of_session(1, "session.created", TESS),
    of_session(2, "session.created", OMAR),
    of_session(1, "session.joined", KITCHEN, details={"machine": "Kitchen-PC"}),
    an_event("auth.signed_in", actor=OMAR),
    of_session(1, "session.file", KITCHEN, details={"file_name": "Überweisung.pdf"}),
    of_session(2, "session.access_refused", TESS, outcome="refused"),
    of_session(1, "session.ended", TESS),
    of_session(2, "session.ended", OMAR),
]
"""Records 1 to 8, a minute apart."""


@pytest.fixture
def index(database: Database) -> SqlAuditIndex:
    return SqlAuditIndex(database)


@pytest.fixture
async def written(audit_log: SqlAuditLog, index: SqlAuditIndex) -> None:
    for minutes, event in enumerate(EVENTS):
        await audit_log.append(at(minutes, event))
    assert await index.follow(1000) == 0


@pytest.fixture
def find(database: Database) -> Find:
    search = SqlAuditSearch(database)

    async def ask(limit: int = 50, before: int | None = None, **asked: Any) -> list[int]:
        page = await search.page(AuditQuery(**asked), before, limit)
        return [record.sequence for record in page.records]

    return ask


def words(field: TermField, text: str) -> dict[str, Any]:
    return {"words": tuple((field, word) for word in words_of(text))}


def address(text: str) -> dict[str, Any]:
    return {"words": ((TermField.ADDRESS, network_asked_for(text)),)}


ASKED: dict[str, tuple[dict[str, Any], list[int]]] = {
    "everything": ({}, [8, 7, 6, 5, 4, 3, 2, 1]),
    "ticket": ({"ticket_id": "T-1"}, [7, 5, 3, 1]),
    "no such ticket": ({"ticket_id": "T-9"}, []),
    "session": ({"session_id": session_id(2)}, [8, 6, 2]),
    "action": ({"actions": ("session.created",)}, [2, 1]),
    "two actions": ({"actions": ("session.created", "session.ended")}, [8, 7, 2, 1]),
    "refused": ({"outcome": "refused"}, [6]),
    "success": ({"outcome": "success", "ticket_id": "T-2"}, [8, 2]),
    "failure": ({"outcome": "failure"}, []),
    "since": ({"since": NOW + timedelta(minutes=5)}, [8, 7, 6]),
    "until": ({"until": NOW + timedelta(minutes=2)}, [2, 1]),
    "between": (
        {"since": NOW + timedelta(minutes=2), "until": NOW + timedelta(minutes=4)},
        [4, 3],
    ),
    "before the first": ({"until": NOW}, []),
    "after the last": ({"since": NOW + timedelta(days=1)}, []),
    "machine": (words(TermField.MACHINE, "kitchen pc"), [7, 5, 3, 1]),
    "part of a machine": (words(TermField.MACHINE, "KITCHEN"), [7, 5, 3, 1]),
    "another machine": (words(TermField.MACHINE, "kitchen 2"), []),
    "end user": (words(TermField.END_USER, "kitchen"), [7, 5, 3, 1]),
    "address": (address("198.51.100.9"), [7, 5, 3, 1]),
    "network": (address("198.51.100.0/24"), [7, 5, 3, 1]),
    "address of a sign-in too": (address("2001:db8::1"), [8, 6, 4, 2]),
    "name": (words(TermField.TECHNICIAN, "müller"), [8, 7, 6, 5, 3, 2, 1]),
    "name without accents": (words(TermField.TECHNICIAN, "tess muller"), [8, 7, 6, 5, 3, 2, 1]),
    "account": ({"words": ((TermField.TECHNICIAN, OMAR.account_id),)}, [8, 6, 4, 2]),
    "file": (words(TermField.FILE, "uberweisung pdf"), [7, 5, 3, 1]),
    "what went to a machine": (
        words(TermField.MACHINE, "kitchen") | {"actions": ("session.file",)},
        [5],
    ),
    "both technicians": (
        {"words": ((TermField.TECHNICIAN, "tess"), (TermField.TECHNICIAN, "omar"))},
        [8, 6, 2],
    ),
    "machine and ticket": (words(TermField.MACHINE, "kitchen") | {"ticket_id": "T-2"}, []),
    "technician and ticket": (
        words(TermField.TECHNICIAN, "tess") | {"ticket_id": "T-2"},
        [8, 6, 2],
    ),
    "technician, refused": (words(TermField.TECHNICIAN, "omar") | {"outcome": "refused"}, [6]),
    "technician, since": (
        words(TermField.TECHNICIAN, "omar") | {"since": NOW + timedelta(minutes=3)},
        [8, 6, 4],
    ),
}


@pytest.mark.usefixtures("written")
async def test_records_are_found_by_each_filter_and_by_several_at_once(find: Find) -> None:
    found = {name: await find(**asked) for name, (asked, _) in ASKED.items()}
    assert found == {name: expected for name, (_, expected) in ASKED.items()}


@pytest.mark.usefixtures("written")
async def test_pages_follow_each_other_without_a_gap_whatever_is_asked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_search_module, "WINDOW", 2)
    monkeypatch.setattr(audit_search_module, "SPANS", 1)
    ticks = iter(range(10_000))
    search = SqlAuditSearch(database, clock=lambda: float(next(ticks)))  # every look is too late
    for asked, expected in ASKED.values():
        found: list[int] = []
        before: int | None = None
        while True:
            page = await search.page(AuditQuery(**asked), before, 3)
            found += [record.sequence for record in page.records]
            if page.next_before is None:
                break
            assert before is None or page.next_before < before
            before = page.next_before
        assert found == expected


async def test_a_log_is_taken_in_bit_by_bit_and_across_buckets(
    audit_log: SqlAuditLog, index: SqlAuditIndex, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("audit_index", "audit_search"):
        monkeypatch.setattr(f"broker.storage.{module}.BUCKET", 3)
    for minutes, event in enumerate(EVENTS):
        await audit_log.append(at(minutes, event))
    assert await index.follow(2) == len(EVENTS) - 2
    assert await index.follow(1) == len(EVENTS) - 3
    assert await find(**words(TermField.MACHINE, "kitchen")) == [5, 3, 1]  # all of bucket 1
    assert await find(until=NOW + timedelta(minutes=7)) == [7, 6, 5, 4, 3, 2, 1]
    assert await index.follow(1000) == 0
    found = {name: await find(**asked) for name, (asked, _) in ASKED.items()}
    assert found == {name: expected for name, (_, expected) in ASKED.items()}


async def test_clocks_that_disagree_hide_nothing(
    audit_log: SqlAuditLog, index: SqlAuditIndex, find: Find
) -> None:
    for minutes in (10, 2, 30, 1):
        await audit_log.append(at(minutes, an_event()))
    await index.follow(1000)
    assert await find(since=NOW + timedelta(minutes=2), until=NOW + timedelta(minutes=20)) == [2, 1]


@pytest.mark.usefixtures("written")
async def test_what_is_erased_is_not_found_any_more_and_leaves_no_term(
    database: Database, audit_log: SqlAuditLog, index: SqlAuditIndex, find: Find
) -> None:
    for owner in (session_id(1), str(OMAR.account_id)):
        await audit_log.erase_personal(an_event(PERSONAL_ERASED, details={"erased_owner": owner}))
    await index.follow(1000)
    for field, word in (
        (TermField.MACHINE, "kitchen"),
        (TermField.END_USER, "kitchen"),
        (TermField.FILE, "uberweisung"),
    ):
        assert await find(**words(field, word)) == []
    assert await find(**address("198.51.100.9")) == []
    # Session 2 was not erased, and an account's id is not personal.
    assert await find(**address("2001:db8::1")) == [8, 6, 2]
    tess = await find(words=((TermField.TECHNICIAN, TESS.account_id),))
    assert [sequence for sequence in tess if sequence <= len(EVENTS)] == [8, 7, 6, 5, 3, 2, 1]
    async with database.read() as connection:
        for table in (search_tables.audit_session_terms, search_tables.audit_record_terms):
            owner = table.c.get("owner", table.c.get("session_id"))
            gone = owner.in_([session_id(1), OMAR.account_id])
            rows = await connection.execute(select(table).where(gone, table.c.personal))
            assert rows.all() == []


async def test_an_erased_session_that_goes_on_is_found_by_what_it_says_then(
    audit_log: SqlAuditLog, index: SqlAuditIndex, find: Find
) -> None:
    await audit_log.append(of_session(1, "session.joined", KITCHEN, details={"machine": "old"}))
    await index.follow(1000)
    erasure = an_event(PERSONAL_ERASED, details={"erased_owner": session_id(1)})
    await audit_log.erase_personal(erasure)
    await audit_log.append(of_session(1, "session.joined", KITCHEN, details={"machine": "new"}))
    await index.follow(1000)
    assert await find(**words(TermField.MACHINE, "old")) == []
    assert await find(**words(TermField.MACHINE, "new")) == [3, 1]


async def test_an_account_that_is_named_first_and_acts_later_stays_found_when_it_is_erased(
    audit_log: SqlAuditLog, index: SqlAuditIndex, find: Find
) -> None:
    named = {"target_account": OMAR.account_id}
    await audit_log.append(of_session(1, "session.invited", TESS, details=named))
    await index.follow(1000)
    await audit_log.append(of_session(1, "session.guest_left", OMAR))
    await index.follow(1000)
    erasure = an_event(PERSONAL_ERASED, details={"erased_owner": session_id(1)})
    await audit_log.erase_personal(erasure)
    assert await find(words=((TermField.TECHNICIAN, OMAR.account_id),)) == [2, 1]


@pytest.fixture
async def noted(
    sessions: SqlSessionStore, notes: SqlNoteStore, index: SqlAuditIndex
) -> tuple[int, int]:
    """Two notes of two sessions; the sequences of their records."""
    texts = ("L’imprimante du café était déréglée", "Printer driver reinstalled; printers work")
    for number, said in enumerate(texts, start=1):
        session = a_session(number)
        await sessions.create(session, its_creation(session))
        note = Note(f"not_{number:032x}", session_id(number), "usr_a", "Ada", NOW, said)
        event = of_session(number, "session.note_added", TECHNICIAN, ticket_id="T-1")
        await notes.add(note, 10, event)
    await index.follow(1000)
    return 2, 4


async def test_notes_are_found_by_the_beginnings_of_their_words(
    database: Database, noted: tuple[int, int], find: Find
) -> None:
    first, second = noted
    for said, expected in {
        "printer": [second],
        "print": [second],
        "DEREGLEE cafe": [first],
        "imprimante driver": [],
        "nothing": [],
        "quo\"te' OR NOT (x) * : & |": [],
    }.items():
        assert await find(note_words=words_of(said)) == expected, said
    assert await find(note_words=("p",), ticket_id="T-1") == [second]
    assert await find(note_words=("p",), **words(TermField.TECHNICIAN, "ada")) == [second]
    assert await find(note_words=("p",), outcome="refused") == []
    page = await SqlAuditSearch(database).page(AuditQuery(ticket_id="T-1"), None, 10)
    assert page.notes[first].startswith("L’imprimante")


async def test_an_erased_sessions_notes_and_their_words_are_gone(
    database: Database,
    audit_log: SqlAuditLog,
    sessions: SqlSessionStore,
    noted: tuple[int, int],
    find: Find,
) -> None:
    _, second = noted
    live = await sessions.get(session_id(1))
    assert live is not None
    await sessions.save(
        live, ended(live), of_session(1, "session.ended", TECHNICIAN, ticket_id="T-1")
    )
    erasure = an_event(PERSONAL_ERASED, details={"erased_owner": session_id(1)})
    await audit_log.erase_personal(erasure)
    assert await find(note_words=("imprimante",)) == []
    assert await find(note_words=("printer",)) == [second]
    async with database.read() as connection:
        left = await connection.scalar(text("SELECT count(*) FROM session_notes"))
        assert left == 1
        if database.is_sqlite:
            blocks = await connection.execute(text("SELECT block FROM note_search_data"))
            assert not any(b"imprimante" in row.block for row in blocks)
