"""Several technicians in one session over the real web side: who gets in, and who does not."""

import json
from typing import Any

import pytest

from broker.service.asked import MOST
from tests.broker.web.conftest import Broker, Person, Socket
from tests.broker.web.test_signaling import OFFER, Encounter
from tests.contract.tampering import drop_session_triggers, execute

HERS = {**OFFER, "peer_id": "peer-ben1"}


class Meeting(Encounter):
    """A session that stands, with a colleague who may be asked into it."""

    def __init__(self, tess: Person, issued: dict[str, Any], console: Socket, ben: Person) -> None:
        super().__init__(tess, issued, console)
        self.ben = ben
        self.ben_id = ""

    async def do(self, person: Person, what: str, **body: str) -> dict[str, Any]:
        """Ask for something about the session, which has to be granted."""
        response = await person.post(self.path(what), body or None)
        assert response.status in (200, 201, 204), await response.text()
        answer: dict[str, Any] = {} if response.status == 204 else await response.json()
        return answer

    async def refused(self, person: Person, what: str, code: str, **body: str) -> None:
        """Ask for something that has to be refused."""
        response = await person.post(self.path(what), body or None)
        assert (await response.json())["code"] == code

    def path(self, what: str) -> str:
        return f"/api/v1/sessions/{self.session_id}/{what}"

    async def asked(self) -> dict[str, Any]:
        """Wait for the question to the end user."""
        while True:
            told = await self.client.receive("session.participants")
            if told["ask"]:
                ask: dict[str, Any] = told["ask"]
                return ask

    async def answer(self, *, allowed: bool) -> None:
        ask = await self.asked()
        await self.client.send("entry.answer", number=ask["number"], allowed=allowed)

    async def guest(self) -> Socket:
        """Let Ben in, and give his console."""
        await self.do(self.tess, "invitations", account_id=self.ben_id)
        await self.do(self.ben, "enter", purpose="guest")
        await self.answer(allowed=True)
        await self.client.receive("session.participants")
        console = await self.ben.console(self.session_id)
        await console.snapshot("connected")
        return console

    async def told_dismissed(self, console: Socket) -> None:
        assert (await console.receive("error"))["code"] == "dismissed"
        await console.closed()


async def begin_meeting(broker: Broker) -> Meeting:
    tess = await broker.technician("tess@example.org")
    ben = await broker.technician("ben@example.org")
    issued = await tess.create_session()
    console = await tess.console(issued["session_id"])
    await console.snapshot("waiting")
    made = Meeting(tess, issued, console, ben)
    made.ben_id = await ben.account_id()
    await made.join(await broker.new_person())
    await made.consent()
    await made.connect()
    return made


@pytest.fixture
async def meeting(broker: Broker) -> Meeting:
    return await begin_meeting(broker)


async def test_an_invited_guest_sees_the_session_only_when_the_end_user_lets_them_in(
    meeting: Meeting,
) -> None:
    await meeting.do(meeting.tess, "invitations", account_id=meeting.ben_id)
    door = await (await meeting.ben.get("/api/v1/door")).json()
    assert [one["session_id"] for one in door["offered"]] == [meeting.session_id]
    early = await meeting.ben.console(meeting.session_id)
    assert (await early.receive("error"))["code"] == "not_found"
    await meeting.do(meeting.ben, "enter", purpose="guest")
    ask = await meeting.asked()
    assert (ask["participant"]["name"], ask["purpose"], ask["by"]) == ("Ben", "guest", "Tess")
    console = await meeting.ben.console(meeting.session_id)
    await console.snapshot("connected")
    await console.send("peer.description", **HERS)
    assert (await console.receive("error"))["code"] == "wrong_state"
    await meeting.client.send("entry.answer", number=ask["number"], allowed=True)
    await console.snapshot("connected")
    await console.send("peer.description", **HERS)
    offer = await meeting.client.receive("peer.description")
    assert offer["participant"] == {"account_id": meeting.ben_id, "name": "Ben"}
    events = await meeting.tess.events(meeting.session_id)
    assert events[-3:] == ["session.arrived", "message.refused", "session.guest_joined"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("chat.post", {"id": "line-0001", "text": "let me in"}),
        ("chat.sync", {"after": 0}),
        ("chat.marks", {"received": 0, "shown": 0}),
        ("chat.typing", {}),
    ],
)
async def test_who_is_not_let_in_yet_is_told_that_they_cannot_chat(
    meeting: Meeting, kind: str, fields: dict[str, Any]
) -> None:
    await meeting.do(meeting.tess, "invitations", account_id=meeting.ben_id)
    await meeting.do(meeting.ben, "enter", purpose="guest")
    console = await meeting.ben.console(meeting.session_id)
    await console.snapshot("connected")
    await console.send(kind, **fields)
    assert (await console.receive("error"))["code"] == "wrong_state"


