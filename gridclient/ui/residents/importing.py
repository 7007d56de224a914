"""Takes a roster from Excel: which column means what, what would happen, then row by row with the bar beside it.

Nothing is written before a person has seen the dry run. An import that is stopped, or whose program ends, goes on
where it was when the same workbook is opened again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy.engine import Connection

from gridclient.domain.roster import Line, Reading, guess, missing, read_lines
from gridclient.domain.zone import ZONE
from gridclient.errors import GridError
from gridclient.store import importing, lists, workbooks
from gridclient.store.cache import Changes, Transaction
from gridclient.store.importing import Fate, Imported, Judged, Known, Progress
from gridclient.store.lists import Cell
from gridclient.store.undo import Done
from gridclient.store.workbooks import Table
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.residents.roster_tables import FaultTable, MeaningTable, column_text
from gridclient.ui.widgets import (
    Banner,
    Card,
    ElidedLabel,
    EmptyState,
    Foot,
    KeyCap,
    ProgressBar,
    outlined_button,
    primary_button,
    text_label,
)

_AT_ONCE = 20  # rows between two looks at the bar; each is a transaction of its own


@dataclass(frozen=True, slots=True)
class _Opened:
    """A workbook with what this PC knows about reading it."""

    name: str
    table: Table
    cells: list[Cell]
    grids: dict[str, str]
    remembered: dict[str, str]
    progress: Progress


@dataclass(frozen=True, slots=True)
class _Checked:
    """The dry run: every row with its fate, and what it was judged by."""

    lines: list[Line]
    known: Known
    judged: list[Judged]

    def count(self, fate: Fate) -> int:
        """How many rows have this fate."""
        return sum(each.fate is fate for each in self.judged)


class ImportPage(QWidget):
    """One roster on its way into the files."""

    left = Signal()
    finished = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._opened: _Opened | None = None
        self._checked: _Checked | None = None
        self._running = self._stopping = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inside = QVBoxLayout()
        inside.setContentsMargins(20, 16, 20, 12)
        inside.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._title, self._file = text_label("", "title"), ElidedLabel(role="muted")
        self.choose = outlined_button("", "file-spreadsheet")
        self.choose.clicked.connect(self._choose)
        head.addWidget(self._title)
        head.addWidget(self._file, 1)
        head.addWidget(self.choose)
        inside.addLayout(head)
        self.banner = Banner("info")
        self.banner.hide()
        inside.addWidget(self.banner)
        self._empty = EmptyState(icon="file-spreadsheet")
        self._empty.action_wanted.connect(self._choose)
        self._body = QStackedWidget()
        self._body.addWidget(self._empty)
        self._body.addWidget(self._tables())
        inside.addWidget(self._body, 1)
        column.addLayout(inside, 1)
        column.addWidget(self._footer())
        for keys, act in (("Ctrl+Return", self._primary_clicked), ("Esc", self._leave)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)
        self.retranslate()

    def _tables(self) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._meanings, self._faults = Card(), Card()
        self.meanings = MeaningTable()
        self.meanings.changed.connect(self._meaning_changed)
        self._meanings.body.addWidget(self.meanings, 1)
        grid_line = QHBoxLayout()
        grid_line.setSpacing(8)
        self._grid_label, self.grid = text_label("", "label"), QComboBox()
        self.grid.activated.connect(self._meaning_changed)
        grid_line.addWidget(self._grid_label)
        grid_line.addWidget(self.grid, 1)
        self._meanings.body.addLayout(grid_line)
        self.faults = FaultTable()
        self._no_faults = EmptyState(icon="list-checks")
        self._result = QStackedWidget()
        self._result.addWidget(self._no_faults)
        self._result.addWidget(self.faults)
        self._faults.body.addWidget(self._result, 1)
        row.addWidget(self._meanings, 1)
        row.addWidget(self._faults, 1)
        return whole

    def _footer(self) -> Foot:
        foot = Foot()
        self.bar = ProgressBar()
        self.bar.hide()
        self._said = text_label("", "small")
        self.stop = outlined_button("", "pause")
        self.stop.clicked.connect(self._stop)
        self.back = outlined_button("")
        self.back.clicked.connect(self._leave)
        self.primary = primary_button("")
        self.primary.clicked.connect(self._primary_clicked)
        foot.line.addWidget(self.bar, 1)
        foot.line.addWidget(self._said)
        foot.line.addStretch(1)
        self._key = KeyCap("Ctrl+Enter")
        for widget in (self.stop, self.back, self._key, self.primary):
            foot.line.addWidget(widget)
        return foot

    # --- the workbook --------------------------------------------------------------------------------------

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("Choose a roster"), "", tr("Excel workbooks (*.xlsx)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._file_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _file_chosen(self, path: str) -> None:
        self._desk.start(self.open(Path(path)))

    async def open(self, path: Path) -> None:
        """Reads a workbook and proposes what its columns mean."""
        if self._running:
            return

        def read(connection: Connection) -> _Opened:
            table = workbooks.read_table(path)
            return _Opened(
                path.name, table, lists.cells(connection), importing.grids_by_name(connection),
                importing.remembered_columns(connection), importing.progress_of(connection, table.digest),
            )  # fmt: skip

        try:
            self._opened = await self._desk.read_long(read)
        except (GridError, OSError) as fault:
            self._opened = self._checked = None
            self._say("bad", tr("This workbook was not opened"), str(fault))
            self._show_standing()
            return
        opened = self._opened
        self.grid.clear()
        for cell in opened.cells:
            self.grid.addItem(cell.name or cell.code, cell.code)
        self.meanings.show_table(opened.table, guess(opened.table.header, opened.remembered))
        self._meaning_changed()
        if opened.progress.row:
            self._say("info", tr("This workbook was imported up to row {n}", n=opened.progress.row),
                      tr("It goes on after that row; nobody is taken twice."))  # fmt: skip
        (self.primary if not missing(self.meanings.columns().values()) else self.meanings).setFocus()

    def _meaning_changed(self) -> None:
        self._checked = None
        self.banner.hide()
        self._show_standing()

    # --- the dry run ---------------------------------------------------------------------------------------

    async def check(self) -> None:
        """Says of every row what would become of it; writes only what the columns were chosen to mean."""
        opened, columns = self._opened, self.meanings.columns()
        if opened is None or self._running:
            return
        if lacking := missing(columns.values()):
            names = tr(", ").join(column_text(column) for column in lacking)
            self._say("warn", tr("Still to choose: {names}", names=names),
                      tr("Without these nobody can be filed. Choose the columns on the left."))  # fmt: skip
            return
        today = self._desk.now().astimezone(ZONE).date()
        reading = Reading(columns, opened.grids, str(self.grid.currentData() or ""), today)
        chosen = {opened.table.header[place]: column for place, column in self.meanings.chosen().items()}

        def judge(connection: Connection) -> _Checked:
            lines = [line for line in read_lines(opened.table.rows, reading) if line.row > opened.progress.row]
            known = importing.survey(connection, lines)
            return _Checked(lines, known, [importing.judge_line(connection, known, line) for line in lines])

        self._busy(True)
        try:
            await self._desk.write(lambda tx: importing.remember_columns(tx, chosen))
            self._checked = await self._desk.read_long(judge)
        finally:
            self._busy(False)
        self._tell_checked(self._checked)

    def _tell_checked(self, checked: _Checked) -> None:
        refused = checked.count(Fate.REFUSED)
        said = _counts_text({fate: checked.count(fate) for fate in Fate})
        if refused:
            self._say("warn", said, tr("Refused rows are left out; mend them in the workbook and import it again."))
        else:
            self._say("ok", said, tr("Nothing was written yet."))
        self.faults.show_faults(checked.judged)
        self._show_standing()

    # --- the import ----------------------------------------------------------------------------------------

    async def take(self) -> None:
        """Takes row after row; each is on the disk before the next one begins."""
        opened, checked = self._opened, self._checked
        if opened is None or checked is None or self._running:
            return
        parts = list[Done]()
        self._busy(True)
        try:
            for start in range(0, len(checked.lines), _AT_ONCE):
                if self._stopping:
                    break
                lines = checked.lines[start : start + _AT_ONCE]
                part, refusals = await self._take_some(checked, lines, opened.table.digest)
                parts.append(part)
                if refusals[-1] is not None:
                    raise refusals[-1]
                done = min(start + _AT_ONCE, len(checked.lines))
                self.bar.set_share(done / len(checked.lines))
                self._said.setText(tr("{n} of {all} rows", n=done, all=len(checked.lines)))
        finally:
            self._busy(False)
            await self._tell_taken(opened, [part for part in parts if part.first <= part.last])

    async def _take_some(
        self, checked: _Checked, lines: Sequence[Line], digest: str
    ) -> tuple[Done, list[GridError | None]]:
        actor = self._desk.actor

        def of(line: Line) -> Callable[[Transaction], Changes]:
            return lambda tx: importing.take_line(tx, checked.known, line, digest, actor)[1]

        return await self._desk.write_each([of(line) for line in lines], is_part=True)

    async def _tell_taken(self, opened: _Opened, parts: Sequence[Done]) -> None:
        digest, before = opened.table.digest, opened.progress
        progress = await self._desk.read(lambda c: importing.progress_of(c, digest))
        self._desk.did(Imported(digest, before, _taken(progress) - _taken(before), tuple(parts)))
        said = _counts_text({fate: progress.counts.get(fate.value, 0) for fate in Fate})
        if self._stopping:
            self._checked = None
            self._opened = None
            self._say("info", tr("Stopped after row {n}", n=progress.row),
                      tr("Open the same workbook again to go on."))  # fmt: skip
            self._show_standing()
            return
        self._opened = self._checked = None
        self._say("ok", tr("Imported: {counts}", counts=said), tr("It is uploaded as the platform can be reached."))
        self._show_standing()
        self.finished.emit()

    # --- showing -------------------------------------------------------------------------------------------

    def _busy(self, running: bool) -> None:
        self._running = running
        self._show_standing()

    def _show_standing(self) -> None:
        opened, checked = self._opened, self._checked
        self._body.setCurrentIndex(0 if opened is None else 1)
        self._file.set_text(
            "" if opened is None
            else tr("{name}, {n} rows", name=opened.name, n=len(opened.table.rows))
        )  # fmt: skip
        self.choose.setVisible(opened is not None and not self._running)
        self.meanings.setEnabled(not self._running)
        self.grid.setEnabled(not self._running)
        self.bar.setVisible(self._running and checked is not None)
        self._said.setVisible(self._running)
        self.stop.setVisible(self._running and checked is not None)
        self.back.setVisible(not self._running)
        takes = 0 if checked is None else len(checked.lines) - checked.count(Fate.REFUSED)
        self.primary.setVisible(opened is not None and (checked is None or takes > 0))
        self._key.setVisible(self.primary.isVisibleTo(self))
        self.primary.setEnabled(not self._running)
        self.primary.setText(tr("Check") if checked is None else tr("Import {n} rows", n=takes))
        if self._running and checked is None:
            self._said.setText(tr("Checking"))
        refused = 0 if checked is None else checked.count(Fate.REFUSED)
        self._result.setCurrentWidget(self.faults if refused else self._no_faults)
        self._faults.set_title(tr("Faults by row and column") if refused else tr("Dry run"))
        if checked is None:
            self._no_faults.say(tr("Not checked yet"), tr("The check writes nothing and says what would happen."),
                                icon="list-checks")  # fmt: skip
        else:
            self._no_faults.say(tr("No faults"), tr("Every row can be taken."), icon="circle-check")

    def _say(self, kind: str, title: str, text: str) -> None:
        self.banner.say(kind, title, text)
        self.banner.show()

    # --- acting --------------------------------------------------------------------------------------------

    def _primary_clicked(self) -> None:
        if self._opened is not None and not self._running:
            self._stopping = False
            self._desk.start(self.check() if self._checked is None else self.take())

    def _stop(self) -> None:
        self._stopping = True

    def _leave(self) -> None:
        if not self._running:
            self.left.emit()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._title.setText(tr("Import residents"))
        self.choose.setText(tr("Another workbook"))
        self._empty.say(
            tr("A roster from Excel"),
            tr("One row for each person, headings above. You see what would happen before anything is written."),
            tr("Choose a workbook"), "file-spreadsheet",
        )  # fmt: skip
        self._meanings.set_title(tr("What the columns mean"))
        self._grid_label.setText(tr("Grid of rows that name none"))
        self.grid.setAccessibleName(self._grid_label.text())
        self.stop.setText(tr("Stop"))
        self.back.setText(tr("Back"))
        self.bar.setAccessibleName(tr("Progress of the import"))
        self.meanings.retranslate()
        self.faults.retranslate()
        self._show_standing()
        if self._checked is not None:
            self._desk.start(self.check())  # its verdict is said in words


def _counts_text(counts: dict[Fate, int]) -> str:
    return tr("New: {new}, changed: {changed}, as before: {same}, refused: {refused}",
              new=counts[Fate.NEW], changed=counts[Fate.CHANGED], same=counts[Fate.SAME],
              refused=counts[Fate.REFUSED])  # fmt: skip


def _taken(progress: Progress) -> int:
    return sum(n for fate, n in progress.counts.items() if fate in (Fate.NEW, Fate.CHANGED))
