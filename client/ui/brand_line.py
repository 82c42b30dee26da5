"""The organisation's logo and name at the top of a window, never in place of a sentence of ours."""

import base64
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from broker.protocol.branding import MAX_LOGO_SIDE, ClientBranding
from client.translation import tr
from client.ui import theme

_HEIGHT: Final = 28
_WIDEST: Final = 160


def of(branding: ClientBranding) -> QWidget | None:
    """Give the line; None for an organisation that shows itself as Handrail."""
    image = _read(branding.logo) if branding.logo else QImage()
    if image.isNull() and not branding.name:
        return None
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.SPACE)
    if not image.isNull():
        row.addWidget(_picture(image, branding.name))
    if branding.name:
        row.addWidget(theme.label(theme.breakable(branding.name), "strong"), 1)
    else:
        row.addStretch(1)
    return line


def _picture(image: QImage, name: str) -> QLabel:
    shown = QLabel()
    ratio = shown.devicePixelRatioF()
    box = QSize(_WIDEST, _HEIGHT) * ratio
    if image.width() > box.width() or image.height() > box.height():
        image = image.scaled(
            box,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    pixels = QPixmap.fromImage(image)
    pixels.setDevicePixelRatio(ratio)
    shown.setPixmap(pixels)
    shown.setAccessibleName(tr("Logo of {name}").format(name=name) if name else tr("Logo"))
    return shown


def _read(logo: str) -> QImage:
    """Decode it; null for what is no PNG, or one larger than an admin may set."""
    try:
        data = QByteArray(base64.b64decode(logo, validate=True))
    except ValueError:
        return QImage()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"png"))
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > MAX_LOGO_SIDE:
        return QImage()
    return reader.read()
