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
    if data is None:
        return None
    image = QImage.fromData(data)
    if image.isNull():
        return None
    mode = Qt.TransformationMode.SmoothTransformation
    return image.scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio, mode)
