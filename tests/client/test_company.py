"""Who is in, as the support client holds to it: playbooks, and what a lying broker can do."""

from dataclasses import replace
from typing import Any

import pytest

from broker.protocol import signaling as wire
from broker.protocol.participants import (
    ControlPassed,
    EntryAnswer,
    EntryAsk,
    EntryPurpose,
    Participant,
    ParticipantRemoved,
    SessionParticipants,
)
from broker.protocol.trust import TrustString
from broker.protocol.vocabulary import Capability, ConsentSource, EndReason, PeerFailure
from client import effects as do
from client import events as on
from client.company import NOBODY, Company, Member
from client.consent import NO_CONSENT, Consent
from client.support_session import State, SupportSession
from client.trust.keys import TrustKey
from tests.client.fake_broker import GOOD_CODE, SESSION_ID, joined
from tests.client.trusted import OWN, Trusted, sdp_of

EVERYTHING = frozenset(Capability)
ADA = Participant(account_id="usr_" + "a" * 32, name="Ada Example")
BEN = Participant(account_id="usr_" + "2" * 32, name="Ben")
CLEO = Participant(account_id="usr_" + "3" * 32, name="Cleo")
PEER, GUEST_PEER = "peer-0001", "peer-ben1"
KEY = TrustKey()
APPLY = do.ApplyConsent()


def ask(
    number: int, who: Participant = BEN, purpose: EntryPurpose = EntryPurpose.GUEST
) -> EntryAsk:
    return EntryAsk(number=number, participant=who, purpose=purpose, by="Ada Example")


def told(
    *guests: Participant, in_charge: Participant | None = ADA, asks: EntryAsk | None = None
) -> on.ParticipantsTold:
    message = SessionParticipants(in_charge=in_charge, guests=guests, ask=asks)
    return on.ParticipantsTold(message, 100.0)


def offer(peer_id: str, who: Participant | None) -> on.OfferReceived:
    return on.OfferReceived(
        wire.PeerDescription(peer_id=peer_id, kind="offer", sdp=sdp_of(), participant=who)
    )


def answered(number: int, allowed: bool) -> do.Send:
    return do.Send(EntryAnswer(number=number, allowed=allowed))


def linked(*events: on.Event) -> SupportSession:
    """A session with everything granted and Ada connected, after these events."""
    session = SupportSession()
    message = joined(tuple(Capability), account_id=ADA.account_id)
    ada = Trusted(SESSION_ID, ADA)
    for event in (
        on.CodeEntered(GOOD_CODE),
        on.Joined(message),
        *ada.events,
        on.ConsentAnswered(EVERYTHING, ada.string),
        offer(PEER, ADA),
        on.PeerStood(PEER),
        *events,
    ):
        session.handle(event)
    assert session.situation.state is State.LINKED
    return session


def with_ben() -> SupportSession:
    return linked(*asked(ask(5)), yes(5), told(BEN))


def trusted(who: Participant) -> Trusted:
    """The one console that somebody has in a test."""
    return Trusted(SESSION_ID, who, key=KEY, nonce=who.account_id[-1] * 64)


def asked(question: EntryAsk, *guests: Participant, **fields: Any) -> list[on.Event]:
    """The end user is asked about somebody whose page is open: both see a string."""
    return [told(*guests, asks=question, **fields), *trusted(question.participant).events]


def yes(number: int, who: Participant = BEN) -> on.EntryAnswered:
    """Allow, beside the string that is shown."""
    return on.EntryAnswered(number, True, trusted(who).string)


def rights(session: SupportSession, who: Participant) -> frozenset[Capability]:
    company = session.situation.company
    return company.share(session.consent, who.account_id).granted


def company(session: SupportSession) -> Company:
    return session.situation.company


# ---- coming in


def test_the_end_user_is_asked_once_and_has_a_minute() -> None:
    session = linked(told(asks=ask(5)), told(asks=ask(5)))
    question = company(session).question
    assert question is not None
    assert (question.ask.participant, question.deadline) == (BEN, 160.0)
    assert session.comings.next_moment(100.0) == 160.0
    assert not company(session).is_guest(BEN.account_id)


