"""Guessing join codes: from everywhere, with and without work, and what a guess is told."""

import asyncio
import json
import random
import statistics
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from broker.config import Config
from broker.errors import CodeRejected, ProofNeeded, TooManyRequests
from broker.protocol import join_code
from broker.protocol.proof import ProofChallenge, ProofOfWork, solve
from broker.web import proofs
from broker.web.alarm import BEARABLE, CALM_S
from broker.web.attempts import FAILURES
from broker.web.chance import PER_DAY, SPACE
from broker.web.proofs import LIFE_S
from tests.broker.web.conftest import Broker, Person, Socket
from tests.builders import a_session
from tests.hostile.conftest import Clock, running
from tests.rig.postgresql import PostgreSQL

LIVE = 1000
DAY_S = 86_400


def work(challenge: dict[str, Any]) -> dict[str, Any]:
    proof = solve(ProofChallenge.model_validate_json(json.dumps(challenge)), lambda _: True)
    assert proof is not None
    return proof.model_dump(mode="json")


class Attacker:
    """Guesses codes from as many addresses as it likes; does the work when it `works`."""

    def __init__(self, person: Person, *, works: bool) -> None:
        self._person = person
        self._works = works
        self._chance = random.Random(20261123)
        self.answers: Counter[str] = Counter()

    async def guess(self, address: str) -> str:
        code = join_code.complete(f"{self._chance.randrange(SPACE):011d}")
        answer = await self._ask(address, {"code": code})
        if answer["code"] == "proof_needed" and self._works:
            self.answers["proofs"] += 1
            proof = work(answer["challenge"])
            answer = await self._ask(address, {"code": code, "proof": proof})
        self.answers[answer["code"]] += 1
        return str(answer["code"])

    async def _ask(self, address: str, body: dict[str, Any]) -> dict[str, Any]:
        response = await self._person.post("/api/v1/join", body, **{"X-Forwarded-For": address})
        answer: dict[str, Any] = await response.json()
        return answer


def address(number: int) -> str:
    return f"2001:db8:{number // 65536:x}:{number % 65536:x}::{number % 7:x}"


def open_doors(broker: Broker, clock: Clock, count: int = LIVE) -> None:
    """Let so many codes be live, without a database's patience for each."""
    for number in range(count):
        session = replace(
            a_session(),
            session_id=f"ses_{number:032x}",
            created_at=clock.now(),
            code_expires_at=clock.now().replace(year=2027),
            console_absent_since=None,
        )
        broker.context.registry.own(session)
    assert broker.context.registry.live_codes() == count


