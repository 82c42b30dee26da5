"""Finds records: implements `broker.audit_ports.AuditSearch`.

Whatever is asked, one narrow index leads: the newest entries of a ticket, a session, some words, an
outcome or an action. They are read a window at a time, downwards, and what else is asked for is
checked record by record, so that a page costs what its windows cost and never what the log holds.
When its time is over a page is given as it is, with where to ask on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    column,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy import table as table_clause
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.event import canonical_time
from broker.audit_ports import AuditPage, AuditQuery
from broker.storage.audit_index import term_number
from broker.storage.audit_log import RECORDS, sealed_from
from broker.storage.database import Database
from broker.storage.schema import audit_events, session_notes
from broker.storage.search_tables import (
    BUCKET,
    audit_buckets,
    audit_index,
    audit_record_terms,
    audit_session_terms,
)

WINDOW: Final = 5_000
"""Index entries of one window."""

FIRST_WINDOW: Final = 500
"""Of the first, which often holds a page; each after it is four times as large, up to WINDOW."""

ENOUGH_S: Final = 0.12
"""A page that has taken so long reads no other window: it is given with what was found, which may
be nothing, and with where to ask on."""

SPANS: Final = 250
"""Sessions of one window that is led by a term."""

_EVENTS: Final = audit_events.c
_NOTES: Final = select(session_notes.c.sequence).where(session_notes.c.sequence.is_not(None))
_NONE: Final[ColumnElement[int]] = literal_column("0")
"""As an offset it keeps PostgreSQL from planning a query and the one around it as one, which goes
wrong where it cannot know how many rows say a word."""
_SIMPLE: Final[ColumnElement[str]] = literal_column("'simple'::regconfig")


class SqlAuditSearch:
    """The search over the log, its index and the notes."""

    def __init__(self, database: Database, clock: Callable[[], float] = monotonic) -> None:
        self._database = database
        self._clock = clock

    async def page(self, query: AuditQuery, before: int | None, limit: int) -> AuditPage:
        """Give the newest records that fit, those below the sequence `before` when there is one."""
        async with self._database.read() as connection:
            sequences, next_before = await self._sequences(connection, query, before, limit)
            rows = await connection.execute(
                RECORDS.where(_EVENTS.sequence.in_(sequences)).order_by(_EVENTS.sequence.desc())
            )
            records = tuple(map(sealed_from, rows))
            return AuditPage(records, await _notes(connection, sequences), next_before)

    async def _sequences(
        self, connection: AsyncConnection, query: AuditQuery, before: int | None, limit: int
    ) -> tuple[list[int], int | None]:
        began, walk = self._clock(), await _Walk.begin(connection, query, before)
        found: list[int] = []
        while walk.goes_on:
            found += await walk.step(limit + 1 - len(found))
            if len(found) > limit:
                return found[:limit], found[limit - 1]
            if self._clock() - began > ENOUGH_S:
                break
        return found, walk.top if walk.goes_on else None


@dataclass(frozen=True, slots=True)
class _Leads:
    """Queries that lead, none when terms do; what else their entries have to say."""

    queries: list[Select[int]]
    asked: tuple[ColumnElement[bool], ...] = ()
    """Of the table that leads: entries of which it does not hold are counted for a window, too."""
    checks_notes: bool = False
    """Whether the note of each record is still to be read."""


class _Walk:
    """Down through the log, a window at a time; `top` is the first sequence not asked for."""

    def __init__(
        self,
        connection: AsyncConnection,
        query: AuditQuery,
        terms: list[int],
        leads: "_Leads",
        bounds: tuple[int, int],
    ) -> None:
        self._connection = connection
        self._query = query
        self._terms = terms
        self._bottom, self.top = bounds
        self._leads = leads
        self._window = min(FIRST_WINDOW, WINDOW)

    @classmethod
    async def begin(
        cls, connection: AsyncConnection, query: AuditQuery, before: int | None
    ) -> "_Walk":
        """Stand at the upper end of what is asked for."""
        bottom, top = await _bounds(connection, query)
        terms, sessions = await _rarest_first(connection, query)
        top = top if before is None else min(top, before)
        leads = _Leads(_leads(query), checks_notes=bool(query.note_words))
        if not leads.queries and query.note_words:
            leads = await _note_leads(connection, query.note_words, top)
        if not leads.queries and (not terms or await _is_rarer(connection, query, sessions)):
            leads = _Leads(_wider_leads(query))
        return cls(connection, query, terms, leads, (bottom, top))

    @property
    def goes_on(self) -> bool:
        """Whether there is anything left to ask for."""
        return self.top > self._bottom

    async def step(self, most: int) -> list[int]:
        """Give what fits in the next window, at most so many, and go down below it."""
        if self._leads.queries:
            floor, queries = await self._led(self._leads.queries)
        else:
            floor, queries = await self._by_terms()
        found: list[int] = []
        for query in queries:
            found += await self._connection.scalars(query.limit(most))
        self.top, self._window = floor, min(self._window * 4, WINDOW)
        return sorted(found, reverse=True)[:most]

    async def _led(self, leads: list[Select[int]]) -> tuple[int, list[Select[int]]]:
        """Check the newest entries of each lead, down to where the longest of them is cut."""
        below = [lead.where(lead.selected_columns[0] < self.top) for lead in leads]
        floor = max([await self._floor(lead, self._window // len(leads)) for lead in below])
        return floor, [self._checked(lead, floor) for lead in below]

    async def _floor(self, lead: Select[int], entries: int) -> int:
        cut = lead.order_by(lead.selected_columns[0].desc()).offset(entries).limit(1)
        found = await self._connection.scalar(cut)
        return self._bottom if found is None else max(self._bottom, found + 1)

    def _checked(self, lead: Select[int], floor: int) -> Select[int]:
        """Look each entry of a lead up; its limit keeps a database from merging the two queries."""
        (sequence,) = lead.selected_columns
        inside = lead.where(sequence >= floor, *self._leads.asked)
        entries = inside.order_by(sequence.desc()).limit(WINDOW).subquery()
        joined = entries.join(audit_events, _EVENTS.sequence == entries.c[0])
        query = select(_EVENTS.sequence).select_from(joined)
        query = query.where(*self._conditions(), *map(_found_by, self._terms))
        return query.order_by(_EVENTS.sequence.desc())

    async def _by_terms(self) -> tuple[int, list[Select[int]]]:
        """Let the rarest term lead: over the sessions that have it, and over lone records."""
        lone = select(audit_record_terms.c.sequence).where(
            audit_record_terms.c.term == self._terms[0], audit_record_terms.c.sequence < self.top
        )
        floor = max(await self._floor(lone, WINDOW), await self._bucket_floor())
        queries = [_of_sessions(self._terms, floor, self.top), _of_records(self._terms)]
        window = _EVENTS.sequence.between(floor, self.top - 1)
        asked = self._conditions()
        return floor, [query.where(window, *asked) for query in queries]

    async def _bucket_floor(self) -> int:
        """Give where the newest sessions of the rarest term begin, in whole buckets."""
        table, highest = audit_session_terms.c, (self.top - 1) // BUCKET
        spans = select(table.bucket).where(table.term == self._terms[0], table.bucket <= highest)
        cut = await self._connection.scalar(
            spans.order_by(table.bucket.desc()).offset(SPANS).limit(1)
        )
        if cut is None:
            return self._bottom
        whole = cut if cut == highest else cut + 1
        return max(self._bottom, int(whole) * BUCKET)

    def _conditions(self) -> list[ColumnElement[bool]]:
        query, asked = self._query, _public_conditions(self._query)
        if query.since is not None:
            asked.append(_EVENTS.recorded_at >= canonical_time(query.since))
        if query.until is not None:
            asked.append(_EVENTS.recorded_at < canonical_time(query.until))
        if self._leads.checks_notes:
            asked.append(_said(query.note_words))
        return asked


def _public_conditions(query: AuditQuery) -> list[ColumnElement[bool]]:
    """Give what a record has to say; no index of these columns leads, for what leads is chosen."""
    ticket, session, outcome, action = (
        column.concat(literal_column("''"))
        for column in (_EVENTS.ticket_id, _EVENTS.session_id, _EVENTS.outcome, _EVENTS.action)
    )
    asked: list[ColumnElement[bool]] = []
    if query.ticket_id is not None:
        asked.append(ticket == query.ticket_id)
    if query.session_id is not None:
        asked.append(session == query.session_id)
    if query.outcome is not None:
        asked.append(outcome == query.outcome)
    if query.actions:
        asked.append(action.in_(query.actions))
    return asked


def _leads(query: AuditQuery) -> list[Select[int]]:
    """Give what is narrow whatever else is asked for."""
    if query.session_id is not None:
        return [select(_EVENTS.sequence).where(_EVENTS.session_id == query.session_id)]
    if query.ticket_id is not None:
        return [select(_EVENTS.sequence).where(_EVENTS.ticket_id == query.ticket_id)]
    return []


def _wider_leads(query: AuditQuery) -> list[Select[int]]:
    """Give what leads when no term does: an outcome that is rare, actions, or the log itself."""
    every = select(_EVENTS.sequence)
    if query.outcome not in (None, "success"):
        # As texts they let SQLite see that its partial index holds all of it.
        rare: ColumnElement[str] = literal_column(f"'{query.outcome}'")
        well: ColumnElement[str] = literal_column("'success'")
        return [every.where(_EVENTS.outcome == rare, _EVENTS.outcome != well)]
    return [every.where(_EVENTS.action == action) for action in query.actions] or [every]


def _of_sessions(terms: list[int], floor: int, top: int) -> Select[int]:
    """Walk the buckets of a term downwards, and in each the records of its sessions."""
    first, *others = (audit_session_terms.alias(f"term{number}") for number, _ in enumerate(terms))
    joined: Any = first
    for table in others:
        same = (table.c.session_id == first.c.session_id, table.c.bucket == first.c.bucket)
        joined = joined.join(table, and_(*same))
    start = first.c.bucket * BUCKET
    mine = _EVENTS.session_id == first.c.session_id
    joined = joined.join(
        audit_events, and_(mine, _EVENTS.sequence.between(start, start + (BUCKET - 1)))
    )
    asked = [table.c.term == term for table, term in zip((first, *others), terms, strict=True)]
    window = first.c.bucket.between(floor // BUCKET, (top - 1) // BUCKET)
    query = select(_EVENTS.sequence).select_from(joined).where(window, *asked)
    return query.order_by(first.c.bucket.desc(), _EVENTS.sequence.desc())


def _of_records(terms: list[int]) -> Select[int]:
    first, *others = (audit_record_terms.alias(f"term{number}") for number, _ in enumerate(terms))
    joined: Any = first
    for table in others:
        joined = joined.join(table, table.c.sequence == first.c.sequence)
    joined = joined.join(audit_events, _EVENTS.sequence == first.c.sequence)
    asked = [table.c.term == term for table, term in zip((first, *others), terms, strict=True)]
    query = select(_EVENTS.sequence).select_from(joined).where(*asked)
    return query.order_by(first.c.sequence.desc())


def _found_by(term: int) -> ColumnElement[bool]:
    """Whether a record, or its session, is found by a term."""
    session = select(audit_session_terms.c.term).where(
        audit_session_terms.c.term == term,
        audit_session_terms.c.session_id == _EVENTS.session_id,
        audit_session_terms.c.bucket == _EVENTS.sequence // BUCKET,
    )
    lone = select(audit_record_terms.c.term).where(
        audit_record_terms.c.term == term, audit_record_terms.c.sequence == _EVENTS.sequence
    )
    return or_(session.exists(), lone.exists())


async def _note_leads(connection: AsyncConnection, words: tuple[str, ...], top: int) -> _Leads:
    """Let the words lead by their index, unless they are in so many notes that all notes do.

    An index of words gives its notes in no order that helps: all of them are read for a page.
    """
    sequence, asked = session_notes.c.sequence, _words_in_notes(words)
    below = _NOTES.where(sequence < top).order_by(sequence.desc())
    floor = await connection.scalar(below.offset(WINDOW).limit(1)) or 0
    newest = select(func.count()).where(sequence.between(floor, top - 1), *asked)
    if (await connection.scalar(newest) or 0) >= WINDOW // 50:
        return _Leads([_NOTES], asked)
    return _Leads([_note_sequences(words, connection.dialect.name)])


def _said(words: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the note that a record tells of has these beginnings of words."""
    mine = _NOTES.where(session_notes.c.sequence == _EVENTS.sequence, *_words_in_notes(words))
    return mine.offset(_NONE).exists()


