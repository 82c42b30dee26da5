"""How often a secret may be guessed, one after the other and all at once."""

import asyncio

import pytest

from broker.errors import CodeRejected, TooManyRequests
from broker.web.attempts import ACCOUNT_FAILURES, FAILURES, WINDOW_S, Attempts, address_key
from tests.broker.web.conftest import PASSWORD, Broker

WRONG = "correct horse bakery"


class Guesser:
    """Makes attempts, each of which stays under way until told to end."""

    def __init__(self) -> None:
        self.clock = 1000.0
        self.attempts = Attempts(lambda: self.clock)
        self.judged = 0

    async def guess(
        self,
        *,
        right: bool = False,
        address: str | None = "192.0.2.1",
        until: asyncio.Event | None = None,
    ) -> str:
        try:
            async with self.attempts.by_address("join", address, CodeRejected):
                self.judged += 1
                if until is not None:
                    await until.wait()
                if not right:
                    raise CodeRejected  # noqa: TRY301
        except CodeRejected:
            return "wrong"
        except TooManyRequests:
            return "refused"
        return "right"


async def settle() -> None:
    """Let every task go as far as it can."""
    for _ in range(200):
        await asyncio.sleep(0)


async def test_only_so_many_guesses_are_judged_however_many_come_at_once() -> None:
    guesser, until = Guesser(), asyncio.Event()
    guesses = [asyncio.ensure_future(guesser.guess(until=until)) for _ in range(40)]
    await settle()
    assert guesser.judged == FAILURES
    until.set()
    answers = await asyncio.gather(*guesses)
    assert guesser.judged == FAILURES
    assert sorted(set(answers)) == ["refused", "wrong"]


async def test_right_attempts_in_parallel_all_get_in() -> None:
    guesser, until = Guesser(), asyncio.Event()
    right = [asyncio.ensure_future(guesser.guess(right=True, until=until)) for _ in range(20)]
    await settle()
    until.set()
    assert await asyncio.gather(*right) == ["right"] * 20


async def test_an_attempt_that_is_given_up_is_no_failure() -> None:
    guesser = Guesser()
    for _ in range(2 * FAILURES):
        given_up = asyncio.ensure_future(guesser.guess(until=asyncio.Event()))
        await settle()
        given_up.cancel()
        await asyncio.wait([given_up])
    assert await guesser.guess() == "wrong"


async def test_failures_are_forgiven_after_a_while() -> None:
    guesser = Guesser()
    assert [await guesser.guess() for _ in range(6)] == ["wrong"] * 5 + ["refused"]
    assert await guesser.guess(address="192.0.2.2") == "wrong"
    guesser.clock += WINDOW_S
    assert await guesser.guess() == "wrong"


async def test_memory_does_not_grow_with_every_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.web.attempts.SWEEP_AT", 10)
    guesser = Guesser()
    guesser.attempts = Attempts(lambda: guesser.clock)
    for number in range(100):
        await guesser.guess(address=f"192.0.2.{number}")
        guesser.clock += WINDOW_S / 5
    assert len(guesser.attempts._keys) <= 20


def test_an_ipv6_network_is_one_address() -> None:
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff:2")
    assert address_key("2001:db8::1") != address_key("2001:db8:0:1::1")
    assert address_key("::ffff:192.0.2.1") == address_key("192.0.2.1")
    assert address_key(None) == "unknown"


# ---- the doors that use it


async def test_parallel_wrong_passwords_are_bounded_like_those_in_a_row(broker: Broker) -> None:
    await broker.technician("tess@example.org")
    stranger = await broker.new_person()
    answers = await asyncio.gather(
        *(stranger.sign_in("tess@example.org", WRONG) for _ in range(40))
    )
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [401] * FAILURES + [429] * (40 - FAILURES)
    judged = [
        record
        async for record in broker.core.audit_log.everything()
        if record.event.action == "auth.sign_in_failed"
    ]
    assert len(judged) == FAILURES


async def test_parallel_wrong_codes_are_bounded_on_both_doors(broker: Broker) -> None:
    stranger = await broker.new_person()

    async def through_the_page() -> str:
        response = await stranger.post("/api/v1/join", {"code": "482109375523"})
        return str((await response.json())["code"])

    async def through_the_client() -> str:
        socket = await stranger.join("482109375523")
        return str((await socket.receive("error"))["code"])

    answers = await asyncio.gather(
        *(through_the_page() for _ in range(15)), *(through_the_client() for _ in range(15))
    )
    assert answers.count("code_rejected") == FAILURES
    assert answers.count("too_many_requests") == 30 - FAILURES


async def test_parallel_wrong_setup_tokens_are_bounded(broker: Broker) -> None:
    stranger = await broker.new_person()
    body = {"token": "A" * 43, "email": "a@example.org", "name": "Ada", "password": PASSWORD}
    answers = await asyncio.gather(*(stranger.post("/api/v1/setup", body) for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [404] * FAILURES + [429] * 15


@pytest.mark.parametrize("email", ["tess@example.org", "nobody@example.org"])
async def test_an_account_has_a_budget_of_its_own_whether_it_exists_or_not(
    broker: Broker, email: str
) -> None:
    await broker.technician("tess@example.org")
    stranger = await broker.new_person()
    statuses = []
    for _ in range(ACCOUNT_FAILURES + 1):
        statuses.append((await stranger.sign_in(email, WRONG)).status)
        broker.context.attempts._keys.pop(("sign_in", "127.0.0.1"))  # as from another address
    assert statuses == [401] * ACCOUNT_FAILURES + [429]
    assert (await stranger.sign_in(email.upper(), WRONG)).status == 429
