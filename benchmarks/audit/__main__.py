"""`python -m benchmarks.audit`, which `make bench-audit` runs."""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

from sqlalchemy import text

from benchmarks.audit import report
from benchmarks.audit.copies import copy
from benchmarks.audit.filling import Filling, size
from benchmarks.audit.generator import START, events, technician
from benchmarks.screen.__main__ import machine
from benchmarks.screen.report import Figure
from broker.audit.chain import NOTHING_READ, follow
from broker.audit.event import AuditEvent
from broker.audit.formats import WRITINGS, ExportFormat
from broker.audit.terms import TermField
from broker.audit_ports import AuditQuery
from broker.storage.audit_index import SqlAuditIndex
from broker.storage.audit_log import SqlAuditLog
from broker.storage.audit_search import SqlAuditSearch
from broker.storage.database import Database
from broker.storage.migrations import migrate
from tests.rig import postgresql

RESULTS: Final = Path(__file__).parents[1] / "results" / "audit.json"
SIZES: Final = (10**4, 10**5, 10**6)
PAGE: Final = 50
REPEATS: Final = 9
READ: Final = 50_000
"""Records that are verified and exported for their rate."""


def queries(records: int) -> dict[str, AuditQuery]:
    """Give what is asked for, broad and narrow."""
    middle = START + timedelta(seconds=8 * records // 2)
    busy, rare = technician(0), technician(150)
    return {
        "everything": AuditQuery(),
        "a ticket": AuditQuery(ticket_id=f"ZD-{records // 100}"),
        "an action": AuditQuery(actions=("session.file",)),
        "refused": AuditQuery(outcome="refused"),
        "a month in the middle": AuditQuery(since=middle, until=middle + timedelta(days=30)),
        "the busiest technician": AuditQuery(words=((TermField.TECHNICIAN, str(busy.account_id)),)),
        "a rare technician": AuditQuery(words=((TermField.TECHNICIAN, str(rare.account_id)),)),
        "a word of every technician": AuditQuery(words=((TermField.TECHNICIAN, "tess"),)),
        "a computer": AuditQuery(words=((TermField.MACHINE, "desk"), (TermField.MACHINE, "4711"))),
        "a network": AuditQuery(words=((TermField.ADDRESS, "172.16.0.0/16"),)),
        "files of a technician": AuditQuery(
            words=((TermField.TECHNICIAN, str(busy.account_id)),), actions=("session.file",)
        ),
        "a word of every note": AuditQuery(note_words=("see",)),
        "a word of one note in seven": AuditQuery(note_words=("printer",)),
        "a case in a note": AuditQuery(note_words=("k4711",)),
        "nothing fits two broad filters": AuditQuery(
            words=((TermField.TECHNICIAN, "tess"),), actions=("session.ended",), outcome="refused"
        ),
    }


def main() -> None:
    """Measure, print the table, write the file."""
    options = _options()
    figures = asyncio.run(_measure(options))
    output = None if options.output == "none" or not figures else Path(options.output)
    if output is not None and output.exists():
        figures = report.with_earlier(figures, output.read_text())
    print(report.table(figures))
    if output is not None:
        date = datetime.now(UTC).isoformat(timespec="seconds")
        output.write_text(report.document(figures, machine(), date))


async def _measure(options: argparse.Namespace) -> list[Figure]:
    figures: list[Figure] = []
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for system in options.systems:
            url = f"sqlite:///{folder / 'audit.db'}"
            if system == "postgresql" and options.postgresql:
                url = options.postgresql
            elif system == "postgresql":
                server = stack.enter_context(postgresql.running(durable=True))
                url = server.new_database()
            figures += await _one(system, url, options.sizes, options.copies)
    return figures


async def _one(system: str, url: str, sizes: list[int], copies: int) -> list[Figure]:
    await migrate(url)
    database = Database(url)
    stream = events()
    filling, figures = Filling(url, stream), []
    await filling.begin()
    for records in sizes:
        if await size(database) < records:
            written = records // (copies if records == sizes[-1] else 1)
            await filling.until(written)
            if written < records:
                await copy(filling.database, written, copies)
            await filling.close()
        measured = _Measured(system, records, database)
        figures += [
            *await measured.index(),
            *await measured.queries(),
            *await measured.reading(),
        ]
    figures += [await _Measured(system, sizes[-1], database).appends(stream)]
    await database.close()
    return figures


class _Measured:
    """What is measured on one database of one size."""

    def __init__(self, system: str, records: int, database: Database) -> None:
        self._system, self._records, self._database = system, records, database

    def _figure(self, scene: str, metric: str, value: float) -> Figure:
        _say(f"{self._system}, {self._records}: {scene} {value:.4g} {report.UNITS[metric]}")
        return Figure(self._system, f"{self._records:.0e}", scene, metric, value)

    async def index(self) -> list[Figure]:
        """Take in what is not indexed yet."""
        index, before = SqlAuditIndex(self._database), perf_counter()
        left = await index.follow(0)
        await index.follow(left)
        if not self._database.is_sqlite:
            async with self._database.engine.begin() as connection:
                await connection.execute(text("ANALYZE"))
        rate = left / (perf_counter() - before)
        return [self._figure("index", "indexed_per_s", rate)] if left else []

    async def queries(self) -> list[Figure]:
        """Ask for the first page of each query again and again: the median and the worst."""
        search = SqlAuditSearch(self._database)
        figures = []
        for name, query in queries(self._records).items():
            took = []
            for _ in range(REPEATS):
                before = perf_counter()
                await search.page(query, None, PAGE)
                took.append((perf_counter() - before) * 1000)
            figures.append(self._figure(name, "first_page_ms", statistics.median(took)))
            figures.append(self._figure(f"{name}, worst", "worst_page_ms", max(took)))
        return figures

    async def reading(self) -> list[Figure]:
        """Verify and export records."""
        verified = await _rate(self._verify)
        exported = await _rate(self._export)
        return [
            self._figure("verify", "verified_per_s", verified),
            self._figure("export, CSV", "exported_per_s", exported),
        ]

    async def appends(self, stream: Iterator[AuditEvent]) -> Figure:
        """Append one record after the other, each on the disk before the next."""
        log, before, count = SqlAuditLog(self._database), perf_counter(), 500
        for _ in range(count):
            await log.append(next(stream))
        return self._figure("append, durable", "durable_per_s", count / (perf_counter() - before))

    async def _verify(self) -> int:
        verdict = NOTHING_READ
        async for record in SqlAuditLog(self._database).everything():
            verdict = follow(verdict, record)
            if verdict.flaw is not None:
                raise RuntimeError(f"the generated log is broken: {verdict.flaw}")
            if verdict.records >= READ:
                break
        return verdict.records

    async def _export(self) -> int:
        search, written, before = SqlAuditSearch(self._database), 0, None
        line = WRITINGS[ExportFormat.CSV].line
        while written < READ:
            page = await search.page(AuditQuery(), before, 500)
            written += len([line(record, None) for record in page.records])
            if page.next_before is None:
                break
            before = page.next_before
        return written


async def _rate(work: Callable[[], Awaitable[int]]) -> float:
    before = perf_counter()
    return await work() / (perf_counter() - before)


def _say(said: str) -> None:
    print(f"bench-audit: {said}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-audit", description=__doc__)
    parser.add_argument("--systems", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument(
        "--keep", type=Path, help="a folder for the database of SQLite, gone on from"
    )
    help_copies = "make the largest size of a log that is so many times smaller"
    parser.add_argument("--copies", type=int, default=1, help=help_copies)
    parser.add_argument(
        "--postgresql", metavar="URL", help="a database of a server that runs, gone on from"
    )
    parser.add_argument("--output", default=str(RESULTS), help="a file, or none")
    return parser.parse_args()


if __name__ == "__main__":
    main()
