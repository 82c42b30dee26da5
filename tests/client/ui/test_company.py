"""What the end user sees of several technicians: the bar, the list, the question."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from broker.protocol.participants import EntryAsk, EntryPurpose, Participant
from broker.protocol.signaling import Technician
from broker.protocol.vocabulary import Capability, ConsentSource
from client.company import NOBODY, Company, EntryQuestion, Member
from client.consent import Consent
from client.hot_key import DEFAULT, parse
from client.situation import Request, Situation, State
from client.ui import company_words
from client.ui.company_list import CompanyList
from client.ui.entry_window import EntryWindow
from client.ui.session_bar import SessionBar

ADA, BEN, CLEO = Member("ada", "Ada"), Member("ben", "Ben", 1), Member("cleo", "Cleo", 2)
REQUEST = Request("ses", Technician(name="Ada", organisation="Example IT"), "T-1", (), 60)
WHO = Participant(account_id="usr_" + "2" * 32, name="Ben")
BOTH = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)


def situation(company: Company, consent: Consent = BOTH) -> Situation:
    return Situation(State.LINKED, REQUEST, consent, broker_attached=True, company=company)


def question(purpose: EntryPurpose, by: str | None = "Ada") -> EntryQuestion:
    return EntryQuestion(EntryAsk(number=5, participant=WHO, purpose=purpose, by=by), 1e9)


@pytest.mark.parametrize(
    ("company", "text"),
    [
        (Company(ADA), ""),
        (Company(ADA, (BEN,)), "Also looking: Ben"),
        (Company(ADA, (BEN, CLEO)), "Also looking: Ben and Cleo"),
        (Company(ADA, (BEN,), "ben"), "Also looking: Ben · Ben has mouse and keyboard"),
        (NOBODY, "No technician is here now. Waiting for another one…"),
    ],
)
def test_the_bar_says_who_looks_and_who_has_control(company: Company, text: str) -> None:
    assert company_words.here(situation(company)) == text


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
    assert {"In charge", "Looks", "Looks, has mouse and keyboard"} <= set(texts)
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
    window = EntryWindow(REQUEST, question(purpose), company)
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
