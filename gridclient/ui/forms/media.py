"""Photos and signatures: a small picture, and the way to a new one. Bytes go to the page, never to a file."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.editor import Editor
from gridclient.ui.widgets import compact_button, text_label

_SIDE = 96


class MediaEditor(Editor):
    """A picture that is attached: a dashed button, then its thumbnail."""

    wanted = Signal()
    removed = Signal()

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._picture = QLabel()
        self._picture.setFixedSize(_SIDE, _SIDE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setAccessibleName(name)
        theme.set_role(self._picture, "well")
        self._picture.hide()
        row.addWidget(self._picture)
        self.add = QPushButton(tr("Add a photo"))
        self.add.setObjectName(ref)
        self.add.setAccessibleName(f"{name}: {tr('Add a photo')}")
        self.add.setAutoDefault(False)
        theme.set_role(self.add, "dashed")
        theme.set_icon(self.add, "camera", "text_2")
        self.add.clicked.connect(self.wanted)
        row.addWidget(self.add)
        self._remove = compact_button(tr("Remove"))
        self._remove.clicked.connect(self._removed)
        self._remove.hide()
        row.addWidget(self._remove)
        self._note = text_label(tr("Encrypted, uploaded when online"), "muted")
        row.addWidget(self._note)
        row.addStretch(1)
        self.setFocusProxy(self.add)

    def show_value(self, value: str) -> None:
        self._remove.setVisible(bool(value) and self.add.isEnabled())
        self.add.setText(tr("Another photo") if value else tr("Add a photo"))
        if not value:
            self._picture.hide()
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
        self.add.setVisible(not read_only)
        self.add.setEnabled(not read_only)
        self._remove.setVisible(False)
        self._note.setVisible(not read_only)

    def _removed(self) -> None:
        self._picture.clear()
        self.edited.emit("")


class _Pad(QWidget):
    """A place to sign on with mouse, pen or finger."""

    signed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedSize(360, 120)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.lines: list[list[QPointF]] = []
        self.kept: QImage | None = None
        self.locked = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.locked:
            self.kept = None
            self.lines.append([event.position()])
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.lines and not self.locked:
            self.lines[-1].append(event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.lines and not self.locked:
            self.signed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.border_strong, 1, Qt.PenStyle.DashLine))
        painter.setBrush(look.surface)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
        if self.kept is not None:
            painter.drawImage(self.rect().adjusted(6, 6, -6, -6), self.kept)
        elif not self.lines:
            painter.setPen(look.text_2)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("Sign here"))
        self.draw(painter, QPen(look.text_1, 2))

    def draw(self, painter: QPainter, pen: QPen) -> None:
        """Draws the strokes."""
        painter.setPen(pen)
        for line in self.lines:
            painter.drawPolyline(line)

    def png(self) -> bytes:
        """The signature as a PNG, black on white."""
        image = QImage(self.size(), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, QPen(Qt.GlobalColor.black, 2))
        painter.end()
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub knows only file names
        return bytes(data.data())


class SignatureEditor(Editor):
    """A signature."""

    made = Signal(object)  # bytes of a PNG

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.pad = _Pad(name)
        self.pad.setObjectName(ref)
        self.pad.signed.connect(self._signed)
        column.addWidget(self.pad)
        self._clear = compact_button(tr("Sign again"))
        self._clear.clicked.connect(self._again)
        self._clear.hide()
        column.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.pad)

    def show_value(self, value: str) -> None:
        self._clear.setVisible(bool(value) and not self.pad.locked)
        if not value:
            self.pad.lines, self.pad.kept = [], None
            self.pad.update()

    def show_picture(self, image: QImage | None) -> None:
        """Shows a signature that was made before."""
        if not self.pad.lines:
            self.pad.kept = image
            self.pad.update()

    def set_read_only(self, read_only: bool) -> None:
        self.pad.locked = read_only
        self._clear.setVisible(False)

    def _signed(self) -> None:
        self.made.emit(self.pad.png())

    def _again(self) -> None:
        self.pad.lines, self.pad.kept = [], None
        self.pad.update()
        self.edited.emit("")
