"""A plane to pick places on, where there is no map: degrees as lines, metres as a scale, and what is known as points.

Places are WGS-84 and stay so. Distances are those of a plane that touches the earth at the middle of the view, which
is right to a few parts in a thousand over the size of a street.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import KeyCap, icon_button, text_label

Place = tuple[float, float]  # latitude, longitude
_METRES_NORTH, _METRES_EAST = 110_574.0, 111_320.0  # in a degree, the latter at the equator
_CLOSEST, _WIDEST = 0.02, 20_000.0  # metres in a pixel
_DRAG = 5


class Plane(QWidget):
    """Points, a line or an area, picked by mouse or by the cross that the arrow keys move."""

    changed = Signal()
    closed = Signal()

    def __init__(self, name: str, kind: str, points: Sequence[Place], known: Sequence[Place]) -> None:
        super().__init__()
        self.kind, self.points, self.known = kind, list(points), list(known)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(520, 320)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._middle: Place = (0.0, 0.0)
        self._scale = 1.0  # metres in a pixel
        self.cross = QPointF(self.width() / 2, self.height() / 2)
        self._pressed: QPoint | None = None
        self._moved = False
        self.fit()

    # --- between places and pixels ---------------------------------------------------------------------------

    def fit(self) -> None:
        """Shows everything that is there, with some room around it."""
        there = self.points or self.known
        if there:
            south, north = min(p[0] for p in there), max(p[0] for p in there)
            west, east = min(p[1] for p in there), max(p[1] for p in there)
            self._middle = ((south + north) / 2, (west + east) / 2)
            high = (north - south) * _METRES_NORTH / (self.height() * 0.7)
            wide = (east - west) * self._metres_east() / (self.width() * 0.7)
            self._scale = min(max(high, wide, 0.5), _WIDEST)
        self.cross = QPointF(self.width() / 2, self.height() / 2)
        self.update()

    def _metres_east(self) -> float:
        return _METRES_EAST * math.cos(math.radians(self._middle[0]))

    def pixel_of(self, place: Place) -> QPointF:
        """Where a place is on the widget."""
        x = (place[1] - self._middle[1]) * self._metres_east() / self._scale
        y = (self._middle[0] - place[0]) * _METRES_NORTH / self._scale
        return QPointF(self.width() / 2 + x, self.height() / 2 + y)

    def place_of(self, pixel: QPointF) -> Place:
        """Which place a pixel is."""
        latitude = self._middle[0] - (pixel.y() - self.height() / 2) * self._scale / _METRES_NORTH
        longitude = self._middle[1] + (pixel.x() - self.width() / 2) * self._scale / self._metres_east()
        return min(max(latitude, -90.0), 90.0), min(max(longitude, -180.0), 180.0)

    def measure(self) -> str:
        """How long the line or how large the area is, in words."""
        pixels = [self.pixel_of(point) for point in self.points]
        if self.kind == "area" and len(pixels) > 2:
            doubled = sum(a.x() * b.y() - b.x() * a.y() for a, b in zip(pixels, [*pixels[1:], pixels[0]], strict=True))
            return tr("{n} m²", n=f"{abs(doubled) / 2 * self._scale**2:,.0f}")
        if self.kind == "line" and len(pixels) > 1:
            steps = (math.hypot(*(b - a).toTuple()) for a, b in pairwise(pixels))
            return tr("{n} m", n=f"{sum(steps) * self._scale:,.0f}")
        return ""

    # --- picking ---------------------------------------------------------------------------------------------

    def pick(self, pixel: QPointF) -> None:
        """Puts a point there: the one point, or one more of a line or an area."""
        place = self.place_of(pixel)
        self.points = [place] if self.kind == "point" else [*self.points, place]
        self._tell()

    def take_back(self) -> None:
        """Takes the last point away."""
        if self.points:
            self.points.pop()
            self._tell()

    def zoom(self, factor: float) -> None:
        """Shows less (below 1) or more around the cross."""
        there = self.place_of(self.cross)
        self._scale = min(max(self._scale * factor, _CLOSEST), _WIDEST)
        self._move_view(self.pixel_of(there) - self.cross)

    def _move_view(self, by: QPointF) -> None:
        self._middle = self.place_of(QPointF(self.width() / 2, self.height() / 2) + by)
        self.update()

    def _tell(self) -> None:
        self.setAccessibleDescription(self.measure())
        self.update()
        self.changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._moved = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position().toPoint()
        if self._pressed is not None and (self._moved or (here - self._pressed).manhattanLength() > _DRAG):
            self._moved = True
            self._move_view(QPointF(self._pressed - here))
            self._pressed = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._moved:
            self.cross = event.position()
            if event.button() == Qt.MouseButton.RightButton:
                self.take_back()
            else:
                self.pick(event.position())
        self._pressed = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.cross = event.position()
        self.zoom(0.8 if event.angleDelta().y() > 0 else 1.25)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 1.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 16.0
        moves = {Qt.Key.Key_Left: (-step, 0.0), Qt.Key.Key_Right: (step, 0.0), Qt.Key.Key_Up: (0.0, -step),
                 Qt.Key.Key_Down: (0.0, step)}  # fmt: skip
        move = moves.get(Qt.Key(event.key()))
        match event.key():
            case _ if move is not None:
                self._move_cross(QPointF(*move))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.pick(self.cross)
                if self.kind == "point":
                    self.closed.emit()
            case Qt.Key.Key_Backspace | Qt.Key.Key_Delete:
                self.take_back()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(0.8)
            case Qt.Key.Key_Minus:
                self.zoom(1.25)
            case Qt.Key.Key_Home:
                self.fit()
            case _:
                super().keyPressEvent(event)

    def _move_cross(self, by: QPointF) -> None:
        self.cross += by
        edge = QRectF(self.rect()).adjusted(20, 20, -20, -20)
        if not edge.contains(self.cross):  # the view follows
            self._move_view(by)
            self.cross -= by
        self.update()

    # --- painting --------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.border_strong, 1))
        painter.setBrush(look.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        self._paint_degrees(painter)
        self._paint_scale(painter)
        painter.setPen(QPen(look.text_3, 1))
        painter.setBrush(look.sunken)
        for place in self.known:
            painter.drawEllipse(self.pixel_of(place), 5, 5)
        self._paint_points(painter)
        painter.setPen(QPen(look.accent if self.hasFocus() else look.text_3, 1, Qt.PenStyle.DashLine))
        painter.drawLine(self.cross - QPointF(14, 0), self.cross + QPointF(14, 0))
        painter.drawLine(self.cross - QPointF(0, 14), self.cross + QPointF(0, 14))

    def _paint_points(self, painter: QPainter) -> None:
        look = theme.roles()
        pixels = [self.pixel_of(point) for point in self.points]
        painter.setPen(QPen(look.accent, 2))
        if self.kind == "area" and len(pixels) > 2:
            painter.setBrush(theme.veil("accent_fill", 0.18))
            painter.drawPolygon(QPolygonF(pixels))
        elif self.kind != "point":
            painter.drawPolyline(pixels)
        painter.setBrush(look.accent_fill)
        painter.setPen(QPen(look.surface, 2))
        for pixel in pixels:
            painter.drawEllipse(pixel, 6, 6)

    def _paint_degrees(self, painter: QPainter) -> None:
        look = theme.roles()
        step = _round_up(80 * self._scale / _METRES_NORTH)
        digits = max(0, -math.floor(math.log10(step)))
        north, west = self.place_of(QPointF(0, 0))
        south, east = self.place_of(QPointF(self.width(), self.height()))
        painter.setFont(self.font())
        for latitude in _between(south, north, step):
            y = self.pixel_of((latitude, west)).y()
            painter.setPen(QPen(look.line, 1))
            painter.drawLine(QPointF(1, y), QPointF(self.width() - 1, y))
            painter.setPen(look.text_3)
            painter.drawText(QPointF(6, y - 3), f"{latitude:.{digits}f}")
        for longitude in _between(west, east, step):
            x = self.pixel_of((north, longitude)).x()
            painter.setPen(QPen(look.line, 1))
            painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))
            painter.setPen(look.text_3)
            painter.drawText(QPointF(x + 3, self.height() - 6), f"{longitude:.{digits}f}")

    def _paint_scale(self, painter: QPainter) -> None:
        look = theme.roles()
        metres = _round_up(60 * self._scale)
        wide = metres / self._scale
        right, y = self.width() - 14.0, 20.0
        painter.setPen(QPen(look.text_2, 2))
        painter.drawLine(QPointF(right - wide, y), QPointF(right, y))
        text = tr("{n} m", n=f"{metres:g}") if metres < 1000 else tr("{n} km", n=f"{metres / 1000:g}")
        painter.drawText(QRectF(right - wide - 40, y + 2, wide + 40, 18), Qt.AlignmentFlag.AlignRight, text)

    def sizeHint(self) -> QSize:
        return self.size()


def open_plane(over: QWidget, plane: Plane) -> QFrame:
    """Opens a plane under a field; Escape closes it, and what was picked stays."""
    popup = QFrame(over, Qt.WindowType.Popup)
    popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    theme.set_role(popup, "popover")
    column = QVBoxLayout(popup)
    column.setContentsMargins(12, 12, 12, 12)
    column.setSpacing(8)
    column.addWidget(plane)
    foot = QHBoxLayout()
    foot.setSpacing(6)
    for icon, name, act in (
        ("plus", tr("Closer"), lambda: plane.zoom(0.8)), ("minus", tr("Farther"), lambda: plane.zoom(1.25)),
        ("locate-fixed", tr("Show everything"), plane.fit), ("undo-2", tr("Take the last point back"), plane.take_back),
    ):  # fmt: skip
        button = icon_button(icon, name)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys do it
        button.clicked.connect(act)
        foot.addWidget(button)
    for key, text in (("↑ ↓ ← →", tr("move")), ("Enter", tr("set")), ("+ −", tr("zoom"))):
        foot.addWidget(KeyCap(key))
        foot.addWidget(text_label(text, "small"))
    foot.addStretch(1)
    size = text_label(plane.measure(), "strong")
    foot.addWidget(size)
    column.addLayout(foot)

    def tell() -> None:
        size.setText(plane.measure())

    plane.changed.connect(tell)
    plane.closed.connect(popup.close)
    popup.adjustSize()
    popup.move(over.mapToGlobal(QPoint(0, over.height() + 4)))
    popup.show()
    plane.setFocus()
    return popup


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10 … times a power of ten."""
    power = 10.0 ** math.floor(math.log10(max(value, 1e-9)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * 0.999)


def _between(low: float, high: float, step: float) -> list[float]:
    first = math.ceil(low / step)
    return [n * step for n in range(first, min(math.floor(high / step), first + 60) + 1)]
