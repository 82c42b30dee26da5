"""What the end user sees of several technicians: the bar, the list, the question."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.participants import EntryAsk, EntryPurpose, Participant
from broker.protocol.signaling import Technician
from broker.protocol.trust import TrustBreach, string_of
from broker.protocol.verified import KnownAccount
from broker.protocol.vocabulary import Capability, ConsentSource
from client import events as on
from client.clipboard import ClipboardUse
from client.company import NOBODY, Company, EntryQuestion, Member
from client.consent import Consent
from client.hot_key import DEFAULT, parse
from client.situation import Request, Situation, State
from client.translation import LANGUAGES, language_in_use, use_language
from client.trust.exchanges import Agreed
from client.ui import caution_words, company_words
from client.ui.company_list import CompanyList
from client.ui.consent_window import ConsentWindow
from client.ui.entry_window import EntryWindow
from client.ui.question import ARMING_MS
from client.ui.questions import Questions
from client.ui.session_bar import SessionBar
from client.ui.typing_pause import TypingPause
from tests.client.trusted import OWN

ADA, BEN, CLEO = Member("ada", "Ada"), Member("ben", "Ben", 1), Member("cleo", "Cleo", 2)
REQUEST = Request("ses", Technician(name="Ada", organisation="Example IT"), "T-1", (), 60)
WHO = Participant(account_id="usr_" + "2" * 32, name="Ben")
HOST = "help.example.org"
SINCE = datetime(2026, 3, 4, tzinfo=UTC)
CONTROL = Capability.CONTROL
SEND, RECEIVE = Capability.CLIPBOARD_SEND, Capability.CLIPBOARD_RECEIVE
BOTH = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)


@pytest.fixture
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language(LANGUAGES[0])


def focus_chain(window: QWidget) -> list[QWidget]:
    """What Tab passes, beginning at the window itself."""
    chain = [window]
    while (following := chain[-1].nextInFocusChain()) is not window:
        chain.append(following)
    return chain


def situation(company: Company, consent: Consent = BOTH) -> Situation:
    return Situation(State.LINKED, REQUEST, consent, broker_attached=True, company=company)


def question(
    purpose: EntryPurpose, by: str | None = "Ada", days: int | None = None
) -> EntryQuestion:
    account = None if days is None else KnownAccount(since=SINCE, days=days)
    ask = EntryAsk(number=5, participant=WHO, purpose=purpose, by=by, account=account)
    return EntryQuestion(ask, 1e9)


def agreed(nonce: str = "2") -> Agreed:
    console = OWN.model_copy(update={"nonce": nonce * 64})
    string = string_of("ses", console, OWN, language_in_use())
    return Agreed(WHO.account_id, string, console, is_new=False)


def texts(window: EntryWindow | ConsentWindow) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel))


@pytest.mark.parametrize(
    ("company", "text"),
    [
        (Company(ADA), ""),
        (Company(ADA, (BEN,)), "Also looking: Ben"),
        (Company(ADA, (BEN, CLEO)), "Also looking: Ben and Cleo"),
        (Company(ADA, (BEN,), "ben"), "Also looking: Ben · Ben can use the mouse and keyboard"),
        (NOBODY, "No technician is here now. Waiting for another one…"),
    ],
)
def test_the_bar_says_who_looks_and_who_has_control(company: Company, text: str) -> None:
    assert company_words.here(situation(company)) == text


def granted(*capabilities: Capability) -> Consent:
    return Consent(frozenset(capabilities), ConsentSource.WINDOW)


@pytest.mark.parametrize(
    ("capabilities", "can"),
    [
        ((SEND, RECEIVE), "fill your clipboard and read your clipboard"),
        (
            (CONTROL, SEND, RECEIVE),
            "use the mouse and keyboard, fill your clipboard and read your clipboard",
        ),
        ((CONTROL, Capability.FILES_SEND), "use the mouse and keyboard"),
    ],
)
def test_the_bar_says_that_a_guest_with_control_has_the_clipboard_too(
    capabilities: tuple[Capability, ...], can: str
) -> None:
    consent = granted(Capability.VIEW, *capabilities)
    now = situation(Company(ADA, (BEN,), "ben"), consent)
    assert company_words.here(now) == f"Also looking: Ben · Ben can {can}"
    assert company_words.here(situation(Company(ADA, (BEN,)), consent)) == "Also looking: Ben"


@pytest.mark.parametrize("language", LANGUAGES, indirect=True)
@pytest.mark.parametrize("direction", ClipboardDirection)
def test_who_copied_is_named_where_there_are_several(
    app: QApplication, language: str, direction: ClipboardDirection
) -> None:
    bar = SessionBar(parse(DEFAULT))
    use = ClipboardUse(direction, 312, 500, by="Ben")
    bar.show_situation(situation(Company(ADA)))
    bar.show_clipboard(use)
    assert "Ben" not in bar._copied.text()
    bar.show_situation(situation(Company(ADA, (BEN,), "ben")))
    bar.show_clipboard(use)
    assert bar._copied.text().startswith("Ben ")
    assert "312" in bar._copied.text()
    bar.retire()
    bar.deleteLater()


def test_without_the_right_nobody_has_mouse_and_keyboard() -> None:
    view = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
    assert company_words.here(situation(Company(ADA, (BEN,), "ben"), view)) == "Also looking: Ben"


@pytest.mark.usefixtures("app")
def test_each_guest_can_be_sent_away_and_the_one_in_charge_cannot() -> None:
    shown = CompanyList()
    removed: list[str] = []
    shown.removed.connect(removed.append)
    assert shown.show_situation(situation(Company(ADA, (BEN, CLEO), "cleo")))
    assert not shown.show_situation(situation(Company(ADA, (BEN, CLEO), "cleo")))
    buttons = shown.findChildren(QPushButton)
    assert [button.accessibleName() for button in buttons] == ["Remove Ben", "Remove Cleo"]
    buttons[0].click()
    assert removed == ["ben"]
    texts = [label.text() for label in shown.findChildren(QLabel)]
    assert {"In charge", "Looks", "Looks, can use the mouse and keyboard"} <= set(texts)
    hands = (*BOTH.granted, Capability.CLIPBOARD_RECEIVE)
    shown.show_situation(situation(Company(ADA, (BEN, CLEO), "cleo"), granted(*hands)))
    texts = [label.text() for label in shown.findChildren(QLabel)]
    assert "Looks, can use the mouse and keyboard and read your clipboard" in texts
    shown.show_situation(situation(Company(ADA)))
    assert shown.isHidden()
    shown.deleteLater()


@pytest.mark.usefixtures("app")
def test_the_bar_shows_the_line_and_hands_on_who_is_sent_away() -> None:
    bar = SessionBar(parse(DEFAULT))
    bar.show_situation(situation(Company(ADA, (BEN,))))
    assert any("Also looking: Ben" in label.text() for label in bar.findChildren(QLabel))
    bar.show_situation(replace(situation(Company(ADA)), request=REQUEST))
    bar.retire()
    bar.deleteLater()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("purpose", "company", "heading", "may_end"),
    [
        (EntryPurpose.GUEST, Company(ADA), "Ben would like to look too", False),
        (EntryPurpose.LEAD, Company(ADA), "Ben would like to look too", False),
        (EntryPurpose.HAND_OVER, Company(ADA), "Ben would take over from Ada", True),
        (EntryPurpose.QUEUE, NOBODY, "Ben would help you from here on", True),
        (EntryPurpose.TAKE_OVER, Company(ADA), "Ben would help you from here on", True),
    ],
)
def test_the_question_says_who_would_come_in_and_as_what(
    purpose: EntryPurpose, company: Company, heading: str, may_end: bool
) -> None:
    window = EntryWindow(REQUEST, question(purpose), company, HOST)
    answers: list[str] = []
    window.allowed.connect(lambda: answers.append("allowed"))
    window.declined.connect(lambda: answers.append("declined"))
    window.ended.connect(lambda: answers.append("ended"))
    assert heading in window.accessibleDescription()
    [ends] = [b for b in window.findChildren(QPushButton) if "End" in b.text()] or [None]
    assert (ends is not None) is may_end
    allow = next(b for b in window.findChildren(QPushButton) if "Allow" in b.text())
    assert not allow.isEnabled(), "not before it could be read"
    window.reject()
    window.reject()
    assert answers == ["declined"]
    window.retire()
    window.deleteLater()


@pytest.mark.parametrize("purpose", [EntryPurpose.GUEST, EntryPurpose.QUEUE])
def test_tab_goes_from_the_digits_to_the_answers_and_to_the_end_last(
    app: QApplication, purpose: EntryPurpose
) -> None:
    warned: list[str] = []
    qInstallMessageHandler(lambda _, __, message: warned.append(message))
    window = EntryWindow(REQUEST, question(purpose), Company(ADA), HOST)
    window.show()
    app.processEvents()
    qInstallMessageHandler(None)
    buttons = [one.text() for one in focus_chain(window) if isinstance(one, QPushButton)]
    ends = ["&End the session"] if purpose is EntryPurpose.QUEUE else []
    assert buttons == ["They differ", "&Decline", "&Allow", *ends]
    assert not [one for one in warned if "setTabOrder" in one]
    window.retire()
    window.deleteLater()


@pytest.mark.parametrize("language", LANGUAGES, indirect=True)
@pytest.mark.parametrize("purpose", EntryPurpose)
def test_the_question_shows_what_the_first_window_showed(
    app: QApplication, language: str, purpose: EntryPurpose
) -> None:
    window = EntryWindow(REQUEST, question(purpose, days=2), Company(ADA), HOST)
    account = Technician(
        name="Ben", organisation="Example IT", account=KnownAccount(since=SINCE, days=2)
    )
    first = ConsentWindow(replace(REQUEST, technician=account), HOST)
    alarmed = [label.text() for label in window.findChildren(QLabel) if is_alarm(label)]
    assert alarmed == [label.text() for label in first.findChildren(QLabel) if is_alarm(label)]
    assert alarmed == [caution_words.known_since(account.account)]
    for said in (caution_words.warning(), caution_words.unchecked("T-1"), "Example IT", HOST):
        assert said in texts(window)
        assert said in texts(first)
    for shown in (window, first):
        shown.retire()
        shown.deleteLater()


def is_alarm(label: QLabel) -> bool:
    return label.property("tone") == "alarm"


def test_allow_waits_for_the_digits_and_counts_for_those_that_are_shown(app: QApplication) -> None:
    window = EntryWindow(REQUEST, question(EntryPurpose.HAND_OVER, days=600), Company(ADA), HOST)
    allow, answers = window._allow, QSignalSpy(window.allowed)
    window.ask()
    assert QSignalSpy(window._rest.timeout).wait(2 * ARMING_MS)
    assert not allow.isEnabled(), "there are no digits yet"
    assert "Allow waits for the digits" in texts(window)
    other = replace(agreed(), account_id="somebody else")
    window.show_situation(replace(situation(Company(ADA)), trust=(other,)))
    assert not allow.isEnabled(), "those are of another one's page"
    window.show_situation(replace(situation(Company(ADA)), trust=(agreed(),)))
    assert agreed().string.digits in texts(window)
    if window._settling.isActive():
        assert QSignalSpy(window._settling.timeout).wait(2 * ARMING_MS)
    assert allow.isEnabled()
    assert window.seen == agreed().string
    allow.click()
    window.show_situation(replace(situation(Company(ADA)), trust=(agreed("3"),)))
    assert not allow.isEnabled(), "a press on its way was for the other string"
    assert QSignalSpy(window._settling.timeout).wait(2 * ARMING_MS)
    allow.click()
    assert answers.count() == 2
    assert window.seen == agreed("3").string
    window.retire()
    window.deleteLater()


@pytest.mark.usefixtures("app")
def test_other_digits_on_their_screen_end_the_session_as_at_first() -> None:
    posted: list[on.Event] = []
    questions = Questions(posted.append, lambda: 0, HOST, TypingPause())
    asked = Company(ADA, question=question(EntryPurpose.GUEST))
    questions.show_situation(replace(situation(asked), trust=(agreed(),)))
    assert questions._window is not None
    (differ,) = [
        b for b in questions._window.findChildren(QPushButton) if b.text() == "They differ"
    ]
    differ.click()
    assert posted == [on.TrustBroken(TrustBreach.STRINGS_DIFFER, WHO.account_id)]
    questions.retire()


def test_what_a_refusal_means_is_said() -> None:
    hand_over = question(EntryPurpose.HAND_OVER)
    assert company_words.refusal(hand_over, Company(ADA)) == "If you decline, Ada stays."
    assert "sees nothing" in company_words.meaning(hand_over, Company(ADA))
    queue = question(EntryPurpose.QUEUE, None)
    assert "waits for another" in company_words.refusal(queue, NOBODY)
    assert "what you allow" in company_words.meaning(queue, NOBODY)
    assert company_words.brought_by(queue) == "They took it over from the waiting list"
    assert company_words.brought_by(question(EntryPurpose.LEAD)) == "They lead the team"
    assert company_words.brought_by(question(EntryPurpose.GUEST, None)) == "–"
    guest = question(EntryPurpose.GUEST)
    assert "see this screen" in company_words.meaning(guest, Company(ADA))
    assert company_words.refusal(guest, Company(ADA)) == "If you decline, nothing changes."
