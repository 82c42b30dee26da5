"""The benchmark's table and file."""

import json

import pytest

from benchmarks.screen import report
from benchmarks.screen.report import Figure


def test_the_document_has_one_run_a_figure_with_its_unit() -> None:
    text = report.document(
        [Figure("handrail", "lan", "key", "latency_ms_p95", 12.34567891)], "m", "d"
    )
    assert json.loads(text) == {
        "machine": "m",
        "date": "d",
        "runs": [
            {
                "system": "handrail",
                "network": "lan",
                "scene": "key",
                "metric": "latency_ms_p95",
                "value": 12.3457,
                "unit": "ms",
            }
        ],
    }


def test_medians_join_the_repeats_in_the_order_of_the_table() -> None:
    values = {"x0vnc-novnc": [5.0, 6.0, 7.0], "handrail": [3.0, 1.0, 2.0]}
    figures = [
        Figure(system, "lan", "key", "latency_ms_median", value)
        for system, repeats in values.items()
        for value in repeats
    ]
    assert [(figure.system, figure.value) for figure in report.medians(figures)] == [
        ("handrail", 2.0),
        ("x0vnc-novnc", 6.0),
    ]


def test_the_table_has_a_column_a_system_and_says_never() -> None:
    figures = [
        Figure("handrail", "lan", "settle", "seconds_to_exact", 0.5),
        Figure("stock-aiortc", "lan", "settle", "seconds_to_exact", None),
    ]
    head, line = report.table(figures).splitlines()
    assert head.split() == ["network", "scene", "metric", "handrail", "stock-aiortc"]
    assert line.split() == ["lan", "settle", "seconds_to_exact", "0.5", "never"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.01234, "0.0123"), (12.345, "12.3"), (1234.5, "1234"), (None, "never")]
)
def test_three_digits_are_shown(value: float | None, text: str) -> None:
    assert report.shown(value) == text