def _words_in_notes(words: tuple[str, ...]) -> tuple[ColumnElement[bool], ...]:
    """Words hold no marks that mean something to LIKE."""
    said = literal_column("' '").concat(func.coalesce(session_notes.c.words, ""))
    return tuple(said.like(f"% {word}%") for word in words)


def _note_sequences(words: tuple[str, ...], dialect: str) -> Select[int]:
    """Give the records of notes with words that begin so, by their index."""
    if dialect == "sqlite":
        table = table_clause("note_search", column("rowid", Integer))
        asked = " ".join(f'"{word}"*' for word in words)
        return select(table.c.rowid).where(text("note_search MATCH :asked").bindparams(asked=asked))
    asked = " & ".join(f"{word}:*" for word in words)
    said = func.to_tsvector(_SIMPLE, func.coalesce(session_notes.c.words, literal_column("''")))
    fits = said.op("@@")(func.to_tsquery(_SIMPLE, asked))
    found = _NOTES.where(fits).offset(_NONE).subquery()
    return select(found.c.sequence)


async def _rarest_first(connection: AsyncConnection, query: AuditQuery) -> tuple[list[int], int]:
    """Give the terms asked for, and how much the rarest finds."""
    if not query.words:
        return [], 0
    key = (await connection.execute(select(audit_index.c.key))).scalar_one()
    terms = {term_number(key, *word) for word in query.words}
    counts = {term: await _count(connection, term) for term in terms}
    return sorted(terms, key=lambda term: counts[term]), min(counts.values())


