"""One question to the directory for all the sockets of a sign-in."""

import asyncio
from typing import Any

import pytest

from broker.errors import AuditUnavailable
from broker.ports import Identity
from broker.web import sign_ins
from broker.web.sign_ins import FRESH_S, SignIns
from tests.builders import an_account


class Directory:
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.live = True
        self.away = False

    async def is_live(self, identity: Identity) -> bool:
        self.asked.append(identity.sign_in_id)
        await asyncio.sleep(0)
        if self.away:
            raise AuditUnavailable
        return self.live


def identity(sign_in_id: str) -> Identity:
    return Identity(an_account().account, sign_in_id)


async def test_many_sockets_ask_once_a_second_and_hear_of_a_sign_out_then() -> None:
    directory, clock = Directory(), [100.0]
    watched = SignIns(directory, lambda: clock[0])  # type: ignore[arg-type]
    one = identity("sin_1")
    assert await asyncio.gather(*(watched.is_live(one) for _ in range(100))) == [True] * 100
    directory.live = False
    assert await watched.is_live(one)
    assert directory.asked == ["sin_1"]
    assert not await watched.is_live(identity("sin_2"))
    clock[0] += FRESH_S
    assert not await watched.is_live(one)


async def test_a_store_that_is_away_is_told_to_each_who_asks() -> None:
    directory = Directory()
    directory.away = True
    watched = SignIns(directory)  # type: ignore[arg-type]
    answers: list[Any] = await asyncio.gather(
        *(watched.is_live(identity("sin_1")) for _ in range(3)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [AuditUnavailable] * 3


async def test_old_answers_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ins, "SWEEP_AT", 10)
    clock = [0.0]
    watched = SignIns(Directory(), lambda: clock[0])  # type: ignore[arg-type]
    for number in range(100):
        await watched.is_live(identity(f"sin_{number}"))
        clock[0] += FRESH_S / 2
    assert len(watched._asked) <= 10
