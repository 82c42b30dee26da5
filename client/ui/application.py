"""Shows the window that fits the session's situation, and passes on what the end user chose."""

import signal
import socket
from collections.abc import Callable
from types import FrameType

import click
from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSocketNotifier, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from broker.protocol.chat import ChatMessage
from broker.protocol.receipts import SavedReceipt
from broker.protocol.trust import TrustBreach
from client import events as on
from client.chat import ChatView
from client.clipboard import ClipboardUse
from client.config import Config
from client.files.desk import FilesView
from client.guide import Drawing
from client.keeping import KeepOffer
from client.platform.interface import Area
from client.ratings import RatingStage
from client.support_session import Situation, State
from client.terminal import Terminal
from client.translation import tr
from client.ui import places, theme
from client.ui.bridge import Bridge, BuildService, EngineThread
from client.ui.chat import Chat
from client.ui.clipboard import QtClipboard
from client.ui.code_window import CodeWindow
from client.ui.consent_window import ConsentWindow
from client.ui.ended_window import EndedWindow
from client.ui.files import Files
from client.ui.last_words import before_the_end
from client.ui.overlays import Overlays
from client.ui.own_windows import WindowWatch
from client.ui.questions import Questions
from client.ui.session_bar import SessionBar
from client.ui.typing_pause import TypingPause


