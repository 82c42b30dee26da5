"""A broker with one technician, Tess, and a browser, for the pages that need no desktop."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.rig.browser import chromium
from tests.rig.stack import Broker, Login, running_broker_of

TESS = Login("tess@example.org", "Tess Example")


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    async with running_broker_of(TESS, tmp_path) as broker:
        yield broker


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser
