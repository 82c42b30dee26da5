"""Somebody between the console and the support client who alters what the two say to each other.

Both programs are here as far as the string on both screens goes: the support client's own code, and
the console's by tests/client/trusted.py, whose twin in JavaScript keeps to the same vectors
(tests/console/trust.test.mjs, which has the same attacks on the console's side).
"""

import random
from dataclasses import dataclass, replace

import pytest

from broker.protocol.participants import Participant
from broker.protocol.signaling import PeerDescription, PeerFailed
from broker.protocol.trust import (
    MAX_EXCHANGES,
    TrustAnswer,
    TrustBreach,
    TrustBroken,
    TrustPart,
    TrustString,
    string_of,
)
from broker.protocol.vocabulary import Capability, EndReason
from client import effects as do
from client import events as on
from client.support_session import State, SupportSession
from client.trust.exchanges import Agreed
from tests.client.fake_broker import GOOD_CODE, SESSION_ID, joined
from tests.client.trusted import FINGERPRINT, OWN, Trusted, allowed, sdp_of

ADA = Participant(account_id="usr_" + "a" * 32, name="Ada Example")
BEN = Participant(account_id="usr_" + "2" * 32, name="Ben")
EVIL = ":".join(["66"] * 32)
PEER = "peer-0001"


@dataclass
class Client:
    """The support client, asked for its consent; what it says to the broker comes back."""

    session: SupportSession

    def hear(self, *events: on.Event) -> list[object]:
        effects = [effect for event in events for effect in self.session.handle(event)]
        return [effect.message for effect in effects if isinstance(effect, do.Send)]

    def answer(self, console: Trusted, own: TrustPart = OWN) -> TrustAnswer:
        """Commit, and give the answer."""
        (said,) = self.hear(replace_own(console, own))
        assert isinstance(said, TrustAnswer)
        return said

    def offer(self, sdp: str) -> list[object]:
        message = PeerDescription(peer_id=PEER, kind="offer", sdp=sdp, participant=ADA)
        return self.hear(on.OfferReceived(message))

    @property
    def shown(self) -> TrustString | None:
        trust = self.session.situation.trust
        return trust[0].string if trust else None

    @property
    def state(self) -> State:
        return self.session.situation.state

    def ended_by(self, breach: TrustBreach) -> None:
        situation = self.session.situation
        assert (situation.state, situation.end_reason) == (State.OVER, breach.end_reason)
        assert situation.trust == ()
        assert not situation.consent.given


def replace_own(console: Trusted, own: TrustPart) -> on.TrustCommitted:
    return replace(console.committed, own=own)


@pytest.fixture
def client() -> Client:
    session = SupportSession()
    session.handle(on.CodeEntered(GOOD_CODE))
    session.handle(on.Joined(joined(tuple(Capability), account_id=ADA.account_id)))
    return Client(session)


@pytest.fixture
def console() -> Trusted:
    return Trusted(SESSION_ID, ADA)


def consented(client: Client) -> Client:
    client.hear(allowed(client.session.situation, *Capability))
    assert client.state is State.READY
    return client


def shown_at(console: Trusted, answer: TrustAnswer) -> TrustString:
    return string_of(SESSION_ID, console.part, answer.part, answer.language)


# ---- nobody is between


def test_both_screens_show_the_same_before_the_end_user_is_asked_for_anything(
    client: Client, console: Trusted
) -> None:
    answer = client.answer(console)
    assert client.shown is None
    assert client.hear(on.TrustRevealed(console.reveal)) == []
    assert client.state is State.ASKING
    assert client.shown == shown_at(console, answer)
    assert answer.number == 1


def test_an_offer_that_names_the_certificate_agreed_on_is_answered(
    client: Client, console: Trusted
) -> None:
    client.hear(*console.events)
    assert consented(client).offer(sdp_of()) == []
    assert client.state is State.LINKING