class Application:
    """All windows of one run; exactly one of them is in front at any time."""

    def __init__(self, app: QApplication, config: Config, build: BuildService) -> None:
        self._app = app
        self._config = config
        self._bridge = Bridge()
        self._engine = EngineThread(self._bridge, build)
        self._clipboard = QtClipboard(self._engine.service.soon)
        self._engine.service.clipboard = self._clipboard
        self._watch = WindowWatch(app, self._engine.service.shield.publish)
        self._state: State | None = None
        self._code = CodeWindow()
        self._consent: ConsentWindow | None = None
        self._terminal = Terminal(click.echo)
        self._bar: SessionBar | None = None
        self._chat: Chat | None = None
        self._files: Files | None = None
        self._pause = TypingPause()
        self._questions = Questions(self._post, self._edge, config.broker_host, self._pause)
        self._ended: EndedWindow | None = None
        self._overlay: Overlays | None = None
        self.exit_code = 0
        self._wire()

    def start(self) -> None:
        """Start the engine; the first window appears with its first news."""
        self._engine.start()

    def quit(self) -> None:
        """End the session and the program."""
        self._hide_all()
        self._engine.service.quit()

    def display_gone(self, said: Callable[[], None]) -> None:
        """Let the technician know, since Qt is about to end the program; then call `said`."""
        self._engine.service.display_gone(said)

    def dispose(self) -> None:
        """Delete everything that Qt made, while Qt is still there."""
        self._hide_all()
        self._watch.stop()
        self._watch.deleteLater()
        self._clipboard.deleteLater()
        self._code.deleteLater()
        self._pause.deleteLater()
        self._bridge.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _wire(self) -> None:
        self._watch.changed.connect(self._keep_in_sight)
        self._bridge.situation.connect(self._show)
        self._bridge.chat.connect(self._chat_line)
        self._bridge.chat_view.connect(self._show_chat_view)
        self._bridge.typing.connect(self._show_typing)
        self._bridge.keeping.connect(self._show_keeping)
        self._bridge.receipt.connect(self._show_receipt)
        self._bridge.rating.connect(self._show_rating)
        self._bridge.clipboard.connect(self._clipboard_used)
        self._bridge.files.connect(self._show_files)
        self._bridge.guide.connect(self._show_guide)
        self._bridge.ready.connect(self._ready)
        self._bridge.stopped.connect(self._stopped)
        self._code.entered.connect(lambda text: self._post(on.CodeEntered(text)))
        self._code.closed.connect(self.quit)

    def _post(self, event: on.Event) -> None:
        self._engine.service.post(event)

    def _ready(self) -> None:
        if self._config.code:
            self._code.set_code(self._config.code)
            self._post(on.CodeEntered(self._config.code))

    def _stopped(self, broken: bool) -> None:
        self.exit_code = int(broken)
        self._engine.join()
        self._app.exit(self.exit_code)

    # ---- which window

    def _show(self, situation: Situation) -> None:
        entered = situation.state is not self._state
        self._state = situation.state
        if self._config.granted:
            self._terminal.show_situation(situation)
        match situation.state:
            case State.ENTERING | State.JOINING:
                self._show_code(situation)
            case State.ASKING if situation.grant_waits:
                self._show_code(situation)
            case State.ASKING:
                if entered:
                    self._ask(situation)
                if self._consent is not None:
                    self._consent.show_connection(situation)
                    self._consent.show_agreed(situation.trust[0] if situation.trust else None)
                self._show_chat(situation)
            case State.READY | State.LINKING | State.LINKED:
                self._show_bar(situation)
            case State.OVER:
                self._show_end(situation, entered)

    def _show_code(self, situation: Situation) -> None:
        self._retire_end()
        self._code.show_situation(situation)
        self._code.show()

    def _ask(self, situation: Situation) -> None:
        assert situation.request is not None  # noqa: S101 - the table lets nobody here before
        self._code.hide()
        theme.wear(situation.request.branding.colour)
        consent = self._consent = ConsentWindow(situation.request, self._config.broker_host)
        consent.chat_wanted.connect(self._open_chat)
        consent.allowed.connect(
            lambda: self._post(on.ConsentAnswered(consent.chosen(), consent.seen))
        )
        consent.distrusted.connect(lambda: self._post(on.DistrustChosen()))
        consent.declined.connect(lambda: self._post(on.ConsentRefused()))
        consent.differs.connect(self._distrust)
        consent.ask()

    def _show_bar(self, situation: Situation) -> None:
        self._code.hide()
        self._retire_consent()
        self._show_chat(situation)
        if self._bar is None or self._files is None:
            self._bar = self._make_bar()
            self._files = Files(self._engine.service.with_files, self._edge, self._pause)
            self._overlay = self._make_overlay()
        self._bar.show_situation(situation)
        self._files.show_situation(situation)
        if not self._bar.isVisible():
            self._bar.place()
            self._bar.show()
        self._questions.show_situation(situation)

    def _keep_in_sight(self, windows: list[QRect]) -> None:
        """Nothing covers the bar, and nothing that the technician shows covers our windows."""
        if self._overlay is not None:
            self._overlay.keep_off(windows)
        if self._bar is not None:
            self._bar.stay_above(windows)

    def _edge(self) -> int:
        """Give the line of the desktop below which the bar is not covered."""
        return 0 if self._bar is None else self._bar.frameGeometry().bottom() + theme.SPACE

    def _make_bar(self) -> SessionBar:
        bar = SessionBar(self._config.hot_key)
        bar.show_unread(self._chat.unread if self._chat is not None else 0)
        bar.chat_wanted.connect(self._open_chat)
        bar.files_wanted.connect(self._open_files)
        bar.right_given.connect(lambda capability: self._post(on.RightGiven(capability)))
        bar.right_taken.connect(lambda capability: self._post(on.RightTaken(capability)))
        bar.guest_removed.connect(lambda account_id: self._post(on.GuestRemoved(account_id)))
        bar.again_chosen.connect(lambda: self._post(on.TryAgainChosen()))
        bar.differs.connect(self._distrust)
        bar.pause_chosen.connect(lambda paused: self._post(on.PauseChosen(paused)))
        bar.stop_chosen.connect(lambda: self._post(on.StopChosen()))
        bar.distrust_chosen.connect(lambda: self._post(on.DistrustChosen()))
        return bar

    def _distrust(self, account_id: str) -> None:
        self._post(on.TrustBroken(TrustBreach.STRINGS_DIFFER, account_id))

    def _open_files(self) -> None:
        if self._files is not None:
            self._files.open()

    def _show_files(self, view: FilesView) -> None:
        if self._files is not None:
            self._files.show_files(view)

    def _make_overlay(self) -> Overlays:
        overlay = Overlays()
        overlay.guided.connect(self._tell_guided)
        return overlay

    def _show_guide(self, drawings: tuple[Drawing, ...], area: Area | None) -> None:
        if self._overlay is not None:
            self._overlay.show_drawings(drawings, area)

    def _tell_guided(self) -> None:
        """Whoever hears the screen rather than seeing it is told, once a session."""
        text = tr("The technician is pointing at something on your screen")
        if self._bar is not None:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._bar, text))

    def _show_end(self, situation: Situation, entered: bool) -> None:
        if entered:
            self._open_end(situation)
        if self._ended is not None:
            self._ended.show_report(situation.report)

    def _open_end(self, situation: Situation) -> None:
        self._hide_all()
        self._ended = EndedWindow(situation)
        self._ended.report_written.connect(lambda text: self._post(on.ReportWritten(text)))
        self._ended.report_tried.connect(lambda: self._post(on.ReportTried()))
        self._ended.again.connect(lambda: self._post(on.RestartChosen()))
        self._ended.closed.connect(self.quit)
        self._ended.kept.connect(self._keep)
        self._ended.rated.connect(self._engine.service.rate)
        places.put_below(self._ended, 0)
        self._ended.show()

    def _retire_consent(self) -> None:
        consent, self._consent = self._consent, None
        if consent is not None:
            consent.retire()
            consent.deleteLater()

    def _retire_end(self) -> None:
        ended, self._ended = self._ended, None
        if ended is not None:
            ended.retire()
            ended.deleteLater()

    def _hide_all(self) -> None:
        """Take every window away; Qt deletes them, since Python may only do so after Qt is gone."""
        self._code.hide()
        self._retire_consent()
        self._questions.retire()
        self._retire_end()
        files, self._files = self._files, None
        if files is not None:
            files.retire()
        overlay, self._overlay = self._overlay, None
        if overlay is not None:
            overlay.retire()
            overlay.deleteLater()
        (bar, self._bar), (chat, self._chat) = (self._bar, None), (self._chat, None)
        if bar is not None:
            bar.retire()
            bar.deleteLater()
        if chat is not None:
            chat.retire()

    def _clipboard_used(self, use: ClipboardUse) -> None:
        if self._bar is not None:
            self._bar.show_clipboard(use)

    # ---- chat

    def _open_chat(self) -> None:
        if self._chat is not None:
            self._chat.open(self._edge())

    def _show_chat(self, situation: Situation) -> None:
        """There is a chat from the moment the client has joined, whatever is allowed."""
        if self._chat is None:
            self._chat = Chat(self._engine.service.with_talk, self._show_unread, self._pause)
        self._chat.show_situation(situation)

    def _chat_line(self, line: ChatMessage) -> None:
        if self._chat is not None:
            self._chat.add(line)

    def _show_chat_view(self, view: ChatView) -> None:
        if self._chat is not None:
            self._chat.show_view(view)

    def _show_typing(self) -> None:
        if self._chat is not None:
            self._chat.show_typing()

    def _keep(self, agreed: bool) -> None:
        self._engine.service.with_talk(lambda talk: talk.keep(agreed))

    def _show_keeping(self, offer: KeepOffer | None) -> None:
        if self._ended is not None:
            self._ended.show_keeping(offer)

    def _show_receipt(self, receipt: SavedReceipt | None) -> None:
        if self._ended is not None:
            self._ended.show_receipt(receipt)

    def _show_rating(self, stage: RatingStage | None) -> None:
        if self._ended is not None:
            self._ended.show_rating(stage)

    def _show_unread(self, count: int) -> None:
        for window in (self._consent, self._bar):
            if window is not None:
                window.show_unread(count)


