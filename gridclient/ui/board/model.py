"""The list of the board: cases that are overdue, due today, or urged, with whoever has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gridclient.store.board import Pressing
from gridclient.store.rates import Counted
from gridclient.store.urging import Urge
from gridclient.text import tr
from gridclient.ui.when import due_text, moment_text
from gridclient.ui.widgets import ROW_LOOK, RowLook

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One case of the board."""

    case: str
    worker: str
    look: RowLook


def pressing_row(case: Pressing, urge: Urge | None, now: datetime) -> BoardRow:
    """A case that is overdue or due soon."""
    due, role = due_text(case.due_at, now)
    word, tone = _urged(urge)
    who = case.assignee or tr("nobody")
    return BoardRow(case.id, case.worker, RowLook(case.title, case.place, who, word, tone, due, role))


def counted_row(case: Counted, urge: Urge | None, names: Mapping[str, str], now: datetime) -> BoardRow:
    """A case that made a rate worse."""
    due, role = due_text(case.due_at, now)
    if case.sent_at:
        due, role = tr("done {when}", when=moment_text(case.sent_at, now)), "bad" if case.is_late else "text_2"
    word, tone = _urged(urge)
    who = names.get(case.worker) or case.worker or tr("nobody")
    return BoardRow(case.id, case.worker, RowLook(case.title, case.place, who, word, tone, due, role))


def urged_row(urge: Urge, names: Mapping[str, str], now: datetime) -> BoardRow:
    """A case that was urged, with what was answered."""
    due, role = due_text(urge.due_at, now)
    word, tone = _urged(urge)
    said = tr("{when}: {words}", when=moment_text(urge.at, now), words=urge.text)
    if urge.reply:
        said = tr("Reply: {words}", words=urge.reply)
    who = names.get(urge.assignee) or tr("nobody")
    return BoardRow(urge.case, urge.assignee, RowLook(urge.title, said, who, word, tone, due, role))


def _urged(urge: Urge | None) -> tuple[str, str]:
    if urge is None:
        return "", "neutral"
    return (tr("urged"), "warn") if urge.waits else (tr("replied"), "ok")


class BoardModel(QAbstractListModel):
    """The rows of one part of the board."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[BoardRow] = ()

    def show(self, rows: Sequence[BoardRow]) -> None:
        """Shows these rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, place: int) -> BoardRow | None:
        """The row at a place."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def place_of(self, case: str) -> int:
        """Where a case stands; the first place when it is gone."""
        return next((place for place, row in enumerate(self._rows) if row.case == case), 0)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (ROW_LOOK, Qt.ItemDataRole.AccessibleTextRole):
            return None
        look = self._rows[index.row()].look
        return look if role == ROW_LOOK else look.spoken
