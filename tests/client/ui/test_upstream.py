"""What PySide6 does to Python 3.11, in a process of its own: unmended, it would die."""

import subprocess
import sys

CALLS = """
import client.ui
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

class Watch(QObject):
    def eventFilter(self, watched, event):
        return False

app = QApplication(["test", "-platform", "offscreen"])
watch, widget = Watch(), QWidget()
app.installEventFilter(watch)
for number in range(30_000):
    widget.update()
    widget.isVisible()
    app.sendEvent(widget, QEvent(QEvent.Type.User))
print("alive")
"""


def test_many_calls_into_qt_do_not_use_up_the_constants() -> None:
    done = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, text=True, check=True)
    assert done.stdout == "alive\n"
