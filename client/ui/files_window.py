"""The files that come and go in this session: how far each is, and what the end user can do."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from broker.protocol.files import FileDirection
from broker.protocol.relay import RelayRefusal
from broker.protocol.vocabulary import Capability
from client.files.desk import FilesView
from client.files.transfer import TransferView
from client.plain_text import many_lines
from client.situation import Situation
from client.translation import tr
from client.ui import file_words, places, theme
from client.ui.typing_pause import TypingPause

_SIZE: Final = (480, 460)
_STEPS: Final = 1000


class FilesWindow(QWidget):
    """A list, the newest first, and buttons to send something."""

    chosen = Signal(object)
    """Files or a folder to send (a list of Path)."""
    pause_wanted = Signal(str, bool)
    cancel_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, _Row] = {}
        self._empty = theme.label(tone="faint")
        self._limit = theme.label(tone="faint")
        self._limit.hide()
        self._trouble = theme.label(tone="trouble")
        self._trouble.hide()
        self._send_files = theme.button(tr("Send &files…"), "primary")
        self._send_files.clicked.connect(self.choose_files)
        self._send_folder = theme.button(tr("Send a f&older…"))
        self._send_folder.clicked.connect(self._choose_folder)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.SPACE)
        self.setWindowTitle(tr("Handrail – Files"))
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.resize(*_SIZE)
        self._lay_out()

    def show_situation(self, situation: Situation) -> None:
        """Say what may go which way now."""
        may_send = situation.consent.allows(Capability.FILES_RECEIVE)
        for button in (self._send_files, self._send_folder):
            button.setEnabled(may_send)
        name = situation.request.technician.name if situation.request else ""
        text = tr(
            "Files that {name} offers appear here once you accept them. "
            "Choose files below to send them to {name}."
        )
        if not may_send:
            text = tr(
                "Files that {name} offers appear here once you accept them. To send files to "
                "{name}, allow it under Rights first."
            )
        self._empty.setText(text.format(name=name))

    def show_files(self, view: FilesView) -> None:
        """Show every transfer as it is now."""
        for place, one in enumerate(view.transfers):
            row = self._rows.get(one.id)
            if row is None:
                row = self._rows[one.id] = self._add(one, place)
            row.show_transfer(one, view.no_relay)
        self._empty.setVisible(not view.transfers)
        _set(self._limit, file_words.limit(view))
        self._trouble.setText(file_words.problem(view.trouble) if view.trouble else "")
        self._trouble.setVisible(view.trouble is not None)

    def open(self, below: int, pause: TypingPause) -> None:
        """Come to the front, below this line of the desktop when it was away."""
        if not self.isVisible():
            places.put_aside(self, below)
        pause.bring(self, self.activateWindow)

    def choose_files(self) -> None:
        """Let the end user choose what to send."""
        names, _ = QFileDialog.getOpenFileNames(self, tr("Which files?"))
        if names:
            self.chosen.emit([Path(name) for name in names])

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Which folder?"))
        if name:
            self.chosen.emit([Path(name)])

    def _add(self, one: TransferView, place: int) -> "_Row":
        row = _Row(one)
        row.pause_wanted.connect(self.pause_wanted)
        row.cancel_wanted.connect(self.cancel_wanted)
        self._list.insertWidget(place, row)
        return row

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(theme.SPACE + 2)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)
        column.addLayout(self._list)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        layout.addWidget(scroll)
        layout.addWidget(self._limit)
        layout.addWidget(self._trouble)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self._send_files)
        row.addWidget(self._send_folder)
        row.addStretch()
        layout.addLayout(row)


class _Row(QWidget):
    """One transfer."""

    pause_wanted = Signal(str, bool)
    cancel_wanted = Signal(str)

    def __init__(self, one: TransferView) -> None:
        super().__init__()
        self._view = one
        self._said = ""
        self._title = theme.label(tone="strong")
        self._state = theme.label(tone="faint")
        self._road = theme.label(tone="faint")
        self._current = theme.label(tone="faint")
        self._failed = theme.label(tone="trouble")
        self._bar = QProgressBar()
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._pause = theme.button("")
        self._pause.clicked.connect(
            lambda: self.pause_wanted.emit(self._view.id, not self._view.paused_here)
        )
        self._cancel = theme.button(tr("Cancel"))
        self._cancel.clicked.connect(lambda: self.cancel_wanted.emit(self._view.id))
        self._open = theme.button(tr("Show folder"))
        self._open.clicked.connect(self._show_folder)
        self._lay_out()

    def show_transfer(self, one: TransferView, no_relay: RelayRefusal | None) -> None:
        """Show how far it is."""
        self._view = one
        name = file_words.title(one)
        comes = one.direction is FileDirection.SEND
        way = tr("From the technician") if comes else tr("To the technician")
        self._title.setText(f"{name}\n{way} · {file_words.contents(one.offer)}")
        self._state.setText(file_words.state(one))
        _set(self._road, file_words.road(one, no_relay))
        current = one.current if len(one.offer.items) > 1 or one.offer.items[0].folder else ""
        _set(self._current, many_lines(current or _renamed(one)))
        _set(self._failed, _failures(one))
        size = one.offer.size_bytes
        self._bar.setValue(_STEPS if not size else min(_STEPS, one.done_bytes * _STEPS // size))
        self._bar.setVisible(not one.finished)
        self._bar.setAccessibleName(name)
        self._pause.setText(tr("Resume") if one.paused_here else tr("Pause"))
        self._pause.setAccessibleName(f"{self._pause.text()}: {name}")
        self._cancel.setAccessibleName(f"{self._cancel.text()}: {name}")
        for button in (self._pause, self._cancel):
            button.setVisible(not one.finished)
        self._open.setVisible(comes and one.done > 0)
        self._announce(f"{name}: {file_words.state(one)}" if one.finished else "")

    def _announce(self, text: str) -> None:
        """Have it read out that this is over, once."""
        if text and text != self._said:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))
        self._said = text

    def _show_folder(self) -> None:
        if self._view.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._view.folder)))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        card = theme.frame("card")
        layout.addWidget(card)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 10, 14, 10)
        inside.setSpacing(4)
        texts = (self._title, self._bar, self._state, self._road, self._current, self._failed)
        for widget in texts:
            inside.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addStretch()
        for button in self._buttons:
            row.addWidget(button)
        inside.addLayout(row)

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return self._open, self._pause, self._cancel


def _set(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def _renamed(one: TransferView) -> str:
    """Name what is called otherwise here: its own name was taken, or is none that a disk takes."""
    text = tr("“{name}” is called “{new}” here.")
    return "\n".join(text.format(name=name, new=new) for name, new in one.renamed[:5])


def _failures(one: TransferView) -> str:
    """Name what did not come across, and what was left out."""
    named = one.failed[:5]
    lines = [f"{'/'.join(path)}: {file_words.problem(why)}" for path, why in named]
    if one.failures > len(named):
        lines.append(tr("and {count} more").format(count=one.failures - len(named)))
    if one.skipped:
        text = tr("{count} links and special files were left out.")
        lines.append(text.format(count=one.skipped))
    return many_lines("\n".join(lines))
