"""The cases that wait for review, as a list with its filters, and the ways to decide many or late work at once."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gridclient.store.reviews import ReviewRow
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import ROW_LOOK, ChipLook, ChipRow, RowLook, TwoLineDelegate, compact_button, text_label

LISTS = ("all", "same", "changed", "again")


class WaitingList(QWidget):
    """Title, filters, two buttons, and the rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "pane")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 1, 0)
        column.setSpacing(0)
        self._title = text_label("", "title")
        self._title.setContentsMargins(20, 0, 0, 12)
        column.addWidget(self._title)
        self.chips = ChipRow()
        line = QHBoxLayout()
        line.setContentsMargins(20, 0, 8, 12)
        line.addWidget(self.chips)
        column.addLayout(line)
        self.together, self.late = compact_button("", "list-checks"), compact_button("", "history")
        beside = QHBoxLayout()
        beside.setContentsMargins(20, 0, 8, 8)
        for button in (self.together, self.late):
            button.hide()
            beside.addWidget(button)
        beside.addStretch(1)
        column.addLayout(beside)
        self.rows = QListWidget()
        self.rows.setItemDelegate(TwoLineDelegate(self.rows))
        column.addWidget(self.rows, 1)

    def show_rows(self, looks: Sequence[RowLook], place: int) -> None:
        """Shows these rows with one of them chosen, without telling that it was."""
        self.rows.blockSignals(True)
        self.rows.clear()
        for look in looks:
            item = QListWidgetItem()
            item.setData(ROW_LOOK, look)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, look.spoken)
            self.rows.addItem(item)
        self.rows.setCurrentRow(place)
        self.rows.blockSignals(False)

    def retranslate(self) -> None:
        """Says the list's words in the active language."""
        self._title.setText(tr("Review"))
        self.rows.setAccessibleName(tr("Cases to review"))
        names = {"all": tr("All"), "same": tr("Same"), "changed": tr("Different"), "again": tr("Again")}
        self.chips.set_chips([ChipLook(chip, names[chip]) for chip in LISTS])


def of_list(rows: Sequence[ReviewRow], chip: str) -> list[ReviewRow]:
    """The rows that a filter leaves."""
    match chip:
        case "same":
            return [row for row in rows if row.changes == 0]
        case "changed":
            return [row for row in rows if row.changes]
        case "again":
            return [row for row in rows if row.again]
        case _:
            return list(rows)


def row_look(row: ReviewRow, kind: str, by: str, now: datetime) -> RowLook:
    """A case as the list shows it: what it is, who sent it when, and how much differs."""
    if row.again:
        chip, tone, icon = tr("Submitted again"), "warn", "undo-2"
    elif row.changes:
        chip, tone, icon = tr("{n} changed", n=row.changes), "warn", "diff"
    elif row.changes == 0:
        chip, tone, icon = tr("Nothing changed"), "ok", "equal"
    else:
        chip, tone, icon = tr("First time"), "neutral", ""
    detail = " · ".join(part for part in (kind, by) if part)
    return RowLook(row.title, detail, "", chip, tone, moment_text(row.submitted_at, now), chip_icon=icon)
