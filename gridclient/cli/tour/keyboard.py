"""The hands of a person of the tour who has no mouse: Tab goes on, arrows move among what stands together.

What Tab does not come to, or what stays out of sight when it does, fails the tour.
"""

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QWidget

from gridclient.cli.tour.guide import TourFailed
from gridclient.cli.tour.hands import must_press, named, strike, url_of
from gridclient.ui.shell.nav import NavColumn
from gridclient.ui.widgets import StepRail

_MOST_TABS = 400  # more than any window has halts


class Keyboard:
    """Does everything with keys."""

    def press(self, button: QWidget) -> None:
        """Goes to a button and strikes the space bar."""
        must_press(button)
        self.enter(button)
        strike(Qt.Key.Key_Space)

    def enter(self, field: QWidget) -> None:
        """Strikes Tab until the keyboard is in a field, or in what it stands together with; then the arrows."""
        for _ in range(_MOST_TABS):
            here = QApplication.focusWidget()
            if here is not None and (here is field or field.isAncestorOf(here)):
                break
            if _stand_together(here, field):
                _move_to(field)
                break
            strike(Qt.Key.Key_Tab)
        else:
            raise TourFailed(f"Tab does not come to {named(field)}")
        if field.visibleRegion().isEmpty():
            raise TourFailed(f"{named(field)} has the keyboard and is out of sight")

    def pick(self, view: QAbstractItemView, index: QModelIndex) -> None:
        """Goes to a list and down to a row."""
        self.enter(view)
        strike(Qt.Key.Key_Home)
        while view.currentIndex().row() < index.row():
            before = view.currentIndex().row()
            strike(Qt.Key.Key_Down)
            if view.currentIndex().row() <= before:
                raise TourFailed(f"the arrows do not come to row {index.row()} of {named(view)}")

    def open(self, view: QAbstractItemView, index: QModelIndex) -> None:
        """Goes to a row and strikes Enter."""
        self.pick(view, index)
        strike(Qt.Key.Key_Return)

    def turn_to(self, nav: NavColumn, page: str) -> None:
        """Strikes Alt and the page's number."""
        strike(Qt.Key(Qt.Key.Key_1 + nav.ids().index(page)), Qt.KeyboardModifier.AltModifier)

    def go_to_step(self, rail: StepRail, place: int, of: int) -> None:
        """Goes to the rail, up to its beginning, down to the step, and strikes Enter."""
        self.enter(rail)
        for key, times in ((Qt.Key.Key_Up, of), (Qt.Key.Key_Down, place), (Qt.Key.Key_Return, 1)):
            for _ in range(times):
                strike(key)

    def give(self, place: QWidget, file: Path) -> None:
        """Copies the file at the desktop and pastes it at the question."""
        QGuiApplication.clipboard().setMimeData(url_of(file))
        self.enter(place)
        strike(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def _stand_together(here: QWidget | None, wanted: QWidget) -> bool:
    """Whether two buttons are of one group, which is one halt of Tab."""
    groups = [each.group() for each in (here, wanted) if isinstance(each, QAbstractButton)]
    return len(groups) == 2 and bool(groups[0]) and groups[0] is groups[1]


def _move_to(wanted: QWidget) -> None:
    """Strikes the arrows until the keyboard is at a button of the group that has it."""
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        seen: list[QWidget | None] = []
        while (here := QApplication.focusWidget()) not in seen:
            if here is wanted:
                return
            seen.append(here)
            strike(key)
    raise TourFailed(f"the arrows do not come to {named(wanted)}")
