import json

from benchmarks.input import report
from benchmarks.input.sequence import tally, unwrap


def test_places_in_a_cycle_become_running_numbers_over_losses_and_disorder() -> None:
    assert unwrap([0, 1, 2, 4, 3, 5, 0, 1], 6) == [0, 1, 2, 4, 3, 5, 6, 7]
    assert unwrap([0, 3, 5, 2], 6) == [0, 3, 5, 8]


def test_what_is_lost_late_and_out_of_order_is_counted() -> None:
    sent = {0: 10.0, 1: 10.1, 2: 10.2, 3: 10.3}
    found = tally(sent, [(0, 10.01), (2, 10.21), (1, 10.22), (9, 10.3)])
    assert (found.sent, found.lost, found.reordered) == (4, 1, 1)
    assert [round(delay) for delay in found.delays_ms] == [10, 10, 120]
    assert found.values()["lost"] == 1


def test_no_delay_is_told_when_nothing_arrived() -> None:
    assert tally({0: 1.0}, []).values()["delay_ms_p99"] is None


def test_the_file_has_the_form_of_the_screens() -> None:
    figures = report.medians(
        [(("lan", "type", metric), 2.0) for metric in report.UNITS for _ in range(3)]
    )
    runs = json.loads(report.document(figures, "a machine", "2026-11-24"))["runs"]
    assert runs[0] == {
        "system": "handrail",
        "network": "lan",
        "scene": "type",
        "metric": "sent",
        "value": 2.0,
        "unit": "events",
    }
    assert "delay_ms_p99" in report.table(figures)
