"""A number from a range: a slider lying or upright, with ticks or without, or stars; unanswered until it is touched."""

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.editor import Editor
from gridclient.ui.widgets import icon_button, text_label

_MARGIN = 16


class Steps:
    """The numbers of a range: where it starts, ends, and how far apart they are."""

    def __init__(self, control: Control) -> None:
        said = {name.removeprefix("odk:"): value for name, value in control.parameters.items()}
        self.start = _decimal(said.get("start", ""), Decimal(1))
        self.end = _decimal(said.get("end", ""), Decimal(10))
        self.step = abs(_decimal(said.get("step", ""), Decimal(1))) or Decimal(1)
        self.tick = abs(_decimal(said.get("tick-interval", said.get("tick_interval", "")), self.step)) or self.step
        self.count = max(1, int(abs(self.end - self.start) / self.step))

    def at(self, place: int) -> Decimal:
        """The number at a place."""
        sign = 1 if self.end >= self.start else -1
        return self.start + sign * self.step * min(max(place, 0), self.count)

    def place(self, value: str) -> int | None:
        """The place of an answer; None when there is none."""
        try:
            number = Decimal(value)
        except InvalidOperation:
            return None
        return min(max(round(abs(number - self.start) / self.step), 0), self.count)


class Track(QWidget):
    """A line with ticks and a handle; before anything is answered there is no handle."""

    chosen = Signal(int)

    def __init__(self, steps: Steps, name: str, ticks: bool = True) -> None:
        super().__init__()
        self.steps = steps
        self.has_ticks = ticks
        self.place: int | None = None
        self.locked = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(theme.px(520))

    def sizeHint(self) -> QSize:
        return theme.size(420, 52)

    def set_place(self, place: int | None) -> None:
        """Puts the handle to a place, or takes it away."""
        self.place = place
        self.setAccessibleDescription("" if place is None else str(self.steps.at(place)))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        big = max(1, self.steps.count // 10)
        changes = {
            Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: big, Qt.Key.Key_PageDown: -big,
            Qt.Key.Key_Home: -self.steps.count, Qt.Key.Key_End: self.steps.count,
        }  # fmt: skip
        change = changes.get(Qt.Key(event.key()))
        digit = event.text()
        if self.locked or (change is None and not digit.isdigit()):
            super().keyPressEvent(event)
        elif change is not None:
            self._choose((self.place + change) if self.place is not None else 0 if change > 0 else self.steps.count)
        elif (place := self.steps.place(digit)) is not None and self.steps.at(place) == Decimal(digit):
            self._choose(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event)

    def _point(self, event: QMouseEvent) -> None:
        if not self.locked:
            margin = theme.px(_MARGIN)
            room = self.width() - 2 * margin
            self._choose(round((event.position().x() - margin) / room * self.steps.count))

    def _choose(self, place: int) -> None:
        place = min(max(place, 0), self.steps.count)
        if place != self.place:
            self.set_place(place)
            self.chosen.emit(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, steps = theme.roles(), QPainter(self), self.steps
        whole = theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room, y = whole.width() - 2 * _MARGIN, 16.0
        painter.setPen(QPen(look.border_strong, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(_MARGIN, y), QPointF(_MARGIN + room, y))
        at = None if self.place is None else _MARGIN + room * self.place / steps.count
        if at is not None:
            painter.setPen(QPen(look.accent_fill, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(_MARGIN, y), QPointF(at, y))
        self._ticks(painter, room, y)
        if at is not None:
            painter.setPen(QPen(look.accent, 2))
            painter.setBrush(look.surface)
            painter.drawEllipse(QPointF(at, y), 9, 9)

    def _ticks(self, painter: QPainter, room: float, y: float) -> None:
        look, steps = theme.roles(), self.steps
        every = max(1, int(steps.tick / steps.step)) if self.has_ticks else steps.count
        painter.setFont(theme.font("small"))
        widest = max(painter.fontMetrics().horizontalAdvance(str(steps.at(n))) for n in (0, steps.count)) + 12
        ticks = max(1, steps.count // every)
        while room / ticks < 6:
            every *= 2
            ticks = max(1, steps.count // every)
        named = every
        while room * named / steps.count < widest:
            named += every
        for place in range(0, steps.count + 1, every):
            x = _MARGIN + room * place / steps.count
            painter.setPen(QPen(look.border_strong, 1))
            painter.drawLine(QPointF(x, y + 8), QPointF(x, y + 13))
            if place % named == 0 or place == steps.count:
                painter.setPen(look.text_2)
                box = QRectF(x - 30, y + 15, 60, 18)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, plain_number(steps.at(place)))


class Pillar(Track):
    """The same upright (appearance `vertical`): the greatest number is above."""

    def __init__(self, steps: Steps, name: str, ticks: bool = True) -> None:
        super().__init__(steps, name, ticks)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return theme.size(110, 240)

    def _point(self, event: QMouseEvent) -> None:
        if not self.locked:
            margin = theme.px(_MARGIN)
            room = self.height() - 2 * margin
            self._choose(round((self.height() - margin - event.position().y()) / room * self.steps.count))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, steps = theme.roles(), QPainter(self), self.steps
        whole = theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, foot, room = 16.0, whole.height() - _MARGIN, whole.height() - 2 * _MARGIN
        painter.setPen(QPen(look.border_strong, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x, foot), QPointF(x, foot - room))
        painter.setFont(theme.font("small"))
        every = max(1, int(steps.tick / steps.step)) if self.has_ticks else steps.count
        while room * every / steps.count < painter.fontMetrics().height() + 4 and every < steps.count:
            every *= 2
        for place in dict.fromkeys((*range(0, steps.count + 1, every), steps.count)):
            y = foot - room * place / steps.count
            painter.setPen(QPen(look.border_strong, 1))
            painter.drawLine(QPointF(x + 8, y), QPointF(x + 13, y))
            painter.setPen(look.text_2)
            box = QRectF(x + 18, y - 9, 70, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, plain_number(steps.at(place)))
        if self.place is not None:
            at = foot - room * self.place / steps.count
            painter.setPen(QPen(look.accent_fill, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(x, foot), QPointF(x, at))
            painter.setPen(QPen(look.accent, 2))
            painter.setBrush(look.surface)
            painter.drawEllipse(QPointF(x, at), 9, 9)


class Stars(Track):
    """The same as stars (appearance `rating`)."""

    _SIDE = 32

    def __init__(self, steps: Steps, name: str, ticks: bool = True) -> None:
        super().__init__(steps, name, ticks)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return theme.size((self.steps.count + 1) * self._SIDE + 8, 36)

    def _point(self, event: QMouseEvent) -> None:
        if not self.locked:
            self._choose(int((event.position().x() - theme.px(4)) // theme.px(self._SIDE)))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = (0.0, -1.0), (0.29, -0.4), (0.95, -0.31), (0.48, 0.15), (0.59, 0.81), (0.0, 0.5)
        outline = [*shape, *((-x, y) for x, y in shape[-2:0:-1])]
        for place in range(self.steps.count + 1):
            full = self.place is not None and place <= self.place
            middle = QPointF(4 + place * self._SIDE + self._SIDE / 2, 18)
            painter.setPen(QPen(look.accent if full else look.border_strong, 1.5))
            painter.setBrush(look.accent_fill if full else look.surface)
            painter.drawPolygon(QPolygonF([middle + QPointF(x * 13, y * 13 + 1) for x, y in outline]))


class RangeEditor(Editor):
    """A number from a range; Backspace takes the answer back."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._steps = Steps(control)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        kind = Stars if "rating" in self.words else Pillar if "vertical" in self.words else Track
        self.track = kind(self._steps, name, "no-ticks" not in self.words)
        self.track.setObjectName(ref)
        self.track.chosen.connect(self._chosen)
        row.addWidget(self.track)
        self._value = text_label("", "strong")
        self._value.setMinimumWidth(theme.px(40))
        row.addWidget(self._value)
        self._clear = icon_button("x", tr("Take the answer back"))
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Backspace does it
        self._clear.clicked.connect(self._cleared)
        keep = self._clear.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(keep)
        row.addWidget(self._clear)
        row.addStretch(1)

    def show_value(self, value: str) -> None:
        place = self._steps.place(value)
        self.track.set_place(place)
        self._value.setText(plain_number(self._steps.at(place)) if place is not None else tr("Not chosen"))
        self._clear.setVisible(place is not None and not self.track.locked)

    def set_read_only(self, read_only: bool) -> None:
        self.track.locked = read_only
        self._clear.setVisible(not read_only and self.track.place is not None)

    def stops(self) -> list[QWidget]:
        return [self.track]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        taken_back = event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not event.modifiers()
        if taken_back and not self.track.locked:
            self._cleared()
        else:
            super().keyPressEvent(event)

    def _chosen(self, place: int) -> None:
        value = plain_number(self._steps.at(place))
        self.show_value(value)
        self.edited.emit(value)

    def _cleared(self) -> None:
        self.show_value("")
        self.edited.emit("")


def _decimal(text: str, otherwise: Decimal) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return otherwise


def plain_number(number: Decimal) -> str:
    """A number without an exponent and without zeros at its end."""
    return f"{number.normalize():f}" if number else "0"