def test_what_was_cut_goes_on_with_the_nonces_that_there_are(
    client: Client, console: Trusted
) -> None:
    answer = client.answer(console)
    fresh = OWN.model_copy(update={"nonce": "0" * 64})
    assert client.answer(console, fresh) == answer
    client.hear(on.TrustRevealed(console.reveal))
    before = client.session.situation.trust
    assert client.answer(console, fresh) == answer
    client.hear(on.TrustRevealed(console.reveal))
    assert client.session.situation.trust == before
    assert not before[0].is_new


def test_another_page_of_the_technicians_is_agreed_with_anew_and_said_to_be_new(
    client: Client, console: Trusted
) -> None:
    client.hear(*console.events)
    before = client.shown
    other = Trusted(SESSION_ID, ADA)
    answer = client.answer(other)
    assert (answer.number, client.shown) == (2, None)
    client.hear(on.TrustRevealed(other.reveal))
    (agreed,) = client.session.situation.trust
    assert agreed.is_new
    assert agreed.string not in (None, before)


def test_each_technician_has_a_string_of_their_own(client: Client, console: Trusted) -> None:
    client.hear(*console.events)
    assert client.hear(*Trusted(SESSION_ID, BEN).events) == [], "Ben has not been let in"
    assert [one.account_id for one in client.session.situation.trust] == [ADA.account_id]


# ---- somebody is


def test_swapped_fingerprints_make_two_screens_that_differ(
    client: Client, console: Trusted
) -> None:
    """The attack this is for: one connection with each side, and a certificate of one's own."""
    between = Trusted(SESSION_ID, ADA, EVIL)
    to_client = client.answer(between)
    client.hear(on.TrustRevealed(between.reveal))
    consented(client)
    to_console = to_client.model_copy(update={"part": between.part})
    assert client.offer(sdp_of(EVIL)) == [], "the programs see nothing: it takes the two people"
    assert client.shown is not None
    at_console = shown_at(console, to_console)
    assert (client.shown.digits, client.shown.words) != (at_console.digits, at_console.words)
    said = client.hear(on.TrustBroken(TrustBreach.STRINGS_DIFFER, ADA.account_id))
    assert said == [
        TrustBroken(breach=TrustBreach.STRINGS_DIFFER, account_id=ADA.account_id),
    ]
    client.ended_by(TrustBreach.STRINGS_DIFFER)
    assert client.session.situation.end_reason is EndReason.SCREENS_DIFFER
    assert client.session.situation.whose == ADA.name


def test_whoever_is_between_meets_both_screens_once_in_ten_thousand() -> None:
    """10,000 sessions, each with a part of the attacker's own towards each side."""
    chance = random.Random(4711)

    def part() -> TrustPart:
        nonce = chance.randbytes(32).hex()
        return TrustPart(nonce=nonce, fingerprint=FINGERPRINT, key="e" * 64)

    def met() -> tuple[bool, bool]:
        at_console = string_of(SESSION_ID, part(), part(), "en")
        at_client = string_of(SESSION_ID, part(), part(), "en")
        return at_console.digits == at_client.digits, at_console.words == at_client.words

    digits, words = zip(*(met() for _ in range(10_000)), strict=True)
    assert sum(digits) <= 6, "one is expected; seven and more come once in 12,000 such runs"
    assert sum(words) <= 3, "0.15 are expected"


@pytest.mark.parametrize(
    "sdp",
    [sdp_of(EVIL), sdp_of() + sdp_of(EVIL), "v=0\r\n", sdp_of().replace("sha-256", "sha-1")],
    ids=["swapped", "one more", "none", "another hash"],
)
def test_an_altered_description_ends_the_session_and_is_told(
    client: Client, console: Trusted, sdp: str
) -> None:
    client.hear(*console.events)
    said = consented(client).offer(sdp)
    assert said == [TrustBroken(breach=TrustBreach.FINGERPRINT, account_id=ADA.account_id)]
    client.ended_by(TrustBreach.FINGERPRINT)
    assert client.session.situation.end_reason is EndReason.CONNECTION_ALTERED


