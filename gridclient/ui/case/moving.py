"""What can be done next with a case beside filling in a step: a move of its pack, with the reason and what it needs.

The sheet offers what the person's role allows in the case's present state. The pack's own guards judge what was named
before anything is written, so a refusal stands in the sheet and not in an outcome hours later.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from PySide6.QtCore import QDate, QObject, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QLabel, QListWidget, QListWidgetItem, QWidget
from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Value
from gridclient.domain.zone import ZONE
from gridclient.store import duplicates, lists, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.shown import Shown
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case.printouts import OpenReport
from gridclient.ui.case.same import hint_text
from gridclient.ui.desk import Desk
from gridclient.ui.widgets import TextField, text_label
from gridclient.ui.widgets.sheets import Sheet
from gridclient.workflow import STEPWISE, Asked, Pack, Transition, allowed, choices
from gridclient.workflow.duplicates import Hint

Judge = Callable[[Transition, str, Fields], str]
_ROWS, _ROW_PX, _DAYS_END = 6, 34, time(23, 59)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person can name for a move: workers by id, units, and cases that may be the same."""

    workers: dict[str, str] = field(default_factory=dict[str, str])
    cases: dict[str, str] = field(default_factory=dict[str, str])


def moves_of(pack: Pack, case: Fields, role: str) -> list[Transition]:
    """The moves that somebody may take now; sending, approving and returning have their own places."""
    return [move for move in choices(pack, case, role) if move.name not in STEPWISE]


class MoveSheet(Sheet):
    """The moves as a list; beneath, what the chosen one asks for."""

    taken = Signal(str, str, object)  # name of the move, reason, what was named (Fields)

    def __init__(self, moves: Sequence[Transition], offer: Offer, today: QDate, judge: Judge, first: str = "",
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(tr("What happens next"), tr("It is kept with your name, the time and the reason."), parent)
        self._moves, self._judge = list(moves), judge
        self.list = QListWidget()
        self.list.setAccessibleName(tr("What happens next"))
        for move in self._moves:
            item = QListWidgetItem(pick(move.title) if move.title else move.name)
            item.setSizeHint(theme.size(0, _ROW_PX))
            self.list.addItem(item)
        self.list.setMinimumHeight(theme.px(min(_ROWS, max(2, len(self._moves))) * _ROW_PX + 4))
        self.body.addWidget(self.list, 1)
        self.worker, self.case = QComboBox(), QComboBox()
        self.until = QDateEdit(today.addDays(7))
        self.until.setCalendarPopup(True)
        self.until.setMinimumDate(today.addDays(1))
        self.until.setDisplayFormat("yyyy-MM-dd")
        self._labels: dict[str, QLabel] = {}
        for name, label, editor in (
            ("assignee", tr("Who does it"), self.worker), ("hold_until", tr("On hold until"), self.until),
            ("duplicate_of", tr("The same as"), self.case),
        ):  # fmt: skip
            self._labels[name] = text_label(label, "label")
            self._labels[name].setBuddy(editor)
            editor.setAccessibleName(label)
            self.body.addWidget(self._labels[name])
            self.body.addWidget(editor)
        for box, found in ((self.worker, offer.workers), (self.case, offer.cases)):
            for key, text in found.items():
                box.addItem(text, key)
        self.reason = TextField(tr("Reason"), "pencil")
        self.reason.edit.setMaxLength(200)
        self.body.addWidget(self.reason)
        self.act = self.offer(tr("Do it"))
        self.act.clicked.connect(self._take)
        self.list.currentRowChanged.connect(self._choose)
        self.list.setCurrentRow(next((n for n, move in enumerate(self._moves) if move.name == first), 0))
        self.list.setFocus()
        self.setMinimumWidth(theme.px(480))

    def _choose(self, _row: int) -> None:
        """Shows what the chosen move asks for."""
        takes = self._move().takes
        for name, editor in self._editors().items():
            self._labels[name].setVisible(name in takes)
            editor.setVisible(name in takes)
        self.reason.set_label(tr("Reason") if "reason" in self._move().guards else tr("Reason (may stay empty)"))
        self.reason.clear_error()

    def _move(self) -> Transition:
        return self._moves[max(self.list.currentRow(), 0)]

    def _editors(self) -> dict[str, QWidget]:
        return {"assignee": self.worker, "hold_until": self.until, "duplicate_of": self.case}

    def _named(self) -> dict[str, Value]:
        day = date.fromisoformat(self.until.date().toString("yyyy-MM-dd"))
        every: dict[str, Value] = {
            "assignee": self.worker.currentData(), "duplicate_of": self.case.currentData(),
            "hold_until": datetime.combine(day, _DAYS_END, ZONE).isoformat(),
        }  # fmt: skip
        return {name: value for name, value in every.items() if name in self._move().takes and value}

    def _take(self) -> None:
        move, reason, named = self._move(), self.reason.text().strip(), self._named()
        if refusal := self._judge(move, reason, named):
            self.reason.show_error(refusal)
            return
        self.taken.emit(move.name, reason, named)
        self.accept()


class Moves(QObject):
    """Takes moves of the open case."""

    def __init__(self, desk: Desk, current: Callable[[], OpenReport | None], over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._current, self._over = desk, current, over

    def ask(self, first: str = "") -> None:
        """Asks what happens next, with one of the moves already chosen."""
        self._desk.start(self._ask(first))

    async def _ask(self, first: str) -> None:
        now = self._current()
        if now is None:
            return
        moves = moves_of(now.pack, now.file.case.fields, self._desk.actor.role)
        if not moves:
            return
        names = await self._desk.read(lists.worker_names)
        hints = await self._desk.read(lambda c: duplicates.find_duplicates(c, now.pack, now.case_id))
        offer = Offer(names, {hint.case: hint_text(hint) for hint in _said_first(now.file.case, hints)})
        day = self._desk.today()
        sheet = MoveSheet(moves, offer, QDate(day.year, day.month, day.day), self._refusal, first, self._over)
        sheet.taken.connect(self.take)
        sheet.open()

    def _refusal(self, move: Transition, reason: str, given: Fields) -> str:
        now = self._current()
        if now is None:
            return ""
        actor = self._desk.actor
        asked = Asked(actor.worker_id, self._desk.now(), reason, given)
        return allowed(now.pack, now.file.case.fields, actor.role, move.name, asked)

    def take(self, name: str, reason: str, given: Fields) -> None:
        """Takes a move; the page shows the case as it is afterwards."""
        now = self._current()
        if now is None:
            return
        pack, case_id, actor = now.pack, now.case_id, self._desk.actor

        def move(tx: Transaction) -> Changes:
            return work.move_case(tx, pack, case_id, name, actor, reason, given)

        self._desk.start(self._desk.write(move))


def hints_for(connection: Connection, pack: Pack, case: Shown, role: str) -> list[Hint]:
    """Cases that may be the same, for somebody who can still say so."""
    if case.fields.get("flag.distinct") or not {"link", "distinct"} & {
        move.name for move in moves_of(pack, case.fields, role)
    }:
        return []
    return _said_first(case, duplicates.find_duplicates(connection, pack, case.id))


def _said_first(case: Shown, found: Sequence[Hint]) -> list[Hint]:
    """What the person who reported it said is the same comes first."""
    return sorted(found, key=lambda hint: hint.case != case.text("duplicate_of"))
