"""The long page of a form inside its scroll area: every thing has its place, but a widget only where one looks.

Heights of what was never built are estimated; when the truth is known, what stands in view keeps its place there.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from gridclient.ui import theme
from gridclient.ui.forms.outline import Item, Outline

GAP, ROW_GAP, WIDEST = 16, 4, 820
_LEFT, _TOP, _RIGHT, _BOTTOM = 8, 6, 20, 20
_WHOLE = 4  # quarters of a line
_INSET, _CARD = 14, 12  # of a card: at its sides, above and below
_CHOICES = 340  # choices need at least so much to stand beside others
_TALLEST = 4000  # of one thing on a page
_GUESS = {"question": 66, "heading": 24, "instance": 28, "bar": 34, "table": 180, "add": 34}


@dataclass(slots=True, eq=False)
class Slot:
    """The place of one item; `widget` is None until somebody comes near."""

    item: Item
    height: int
    shown: bool = True
    is_row: bool = False  # a line of a check list
    rect: QRect = QRect()  # noqa: RUF009 - never changed in place
    widget: QWidget | None = None
    placed: tuple[int, bool] = (-1, False)  # height and shown, as it was placed


@dataclass(slots=True)
class _Row:
    """The line that is being filled: where it is, how much of it is taken, how high it is."""

    y: int
    quarters: int = 0
    height: int = 0
    above: str = ""  # what stands over the next line

    def put(self, slot: Slot, left: int, room: int) -> None:
        """Gives a slot its place on this line, or on the next when it does not fit."""
        span = _span(slot.item, room)
        if self.quarters + span > _WHOLE:
            self.end()
        if not self.quarters:
            look = "row" if slot.is_row else "question"
            self.y += 0 if self.above in ("", "card") else ROW_GAP if self.above == look == "row" else GAP
            self.above = look
        after = self.quarters + span
        width = room * span // _WHOLE - (GAP if after < _WHOLE else 0)
        slot.rect = QRect(left + room * self.quarters // _WHOLE, self.y, width, slot.height)
        self.height = max(self.height, slot.height)
        self.quarters = after
        if after == _WHOLE:
            self.end()

    def end(self) -> None:
        """Goes below what stands on this line."""
        self.y, self.quarters, self.height = self.y + self.height, 0, 0


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a line begins outside every card, so that placing can begin or end there."""

    slot: int
    y: int
    above: str


