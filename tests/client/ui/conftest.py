"""The one Qt application of the tests of windows, dressed as the program dresses it."""

import pytest
from PySide6.QtWidgets import QApplication

from client.ui import theme


@pytest.fixture(scope="session")
def app() -> QApplication:
    app = QApplication.instance() or QApplication(["test", "-platform", "offscreen"])
    assert isinstance(app, QApplication)
    theme.apply(app)
    return app
