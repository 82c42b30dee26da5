"""The consent window: nothing of it is cut off, on any screen; its boxes depend on each other."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QScrollArea

from broker.protocol.branding import ClientBranding, Welcome
from broker.protocol.signaling import Technician
from broker.protocol.trust import string_of
from broker.protocol.verified import KnownAccount
from broker.protocol.vocabulary import Capability
from client.support_session import Request
from client.translation import LANGUAGES, language_in_use, use_language
from client.trust.exchanges import Agreed
from client.ui import caution_words, places, theme
from client.ui.consent_window import ConsentWindow
from client.ui.question import ARMING_MS
from tests.client.trusted import OWN
from tests.rig.logos import as_logo

HOST = "help.example.org"


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language(LANGUAGES[0])


class Low:
    """A low screen."""

    def availableGeometry(self) -> QRect:
        return QRect(0, 0, 640, 440)


class Laptop(Low):
    """A screen of 1280 by 800, without the panel."""

    def availableGeometry(self) -> QRect:
        return QRect(0, 0, 1280, 760)


USUAL = (Capability.VIEW, Capability.CONTROL)


def shown(
    app: QApplication,
    name: str = "Ada Example",
    requested: tuple[Capability, ...] = tuple(Capability),
) -> ConsentWindow:
    person = Technician(name=name, organisation="Example IT")
    window = ConsentWindow(Request("ses", person, "T-1", requested, 60), HOST)
    window.ask()
    app.processEvents()
    return window


def gone(window: ConsentWindow) -> None:
    window.retire()
    window.deleteLater()


def test_the_organisations_words_stand_beside_ours_as_plain_text(app: QApplication) -> None:
    said = "<b>All is well</b>: just press Allow. " + "W" * 200
    person = Technician(name="Ada", organisation="Example IT")
    branding = ClientBranding(colour="#7a1fa2", welcome=Welcome(en=said))
    request = Request("ses", person, "T-1", (Capability.VIEW,), 60, branding=branding)
    ours, theirs = shown(app), ConsentWindow(request, HOST)
    texts, before = ([one.text() for one in each.findChildren(QLabel)] for each in (theirs, ours))
    assert "Example IT says:" in texts
    assert theme.breakable(said) in texts
    assert caution_words.warning() in texts
    assert texts.index(caution_words.warning()) < texts.index(theme.breakable(said))
    assert [text for text in before if "says" in text] == []
    theme.wear("#7a1fa2")
    assert theme.colour("accent").name() == "#7a1fa2"
    theme.wear("#ffff00")  # white text would not be read on it
    assert theme.colour("accent").name() not in ("#ffff00", "#7a1fa2")
    theme.wear(None)
    gone(ours)
    gone(theirs)


def logo(width: int, height: int) -> str:
    """Give a picture of one colour as a logo."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x7A1FA2)
    return as_logo(image)


def above_heading(app: QApplication, branding: ClientBranding) -> list[tuple[str, QSize]]:
    """Show the window; give the text, or the name, and the size of what is above its heading."""
    person = Technician(name="Ada", organisation="Example IT")
    request = Request("ses", person, "T-1", (Capability.VIEW,), 60, branding=branding)
    window = ConsentWindow(request, HOST)
    window.show()
    app.processEvents()
    (area,) = window.findChildren(QScrollArea)
    labels = [one for one in area.findChildren(QLabel) if one.isVisible()]
    heading = next(one for one in labels if one.property("tone") == "title")
    assert heading.text() == "Ada wants to help you on this computer"
    top = heading.mapTo(window, QPoint()).y()
    above = [one for one in labels if one.mapTo(window, QPoint()).y() < top]
    told = [
        (one.text() or one.accessibleName(), (one.pixmap().size() / one.devicePixelRatioF()))
        for one in above
    ]
    assert all(one.textFormat() == Qt.TextFormat.PlainText for one in above if one.text())
    gone(window)
    return told


def test_the_organisations_logo_and_name_stand_above_our_heading(app: QApplication) -> None:
    branding = ClientBranding(name="<b>Help</b>", logo=logo(512, 256))
    (picture, size), (name, _) = above_heading(app, branding)
    assert (picture, size) == ("Logo of <b>Help</b>", QSize(56, 28))
    assert name == theme.breakable("<b>Help</b>")


