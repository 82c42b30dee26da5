"""Two minutes of everything that a network and a broker can do to a session."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.screen.network import reason_against_namespaces
from tests.chaos.holding import LIMITS
from tests.chaos.run import run

pytestmark = [pytest.mark.e2e, pytest.mark.clock]

SECONDS = 120.0
SEED = 6
SHORT_LIMITS = replace(LIMITS, client_mb=32, console_mb=10)
"""Neither is warm after two minutes with a new connection every few seconds."""
KINDS = 6
"""Of the eight faults, at least; on a quiet machine all of them come."""


@pytest.mark.skipif(reason_against_namespaces() is not None, reason="namespaces need root and tun")
async def test_a_session_outlives_two_minutes_of_chaos(tmp_path: Path) -> None:
    outcome = await run(tmp_path, SECONDS, SEED, print, SHORT_LIMITS)
    assert outcome.complaints == []
    assert len({fault for fault, _ in outcome.faults}) >= KINDS
    assert outcome.held
    assert outcome.lines >= 12  # 25 beside other work
    assert outcome.files