async def _is_rarer(connection: AsyncConnection, query: AuditQuery, sessions: int) -> bool:
    """Whether the outcome asked for leads better than a term of so many sessions."""
    if query.outcome in (None, "success"):
        return False
    (lead,) = _wider_leads(query)
    some = lead.limit(WINDOW).subquery()
    return (await connection.scalar(select(func.count()).select_from(some)) or 0) <= sessions


async def _count(connection: AsyncConnection, term: int) -> int:
    """Count what a term finds, as far as it matters."""
    total = 0
    for table in (audit_session_terms, audit_record_terms):
        some = select(table.c.term).where(table.c.term == term).limit(WINDOW).subquery()
        total += await connection.scalar(select(func.count()).select_from(some)) or 0
    return total


async def _bounds(connection: AsyncConnection, query: AuditQuery) -> tuple[int, int]:
    """Give the first sequence that can fit, and the first after the last one."""
    last = await connection.scalar(select(func.max(_EVENTS.sequence))) or 0
    indexed = await connection.scalar(select(audit_index.c.indexed)) or 0
    bottom, top = 1, last + 1
    if query.since is not None:
        late = audit_buckets.c.last_at >= canonical_time(query.since)
        first = await connection.scalar(select(func.min(audit_buckets.c.bucket)).where(late))
        bottom = indexed + 1 if first is None else first * BUCKET
    if query.until is not None and indexed == last:
        early = audit_buckets.c.first_at < canonical_time(query.until)
        highest = await connection.scalar(select(func.max(audit_buckets.c.bucket)).where(early))
        top = 0 if highest is None else (highest + 1) * BUCKET
    return bottom, min(top, last + 1)


async def _notes(connection: AsyncConnection, sequences: list[int]) -> dict[int, str]:
    query = select(session_notes.c.sequence, session_notes.c.text)
    rows = await connection.execute(query.where(session_notes.c.sequence.in_(sequences)))
    return {row.sequence: row.text for row in rows}
