"""The two-pixel ring around the control that has the keyboard.

One translucent child of the window follows the focus. It is not shown for item views, which draw their
current row themselves, nor for a button that was clicked: who uses the mouse knows where it is.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QMainWindow,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

_WIDTH = 2
_OFFSET = 2
_MARGIN = _WIDTH + _OFFSET
_FOLLOWED = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.EnabledChange,
    QEvent.Type.ParentChange,
}


class FocusRing(QObject):
    """Draws one ring in the whole application, around the widget with the keyboard focus."""

    def __init__(self, app: QApplication, colour: Callable[[], QColor]) -> None:
        super().__init__(app)
        self._colour = colour
        self._ring: _Ring | None = None
        app.focusChanged.connect(self._focus_changed)

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._ring is not None and isValid(self._ring):
            self._ring.leave()
        self._ring = _Ring(now, self._colour) if now is not None and _wants_ring(now) else None


def _wants_ring(widget: QWidget) -> bool:
    if widget.property("ring") is not None:
        return bool(widget.property("ring"))
    if isinstance(widget, QAbstractItemView | QMainWindow) or widget.isWindow():
        return False
    if isinstance(widget, QAbstractScrollArea):
        return isinstance(widget, QPlainTextEdit | QTextEdit)
    clicked = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
    return not (clicked and isinstance(widget, QAbstractButton))


def _ground(widget: QWidget) -> QWidget:
    """The ancestor the ring is drawn on: what scrolls with the widget, else its window."""
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        above = parent.parentWidget()
        if isinstance(above, QWidget) and isinstance(above.parentWidget(), QAbstractScrollArea):
            return parent
        parent = above
    return parent or widget.window()


class _Ring(QWidget):
    """The ring of one widget; gone when the focus leaves."""

    def __init__(self, target: QWidget, colour: Callable[[], QColor]) -> None:
        ground = _ground(target)
        super().__init__(ground)
        self.setObjectName("focus-ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._ground = ground
        self._target = target
        self._colour = colour
        self._followed: list[QWidget] = []
        each: QWidget | None = target
        while each is not None and each is not ground:
            each.installEventFilter(self)
            self._followed.append(each)
            each = each.parentWidget()
        self._place()

    def leave(self) -> None:
        """Stops following and goes."""
        for each in self._followed:
            if isValid(each):
                each.removeEventFilter(self)
        self._followed.clear()
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._followed and event.type() in _FOLLOWED:
            self._place()
        return False

    def _place(self) -> None:
        ground, target = self._ground, self._target
        if not isValid(ground) or not isValid(self):
            return  # the whole ground is going, as a popup does that was closed
        if not isValid(target) or not ground.isAncestorOf(target) or not target.isVisibleTo(ground):
            self.hide()
            return
        corner = target.mapTo(ground, QPoint(0, 0))
        self.setGeometry(QRect(corner, target.size()).adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        radius = self._target.property("ring_radius") if isValid(self._target) else None
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colour(), _WIDTH))
        half = _WIDTH / 2
        corner = float(radius or 6) + _OFFSET + half
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), corner, corner)
