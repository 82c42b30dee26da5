"""For all tests: how long an example takes on a busy machine says nothing about the code."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from shutil import copyfile

import pytest
import pytest_asyncio
from hypothesis import settings
from playwright.async_api import Browser

from broker.storage.migrations import migrate
from tests.rig.browser import chromium, in_shared_loop
from tests.rig.nursery import NURSERY

settings.register_profile("handrail", deadline=None)
settings.load_profile("handrail")

NURSERY.is_open = True

PutDatabase = Callable[[Path], Path]


@pytest.fixture(scope="session")
def put_database(tmp_path_factory: pytest.TempPathFactory) -> PutDatabase:
    """Put a SQLite database that is up to date into a folder; it is made once, and copied."""
    made = tmp_path_factory.mktemp("database") / "handrail.db"
    asyncio.run(migrate(f"sqlite:///{made}"))

    def put(folder: Path) -> Path:
        folder.mkdir(mode=0o700, exist_ok=True)
        return copyfile(made, folder / made.name)

    return put


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what drives a browser in the loop that the browser was started from."""
    for item in items:
        if item.get_closest_marker("e2e") and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@in_shared_loop
async def browser(one_browser: Browser) -> AsyncIterator[Browser]:
    """Headless Chromium, with nothing left of the tests before."""
    yield one_browser
    for context in one_browser.contexts:
        await context.close()