def run_windows(config: Config, build: BuildService) -> int:
    """Run Qt until the end user closes the last window; the result is the exit code."""
    app = _make_app()
    app.setQuitOnLastWindowClosed(False)
    application = Application(app, config, build)
    release = _quit_on_signals(application)
    forget = before_the_end(application.display_gone)
    application.start()
    try:
        return app.exec()
    finally:
        forget()
        release()
        application.dispose()


def tell_already_running() -> None:
    """Say so in a window: whoever started us with a click sees no terminal."""
    app = _make_app()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    notice = QMessageBox()
    notice.setWindowTitle("Handrail")
    notice.setTextFormat(Qt.TextFormat.PlainText)
    notice.setText(tr("Handrail is already running on this screen."))
    notice.setInformativeText(tr("Please use the window that is open, or close it first."))
    notice.exec()
    notice.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _make_app() -> QApplication:
    app = QApplication(["handrail-client"])
    app.setApplicationDisplayName("")
    app.setDesktopFileName("handrail-client")
    theme.apply(app)
    return app


def _quit_on_signals(application: Application) -> Callable[[], None]:
    """Let SIGINT and SIGTERM end the session properly; Qt's loop wakes up through a socket."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)

    def woken() -> None:
        ours.recv(64)
        application.quit()

    notifier.activated.connect(woken)
    previous = signal.set_wakeup_fd(theirs.fileno())

    def handle(_: int, __: FrameType | None) -> None:
        """Do nothing here: the wake-up socket tells Qt."""

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)

    def release() -> None:
        signal.set_wakeup_fd(previous)
        notifier.setEnabled(False)
        ours.close()
        theirs.close()

    return release
