"""Pictures on their way in and onto the screen; never through a plain-text file."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

MEDIA = {"image/jpeg": "jpg", "image/png": "png"}
_SIDE = 240


def media_type(data: bytes) -> str | None:
    """The media type of a picture by its first bytes; None when it is no picture that may be attached."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return None


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
