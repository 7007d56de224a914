"""Photos and files that are attached: chosen, pasted or dropped. Bytes go to the page, never to a file."""

from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPixmap,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.drawing import SKETCH, Pad, png_of
from gridclient.ui.forms.editor import Editor
from gridclient.ui.widgets import ElidedLabel, IconLabel, compact_button, text_label

_SIDE = 96
_LARGEST = 20 * 1024 * 1024
_SUFFIXES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


class MediaEditor(Editor):
    """A picture that is attached: a dashed ground that takes a file, a paste or a drop, then its thumbnail."""

    wanted = Signal()  # the person wants to choose a file
    made = Signal(object, str)  # bytes, media type: pasted or dropped

    fills = False

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self.setAcceptDrops(True)
        self._locked = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.column = column
        row = QHBoxLayout()
        row.setSpacing(10)
        self._picture = QLabel()
        self._picture.setFixedSize(_SIDE, _SIDE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setAccessibleName(name)
        theme.set_role(self._picture, "well")
        self._picture.hide()
        row.addWidget(self._picture)
        self._file = _FileMark()
        self._file.hide()
        row.addWidget(self._file)
        self.add = QPushButton()
        self.add.setObjectName(ref)
        self.add.setAutoDefault(False)
        self.add.setMinimumHeight(44)
        theme.set_role(self.add, "dashed")
        theme.set_icon(self.add, self.icon(), "text_2")
        self.add.clicked.connect(self.wanted)
        row.addWidget(self.add)
        self._remove = compact_button(tr("Remove"))
        self._remove.setAccessibleName(tr("Remove {name}", name=name))
        self._remove.clicked.connect(self._removed)
        self._remove.hide()
        row.addWidget(self._remove)
        self._note = text_label(tr("Paste and drop work too. Encrypted, uploaded when online."), "muted")
        row.addWidget(self._note)
        row.addStretch(1)
        column.addLayout(row)
        self._show_word(False)

    def icon(self) -> str:
        """The picture on the button."""
        return "camera"

    def word(self, answered: bool) -> str:
        """The word on the button."""
        return tr("Another photo") if answered else tr("Add a photo")

    def _show_word(self, answered: bool) -> None:
        self.add.setText(self.word(answered))
        self.add.setAccessibleName(f"{self.name}: {self.word(answered)}")

    def show_value(self, value: str) -> None:
        self._remove.setVisible(bool(value) and not self._locked)
        self._note.setVisible(not value and not self._locked)
        self._show_word(bool(value))
        if not value:
            self._picture.hide()
            self._picture.clear()
        elif self._picture.isHidden():
            self._picture.setText(tr("Picture"))
            self._picture.show()

    def show_picture(self, image: QImage | None) -> None:
        """Shows the thumbnail; without one a word stands in its place."""
        if image is not None:
            size = QSize(_SIDE - 4, _SIDE - 4)
            mode = Qt.TransformationMode.SmoothTransformation
            self._picture.setPixmap(QPixmap.fromImage(image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, mode)))
            self._picture.show()

    def set_read_only(self, read_only: bool) -> None:
        self._locked = read_only
        self.setAcceptDrops(not read_only)
        self.add.setVisible(not read_only)
        value = self.form.get(self.ref)
        self._remove.setVisible(bool(value) and not read_only)
        self._note.setVisible(not value and not read_only)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.take(QGuiApplication.clipboard().mimeData())
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._takes(event.mimeData()):
            event.acceptProposedAction()
            theme.set_role(self.add, "primary")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        theme.set_role(self.add, "dashed")

    def dropEvent(self, event: QDropEvent) -> None:
        theme.set_role(self.add, "dashed")
        if self.take(event.mimeData()):
            event.acceptProposedAction()

    def take(self, offered: QMimeData) -> bool:
        """Attaches what was pasted or dropped; says why not."""
        if self._locked:
            return False
        for url in offered.urls():
            if url.isLocalFile():
                return self._take_file(Path(url.toLocalFile()))
        if offered.hasImage() and self.takes_pictures():
            image = QImage(offered.imageData())
            if not image.isNull():
                self.say_trouble("")
                self.made.emit(png_of(self._within(image)), "image/png")
                return True
        self.say_trouble(tr("There is no picture on the clipboard.") if self.takes_pictures()
                         else tr("There is no file on the clipboard."))  # fmt: skip
        return False

    def takes_pictures(self) -> bool:
        """Whether a picture without a file can be attached."""
        return True

    def media_type(self, path: Path) -> str:
        """The media type of a file that may be attached here; empty when it may not."""
        return _SUFFIXES.get(path.suffix.lower(), "")

    def _take_file(self, path: Path) -> bool:
        media_type = self.media_type(path)
        if not media_type:
            picture = self.takes_pictures()
            self.say_trouble(
                tr("{name} is no JPEG or PNG picture.", name=path.name) if picture
                else tr("{name} is not the kind of file that is wanted here.", name=path.name)
            )  # fmt: skip
            return False
        if path.stat().st_size > _LARGEST:
            self.say_trouble(tr("{name} is larger than {limit} MB.", name=path.name, limit=_LARGEST // 2**20))
            return False
        self.say_trouble("")
        data = path.read_bytes()
        image = QImage.fromData(data) if media_type in _SUFFIXES.values() else QImage()
        if not image.isNull() and self._within(image) is not image:
            self.made.emit(png_of(self._within(image)), "image/png")
        else:
            self.made.emit(data, media_type)
        return True

    def _within(self, image: QImage) -> QImage:
        """The picture itself, or a smaller one where the form limits its longer side (`max-pixels`)."""
        most = self.control.parameters.get("max-pixels", "")
        if not most.isdigit() or max(image.width(), image.height()) <= int(most):
            return image
        mode = Qt.TransformationMode.SmoothTransformation
        return image.scaled(int(most), int(most), Qt.AspectRatioMode.KeepAspectRatio, mode)

    def _takes(self, offered: QMimeData) -> bool:
        return offered.hasUrls() or (offered.hasImage() and self.takes_pictures())

    def _removed(self) -> None:
        self._picture.clear()
        self.say_trouble("")
        self.edited.emit("")


class _FileMark(QWidget):
    """An attached file that is no picture: a sign and its name."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel("paperclip", "text_2", 18))
        self.name = ElidedLabel()
        self.name.setFixedWidth(220)
        row.addWidget(self.name)


class FileEditor(MediaEditor):
    """A file, a recording or a film that is attached by choosing or dropping it."""

    _KINDS: ClassVar = {
        "audio": {".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".wav": "audio/wav", ".amr": "audio/amr"},
        "video": {".mp4": "video/mp4", ".3gp": "video/3gpp", ".mov": "video/quicktime"},
        "application": {
            ".pdf": "application/pdf", ".doc": "application/msword", ".txt": "text/plain", ".csv": "text/csv",
            ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ".xls": "application/vnd.ms-excel", ".zip": "application/zip",
            ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", **_SUFFIXES,
        },
    }  # fmt: skip

    def icon(self) -> str:
        return {"audio": "mic", "video": "video"}.get(self._kind(), "paperclip")

    def word(self, answered: bool) -> str:
        match self._kind():
            case "audio":
                return tr("Another recording") if answered else tr("Add a recording")
            case "video":
                return tr("Another film") if answered else tr("Add a film")
            case _:
                return tr("Another file") if answered else tr("Add a file")

    def takes_pictures(self) -> bool:
        return False

    def media_type(self, path: Path) -> str:
        return self._KINDS.get(self._kind(), self._KINDS["application"]).get(path.suffix.lower(), "")

    def show_value(self, value: str) -> None:
        super().show_value(value)
        self._picture.hide()
        self._file.name.set_text(value)
        self._file.setVisible(bool(value))

    def show_picture(self, image: QImage | None) -> None:
        pass  # a file has none

    def _kind(self) -> str:
        return self.control.mediatype.partition("/")[0]


class AnnotateEditor(MediaEditor):
    """A photo to draw on (appearance `annotate`); the answer is the photo with its marks."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self.pad = Pad(tr("{name}: draw on the picture", name=name), SKETCH, "", "bad")
        self.pad.drawn.connect(self._drawn)
        self.pad.hide()
        self.column.addWidget(self.pad)
        self._undo = compact_button(tr("Undo the last stroke"), "undo-2")
        self._undo.clicked.connect(self.pad.undo)
        self._undo.hide()
        self.column.addWidget(self._undo, 0, Qt.AlignmentFlag.AlignLeft)

    def show_value(self, value: str) -> None:
        super().show_value(value)
        if not value:
            self.pad.forget()
        self._arrange(value)

    def show_picture(self, image: QImage | None) -> None:
        if image is not None and not self.pad.lines:
            self.pad.kept = image
            self.pad.update()
        self._arrange(self.form.get(self.ref))

    def take(self, offered: QMimeData) -> bool:
        self.pad.lines = []
        return super().take(offered)

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self.pad.lock(read_only)

    def _arrange(self, value: str) -> None:
        drawable = bool(value) and self.pad.kept is not None
        self._picture.setVisible(bool(value) and not drawable)
        self.pad.setVisible(drawable)
        self._undo.setVisible(drawable and bool(self.pad.lines))

    def _drawn(self) -> None:
        self._undo.setVisible(bool(self.pad.lines))
        self.made.emit(png_of(self.pad.picture()), "image/png")
