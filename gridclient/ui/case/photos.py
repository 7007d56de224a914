"""Pictures on their way onto the screen and onto paper; never through a plain-text file."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

_SIDE = 240


def thumbnail(data: bytes | None) -> QImage | None:
    """A small picture for the page; None when the bytes are not here or are no picture."""
    return fit(data, _SIDE)


def fit(data: bytes | None, side: int) -> QImage | None:
    """A picture no longer than `side` at either side; None when the bytes are not here or are no picture."""
    image = QImage.fromData(data) if data is not None else QImage()
    if image.isNull():
        return None
    if max(image.width(), image.height()) <= side:
        return image
    mode = Qt.TransformationMode.SmoothTransformation
    return image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode)
