"""Lists of two-line rows: one that stays quick with a million of them, and short ones that are there at once.

The long one is a table with one column and no headings: a `QListView` lays every row out again whenever one of them
changes, which takes a second where there are a million; a table only multiplies.
"""

from collections.abc import Iterable, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QItemSelectionRange, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QListWidget, QListWidgetItem, QTableView, QWidget

from gridclient.ui import theme
from gridclient.ui.widgets.rows import ROW_LOOK, RowLook, TwoLineDelegate


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


class ShortList(QListWidget):
    """A few rows that are shown together."""

    def __init__(self, parent: QWidget | None = None, narrow: bool = False) -> None:
        super().__init__(parent)
        self.setItemDelegate(TwoLineDelegate(self, narrow))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_rows(self, looks: Iterable[RowLook], current: int = -1) -> None:
        """Shows these rows with one of them chosen, without telling that it was."""
        self.blockSignals(True)
        self.clear()
        for look in looks:
            item = QListWidgetItem(self)
            item.setData(ROW_LOOK, look)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, look.spoken)
        self.setCurrentRow(current)
        self.blockSignals(False)


class CardList(ShortList):
    """A short list in a card, as high as its rows up to four; without any it takes no room."""

    record_opened = Signal(str)  # record id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, narrow=True)
        self.records: list[str] = []
        self.itemActivated.connect(self._open)
        self.itemClicked.connect(self._open)

    def show_records(self, rows: Sequence[tuple[str, RowLook]]) -> None:
        """Shows records, each by its id and its look."""
        self.records = [record for record, _ in rows]
        self.show_rows(look for _, look in rows)
        self.setVisible(bool(rows))
        self.setMinimumHeight(min(len(rows), 4) * theme.row_height())

    def _open(self, item: QListWidgetItem) -> None:
        self.record_opened.emit(self.records[self.row(item)])
