"""The figures of keys and moves: their medians over the repeats, the table and the file. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.screen.figures import median_of_repeats
from benchmarks.screen.report import shown

UNITS = {
    "sent": "events",
    "lost": "events",
    "reordered": "events",
    "delay_ms_p50": "ms",
    "delay_ms_p95": "ms",
    "delay_ms_p99": "ms",
}
"""Every metric, in the order of the table."""

Key = tuple[str, str, str]
"""Network, scene, metric."""


def medians(figures: Sequence[tuple[Key, float | None]]) -> dict[Key, float | None]:
    """Give one value for all repeats of each figure, in the order in which they came first."""
    repeats: dict[Key, list[float | None]] = {}
    for key, value in figures:
        repeats.setdefault(key, []).append(value)
    return {key: median_of_repeats(values) for key, values in repeats.items()}


def document(figures: Mapping[Key, float | None], machine: str, date: str) -> str:
    """Give the JSON of `benchmarks/results/input.json`, in the form of the screen's."""
    runs: list[dict[str, Any]] = [
        {
            "system": "handrail",
            "network": network,
            "scene": scene,
            "metric": metric,
            "value": None if value is None else float(f"{value:.6g}"),
            "unit": UNITS[metric],
        }
        for (network, scene, metric), value in figures.items()
    ]
    return json.dumps({"machine": machine, "date": date, "runs": runs}, indent=1) + "\n"


def table(figures: Mapping[Key, float | None]) -> str:
    """Give a line for each scene, with a column for each metric."""
    cells = [["network", "scene", *UNITS]]
    for network, scene in dict.fromkeys(key[:2] for key in figures):
        values = (figures[network, scene, metric] for metric in UNITS)
        cells.append([network, scene, *(shown(value) for value in values)])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )
