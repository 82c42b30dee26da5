"""A text field on a desktop that writes what it holds into a file on each change.

Run as `python -m tests.rig.text_field FILE`. Characters are written as they are: no-break spaces
stay, and each line break is a `\\n`.
"""

import sys
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication, QPlainTextEdit

TITLE: Final = "Text field"


def main(path: Path) -> None:
    """Show the field until the display goes away."""
    application = QApplication(sys.argv[:1])
    field = QPlainTextEdit()
    field.setWindowTitle(TITLE)
    field.setGeometry(700, 60, 540, 640)

    def write() -> None:
        fresh = path.with_suffix(".new")
        fresh.write_text(field.document().toRawText().replace("\u2029", "\n"), "utf-8")
        fresh.replace(path)

    field.textChanged.connect(write)
    field.show()
    write()
    application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
