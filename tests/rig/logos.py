"""Pictures as an organisation's logo."""

import base64

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage


def as_logo(image: QImage) -> str:
    """Give it as the support client is told a logo: a PNG in base64."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return base64.b64encode(data.data()).decode()
