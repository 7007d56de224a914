"""The fields of a conflict, one below the other: the keys act on the active one, and a choice can be taken back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.domain.record import Value
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.conflicts.field_row import FieldRow, Side
from gridclient.ui.conflicts.values import ConflictFile
from gridclient.ui.conflicts.whose import Heads, Reader
from gridclient.ui.widgets import KeyCap, compact_button, text_label
from gridclient.ui.widgets.layouts import clear


class FieldTable(QFrame):
    """Shows the fields of one conflict and keeps what was chosen for each."""

    chosen = Signal()  # for some field, or taken back

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "card")
        self.rows: list[FieldRow] = []
        self._active: FieldRow | None = None
        self._is_open = False
        self._done: list[tuple[FieldRow, Side | None]] = []  # choices before the last ones, to take back
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        self._heads = Heads()
        column.addWidget(self._heads)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column.addLayout(self._rows)
        self._whole = QWidget()
        whole = QHBoxLayout(self._whole)
        whole.setContentsMargins(20, 10, 20, 12)
        whole.setSpacing(8)
        self._whole_label = text_label("", "small")
        self._all_mine, self._all_theirs = compact_button(""), compact_button("")
        self._all_mine.clicked.connect(self.take_all_mine)
        self._all_theirs.clicked.connect(self.take_all_theirs)
        self._back_label = text_label("", "small")
        whole.addWidget(self._whole_label)
        for button, keys in ((self._all_mine, "Shift+1"), (self._all_theirs, "Shift+2")):
            whole.addWidget(button)
            whole.addWidget(KeyCap(keys))
        whole.addStretch(1)
        whole.addWidget(self._back_label)
        whole.addWidget(KeyCap("Ctrl+Z"))
        column.addWidget(self._whole)

    def show_file(self, file: ConflictFile | None, reader: Reader) -> None:
        """Shows the fields of a conflict; one that is resolved cannot be decided any more."""
        clear(self._rows)
        self.rows, self._active, self._done = [], None, []
        self._is_open = file is not None and file.is_open
        self._whole.setVisible(self._is_open)
        if file is None:
            return
        self._heads.show_file(file, reader)
        mine = reader.who_and_when(file.conflict.text("by"), file.conflict.text("authored_at"))
        for sides in file.fields:
            row = FieldRow(sides, mine, reader.who_and_when(sides.their_by, sides.their_at))
            row.chosen.connect(self._row_chosen)
            self._rows.addWidget(row)
            self.rows.append(row)
            if not file.is_open:
                row.show_decided(file.choices.get(sides.name))
        if file.is_open and self.rows:
            self.activate(self.rows[0])

    def row_of(self, field: str) -> FieldRow:
        """The row of a field, which must be in conflict."""
        return next(row for row in self.rows if row.sides.name == field)

    def undecided(self) -> list[FieldRow]:
        """The fields that nothing is chosen for yet."""
        return [row for row in self.rows if not row.is_decided]

    def choices(self) -> dict[str, Value]:
        """The chosen values by field."""
        return {row.sides.name: row.value for row in self.rows}

    def take_focus(self) -> bool:
        """Gives the keyboard to the field being decided; False when there is none."""
        if self._active is not None:
            self.activate(self._active)
        return self._active is not None

    def activate(self, row: FieldRow) -> None:
        """Makes this the field that the keys act on."""
        for each in self.rows:
            each.set_active(each is row)
        self._active = row
        if row.side != "other" and self.isVisible():
            (row.theirs if row.side == "theirs" else row.mine).setFocus(Qt.FocusReason.OtherFocusReason)

    def move_up(self) -> None:
        """Makes the field above active."""
        self._move(-1)

    def move_down(self) -> None:
        """Makes the field below active."""
        self._move(1)

    def _move(self, by: int) -> None:
        if self._active is not None:
            place = self.rows.index(self._active) + by
            self.activate(self.rows[min(max(place, 0), len(self.rows) - 1)])

    # --- choosing ------------------------------------------------------------------------------------------

    def take_mine(self) -> None:
        """Chooses my value for the active field."""
        self._take_active("mine")

    def take_theirs(self) -> None:
        """Chooses the platform's value for the active field."""
        self._take_active("theirs")

    def take_both(self) -> None:
        """Chooses both values for the active field, where it holds a list."""
        if self._active is not None and isinstance(self._active.sides.mine, list):
            self._take_active("both")

    def take_base(self) -> None:
        """Keeps the value before for the active field."""
        self._take_active("base")

    def take_other(self) -> None:
        """Lets another value be typed for the active field."""
        self._take_active("other")

    def take_all_mine(self) -> None:
        """Chooses my values for all fields."""
        self._take_all("mine")

    def take_all_theirs(self) -> None:
        """Chooses the platform's values for all fields."""
        self._take_all("theirs")

    def take_back(self) -> bool:
        """Takes the last choice back; False when there is none."""
        if not self._done:
            return False
        row, side = self._done.pop()
        row.choose(side)
        self.activate(row)
        self.chosen.emit()
        return True

    def _row_chosen(self, row: object, side: str) -> None:
        assert isinstance(row, FieldRow)
        match side:
            case "mine" | "theirs" | "both" | "base" | "other":
                self._take(row, side)
            case _:
                raise ValueError(side)

    def _take_active(self, side: Side) -> None:
        if self._active is not None and self._is_open:
            self._take(self._active, side)

    def _take_all(self, side: Side) -> None:
        if self._is_open:
            for row in self.rows:
                self._take(row, side)

    def _take(self, row: FieldRow, side: Side) -> None:
        self._done.append((row, row.side))
        row.choose(side)
        following = next(iter(self.undecided()), None)
        self.activate(row if side == "other" else following or row)
        self.chosen.emit()

    def retranslate(self) -> None:
        """Says the table's own words in the active language; the fields are said anew when they are shown."""
        self._whole_label.setText(tr("Whole record"))
        self._all_mine.setText(tr("Take all of mine"))
        self._all_theirs.setText(tr("Take all of the platform's"))
        self._back_label.setText(tr("Chosen wrongly? Take it back:"))
