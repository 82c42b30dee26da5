"""Reading the audit log: what is asked for, and the record that somebody looked."""

import json
import re
from collections import OrderedDict
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from broker.audit.event import AuditEvent, DetailValue
from broker.audit.formats import ExportFormat
from broker.audit.terms import TermField, network_asked_for, networks_of, words_of
from broker.audit_ports import AuditIndex, AuditPage, AuditQuery, AuditSearch
from broker.errors import InvalidRequest
from broker.ports import Account, AuditLog, Clock
from broker.protocol.audit import AuditSelection
from broker.service.registry import actor_of

READ: Final = "audit.read"
EXPORTED: Final = "audit.exported"
EXPORT_CUT: Final = "audit.export_cut"

SAME_LOOK: Final = timedelta(minutes=15)
"""Who asks for the same again within this time, or for its next page, still takes one look."""

MOST_LOOKS: Final = 1_000
"""Looks that are remembered; one that was forgotten is recorded once more."""

EXPORTED_AT_ONCE: Final = 500
"""Records that an export holds in memory."""

TAKEN_IN_AT_ONCE: Final = 2_000
"""Records that a search takes into the index before it answers."""


LONGEST_NAME: Final = 150
"""Characters of an export's file name, without its ending."""

_NAMED: Final = frozenset({"ticket", "session", "action", "outcome", "since", "until"})
"""The filters whose values stand in a file's name; the others are about people."""

_UNFIT: Final = re.compile(r"[^A-Za-z0-9._]+")


class AuditDesk:
    """The log as its readers see it."""

    def __init__(
        self, search: AuditSearch, index: AuditIndex, audit_log: AuditLog, clock: Clock
    ) -> None:
        self._search = search
        self._index = index
        self._audit_log = audit_log
        self._clock = clock
        self._looks: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    async def page(
        self,
        account: Account,
        selection: AuditSelection,
        before: int | None,
        limit: int,
        address: str | None,
    ) -> tuple[AuditPage, int]:
        """Give a page of records, and how many the index does not know so far.

        AuditUnavailable when it could not be recorded that somebody looked.
        """
        query = query_of(selection)
        await self._note_look(account, selection, address)
        unindexed = await self._index.follow(TAKEN_IN_AT_ONCE)
        return await self._search.page(query, before, limit), unindexed

    async def export(
        self, account: Account, selection: AuditSelection, how: ExportFormat, address: str | None
    ) -> AsyncIterator[AuditPage]:
        """Record that these records are exported, and give them page by page as they are asked for.

        AuditUnavailable, before anything is given, when that could not be recorded.
        """
        query = query_of(selection)
        details = _export_details(selection, how)
        actor = actor_of(account, address)
        await self._audit_log.append(
            AuditEvent(self._clock.now(), EXPORTED, actor, details=details)
        )
        await self._index.follow(TAKEN_IN_AT_ONCE)
        return self._pages(query)

    def file_name(self, selection: AuditSelection, how: ExportFormat) -> str:
        """Name the file of an export by its time and what was asked for, without naming people."""
        asked = selection.model_dump(
            mode="json", exclude_none=True, include=set(AuditSelection.model_fields)
        )
        parts = [f"{name}-{value}" if name in _NAMED else name for name, value in asked.items()]
        when = self._clock.now().strftime("%Y-%m-%dT%H%MZ")
        whole = _UNFIT.sub("-", "-".join(["handrail-audit", when, *parts, how.value]))
        ending = "jsonl" if how is ExportFormat.ECS else how.value
        return f"{whole[:LONGEST_NAME]}.{ending}"

    async def note_cut(
        self, account: Account, selection: AuditSelection, how: ExportFormat, address: str | None
    ) -> None:
        """Record that an export was broken off, because its reader may not read any more."""
        details = _export_details(selection, how)
        actor = actor_of(account, address)
        await self._audit_log.append(
            AuditEvent(self._clock.now(), EXPORT_CUT, actor, "refused", details=details)
        )

    async def _pages(self, query: AuditQuery) -> AsyncIterator[AuditPage]:
        page = await self._search.page(query, None, EXPORTED_AT_ONCE)
        yield page
        while page.next_before is not None:
            page = await self._search.page(query, page.next_before, EXPORTED_AT_ONCE)
            yield page

    async def _note_look(
        self, account: Account, selection: AuditSelection, address: str | None
    ) -> None:
        now, filters = self._clock.now(), filters_text(selection)
        look = (account.account_id, filters)
        last = self._looks.get(look)
        if last is not None and now - last < SAME_LOOK:
            return
        details: dict[str, DetailValue] = {"filters": filters}
        await self._audit_log.append(
            AuditEvent(now, READ, actor_of(account, address), details=details)
        )
        self._looks[look] = now
        self._looks.move_to_end(look)
        while len(self._looks) > MOST_LOOKS:
            self._looks.popitem(last=False)


def _export_details(selection: AuditSelection, how: ExportFormat) -> dict[str, DetailValue]:
    return {"filters": filters_text(selection), "export_format": how.value}


def filters_text(selection: AuditSelection) -> str:
    """Write what was asked for the one way that the log keeps it; empty: everything."""
    asked = selection.model_dump(
        mode="json", exclude_none=True, include=set(AuditSelection.model_fields)
    )
    return json.dumps(asked, sort_keys=True, ensure_ascii=False) if asked else ""


def query_of(selection: AuditSelection) -> AuditQuery:
    """Read what is asked for. InvalidRequest, saying what is wrong with it."""
    return AuditQuery(
        ticket_id=selection.ticket,
        session_id=selection.session,
        actions=tuple(selection.action.split(",")) if selection.action else (),
        outcome=selection.outcome,
        since=selection.since,
        until=selection.until,
        words=tuple(dict.fromkeys(_words(selection))),
        note_words=() if selection.text is None else _some_words("text", selection.text),
    )


def _words(selection: AuditSelection) -> list[tuple[TermField, str]]:
    found: list[tuple[TermField, str]] = []
    if selection.address is not None:
        try:
            found.append((TermField.ADDRESS, network_asked_for(selection.address)))
        except ValueError as error:
            raise InvalidRequest(f"address: {error}") from error
    for term_field, name in _TEXTS.items():
        asked: str | None = getattr(selection, name)
        if asked is not None:
            found += [(term_field, word) for word in _whole_or_words(term_field, name, asked)]
    return found


_TEXTS: Final = {
    TermField.TECHNICIAN: "technician",
    TermField.END_USER: "end_user",
    TermField.MACHINE: "machine",
    TermField.FILE: "file",
}


def _whole_or_words(term_field: TermField, name: str, asked: str) -> tuple[str, ...]:
    """Take an account's id and an end user's address as they are."""
    if term_field is TermField.TECHNICIAN and asked.startswith("usr_"):
        return (asked,)
    if term_field is TermField.END_USER and (networks := networks_of(asked)):
        return networks[:1]
    return _some_words(name, asked)


def _some_words(name: str, asked: str) -> tuple[str, ...]:
    words = words_of(asked)
    if not words:
        raise InvalidRequest(f"{name}: there is no word in it to search for")
    return words
