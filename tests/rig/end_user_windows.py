"""Every window that the end user may see, as it looks: in each language, light and dark.

`photograph` starts this module as a program of its own on a display; there the windows are the real
ones and what they show is made up. Look at the pictures: no test says that something is ugly.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from broker.protocol.branding import ClientBranding, Welcome
from broker.protocol.chat import ChatMessage
from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.connection import Way, WayOutcome
from broker.protocol.files import FileDirection, FileItem, FileOffer, FileProblem
from broker.protocol.participants import EntryAsk, EntryPurpose, Participant
from broker.protocol.signaling import Technician
from broker.protocol.trust import TrustPart, string_of
from broker.protocol.verified import KnownAccount
from broker.protocol.vocabulary import Capability, ConsentSource, EndReason, ErrorCode
from client.clipboard import ClipboardUse
from client.company import NOBODY, Company, EntryQuestion, Member
from client.consent import Consent, Term, TermStage
from client.distrust import ReportStage
from client.files.desk import FilesView, Wish
from client.files.transfer import Stage, TransferView
from client.hot_key import DEFAULT, parse
from client.keeping import KeepOffer, KeepStage
from client.ratings import RatingStage
from client.rights import Ask
from client.situation import Request, Situation, State
from client.translation import LANGUAGES, language_in_use, use_language
from client.trials import Trial
from client.trust.exchanges import Agreed
from client.ui import theme
from client.ui.ask_window import AskWindow
from client.ui.chat_window import ChatWindow
from client.ui.code_window import CodeWindow
from client.ui.consent_window import ConsentWindow
from client.ui.ended_window import EndedWindow
from client.ui.entry_window import EntryWindow
from client.ui.files_window import FilesWindow
from client.ui.offer_window import OfferWindow
from client.ui.question import ARMING_MS
from client.ui.renewal_window import RenewalWindow
from client.ui.rights_popover import RightsPopover
from client.ui.session_bar import MAX_UNREAD, SessionBar
from client.ui.wish_window import WishWindow
from tests.rig.display import XDisplay
from tests.rig.logos import as_logo
from tests.rig.processes import output_of

SETTLED_MS: Final = 400
"""A window manager has drawn its frame by then."""
EDGE: Final = 16
"""Pixels of the desktop that are seen around the windows."""

VIEW, CONTROL = Capability.VIEW, Capability.CONTROL
BOTH: Final = Consent(frozenset({VIEW, CONTROL}), ConsentSource.WINDOW)
SEES: Final = replace(BOTH, granted=frozenset({VIEW}))
EVERYTHING: Final = replace(BOTH, granted=frozenset(Capability))
HOST: Final = "help.example.org"
TESS: Final = Technician(
    name="Tess Martin",
    organisation="Example Support",
    account=KnownAccount(since=datetime(2025, 3, 4, tzinfo=UTC), days=600),
)
REQUEST: Final = Request("ses", TESS, "ZD-4711", (VIEW, CONTROL), 120)
PART: Final = TrustPart(nonce="d" * 64, fingerprint=":".join(["D0"] * 32), key="e" * 64)
ALONE: Final = Company(Member("tess", "Tess Martin"))
BEN: Final = Participant(account_id="usr_" + "2" * 32, name="Ben Example")
SERVERS: Final = (
    (Way.DIRECT, "stun:turn.example.org:3478"),
    (Way.TURN_UDP, "turn:turn.example.org:3478?transport=udp"),
    (Way.TURN_TLS, "turns:turn.example.org:443?transport=tcp"),
)
OPEN: Final = tuple(Trial(way, url, WayOutcome.WORKS, 23) for way, url in SERVERS)
BLOCKED: Final = tuple(Trial(way, url, WayOutcome.SILENT) for way, url in SERVERS)


def _agreed(*, is_new: bool = False) -> Agreed:
    return Agreed("tess", string_of("ses", PART, PART, language_in_use()), PART, is_new)


LINKED: Final = Situation(
    *(State.LINKED, REQUEST, SEES),
    broker_attached=True,
    may_ask=tuple(Capability),
    company=ALONE,
)

BARS: Final = {
    "connecting": replace(LINKED, state=State.LINKING),
    "viewed": LINKED,
    "controlled": replace(LINKED, consent=BOTH),
    "everything": replace(LINKED, consent=EVERYTHING),
    "nothing": replace(LINKED, consent=replace(BOTH, granted=frozenset())),
    "paused": replace(LINKED, consent=BOTH.with_paused(True)),
    "local-user": replace(LINKED, consent=BOTH, held_back=True),
    "lease-ending": replace(LINKED, consent=BOTH, ending=(CONTROL,)),
    "guest": replace(
        LINKED,
        consent=BOTH,
        company=replace(ALONE, guests=(Member("ben", "Ben Example", 1),), controller_id="ben"),
    ),
    "guest-clipboard": replace(
        LINKED,
        consent=EVERYTHING,
        company=replace(ALONE, guests=(Member("ben", "Ben Example", 1),), controller_id="ben"),
    ),
    "queue": replace(
        LINKED, state=State.READY, consent=BOTH, technician_present=False, company=NOBODY
    ),
    "away": replace(LINKED, state=State.READY, technician_present=False),
    "relayed": replace(LINKED, way=Way.TURN_TLS),
    "no-way": replace(LINKED, state=State.READY, trials=BLOCKED),
    "lost": replace(LINKED, state=State.READY, consent=BOTH, broker_attached=False),
    "unrecovered": replace(
        LINKED, state=State.READY, consent=BOTH, broker_attached=False, unrecovered=True
    ),
}
SEVERAL: Final = replace(
    LINKED,
    consent=replace(BOTH, source=ConsentSource.COMMAND_LINE),
    held_back=True,
    ending=(CONTROL,),
    broker_attached=False,
)

Show = Callable[[], QWidget]


def _branding() -> ClientBranding:
    """Give an organisation's own, with a disc as its logo."""
    image = QImage(96, 96, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor("#7a1fa2"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(4, 4, 88, 88)
    words = Welcome(en="Our people never ask for a password.", fr="Jamais de mot de passe.")
    return ClientBranding(name="Example Help", welcome=words, logo=as_logo(image))


def _bar(situation: Situation) -> SessionBar:
    bar = SessionBar(parse(DEFAULT))
    bar.show_situation(situation)
    bar.place()
    bar.show()
    return bar


def _busy_bar() -> QWidget:
    bar = _bar(SEVERAL)
    bar.show_unread(MAX_UNREAD + 1)
    bar.show_clipboard(ClipboardUse(ClipboardDirection.RECEIVE, 312, 500))
    return bar


def _copied_bar() -> QWidget:
    bar = _bar(BARS["guest-clipboard"])
    bar.show_clipboard(ClipboardUse(ClipboardDirection.RECEIVE, 312, 500, by="Ben Example"))
    return bar


def _guests() -> QWidget:
    bar = _bar(BARS["guest-clipboard"])
    bar.findChild(RightsPopover).open()
    return bar


def _unread_bar() -> QWidget:
    bar = _bar(LINKED)
    bar.show_unread(3)
    return bar


def _rights() -> QWidget:
    leased = SEES.with_given(CONTROL, time.monotonic() + 1500)
    bar = _bar(replace(LINKED, consent=leased, trust=(_agreed(is_new=True),)))
    bar.findChild(RightsPopover).open()
    return bar


def _trusted_bar() -> QWidget:
    return _bar(replace(LINKED, trust=(_agreed(),)))


def _consent(request: Request = REQUEST, **known: object) -> QWidget:
    window = ConsentWindow(request, HOST)
    situation = replace(LINKED, **known)  # type: ignore[arg-type]
    window.show_connection(situation)
    _shown(window)
    window.show_agreed(situation.trust[0] if situation.trust else None)
    return window


def _shown(window: QWidget) -> QWidget:
    window.show()
    window.activateWindow()
    return window


def _code(situation: Situation, typed: str = "") -> QWidget:
    window = CodeWindow()
    window.set_code(typed)
    window.show_situation(situation)
    return _shown(window)


def _ask(armed: bool, ask: Ask, name: str = TESS.name) -> QWidget:
    request = replace(REQUEST, technician=TESS.model_copy(update={"name": name}))
    window = AskWindow(request, replace(ask, deadline=time.monotonic() + 60), SEES)
    _shown(window)
    if armed:
        QTest.qWait(ARMING_MS)
    return window


def _entry(purpose: EntryPurpose, *, days: int = 600, agreed: bool = True) -> QWidget:
    account = KnownAccount(since=datetime.now(UTC) - timedelta(days=days), days=days)
    ask = EntryAsk(number=1, participant=BEN, purpose=purpose, by=TESS.name, account=account)
    question = EntryQuestion(ask, time.monotonic() + 60)
    window = EntryWindow(REQUEST, question, ALONE, HOST)
    _shown(window)
    if agreed:
        string = string_of("ses", PART, PART, language_in_use())
        window.show_agreed(Agreed(BEN.account_id, string, PART, is_new=False))
    QTest.qWait(ARMING_MS)
    return window


def _renewal(stage: TermStage) -> QWidget:
    now = time.monotonic()
    term = Term(stage, now + 60, now - 1800)
    window = RenewalWindow(replace(LINKED, consent=replace(BOTH, term=term)), term)
    _shown(window)
    QTest.qWait(ARMING_MS)
    return window


def _transfer(number: int, direction: FileDirection, *items: FileItem) -> TransferView:
    offer = FileOffer(
        transfer=f"1234567{number}",
        items=items,
        files=len(items),
        folders=0,
        size_bytes=sum(one.size_bytes for one in items),
    )
    return TransferView(offer.transfer, direction, offer, Stage.OFFERED, since=time.monotonic())


SETUP: Final = FileItem(name="printer-setup-2.1.exe", size_bytes=48_000_000)
PHOTOS: Final = tuple(
    FileItem(name=f"photo-{number:02}.jpg", size_bytes=3_200_000) for number in range(20)
)
WISH: Final = Wish("12345678", "The log of the printer, please", time.monotonic() + 120)
TRANSFERS: Final = (
    replace(
        _transfer(1, FileDirection.SEND, SETUP),
        stage=Stage.RUNNING,
        done_bytes=17_000_000,
        speed=4_100_000.0,
        left_s=8.0,
    ),
    replace(_transfer(2, FileDirection.RECEIVE, *PHOTOS), stage=Stage.OVER, done=20),
    replace(
        _transfer(3, FileDirection.SEND, PHOTOS[0]),
        stage=Stage.ENDED,
        problem=FileProblem.DISK_FULL,
    ),
)


def _offer(*items: FileItem) -> QWidget:
    offered = _transfer(1, FileDirection.SEND, *items)
    window = OfferWindow(offered, TESS.name, Path("/home/ines/Downloads/Handrail"))
    _shown(window)
    QTest.qWait(ARMING_MS)
    return window


def _files(situation: Situation, *transfers: TransferView) -> QWidget:
    window = FilesWindow()
    window.show_situation(situation)
    window.show_files(FilesView(transfers))
    return _shown(window)


def _chat(situation: Situation) -> QWidget:
    window = ChatWindow()
    window.show_situation(situation)
    lines = (
        ("technician", "Hello Ines, I can see the error now. One moment."),
        ("end_user", "Thank you! It began yesterday, after the update."),
        ("technician", "<b>Nothing</b> in here is markup.\nhttps://example.org/" + "a" * 70),
    )
    for number, (author, text) in enumerate(lines, 1):
        line = {"sequence": number, "id": f"line-{number:04}", "author": author, "text": text}
        window.add(ChatMessage.model_validate({**line, "sent_at": datetime.now(UTC)}))
    return _shown(window)


def _rating(stage: RatingStage, step: int = 0) -> QWidget:
    window = EndedWindow(Situation(State.OVER, REQUEST, end_reason=EndReason.TECHNICIAN_ENDED))
    window.show_rating(stage)
    if step:
        window._rating._group.button(step).click()
    return _shown(window)


def _ended(reason: EndReason | None, trouble: ErrorCode | None = None) -> QWidget:
    over = replace(LINKED, state=State.OVER, end_reason=reason, trouble=trouble)
    return _shown(EndedWindow(over))


def _reported(stage: ReportStage) -> QWidget:
    request = replace(REQUEST, support_contact="+44 20 7946 0000, on your invoice")
    over = replace(LINKED, request=request, end_reason=EndReason.END_USER_STOPPED)
    window = EndedWindow(over)
    window.show_report(stage)
    return _shown(window)


def _keep(stage: KeepStage) -> QWidget:
    over = replace(LINKED, state=State.OVER, end_reason=EndReason.TECHNICIAN_ENDED)
    window = EndedWindow(over)
    window.show_keeping(KeepOffer("ZD-4711", TESS.name, TESS.organisation, 12, stage))
    return _shown(window)


PRINTER: Final = Ask(CONTROL, "To set up the printer on the second floor", 30, 0)
LONG: Final = Ask(Capability.CLIPBOARD_RECEIVE, "W" * 120 + " so that it works", 480, 0)
LONG_NAME: Final = "Anastasia-Wilhelmina " + "Featherstonehaugh" * 4


def windows() -> Iterator[tuple[str, Show]]:
    """Give every picture's name and what shows it."""
    yield "code", lambda: _code(Situation(), "4821 0937 5524")
    yield "code-empty", lambda: _code(Situation())
    yield "code-checked", lambda: _code(Situation(State.JOINING), "4821 0937 5524")
    proving = Situation(State.JOINING, proof_percent=41)
    yield "code-proving", lambda: _code(proving, "4821 0937 5523")
    refused = Situation(trouble=ErrorCode.CODE_REJECTED)
    yield "code-refused", lambda: _code(refused, "4821 0937 5524")
    yield "consent", _consent
    yield "consent-agreed", lambda: _consent(trust=(_agreed(),))
    new = KnownAccount(since=datetime.now(UTC), days=2)
    young = replace(REQUEST, technician=TESS.model_copy(update={"account": new}))
    yield "consent-new-account", lambda: _consent(young)
    everything = replace(REQUEST, requested=tuple(Capability))
    yield "consent-way", lambda: _consent(trials=OPEN)
    yield "consent-no-way", lambda: _consent(trials=BLOCKED)
    yield "consent-everything", lambda: _consent(everything, trust=(_agreed(),))
    long = replace(REQUEST, technician=TESS.model_copy(update={"name": LONG_NAME}))
    yield "consent-branded", lambda: _consent(replace(REQUEST, branding=_branding()))
    yield "consent-long-name", lambda: _consent(long, trust=(_agreed(),))
    yield "renewal", lambda: _renewal(TermStage.ASKED)
    yield "renewal-lapsed", lambda: _renewal(TermStage.LAPSED)
    yield "entry", lambda: _entry(EntryPurpose.GUEST)
    yield "entry-waits", lambda: _entry(EntryPurpose.LEAD, agreed=False)
    yield "entry-new-account", lambda: _entry(EntryPurpose.HAND_OVER, days=2)
    yield "ask-at-first", lambda: _ask(False, PRINTER)
    yield "ask", lambda: _ask(True, PRINTER)
    yield "ask-long", lambda: _ask(True, LONG, LONG_NAME)
    yield "offer", lambda: _offer(SETUP)
    yield "offer-many", lambda: _offer(*PHOTOS)
    yield "wish", lambda: _shown(WishWindow(WISH, TESS.name))
    yield "files-none", lambda: _files(replace(LINKED, consent=EVERYTHING))
    yield "files", lambda: _files(replace(LINKED, consent=EVERYTHING), *TRANSFERS)
    yield "rights", _rights
    yield "chat", lambda: _chat(LINKED)
    yield "chat-waiting", lambda: _chat(replace(LINKED, state=State.READY))
    yield "ended", lambda: _ended(EndReason.TECHNICIAN_ENDED)
    yield "ended-by-us", lambda: _ended(EndReason.END_USER_STOPPED)
    yield "ended-differ", lambda: _ended(EndReason.SCREENS_DIFFER)
    yield "ended-altered", lambda: _ended(EndReason.CONNECTION_ALTERED)
    yield "ended-lost", lambda: _ended(None, ErrorCode.RESUME_REJECTED)
    for stage in ReportStage:
        yield f"ended-report-{stage}", lambda stage=stage: _reported(stage)
    yield "ended-rating", lambda: _rating(RatingStage.ASKED)
    yield "ended-rating-chosen", lambda: _rating(RatingStage.ASKED, 4)
    yield "ended-rating-failed", lambda: _rating(RatingStage.FAILED, 4)
    yield "ended-rating-sent", lambda: _rating(RatingStage.SENT)
    for stage in KeepStage:
        yield f"ended-keep-{stage}", lambda stage=stage: _keep(stage)
    yield from _bars()


def _bars() -> Iterator[tuple[str, Show]]:
    """Give the session bar's pictures."""
    for name, situation in BARS.items():
        yield f"bar-{name}", lambda situation=situation: _bar(situation)
    yield "bar-unread", _unread_bar
    yield "bar-copied-by", _copied_bar
    yield "rights-guest", _guests
    yield "bar-trusted", _trusted_bar
    yield "bar-several", _busy_bar
    long = replace(REQUEST, technician=TESS.model_copy(update={"name": LONG_NAME}))
    yield "bar-long-name", lambda: _bar(replace(LINKED, request=long))


async def photograph(display: XDisplay, folder: Path) -> None:
    """Write pictures of all windows in all languages and colours."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for colours in ("light", "dark"):
            command = [sys.executable, "-m", __name__, language, colours, folder]
            await output_of(command, display.env)


def _main(language: str, colours: str, folder: Path) -> None:
    app = QApplication(["handrail-client"])
    app.setQuitOnLastWindowClosed(False)
    use_language(language)
    theme.apply(app)
    if colours == "dark":
        app.setPalette(_dark())
        theme.refresh(app)
    assert theme.is_dark(app.palette()) is (colours == "dark")
    for name, show in windows():
        window = show()
        QTest.qWait(SETTLED_MS)
        _save(app, folder / f"{name}-{language}-{colours}.png")
        for shown in app.topLevelWidgets():
            shown.hide()
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _dark() -> QPalette:
    """What a dark desktop tells its programs; a bare display tells nothing."""
    palette = QPalette(QColor("#2a2d31"))
    palette.setColor(QPalette.ColorRole.Base, QColor("#1c1e21"))
    palette.setColor(QPalette.ColorRole.AlternateBase, QColor("#24272b"))
    return palette


def _save(app: QApplication, path: Path) -> None:
    """Write the part of the screen where windows are."""
    screen = app.primaryScreen()
    place = QRect()
    for window in app.topLevelWidgets():
        if window.isVisible():
            place |= window.frameGeometry()
    place = place.adjusted(-EDGE, -EDGE, EDGE, EDGE) & screen.geometry()
    screen.grabWindow(0, place.x(), place.y(), place.width(), place.height()).save(str(path))


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
