"""What is drawn by mouse, pen or finger: a signature, a sketch, marks on a photo.

Bytes go to the page, never to a file.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.editor import Editor
from gridclient.ui.forms.files import Taken, bytes_of
from gridclient.ui.widgets import compact_button

SIGNATURE, SKETCH = QSize(360, 132), QSize(520, 320)


class Pad(QWidget):
    """A ground to draw on; `kept` is the picture under the strokes."""

    drawn = Signal()

    def __init__(self, name: str, size: QSize, prompt: str, ink_role: str = "text_1") -> None:
        super().__init__()
        self.setFixedSize(size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.prompt, self._ink_role = prompt, ink_role
        self.lines: list[list[QPointF]] = []
        self.kept: QImage | None = None
        self.locked = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.locked:
            self.lines.append([event.position()])
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.lines and not self.locked:
            self.lines[-1].append(event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.lines and not self.locked:
            self.drawn.emit()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._means_undo(event):
            event.accept()  # the stroke is taken back, not what the window did before
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._means_undo(event):
            self.undo()
        else:
            super().keyPressEvent(event)

    def _means_undo(self, event: QKeyEvent) -> bool:
        undo = event.key() == Qt.Key.Key_Z and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        return undo and bool(self.lines) and not self.locked

    def lock(self, locked: bool) -> None:
        """Lets what is drawn be seen, but nothing be drawn."""
        self.locked = locked
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if locked else Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor if locked else Qt.CursorShape.CrossCursor)
        self.update()

    def undo(self) -> None:
        """Takes the last stroke back."""
        if self.lines:
            self.lines.pop()
            self.update()
            self.drawn.emit()

    def forget(self) -> None:
        """Begins with an empty ground."""
        self.lines, self.kept = [], None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(look.border_strong, 1, Qt.PenStyle.DashLine))
        painter.setBrush(look.sunken if self.locked else look.surface)
        painter.drawRoundedRect(body, 6, 6)
        if self.kept is not None:
            painter.drawImage(self._fitted(self.kept), self.kept)
        elif not self.lines:
            painter.setPen(look.text_2)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.prompt)
        # On a picture, whose colours are not ours, the ink is the one of warnings.
        ink = look.bad if self.kept is not None and self._ink_role == "bad" else look.text_1
        self._draw(painter, QPen(ink, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))

    def picture(self) -> QImage:
        """What is drawn, on white or on the picture beneath, in the picture's own size."""
        ground = self.kept
        if ground is None:
            made = QImage(self.size() * 2, QImage.Format.Format_RGB32)
            made.fill(Qt.GlobalColor.white)
        else:
            made = ground.convertToFormat(QImage.Format.Format_RGB32)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if ground is None:
            painter.scale(2, 2)
        else:
            fitted = self._fitted(ground)
            factor = ground.width() / fitted.width()
            painter.scale(factor, factor)
            painter.translate(-fitted.topLeft())
        ink = Qt.GlobalColor.red if ground is not None else Qt.GlobalColor.black
        self._draw(painter, QPen(ink, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.end()
        return made

    def _draw(self, painter: QPainter, pen: QPen) -> None:
        painter.setPen(pen)
        for line in self.lines:
            if len(line) == 1:
                painter.drawPoint(line[0])
            painter.drawPolyline(line)

    def _fitted(self, image: QImage) -> QRectF:
        room = QRectF(self.rect()).adjusted(6, 6, -6, -6)
        size = image.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(room.center() - QPointF(size.width() / 2, size.height() / 2), size)


class SignatureEditor(Editor):
    """A signature, or with appearance `draw` a sketch on a larger ground."""

    made = Signal(object)  # Taken

    fills = False

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        sketch = "draw" in self.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.pad = Pad(name, SKETCH if sketch else SIGNATURE, tr("Draw here") if sketch else tr("Sign here"))
        self.pad.setObjectName(ref)
        self.pad.drawn.connect(self._drawn)
        column.addWidget(self.pad)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._undo = compact_button(tr("Undo the last stroke"), "undo-2")
        self._undo.clicked.connect(self.pad.undo)
        self._again = compact_button(tr("Draw again") if sketch else tr("Sign again"), "eraser")
        self._again.clicked.connect(self._begin_again)
        row.addWidget(self._again)
        row.addWidget(self._undo)
        row.addStretch(1)
        self._tools = QWidget()
        self._tools.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._tools)
        self._tools.hide()

    def show_value(self, value: str) -> None:
        if not value and self.pad.kept is not None:
            self.pad.forget()
        self._tools.setVisible((bool(value) or bool(self.pad.lines)) and not self.pad.locked)
        self._undo.setVisible(bool(self.pad.lines))

    def show_picture(self, image: QImage | None) -> None:
        """Shows a signature that was made before; one that is being drawn stays."""
        if not self.pad.lines:
            self.pad.kept = image
            self.pad.update()

    def set_read_only(self, read_only: bool) -> None:
        self.pad.lock(read_only)
        self._tools.setVisible(self._tools.isVisibleTo(self) and not read_only)

    def _drawn(self) -> None:
        self._tools.show()
        self._undo.setVisible(bool(self.pad.lines))
        if self.pad.lines:
            self.made.emit(Taken(bytes_of(self.pad.picture()), "image/png", "png", drawn=True))
        else:
            self.edited.emit("")

    def _begin_again(self) -> None:
        self.pad.forget()
        self._tools.hide()
        self.edited.emit("")
        self.pad.setFocus()
