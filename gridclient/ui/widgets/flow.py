"""Layouts of many small widgets: from left to right on as many lines as they need, or in equal columns."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from gridclient.ui import theme


class FlowLayout(QLayout):
    """Widgets from left to right on as many lines as they need.

    With `columns` they stand in that many equal columns; as one column they take the whole width.
    """

    def __init__(self, parent: QWidget | None = None, gap: int = 8, columns: int = 0) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.gap = gap
        self.columns = columns
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def insert(self, place: int, widget: QWidget) -> None:
        """Puts a widget at a place, also one that stands elsewhere in the layout."""
        self.removeWidget(widget)
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]  # Qt allows None here
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]  # Qt allows None here
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        width = sum(item.sizeHint().width() + theme.px(self.gap) for item in self._items)
        return QSize(min(width, theme.px(640)), self.minimumSize().height())

    def minimumSize(self) -> QSize:
        widest = max((item.minimumSize().width() for item in self._items), default=0)
        tallest = max((item.sizeHint().height() for item in self._items), default=0)
        return QSize(min(widest, theme.px(200)), tallest)

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, high, gap = rect.x(), rect.y(), 0, theme.px(self.gap)
        line: list[tuple[QLayoutItem, QRect]] = []
        for item in self._items:
            if item.isEmpty():
                continue
            size = self._size(item, rect.width())
            if x > rect.x() and x + size.width() > rect.right() + 1:
                _put(line, high, move=move)
                x, y, high, line = rect.x(), y + high + gap, 0, []
            line.append((item, QRect(QPoint(x, y), size)))
            x += size.width() + gap
            high = max(high, size.height())
        _put(line, high, move=move)
        return y + high - rect.y()

    def _size(self, item: QLayoutItem, room: int) -> QSize:
        size = item.sizeHint()
        if self.columns:
            size.setWidth((room - theme.px(self.gap) * (self.columns - 1)) // self.columns)
        if size.width() > room > 0:
            size.setWidth(room)
            if item.hasHeightForWidth():
                size.setHeight(item.heightForWidth(room))
        return size


def _put(line: list[tuple[QLayoutItem, QRect]], high: int, *, move: bool) -> None:
    """Gives the items of a line their places, each in the middle of its height."""
    if move:
        for item, place in line:
            item.setGeometry(place.translated(0, (high - place.height()) // 2))
