"""Photos and files that are attached: chosen, pasted or dropped. Bytes go to the page, never to a file."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPixmap,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.camera import CameraSheet, cameras
from gridclient.ui.forms.drawing import SKETCH, Pad
from gridclient.ui.forms.editor import Editor
from gridclient.ui.forms.files import Taken, bytes_of, kind_of, most_pixels, within
from gridclient.ui.forms.said import file_text
from gridclient.ui.widgets import ElidedLabel, IconLabel, compact_button, text_label

_SIDE = 96
_MARKED_SIDE = 2048


class _Thumbnail(QLabel):
    """A small picture that opens large by a click."""

    opened = Signal()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self.pixmap().isNull():
            self.opened.emit()


class MediaEditor(Editor):
    """A picture that is attached: a dashed ground that takes a file, a paste or a drop, then its thumbnail."""

    wanted = Signal()  # the person wants to choose a file
    look_wanted = Signal()  # to see the photo as large as it is
    offered = Signal(object)  # Path: dropped, or pasted as a file
    made = Signal(object)  # Taken: pasted or drawn

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
        self.row = row
        self._picture = _Thumbnail()
        self._picture.setToolTip(tr("Show it larger (Ctrl+I)"))
        self._picture.opened.connect(self.look_wanted)
        self._picture.setFixedSize(theme.size(_SIDE, _SIDE))
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
        self.add.setMinimumHeight(theme.px(44))
        theme.set_role(self.add, "dashed")
        theme.set_icon(self.add, self.icon(), "text_2")
        self.add.clicked.connect(self.wanted)
        row.addWidget(self.add)
        self._camera = QPushButton(tr("Camera"), self)
        self._camera.setAutoDefault(False)
        self._camera.setMinimumHeight(theme.px(44))
        self._camera.setAccessibleName(tr("{name}: take it with the camera", name=name))
        theme.set_role(self._camera, "dashed")
        theme.set_icon(self._camera, "video", "text_2")
        self._camera.clicked.connect(self._open_camera)
        self._has_camera = self.takes_pictures() and bool(cameras())
        self._camera.setVisible(self._has_camera)
        row.addWidget(self._camera)
        self._remove = compact_button(tr("Remove"))
        self._remove.setAccessibleName(tr("Remove {name}", name=name))
        self._remove.clicked.connect(self._removed)
        self._remove.hide()
        row.addWidget(self._remove)
        self._note = text_label(tr("Paste and drop work too. Encrypted, uploaded when online."), "muted", wrap=True)
        row.addWidget(self._note, 1)
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
        self._camera.setVisible(self._has_camera and not read_only)
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
        """Takes what was pasted or dropped; says why not."""
        if self._locked:
            return False
        for url in offered.urls():
            if url.isLocalFile():
                self.say_trouble("")
                self.offered.emit(Path(url.toLocalFile()))
                return True
        if offered.hasImage() and self.takes_pictures():
            image = QImage(offered.imageData())
            if not image.isNull():
                self.take_image(image)
                return True
        self.say_trouble(tr("There is no picture on the clipboard.") if self.takes_pictures()
                         else tr("There is no file on the clipboard."))  # fmt: skip
        return False

    def _open_camera(self) -> None:
        sheet = CameraSheet(self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.taken.connect(self.take_image)
        sheet.open()

    def take_image(self, image: QImage) -> None:
        """Attaches a picture that is not in a file."""
        self.say_trouble("")
        self.made.emit(Taken(bytes_of(within(image, most_pixels(self.control))), "image/png", "png"))

    def takes_pictures(self) -> bool:
        """Whether a picture without a file can be attached."""
        return True

    def picture_side(self) -> int:
        """How large the picture must be that is shown here, in pixels of the longer side."""
        return 2 * _SIDE

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
        self.name.setFixedWidth(theme.px(220))
        row.addWidget(self.name)


class FileEditor(MediaEditor):
    """A file, a recording or a film that is attached by choosing or dropping it, and can be saved elsewhere."""

    copy_wanted = Signal()

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._copy = compact_button(tr("Save a copy…"), "download")
        self._copy.setAccessibleName(tr("Save a copy of {name}", name=name))
        self._copy.clicked.connect(self.copy_wanted)
        self._copy.hide()
        self.row.insertWidget(2, self._copy)

    def icon(self) -> str:
        return {"audio": "mic", "video": "video"}.get(kind_of(self.control), "paperclip")

    def word(self, answered: bool) -> str:
        match kind_of(self.control):
            case "audio":
                return tr("Another recording") if answered else tr("Add a recording")
            case "video":
                return tr("Another film") if answered else tr("Add a film")
            case _:
                return tr("Another file") if answered else tr("Add a file")

    def takes_pictures(self) -> bool:
        return False

    def show_value(self, value: str) -> None:
        super().show_value(value)
        self._picture.hide()
        self._file.name.set_text(file_text(self.control, value) if value else "")
        self._file.setVisible(bool(value))
        self._copy.setVisible(bool(value))

    def show_picture(self, image: QImage | None) -> None:
        pass  # a file has none


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

    def picture_side(self) -> int:
        return _MARKED_SIDE  # the marks are drawn into this picture, so it must not be a thumbnail

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
        self.made.emit(Taken(bytes_of(self.pad.picture()), "image/png", "png", drawn=True))
