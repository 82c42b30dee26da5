"""Figures: what they are called, their medians over the repeats, the table and the file. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.screen.figures import median_of_repeats

UNITS = {
    "first_picture_s": "s",
    "latency_ms_median": "ms",
    "latency_ms_p95": "ms",
    "fps": "1/s",
    "age_ms_median": "ms",
    "age_ms_p95": "ms",
    "host_cpu_pct": "% of a core",
    "memory_mb": "MB",
    "down_kbytes_per_s": "kB/s",
    "psnr_y_db": "dB",
    "psnr_rgb_db": "dB",
    "exact_pixels_pct": "%",
    "seconds_to_exact": "s",
}
"""Every metric, in the order of the table. kB and MB are powers of ten."""

SYSTEMS = (
    "handrail",
    "handrail-tunnel",
    "stock-aiortc",
    "x0vnc-novnc",
    "x11vnc-novnc",
    "meshcentral",
)
NETWORKS = ("lan", "wan")
SCENES = ("first", "idle", "key", "region30", "scroll30", "scroll60", "settle")

NEVER = "never"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; None means that it never happened."""

    system: str
    network: str
    scene: str
    metric: str
    value: float | None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What the repeats of one figure have in common."""
        return self.system, self.network, self.scene, self.metric


def medians_as_they_came(figures: Iterable[Figure]) -> list[Figure]:
    """Give one figure for all repeats of it, in the order in which they came first."""
    repeats: dict[tuple[str, str, str, str], list[float | None]] = {}
    for figure in figures:
        repeats.setdefault(figure.key, []).append(figure.value)
    return [Figure(*key, median_of_repeats(values)) for key, values in repeats.items()]


def medians(figures: Iterable[Figure]) -> list[Figure]:
    """Give one figure for all repeats of it, in the order of the table."""
    return sorted(medians_as_they_came(figures), key=_order)


def document(
    figures: Iterable[Figure], machine: str, date: str, units: Mapping[str, str] = UNITS
) -> str:
    """Give the JSON of a file in `benchmarks/results`, with the unit of each metric."""
    runs: list[dict[str, Any]] = [
        {**asdict(figure), "value": _rounded(figure.value), "unit": units[figure.metric]}
        for figure in figures
    ]
    return json.dumps({"machine": machine, "date": date, "runs": runs}, indent=1) + "\n"


def table(figures: Sequence[Figure]) -> str:
    """Give a line for each metric of each scene, with a column for each system."""
    systems = [name for name in SYSTEMS if any(figure.system == name for figure in figures)]
    values = {figure.key: figure.value for figure in figures}
    rows = dict.fromkeys((figure.network, figure.scene, figure.metric) for figure in figures)
    cells = [["network", "scene", "metric", *systems]]
    for row in rows:
        found = [values.get((system, *row), "") for system in systems]
        cells.append([*row, *(shown(value) for value in found)])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_line(line, widths) for line in cells)


def shown(value: float | str | None) -> str:
    """Write a value with three digits that count, at least."""
    if isinstance(value, str):
        return value
    if value is None:
        return NEVER
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    names = [cell.ljust(width) for cell, width in zip(cells[:3], widths[:3], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(cells[3:], widths[3:], strict=True)]
    return "  ".join([*names, *numbers]).rstrip()


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def _order(figure: Figure) -> tuple[int, int, int, int]:
    return (
        NETWORKS.index(figure.network),
        SCENES.index(figure.scene),
        list(UNITS).index(figure.metric),
        SYSTEMS.index(figure.system),
    )
