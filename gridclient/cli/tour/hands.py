"""The hands of a person of the tour: what they do at the screen, and how they do it with mouse and keyboard.

`Keyboard` beside this module does the same with keys alone. Both reach only what a person can see and reach.
"""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, QRect, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QScrollArea, QWidget

from gridclient.cli.tour.guide import TourFailed
from gridclient.ui.shell.nav import NavButton, NavColumn
from gridclient.ui.widgets import StepRail


class Hands(Protocol):
    """What a person can do; each raises `TourFailed` where it cannot be done."""

    def press(self, button: QWidget) -> None:
        """Presses a button."""
        ...

    def enter(self, field: QWidget) -> None:
        """Puts the keyboard into a field."""
        ...

    def pick(self, view: QAbstractItemView, index: QModelIndex) -> None:
        """Makes a row of a list the current one."""
        ...

    def open(self, view: QAbstractItemView, index: QModelIndex) -> None:
        """Opens a row of a list."""
        ...

    def turn_to(self, nav: NavColumn, page: str) -> None:
        """Goes to a page of the column at the left."""
        ...

    def go_to_step(self, rail: StepRail, place: int, of: int) -> None:
        """Goes to a step of the case, counted from 0 among `of`."""
        ...

    def give(self, place: QWidget, file: Path) -> None:
        """Gives a file from the desktop to a question that takes one."""
        ...


def find(parent: QWidget, name: str) -> QWidget:
    """The visible widget with an object name."""
    for widget in parent.findChildren(QWidget, name):
        if widget.isVisibleTo(parent):
            return widget
    raise TourFailed(f"there is no {name} on the screen")


def named(widget: QWidget) -> str:
    """What a report calls a widget."""
    return widget.accessibleName() or widget.objectName() or type(widget).__name__


def must_press(button: QWidget) -> None:
    """Fails for a button that is grey."""
    if isinstance(button, QAbstractButton) and not button.isEnabled():
        raise TourFailed(f"{named(button)} cannot be pressed")


def strike(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Strikes one key where the keyboard is."""
    QTest.keyClick(_with_keyboard(), key, modifiers)


def type_over(text: str) -> None:
    """Writes over what the field with the keyboard holds: ASCII by key, Chinese by an input method."""
    strike(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    strike(Qt.Key.Key_Delete)
    if text.isascii():
        for character in text:
            QTest.keyClicks(_with_keyboard(), character)
        return
    commit = QInputMethodEvent()
    commit.setCommitString(text)
    for event in (QInputMethodEvent("pinyin", []), commit):
        QApplication.sendEvent(QApplication.focusObject(), event)


def _with_keyboard() -> QWidget:
    here = QApplication.focusWidget() or QApplication.activeWindow()
    if here is None:
        raise TourFailed("no window has the keyboard")
    return here


def url_of(file: Path) -> QMimeData:
    """A file as the desktop offers it."""
    offered = QMimeData()
    offered.setUrls([QUrl.fromLocalFile(str(file))])
    return offered


class Mouse:
    """Presses with the mouse, and types."""

    def press(self, button: QWidget) -> None:
        """Presses a button, scrolled into view as a person would."""
        must_press(button)
        self._click(button, _middle(button))

    def enter(self, field: QWidget) -> None:
        """Presses into a field."""
        self._click(field, _middle(field))
        here = QApplication.focusWidget()
        if here is not field and (here is None or not field.isAncestorOf(here)):
            raise TourFailed(f"the keyboard is not in {named(field)}")

    def pick(self, view: QAbstractItemView, index: QModelIndex) -> None:
        """Presses a row."""
        view.scrollTo(index)
        _scroll_to(view, view.visualRect(index))
        self._click(view.viewport(), view.visualRect(index).center())

    def open(self, view: QAbstractItemView, index: QModelIndex) -> None:
        """Presses a row, which opens it."""
        self.pick(view, index)

    def turn_to(self, nav: NavColumn, page: str) -> None:
        """Presses the page's button."""
        self.press(next(each for each in nav.findChildren(NavButton) if each.item.id == page))

    def go_to_step(self, rail: StepRail, place: int, of: int) -> None:
        """Presses the step."""
        middle = QPoint(rail.width() // 2, rail.height() * (2 * place + 1) // (2 * of))
        _scroll_to(rail, QRect(middle, QSize(1, 1)))
        self._click(rail, middle)

    def give(self, place: QWidget, file: Path) -> None:
        """Drags the file onto the question and lets it fall there."""
        taker = place
        while not taker.acceptDrops():
            taker = taker.parentWidget()
            if taker is None:
                raise TourFailed(f"nothing can be dropped at {named(place)}")
        _scroll_to(taker)
        middle, copy = taker.rect().center(), Qt.DropAction.CopyAction
        left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        offered = url_of(file)
        enter = QDragEnterEvent(middle, copy, offered, left, plain)
        QApplication.sendEvent(taker, enter)
        if not enter.isAccepted():
            raise TourFailed(f"{named(place)} takes no {file.suffix}")
        QApplication.sendEvent(taker, QDropEvent(QPointF(middle), copy, offered, left, plain))

    @staticmethod
    def _click(widget: QWidget, point: QPoint) -> None:
        """Presses what lies at a point of a widget, which must not be covered by anything else."""
        window = widget.window()
        hit = window.childAt(widget.mapTo(window, point))
        if hit is None or not (hit is widget or widget.isAncestorOf(hit)):
            raise TourFailed(f"{named(widget)} is covered" if hit else f"{named(widget)} is out of sight")
        plain = Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(hit, Qt.MouseButton.LeftButton, plain, hit.mapFrom(window, widget.mapTo(window, point)))


def _middle(widget: QWidget) -> QPoint:
    """The middle of what can be seen of a widget, after scrolling to it."""
    _scroll_to(widget)
    return widget.visibleRegion().boundingRect().center()


def _scroll_to(widget: QWidget, part: QRect | None = None) -> None:
    """Brings a widget, or a part of it, into view."""
    wanted = widget.rect() if part is None else part
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea) and (inside := parent.widget()) is not None:
            middle = widget.mapTo(inside, wanted.center())
            parent.ensureVisible(middle.x(), middle.y(), wanted.width() // 2 + 8, wanted.height() // 2 + 8)
        parent = parent.parentWidget()
