"""The page that is drawn from the table of transitions."""

from pathlib import Path

import pytest

from broker.protocol.vocabulary import EndReason, SessionState
from broker.session import diagram

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_shows_every_state_and_end_reason() -> None:
    page = diagram.markdown()
    assert all(f"| {state} |" in page for state in SessionState)
    assert all(f"`{reason}`" in page for reason in EndReason)
    assert "    waiting --> joined: CodeClaimed" in page
    assert "    connected --> consented: PeersLost" in page


def test_the_written_page_is_fresh() -> None:
    written = (ROOT / "docs/session-life.md").read_text(encoding="utf-8")
    assert written == diagram.markdown(), "stale: run `make generate`"


def test_main_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(diagram, "__file__", str(tmp_path / "broker/session/diagram.py"))
    diagram.main()
    assert (tmp_path / "docs/session-life.md").read_text(encoding="utf-8") == diagram.markdown()
