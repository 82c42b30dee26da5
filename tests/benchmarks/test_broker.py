"""The benchmark of the broker: its frames, and its table and file."""

import json

from benchmarks.broker import report
from benchmarks.broker.line import frame
from benchmarks.screen.report import Figure

FIGURES = [
    Figure("handrail", "loopback", "idle", "kib_per_connection", 20.0),
    Figure("handrail", "loopback", "candidate", "messages_per_s", 100.0),
    Figure("handrail", "loopback", "candidate", "messages_per_s", 300.0),
    Figure("peerserver", "loopback", "candidate", "messages_per_s", 150.0),
]


def test_a_frame_is_masked_with_nothing() -> None:
    assert frame(b"hi") == b"\x81\x82\x00\x00\x00\x00hi"
    assert frame(b"x" * 300)[:4] == b"\x81\xfe\x01\x2c"


def test_repeats_become_medians_in_a_table_and_a_file() -> None:
    found = report.medians(FIGURES)
    assert report.table(found).splitlines()[2:] == [
        "| candidate | messages_per_s | 200 | 150 |",
        "| idle | kib_per_connection | 20 |  |",
    ]
    written = json.loads(report.document(found, "a machine", "a day"))
    assert written["runs"][0]["unit"] == "KiB"
    assert (written["machine"], written["date"]) == ("a machine", "a day")
