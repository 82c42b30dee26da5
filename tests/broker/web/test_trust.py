"""How the broker passes on what both sides say of the string on both screens."""

import asyncio
from typing import Any

import pytest

from tests.broker.web.conftest import Broker
from tests.broker.web.test_several_technicians import Meeting, begin_meeting
from tests.broker.web.test_signaling import OFFER, Encounter

COMMITMENT = "c" * 64
PART = {"nonce": "1" * 64, "fingerprint": ":".join(["AB"] * 32), "key": "2" * 64}
COMMIT = {"commitment": COMMITMENT}
ANSWER: dict[str, Any] = {"commitment": COMMITMENT, "part": PART, "language": "fr", "number": 1}
REVEAL: dict[str, Any] = {"commitment": COMMITMENT, "part": PART}


@pytest.fixture
async def meeting(broker: Broker) -> Meeting:
    return await begin_meeting(broker)


@pytest.fixture
async def encounter(broker: Broker) -> Encounter:
    tess = await broker.technician("tess@example.org")
    issued = await tess.create_session()
    return Encounter(tess, issued, await tess.console(issued["session_id"]))


async def test_both_sides_agree_before_the_end_user_has_consented(
    encounter: Encounter, broker: Broker
) -> None:
    await encounter.join(await broker.new_person())
    liar = {"account_id": "usr_" + "f" * 32, "name": "Somebody Else"}
    await encounter.console.send("trust.commit", **COMMIT, participant=liar)
    came = await encounter.client.receive("trust.commit")
    who = {"account_id": await encounter.tess.account_id(), "name": "Tess"}
    assert (came["commitment"], came["participant"]) == (COMMITMENT, who)
    await encounter.client.send("trust.answer", **ANSWER)
    answer = await encounter.console.receive("trust.answer")
    assert (answer["part"], answer["language"], answer["number"]) == (PART, "fr", 1)
    await encounter.console.send("trust.reveal", **REVEAL)
    reveal = await encounter.client.receive("trust.reveal")
    assert (reveal["part"], reveal["participant"]) == (PART, who)


async def test_nothing_is_agreed_on_with_nobody(encounter: Encounter) -> None:
    await encounter.console.send("trust.commit", **COMMIT)
    assert (await encounter.console.receive("error"))["code"] == "wrong_state"


@pytest.mark.parametrize(
    "odd", [{"commitment": "C" * 64}, {"commitment": "c" * 10_000}, {"nonce": "1" * 64}]
)
async def test_odd_shapes_are_not_passed_on(
    encounter: Encounter, broker: Broker, odd: dict[str, str]
) -> None:
    await encounter.join(await broker.new_person())
    await encounter.console.send("trust.commit", **{**COMMIT, **odd})
    assert (await encounter.console.receive("error"))["code"] == "invalid_message"


async def test_each_console_hears_the_answer_to_its_own_commitment_alone(meeting: Meeting) -> None:
    console = await meeting.guest()
    await console.send("trust.commit", **COMMIT)
    came = await meeting.client.receive("trust.commit")
    assert came["participant"] == {"account_id": meeting.ben_id, "name": "Ben"}
    await meeting.client.send("trust.answer", **ANSWER, account_id=meeting.ben_id)
    assert (await console.receive("trust.answer"))["commitment"] == COMMITMENT
    await meeting.console.send("ping")
    await meeting.console.receive("pong")
    assert not [one for one in meeting.console.seen if one["type"] == "trust.answer"]


async def test_whoever_is_at_the_door_agrees_before_the_end_user_answers(meeting: Meeting) -> None:
    await meeting.do(meeting.tess, "invitations", account_id=meeting.ben_id)
    await meeting.do(meeting.ben, "enter", purpose="guest")
    console = await meeting.ben.console(meeting.session_id)
    ask = await meeting.asked()
    assert ask["account"]["days"] == 0, "since when the account exists is told"
    await console.send("trust.commit", **COMMIT)
    came = await meeting.client.receive("trust.commit")
    assert came["participant"] == {"account_id": meeting.ben_id, "name": "Ben"}
    await meeting.client.send("trust.answer", **ANSWER, account_id=meeting.ben_id)
    assert (await console.receive("trust.answer"))["commitment"] == COMMITMENT
    await console.send("trust.reveal", **REVEAL)
    assert (await meeting.client.receive("trust.reveal"))["participant"]["name"] == "Ben"
    await console.send("peer.description", **OFFER)
    assert (await console.receive("error"))["code"] == "wrong_state", "and nothing else"


@pytest.mark.parametrize(
    ("side", "breach", "reason", "actor"),
    [
        ("console", "strings_differ", "screens_differ", "technician"),
        ("client", "strings_differ", "screens_differ", "end_user"),
        ("console", "answer", "connection_altered", "technician"),
        ("client", "commitment", "connection_altered", "end_user"),
    ],
)
async def test_whoever_does_not_trust_the_connection_ends_the_session_and_it_is_audited(
    broker: Broker, meeting: Meeting, side: str, breach: str, reason: str, actor: str
) -> None:
    await meeting.guest()
    tess = {"account_id": await meeting.tess.account_id(), "name": "Tess"}
    whose = {"account_id": meeting.ben_id, "name": "Ben"} if side == "client" else tess
    said = {"account_id": meeting.ben_id} if side == "client" else {}
    await getattr(meeting, side).send("trust.broken", breach=breach, **said)
    told = await meeting.console.receive("session.ended")
    assert (told["reason"], told["whose"]) == (reason, whose), "before the end is shown"
    session = await meeting.console.snapshot("ended")
    assert session["end_reason"] == reason
    told = await meeting.client.receive("session.ended")
    assert (told["reason"], told["whose"]) == (reason, whose)
    response = await meeting.tess.get(f"/api/v1/sessions/{meeting.session_id}/events?limit=200")
    record = (await response.json())["events"][-1]
    assert (record["action"], record["actor_kind"]) == ("session.ended", actor)
    details = record["details"]
    assert (details["end_reason"], details["trust_breach"]) == (reason, breach)
    assert (details["target_account"], details["target_name"]) == tuple(whose.values())

    ada = await broker.technician("ada@example.org")
    async with asyncio.timeout(10):
        while not (listed := await (await ada.get("/api/v1/reports")).json())["reports"]:
            await asyncio.sleep(0.02)
    (said,) = listed["reports"][0]["said"]
    place = "console" if side == "console" else "support_client"
    assert (listed["unseen"], said["place"], said["breach"]) == (1, place, breach)
    assert (await ada.events(meeting.session_id))[-1] == "session.reported"


@pytest.mark.parametrize("side", ["console", "client"])
async def test_digits_of_somebody_at_the_door_end_it_as_theirs(meeting: Meeting, side: str) -> None:
    await meeting.do(meeting.tess, "invitations", account_id=meeting.ben_id)
    await meeting.do(meeting.ben, "enter", purpose="guest")
    console = await meeting.ben.console(meeting.session_id)
    await meeting.asked()
    if side == "console":
        await console.send("trust.broken", breach="strings_differ")
    else:
        said = {"breach": "strings_differ", "account_id": meeting.ben_id}
        await meeting.client.send("trust.broken", **said)
    whose = {"account_id": meeting.ben_id, "name": "Ben"}
    for hears in (meeting.console, console):
        assert (await hears.receive("session.ended"))["whose"] == whose


async def test_a_guest_who_sees_another_string_ends_the_session_too(meeting: Meeting) -> None:
    console = await meeting.guest()
    await console.send("trust.broken", breach="strings_differ")
    session = await meeting.console.snapshot("ended")
    assert session["end_reason"] == "screens_differ"