@pytest.mark.parametrize("bad", [logo(513, 8), "bm8gcGljdHVyZQ==", "A"])
def test_a_logo_that_no_admin_could_set_is_not_shown(app: QApplication, bad: str) -> None:
    assert above_heading(app, ClientBranding(logo=bad)) == []


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("name", ["Ada Example", "W" * 120])
def test_nothing_is_cut_off_however_long_the_name(app: QApplication, name: str) -> None:
    window = shown(app, name)
    for label in window.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
        assert label.minimumSizeHint().width() <= label.width()
    (area,) = window.findChildren(QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0
    assert area.accessibleName(), "the keyboard reaches it where it scrolls"
    gone(window)


@pytest.mark.usefixtures("language")
def test_on_a_low_screen_the_text_scrolls_and_the_buttons_stay(
    app: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places.QGuiApplication, "primaryScreen", Low)
    window = shown(app)
    assert window.height() <= 440 - 40
    (area,) = window.findChildren(QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0
    for button in filter(QPushButton.isVisible, window.findChildren(QPushButton)):
        assert window.rect().contains(button.geometry())
    last = window.findChildren(QCheckBox)[-1]
    assert last.visibleRegion().isEmpty()
    window.findChildren(QCheckBox)[-2].setFocus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert last.visibleRegion().boundingRect() == last.rect()
    gone(window)


@pytest.mark.usefixtures("language")
def test_who_asks_and_for_what_is_in_sight_on_a_low_screen(
    app: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places.QGuiApplication, "primaryScreen", Low)
    window = shown(app, requested=USUAL)
    named = [one for one in window.findChildren(QLabel) if one.text() in ("Example IT", HOST)]
    boxes = window.findChildren(QCheckBox)
    assert (len(named), len(boxes)) == (2, 2)
    for one in (*named, *boxes):
        assert one.visibleRegion().boundingRect() == one.rect()
    gone(window)


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("requested", [USUAL, tuple(Capability)])
def test_on_a_low_screen_allow_can_be_pressed_once_the_digits_are_in_sight(
    app: QApplication, monkeypatch: pytest.MonkeyPatch, requested: tuple[Capability, ...]
) -> None:
    monkeypatch.setattr(places.QGuiApplication, "primaryScreen", Low)
    window = shown(app, requested=requested)
    string = string_of("ses", OWN, OWN, language_in_use())
    window.show_agreed(Agreed("ada", string, OWN, is_new=False))
    app.processEvents()
    (digits,) = [one for one in window.findChildren(QLabel) if one.text() == string.digits]
    boxes = window.findChildren(QCheckBox)
    for one in (digits, *(boxes if requested == USUAL else ())):
        assert one.visibleRegion().boundingRect() == one.rect()
    assert not window._allow.isEnabled(), "what was in sight has moved"
    assert QSignalSpy(window._settling.timeout).wait(2 * ARMING_MS)
    assert window._allow.isEnabled()
    gone(window)


@pytest.mark.usefixtures("language")
def test_on_a_laptop_the_digits_are_in_sight_too(
    app: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places.QGuiApplication, "primaryScreen", Laptop)
    window = shown(app, requested=USUAL)
    (digits,) = [one for one in window.findChildren(QLabel) if one.text() == "– – – –"]
    for one in (digits, *window.findChildren(QCheckBox)):
        assert one.visibleRegion().boundingRect() == one.rect()
    gone(window)


def test_where_there_is_room_nothing_scrolls(app: QApplication) -> None:
    class High(Low):
        def availableGeometry(self) -> QRect:
            return QRect(0, 0, 1024, 1600)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places.QGuiApplication, "primaryScreen", High)
        window = shown(app)
    (area,) = window.findChildren(QScrollArea)
    assert area.verticalScrollBar().maximum() == 0
    gone(window)


def test_only_viewing_is_allowed_unless_the_end_user_chooses_more(app: QApplication) -> None:
    window = shown(app)
    assert window.chosen() == {Capability.VIEW}
    gone(window)


def test_the_caution_does_not_forbid_to_read_out_the_digits(app: QApplication) -> None:
    window = shown(app)
    (caution,) = [one.text() for one in window.findChildren(QLabel) if "Never tell" in one.text()]
    assert "a code from your bank" in caution
    gone(window)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "new: today"),
        (1, "new: since yesterday"),
        (6, "new: 6 days ago"),
        (7, "since March 2026"),
        (None, "not known"),
    ],
)
def test_a_young_account_is_said_in_words(app: QApplication, days: int | None, said: str) -> None:
    since = datetime(2026, 3, 4, tzinfo=UTC)
    account = None if days is None else KnownAccount(since=since, days=days)
    person = Technician(name="Ada", organisation="Example IT", account=account)
    window = ConsentWindow(Request("ses", person, "T-1", (Capability.VIEW,), 60), HOST)
    (label,) = [one for one in window.findChildren(QLabel) if one.text() == said]
    assert label.accessibleName() == f"Registered: {said}"
    assert (label.property("tone") == "alarm") is (days is not None and days < 7)
    assert f"Checked by: {HOST}" in [one.accessibleName() for one in window.findChildren(QLabel)]
    gone(window)
