"""A day's round as a list: a heading above each building, then its doors in the order they are walked."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gridclient.store.rounds import Stand, Visit
from gridclient.text import tr
from gridclient.ui.visits.words import building_text, visit_look
from gridclient.ui.widgets import ROW_LOOK, RowLook

_Index = QModelIndex | QPersistentModelIndex


class RoundModel(QAbstractListModel):
    """The visits of one day."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[RowLook, Visit | None]] = []

    def show(self, visits: Sequence[Visit], today: date) -> None:
        """Shows these visits in their order; a building that is entered twice has two headings."""
        lines = list[tuple[RowLook, Visit | None]]()
        number = 0
        for building, some in groupby(visits, key=building_text):
            doors = list(some)
            done = sum(visit.stand is Stand.DONE for visit in doors)
            told = tr("{n} doors · {done} done", n=len(doors), done=done) if done else tr("{n} doors", n=len(doors))
            lines.append((RowLook(building, told, is_heading=True), None))
            for visit in doors:
                number += 1
                lines.append((visit_look(number, visit, today), visit))
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def visit(self, row: int) -> Visit | None:
        """The visit of a line; None for a heading."""
        return self._lines[row][1] if 0 <= row < len(self._lines) else None

    def visits(self) -> list[Visit]:
        """The visits from top to bottom, without the headings."""
        return [visit for _, visit in self._lines if visit is not None]

    def row_of(self, resident: str, case: str) -> int:
        """The line of a visit that was shown before; the first one to do where it is not there, -1 without any."""
        visits = [(row, visit) for row, (_, visit) in enumerate(self._lines) if visit is not None]
        same = [row for row, visit in visits if (visit.elder.id, visit.case) == (resident, case)]
        to_do = [row for row, visit in visits if visit.stand is not Stand.DONE]
        return next(iter([*same, *to_do, *(row for row, _ in visits)]), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if self.visit(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags  # a heading: the keyboard goes past it
        return super().flags(index)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (ROW_LOOK, Qt.ItemDataRole.AccessibleTextRole):
            return None
        look = self._lines[index.row()][0]
        return look if role == ROW_LOOK else look.spoken