def test_who_is_let_in_may_look_and_no_more() -> None:
    session = linked(*asked(ask(5)))
    assert session.handle(yes(5)) == [answered(5, True), APPLY]
    assert rights(session, BEN) == {Capability.VIEW}
    assert rights(session, ADA) == EVERYTHING
    assert company(session).question is None


def string_with(who: Participant, session: SupportSession) -> TrustString | None:
    agreed = (one.string for one in session.situation.trust if one.account_id == who.account_id)
    return next(agreed, None)


@pytest.mark.parametrize("purpose", EntryPurpose)
def test_nobody_is_let_in_before_both_screens_show_the_same_string(purpose: EntryPurpose) -> None:
    session = linked(told(asks=ask(5, BEN, purpose)))
    assert string_with(BEN, session) is None
    for unseen in (None, trusted(BEN).string, string_with(ADA, session)):
        assert session.handle(on.EntryAnswered(5, True, unseen)) == []
    for event in trusted(BEN).events:
        session.handle(event)
    assert string_with(BEN, session) == trusted(BEN).string
    assert session.handle(on.EntryAnswered(5, True, string_with(ADA, session))) == []
    assert rights(session, BEN) == frozenset()
    assert answered(5, True) in session.handle(yes(5))


def test_an_allow_on_its_way_while_another_string_is_agreed_lets_nobody_in() -> None:
    session = linked(*asked(ask(5)), *Trusted(SESSION_ID, BEN).events)
    assert session.handle(yes(5)) == []
    assert not company(session).guests
    assert company(session).question is not None, "it can be pressed again"


def test_no_string_is_agreed_on_with_whom_nobody_is_asked_about() -> None:
    session = linked(*asked(ask(5)))
    for event in trusted(CLEO).events:
        assert session.handle(event) == []
    assert string_with(CLEO, session) is None


def test_who_is_at_the_door_and_may_have_somebody_between_ends_the_session() -> None:
    session = linked(told(asks=ask(5)))
    commit, _ = trusted(BEN).events
    session.handle(commit)
    forged = trusted(BEN).reveal.model_copy(update={"part": OWN})
    session.handle(on.TrustRevealed(forged))
    assert session.situation.end_reason is EndReason.CONNECTION_ALTERED


def test_who_is_refused_is_not_in() -> None:
    session = linked(told(asks=ask(5)))
    assert session.handle(on.EntryAnswered(5, False)) == [answered(5, False)]
    assert rights(session, BEN) == frozenset()
    session.handle(told(asks=ask(5)))
    assert company(session).question is None, "it is not asked twice"


def test_silence_is_a_refusal() -> None:
    session = linked(told(asks=ask(5)))
    assert session.handle(on.TimePassed(159.0)) == []
    refused = do.Send(EntryAnswer(number=5, allowed=False, timed_out=True))
    assert session.handle(on.TimePassed(160.0)) == [refused]
    assert session.comings.next_moment(160.0) is None


def test_who_was_refused_three_times_is_refused_without_a_question() -> None:
    session = linked()
    for number in (5, 6, 7):
        assert session.handle(told(asks=ask(number))) == []
        session.handle(on.EntryAnswered(number, False))
    assert session.handle(told(asks=ask(8))) == [answered(8, False)]
    assert company(session).question is None
    session.handle(told(asks=ask(9, CLEO)))
    assert company(session).question is not None, "others are asked about"


def test_an_answer_to_another_question_is_none() -> None:
    session = linked(*asked(ask(6, CLEO)))
    assert session.handle(yes(5, CLEO)) == []
    assert session.handle(on.HandOverAllowed(5)) == []
    assert not company(session).guests


def test_a_question_that_is_taken_back_is_not_answered_any_more() -> None:
    session = linked(*asked(ask(5)), told())
    assert company(session).question is None
    assert session.handle(yes(5)) == []


def test_what_the_broker_said_before_it_heard_the_yes_takes_nobody_out() -> None:
    session = linked(*asked(ask(5)), yes(5))
    assert session.handle(told(asks=ask(5))) == []
    assert company(session).is_guest(BEN.account_id)
    session.handle(told(BEN))
    assert session.handle(told()) == [do.CloseGuests((BEN.account_id,)), APPLY]


