"""For all tests: how long an example takes on a busy machine says nothing about the code."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import settings

from broker.storage.migrations import migrate
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
