"""The conflicts at the left: those to decide or those that are resolved, and why there are any."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.conflicts.values import ConflictFile
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import ChipLook, IconLabel, ListPane, RowLook, ShortList, text_label


class ConflictList(ListPane):
    """Shows one of the two lists and says which conflict stands open in it."""

    opened = Signal(object)  # ConflictFile, or None where the list is empty

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        self._list = ShortList()
        super().__init__(self._list, parent=parent)
        self._now = now
        self._files: Sequence[ConflictFile] = ()
        self._shown: Sequence[ConflictFile] = ()
        self.setFixedWidth(theme.px(372))
        self.chips.chosen.connect(self._choose_list)
        self._list.currentRowChanged.connect(self._open_row)
        self.setFocusProxy(self._list)
        self.column.addWidget(self._foot())

    def _foot(self) -> QFrame:
        foot = QFrame()
        theme.set_role(foot, "footer")
        note = QHBoxLayout(foot)
        note.setContentsMargins(20, 12, 20, 12)
        note.addWidget(IconLabel("info"), 0, Qt.AlignmentFlag.AlignTop)
        self._why = text_label("", "small", wrap=True)
        note.addWidget(self._why, 1)
        return foot

    def undecided(self) -> int:
        """How many conflicts wait for a decision."""
        return sum(file.is_open for file in self._files)

    def show_files(self, files: Sequence[ConflictFile]) -> None:
        """Shows these conflicts; the one that was open stays so while it is among them."""
        self._files = files
        self.chips.set_count("open", self.undecided())
        self.chips.set_count("resolved", len(files) - self.undecided())
        self._fill()

    def go_on(self) -> None:
        """Opens the next conflict, after the last one the first."""
        if self._shown:
            self._list.setCurrentRow((self._list.currentRow() + 1) % len(self._shown))

    def _fill(self) -> None:
        place = self._list.currentRow()
        kept = self._shown[place].conflict.id if 0 <= place < len(self._shown) else ""
        wanted_open = self.chips.current() != "resolved"
        self._shown = [file for file in self._files if file.is_open == wanted_open]
        place = next((n for n, file in enumerate(self._shown) if file.conflict.id == kept), 0)
        self._list.show_rows(map(self._look, self._shown), place if self._shown else -1)
        self.opened.emit(self._shown[place] if self._shown else None)

    def _look(self, file: ConflictFile) -> RowLook:
        when = moment_text(file.conflict.text("authored_at"), self._now())
        if file.is_open:
            return RowLook(file.title, file.place, "", tr("{n} in conflict", n=len(file.fields)), "bad", when,
                           chip_icon="git-merge")  # fmt: skip
        return RowLook(file.title, file.place, "", tr("Resolved"), "ok", when, chip_icon="check")

    def _choose_list(self, _chip: str) -> None:
        self._fill()

    def _open_row(self, place: int) -> None:
        if 0 <= place < len(self._shown):
            self.opened.emit(self._shown[place])

    def retranslate(self) -> None:
        """Says the list's words in the active language; its rows are said anew when they are read again."""
        self.title.setText(tr("Conflicts"))
        self.chips.set_chips([ChipLook("open", tr("To decide")), ChipLook("resolved", tr("Resolved"))])
        self._list.setAccessibleName(tr("Conflicts"))
        self._why.setText(tr(
            "A conflict is the same field changed by two people apart. Different fields are merged by themselves. "
            "Until you choose, both values are kept and the platform's is used."
        ))  # fmt: skip
