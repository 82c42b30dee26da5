"""The last moment of a program whose display is gone: the technician is told before it ends.

When the connection to the X server breaks, Qt warns and calls exit(1) (QXcbConnection); nothing of
ours runs after that. Without windows nobody could withdraw consent, so ending is right.
"""

import sys
import threading
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

LAST_WORDS_S: Final = 1.0
"""How long Qt is kept from ending the program, at most."""

_BROKEN: Final = "The X11 connection broke"


def before_the_end(say: Callable[[Callable[[], None]], None]) -> Callable[[], None]:
    """Call `say` when the display is gone; it calls what it is given once all is said.

    Qt's other messages go to stderr, as they do without this. The result undoes it.
    """

    def heard(_: QtMsgType, __: QMessageLogContext, message: str) -> None:
        print(message, file=sys.stderr)
        if message.startswith(_BROKEN):
            said = threading.Event()
            say(said.set)
            said.wait(LAST_WORDS_S)

    def forget() -> None:
        qInstallMessageHandler(None)

    qInstallMessageHandler(heard)
    return forget
