"""The table of transitions, and what hypothesis finds in any order of events."""

from dataclasses import replace
from datetime import datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from broker.audit.chain import GENESIS_HASH, seal
from broker.audit.event import canonical_time
from broker.errors import IllegalTransition, NotFound, ProtocolViolation, SessionOver
from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.participants import Departure, EntryClosure, EntryPurpose, EntryStage
from broker.protocol.trust import TrustBreach
from broker.protocol.vocabulary import (
    Capability,
    ConsentSource,
    EndReason,
    PeerFailure,
    SessionState,
)
from broker.session import events as ev
from broker.session.deadlines import next_deadline
from broker.session.effects import Record
from broker.session.facts import Session
from broker.session.lifecycle import ACTIVE, ENDED, LEGAL_MOVES, TRANSITIONS, WAITING, next_state
from broker.session.limits import Limits
from broker.session.participants import NOBODY_ELSE, Participants
from broker.session.retold import ACTIONS, retell
from broker.session.retold_company import as_recorded
from broker.session.session import handle
from tests.broker.session.playbook import KINDS
from tests.builders import END_USER, NOW, a_session, its_creation

PEER_IDS = st.sampled_from(["peer-0001", "peer-0002"])
CAPABILITIES = st.lists(st.sampled_from(Capability), min_size=1).map(tuple)
WHO = st.just(END_USER)
ACCOUNTS = st.sampled_from(["usr_" + "2" * 32, "usr_" + "3" * 32])
NAMES = st.just("Ben")
EVENTS = st.one_of(
    st.builds(ev.CodeIssued, WHO, st.just("d" * 64), st.just(NOW + timedelta(hours=1))),
    st.builds(
        ev.CodeClaimed, WHO, st.just("c" * 64), st.just("pc"), st.just("linux"), st.just("1")
    ),
    st.builds(ev.ConsentGiven, WHO, CAPABILITIES, st.sampled_from(ConsentSource)),
    st.builds(ev.ConsentDeclined, WHO, st.booleans()),
    st.builds(ev.PeersConnected, WHO, PEER_IDS),
    st.builds(ev.PeersLost, WHO, PEER_IDS),
    st.builds(ev.PeersFailed, WHO, PEER_IDS, st.sampled_from(PeerFailure)),
    st.builds(ev.PauseChanged, WHO, st.booleans()),
    st.builds(
        ev.ClipboardUsed, WHO, st.sampled_from(ClipboardDirection), *(st.integers(1, 9),) * 3
    ),
    st.builds(ev.Invited, WHO, ACCOUNTS, NAMES),
    st.builds(ev.HandOverOffered, WHO, ACCOUNTS, NAMES),
    st.builds(ev.Arrived, WHO, ACCOUNTS, NAMES, st.sampled_from(EntryPurpose)),
    *(
        st.builds(kind, WHO, st.integers(5, 12))
        for kind in (ev.GuestAdmitted, ev.HandedOver, ev.Taken, ev.EntryRefused)
    ),
    st.builds(ev.EntryClosed, WHO, ACCOUNTS, st.sampled_from(EntryClosure)),
    st.builds(ev.GuestLeft, WHO, ACCOUNTS, st.sampled_from(Departure)),
    st.builds(ev.GuestConnected, WHO, ACCOUNTS, PEER_IDS),
    st.builds(ev.ControlPassed, WHO, ACCOUNTS),
    st.builds(ev.TrustBroken, WHO, st.sampled_from(TrustBreach)),
    st.builds(ev.TimeRanOut, WHO, st.sampled_from(EndReason)),
    *(
        st.builds(kind, WHO)
        for kind in (
            ev.ClientAttached,
            ev.ClientDetached,
            ev.ConsoleAttached,
            ev.ConsoleDetached,
            ev.BrokerRestarted,
            ev.PutBack,
            ev.TechnicianEnded,
            ev.AdminEnded,
            ev.EndUserStopped,
        )
    ),
)
GENTLE = EVENTS.filter(
    lambda event: ENDED not in {row.get(type(event)) for row in TRANSITIONS.values()}
)


