"""A list of two-line rows that stays quick with a million of them.

A table with one column and no headings: a `QListView` lays every row out again whenever one of them changes, which
takes a second where there are a million; a table only multiplies.
"""

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QEvent, QItemSelectionRange, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gridclient.ui import theme
from gridclient.ui.widgets.rows import TwoLineDelegate


class RowList(QTableView):
    """Shows a model whose rows give a `RowLook`; of `many`, several rows can be chosen at once."""

    def __init__(self, parent: QWidget | None = None, narrow: bool = False, many: bool = False) -> None:
        super().__init__(parent)
        self.setItemDelegate(TwoLineDelegate(self, narrow))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(modes.ExtendedSelection if many else modes.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        self._fit_rows()

    def chosen_count(self) -> int:
        """How many rows are chosen, without a look at each of them."""
        return sum(each.height() for each in self._ranges())

    def chosen_rows(self) -> list[int]:
        """The chosen rows from top to bottom."""
        return sorted(row for each in self._ranges() for row in range(each.top(), each.bottom() + 1))

    def _ranges(self) -> Iterable[QItemSelectionRange]:
        return cast("Iterable[QItemSelectionRange]", self.selectionModel().selection())  # a list, which the stub hides

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        match action:
            case QAbstractItemView.CursorAction.MoveHome:
                first = self.model().index(0, 0)
                is_row = bool(self.model().flags(first) & Qt.ItemFlag.ItemIsSelectable)
                return first if is_row else self.model().index(1, 0)  # past the heading of the first group
            case QAbstractItemView.CursorAction.MoveEnd:
                return self.model().index(self.model().rowCount() - 1, 0)
            case _:
                return super().moveCursor(action, modifiers)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit_rows()

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.row_height())
