"""The conflict desk: what two people changed apart, side by side, and a choice for each field.

The value as it was before, mine and theirs, who and when. Nothing is applied before every field is decided; the
choice and the note are recorded, and both sides see them.
"""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gridclient.store import lists
from gridclient.store.cache import Changes
from gridclient.ui import theme
from gridclient.ui.conflicts.decision import Decision
from gridclient.ui.conflicts.list import ConflictList
from gridclient.ui.conflicts.values import read_conflicts
from gridclient.ui.desk import Desk


class ConflictPage(QWidget):
    """The list of conflicts and the one that is being decided."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list = ConflictList(desk.now)
        self.decision = Decision(desk)
        row.addWidget(self.list)
        row.addWidget(self.decision, 1)
        self.decision.again_wanted.connect(self.reload)
        self.list.opened.connect(self.decision.open)
        self.decision.put_off.connect(self.list.go_on)
        self.decision.listen(self)
        desk.changed.connect(self._changed)
        self.retranslate()

    def take_focus(self) -> None:
        """Gives the keyboard to the field being decided, else to the list."""
        if not self.decision.table.take_focus():
            self.list.setFocus()

    def take_back(self) -> bool:
        """Takes the last choice back that was not confirmed yet; False when there is none."""
        return self.decision.table.take_back()

    def undecided(self) -> int:
        """How many conflicts wait for a decision."""
        return self.list.undecided()

    def reload(self) -> None:
        """Reads the conflicts anew."""
        self._desk.start(self._load(), self.decision.say_fault)

    async def _load(self) -> None:
        files = await self._desk.read(read_conflicts)
        self.decision.know(await self._desk.read(lists.worker_names))
        self.list.show_files(files)

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"conflict", "scope"}:
            self.reload()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self.list.retranslate()
        self.decision.retranslate()
        self.reload()
