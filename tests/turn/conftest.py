"""A real coturn in a network of its own."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.rig.turn import Coturn, running_coturn


@pytest.fixture
async def coturn(tmp_path: Path) -> AsyncIterator[Coturn]:
    """coturn with the admins' file."""
    need_coturn()
    async with running_coturn(tmp_path) as running:
        yield running


def need_coturn() -> None:
    """Leave a test out where coturn cannot run."""
    if os.geteuid() != 0:
        pytest.skip("a network of its own needs root")
    if shutil.which("turnserver") is None:
        pytest.skip("coturn is not installed")
