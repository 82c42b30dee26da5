"""What an event does to a session, as playbooks."""

import pytest

from broker.audit.event import Actor
from broker.errors import IllegalTransition, ProtocolViolation, SessionOver
from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.participants import Participant
from broker.protocol.rights import RightsChange
from broker.protocol.signaling import SessionEnded, TechnicianPresence
from broker.protocol.trust import TrustBreach
from broker.protocol.vocabulary import (
    ActorKind,
    Capability,
    ConsentSource,
    EndReason,
    PeerFailure,
    SessionState,
)
from broker.session import events as ev
from broker.session.effects import PublishSnapshot, TellConsoles
from broker.session.records import ACTIONS, opened
from tests.broker.session.playbook import (
    CLAIMED,
    CONNECTED,
    CONSENTED,
    ENDED,
    KINDS,
    PEER,
    after,
    given,
)
from tests.builders import ADMIN, END_USER, NOW, TECHNICIAN, a_session

WAITING, JOINED = SessionState.WAITING, SessionState.JOINED
AGREED, LINKED, OVER = SessionState.CONSENTED, SessionState.CONNECTED, SessionState.ENDED
BEGUN = (JOINED, AGREED, LINKED)


def test_creating_a_session_is_recorded_with_what_is_asked_for() -> None:
    session = a_session()
    event = opened(session, CLAIMED, NOW).event
    assert (event.action, event.ticket_id) == ("session.created", "T-1")
    assert event.session_id == session.session_id
    assert event.details == {"capabilities": (Capability.VIEW, Capability.CONTROL)}


def test_a_fresh_code_replaces_the_one_before() -> None:
    issued = ev.CodeIssued(TECHNICIAN, "d" * 64, after(900))
    given(WAITING).when(issued).then(
        WAITING, code_hash="d" * 64, code_expires_at=after(900)
    ).recorded("session.code_issued", from_state="waiting", to_state="waiting").told_client()


def test_claiming_the_code_burns_it() -> None:
    given(WAITING).when(CLAIMED).then(
        JOINED,
        code_hash=None,
        code_expires_at=None,
        resume_hash="c" * 64,
        machine="Zoë's PC",
        joined_at=after(1),
        client_present=True,
        version=2,
    ).recorded(
        "session.joined", machine="Zoë's PC", operating_system="linux", client_version="0.1.0"
    ).refuses(CLAIMED, IllegalTransition)


def test_consent_grants_what_was_ticked_and_no_more() -> None:
    given(JOINED).when(CONSENTED).then(
        AGREED,
        granted=(Capability.VIEW,),
        consent_source=ConsentSource.WINDOW,
        consented_at=after(2),
    ).recorded("session.consent_given", capabilities=("view",), consent_source="window")


def test_consent_to_control_includes_the_picture() -> None:
    control = ev.ConsentGiven(END_USER, (Capability.CONTROL,), ConsentSource.COMMAND_LINE)
    given(JOINED).when(control).then(AGREED, granted=(Capability.VIEW, Capability.CONTROL))


def test_consent_beyond_what_was_asked_for_is_refused() -> None:
    more = ev.ConsentGiven(END_USER, (Capability.DIAGNOSTICS,), ConsentSource.WINDOW)
    given(JOINED).refuses(more, ProtocolViolation).then(JOINED, granted=())


@pytest.mark.parametrize(
    ("timed_out", "reason"),
    [(False, EndReason.CONSENT_DECLINED), (True, EndReason.CONSENT_TIMEOUT)],
)
def test_end_user_declining_consent_ends_the_session(timed_out: bool, reason: EndReason) -> None:
    given(JOINED).when(ev.ConsentDeclined(END_USER, timed_out)).then(
        OVER, end_reason=reason, granted=()
    ).recorded("session.consent_declined", end_reason=reason).told_client(
        SessionEnded(reason=reason)
    )


def test_a_peer_connection_makes_the_session_connected() -> None:
    given(AGREED).when(CONNECTED).then(LINKED, peer_id=PEER, connected_at=after(3)).recorded(
        "session.connected", peer_id=PEER
    )


def test_the_use_of_the_clipboard_is_recorded_by_its_sizes_alone() -> None:
    used = ev.ClipboardUsed(END_USER, ClipboardDirection.RECEIVE, 2, 312, 500)
    given(LINKED).when(used).then(LINKED).recorded(
        "session.clipboard_used", direction="receive", transfers=2, characters=312, bytes=500
    )


def test_the_second_side_to_report_the_connection_tells_nothing_new() -> None:
    given(LINKED).when(CONNECTED).nothing_happened().then(LINKED, version=4)


