"""Reading the audit log."""

from collections.abc import AsyncIterator

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.audit.chain import SealedEvent
from broker.audit.formats import WRITINGS, ExportFormat, Writing
from broker.audit_ports import AuditPage
from broker.errors import InvalidRequest, NotPermitted
from broker.protocol.audit import (
    AuditExportQuery,
    AuditRecordList,
    AuditRecordView,
    AuditSearchQuery,
    AuditSelection,
)
from broker.protocol.saved_filters import SavedFilter, SavedFilters
from broker.service.audit_desk import query_of
from broker.service.views import event_view
from broker.web.bodies import answer, read_body, read_query, read_texts
from broker.web.context import context_of
from broker.web.cursors import sequence_of
from broker.web.gate import identity_of
from broker.web.source import source_address
from broker.web.while_allowed import break_off, while_allowed


async def search_audit(request: web.Request) -> web.Response:
    """Give a page of records, newest first."""
    account = identity_of(request).account
    asked = read_query(request, AuditSearchQuery)
    before = None if asked.cursor is None else sequence_of(asked.cursor)
    page, unindexed = await context_of(request).audit_desk.page(
        account, asked, before, asked.limit, source_address(request)
    )
    return answer(
        AuditRecordList(
            records=tuple(_view(one, page.notes.get(one.sequence)) for one in page.records),
            next_cursor=None if page.next_before is None else str(page.next_before),
            unindexed=unindexed,
        )
    )


async def export_audit(request: web.Request) -> web.StreamResponse:
    """Send every record that fits; no faster than it is taken, and as long as one may."""
    account, desk = identity_of(request).account, context_of(request).audit_desk
    asked = read_query(request, AuditExportQuery)
    how = ExportFormat(asked.format)
    pages = await desk.export(account, asked, how, source_address(request))
    response = _file(how, desk.file_name(asked, how))
    await response.prepare(request)
    try:
        async with while_allowed(request):
            await _send(response, WRITINGS[how], pages)
    except NotPermitted:
        try:
            await desk.note_cut(account, asked, how, source_address(request))
        finally:
            break_off(request)
    except Exception:
        break_off(request)  # else the problem would be written into the file
        raise
    return response


async def _send(
    response: web.StreamResponse, writing: Writing, pages: AsyncIterator[AuditPage]
) -> None:
    await response.write(writing.head.encode())
    async for page in pages:
        lines = (writing.line(one, page.notes.get(one.sequence)) for one in page.records)
        await response.write("".join(lines).encode())
    await response.write_eof()


def _file(how: ExportFormat, name: str) -> web.StreamResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    response = web.StreamResponse(headers=headers)
    response.content_type, response.charset = WRITINGS[how].media_type, "utf-8"
    return response


def _view(record: SealedEvent, note: str | None) -> AuditRecordView:
    shown = event_view(record).model_dump()
    return AuditRecordView(**shown, erased=record.erased, note=note)


async def list_saved_filters(request: web.Request) -> web.Response:
    """Give what one keeps."""
    account_id = identity_of(request).account.account_id
    return answer(await context_of(request).saved_filters.of(account_id))


async def keep_saved_filters(request: web.Request) -> web.Response:
    """Keep these in place of those that there were."""
    account_id, store = identity_of(request).account.account_id, context_of(request).saved_filters
    wanted, known = await read_body(request, SavedFilters), await store.of(account_id)
    for one in wanted.filters:
        if one not in known.filters:  # one that was taken before does not block the others
            _check(one)
    await store.keep(account_id, wanted)
    return answer(wanted)


def _check(kept: SavedFilter) -> None:
    """By the rules of asking; InvalidRequest names the filter."""
    texts = {str(name): text for name, text in kept.asked.items()}
    try:
        query_of(read_texts(texts, AuditSelection))
    except InvalidRequest as error:
        raise InvalidRequest(f"{kept.name}: {error.detail}") from error


HANDLERS: dict[str, Handler] = {
    "list_saved_filters": list_saved_filters,
    "keep_saved_filters": keep_saved_filters,
    "search_audit": search_audit,
    "export_audit": export_audit,
}
