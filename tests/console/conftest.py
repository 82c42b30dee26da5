"""A broker with one technician, Tess, for the pages that need no desktop."""

from collections.abc import AsyncIterator
from pathlib import Path

from tests.rig.browser import in_shared_loop
from tests.rig.stack import Broker, Login, running_broker_of

TESS = Login("tess@example.org", "Tess Example")


@in_shared_loop
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    async with running_broker_of(TESS, tmp_path) as broker:
        yield broker
