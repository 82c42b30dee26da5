"""The figures of the broker: their medians over the repeats, the table and the file. Pure."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

from benchmarks.screen.figures import median_of_repeats
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


def medians(figures: Iterable[Figure]) -> list[Figure]:
    """Give one figure for all repeats of it, in the order in which they came first."""
    repeats: dict[tuple[str, str, str, str], list[float | None]] = {}
    for figure in figures:
        repeats.setdefault(figure.key, []).append(figure.value)
    return [Figure(*key, median_of_repeats(values)) for key, values in repeats.items()]


def document(figures: Iterable[Figure], machine: str, date: str) -> str:
    """Give the JSON of `benchmarks/results/broker.json`, in the form of the screen's."""
    runs = [
        {
            **asdict(figure),
            "value": None if figure.value is None else float(f"{figure.value:.6g}"),
            "unit": UNITS[figure.metric],
        }
        for figure in figures
    ]
    return json.dumps({"machine": machine, "date": date, "runs": runs}, indent=1) + "\n"


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