async def test_each_console_hears_the_answers_to_its_own_offers_alone(meeting: Meeting) -> None:
    console = await meeting.guest()
    await console.send("peer.description", **HERS)
    await meeting.client.receive("peer.description")
    await meeting.client.send("peer.description", **{**HERS, "kind": "answer"})
    assert (await console.receive("peer.description"))["kind"] == "answer"
    await meeting.client.send("peer.connected", peer_id="peer-ben1")
    session = await console.snapshot("connected")
    assert session["technician_name"] == "Tess"
    await console.send("peer.connected", peer_id="peer-ben1")
    await console.send("peer.lost", peer_id="peer-ben1")
    await console.snapshot("connected")
    events = await meeting.tess.events(meeting.session_id)
    assert events[-2:] == ["session.guest_connected", "session.guest_disconnected"]
    assert all(m["type"] != "peer.description" for m in meeting.console.seen)


async def test_a_guest_cannot_speak_for_the_connection_of_another(meeting: Meeting) -> None:
    console = await meeting.guest()
    for kind, message in (
        ("peer.description", OFFER),
        ("peer.candidate", {"peer_id": "peer-0001", "candidate": ""}),
        ("peer.lost", {"peer_id": "peer-0001"}),
    ):
        await console.send(kind, **message)
        assert (await console.receive("error"))["code"] == "invalid_message"
    session = await (await meeting.tess.get(f"/api/v1/sessions/{meeting.session_id}")).json()
    assert session["state"] == "connected"


async def test_a_guest_ends_invites_and_hands_over_nothing(meeting: Meeting) -> None:
    console = await meeting.guest()
    await console.send("session.end")
    assert (await console.receive("error"))["code"] == "wrong_state"
    for what in ("invitations", "hand-over", "withdraw"):
        await meeting.refused(meeting.ben, what, "not_permitted", account_id=meeting.ben_id)
    await meeting.refused(meeting.ben, "put-back", "not_permitted")
    await meeting.refused(meeting.ben, "end", "not_permitted")


async def test_a_technician_who_is_not_asked_in_does_not_get_in(
    broker: Broker, meeting: Meeting
) -> None:
    theo = await broker.technician("theo@example.org")
    for purpose in ("guest", "hand_over", "queue", "lead", "take_over"):
        await meeting.refused(theo, "enter", "not_found", purpose=purpose)
    console = await theo.console(meeting.session_id)
    assert (await console.receive("error"))["code"] == "not_permitted"  # there was no ticket
    assert "session.access_refused" in await meeting.tess.events(meeting.session_id)
    await meeting.do(meeting.tess, "invitations", account_id=meeting.ben_id)
    await meeting.refused(meeting.ben, "enter", "not_found", purpose="hand_over")
    await meeting.refused(meeting.ben, "enter", "wrong_state", purpose="queue")
    await meeting.refused(meeting.ben, "enter", "not_permitted", purpose="lead")
    await meeting.refused(meeting.ben, "enter", "not_permitted", purpose="take_over")


async def test_a_guest_the_end_user_removes_is_out_at_once(meeting: Meeting) -> None:
    console = await meeting.guest()
    ticket = await meeting.ben.ticket(meeting.session_id)
    await meeting.client.send("participant.removed", account_id=meeting.ben_id)
    await meeting.told_dismissed(console)
    again = await meeting.ben.console(meeting.session_id, ticket)
    assert (await again.receive("error"))["code"] == "not_found"
    await meeting.refused(meeting.ben, "enter", "not_found", purpose="guest")
    await meeting.client.send("participant.removed", account_id=meeting.ben_id)
    events = await meeting.tess.events(meeting.session_id)
    assert events.count("session.guest_left") == 1