# ---- a broker that lies


def test_a_broker_that_names_somebody_has_not_let_them_in() -> None:
    session = linked(told(BEN))
    assert rights(session, BEN) == frozenset()
    failed = wire.PeerFailed(peer_id=GUEST_PEER, reason=PeerFailure.NEGOTIATION_FAILED)
    assert session.handle(offer(GUEST_PEER, BEN)) == [do.Send(failed)]


def test_a_broker_that_names_another_in_charge_has_not_handed_over() -> None:
    session = linked(told(in_charge=BEN))
    assert company(session).is_in_charge(ADA.account_id)
    assert rights(session, BEN) == frozenset()
    effects = session.handle(offer(GUEST_PEER, BEN))
    assert isinstance(effects[0], do.Send)
    assert session.situation.state is State.LINKED


def test_a_broker_cannot_pass_control() -> None:
    session = with_ben()
    session.handle(told(BEN))
    assert Capability.CONTROL not in rights(session, BEN)


# ---- guests' connections


def test_a_guest_has_a_connection_of_their_own() -> None:
    session = with_ben()
    effects = session.handle(offer(GUEST_PEER, BEN))
    assert effects == [
        do.CloseGuests((BEN.account_id,)),
        do.OpenPeer(offer(GUEST_PEER, BEN).message, (), BEN.account_id),
    ]
    candidate = wire.PeerCandidate(peer_id=GUEST_PEER, candidate="x")
    assert session.handle(on.CandidateReceived(candidate)) == [do.AddCandidate(candidate)]
    stood = session.handle(on.PeerStood(GUEST_PEER))
    assert stood == [do.Send(wire.PeerConnected(peer_id=GUEST_PEER))]
    assert session.situation.state is State.LINKED


@pytest.mark.parametrize(
    ("news", "said"),
    [
        (on.PeerFellSilent(GUEST_PEER), wire.PeerLost(peer_id=GUEST_PEER)),
        (
            on.PeerBroke(GUEST_PEER, PeerFailure.ICE_FAILED),
            wire.PeerFailed(peer_id=GUEST_PEER, reason=PeerFailure.ICE_FAILED),
        ),
        (
            on.RemotePeerFailed(wire.PeerFailed(peer_id=GUEST_PEER, reason=PeerFailure.ICE_FAILED)),
            None,
        ),
    ],
)
def test_a_guests_lost_connection_leaves_the_session_as_it_is(news: on.Event, said: Any) -> None:
    session = with_ben()
    session.handle(offer(GUEST_PEER, BEN))
    effects = session.handle(news)
    assert effects == [
        *([do.Send(said)] if said else []),
        do.CloseGuests((BEN.account_id,)),
    ]
    assert session.situation.state is State.LINKED
    assert session.handle(on.PeerStood(GUEST_PEER)) == []


def test_the_one_in_charge_losing_theirs_leaves_the_guest_a_guest() -> None:
    session = with_ben()
    session.handle(on.PeerFellSilent(PEER))
    assert session.situation.state is State.READY
    assert rights(session, BEN) == {Capability.VIEW}
    session.handle(offer(GUEST_PEER, BEN))
    session.handle(on.PeerStood(GUEST_PEER))
    assert session.situation.state is State.READY


def test_the_end_user_sends_a_guest_away() -> None:
    session = with_ben()
    assert session.handle(on.GuestRemoved(BEN.account_id)) == [
        do.CloseGuests((BEN.account_id,)),
        do.Send(ParticipantRemoved(account_id=BEN.account_id)),
        APPLY,
    ]
    assert rights(session, BEN) == frozenset()
    assert isinstance(session.handle(offer(GUEST_PEER, BEN))[0], do.Send)
    assert session.handle(on.GuestRemoved(BEN.account_id)) == []
    assert session.handle(on.GuestRemoved(ADA.account_id)) == []


# ---- control


