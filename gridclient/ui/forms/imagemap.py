"""Choices that are places on a picture (appearance `image-map`): parts of an SVG whose ids are the choices' values.

The same choices stand as buttons beneath, for the keyboard, for screen readers, and where the picture is missing.
"""

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from gridclient.forms import Choice, Control, Form
from gridclient.ui import theme
from gridclient.ui.forms.choices import ButtonsEditor
from gridclient.ui.forms.editor import Editor

_ROOM = QSize(520, 360)


class Map(QWidget):
    """The picture; what is chosen is filled, what the mouse is over is outlined."""

    pointed = Signal(str)  # value

    def __init__(self, renderer: QSvgRenderer, labels: dict[str, str]) -> None:
        super().__init__()
        self._renderer, self._labels = renderer, labels
        self.chosen: frozenset[str] = frozenset()
        self.locked = False
        self._over = ""
        size = renderer.defaultSize()
        self.setFixedSize(size.scaled(_ROOM, Qt.AspectRatioMode.KeepAspectRatio))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def place_of(self, value: str) -> QRectF:
        """Where a choice is on the widget; empty when the picture has no such part."""
        if not self._renderer.elementExists(value):
            return QRectF()
        box = self._renderer.transformForElement(value).mapRect(self._renderer.boundsOnElement(value))
        whole = self._renderer.viewBoxF()
        x, y = self.width() / whole.width(), self.height() / whole.height()
        return QRectF((box.x() - whole.x()) * x, (box.y() - whole.y()) * y, box.width() * x, box.height() * y)

    def _at(self, point: QPointF) -> str:
        """The smallest part under a point."""
        under = [(place.width() * place.height(), value) for value in self._labels
                 if (place := self.place_of(value)).contains(point)]  # fmt: skip
        return min(under)[1] if under else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._at(event.position())
        if over != self._over:
            self._over = over
            QToolTip.showText(event.globalPosition().toPoint(), self._labels.get(over, ""), self)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self.locked and (value := self._at(event.position())):
            self.pointed.emit(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.roles()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)  # pictures are drawn for paper, in dark colours too
        self._renderer.render(painter, QRectF(self.rect()))
        for value in self._labels:
            if value in self.chosen:
                painter.setBrush(theme.veil("accent_fill", 0.35))
                painter.setPen(QPen(look.accent_fill, 2))
            elif value == self._over and not self.locked:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look.accent_fill, 1, Qt.PenStyle.DashLine))
            else:
                continue
            painter.drawRoundedRect(self.place_of(value), 4, 4)


class ImageMapEditor(Editor):
    """The picture above, the choices beneath it."""

    fills = True

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._several = control.kind != "select1"
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.map: Map | None = None
        self.buttons = ButtonsEditor(form, control, ref, name)
        self.buttons.edited.connect(self._edited)
        self.buttons.left.connect(self.left)
        self.column.addWidget(self.buttons)

    def show_map(self, path: Path | None) -> None:
        """Shows the form's picture, when it is there and is an SVG."""
        renderer = QSvgRenderer(str(path)) if path is not None and path.suffix.lower() == ".svg" else None
        if renderer is None or not renderer.isValid():
            return
        labels = {choice.value: choice.label for choice in self.form.choices(self.ref)}
        self.map = Map(renderer, labels)
        renderer.setParent(self.map)
        self.map.pointed.connect(self._pointed)
        self.column.insertWidget(0, self.map, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_value(self.form.get(self.ref))

    def show_value(self, value: str) -> None:
        self.buttons.show_value(value)
        if self.map is not None:
            self.map.chosen = frozenset(value.split() if self._several else [value])
            self.map.update()

    def show_choices(self, choices: list[Choice]) -> None:
        self.buttons.show_choices(choices)

    def set_read_only(self, read_only: bool) -> None:
        self.buttons.set_read_only(read_only)
        if self.map is not None:
            self.map.locked = read_only

    def stops(self) -> list[QWidget]:
        return self.buttons.stops()

    def _pointed(self, value: str) -> None:
        chosen = self.form.get(self.ref).split()
        if not self._several:
            made = "" if chosen == [value] else value
        else:
            order = [choice.value for choice in self.form.choices(self.ref)]
            wanted = set(chosen) ^ {value}
            made = " ".join(each for each in order if each in wanted)
        self._edited(made)

    def _edited(self, value: str) -> None:
        self.edited.emit(value)
        self.show_value(self.form.get(self.ref))
