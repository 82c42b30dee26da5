import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.files.names import MAX_NAME_BYTES, is_risky, numbered, safe_name, safe_path

CORPUS = json.loads((Path(__file__).parents[2] / "vectors" / "file_names.json").read_text())


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: ascii(case["name"])[:40])
def test_a_hostile_name_becomes_a_harmless_one(case: dict[str, str]) -> None:
    assert safe_name(case["name"]) == case["safe"]


@given(st.text(max_size=400))
def test_every_name_becomes_one_that_a_disk_takes(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= MAX_NAME_BYTES
    assert not set(safe) & set('/\\:<>"|?*\0')
    assert safe not in (".", "..")
    assert not safe.endswith((".", " "))
    assert safe_name(safe) == safe


def test_no_part_of_a_path_leads_out_of_it() -> None:
    assert ".." not in safe_path(("..", "../..", "a/../../b", ".", "/etc"))


def test_another_name_keeps_its_suffix_and_fits() -> None:
    assert numbered("report.pdf", 2) == "report (2).pdf"
    long = numbered(f"{'é' * 130}.txt", 12)
    assert long.endswith(" (12).txt")
    assert len(long.encode()) <= MAX_NAME_BYTES


@pytest.mark.parametrize(
    ("name", "risky"),
    [("setup.exe", True), ("photo.jpg.SCR", True), ("a.pdf", False), ("exe", False)],
)
def test_what_may_run_is_known_by_its_suffix(name: str, risky: bool) -> None:
    assert is_risky(name) is risky