def test_no_offer_is_answered_before_a_string_is_agreed_on(
    client: Client, console: Trusted
) -> None:
    """Whoever keeps the messages of the string back keeps the connection back with them."""
    assert client.offer(sdp_of()) == []
    client.hear(*Trusted(SESSION_ID, ADA).events)
    consented(client).hear(console.committed)
    (said,) = client.offer(sdp_of())
    assert isinstance(said, PeerFailed)
    assert client.state is State.READY


@pytest.mark.parametrize("name", ["nonce", "fingerprint", "key"])
def test_a_part_that_is_chosen_after_the_answer_does_not_fit_and_ends_the_session(
    client: Client, console: Trusted, name: str
) -> None:
    client.answer(console)
    chosen = {"nonce": "5" * 64, "fingerprint": EVIL, "key": "6" * 64}[name]
    part = console.part.model_copy(update={name: chosen})
    said = client.hear(on.TrustRevealed(console.reveal.model_copy(update={"part": part})))
    assert said == [TrustBroken(breach=TrustBreach.COMMITMENT, account_id=ADA.account_id)]
    client.ended_by(TrustBreach.COMMITMENT)


def test_a_reveal_before_its_commitment_is_not_heard(client: Client, console: Trusted) -> None:
    assert client.hear(on.TrustRevealed(console.reveal)) == []
    assert (client.shown, client.state) == (None, State.ASKING)
    client.answer(console)
    assert client.shown is None


def test_a_replayed_commitment_gets_the_answer_it_had_and_no_other_nonce_of_ours(
    client: Client, console: Trusted
) -> None:
    """An exchange of this session that was over is worth nothing: its string is on the console."""
    first = client.answer(console)
    client.hear(on.TrustRevealed(console.reveal))
    other = Trusted(SESSION_ID, ADA)
    client.hear(*other.events)
    replayed = client.answer(console, OWN.model_copy(update={"nonce": "0" * 64}))
    assert replayed == first
    assert client.shown == shown_at(console, first)
    assert client.session.situation.trust[0].is_new


def test_what_was_committed_to_in_another_session_does_not_fit_this_one(client: Client) -> None:
    elsewhere = Trusted("ses_" + "b" * 32, ADA)
    client.answer(elsewhere)
    client.hear(on.TrustRevealed(elsewhere.reveal))
    client.ended_by(TrustBreach.COMMITMENT)


def test_guesses_are_counted_also_those_that_were_given_up(client: Client) -> None:
    """Who knows the console's string tries parts until the client's is the same: eight times."""
    for number in range(1, MAX_EXCHANGES + 1):
        assert client.answer(Trusted(SESSION_ID, ADA)).number == number
    said = client.hear(Trusted(SESSION_ID, ADA).committed)
    assert said == [TrustBroken(breach=TrustBreach.TOO_MANY, account_id=ADA.account_id)]
    client.ended_by(TrustBreach.TOO_MANY)


def test_nobody_agrees_in_the_name_of_whom_the_end_user_did_not_let_in(client: Client) -> None:
    for _ in range(MAX_EXCHANGES + 1):
        assert client.hear(*Trusted(SESSION_ID, BEN).events) == []
    assert client.session.situation.trust == ()
    assert client.state is State.ASKING


def test_nothing_of_a_session_is_carried_into_the_next(client: Client, console: Trusted) -> None:
    client.hear(*console.events, on.StopChosen(), on.RestartChosen(), on.CodeEntered(GOOD_CODE))
    client.hear(on.Joined(joined(tuple(Capability), account_id=ADA.account_id)))
    assert client.session.situation.trust == ()
    assert client.hear(on.TrustRevealed(console.reveal)) == []
    assert client.shown is None


def test_what_is_agreed_on_names_whose_console_it_is(client: Client, console: Trusted) -> None:
    client.hear(*console.events)
    (agreed,) = client.session.situation.trust
    string = client.shown
    assert string is not None
    assert agreed == Agreed(ADA.account_id, string, console.part, is_new=False)
