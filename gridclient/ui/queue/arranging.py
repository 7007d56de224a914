"""The menus of a queue: what it is sorted and grouped by, and the views that were saved of it."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from gridclient.store.arranging import Group, Sort
from gridclient.store.views import Arrangement, View
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.queue.words import group_text, sort_text


class OrderMenu(QMenu):
    """Sort, direction and groups, the present ones ticked."""

    arranged = Signal(object)  # Arrangement

    def show_arrangement(self, now: Arrangement) -> None:
        """Ticks what is chosen now."""
        self.clear()
        self.addAction(tr("Sort by")).setEnabled(False)
        self._one_of([(sort_text(sort), replace(now, sort=sort), sort is now.sort) for sort in Sort])
        self.addSeparator()
        self._one_of([
            (tr("Ascending"), replace(now, descending=False), not now.descending),
            (tr("Descending"), replace(now, descending=True), now.descending),
        ])  # fmt: skip
        self.addAction(tr("Group")).setEnabled(False)
        self._one_of([(group_text(group), replace(now, group=group), group is now.group) for group in Group])

    def _one_of(self, choices: list[tuple[str, Arrangement, bool]]) -> None:
        group = QActionGroup(self)
        for words, arrangement, is_now in choices:
            action = self.addAction(f"{words}　✓" if is_now else words)
            action.setCheckable(True)
            action.setChecked(is_now)
            action.setData(arrangement)
            action.triggered.connect(self._chosen)
            group.addAction(action)

    def _chosen(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.arranged.emit(action.data())


class ViewMenu(QMenu):
    """The saved views of a list, and what can be done with the one that is shown."""

    chosen = Signal(object)  # View
    save_wanted = Signal()
    rename_wanted = Signal(object)  # View
    delete_wanted = Signal(object)  # View

    def show_views(self, views: list[View], current: View | None) -> None:
        """Shows these; `current` is the one whose arrangement the list has now."""
        self.clear()
        for view in views:
            is_now = view == current
            self._add(f"{view.name}　✓" if is_now else view.name, "list").setData(view)
        for action in self.actions():
            action.triggered.connect(self._chosen)
        if not views:
            self._add(tr("No saved views yet"), "info").setEnabled(False)
        self.addSeparator()
        self._add(tr("Save this view…"), "save").triggered.connect(self.save_wanted)
        if current is not None:
            for words, icon, signal in (
                (tr("Rename “{name}”…", name=current.name), "pencil", self.rename_wanted),
                (tr("Delete “{name}”", name=current.name), "trash-2", self.delete_wanted),
            ):
                action = self._add(words, icon)
                action.setData((signal, current))
                action.triggered.connect(self._ask)

    def _add(self, words: str, icon: str) -> QAction:
        action = self.addAction(words)
        theme.set_icon(action, icon)
        return action

    def _chosen(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.chosen.emit(action.data())

    def _ask(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        signal, view = action.data()
        signal.emit(view)


def pop_up(menu: QMenu, button: QToolButton) -> None:
    """Opens a menu under its button, with the first entry that can be taken ready for the keyboard."""
    menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))
    entries = (action for action in menu.actions() if action.isEnabled() and not action.isSeparator())
    menu.setActiveAction(next(entries))
