"""Late work on the case that is open: whoever has the case now reads it; what becomes of it a supervisor decides."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from gridclient.store import lists
from gridclient.store.cache import Changes
from gridclient.store.late import Late, late_about
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.case.session import CaseFile
from gridclient.ui.desk import Desk
from gridclient.ui.fields import kind_text
from gridclient.ui.review.late import facts_of, lay_fields
from gridclient.ui.widgets import Banner, primary_button, text_label
from gridclient.ui.widgets.sheets import Sheet


class LateBand(Banner):
    """Says that there is some, and opens it to be read; hidden while there is none."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__()
        self._desk, self._over = desk, over
        self._records: list[str] = []
        self._works: list[Late] = []
        self._names: Mapping[str, str] = {}
        self.hide()
        self.action_wanted.connect(self._open)
        desk.changed.connect(self._changed)

    def show_for(self, file: CaseFile) -> None:
        """From now on tells of the case and the person of this file."""
        about = (file.case, file.resident, file.ident, file.care)
        self._records = [record.id for record in about if record is not None]
        self._desk.start(self._read())

    async def _read(self) -> None:
        records, mine = self._records, self._desk.actor.worker_id
        found = await self._desk.read(lambda c: late_about(c, records))
        self._names = await self._desk.read(lists.worker_names)
        if records is not self._records:
            return
        self._works = [late for late in found if late.by != mine]
        self._say()

    def _say(self) -> None:
        names = dict.fromkeys(self._names.get(late.by) or tr("another worker") for late in self._works)
        text = tr("Written by {names}. It changes nothing here until a supervisor decides.", names=tr(", ").join(names))
        self.say("info", tr("Late work on this case"), text, tr("Read it"), "hourglass")
        self.setVisible(bool(self._works))

    def _changed(self, changes: Changes) -> None:
        if "review" in changes.areas and self._records:
            self._desk.start(self._read())

    def _open(self) -> None:
        LateReadSheet(self._desk, self._works, self._names, self._over).open()


class LateReadSheet(Sheet):
    """Every piece of it, with what its author saw and how the record is now."""

    def __init__(self, desk: Desk, works: Sequence[Late], names: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(
            tr("Late work"),
            tr("It came when its author had no duty over the record any more, or the case had moved on."),
            parent,
        )
        self.resize(720, 460)
        content = QWidget()
        theme.set_role(content, "plain")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(10)
        for work in works:
            column.addWidget(text_label(f"{work.title} · {kind_text(work.kind)}", "heading", wrap=True))
            column.addWidget(text_label(facts_of(work, names, desk.now()), "muted", wrap=True))
            if work.why:
                column.addWidget(text_label(tr("Reason given: {reason}", reason=work.why), "strong", wrap=True))
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            lay_fields(grid, work)
            column.addLayout(grid)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(tr("Late work"))
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(content)
        self.body.addWidget(area, 1)
        self.buttons.addStretch(1)
        close = primary_button(tr("Close"))
        close.clicked.connect(self.accept)
        close.setDefault(True)
        self.buttons.addWidget(close)
