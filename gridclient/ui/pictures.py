"""Photos as they are kept: turned upright, no larger than asked, without what a camera tells beside time and place.

The SHA-256 of the file that the worker chose stays in the picture's description, as evidence of what it was made from.
Blocking and without widgets, so that it runs beside the GUI's thread.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageOps
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from gridclient.errors import GridError
from gridclient.ui import theme
from gridclient.workflow.provisions import Photos

_MOST_PIXELS = 120_000_000  # of a file; a small file can claim to be an enormous picture
Image.MAX_IMAGE_PIXELS = None  # Pillow would only warn
_ORIGINAL = "SHA-256 of the original: "
_TIME, _OFFSET, _DESCRIPTION = ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal, 0x010E
_GPS_KEPT = tuple(
    int(getattr(ExifTags.GPS, name))
    for name in ("GPSLatitudeRef", "GPSLatitude", "GPSLongitudeRef", "GPSLongitude")
)  # fmt: skip


class NoPicture(GridError):
    """The bytes are no picture that can be opened, or one of an absurd size."""

    text = "{name} is not a picture that can be attached. Choose a JPEG or PNG file."


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo ready to be kept, and what is known of the one it was made from."""

    data: bytes  # JPEG
    original: str  # SHA-256 of the file that was chosen; empty when the picture does not say
    taken_at: str = ""  # as the camera told, ISO 8601, without a zone where the camera told none
    position: tuple[float, float] | None = None  # latitude and longitude, WGS-84 degrees


def prepare(data: bytes, name: str, rule: Photos, stamp: Sequence[str] = ()) -> Photo:
    """Makes of a chosen file what is kept; `stamp` is written into the picture, line by line. Raises `NoPicture`."""
    opened = _open(data, name)
    kept = _kept(opened)
    upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((rule.max_side, rule.max_side), Image.Resampling.LANCZOS)
    if stamp:
        upright = _stamped(upright, stamp)
    original = hashlib.sha256(data).hexdigest()
    kept[_DESCRIPTION] = _ORIGINAL + original
    made = BytesIO()
    upright.save(made, "JPEG", quality=rule.quality, exif=kept.tobytes())
    return Photo(made.getvalue(), original, *_told(kept))


def read(data: bytes) -> Photo:
    """What a kept photo tells of itself; raises `NoPicture`."""
    found = _open(data, "").getexif()
    description = str(found.get(_DESCRIPTION, ""))
    original = description.removeprefix(_ORIGINAL) if description.startswith(_ORIGINAL) else ""
    return Photo(data, original, *_told(found))


def _open(data: bytes, name: str) -> Image.Image:
    try:
        opened = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
        if opened.width * opened.height > _MOST_PIXELS:
            raise NoPicture(name=name)
        opened.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NoPicture(name=name) from error
    return opened


def _kept(opened: Image.Image) -> Image.Exif:
    """Time and position alone: no serial number, no owner, no thumbnail of what was cut away."""
    before, after = opened.getexif(), Image.Exif()
    times: dict[int, Any] = before.get_ifd(ExifTags.IFD.Exif)
    places: dict[int, Any] = before.get_ifd(ExifTags.IFD.GPSInfo)
    for tag in (_TIME, _OFFSET):
        if isinstance(times.get(tag), str):
            after.get_ifd(ExifTags.IFD.Exif)[tag] = times[tag]
    if all(tag in places for tag in _GPS_KEPT):
        after.get_ifd(ExifTags.IFD.GPSInfo).update({tag: places[tag] for tag in _GPS_KEPT})
    return after


def _told(found: Image.Exif) -> tuple[str, tuple[float, float] | None]:
    times: dict[int, Any] = found.get_ifd(ExifTags.IFD.Exif)
    places: dict[int, Any] = found.get_ifd(ExifTags.IFD.GPSInfo)
    return _moment(str(times.get(_TIME, "")), str(times.get(_OFFSET, ""))), _position(places)


def _moment(told: str, offset: str) -> str:
    for form, text in (("%Y:%m:%d %H:%M:%S%z", told + offset), ("%Y:%m:%d %H:%M:%S", told)):
        try:
            return datetime.strptime(text, form).isoformat()  # noqa: DTZ007 - a camera seldom knows its zone
        except ValueError:
            continue
    return ""


def _position(places: dict[int, Any]) -> tuple[float, float] | None:
    try:
        south, latitude, west, longitude = (places[tag] for tag in _GPS_KEPT)
        found = _degrees(latitude) * (-1 if south == "S" else 1), _degrees(longitude) * (-1 if west == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return found if abs(found[0]) <= 90 and abs(found[1]) <= 180 else None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def _stamped(picture: Image.Image, lines: Sequence[str]) -> Image.Image:
    """Writes the lines at the foot, on a dark band that any scene leaves readable."""
    image = QImage(picture.tobytes(), picture.width, picture.height, 3 * picture.width, QImage.Format.Format_RGB888)
    drawn = image.copy()  # the bytes above are Python's
    size = max(14, round(max(picture.size) / 48))
    font = QFont(list(theme.FAMILIES))
    font.setPixelSize(size)
    metrics = QFontMetricsF(font)
    height = metrics.lineSpacing() * len(lines) + size * 0.8
    painter = QPainter(drawn)
    painter.setFont(font)
    band = QRectF(0, picture.height - height, picture.width, height)
    painter.setOpacity(0.6)
    painter.fillRect(band, Qt.GlobalColor.black)
    painter.setOpacity(1.0)
    painter.setPen(Qt.GlobalColor.white)
    inside = band.adjusted(size * 0.6, size * 0.4, -size * 0.6, -size * 0.4)
    for n, line in enumerate(lines):
        at = inside.translated(0, n * metrics.lineSpacing())
        painter.drawText(
            at, Qt.AlignmentFlag.AlignLeft, metrics.elidedText(line, Qt.TextElideMode.ElideRight, at.width())
        )
    painter.end()
    plain = drawn.convertToFormat(QImage.Format.Format_RGB888)
    return Image.frombuffer("RGB", picture.size, bytes(plain.constBits()), "raw", "RGB", plain.bytesPerLine(), 1)
