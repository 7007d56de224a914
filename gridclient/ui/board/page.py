"""The supervisor's board (督办): what presses and with whom, who has how much, what was not uploaded, who must reply.

What the platform told about unsent work stays, with its moment, while it cannot be reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from sqlalchemy.engine import Connection

from gridclient.domain.record import iso
from gridclient.domain.zone import ZONE
from gridclient.store import board, lists, urging
from gridclient.store.board import Load, Pressing
from gridclient.store.cache import Changes, Transaction
from gridclient.store.others import Others, read_others
from gridclient.store.urging import Urge
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.board.cards import LoadCard
from gridclient.ui.board.model import BoardModel, BoardRow, pressing_row, urged_row
from gridclient.ui.desk import Desk
from gridclient.ui.others import OthersCard
from gridclient.ui.widgets import (
    Banner,
    ChipLook,
    ChipRow,
    ElidedLabel,
    EmptyState,
    KeyCap,
    RowHeader,
    RowList,
    primary_button,
    text_label,
)
from gridclient.ui.widgets.sheets import ReasonSheet


class Part(StrEnum):
    """Which cases the list shows."""

    LATE = "late"
    TODAY = "today"
    WAITING = "waiting"
    REPLIED = "replied"


@dataclass(frozen=True, slots=True)
class State:
    """What the board shows, as it was read."""

    pressing: Sequence[Pressing] = ()
    urges: Sequence[Urge] = ()
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    loads: Sequence[Load] = ()
    others: Others = field(default_factory=Others)


class BoardPage(QWidget):
    """What one supervisor looks at first."""

    case_opened = Signal(str)  # case id

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._worker = ""
        self._state = State()
        self.sheet: ReasonSheet | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list_side(), 7)
        row.addWidget(self._card_side(), 6)
        urge = QShortcut(QKeySequence("S"), self)
        urge.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        urge.activated.connect(self.ask)
        desk.changed.connect(self._changed)
        self.retranslate()

    def _list_side(self) -> QWidget:
        side = QWidget()
        theme.set_role(side, "pane")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 16, 1, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(20, 0, 16, 12)
        head.setSpacing(10)
        self._title, self._where = text_label("", "title"), ElidedLabel(role="muted")
        self.urge = primary_button("", "flag")
        self.urge.clicked.connect(self.ask)
        head.addWidget(self._title)
        head.addWidget(self._where, 1)
        head.addWidget(KeyCap("S"))
        head.addWidget(self.urge)
        column.addLayout(head)
        self.chips = ChipRow()
        self.chips.chosen.connect(self._show)
        self.chips.setContentsMargins(20, 0, 16, 8)
        column.addWidget(self.chips)
        self.banner = Banner("info")
        self.banner.action_wanted.connect(self._show_everybody)
        self.banner.hide()
        column.addWidget(self.banner)
        self._header = RowHeader()
        column.addWidget(self._header)
        self.model = BoardModel(self)
        self.view = RowList(many=True)
        self.view.setModel(self.model)
        self.view.activated.connect(self._open)
        self._header.follow(self.view)
        self._empty = EmptyState()
        self._body = QStackedWidget()
        self._body.addWidget(self.view)
        self._body.addWidget(self._empty)
        column.addWidget(self._body, 1)
        return side

    def _card_side(self) -> QWidget:
        inside = QWidget()
        theme.set_role(inside, "canvas")
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(20, 16, 20, 16)
        cards.setSpacing(12)
        self.loads, self.others = LoadCard(), OthersCard()
        self.loads.worker_chosen.connect(self._choose_worker)
        cards.addWidget(self.loads)
        cards.addWidget(self.others)
        cards.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.set_role(area, "plain")
        area.setWidget(inside)
        return area

    # --- reading -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads the board anew."""
        self._desk.start(self._read())

    async def _read(self) -> None:
        now, packs = self._desk.now(), self._desk.packs
        evening = iso(datetime.combine(now.astimezone(ZONE).date(), time(23, 59, 59), ZONE))

        def read(c: Connection) -> State:
            return State(
                board.pressing(c, packs, evening, self._worker), urging.urges(c, packs, self._worker),
                lists.worker_names(c), board.loads(c, packs, iso(now)), read_others(c),
            )  # fmt: skip

        self._state = await self._desk.read_long(read)
        self._show()

    def _parts(self) -> dict[Part, list[BoardRow]]:
        now = self._desk.now()
        urged, at = {urge.case: urge for urge in self._state.urges}, iso(now)
        return {
            Part.LATE: [pressing_row(c, urged.get(c.id), now) for c in self._state.pressing if c.due_at < at],
            Part.TODAY: [pressing_row(c, urged.get(c.id), now) for c in self._state.pressing if c.due_at >= at],
            Part.WAITING: [urged_row(urge, self._state.names, now) for urge in self._state.urges if urge.waits],
            Part.REPLIED: [urged_row(urge, self._state.names, now) for urge in self._state.urges if not urge.waits],
        }

    def _show(self) -> None:
        parts, now = self._parts(), self._desk.now()
        for part, rows in parts.items():
            self.chips.set_count(part.value, len(rows))
        current = self.model.row(self.view.currentIndex().row())
        shown = parts[Part(self.chips.current())]
        self.model.show(shown)
        self._body.setCurrentWidget(self.view if shown else self._empty)
        if current is not None:
            self.view.setCurrentIndex(self.model.index(self.model.place_of(current.case)))
        self._where.set_text(tr("{n} people · {at}", n=len(self._state.loads), at=f"{now.astimezone(ZONE):%H:%M}"))
        name = self._state.names.get(self._worker) or self._worker
        self.banner.say("info", tr("Only the cases of {name}", name=name), "", tr("Show everybody's"))
        self.banner.setVisible(bool(self._worker))
        self.loads.show_loads(self._state.loads, now)
        self.others.show_others(self._state.others, now)

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.areas & {"case", "scope", "outbox", "unsent"}:
            self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()  # even when nothing changed, more is overdue by now

    # --- what is done --------------------------------------------------------------------------------------

    def chosen(self) -> list[BoardRow]:
        """The chosen cases; where none was chosen, the one that the keyboard is at."""
        places = self.view.chosen_rows() or [self.view.currentIndex().row()]
        return [row for place in places if place >= 0 and (row := self.model.row(place)) is not None]

    def ask(self) -> None:
        """Asks what is said to those who have the chosen cases."""
        rows = self.chosen()
        if not rows:
            self.view.setFocus()
            return
        sheet = ReasonSheet(
            tr("Urge: {title}", title=rows[0].look.title) if len(rows) == 1 else tr("Urge {n} cases", n=len(rows)),
            tr("Whoever has the case must reply. Your words and the reply stay in its history."), tr("Send"), self,
        )  # fmt: skip

        def send(text: str) -> None:
            self._desk.start(self._send([row.case for row in rows], text))

        sheet.given.connect(send)
        sheet.finished.connect(self._closed)
        self.sheet = sheet
        sheet.open()

    async def _send(self, cases: list[str], text: str) -> None:
        actor, packs = self._desk.actor, self._desk.packs

        def of(case: str) -> Callable[[Transaction], Changes]:
            return lambda tx: urging.urge(tx, packs, case, text, actor)

        await self._desk.write_each([of(case) for case in cases])

    def _closed(self) -> None:
        self.sheet = None
        self.view.setFocus()

    def _choose_worker(self, worker: str) -> None:
        self._worker = worker
        self.reload()

    def _show_everybody(self) -> None:
        self._choose_worker("")

    def _open(self, index: QModelIndex) -> None:
        if (row := self.model.row(index.row())) is not None:
            self.case_opened.emit(row.case)

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._title.setText(tr("Board"))
        self.urge.setText(tr("Urge…"))
        self.view.setAccessibleName(tr("Cases that press"))
        self._header.set_names(tr("Item"), tr("Assignee"), tr("Urging"), tr("Deadline"))
        names = {Part.LATE: tr("Overdue"), Part.TODAY: tr("Due today"), Part.WAITING: tr("Reply wanted"),
                 Part.REPLIED: tr("Replied")}  # fmt: skip
        self.chips.set_chips([ChipLook(part.value, name) for part, name in names.items()])
        self._empty.say(
            tr("Nothing here"), tr("No case of your units is in this part of the board."), icon="circle-check"
        )
        self._show()