async def test_a_refused_guest_is_not_let_in(meeting: Meeting) -> None:
    await meeting.do(meeting.tess, "invitations", account_id=meeting.ben_id)
    await meeting.do(meeting.ben, "enter", purpose="guest")
    console = await meeting.ben.console(meeting.session_id)
    await meeting.answer(allowed=False)
    await meeting.told_dismissed(console)
    assert "session.entry_refused" in await meeting.tess.events(meeting.session_id)


async def test_the_old_owner_is_out_once_the_session_is_handed_over(meeting: Meeting) -> None:
    await meeting.do(meeting.tess, "hand-over", account_id=meeting.ben_id)
    await meeting.do(meeting.ben, "enter", purpose="hand_over")
    console = await meeting.ben.console(meeting.session_id)
    await console.snapshot("connected")
    await meeting.answer(allowed=True)
    session = await console.snapshot("consented")
    assert session["technician_name"] == "Ben"
    assert (await meeting.client.receive("technician.presence"))["present"] is False
    assert (await meeting.client.receive("technician.presence"))["present"] is True
    await meeting.told_dismissed(meeting.console)
    again = await meeting.tess.console(meeting.session_id)
    assert (await again.receive("error"))["code"] == "not_permitted"  # there was no ticket
    await meeting.refused(meeting.tess, "put-back", "not_found")
    await console.send("peer.description", **HERS)
    offer = await meeting.client.receive("peer.description")
    assert offer["participant"]["name"] == "Ben"
    assert "session.handed_over" in await meeting.ben.events(meeting.session_id)


async def test_a_hand_over_that_is_declined_or_taken_back_changes_nothing(
    meeting: Meeting,
) -> None:
    await meeting.do(meeting.tess, "hand-over", account_id=meeting.ben_id)
    await meeting.do(meeting.ben, "leave")
    await meeting.do(meeting.tess, "hand-over", account_id=meeting.ben_id)
    await meeting.do(meeting.tess, "withdraw", account_id=meeting.ben_id)
    await meeting.refused(meeting.ben, "enter", "not_found", purpose="hand_over")
    events = await meeting.tess.events(meeting.session_id)
    assert events[-4:-1] == [
        "session.entry_closed",
        "session.hand_over_offered",
        "session.entry_closed",
    ]
    session = await (await meeting.tess.get(f"/api/v1/sessions/{meeting.session_id}")).json()
    assert (session["state"], session["hand_over"]) == ("connected", None)


async def test_a_session_in_the_queue_is_taken_by_any_technician(meeting: Meeting) -> None:
    await meeting.do(meeting.tess, "put-back")
    await meeting.told_dismissed(meeting.console)
    door = await (await meeting.ben.get("/api/v1/door")).json()
    assert [one["session_id"] for one in door["queue"]] == [meeting.session_id]
    again = await meeting.tess.console(meeting.session_id)
    assert (await again.receive("error"))["code"] == "not_found"
    await meeting.do(meeting.ben, "enter", purpose="queue")
    await meeting.answer(allowed=False)
    await meeting.client.receive("session.participants")
    await meeting.do(meeting.ben, "enter", purpose="queue")
    await meeting.answer(allowed=True)
    assert (await meeting.client.receive("session.participants"))["in_charge"]["name"] == "Ben"
    console = await meeting.ben.console(meeting.session_id)
    assert (await console.snapshot("consented"))["technician_name"] == "Ben"
    events = await meeting.ben.events(meeting.session_id)
    assert events[-2:] == ["session.taken", "session.console_attached"]


async def test_the_end_user_is_asked_about_the_same_person_three_times_and_not_on_and_on(
    meeting: Meeting,
) -> None:
    await meeting.do(meeting.tess, "put-back")
    for _ in range(MOST):
        await meeting.do(meeting.ben, "enter", purpose="queue")
        await meeting.answer(allowed=False)
        await meeting.client.receive("session.participants")
    before = await meeting.ben.events(meeting.session_id)
    await meeting.refused(meeting.ben, "enter", "too_many_requests", purpose="queue")
    assert await meeting.ben.events(meeting.session_id) == before
    await meeting.do(meeting.tess, "enter", purpose="queue")
    await meeting.answer(allowed=True)