def test_a_fresh_peer_connection_takes_the_place_of_the_old_one() -> None:
    fresh = ev.PeersConnected(TECHNICIAN, "peer-0002")
    given(LINKED).when(fresh).then(LINKED, peer_id="peer-0002", connected_at=after(3))


def test_peers_that_lose_each_other_reconnect_without_a_second_consent() -> None:
    given(LINKED).when(ev.PeersLost(END_USER, PEER)).then(
        AGREED, peer_id=None, granted=(Capability.VIEW,)
    ).recorded("session.connection_lost", peer_id=PEER).when(
        ev.PeersConnected(END_USER, "peer-0002")
    ).then(LINKED, connected_at=after(3))


@pytest.mark.parametrize("state", [AGREED, LINKED])
def test_news_of_a_connection_long_replaced_changes_nothing(state: SessionState) -> None:
    given(state).when(ev.PeersLost(END_USER, "peer-old1")).nothing_happened()


def test_peers_cannot_be_lost_before_consent() -> None:
    for state in (WAITING, JOINED):
        given(state).refuses(ev.PeersLost(END_USER, PEER), IllegalTransition)


@pytest.mark.parametrize("state", [AGREED, LINKED])
def test_a_failed_connection_is_recorded_and_the_session_goes_on(state: SessionState) -> None:
    failed = ev.PeersFailed(TECHNICIAN, "peer-0009", PeerFailure.ICE_FAILED)
    given(state).when(failed).then(state).recorded(
        "session.connection_failed", peer_id="peer-0009", peer_failure="ice_failed"
    )


@pytest.mark.parametrize("state", [AGREED, LINKED])
def test_the_end_user_pauses_and_resumes(state: SessionState) -> None:
    given(state).when(ev.PauseChanged(END_USER, True)).then(state, paused=True).recorded(
        "session.pause_changed", paused=True
    ).when(ev.PauseChanged(END_USER, True)).nothing_happened().when(
        ev.PauseChanged(END_USER, False)
    ).then(state, paused=False)


VIEW, CONTROL = Capability.VIEW, Capability.CONTROL
GIVEN, TAKEN = RightsChange.GIVEN, RightsChange.TAKEN


@pytest.mark.parametrize("state", [AGREED, LINKED])
def test_a_right_that_is_asked_for_is_given_as_a_lease_and_runs_out(state: SessionState) -> None:
    asked = ev.RightsChanged(END_USER, GIVEN, CONTROL, (VIEW, CONTROL), "to fix the printer", 30)
    ran_out = ev.RightsChanged(END_USER, RightsChange.EXPIRED, CONTROL, (VIEW,))
    given(state).when(asked).then(state, granted=(VIEW, CONTROL)).recorded(
        "session.rights_changed",
        rights_change="given",
        capability="control",
        capabilities=("view", "control"),
        reason="to fix the printer",
        lease_minutes=30,
    ).when(ran_out).then(state, granted=(VIEW,)).recorded(
        "session.rights_changed", rights_change="expired", capability="control", reason=None
    )


def test_a_lease_that_is_renewed_is_recorded_though_the_rights_are_the_same() -> None:
    renewed = ev.RightsChanged(END_USER, GIVEN, VIEW, (VIEW,), "nearly done", 5)
    given(LINKED).when(renewed).recorded("session.rights_changed", lease_minutes=5)


def test_a_refusal_changes_no_right_and_is_recorded() -> None:
    refused = ev.RightsChanged(END_USER, RightsChange.REFUSED, CONTROL, (VIEW,), "please", 30)
    given(LINKED).when(refused).then(LINKED, granted=(VIEW,)).recorded(
        "session.rights_changed", rights_change="refused", capability="control", reason="please"
    )


def test_taking_the_picture_takes_everything_and_the_session_goes_on() -> None:
    taken = ev.RightsChanged(END_USER, TAKEN, VIEW, ())
    given(LINKED).when(taken).then(LINKED, granted=()).when(taken).nothing_happened()


def test_a_right_that_may_not_be_asked_for_is_not_given() -> None:
    more = ev.RightsChanged(END_USER, GIVEN, Capability.DIAGNOSTICS, (Capability.DIAGNOSTICS,))
    given(LINKED).refuses(more, ProtocolViolation).then(LINKED, granted=(VIEW,))


@pytest.mark.parametrize(("state", "error"), [(JOINED, IllegalTransition), (OVER, SessionOver)])
def test_rights_change_neither_before_consent_nor_after_the_end(
    state: SessionState, error: type[Exception]
) -> None:
    given(state).refuses(ev.RightsChanged(END_USER, TAKEN, VIEW, ()), error)


