"""The log that the audit benchmark searches: what it is made of, and copies of it."""

from pathlib import Path

from sqlalchemy import func, select

from benchmarks.audit import report
from benchmarks.audit.copies import copy
from benchmarks.audit.filling import Filling
from benchmarks.audit.generator import events, technician
from benchmarks.screen.report import Figure
from broker.audit.chain import verify
from broker.audit.terms import TermField
from broker.audit_ports import AuditQuery
from broker.storage.audit_log import SqlAuditLog
from broker.storage.audit_search import SqlAuditSearch
from broker.storage.database import Database
from broker.storage.schema import audit_events
from tests.conftest import PutDatabase


async def test_a_log_verifies_and_copies_of_it_are_found(
    tmp_path: Path, put_database: PutDatabase
) -> None:
    url = f"sqlite:///{put_database(tmp_path)}"
    filling = Filling(url, events())
    await filling.begin()
    await filling.until(300)
    await filling.close()
    database = Database(url)
    verdict = verify([record async for record in SqlAuditLog(database).everything()])
    assert (verdict.records, verdict.flaw) == (300, None)

    await copy(database, 300, 3)
    search = SqlAuditSearch(database)
    for query in (
        AuditQuery(words=((TermField.TECHNICIAN, str(technician(0).account_id)),)),
        AuditQuery(ticket_id="ZD-3-2"),
        AuditQuery(note_words=("see",)),
    ):
        page = await search.page(query, None, 10)
        assert page.records
        assert page.records[0].sequence > 2 * 4096
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(audit_events)) == 900
    await database.close()


def test_figures_of_other_sizes_are_kept_and_the_same_are_replaced() -> None:
    small = Figure("sqlite", "1e+04", "everything", "first_page_ms", 3.0)
    large = Figure("postgresql", "1e+06", "everything", "first_page_ms", 5.0)
    earlier = report.document([small, large], "a machine", "a date")
    again = Figure("sqlite", "1e+04", "everything", "first_page_ms", 2.0)
    assert report.with_earlier([again], earlier) == [again, large]