@pytest.fixture
def cheap_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The attacker has more processors than this machine."""
    monkeypatch.setattr(proofs, "BITS", 1)


# ---- how many guesses are judged


@pytest.mark.usefixtures("cheap_work")
async def test_a_botnet_that_works_is_rationed_by_the_chance_of_a_hit(
    timed: Broker, clock: Clock
) -> None:
    """2,000 guesses in an hour, each from a network of its own, each with its work done."""
    live, guesses = 5000, 2000  # as heavy as 10,000 where 1,000 codes are live
    open_doors(timed, clock, live)
    attacker = Attacker(await timed.new_person(), works=True)
    for number in range(guesses):
        await attacker.guess(address(number))
        clock.seconds += 3600 / guesses
    judged = attacker.answers["code_rejected"]
    assert judged + attacker.answers["too_many_requests"] == guesses
    hit = judged * live / SPACE
    print(f"{judged} of {guesses} guesses judged in an hour: P(hit) = {hit:.2e}")
    assert 0.1 * guesses <= judged <= 0.14 * guesses
    assert hit <= PER_DAY / 5


@pytest.mark.usefixtures("cheap_work")
async def test_the_chance_of_a_hit_in_a_day_stays_below_one_in_ten_thousand(
    timed: Broker, clock: Clock
) -> None:
    """A whole day, more guesses than that chance allows, from 3,000 networks."""
    allowed = round(PER_DAY * SPACE / LIVE)
    guesses = allowed * 6 // 5
    open_doors(timed, clock)
    guard, judged, refused = timed.context.code_guard, 0, 0
    proof: ProofOfWork | None = None
    for number in range(guesses):
        clock.seconds += DAY_S / guesses
        place = address(number % 3000)
        for _ in range(2):
            try:
                async with guard.one_code(place, proof):
                    judged += 1
                    raise CodeRejected  # noqa: TRY301
            except ProofNeeded as error:
                proof = solve(error.challenge, lambda _: True)
                continue
            except TooManyRequests:
                refused += 1
            except CodeRejected:
                pass
            break
    hit = judged * LIVE / SPACE
    print(f"{judged} guesses judged in a day, {refused} refused: P(hit) = {hit:.2e}")
    assert judged + refused == guesses
    assert judged >= 0.9 * allowed  # the budget is used: nothing else held the attacker
    assert hit <= 1e-4


async def test_whoever_does_no_work_gets_no_further_than_the_alarm(
    timed: Broker, clock: Clock
) -> None:
    open_doors(timed, clock, 10)
    attacker = Attacker(await timed.new_person(), works=False)
    for number in range(1000):
        await attacker.guess(address(number))
        clock.seconds += 0.3
    assert attacker.answers == {"code_rejected": BEARABLE + 1, "proof_needed": 994}


@pytest.mark.usefixtures("cheap_work")
async def test_a_network_has_five_wrong_codes_whatever_address_in_it_is_used(
    timed: Broker,
) -> None:
    attacker = Attacker(await timed.new_person(), works=True)
    answers = [await attacker.guess(f"2001:db8:7:7::{number:x}") for number in range(1, 9)]
    assert answers == ["code_rejected"] * FAILURES + ["too_many_requests"] * 3


async def test_a_typing_error_is_told_without_being_judged(timed: Broker) -> None:
    technician = await timed.technician("tess@example.org")
    code = (await technician.create_session())["code"]
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    for _ in range(3 * FAILURES):
        response = await technician.post("/api/v1/join", {"code": wrong})
        assert (await response.json())["code"] == "code_malformed"
    assert (await technician.post("/api/v1/join", {"code": code})).status == 200
    assert timed.context.code_guard.notices == ()


# ---- the alarm


async def test_a_flood_is_told_to_the_admins_once_and_ends_by_itself(
    timed: Broker, clock: Clock
) -> None:
    attacker = Attacker(await timed.new_person(), works=True)
    with capture_logs() as logs:
        for number in range(BEARABLE + 3):
            await attacker.guess(address(number))
    ready = await (await (await timed.new_person()).get("/readyz")).json()
    assert ready["status"] == "ok"
    assert "Wrong codes in the last minute: 8." in ready["notices"][0]
    alarms = [
        sealed.event
        async for sealed in timed.core.audit_log.everything()
        if sealed.event.action == "join.alarm"
    ]
    assert [alarm.details for alarm in alarms] == [{"failures": BEARABLE + 1}]
    assert "join.alarm" in [line["event"] for line in logs]
    clock.seconds += CALM_S
    assert (await (await (await timed.new_person()).get("/readyz")).json())["notices"] == []
    assert await attacker.guess(address(99)) == "code_rejected"
    assert attacker.answers["proofs"] == 2


async def test_wrong_codes_that_come_slowly_alarm_nobody(timed: Broker, clock: Clock) -> None:
    attacker = Attacker(await timed.new_person(), works=False)
    for number in range(30):
        assert await attacker.guess(address(number)) == "code_rejected"
        clock.seconds += 60 / BEARABLE
    assert timed.context.code_guard.notices == ()


async def test_the_right_code_gets_in_through_a_flood_by_both_doors(broker: Broker) -> None:
    technician = await broker.technician("tess@example.org")
    code = (await technician.create_session("T-7"))["code"]
    attacker = Attacker(await broker.new_person(), works=False)
    for number in range(BEARABLE + 1):
        await attacker.guess(address(number))
    refused = await technician.post("/api/v1/join", {"code": code})
    assert refused.status == 428
    proof = work((await refused.json())["challenge"])
    shown = await technician.post("/api/v1/join", {"code": code, "proof": proof})
    assert (await shown.json())["ticket_id"] == "T-7"
    socket = await technician.join(code)
    challenge = (await socket.receive("join.challenge"))["challenge"]
    system = {"platform": "linux", "client_version": "1", "machine": "kitchen-pc"}
    again = {"protocol_version": 1, "code": code, "system": system}
    await socket.send("client.join", **again, proof=work(challenge))
    assert (await socket.receive("session.joined"))["ticket_id"] == "T-7"


# ---- the work


@pytest.mark.usefixtures("cheap_work")
async def test_work_counts_once_for_its_own_address_and_not_for_long(
    timed: Broker, clock: Clock
) -> None:
    works = proofs.Proofs(timed.core.secrets, clock.now)

    def solved(place: str) -> ProofOfWork:
        proof = solve(works.challenge(place), lambda _: True)
        assert proof is not None
        return proof

    here, there = "192.0.2.1", "192.0.2.2"
    proof = solved(here)
    assert not works.takes(proof, there)
    assert works.takes(proof, here)
    assert not works.takes(proof, here)
    late = solved(here)
    clock.seconds += LIFE_S + 1
    assert not works.takes(late, here)
    invented = late.model_copy(update={"token": "9999999999." + late.token.split(".", 1)[1]})
    assert not works.takes(invented, here)
    fresh = solved(here)
    assert not works.takes(fresh.model_copy(update={"counters": fresh.counters[:-1]}), here)
    assert works.takes(fresh, here)
    assert len(works._tokens._used) == 1  # what ended was forgotten


async def test_work_that_was_not_done_is_not_taken(timed: Broker) -> None:
    works = proofs.Proofs(timed.core.secrets, timed.core.clock.now)
    challenge = works.challenge("192.0.2.1")
    lazy = ProofOfWork(token=challenge.token, counters=(0,) * challenge.parts)
    assert not works.takes(lazy, "192.0.2.1")


# ---- what a guess is told


async def test_unknown_used_and_expired_codes_are_told_apart_by_nothing(
    timed: Broker, clock: Clock
) -> None:
    technician = await timed.technician("tess@example.org")
    used = (await technician.create_session("T-1"))["code"]
    assert (await (await technician.join(used)).receive("session.joined"))["ticket_id"] == "T-1"
    expired = (await technician.create_session("T-2"))["code"]
    clock.seconds += 601
    unknown = join_code.complete("12345678901")
    stranger = await timed.new_person()
    told: set[tuple[Any, ...]] = set()
    for number, code in enumerate((unknown, used, expired)):
        source = {"X-Forwarded-For": address(number)}
        response = await stranger.post("/api/v1/join", {"code": code}, **source)
        headers = {name: text for name, text in response.headers.items() if name != "Date"}
        told.add((response.status, await response.text(), tuple(sorted(headers.items()))))
        socket = await stranger.join(code)
        told.add((json.dumps(await socket.receive("error")), await socket.closed()))
    assert len(told) == 2  # one answer a door
    records = [
        (sealed.event.action, sealed.event.session_id, sealed.event.ticket_id, sealed.event.details)
        async for sealed in timed.core.audit_log.everything()
        if sealed.event.action == "join.code_refused"
    ]
    assert records == [("join.code_refused", None, None, {})] * 6


async def test_unknown_used_and_expired_codes_take_as_long(timed: Broker, clock: Clock) -> None:
    technician = await timed.technician("tess@example.org")
    used = (await technician.create_session("T-1"))["code"]
    await (await technician.join(used)).receive("session.joined")
    expired = (await technician.create_session("T-2"))["code"]
    clock.seconds += 601
    codes = {"unknown": join_code.complete("12345678901"), "used": used, "expired": expired}
    took: dict[str, list[float]] = {name: [] for name in codes}
    side = timed.context.end_user_side
    for _ in range(60):
        for name, code in codes.items():
            began = time.perf_counter()
            with pytest.raises(CodeRejected):
                await side.preview(code, None)
            took[name].append(time.perf_counter() - began)
    middle = [statistics.median(times) for times in took.values()]
    assert max(middle) < 1.5 * min(middle), took


async def test_the_code_is_nowhere_in_the_brokers_files_and_its_hmac_is(
    broker: Broker, config: Config, capfd: pytest.CaptureFixture[str]
) -> None:
    technician = await broker.technician("tess@example.org")
    code = (await technician.create_session())["code"]
    await technician.post("/api/v1/join", {"code": code})
    fingerprint = broker.core.secrets.fingerprint(code)
    held = b"".join(path.read_bytes() for path in _files(config.data_dir))
    assert fingerprint.encode() in held
    for form in (code, join_code.spell(code), join_code.spell(code).replace(" ", "-")):
        assert form.encode() not in held
        assert form not in "".join(capfd.readouterr())


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# ---- the race for one code


async def test_of_many_claims_at_once_one_gets_the_code(broker: Broker) -> None:
    technician = await broker.technician("tess@example.org")
    issued = await technician.create_session()
    sockets = [await technician.join(issued["code"]) for _ in range(FAILURES)]
    answers = await asyncio.gather(*(first_answer(socket.ws) for socket in sockets))
    assert sorted(answers) == ["code_rejected"] * (FAILURES - 1) + ["session.joined"]
    events = await technician.events(issued["session_id"])
    assert events.count("session.joined") == 1


async def test_two_brokers_on_one_database_give_a_code_to_one_client(
    config: Config, postgresql_server: PostgreSQL
) -> None:
    """Both hold the session in the same state, which is worse than any failover."""
    config = config.model_copy(update={"database_url": postgresql_server.new_database()})
    winners: Counter[str] = Counter()
    async with running(config) as one, running(config) as other:
        technician = await one.technician("tess@example.org")
        stranger = await other.new_person()
        for number in range(BEARABLE):
            issued = await technician.create_session()
            session = await other.core.sessions.get(issued["session_id"])
            assert session is not None
            other.context.registry.own(session)
            people = (technician, stranger) if number % 2 else (stranger, technician)
            sockets = [await at_the_door(person, address(number)) for person in people]
            for socket in sockets:
                await ask_in(socket, issued["code"])
            answers = await asyncio.gather(*(first_answer(socket.ws) for socket in sockets))
            assert sorted(answers) == ["code_rejected", "session.joined"]
            winners[
                "one" if answers[people.index(technician)] == "session.joined" else "other"
            ] += 1
    print(f"won: {dict(winners)}")


async def at_the_door(person: Person, address: str) -> Socket:
    return await person.socket("client", **{"X-Forwarded-For": address})


async def ask_in(socket: Socket, code: str) -> None:
    system = {"platform": "linux", "client_version": "1", "machine": "kitchen-pc"}
    await socket.send("client.join", protocol_version=1, code=code, system=system)


async def first_answer(ws: Any) -> str:
    message = await ws.receive_json(timeout=10)
    return str(message["code"] if message["type"] == "error" else message["type"])