async def test_a_lead_takes_a_session_over_when_the_end_user_agrees(
    broker: Broker, meeting: Meeting
) -> None:
    lena = await broker.technician("lena@example.org")
    await meeting.do(lena, "enter", purpose="take_over")
    await meeting.answer(allowed=True)
    console = await lena.console(meeting.session_id)
    assert (await console.snapshot("consented"))["technician_name"] == "Lena"
    await meeting.told_dismissed(meeting.console)
    assert "session.handed_over" in await lena.events(meeting.session_id)


async def test_a_lead_sees_live_sessions_and_joins_when_the_end_user_agrees(
    broker: Broker, meeting: Meeting
) -> None:
    lena = await broker.technician("lena@example.org")
    door = await (await lena.get("/api/v1/door")).json()
    assert [one["session_id"] for one in door["team"]] == [meeting.session_id]
    assert (await (await meeting.ben.get("/api/v1/door")).json())["team"] == []
    await meeting.do(lena, "enter", purpose="lead")
    assert (await meeting.asked())["purpose"] == "lead"
    await meeting.refused(meeting.tess, "enter", "wrong_state", purpose="lead")


async def test_control_is_known_as_the_support_client_tells_it(meeting: Meeting) -> None:
    console = await meeting.guest()
    await meeting.client.send("control.passed", account_id=meeting.ben_id)
    session = await console.snapshot("connected")
    assert session["controller_id"] == meeting.ben_id
    await meeting.do(meeting.ben, "leave")
    await meeting.told_dismissed(console)
    session = await (await meeting.tess.get(f"/api/v1/sessions/{meeting.session_id}")).json()
    assert session["controller_id"] == await meeting.tess.account_id()


async def test_a_guest_whose_connection_breaks_may_come_back_and_owns_nothing(
    meeting: Meeting,
) -> None:
    console = await meeting.guest()
    await console.ws.close()
    again = await meeting.ben.console(meeting.session_id)
    await again.snapshot("connected")
    await meeting.console.ws.close()
    session = await again.snapshot("connected")
    assert session["technician_name"] == "Tess"
    back = await meeting.tess.console(meeting.session_id)
    assert (await back.snapshot("connected"))["guests"][0]["name"] == "Ben"


async def test_a_support_client_that_comes_back_is_told_who_takes_part_and_asked_again(
    broker: Broker, meeting: Meeting
) -> None:
    joined = next(m for m in meeting.client.seen if m["type"] == "session.joined")
    await meeting.do(meeting.tess, "invitations", account_id=meeting.ben_id)
    await meeting.do(meeting.ben, "enter", purpose="guest")
    await meeting.client.ws.close()
    person = await broker.new_person()
    client = await person.resume(joined)
    told = await client.receive("session.participants")
    assert told["in_charge"]["name"] == "Tess"
    assert told["ask"]["participant"]["name"] == "Ben"
    await client.send("entry.answer", number=told["ask"]["number"] + 1, allowed=True)
    await client.send("entry.answer", number=told["ask"]["number"], allowed=True)
    told = await client.receive("session.participants")
    assert [guest["name"] for guest in told["guests"]] == ["Ben"]


async def test_notes_are_for_technicians_and_go_with_the_session(meeting: Meeting) -> None:
    await meeting.do(meeting.tess, "notes", text="  Printer driver is from 2009.  ")
    assert await meeting.console.receive("notes.changed")
    await meeting.refused(meeting.ben, "notes", "not_found", text="Let me see")
    await meeting.do(meeting.tess, "hand-over", account_id=meeting.ben_id)
    listed = (await (await meeting.ben.get(meeting.path("notes"))).json())["notes"]
    assert [(note["author_name"], note["text"]) for note in listed] == [
        ("Tess", "Printer driver is from 2009.")
    ]
    assert not any("Printer driver" in str(message) for message in meeting.client.seen)
    page = await (await meeting.tess.get(meeting.path("events"))).json()
    [noted] = [event for event in page["events"] if event["action"] == "session.note_added"]
    assert noted["details"].keys() == {"characters", "note_hash"}
    assert noted["details"]["characters"] == 28