def test_whoever_is_in_charge_passes_control_and_takes_it_back() -> None:
    session = with_ben()
    passed = session.handle(on.ControlAsked(ADA.account_id, BEN.account_id))
    told_broker = ControlPassed(account_id=BEN.account_id, by=ADA.account_id)
    assert passed == [do.Send(told_broker), APPLY]
    assert Capability.CONTROL in rights(session, BEN)
    assert Capability.CLIPBOARD_SEND in rights(session, BEN)
    assert rights(session, BEN).isdisjoint({Capability.FILES_SEND, Capability.FILES_RECEIVE})
    assert Capability.CONTROL not in rights(session, ADA)
    assert Capability.FILES_SEND in rights(session, ADA)
    session.handle(on.ControlAsked(ADA.account_id, ADA.account_id))
    assert Capability.CONTROL in rights(session, ADA)
    assert rights(session, BEN) == {Capability.VIEW}


def test_a_guest_only_gives_control_back() -> None:
    session = with_ben()
    for to in (ADA, BEN, CLEO):
        assert session.handle(on.ControlAsked(BEN.account_id, to.account_id)) == []
    session.handle(on.ControlAsked(ADA.account_id, BEN.account_id))
    assert session.handle(on.ControlAsked(BEN.account_id, CLEO.account_id)) == []
    assert session.handle(on.ControlAsked(BEN.account_id, ADA.account_id))
    assert Capability.CONTROL in rights(session, ADA)


def test_control_is_passed_to_nobody_who_is_not_in() -> None:
    session = with_ben()
    assert session.handle(on.ControlAsked(ADA.account_id, CLEO.account_id)) == []
    assert session.handle(on.ControlAsked(CLEO.account_id, ADA.account_id)) == []


def test_a_guest_with_control_who_goes_leaves_it_to_the_one_in_charge() -> None:
    session = with_ben()
    session.handle(on.ControlAsked(ADA.account_id, BEN.account_id))
    session.handle(told())
    assert Capability.CONTROL in rights(session, ADA)


def test_nobody_has_more_than_the_end_user_allows() -> None:
    session = with_ben()
    session.handle(on.ControlAsked(ADA.account_id, BEN.account_id))
    session.handle(on.RightTaken(Capability.CONTROL))
    assert Capability.CONTROL not in rights(session, BEN) | rights(session, ADA)
    session.handle(on.PauseChosen(True))
    assert not company(session).share(session.consent, BEN.account_id).allows(Capability.VIEW)


# ---- handing over


def handed_over() -> SupportSession:
    session = linked(*asked(ask(5, BEN, EntryPurpose.HAND_OVER)))
    session.handle(yes(5))
    return session


def test_a_hand_over_puts_the_other_in_charge_and_the_old_one_out() -> None:
    session = linked(*asked(ask(5, BEN, EntryPurpose.HAND_OVER)))
    assert session.handle(yes(5)) == [
        do.ClosePeer(),
        do.CloseGuests((BEN.account_id,)),
        do.ChangeHands(),
        answered(5, True),
        APPLY,
    ]
    assert session.situation.state is State.READY
    assert rights(session, ADA) == frozenset()
    assert rights(session, BEN) == EVERYTHING
    assert session.situation.request is not None
    assert session.situation.request.technician.name == "Ben"


def test_the_old_one_is_a_stranger_after_the_hand_over() -> None:
    session = handed_over()
    session.handle(told(in_charge=BEN))
    assert isinstance(session.handle(offer("peer-0009", ADA))[0], do.Send)
    assert session.handle(offer(GUEST_PEER, BEN)) == [
        do.OpenPeer(offer(GUEST_PEER, BEN).message, ())
    ]
    assert session.handle(on.ControlAsked(ADA.account_id, ADA.account_id)) == []
    assert session.handle(on.PeerStood(PEER)) == []


def test_a_refused_hand_over_leaves_everything() -> None:
    session = linked(*asked(ask(5, BEN, EntryPurpose.HAND_OVER)))
    assert session.handle(on.EntryAnswered(5, False)) == [answered(5, False)]
    assert company(session).is_in_charge(ADA.account_id)


