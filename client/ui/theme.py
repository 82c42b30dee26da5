"""How the windows look: sizes, spacing and the few colours beyond the system's palette."""

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QPushButton, QWidget

from broker.protocol.colours import BLACK, mix, readable
from client.ui.scroll import Scroll

SPACE: Final = 8
MARGIN: Final = 28
WIDTH: Final = 480
"""Width of the windows that ask or tell something, in device-independent pixels."""

_LONG_WORD: Final = re.compile(r"\S{17,}")
_PIECE: Final = re.compile(r"(\S{4})(?=\S)")

_STYLE: Final = """
QPushButton {{ padding: 8px 18px; min-height: 20px; border-radius: 6px;
  border: 1px solid {line}; background: palette(button); color: palette(button-text); }}
QPushButton:hover {{ border-color: {accent}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 7px 17px; }}
QPushButton:disabled {{ color: {faint}; }}
QPushButton[tone="primary"] {{ background: {accent}; color: white; border-color: {accent}; }}
QPushButton[tone="primary"]:hover, QPushButton[tone="primary"]:focus {{ background: {accent_dark};
  border-color: {focus}; }}
QPushButton[tone="primary"]:disabled {{ background: {line}; color: {faint}; border-color: {line}; }}
QPushButton[tone="danger"] {{ background: {danger}; color: white; border-color: {danger}; }}
QPushButton[tone="danger"]:hover, QPushButton[tone="danger"]:focus {{ background: {danger_dark};
  border-color: {focus}; }}
QPushButton[tone="distrust"] {{ color: {trouble}; border-color: {trouble}; }}
QLineEdit {{ padding: 8px 10px; border: 1px solid {line}; border-radius: 6px;
  background: palette(base); color: palette(text); }}
QLineEdit:focus {{ border: 2px solid {accent}; padding: 7px 9px; }}
QTextEdit {{ border: 1px solid {line}; border-radius: 6px; padding: 6px;
  background: palette(base); }}
QTextEdit:focus {{ border: 1px solid {accent}; }}
QLabel[tone="title"] {{ font-size: 17pt; font-weight: 600; }}
QLabel[tone="faint"] {{ color: {faint}; }}
QLabel[tone="trouble"] {{ color: {trouble}; }}
QLabel[tone="strong"] {{ font-weight: 600; }}
QLabel[tone="alarm"] {{ font-weight: 600; color: {trouble}; }}
QFrame[tone="warning"] {{ background: {warning}; border: 1px solid {warning_line};
  border-radius: 6px; }}
QFrame[tone="warning"] QLabel {{ color: {warning_text}; }}
QFrame[tone="card"] {{ background: palette(base); border: 1px solid {line}; border-radius: 8px; }}
QFrame[tone="popover"] {{ background: palette(window); border: 1px solid {line}; }}
QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {faint};
  border-radius: 8px; background: palette(base); }}
QRadioButton::indicator:focus {{ border: 2px solid {accent}; width: 12px; height: 12px; }}
QRadioButton::indicator:checked {{ background: {accent}; }}
QCheckBox {{ font-weight: 600; }}
QWidget#bar {{ background: palette(window); border: 1px solid {line}; }}
"""

_LIGHT: Final = {
    "accent": "#1d5fb4",
    "accent_dark": "#164a8d",
    "focus": "#0b2d5b",
    "danger": "#b3261e",
    "danger_dark": "#8c1d17",
    "line": "#c3c9d1",
    "faint": "#5a6472",
    "trouble": "#a4211a",
    "warning": "#fff6e0",
    "warning_line": "#e6c66f",
    "warning_text": "#4a3800",
}
_DARK: Final = _LIGHT | {
    "accent": "#2f74cf",
    "accent_dark": "#2463b5",
    "focus": "#cfe2ff",
    "danger": "#c4362d",
    "danger_dark": "#a52b23",
    "line": "#565d66",
    "faint": "#a9b1bb",
    "trouble": "#ff9d94",
    "warning": "#3a3117",
    "warning_line": "#7d6a2c",
    "warning_text": "#f6e6b4",
}
"""Text on these colours has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""


_own: Final[dict[str, str]] = {}
"""The organisation's, for as long as this program runs."""


def is_dark(palette: QPalette) -> bool:
    """Whether the system shows light text on dark."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def apply(app: QApplication) -> None:
    """Dress the application, and again whenever the system changes between light and dark."""
    app.setStyle("Fusion")
    font = app.font()
    font.setPointSizeF(max(font.pointSizeF(), 10.5))
    app.setFont(font)
    refresh(app)
    app.styleHints().colorSchemeChanged.connect(lambda _: refresh(app))


def refresh(app: QApplication) -> None:
    """Choose colours for the palette in use."""
    app.setStyleSheet(_STYLE.format(**_colours(app.palette())))


def wear(colour: str | None) -> None:
    """Take an organisation's colour for buttons in place of ours; warnings keep theirs."""
    _own.clear()
    if colour is not None and readable(colour):
        _own.update(accent=colour, accent_dark=mix(colour, BLACK, 0.25))
    app = QApplication.instance()
    if isinstance(app, QApplication):
        refresh(app)


def colour(name: str) -> QColor:
    """Give a colour for what paints itself."""
    return QColor(_colours(QGuiApplication.palette())[name])


def _colours(palette: QPalette) -> dict[str, str]:
    return (_DARK if is_dark(palette) else _LIGHT) | _own


def label(text: str = "", tone: str = "", selectable: bool = False) -> QLabel:
    """Make a label that wraps and shows its text as it is, never as markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setProperty("tone", tone)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def breakable(text: str) -> str:
    """Let very long words of others wrap: labels would cut them off."""
    return _LONG_WORD.sub(lambda word: _PIECE.sub("\\1\u200b", word[0]), text)


def button(text: str, tone: str = "") -> QPushButton:
    """Make a push button that Enter does not press by accident."""
    made = QPushButton(text)
    made.setProperty("tone", tone)
    made.setAutoDefault(False)
    return made


def fit(window: QWidget) -> None:
    """Give a window of fixed width the height that its wrapped texts need."""
    layout = window.layout()
    if layout is not None:
        layout.activate()
        wraps = layout.hasHeightForWidth()
        height = layout.totalHeightForWidth(WIDTH) if wraps else layout.totalSizeHint().height()
        window.setFixedSize(WIDTH, height)


def fit_scrolling(window: QWidget, read: Scroll, room: int) -> None:
    """Fit a window, and let what is to be read scroll where it would be higher than this."""
    height = read.needed(WIDTH)
    read.take(height, scrolls=False)
    fit(window)
    too_much = max(0, window.height() - room)
    if too_much:
        read.take(height - too_much, scrolls=True)
        fit(window)


def set_tone(widget: QWidget, tone: str) -> None:
    """Change a widget's tone while it is shown."""
    widget.setProperty("tone", tone)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def frame(tone: str) -> QFrame:
    """Make a box around something."""
    made = QFrame()
    made.setProperty("tone", tone)
    return made


def digits_font(widget: QWidget, points: float) -> None:
    """Use even, large digits."""
    font = QFont(widget.font())
    font.setPointSizeF(points)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 1.0)
    widget.setFont(font)