async def test_what_was_done_is_summed_up(meeting: Meeting) -> None:
    await meeting.guest()
    rights = ["view", "control", "clipboard.send"]
    given = {"change": "given", "capability": "clipboard.send", "granted": rights}
    await meeting.client.send("rights.changed", **given)
    taken = {"change": "taken", "capability": "clipboard.send", "granted": rights[:2]}
    await meeting.client.send("rights.changed", **taken)
    await meeting.client.send(
        "clipboard.used", direction="send", transfers=2, characters=10, bytes=10
    )
    while "session.clipboard_used" not in await meeting.tess.events(meeting.session_id):
        await meeting.console.snapshot("connected")
    done = await (await meeting.ben.get(meeting.path("summary"))).json()
    assert done["technicians"] == ["Tess", "Ben"]
    assert done["rights"] == rights, "what was taken back was granted all the same"
    assert done["clipboard_texts"] == 2
    assert done["files"] == []


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        ("clipboard.used", {"direction": "receive", "transfers": 1, "characters": 1, "bytes": 1}),
        ("clipboard.used", {"direction": "send", "transfers": 1, "characters": 1, "bytes": 2**21}),
        ("clipboard.used", {"direction": "send", "transfers": 1, "characters": 9, "bytes": 1}),
        ("chat.counted", {"technician": 2**31, "end_user": 0}),
    ],
)
async def test_counts_of_what_cannot_have_passed_are_refused(
    meeting: Meeting, kind: str, counts: dict[str, Any]
) -> None:
    await meeting.client.send(kind, **counts)
    assert (await meeting.client.receive("error"))["code"] == "invalid_message"
    assert "session.clipboard_used" not in await meeting.tess.events(meeting.session_id)


async def test_only_colleagues_who_may_sign_in_can_be_asked_in(
    broker: Broker, meeting: Meeting
) -> None:
    listed = (await (await meeting.tess.get("/api/v1/colleagues")).json())["colleagues"]
    assert [one["name"] for one in listed] == ["Ben"]
    nobody = "usr_" + "0" * 32
    await meeting.refused(meeting.tess, "invitations", "invalid_request", account_id=nobody)
    own = await meeting.tess.account_id()
    await meeting.refused(meeting.tess, "hand-over", "invalid_request", account_id=own)
    await meeting.do(meeting.tess, "invitations", account_id=meeting.ben_id)
    await meeting.refused(meeting.tess, "invitations", "wrong_state", account_id=meeting.ben_id)


async def test_the_relayed_chat_is_between_the_end_user_and_the_technician_in_charge(
    meeting: Meeting,
) -> None:
    console = await meeting.guest()
    await console.send("chat.post", id="line-0001", text="a guest's own")
    await meeting.console.send("chat.post", id="line-0002", text="hers")
    assert (await meeting.client.receive("chat.post"))["text"] == "hers"
    await meeting.client.send("chat.state", last=0, shown=0, full=False, live=True)
    await meeting.console.receive("chat.state")
    await console.send("ping")
    await console.receive("pong")
    assert not {"error", "chat.state"} & {message["type"] for message in console.seen}


async def test_whoever_is_written_into_an_ended_session_reads_nothing_of_it(
    meeting: Meeting, broker: Broker
) -> None:
    await meeting.do(meeting.tess, "end")
    database = broker.core.database
    await drop_session_triggers(database)
    guest = {"account_id": meeting.ben_id, "name": "Ben", "purpose": "guest", "stage": "admitted"}
    forged = json.dumps({"guests": [{**guest, "since": "2026-11-23T09:00:00Z"}]})
    for participants in (forged, "nonsense", '{"guests": [{}]}'):
        await execute(database, f"UPDATE sessions SET participants = '{participants}'")
        for what in ("notes", "transcript", "summary"):
            assert (await meeting.ben.get(meeting.path(what))).status == 404
        assert (await meeting.tess.get(meeting.path("notes"))).status == 200
        assert (await meeting.tess.get("/api/v1/sessions")).status == 200
    await execute(database, "UPDATE sessions SET participants = '{}'")