def test_a_yes_that_came_too_late_is_taken_back() -> None:
    session = handed_over()
    assert session.handle(told(in_charge=ADA, asks=ask(5, BEN, EntryPurpose.HAND_OVER))) == []
    effects = session.handle(told(in_charge=ADA))
    assert effects == [do.ClosePeer(), do.ChangeHands(), APPLY]
    assert company(session).is_in_charge(ADA.account_id)
    assert rights(session, BEN) == frozenset()


def test_once_confirmed_a_hand_over_is_not_taken_back_by_the_broker() -> None:
    session = handed_over()
    session.handle(told(in_charge=BEN))
    session.handle(told(in_charge=ADA))
    assert company(session).is_in_charge(BEN.account_id)


def test_other_guests_stay_when_the_session_is_handed_over() -> None:
    session = with_ben()
    for event in asked(ask(9, CLEO, EntryPurpose.HAND_OVER), BEN):
        session.handle(event)
    session.handle(yes(9, CLEO))
    assert rights(session, BEN) == {Capability.VIEW}
    assert rights(session, CLEO) == EVERYTHING


def test_a_session_put_back_has_nobody_until_the_end_user_lets_somebody_take_it() -> None:
    session = with_ben()
    assert session.handle(told(in_charge=None)) == [
        do.ClosePeer(),
        do.CloseGuests(None),
        do.ChangeHands(),
        APPLY,
    ]
    assert (session.situation.state, company(session)) == (State.READY, NOBODY)
    assert isinstance(session.handle(offer("peer-0009", ADA))[0], do.Send)
    for event in asked(ask(12, CLEO, EntryPurpose.QUEUE), in_charge=None):
        session.handle(event)
    session.handle(yes(12, CLEO))
    assert rights(session, CLEO) == EVERYTHING
    session.handle(told(in_charge=None, asks=ask(12, CLEO, EntryPurpose.QUEUE)))
    assert rights(session, CLEO) == EVERYTHING


def test_a_taker_whose_yes_came_too_late_is_not_in() -> None:
    session = linked()
    session.handle(told(in_charge=None))
    for event in asked(ask(12, CLEO, EntryPurpose.QUEUE), in_charge=None):
        session.handle(event)
    session.handle(yes(12, CLEO))
    session.handle(told(in_charge=None))
    assert rights(session, CLEO) == frozenset()
    assert company(session).in_charge is None


# ---- the value


def test_colours_are_different_while_there_are_enough() -> None:
    whole = Company(Member(ADA.account_id, ADA.name)).with_guest(BEN).with_guest(CLEO)
    assert [member.colour for member in whole.members] == [0, 1, 2]
    again = whole.without(BEN.account_id).with_guest(BEN)
    assert sorted(member.colour for member in again.members) == [0, 1, 2]


def test_a_console_is_told_who_is_there() -> None:
    whole = Company(Member(ADA.account_id, ADA.name)).with_guest(BEN)
    state = whole.state_for(BEN.account_id)
    assert state is not None
    assert (state.you, state.in_charge, state.controller) == (
        BEN.account_id,
        ADA.account_id,
        ADA.account_id,
    )
    assert [one.name for one in state.participants] == ["Ada Example", "Ben"]
    assert NOBODY.state_for(BEN.account_id) is None
    assert Company(Member("", "Ada")).state_for(BEN.account_id) is None


def test_nobody_has_rights_by_a_consent_that_is_over() -> None:
    whole = Company(Member(ADA.account_id, ADA.name))
    assert whole.share(NO_CONSENT, ADA.account_id) == NO_CONSENT
    view = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
    assert whole.share(view, ADA.account_id) == view


def test_a_guest_whose_groups_do_not_allow_control_is_never_given_it() -> None:
    looks = ask(5).model_copy(update={"may_control": False})
    session = linked(*asked(looks), yes(5))
    assert session.handle(on.ControlAsked(ADA.account_id, BEN.account_id)) == []
    company = session.situation.company
    assert company.controller is not None
    assert company.controller.account_id == ADA.account_id
    forced = replace(company, controller_id=BEN.account_id)
    share = forced.share(session.consent, BEN.account_id)
    assert share.allows(Capability.VIEW)
    assert not share.allows(Capability.CONTROL)
