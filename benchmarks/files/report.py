"""The figures of files: their medians over the repeats, the table and the file. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from benchmarks.screen import report
from benchmarks.screen.report import Figure, shown

UNITS: Final = {
    "mb_per_s": "MB/s",
    "host_cpu_pct": "% of a core",
    "host_cpu_s": "s",
    "broker_cpu_s": "s",
    "page_cpu_s": "s",
    "browser_cpu_s": "s",
    "latency_ms_median": "ms",
    "latency_ms_p95": "ms",
    "times_idle": "× the median of `key`",
}
"""Every metric, in the order of the table. MB are powers of ten."""

NETWORKS: Final = ("lan", "rtt40")
SCENES: Final = ("send", "receive", "key", "key-send", "key-receive")


medians = report.medians_as_they_came


def document(figures: Iterable[Figure], machine: str, date: str) -> str:
    """Give the JSON of `benchmarks/results/files.json`, in the form of the screen's."""
    return report.document(figures, machine, date, UNITS)


def table(figures: Iterable[Figure]) -> str:
    """Give the lines of a Markdown table: one a metric of a scene, with a column a system."""
    known = list(figures)
    values = {figure.key: figure.value for figure in known}
    systems = list(dict.fromkeys(figure.system for figure in known))
    cells = [["network", "scene", "metric", *systems], ["---"] * (3 + len(systems))]
    for row in _rows(values):
        found = [values.get((system, *row), "") for system in systems]
        cells.append([*row, *(shown(value) for value in found)])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in cells
    )


def _rows(values: Mapping[tuple[str, str, str, str], object]) -> list[tuple[str, str, str]]:
    return sorted(
        dict.fromkeys(key[1:] for key in values),
        key=lambda row: (NETWORKS.index(row[0]), SCENES.index(row[1]), list(UNITS).index(row[2])),
    )
