"""The part of a page that scrolls: makes what comes into view, and keeps in place what is looked at."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.column import Column, Slot, near
from gridclient.ui.forms.outline import Item, Outline
from gridclient.ui.widgets import text_label

WHOLE = 30  # a page of up to so many things is made at once
_BEFORE, _AFTER = 12, 64  # pixels that stay free around what is gone to


class FormArea(QScrollArea):
    """A column of a form's items that scrolls."""

    def __init__(self, make: Callable[[Item], QWidget]) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.set_role(self, "plain")
        self.column = Column(make)
        self.column.resized.connect(self.settle)
        self.setWidget(self.column)
        self.kept: QWidget | None = None  # has the keyboard, so its place on the screen matters most
        self._nothing = text_label("", "muted")
        self._nothing.setParent(self.column)
        self._nothing.move(8, 8)
        self.viewport().installEventFilter(self)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def show_outline(self, outline: Outline, is_shown: Callable[[Item], bool]) -> None:
        """Shows another outline; widgets of questions that stay are kept."""
        self.column.set_outline(outline, is_shown)
        self.place()

    def place(self) -> None:
        """Places everything and makes what came into view, until no height changes any more."""
        column, bar = self.column, self.verticalScrollBar()
        self._nothing.setText("" if any(s.shown for s in column.slots) else tr("There is nothing to fill in here."))
        self._nothing.adjustSize()
        for _ in range(6):
            anchor = self._anchor()
            column.place(self.viewport().width())
            if anchor is not None:
                bar.setValue(anchor[0].rect.top() - anchor[1])
            top, high = bar.value(), self.viewport().height()
            whole = len(column.slots) <= WHOLE
            wanted = column.slots if whole else near(column.slots, top - high // 2, top + 2 * high)
            missing = [slot for slot in wanted if slot.shown and slot.widget is None]
            if not missing:
                return
            for slot in missing:
                column.build(slot)

    def settle(self) -> None:
        """Places everything anew if something has another height now."""
        before = [slot.height for slot in self.column.slots]
        self.column.measure()
        if before != [slot.height for slot in self.column.slots]:
            self.place()
        else:
            self._scrolled()

    def reveal(self, slot: Slot) -> None:
        """Brings a slot into view with the beginning of the next, as far as there is room."""
        self.column.measure()
        self.place()
        bar, high = self.verticalScrollBar(), self.viewport().height()
        for _ in range(3):
            before = slot.rect
            top, bottom = slot.rect.top() - _BEFORE, slot.rect.bottom() + _AFTER
            if top < bar.value():
                bar.setValue(top)
            elif bottom > bar.value() + high:
                bar.setValue(min(top, bottom - high))
            self.place()
            if slot.rect == before:
                return

    def _anchor(self) -> tuple[Slot, int] | None:
        """The slot that stands in view, and how far below the top edge."""
        top = self.verticalScrollBar().value()
        if not top:
            return None
        seen = near(self.column.slots, top, top + self.viewport().height())
        focused = [slot for slot in seen if slot.widget is not None and slot.widget is self.kept]
        built = [slot for slot in seen if slot.widget is not None]
        slot = (focused or built or seen or [None])[0]
        return (slot, slot.rect.top() - top) if slot is not None else None

    def _held(self, high: int) -> Slot | None:
        """What has the keyboard and stands in view of an area so high: it stays in view when the area gets smaller."""
        top = self.verticalScrollBar().value()
        seen = near(self.column.slots, top, top + high)
        return next((slot for slot in seen if slot.widget is not None and slot.widget is self.kept), None)

    def _scrolled(self) -> None:
        top, high = self.verticalScrollBar().value(), self.viewport().height()
        if any(slot.widget is None for slot in near(self.column.slots, top, top + high)):
            self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.viewport() and isinstance(event, QResizeEvent):
            held = self._held(event.oldSize().height())
            self.column.resize(self.viewport().width(), self.column.height())
            self.column.place(self.viewport().width())
            self.settle()
            if held is not None:
                self.reveal(held)
        return super().eventFilter(watched, event)
