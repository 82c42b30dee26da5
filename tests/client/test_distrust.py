""" "I don't trust this" in the client: the session ends first, and then it is told, until it is."""

import pytest

from broker.protocol.reports import MAX_REPORT_NOTE, ReportSession
from broker.protocol.signaling import SessionStop
from broker.protocol.vocabulary import EndReason
from client import effects as do
from client import events as on
from client.distrust import ReportStage
from client.support_session import State, SupportSession
from tests.client.fake_broker import SESSION_ID, TOKEN
from tests.client.test_support_session import over, session_in


def report(note: str | None = None) -> do.Report:
    return do.Report(ReportSession(session_id=SESSION_ID, token=TOKEN, note=note))


def distrusted() -> SupportSession:
    session = session_in(State.LINKED)
    session.handle(on.DistrustChosen())
    return session


@pytest.mark.parametrize("state", [State.ASKING, State.READY, State.LINKING, State.LINKED])
def test_distrust_ends_the_session_before_it_is_told(state: State) -> None:
    session = session_in(state)
    effects = session.handle(on.DistrustChosen())
    assert effects == [
        do.Send(SessionStop()),
        *over("end_user_stopped"),
        do.StopConsentTimer(),
        report(),
    ]
    assert session.situation.state is State.OVER
    assert session.situation.end_reason is EndReason.END_USER_STOPPED
    assert not session.consent.answered
    assert session.situation.report is ReportStage.SENDING


def test_what_could_not_be_told_is_told_again_when_the_end_user_wants() -> None:
    session = distrusted()
    assert session.handle(on.ReportTried()) == []
    session.handle(on.ReportSettled(told=False))
    assert session.situation.report is ReportStage.FAILED
    assert session.handle(on.ReportWritten("too early")) == []
    assert session.handle(on.ReportTried()) == [report()]
    session.handle(on.ReportSettled(told=True))
    assert session.situation.report is ReportStage.TOLD


def test_a_sentence_goes_with_the_report_and_is_not_lost_when_it_cannot_be_sent() -> None:
    session = distrusted()
    session.handle(on.ReportSettled(told=True))
    assert session.handle(on.ReportWritten("  ")) == []
    assert session.handle(on.ReportWritten(" Odd questions ")) == [report("Odd questions")]
    session.handle(on.ReportSettled(told=False))
    assert session.handle(on.ReportTried()) == [report("Odd questions")]
    session.handle(on.ReportSettled(told=True))
    assert session.situation.report is ReportStage.NOTED


def test_a_sentence_is_cut_to_what_a_report_holds() -> None:
    session = distrusted()
    session.handle(on.ReportSettled(told=True))
    assert session.handle(on.ReportWritten("x" * 900)) == [report("x" * MAX_REPORT_NOTE)]


def test_news_of_a_report_do_not_concern_the_next_session() -> None:
    session = distrusted()
    session.handle(on.RestartChosen())
    assert session.handle(on.ReportSettled(told=True)) == []
    stopped = session_in(State.OVER)
    stopped.handle(on.ReportSettled(told=True))
    assert stopped.situation.report is None
