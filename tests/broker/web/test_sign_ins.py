"""One task asks the directory for all the sockets of all sign-ins."""

import asyncio

import pytest

from broker.errors import AuditUnavailable
from broker.ports import Identity
from broker.web.sign_ins import SignIns
from tests.builders import an_account


class Directory:
    """Counts what it is asked; `over` no longer stand."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.over: set[str] = set()
        self.away = False
        self.heard = asyncio.Event()

    async def is_live(self, identity: Identity) -> bool:
        self.asked.append(identity.sign_in_id)
        self.heard.set()
        await asyncio.sleep(0)
        if self.away:
            raise AuditUnavailable
        return identity.sign_in_id not in self.over

    async def round(self) -> None:
        """Wait until it was asked again, and the answer was heard."""
        self.heard.clear()
        await asyncio.wait_for(self.heard.wait(), 5)
        for _ in range(10):
            await asyncio.sleep(0)


@pytest.fixture
async def directory() -> Directory:
    return Directory()


@pytest.fixture
async def sign_ins(directory: Directory) -> SignIns:
    return SignIns(directory, every_s=0.01)  # type: ignore[arg-type]


def identity(sign_in_id: str) -> Identity:
    return Identity(an_account().account, sign_in_id)


async def test_a_sign_out_is_told_to_each_socket_of_that_sign_in(
    directory: Directory, sign_ins: SignIns
) -> None:
    told: list[str] = []
    one, other = identity("sin_1"), identity("sin_2")
    with (
        sign_ins.watched(one, lambda: told.append("first")),
        sign_ins.watched(one, lambda: told.append("second")),
        sign_ins.watched(other, lambda: told.append("other")),
    ):
        await directory.round()
        assert sorted(directory.asked[:2]) == ["sin_1", "sin_2"]
        assert told == []
        directory.over.add("sin_1")
        await directory.round()
        assert told[:2] == ["first", "second"]
        assert "other" not in told


async def test_who_left_is_neither_asked_about_nor_told(
    directory: Directory, sign_ins: SignIns
) -> None:
    with sign_ins.watched(identity("sin_1"), lambda: pytest.fail("it is gone")):
        await directory.round()
    directory.over.add("sin_1")
    directory.asked.clear()
    with sign_ins.watched(identity("sin_2"), lambda: None):
        await directory.round()
        await directory.round()
    assert set(directory.asked) == {"sin_2"}


async def test_a_store_that_is_away_for_a_moment_cuts_nobody_off(
    directory: Directory, sign_ins: SignIns
) -> None:
    told: list[str] = []
    directory.away = True
    with sign_ins.watched(identity("sin_1"), lambda: told.append("over")):
        await directory.round()
        assert told == []
        directory.away = False
        directory.over.add("sin_1")
        await directory.round()
        assert told[:1] == ["over"]
