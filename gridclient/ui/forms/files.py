"""Files on their way into an answer: what kinds are taken, how large, and photos as the pack wants them kept.

Blocking, so not for the thread of the window when a file may be large.
"""

import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage

from gridclient.errors import GridError
from gridclient.forms import Control
from gridclient.text import tr
from gridclient.ui.pictures import prepare
from gridclient.workflow.provisions import Photos

LARGEST = 20 * 1024 * 1024
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}\Z")
_PHOTOS = Photos()


class WrongKind(GridError):
    """The chosen file is not what the question asks for."""

    text = "{name} is not the kind of file that is wanted here."


class TooLarge(GridError):
    """The chosen file is larger than the platform takes."""

    text = "{name} is larger than {limit} MB."


class Unreadable(GridError):
    """The chosen file cannot be read."""

    text = "{name} cannot be read. Check that it is still there and may be opened."


class NotWritten(GridError):
    """The place that was chosen for a file cannot be written."""

    text = "{path} cannot be written. Choose another folder."


@dataclass(frozen=True, slots=True)
class Taken:
    """The bytes of an attachment, their media type, and the end of its name; `drawn` by hand, it is kept as it is."""

    data: bytes
    media_type: str
    suffix: str
    drawn: bool = False


def read_file(path: Path, control: Control, rule: Photos = _PHOTOS, stamp: Sequence[str] = ()) -> Taken:
    """The file as the question takes it, a photo as the rule says; raises a `GridError` that says why not."""
    try:
        if path.stat().st_size > LARGEST:
            raise TooLarge(name=path.name, limit=LARGEST // 2**20)
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(name=path.name) from error
    kind = kind_of(control)
    if kind == "image":
        return photo(data, path.name, control, rule, stamp)
    suffix = path.suffix.lower()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind in ("audio", "video") and not media_type.startswith(f"{kind}/"):
        raise WrongKind(name=path.name)
    return Taken(data, media_type, suffix[1:] if _SUFFIX.match(suffix) else "bin")


def write_file(path: Path, data: bytes) -> None:
    """Writes a file to where the worker said; raises `NotWritten`."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise NotWritten(path=path) from error


def kind_of(control: Control) -> str:
    """`image`, `audio`, `video`, or `application` for any file."""
    return control.mediatype.partition("/")[0] or "application"


def most_pixels(control: Control) -> int:
    """How long a picture's longer side may be (`max-pixels`); 0 for any."""
    said = control.parameters.get("max-pixels", "")
    return int(said) if said.isdigit() else 0


def filter_of(control: Control) -> str:
    """What a file dialog shows for a question."""
    match kind_of(control):
        case "image":
            return tr("Pictures (*.jpg *.jpeg *.png)")
        case "audio":
            return tr("Recordings (*.m4a *.mp3 *.wav *.amr *.ogg)")
        case "video":
            return tr("Films (*.mp4 *.3gp *.mov *.webm)")
        case _:
            return tr("All files (*)")


def photo(data: bytes, name: str, control: Control, rule: Photos = _PHOTOS, stamp: Sequence[str] = ()) -> Taken:
    """A photo as the rule and the form (`max-pixels`) want it kept; raises `NoPicture`."""
    most = most_pixels(control)
    side = min(rule.max_side, most) if most else rule.max_side
    made = prepare(data, name, replace(rule, max_side=side), stamp)
    return Taken(made.data, "image/jpeg", "jpg")


def within(image: QImage, most: int) -> QImage:
    """The picture itself, or a smaller one where its longer side is limited."""
    if not most or max(image.width(), image.height()) <= most:
        return image
    mode = Qt.TransformationMode.SmoothTransformation
    return image.scaled(most, most, Qt.AspectRatioMode.KeepAspectRatio, mode)


def bytes_of(image: QImage) -> bytes:
    """An image as the bytes of a PNG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub knows only file names
    return bytes(data.data())
