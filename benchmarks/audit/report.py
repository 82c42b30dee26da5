"""The figures of the audit log: their medians over the repeats, the table and the file. Pure."""

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Final

from benchmarks.screen import report
from benchmarks.screen.report import Figure, shown

UNITS: Final = {
    "durable_per_s": "records/s",
    "indexed_per_s": "records/s",
    "verified_per_s": "records/s",
    "exported_per_s": "records/s",
    "first_page_ms": "ms",
    "worst_page_ms": "ms",
}
"""Every metric, in the order of the table."""


SYSTEMS: Final = ("sqlite", "postgresql")


def with_earlier(figures: Iterable[Figure], document: str) -> list[Figure]:
    """Put the figures of databases and sizes that were not measured again before the new ones."""
    new = list(figures)
    again = {(one.system, one.network) for one in new}
    names = [field.name for field in fields(Figure)]
    earlier = [
        Figure(**{name: run[name] for name in names}) for run in json.loads(document)["runs"]
    ]
    every = [one for one in earlier if (one.system, one.network) not in again] + new
    return sorted(every, key=lambda one: (SYSTEMS.index(one.system), float(one.network)))


def document(figures: Iterable[Figure], machine: str, date: str) -> str:
    """Give the JSON of `benchmarks/results/audit.json`, in the form of the screen's."""
    return report.document(figures, machine, date, UNITS)


def table(figures: Iterable[Figure]) -> str:
    """Give the lines of a Markdown table: one a scene, with a column a database and size."""
    known = list(figures)
    values = {figure.key: figure.value for figure in known}
    columns = list(dict.fromkeys((one.system, one.network) for one in known))
    rows = sorted(
        dict.fromkeys((one.scene, one.metric) for one in known),
        key=lambda row: list(UNITS).index(row[1]),
    )
    head = ["what", "unit", *(f"{system}, {size}" for system, size in columns)]
    cells = [head, ["---"] * len(head)]
    for scene, metric in rows:
        found = (values.get((*column, scene, metric), "") for column in columns)
        cells.append([scene, UNITS[metric], *(shown(value) for value in found)])
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
