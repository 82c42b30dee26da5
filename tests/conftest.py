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
    items[:] = mixed(items)


def mixed(items: list[pytest.Item]) -> list[pytest.Item]:
    """After each file with a browser come two without: they wait for different things.

    So two workers seldom have a browser each, and the files that are left at the end are short.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    driving = [file for file in files.values() if file[0].get_closest_marker("e2e")]
    plain = [file for file in files.values() if file not in driving]
    order = []
    for file in driving:
        order += [file, *plain[:2]]
        del plain[:2]
    return [item for file in [*order, *plain] for item in file]


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
