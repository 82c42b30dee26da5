"""The two signaling sockets, from the first message to the end of the session."""

import asyncio
import json
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from broker.errors import TooManyRequests
from broker.protocol.vocabulary import MAX_MESSAGE_BYTES
from broker.web.doorstep import MAX_OF_ALL, MAX_OF_AN_ADDRESS, Doorstep
from broker.web.sockets import BURST, Pace
from tests.broker.web.conftest import OPERATOR, Broker, Person, Socket

OFFER = {"peer_id": "peer-0001", "kind": "offer", "sdp": "v=0"}
ANSWER = {"peer_id": "peer-0001", "kind": "answer", "sdp": "v=0"}
CANDIDATE = {"peer_id": "peer-0001", "candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host"}

WAYS = ("send", "receive")


class Encounter:
    """A technician with a console and an end user with a client, at any point of a session."""

    def __init__(self, tess: Person, issued: dict[str, Any], console: Socket) -> None:
        self.tess = tess
        self.session_id: str = issued["session_id"]
        self.code: str = issued["code"]
        self.console = console
        self.client: Socket

    async def join(self, person: Person) -> dict[str, Any]:
        self.client = await person.join(self.code)
        joined = await self.client.receive("session.joined")
        await self.console.snapshot("joined")
        return joined

    async def consent(self, *capabilities: str) -> None:
        granted = capabilities or ("view", "control")
        await self.client.send("consent.given", capabilities=granted, source="window")
        await self.console.snapshot("consented")

    async def offer(self) -> None:
        await self.console.send("peer.description", **OFFER)
        await self.client.receive("peer.description")

    async def connect(self) -> None:
        await self.offer()
        await self.client.send("peer.connected", peer_id="peer-0001")
        await self.console.snapshot("connected")


@pytest.fixture
async def encounter(broker: Broker) -> Encounter:
    tess = await broker.technician("tess@example.org")
    issued = await tess.create_session()
    console = await tess.console(issued["session_id"])
    await console.snapshot("waiting")
    return Encounter(tess, issued, console)


@pytest.fixture
async def end_user(broker: Broker) -> Person:
    return await broker.new_person()


async def test_a_session_goes_from_code_to_connection_to_end(
    encounter: Encounter, end_user: Person
) -> None:
    joined = await encounter.join(end_user)
    account = joined["technician"].pop("account")
    assert (account["days"], account["since"][:4]) == (0, str(datetime.now(UTC).year))
    assert joined["technician"] == {
        "name": "Tess",
        "organisation": "Example Support",
        "account_id": await encounter.tess.account_id(),
    }
    assert joined["requested"] == ["view", "control"]
    assert joined["ice_servers"] == []
    await encounter.consent()
    await encounter.offer()
    assert encounter.client.seen[-1]["sdp"] == "v=0"
    await encounter.client.send("peer.description", **ANSWER)
    assert (await encounter.console.receive("peer.description"))["kind"] == "answer"
    await encounter.client.send("peer.candidate", **CANDIDATE)
    assert (await encounter.console.receive("peer.candidate"))["peer_id"] == "peer-0001"
    await encounter.connect()
    await encounter.console.send("session.end")
    assert (await encounter.client.receive("session.ended"))["reason"] == "technician_ended"
    assert (await encounter.console.snapshot("ended"))["end_reason"] == "technician_ended"
    assert await encounter.client.closed() == 1000
    assert await encounter.tess.events(encounter.session_id) == [
        "session.created",
        "session.console_attached",
        "session.joined",
        "session.consent_given",
        "session.connected",
        "session.ended",
    ]


async def test_the_end_user_can_stop_at_any_moment(encounter: Encounter, end_user: Person) -> None:
    await encounter.join(end_user)
    await encounter.client.send("session.stop")
    assert (await encounter.console.snapshot("ended"))["end_reason"] == "end_user_stopped"


async def test_declining_consent_ends_the_session(encounter: Encounter, end_user: Person) -> None:
    await encounter.join(end_user)
    await encounter.client.send("consent.declined", timed_out=False)
    assert (await encounter.console.snapshot("ended"))["end_reason"] == "consent_declined"


