"""The figures of the broker: their medians over the repeats, the table and the file. Pure."""

from collections.abc import Iterable
from typing import Final

from benchmarks.screen import report
from benchmarks.screen.report import Figure, shown

UNITS: Final = {
    "messages_per_s": "1/s",
    "kib_per_connection": "KiB",
    "cpu_pct": "% of a core",
    "relay_ms_median": "ms",
    "relay_ms_p99": "ms",
}
"""Every metric, in the order of the table."""

SCENES: Final = ("candidate", "description", "idle", "crowd")


medians = report.medians_as_they_came


def document(figures: Iterable[Figure], machine: str, date: str) -> str:
    """Give the JSON of `benchmarks/results/broker.json`, in the form of the screen's."""
    return report.document(figures, machine, date, UNITS)


def table(figures: Iterable[Figure]) -> str:
    """Give the lines of a Markdown table: one a metric of a scene, with a column a system."""
    known = list(figures)
    values = {figure.key: figure.value for figure in known}
    systems = list(dict.fromkeys(figure.system for figure in known))
    rows = sorted(
        dict.fromkeys(figure.key[1:] for figure in known),
        key=lambda row: (SCENES.index(row[1]), list(UNITS).index(row[2])),
    )
    cells = [["scene", "metric", *systems], ["---"] * (2 + len(systems))]
    for row in rows:
        found = (values.get((system, *row), "") for system in systems)
        cells.append([*row[1:], *(shown(value) for value in found)])
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
