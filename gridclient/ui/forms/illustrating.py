"""What a form's label brings besides its words: a picture, a sound, a film (XLSForm: `media::image` and so on).

The files come from the folders of the form itself, never from the network and never from an answer.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage, QImageReader, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gridclient.forms import Form
from gridclient.forms.beside import find, folders_of
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import IconLabel, compact_button, text_label

_ROOM = QSize(420, 260)
_MOST_PIXELS = 40_000_000


class MediaFolders:
    """Finds the files that a form names; a name never leads out of the folders."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = tuple(folders)

    @classmethod
    def of_form(cls, path: Path) -> "MediaFolders":
        """The folders that belong to a form."""
        return cls(folders_of(path))

    def find(self, address: str) -> Path | None:
        """The file of an address such as `jr://images/door.png`; None when it is not there."""
        return find(self._folders, address)

    def picture(self, address: str, room: QSize) -> QImage | None:
        """A picture no larger than the room; None when it is not there or is none."""
        path = self.find(address)
        if path is None:
            return None
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        size = reader.size()
        if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
            return None
        if size.width() > room.width() or size.height() > room.height():
            reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
        return None if image.isNull() else image


class Picture(QWidget):
    """A picture that opens larger by a click; from the answer, Ctrl+I does the same."""

    opened = Signal()

    def __init__(self, image: QImage, name: str) -> None:
        super().__init__()
        self.image = image
        self.setAccessibleName(name)
        self.setToolTip(tr("Show it larger (Ctrl+I)"))
        self.setFixedSize(image.size() + QSize(4, 4))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(2, 2, self.image)
        painter.setPen(QPen(theme.roles().border, 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class Illustration(QWidget):
    """Everything that a label brings besides its words; nothing is made where it brings nothing."""

    def __init__(self, form: Form, ref: str, name: str, folders: MediaFolders) -> None:
        super().__init__()
        self._folders, self._name = folders, name
        self._acts: list[Callable[[], object]] = []
        self._unplayed: dict[str, Callable[[], object]] = {}  # by kind, what was not played by itself yet
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._large = form.media(ref, "big-image") or form.media(ref, "image") or ""
        if address := form.media(ref, "image"):
            self._add_picture(column, address)
        row = QHBoxLayout()
        row.setSpacing(8)
        for kind, text, icon in (
            ("audio", tr("Listen"), "play"), ("video", tr("Watch the film"), "video"),
        ):  # fmt: skip
            if address := form.media(ref, kind):
                self._add_opener(row, kind, address, text, icon)
        if row.count():
            row.addStretch(1)
            column.addLayout(row)
        self.setVisible(column.count() > 0)

    @staticmethod
    def is_needed(form: Form, ref: str) -> bool:
        """Whether a label brings anything besides its words."""
        return any(form.media(ref, kind) for kind in ("image", "audio", "video"))

    def open_first(self) -> None:
        """Shows the picture larger, else plays the sound or the film."""
        if self._acts:
            self._acts[0]()

    def play_once(self, kind: str) -> None:
        """Plays the label's sound or film (`audio`, `video`) by itself, the first time only."""
        if play := self._unplayed.pop(kind, None):
            play()

    def _add_picture(self, column: QVBoxLayout, address: str) -> None:
        image = self._folders.picture(address, _ROOM)
        if image is None:
            column.addWidget(_missing(address))
            return
        picture = Picture(image, tr("Picture: {name}", name=self._name))
        picture.opened.connect(self._show_large)
        self._acts.append(self._show_large)
        column.addWidget(picture, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_opener(self, row: QHBoxLayout, kind: str, address: str, text: str, icon: str) -> None:
        path = self._folders.find(address)
        if path is None:
            row.addWidget(_missing(address))
            return
        button = compact_button(text, icon)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Ctrl+I does it, so that Tab goes from answer to answer
        button.setAccessibleName(tr("{name}: {what}", name=self._name, what=text))

        def open_() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        button.clicked.connect(open_)
        self._acts.append(open_)
        self._unplayed[kind] = open_
        row.addWidget(button)

    def _show_large(self) -> None:
        screen = self.screen().availableSize()
        image = self._folders.picture(self._large, screen - QSize(160, 160))
        if image is None:
            return
        sheet = QDialog(self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.setWindowTitle(self._name)
        label = QLabel()
        label.setPixmap(QPixmap.fromImage(image))
        label.setAccessibleName(self._name)
        area = QScrollArea()
        area.setWidget(label)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        sheet.resize(image.size() + QSize(8, 8))
        sheet.open()


def _missing(address: str) -> QWidget:
    """Says that a file of the form is not there; the question can be answered without it."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    row.addWidget(IconLabel("image", "text_3", 16))
    row.addWidget(text_label(tr("The form's file {name} is missing.", name=address.rpartition("/")[2]), "muted"))
    row.addStretch(1)
    return line