async def test_granting_more_than_was_asked_for_is_refused(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.client.send("consent.given", capabilities=["clipboard.send"], source="window")
    error = await encounter.client.receive("error")
    assert (error["code"], error["fatal"]) == ("invalid_message", False)
    await encounter.consent("view")


async def test_rights_change_in_mid_session_and_are_on_the_audit_log(
    encounter: Encounter, end_user: Person
) -> None:
    joined = await encounter.join(end_user)
    clipboard_and_files = [f"{what}.{way}" for what in ("clipboard", "files") for way in WAYS]
    assert joined["may_ask"] == ["view", "control", *clipboard_and_files]
    await encounter.consent("view")
    given = {"change": "given", "capability": "control", "granted": ["view", "control"]}
    await encounter.client.send("rights.changed", **given, reason="the printer", minutes=30)
    assert (await encounter.console.snapshot("consented"))["granted"] == ["view", "control"]
    taken = {"change": "taken", "capability": "view", "granted": []}
    await encounter.client.send("rights.changed", **taken)
    assert (await encounter.console.snapshot("consented"))["granted"] == []
    events = await encounter.tess.events(encounter.session_id)
    assert list(events)[-2:] == ["session.rights_changed"] * 2


async def test_more_than_may_be_asked_for_is_not_given_in_mid_session(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.consent("view")
    beyond = {"change": "given", "capability": "diagnostics", "granted": ["diagnostics"]}
    await encounter.client.send("rights.changed", **beyond)
    assert (await encounter.client.receive("error"))["code"] == "invalid_message"


async def test_nothing_is_relayed_before_consent(encounter: Encounter, end_user: Person) -> None:
    await encounter.join(end_user)
    await encounter.console.send("peer.description", **OFFER)
    assert (await encounter.console.receive("error"))["code"] == "wrong_state"
    assert "message.refused" in await encounter.tess.events(encounter.session_id)
    await encounter.consent()


async def test_a_candidate_reaches_the_other_side_as_it_came(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    await encounter.offer()
    text = json.dumps({"candidate": "", "type": "peer.candidate", "peer_id": "peer-0001"}, indent=1)
    for sender, receiver in permutations((encounter.client, encounter.console)):
        await sender.ws.send_str(text)
        assert await receiver.ws.receive_str(timeout=5) == text


async def test_of_a_field_that_comes_twice_the_one_that_was_checked_is_the_one_that_counts(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    await encounter.offer()
    twice = '{"type":"peer.candidate","candidate":"","peer_id":"%s","peer_id":"%s"}'
    await encounter.client.ws.send_str(twice % ("peer-0001", "!"))
    assert (await encounter.client.receive("error"))["code"] == "invalid_message"
    await encounter.client.ws.send_str(twice % ("!", "peer-0001"))
    assert (await encounter.console.receive("peer.candidate"))["peer_id"] == "peer-0001"


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"peer.candidate","peer_id":"peer-0001","candidate":NaN,"candidate":"x"}',
        '{"type":"peer.candidate","peer_id":"peer-0001","candidate":-Infinity,"candidate":"x"}',
        '{"type":"peer.candidate","peer_id":"peer-0001","candid\\u0061te":NaN,"candidate":"x"}',
        '{"type":NaN,"type":"peer.candidate","peer_id":"peer-0001","candidate":"x"}',
        '{"type":"peer.candidate","peer_id":"peer-0001","candidate":{"":[1]},"candidate":"x"}',
    ],
)
async def test_what_hides_behind_a_field_that_comes_twice_goes_no_further(
    encounter: Encounter, end_user: Person, text: str
) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    await encounter.offer()
    for sender, receiver in permutations((encounter.client, encounter.console)):
        await sender.ws.send_str(text)
        passed = json.loads(await receiver.ws.receive_str(timeout=5), object_pairs_hook=list)
        told = [pair for pair in passed if pair[1] is not None]
        assert told == [
            ("type", "peer.candidate"), ("peer_id", "peer-0001"), ("candidate", "x")
        ]  # fmt: skip


async def test_a_quotation_mark_in_a_text_is_passed_on(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    await encounter.offer()
    await encounter.client.send("peer.description", **{**ANSWER, "sdp": 's="a"'})
    assert (await encounter.console.receive("peer.description"))["sdp"] == 's="a"'


async def test_a_message_that_would_grow_past_the_limit_is_refused_to_its_sender(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    offer = json.dumps(
        {"type": "peer.description", **OFFER, "sdp": "é" * 32_000 + "{}"}, ensure_ascii=False
    )
    room = MAX_MESSAGE_BYTES - 1 - len(offer.encode())
    await encounter.console.ws.send_str(offer.replace("{}", "x" * room))
    assert (await encounter.console.receive("error"))["code"] == "message_too_large"
    await encounter.console.ws.send_str(offer.replace("{}", "x" * (room - 200)))
    await encounter.client.receive("peer.description")
    answer = json.dumps({"type": "peer.description", **ANSWER, "sdp": '"'})
    padding = " " * (MAX_MESSAGE_BYTES - 1 - len(answer))
    await encounter.client.ws.send_str(answer + padding)
    assert (await encounter.console.receive("peer.description"))["sdp"] == '"'


async def test_a_console_offers_and_a_client_answers_and_never_the_other_way(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    await encounter.offer()
    ada = {"account_id": "usr_" + "a" * 32, "name": "Ada"}
    for sender, wrong in (
        (encounter.console, ANSWER),
        (encounter.client, OFFER),
        (encounter.client, {**ANSWER, "participant": ada}),
    ):
        await sender.send("peer.description", **wrong)
        error = await sender.receive("error")
        assert (error["code"], error["fatal"]) == ("invalid_message", False)
    await encounter.client.send("peer.description", **ANSWER)
    assert (await encounter.console.receive("peer.description"))["kind"] == "answer"
    assert [m["type"] for m in encounter.client.seen].count("peer.description") == 1
    assert [m["type"] for m in encounter.console.seen].count("peer.description") == 1


async def test_an_offer_without_a_client_is_told(encounter: Encounter, end_user: Person) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    await encounter.client.ws.close()
    assert (await encounter.console.snapshot("consented"))["client_present"] is False
    await encounter.console.send("peer.description", **OFFER)
    assert (await encounter.console.receive("error"))["code"] == "peer_absent"


@pytest.mark.parametrize(
    "text",
    ["not JSON", "[]", '{"type":"nonsense"}', '{"type":"ping","extra":1}', '{"type":"peer.lost"}'],
)
async def test_a_bad_message_is_told_and_disturbs_nothing(
    encounter: Encounter, end_user: Person, text: str
) -> None:
    await encounter.join(end_user)
    for socket in (encounter.client, encounter.console):
        await socket.ws.send_str(text)
        error = await socket.receive("error")
        assert (error["code"], error["fatal"]) == ("invalid_message", False)
    await encounter.consent()


async def test_a_message_of_the_beginning_is_refused_later(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.console.send(
        "console.attach",
        protocol_version=1,
        session_id=encounter.session_id,
        ticket="x" * 40,
    )
    assert (await encounter.console.receive("error"))["code"] == "invalid_message"


async def test_a_socket_that_keeps_sending_nonsense_is_closed(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    for _ in range(10):
        await encounter.client.ws.send_str("nonsense")
    assert await encounter.client.closed() == 1002
    assert (await encounter.console.snapshot("joined"))["client_present"] is False


async def test_an_oversized_message_closes_that_socket_only(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.client.ws.send_str(json.dumps({"type": "ping", "x": "y" * 70_000}))
    assert await encounter.client.closed() == 1009
    assert (await encounter.console.snapshot("joined"))["client_present"] is False


async def test_a_binary_message_is_refused(encounter: Encounter, end_user: Person) -> None:
    await encounter.join(end_user)
    await encounter.client.ws.send_bytes(b"\x00")
    assert (await encounter.client.receive("error"))["code"] == "invalid_message"


async def test_a_second_client_on_the_same_code_is_refused(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    second = await end_user.join(encounter.code)
    error = await second.receive("error")
    assert (error["code"], error["fatal"]) == ("code_rejected", True)
    assert await second.closed() == 1008
    await encounter.consent()


async def test_of_many_clients_with_one_code_exactly_one_gets_in(
    encounter: Encounter, broker: Broker
) -> None:
    people = [await broker.new_person() for _ in range(4)]
    sockets = await asyncio.gather(*(person.join(encounter.code) for person in people))
    firsts = await asyncio.gather(*(socket.ws.receive_json(timeout=15) for socket in sockets))
    assert sorted(message["type"] for message in firsts) == ["error"] * 3 + ["session.joined"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("482109375523", "code_rejected"),
        ("482109375524", "code_malformed"),
        ("abc", "invalid_message"),
        ("4821 0937 552", "code_malformed"),
    ],
)
async def test_a_wrong_code_is_told(
    broker: Broker, end_user: Person, code: str, expected: str
) -> None:
    socket = await end_user.join(code)
    error = await socket.receive("error")
    assert (error["code"], error["fatal"]) == (expected, True)


async def test_guessing_codes_is_slowed_down(broker: Broker, end_user: Person) -> None:
    answers = []
    for _ in range(6):
        socket = await end_user.join("482109375523")
        answers.append((await socket.receive("error"))["code"])
    assert answers == ["code_rejected"] * 5 + ["too_many_requests"]


async def test_a_client_comes_back_with_its_resume_token(
    encounter: Encounter, end_user: Person
) -> None:
    joined = await encounter.join(end_user)
    await encounter.consent()
    await encounter.client.ws.close()
    await encounter.console.snapshot("consented")
    socket = await end_user.resume(joined)
    assert (await socket.receive("session.resumed"))["state"] == "consented"
    assert (await encounter.console.snapshot("consented"))["client_present"] is True


async def test_consoles_hear_of_a_client_that_comes_back_before_its_old_socket_was_missed(
    encounter: Encounter, end_user: Person
) -> None:
    joined = await encounter.join(end_user)
    await encounter.consent()
    socket = await end_user.resume(joined)
    await socket.receive("session.resumed")
    await encounter.console.receive("peer.wanted")
    assert (await encounter.client.receive("error"))["code"] == "replaced"


async def test_an_end_user_who_tries_again_is_heard_by_the_console(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.client.send("peer.wanted")
    assert (await encounter.client.receive("error"))["code"] == "wrong_state"
    await encounter.consent()
    await encounter.client.send("peer.wanted")
    await encounter.console.receive("peer.wanted")


async def test_a_wrong_resume_token_is_refused(encounter: Encounter, end_user: Person) -> None:
    joined = await encounter.join(end_user)
    socket = await end_user.resume(joined, "A" * 43)
    assert (await socket.receive("error"))["code"] == "resume_rejected"
    await encounter.consent()


async def test_a_right_resume_token_gets_in_whatever_others_got_wrong(
    encounter: Encounter, end_user: Person
) -> None:
    joined = await encounter.join(end_user)
    await encounter.consent()
    for _ in range(6):
        await (await end_user.join("482109375523")).receive("error")
    wrong = [await end_user.resume(joined, "A" * 43) for _ in range(6)]
    answers = [(await socket.receive("error"))["code"] for socket in wrong]
    assert answers == ["resume_rejected"] * 5 + ["too_many_requests"]
    socket = await end_user.resume(joined)
    assert (await socket.receive("session.resumed"))["state"] == "consented"


async def test_wrong_resume_tokens_use_up_no_tries_of_a_code(
    encounter: Encounter, end_user: Person
) -> None:
    nobodys = {"session_id": "ses_" + "0" * 32, "resume_token": "A" * 43}
    for _ in range(6):
        await (await end_user.resume(nobodys)).receive("error")
    await encounter.join(end_user)


async def test_a_second_console_takes_the_place_of_the_first(encounter: Encounter) -> None:
    second = await encounter.tess.console(encounter.session_id)
    await second.snapshot("waiting")
    assert (await encounter.console.receive("error"))["code"] == "replaced"
    assert await encounter.console.closed() == 1008
    actions = await encounter.tess.events(encounter.session_id)
    assert "session.console_detached" not in actions


async def test_another_technician_cannot_attach(encounter: Encounter, broker: Broker) -> None:
    theo = await broker.technician("theo@example.org")
    socket = await theo.console(encounter.session_id)
    assert (await socket.receive("error"))["code"] == "not_permitted"  # there was no ticket
    assert "session.access_refused" in await encounter.tess.events(encounter.session_id)


async def test_an_admin_cannot_look_at_another_ones_session(
    encounter: Encounter, broker: Broker
) -> None:
    ada = await broker.technician("ada@example.org")
    socket = await ada.console(encounter.session_id)
    assert (await socket.receive("error"))["code"] == "not_found"


async def test_signing_out_closes_the_console(encounter: Encounter) -> None:
    await encounter.tess.post("/api/v1/auth/sign-out")
    assert (await encounter.console.receive("error"))["code"] == "not_signed_in"
    assert await encounter.console.closed() == 1008


async def test_disabling_an_account_closes_its_console(
    encounter: Encounter, broker: Broker
) -> None:
    await broker.core.directory.disable("tess@example.org", OPERATOR)
    assert (await encounter.console.receive("error"))["code"] == "not_signed_in"


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1:8080.evil.example", "http://127.0.0.1:8081"],
)
async def test_a_console_socket_of_another_site_is_refused(
    encounter: Encounter, origin: str
) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await encounter.tess.socket("console", Origin=origin)
    assert refused.value.status == 403


async def test_a_console_socket_without_an_origin_is_refused(encounter: Encounter) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await encounter.tess.socket("console")
    assert refused.value.status == 403


async def test_a_console_socket_needs_a_sign_in(broker: Broker, end_user: Person) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await end_user.socket("console", Origin=end_user.origin)
    assert refused.value.status == 401


async def test_an_odd_machine_name_is_no_reason_to_refuse(
    encounter: Encounter, end_user: Person
) -> None:
    socket = await end_user.socket("client")
    system = {"platform": "linux", "client_version": "1", "machine": "pc\u202e\n" + "x" * 300}
    await socket.send("client.join", protocol_version=1, code=encounter.code, system=system)
    await socket.receive("session.joined")
    joined = await encounter.console.snapshot("joined")
    assert joined["machine"] == "pc\ufffd\ufffd" + "x" * 196


async def test_an_old_protocol_is_told(broker: Broker, end_user: Person) -> None:
    socket = await end_user.socket("client")
    system = {"platform": "linux", "client_version": "0", "machine": "old-pc"}
    await socket.send("client.join", protocol_version=0, code="482109375523", system=system)
    assert (await socket.receive("error"))["code"] == "protocol_version"


async def test_pausing_is_shown_to_the_technician(encounter: Encounter, end_user: Person) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    await encounter.connect()
    await encounter.client.send("session.pause", paused=True)
    assert (await encounter.console.snapshot("connected"))["paused"] is True


async def test_a_failed_peer_connection_is_told_to_the_other_side(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    await encounter.offer()
    await encounter.client.send("peer.failed", peer_id="peer-0001", reason="connect_timeout")
    assert (await encounter.console.receive("peer.failed"))["reason"] == "connect_timeout"
    assert "session.connection_failed" in await encounter.tess.events(encounter.session_id)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("peer.connected", {}),
        ("peer.lost", {}),
        ("peer.failed", {"reason": "connect_timeout"}),
    ],
)
async def test_news_of_a_connection_that_nobody_offered_is_refused(
    encounter: Encounter, end_user: Person, kind: str, fields: dict[str, str]
) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    for socket in (encounter.client, encounter.console):
        for number in range(5):
            await socket.send(kind, peer_id=f"invented-{number}", **fields)
            assert (await socket.receive("error"))["code"] == "invalid_message"
    events = await encounter.tess.events(encounter.session_id)
    assert events[-6:] == ["message.refused"] * 6, "3 for each socket"
    assert "session.connected" not in events


async def test_a_connection_fails_once_however_often_it_is_told(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    await encounter.offer()
    for _ in range(20):
        await encounter.client.send("peer.failed", peer_id="peer-0001", reason="connect_timeout")
    await encounter.client.send("ping")
    await encounter.client.receive("pong")
    events = await encounter.tess.events(encounter.session_id)
    assert events.count("session.connection_failed") == 1


async def test_a_socket_that_floods_is_closed_and_its_session_goes_on(
    encounter: Encounter, end_user: Person
) -> None:
    joined = await encounter.join(end_user)
    await encounter.consent()
    for _ in range(BURST + 100):
        await encounter.client.ws.send_str('{"type":"ping"}')
    assert (await encounter.client.receive("error"))["code"] == "too_many_requests"
    assert await encounter.client.closed() == 1013
    again = await end_user.resume(joined)
    assert (await again.receive("session.resumed"))["state"] == "consented"


async def test_many_candidates_at_once_are_passed_on(
    encounter: Encounter, end_user: Person
) -> None:
    await encounter.join(end_user)
    await encounter.consent()
    for _ in range(100):
        await encounter.console.send("peer.candidate", **CANDIDATE)
    for _ in range(100):
        await encounter.client.receive("peer.candidate")


def test_a_bucket_fills_again() -> None:
    clock = 0.0
    pace = Pace(2, 4.0, lambda: clock)
    assert [pace.allows_one_more() for _ in range(3)] == [True, True, False]
    clock = 0.25
    assert [pace.allows_one_more() for _ in range(2)] == [True, False]
    clock = 100.0
    assert [pace.allows_one_more() for _ in range(3)] == [True, True, False]


async def test_strangers_sockets_of_one_address_are_bounded(
    encounter: Encounter, end_user: Person
) -> None:
    silent = [await end_user.socket("client") for _ in range(MAX_OF_AN_ADDRESS - 1)]
    await encounter.join(end_user)
    silent.append(await end_user.socket("client"))  # who has joined is no stranger any more
    with pytest.raises(WSServerHandshakeError) as refused:
        await end_user.socket("client")
    assert refused.value.status == 429
    await silent[0].ws.close()
    await (await end_user.join("482109375523")).receive("error")
    for stranger in silent[1:]:
        await stranger.ws.close()


def test_strangers_sockets_are_bounded_in_all() -> None:
    doorstep = Doorstep()
    with ExitStack() as strangers:
        for number in range(MAX_OF_ALL):
            strangers.enter_context(doorstep.one(f"10.0.{number // 250}.{number % 250}"))
        with pytest.raises(TooManyRequests), doorstep.one("192.0.2.1"):
            pass
    with doorstep.one("192.0.2.1"):
        pass


async def test_a_ping_is_answered_with_the_brokers_clock(encounter: Encounter) -> None:
    await encounter.console.send("ping")
    assert (await encounter.console.receive("pong"))["server_time"].endswith("Z")


async def test_an_ended_session_is_shown_and_closed(encounter: Encounter) -> None:
    await encounter.tess.post(f"/api/v1/sessions/{encounter.session_id}/end")
    await encounter.console.snapshot("ended")
    again = await encounter.tess.console(encounter.session_id)
    assert (await again.snapshot("ended"))["end_reason"] == "technician_ended"
    assert await again.closed() == 1000


async def test_each_side_is_told_which_ways_the_other_has(
    encounter: Encounter, end_user: Person
) -> None:
    ways = [{"way": "direct", "outcome": "works", "milliseconds": 12}]
    await encounter.console.send("connection.tried", ways=ways)  # nobody is there yet
    await encounter.join(end_user)
    await encounter.client.send("connection.tried", ways=ways)
    assert (await encounter.console.receive("connection.tried"))["ways"] == ways
    await encounter.console.send("connection.tried", ways=ways)
    assert (await encounter.client.receive("connection.tried"))["ways"] == ways
    await encounter.client.send("connection.tried", ways=[])
    assert (await encounter.client.receive("error"))["code"] == "invalid_message"


async def test_where_the_servers_are_is_no_secret_but_credentials_are(end_user: Person) -> None:
    assert await (await end_user.get("/api/v1/ice-addresses")).json() == {"servers": []}
    assert (await end_user.get("/api/v1/ice-servers")).status == 401