@pytest.mark.parametrize("state", BEGUN)
def test_a_support_client_goes_away_and_comes_back(state: SessionState) -> None:
    play = given(state).when(ev.ClientDetached(END_USER))
    play.then(state, client_absent_since=play.now, client_present=False)
    play.recorded("session.client_detached").when(ev.ClientAttached(END_USER))
    play.then(state, client_absent_since=None, client_present=True)
    play.recorded("session.client_attached").told_client()


@pytest.mark.parametrize("state", [WAITING, *BEGUN])
def test_the_support_client_is_told_whether_the_technician_is_there(state: SessionState) -> None:
    play = given(state).when(ev.ConsoleDetached(TECHNICIAN))
    play.then(state, console_absent_since=play.now)
    play.recorded("session.console_detached").told_client(TechnicianPresence(present=False))
    play.when(ev.ConsoleAttached(TECHNICIAN)).then(state, console_absent_since=None)
    play.recorded("session.console_attached").told_client(TechnicianPresence(present=True))


def test_after_a_restart_of_the_broker_both_sides_are_awaited() -> None:
    play = given(LINKED).when(ev.BrokerRestarted(END_USER))
    play.then(LINKED, client_absent_since=play.now, console_absent_since=play.now, peer_id=PEER)
    play.recorded("session.broker_restarted")


def test_after_a_restart_no_support_client_is_awaited_that_never_was() -> None:
    given(WAITING).when(ev.BrokerRestarted(END_USER)).then(WAITING, client_absent_since=None)


@pytest.mark.parametrize("state", [WAITING, *BEGUN])
@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ENDED, EndReason.TECHNICIAN_ENDED),
        (ev.AdminEnded(ADMIN), EndReason.ADMIN_ENDED),
        (ev.TimeRanOut(ADMIN, EndReason.SESSION_TIME_LIMIT), EndReason.SESSION_TIME_LIMIT),
    ],
)
def test_a_session_can_be_ended_at_any_time(
    state: SessionState, event: ev.Event, reason: EndReason
) -> None:
    play = given(state).when(event)
    play.then(OVER, end_reason=reason, ended_at=play.now, client_present=False)
    play.then(OVER, code_hash=None, code_expires_at=None, resume_hash=None)
    play.then(OVER, peer_id=None, paused=False)
    play.recorded("session.ended", end_reason=reason, from_state=state, to_state="ended")
    play.told_client(SessionEnded(reason=reason))


@pytest.mark.parametrize("state", BEGUN)
def test_the_end_user_stops_the_session_at_any_time(state: SessionState) -> None:
    given(state).when(ev.EndUserStopped(END_USER)).then(OVER, end_reason=EndReason.END_USER_STOPPED)


def test_whoever_stops_it_on_the_join_page_is_not_called_the_end_user() -> None:
    stopped = ev.EndUserStopped(Actor(ActorKind.JOIN_PAGE))
    given(WAITING).when(stopped).then(OVER, end_reason=EndReason.JOIN_PAGE_STOPPED)


@pytest.mark.parametrize("state", BEGUN)
@pytest.mark.parametrize("breach", TrustBreach)
def test_whoever_does_not_trust_the_connection_ends_the_session_at_any_time(
    state: SessionState, breach: TrustBreach
) -> None:
    play = given(state).when(ev.TrustBroken(END_USER, breach, "usr_1"))
    play.then(OVER, end_reason=breach.end_reason, ended_at=play.now)
    play.recorded("session.ended", trust_breach=breach, target_account="usr_1")
    play.told_client(SessionEnded(reason=breach.end_reason))


def test_both_sides_hear_whose_connection_it_was_and_consoles_before_the_end_is_shown() -> None:
    play = given(SessionState.CONNECTED)
    technician = play.session.technician_id, play.session.technician_name
    play.when(ev.TrustBroken(END_USER, TrustBreach.STRINGS_DIFFER, technician[0]))
    whose = Participant(account_id=technician[0], name=technician[1])
    told = SessionEnded(reason=EndReason.SCREENS_DIFFER, whose=whose)
    play.told_client(told).recorded(
        "session.ended", target_account=technician[0], target_name=technician[1]
    )
    assert play.effects.index(TellConsoles(told)) < play.effects.index(PublishSnapshot())


@pytest.mark.parametrize("kind", [CLAIMED, CONSENTED, ENDED, ev.PeersLost(END_USER, PEER)])
def test_nothing_happens_to_a_session_that_is_over(kind: ev.Event) -> None:
    given(OVER).refuses(kind, SessionOver)


def test_a_pause_of_a_session_that_is_over_is_refused() -> None:
    given(OVER).refuses(ev.PauseChanged(END_USER, True), SessionOver)


def test_every_kind_of_event_has_a_name_in_the_audit_log() -> None:
    assert set(ACTIONS) == set(KINDS)
