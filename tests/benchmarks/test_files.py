"""The table and file of the benchmark of files."""

import json

from benchmarks.files import report
from benchmarks.files.clock import Work
from benchmarks.screen.report import Figure

FIGURES = [
    Figure("websocket", "rtt40", "send", "mb_per_s", 17.0),
    Figure("handrail-direct", "lan", "key-send", "times_idle", 1.25),
    Figure("handrail-direct", "lan", "send", "mb_per_s", 15.0),
]


def test_the_table_has_a_column_a_system_and_its_lines_in_order() -> None:
    head, _, *lines = report.table(FIGURES).splitlines()
    assert [cell.strip() for cell in head.split("|")[1:-1]] == [
        "network",
        "scene",
        "metric",
        "websocket",
        "handrail-direct",
    ]
    assert [line.split("|")[2].strip() for line in lines] == ["send", "key-send", "send"]


def test_the_document_is_in_the_form_of_the_screens() -> None:
    runs = json.loads(report.document(FIGURES[:1], "m", "d"))["runs"]
    assert runs == [
        {
            "system": "websocket",
            "network": "rtt40",
            "scene": "send",
            "metric": "mb_per_s",
            "value": 17.0,
            "unit": "MB/s",
        }
    ]


def test_repeats_become_their_median() -> None:
    repeats = [Figure("websocket", "lan", "send", "mb_per_s", float(n)) for n in (3, 1, 2)]
    assert [figure.value for figure in report.medians(repeats)] == [2.0]


def test_a_rate_is_in_powers_of_ten() -> None:
    assert Work(2.0, 50.0).values(64_000_000) == {"mb_per_s": 32.0, "host_cpu_pct": 50.0}
