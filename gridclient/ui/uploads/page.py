"""The list of outcomes: everything this worker ever changed and what became of it. Nothing vanishes silently."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from gridclient.protocol.messages import Problem
from gridclient.protocol.problems import ProblemType, kind_of
from gridclient.store import outbox
from gridclient.store.cache import Changes
from gridclient.store.outbox import OutcomeRow
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.fields import kind_text, what_text
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import (
    ROW_LOOK,
    ChipLook,
    ChipRow,
    EmptyState,
    RowLook,
    TwoLineDelegate,
    primary_button,
    text_label,
)

_STATUSES = ("", "pending", "wait", "conflict", "review", "rejected", "applied")
_TONES = {"pending": "neutral", "wait": "neutral", "conflict": "bad", "review": "warn", "rejected": "warn",
          "applied": "ok"}  # fmt: skip
_ICONS = {"pending": "cloud-upload", "wait": "hourglass", "conflict": "git-merge", "review": "list-checks",
          "rejected": "circle-x", "applied": "check"}  # fmt: skip


def status_text(status: str) -> str:
    """The state of an edit in words."""
    match status:
        case "pending":
            return tr("To upload")
        case "wait":
            return tr("Waiting")
        case "conflict":
            return tr("Conflict")
        case "review":
            return tr("In review")
        case "rejected":
            return tr("Refused")
        case "applied":
            return tr("Applied")
        case _:
            return tr("All")


def problem_text(problem: Problem) -> str:
    """Why the platform did not simply apply an edit, in the worker's words."""
    match kind_of(problem):
        case ProblemType.CONFLICT:
            return tr("Somebody changed the same field; both values are kept. Choose under Conflicts.")
        case ProblemType.LATE:
            return tr("The record is no longer yours; your work is kept and a supervisor looks at it.")
        case ProblemType.NEWER_STATE:
            return tr("The case had moved on; your work is kept and a supervisor looks at it.")
        case ProblemType.DELETED:
            return tr("The record was deleted meanwhile; your work is kept and a supervisor looks at it.")
        case ProblemType.OTHER_PACK:
            return tr("The case runs on another version of its forms; a supervisor looks at your work.")
        case ProblemType.NOT_ALLOWED:
            return tr("Your role does not allow this change.")
        case ProblemType.UNKNOWN_RECORD:
            return tr("The platform does not know this record.")
        case ProblemType.DEPENDENCY:
            return tr("A change that this one builds on was refused.")
        case ProblemType.UPGRADE:
            return tr("The platform needs a newer version of this program.")
        case _:
            return f"{problem.title} {problem.detail}".strip()


class UploadsPage(QWidget):
    """Outcomes, newest first, with chips that count and filter them."""

    sync_wanted = Signal()
    conflict_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "surface")
        self._desk = desk
        self._status = ""
        self._rows: list[OutcomeRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(20, 0, 20, 0)
        self._title = text_label("", "title")
        self._who = text_label("", "muted")
        self.sync_now = primary_button("", "refresh-cw")
        self.sync_now.clicked.connect(self.sync_wanted)
        head.addWidget(self._title)
        head.addWidget(self._who)
        head.addStretch(1)
        head.addWidget(self.sync_now)
        column.addLayout(head)
        chip_line = QHBoxLayout()
        chip_line.setContentsMargins(20, 0, 20, 0)
        self._chips = ChipRow()
        self._chips.chosen.connect(self._choose)
        chip_line.addWidget(self._chips)
        column.addLayout(chip_line)
        self.list = QListWidget()
        self.list.setItemDelegate(TwoLineDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.itemActivated.connect(self._activated)
        self._empty = EmptyState()
        self._body = QStackedWidget()
        self._body.addWidget(self.list)
        self._body.addWidget(self._empty)
        column.addWidget(self._body, 1)
        self._promise = text_label("", "muted")
        self._promise.setContentsMargins(20, 8, 20, 12)
        column.addWidget(self._promise)
        desk.changed.connect(self._changed)
        self.retranslate()
        self.reload()

    def reload(self) -> None:
        """Reads the outcomes anew."""
        self._desk.start(self._load())

    async def _load(self) -> None:
        self._rows = await self._desk.read(lambda c: outbox.outcome_rows(c, self._status))
        counted = await self._desk.read(outbox.outcome_counts)
        for status in _STATUSES:
            self._chips.set_count(status, counted.get(status, 0) if status else sum(counted.values()))
        self.list.clear()
        for row in self._rows:
            look, item = self._look(row), QListWidgetItem()
            item.setData(ROW_LOOK, look)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, look.spoken)
            item.setToolTip(look.subtitle)
            self.list.addItem(item)
        self._body.setCurrentWidget(self.list if self._rows else self._empty)

    def _look(self, row: OutcomeRow) -> RowLook:
        resolved = row.status == "conflict" and not row.conflict_open
        status = tr("Resolved") if resolved else status_text(row.status)
        why = problem_text(row.problem) if row.problem is not None and not resolved else ""
        what = f"{what_text(row.what)} · {kind_text(row.kind)}"
        return RowLook(
            f"{row.title} · {what}" if row.title else what, why or row.place, "", status,
            "ok" if resolved else _TONES.get(row.status, "neutral"),
            moment_text(row.decided_at or row.authored_at, self._desk.now()), "text_2",
            chip_icon="check" if resolved else _ICONS.get(row.status, ""),
        )  # fmt: skip

    def _choose(self, status: str) -> None:
        self._status = status
        self.reload()

    def _activated(self, item: QListWidgetItem) -> None:
        if self._rows[self.list.row(item)].conflict_open:
            self.conflict_wanted.emit()

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"outcomes", "outbox", "conflict"}:
            self.reload()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._title.setText(tr("Uploads"))
        self._who.setText(self._desk.opened.facts.name)
        self.sync_now.setText(tr("Synchronise now"))
        self.list.setAccessibleName(tr("Outcomes"))
        self._chips.set_chips([ChipLook(status, status_text(status)) for status in _STATUSES])
        self._empty.say(tr("Nothing here yet"), tr("Every change you make is listed here with what became of it."))
        self._promise.setText(tr("Every change has an outcome; none vanishes silently."))
        self.reload()