class Column(QWidget):
    """Places the items of an outline below each other, cards around groups, narrow ones side by side."""

    built = Signal(object)  # Slot
    resized = Signal()

    def __init__(self, make: Callable[[Item], QWidget]) -> None:
        super().__init__()
        theme.set_role(self, "surface")
        self._make = make
        self.slots: list[Slot] = []
        self.by_ref: dict[str, Slot] = {}
        self._outline = Outline()
        self._cards: dict[int, QRect] = {}  # by the number of the box
        self._marks: list[_Mark] = []
        self._wide = 0  # the width that everything was placed for
        self._placing = False
        self.content_height = 0

    def set_outline(self, outline: Outline, is_shown: Callable[[Item], bool]) -> None:
        """Shows another outline; widgets of things that stay are kept."""
        old = {(slot.item.kind, slot.item.ref, slot.item.number): slot for slot in self.slots}
        self.slots = []
        for item in outline.items:
            key = (item.kind, item.ref, item.number)
            slot = old.pop(key, None)
            if slot is None or item.kind in ("bar", "table", "add", "instance", "heading"):
                if slot is not None:
                    _drop(slot)
                is_row = item.kind == "question" and "list-nolabel" in item.control.appearance
                slot = Slot(item, _GUESS[item.kind], is_row=is_row)
            slot.item, slot.shown = item, is_shown(item)
            self.slots.append(slot)
        for gone in old.values():
            _drop(gone)
        self._outline, self._wide = outline, 0
        self.by_ref = {slot.item.ref: slot for slot in self.slots if slot.item.kind in ("question", "heading")}

    def clear(self) -> None:
        """Takes everything away, so that it is made anew."""
        for slot in self.slots:
            _drop(slot)
        self.slots, self.by_ref, self._outline, self._wide = [], {}, Outline(), 0

    def build(self, slot: Slot) -> QWidget:
        """The widget of a slot, made now if there is none yet."""
        if slot.widget is None:
            slot.widget = self._make(slot.item)
            if slot.widget.parent() is not self:
                slot.widget.setParent(self)
            slot.widget.setGeometry(slot.rect)
            slot.widget.setVisible(slot.shown)
            self.built.emit(slot)
            slot.height = _height(slot.widget, slot.rect.width() or self._inner_width())
        return slot.widget

    def measure(self, slots: Iterable[Slot] | None = None) -> None:
        """Asks widgets how high they are now; all of them unless some are named."""
        for slot in self.slots if slots is None else slots:
            if slot.widget is not None and slot.shown:
                slot.height = _height(slot.widget, slot.rect.width() or self._inner_width())

    def place(self, width: int) -> None:
        """Gives everything that is shown its place, for a page of this width; only what moves is touched."""
        self._placing = True
        self._place_rows(width)
        for slot in self.slots:
            widget = slot.widget
            if widget is not None:
                if widget.geometry() != slot.rect:
                    widget.setGeometry(slot.rect)
                if widget.isHidden() is slot.shown:
                    widget.setVisible(slot.shown)
        area = self.parentWidget()
        self.resize(width, max(self.content_height, area.height() if area is not None else 0))
        self._placing = False
        self.update()

    def place_all(self) -> None:
        """Places everything anew, whatever changed."""
        width, self._wide = self._wide, 0
        self.place(width)

    @property
    def placing(self) -> bool:
        """Whether things are being moved just now."""
        return self._placing

    def _inner_width(self) -> int:
        return max(100, min(self.width() - _LEFT - _RIGHT, theme.px(WIDEST)))

    def _place_rows(self, width: int) -> None:
        """Places row by row from the first that changed to a mark after the last; what follows moves as a whole."""
        slots = self.slots
        changed = [n for n, slot in enumerate(slots) if slot.placed != (slot.height, slot.shown)]
        if width != self._wide:
            self._wide, self._marks, self._cards = width, [], {}
            changed = list(range(len(slots)))
        if not changed:
            return
        after = [mark for mark in self._marks if mark.slot > changed[-1]]
        known = [mark for mark in self._marks if mark.slot <= changed[0]]
        begin = known[-1] if known else _Mark(0, _TOP, "")
        self._marks = known[:-1] if known else []
        end = self._place_from(begin, after, min(width - _LEFT - _RIGHT, theme.px(WIDEST)))
        if end is None:
            return
        old, by = end
        for slot in slots[old.slot :]:
            slot.rect = slot.rect.translated(0, by)
        for number, box in enumerate(self._outline.boxes):
            if box.first >= old.slot and number in self._cards:
                self._cards[number] = self._cards[number].translated(0, by)
        rest = [mark for mark in after if mark.slot >= old.slot]
        self._marks += [_Mark(mark.slot, mark.y + by, mark.above) for mark in rest]
        self.content_height += by

    def _place_from(self, begin: _Mark, after: Sequence[_Mark], inner: int) -> tuple[_Mark, int] | None:
        """Places rows from a mark on; stops at a later one that is met again, with how far it has moved."""
        boxes, slots = self._outline.boxes, self.slots
        opens: dict[int, list[int]] = {}
        closes: dict[int, list[int]] = {}
        for number, box in enumerate(boxes):
            if box.last >= begin.slot:
                self._cards.pop(number, None)
                if any(slot.shown for slot in slots[box.first : box.last + 1]):
                    opens.setdefault(box.first, []).append(number)
                    closes.setdefault(box.last, []).insert(0, number)
        met = {mark.slot: mark for mark in after}
        row, tops = _Row(begin.y, above=begin.above), list[int]()
        for place in range(begin.slot, len(slots)):
            if not tops and not row.quarters:
                mark = met.get(place)
                if mark is not None and mark.above == row.above:
                    return mark, row.y - mark.y
                self._marks.append(_Mark(place, row.y, row.above))
            slot = slots[place]
            for _ in opens.get(place, ()):
                row.end()
                row.y += (GAP if row.above not in ("", "card") else 0) + _CARD
                tops.append(row.y - _CARD)
                row.above = "card"
            slot.placed = (slot.height, slot.shown)
            left = len(tops) * _INSET
            if slot.shown:
                row.put(slot, _LEFT + left, inner - 2 * left)
            else:
                slot.rect = QRect(_LEFT + left, row.y, inner - 2 * left, 0)
            for number in closes.get(place, ()):
                row.end()
                row.y += _CARD
                top, inset = tops.pop(), len(tops) * _INSET
                self._cards[number] = QRect(_LEFT + inset, top, inner - 2 * inset, row.y - top)
                row.above = "question"
        row.end()
        self.content_height = row.y + _BOTTOM
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.border, 1))
        painter.setBrush(look.surface)
        for _, card in sorted(self._cards.items()):  # what stands around another was begun before it
            if card.intersects(event.rect()):
                painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.setPen(QPen(look.line, 1))
        rows = [slot for slot in near(self.slots, event.rect().top(), event.rect().bottom()) if slot.is_row]
        for slot in rows:
            y = slot.rect.bottom() + ROW_GAP // 2
            painter.drawLine(slot.rect.left(), y, slot.rect.right(), y)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and not self._placing:
            self.resized.emit()
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        return self.size()


def _span(item: Item, room: int) -> int:
    """How many quarters an item takes; choices that would stand too close take the whole line."""
    chosen = item.kind == "question" and item.control.kind in ("select1", "select")
    return _WHOLE if chosen and room * item.width // _WHOLE < theme.px(_CHOICES) else item.width


def near(slots: Sequence[Slot], top: int, bottom: int) -> list[Slot]:
    """The shown slots between two heights; those that are not shown stand where they would begin."""
    first = bisect_left(slots, top - _TALLEST, key=_top)
    last = bisect_right(slots, bottom, key=_top)
    return [slot for slot in slots[first:last] if slot.shown and slot.rect.bottom() >= top]


def _top(slot: Slot) -> int:
    return slot.rect.top()


def _height(widget: QWidget, width: int) -> int:
    widget.ensurePolished()
    layout = widget.layout()
    if layout is not None:
        layout.activate()
        if layout.hasHeightForWidth():
            return max(layout.totalHeightForWidth(width), 1)
    return max(widget.sizeHint().height(), 1)


def _drop(slot: Slot) -> None:
    if slot.widget is not None:
        focused = QApplication.focusWidget()
        if focused is not None and slot.widget.isAncestorOf(focused):
            focused.clearFocus()  # else Qt looks for the next one among what is going
        slot.widget.hide()
        slot.widget.deleteLater()
        slot.widget = None