class SessionLife(RuleBasedStateMachine):
    """Any events in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.session = a_session()
        self.now = NOW
        self.records = [its_creation(self.session)]

    @rule(event=EVENTS)
    def anything(self, event: ev.Event) -> None:
        self._happen(event)

    @precondition(lambda self: self.session.state is not ENDED)
    @rule(event=GENTLE)
    def anything_but_an_end(self, event: ev.Event) -> None:
        self._happen(event)

    def _happen(self, event: ev.Event) -> None:
        before, self.now = self.session, self.now + timedelta(seconds=1)
        try:
            self.session, effects = handle(before, event, self.now)
        except (IllegalTransition, ProtocolViolation, NotFound):
            return
        records = [effect.event for effect in effects if isinstance(effect, Record)]
        if self.session == before:
            assert effects == ()
            return
        assert len(records) == 1
        assert (before.state, self.session.state) in LEGAL_MOVES
        assert self.session.version == before.version + 1
        assert records[0].details["from_state"] == before.state
        assert records[0].details["to_state"] == self.session.state
        self.records += records

    @invariant()
    def is_told_again_by_its_records(self) -> None:
        sealed = [seal(one, at, GENESIS_HASH, b"salt") for at, one in enumerate(self.records)]
        told = retell(one for one in sealed if one.event.action in ACTIONS)
        for name, fact in told.session.items():
            kept = getattr(self.session, name)
            if isinstance(kept, Participants):
                kept = as_recorded(kept)
            assert fact == (canonical_time(kept) if isinstance(kept, datetime) else kept), name

    @invariant()
    def has_an_end_reason_exactly_when_it_is_over(self) -> None:
        over = self.session.state is ENDED
        assert over == (self.session.end_reason is not None) == (self.session.ended_at is not None)

    @invariant()
    def grants_no_more_than_was_asked_for(self) -> None:
        assert set(self.session.granted) <= set(self.session.requested)

    @invariant()
    def keeps_no_secret_longer_than_needed(self) -> None:
        session = self.session
        assert (session.code_hash is None) == (session.state is not WAITING)
        assert session.state is not ENDED or session.resume_hash is None

    @invariant()
    def ends_by_itself_some_day_unless_it_is_over(self) -> None:
        deadline = next_deadline(self.session, Limits())
        assert (deadline is None) == (self.session.state is ENDED)

    @invariant()
    def has_at_most_one_in_charge_one_in_control_and_one_at_the_door(self) -> None:
        here = self.session.participants
        if here.queued_since:
            assert (self.session.controller_id, here.guests) == (None, ())
        assert self.session.controller_id in (None, self.session.in_charge_id) or here.is_guest(
            str(self.session.controller_id)
        )
        assert sum(one.stage is EntryStage.ASKING for one in here.open) <= 1
        assert self.session.is_agreed or here == NOBODY_ELSE

    @invariant()
    def moves_input_only_after_consent(self) -> None:
        if self.session.granted:
            assert self.session.consented_at is not None


SessionLife.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestAnyOrderOfEvents = SessionLife.TestCase


@pytest.mark.parametrize("state", TRANSITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_the_table_does_not_hold_is_refused(state: SessionState, kind: type[ev.Event]) -> None:
    row = TRANSITIONS[state]
    event = kind.__new__(kind)
    if kind in row:
        assert next_state(state, event) is row[kind]
    else:
        with pytest.raises(SessionOver if state is ENDED else IllegalTransition):
            next_state(state, event)


def test_every_session_can_be_ended_and_nothing_follows_the_end() -> None:
    assert ENDED not in ACTIVE
    assert all((state, ENDED) in LEGAL_MOVES for state in ACTIVE)
    assert not any(before is ENDED for before, _ in LEGAL_MOVES)


def test_a_session_is_present_only_between_joining_and_the_end() -> None:
    session: Session = a_session(joined_at=NOW)
    assert session.client_present
    assert not replace(session, state=ENDED).client_present
