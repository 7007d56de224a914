"""The two tables of an import: which column of the workbook means what, and which cell is wrong why."""

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gridclient.domain.masking import mask_id_number, mask_phone
from gridclient.domain.roster import Column
from gridclient.store.importing import Judged
from gridclient.store.workbooks import Table
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.fields import field_name

_SAMPLES = 3
_ID_NUMBER = re.compile(r"(?<!\d)\d{14}(?:\d{3}[\dXx]|\d)(?!\d)")
_PHONE = re.compile(r"(?<![\d*])(?:1\d{10}|0\d{2,3}-?\d{7,8}|[3-9]\d{6,7})(?!\d)")
_MOST_FAULTS = 2000  # lines that are shown; nobody mends more than that before the next check


def _masked(sample: str) -> str:
    """A value of a workbook without what identifies a person, whatever its column is taken for."""
    hidden = _ID_NUMBER.sub(lambda found: mask_id_number(found[0]), sample)
    return _PHONE.sub(lambda found: mask_phone(found[0]), hidden)


def column_text(column: Column) -> str:
    """What a column means, in words."""
    match column:
        case Column.SEX:
            return tr("Sex")
        case Column.BIRTH:
            return tr("Date of birth")
        case Column.BUILDING:
            return tr("Building")
        case Column.UNIT:
            return tr("Entrance")
        case Column.ROOM:
            return tr("Room")
        case Column.GRID:
            return tr("Grid")
        case _:
            return field_name(column.value)


class _PlainTable(QTableWidget):
    """A table that is read by rows, with headings and no grid."""

    def __init__(self, columns: int, stretched: int, parent: QWidget | None = None) -> None:
        super().__init__(0, columns, parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(columns):
            stretch = QHeaderView.ResizeMode.Stretch if column == stretched else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, stretch)

    def put(self, row: int, column: int, text: str) -> None:
        """Writes a cell, whole in its tooltip."""
        item = QTableWidgetItem(text)
        item.setToolTip(text)
        self.setItem(row, column, item)


class MeaningTable(_PlainTable):
    """A line for each column of the workbook: its heading, its first values, and a choice of what it means."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(3, 1, parent)
        self.boxes: list[QComboBox] = []

    def show_table(self, table: Table, columns: Mapping[int, Column]) -> None:
        """Shows a workbook with what its columns are taken for."""
        self.boxes = []
        self.setRowCount(0)
        self.setRowCount(len(table.header))
        for place, heading in enumerate(table.header):
            samples = [str(cells[place]) for _, cells in table.rows if place < len(cells) and cells[place] is not None]
            self.put(place, 0, heading)
            self.put(place, 1, tr(", ").join(_masked(sample) for sample in samples[:_SAMPLES]))
            box = QComboBox()
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # again in another language
            box.setProperty("heading", heading)
            self._fill(box, columns.get(place))
            box.activated.connect(self._chosen)
            self.boxes.append(box)
            self.setCellWidget(place, 2, _with_gap(box))
        self.retranslate()

    def columns(self) -> dict[int, Column]:
        """Which column means what; those that are left out are not in it."""
        return {place: Column(meaning) for place, meaning in self.chosen().items() if meaning}

    def chosen(self) -> dict[int, str]:
        """The choice for every column, empty where it is left out."""
        return {place: str(box.currentData() or "") for place, box in enumerate(self.boxes)}

    def choose(self, place: int, meaning: Column | None) -> None:
        """Makes a column mean something; the one that meant it before is left out."""
        for other, box in enumerate(self.boxes):
            if other == place:
                box.setCurrentIndex(box.findData(meaning.value if meaning else ""))
            elif meaning is not None and box.currentData() == meaning.value:
                box.setCurrentIndex(0)
        self.changed.emit()

    def _chosen(self) -> None:
        box = self.sender()
        assert isinstance(box, QComboBox)
        said = str(box.currentData() or "")
        self.choose(self.boxes.index(box), Column(said) if said else None)

    def _fill(self, box: QComboBox, chosen: Column | None) -> None:
        box.clear()
        box.addItem(tr("left out"), "")
        for column in Column:
            box.addItem(column_text(column), column.value)
        box.setCurrentIndex(box.findData(chosen.value if chosen else ""))

    def retranslate(self) -> None:
        """Says the headings and the meanings in the active language."""
        self.setAccessibleName(tr("What the columns mean"))
        self.setHorizontalHeaderLabels([tr("Column"), tr("First values"), tr("Means")])
        self.verticalHeader().setDefaultSectionSize(theme.control_height() + theme.px(10))
        for box in self.boxes:
            said = str(box.currentData() or "")
            self._fill(box, Column(said) if said else None)
            box.setAccessibleName(tr("{heading} means", heading=str(box.property("heading"))))


def _with_gap(box: QComboBox) -> QWidget:
    host = QWidget()
    row = QVBoxLayout(host)
    row.setContentsMargins(0, 4, 0, 4)
    row.addWidget(box)
    return host


class FaultTable(_PlainTable):
    """A line for each cell that is wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(3, 2, parent)
        self.retranslate()

    def show_faults(self, judged: Sequence[Judged]) -> None:
        """Shows the faults of the rows that were refused."""
        faults = [(each.row, fault) for each in judged for fault in each.faults][:_MOST_FAULTS]
        self.setRowCount(len(faults))
        self.verticalHeader().setDefaultSectionSize(theme.control_height())
        for place, (row, fault) in enumerate(faults):
            for column, text in enumerate((str(row), column_text(fault.column), fault.text)):
                self.put(place, column, text)

    def retranslate(self) -> None:
        """Says the headings in the active language."""
        self.setAccessibleName(tr("Faults by row and column"))
        self.setHorizontalHeaderLabels([tr("Row"), tr("Column"), tr("What is wrong")])
