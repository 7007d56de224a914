"""The supervisor's board (督办): what presses and with whom, who has how much, what was not uploaded, who must reply.

What the platform told about unsent work stays, with its moment, while it cannot be reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from sqlalchemy.engine import Connection

from gridclient.domain.record import iso
from gridclient.domain.zone import ZONE
from gridclient.store import board, lists, rates, urging, work
from gridclient.store.board import Load, Pressing, SentBack
from gridclient.store.cache import Changes, Transaction
from gridclient.store.others import Others, read_others
from gridclient.store.rates import Counted, Figure, Rate
from gridclient.store.urging import Urge
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.board.cards import LoadCard, ReturnedCard
from gridclient.ui.board.chart import HourCard
from gridclient.ui.board.lines import DueLine
from gridclient.ui.board.model import BoardModel, BoardRow, counted_row, pressing_row, urged_row
from gridclient.ui.board.rates import RateStrip
from gridclient.ui.desk import Desk
from gridclient.ui.others import OthersCard
from gridclient.ui.preferences import keep, kept
from gridclient.ui.widgets import (
    Banner,
    ChipLook,
    KeyCap,
    ListPane,
    RowHeader,
    RowList,
    outlined_button,
    primary_button,
)
from gridclient.ui.widgets.layouts import scrolling
from gridclient.ui.widgets.sheets import ChoiceSheet, Option, ReasonSheet, Sheet

_PERIODS = 6  # that a rate's line goes over
_LIMIT = "load_limit"  # the preference


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
    cases: Sequence[Counted] = ()
    soon: Sequence[Pressing] = ()
    returned: Sequence[SentBack] = ()
    limit: int = 0  # of open cases in one pair of hands; 0 where none is set


class BoardPage(QWidget):
    """What one supervisor looks at first."""

    case_opened = Signal(str)  # case id

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._worker = ""
        self._rate: Rate | None = None  # whose cases are shown instead of what presses
        self._state = State()
        self._course: Sequence[Sequence[Figure]] = ()  # the rates by period, the chosen one last
        self.sheet: Sheet | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.rates = RateStrip()
        self.rates.period_chosen.connect(self.reload)
        self.rates.wanted.connect(self._choose_rate)
        column.addWidget(self.rates)
        row = QHBoxLayout()
        row.setSpacing(0)
        self.pane = self._list_pane()
        row.addWidget(self.pane, 7)
        row.addWidget(self._card_side(), 6)
        column.addLayout(row, 1)
        for keys, act in (("S", self.ask), ("G", self.ask_who), ("J", self._down), ("K", self._up)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        desk.changed.connect(self._changed)
        self.retranslate()

    def _list_pane(self) -> ListPane:
        self.model = BoardModel(self)
        self.view = RowList(many=True)
        self.view.setModel(self.model)
        self.view.activated.connect(self._open)
        pane = ListPane(self.view)
        pane.again_wanted.connect(self.reload)
        self.chips = pane.chips
        self.chips.chosen.connect(self._show_pressing)
        self.give = outlined_button("", "users")
        self.give.clicked.connect(self.ask_who)
        self.urge = primary_button("", "flag")
        self.urge.clicked.connect(self.ask)
        for each in (KeyCap("G"), self.give, KeyCap("S"), self.urge):
            pane.head.addWidget(each)
        self.banner = Banner("info")
        self.banner.action_wanted.connect(self._show_all)
        self.banner.hide()
        self._header = RowHeader()
        self._header.follow(self.view)
        self.due_line = DueLine()
        for each in (self.due_line, self.banner, self._header):
            pane.above.addWidget(each)
        return pane

    def _card_side(self) -> QWidget:
        inside = QWidget()
        theme.set_role(inside, "canvas")
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(20, 16, 20, 16)
        cards.setSpacing(12)
        self.hours, self.loads, self.returned, self.others = HourCard(), LoadCard(), ReturnedCard(), OthersCard()
        self.loads.worker_chosen.connect(self._choose_worker)
        self.loads.limit_chosen.connect(self._set_limit)
        self.returned.cases.record_opened.connect(self.case_opened)
        for card in (self.hours, self.loads, self.returned, self.others):
            cards.addWidget(card)
        cards.addStretch(1)
        return scrolling(inside)

    # --- reading -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads the board anew."""
        self._desk.start(self._read(), self.pane.say_fault)

    async def _read(self) -> None:
        now, packs = self._desk.now(), self._desk.packs
        today = self._desk.today()
        evening = iso(datetime.combine(today, time(23, 59, 59), ZONE))
        soon = iso(now + timedelta(hours=1))
        begins = [self.rates.period().first(today)]
        while len(begins) < _PERIODS:
            begins.insert(0, self.rates.period().before(begins[0]))

        def read(c: Connection) -> State:
            return State(
                board.pressing(c, packs, evening, self._worker), urging.urges(c, packs, self._worker),
                lists.worker_names(c), board.loads(c, packs, iso(now)), read_others(c),
                rates.counted(c, begins[0], today), board.pressing(c, packs, soon, self._worker, since=iso(now)),
                board.sent_back(c, packs), int(kept(c, _LIMIT) or 0),
            )  # fmt: skip

        self._state = await self._desk.read_long(read)
        moments = [*(datetime.combine(day, time(), ZONE) for day in begins), now]
        self._course = [rates.figures(self._state.cases, *span) for span in pairwise(moments)]
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
        shown = parts[Part(self.chips.current())] if self._rate is None else self._against(self._rate)
        self.model.show(shown)
        self.pane.show_rows(bool(shown))
        if current is not None:
            self.view.setCurrentIndex(self.model.index(self.model.place_of(current.case)))
        self.pane.detail.set_text(tr("{n} people · {at}", n=len(self._state.loads), at=f"{now.astimezone(ZONE):%H:%M}"))
        self._tell_what(len(shown))
        self.rates.show_figures(self._course)
        self.due_line.show_due(self._state.soon, now)
        self.hours.show_hours(rates.hours(self._state.cases, self._desk.today()))
        self.loads.show_loads(self._state.loads, self._state.limit, now)
        self.returned.show_cases(self._state.returned, self._state.names)
        self.others.show_others(self._state.others, now)

    def _against(self, rate: Rate) -> list[BoardRow]:
        """The cases that made a rate worse."""
        now, urged = self._desk.now(), {urge.case: urge for urge in self._state.urges}
        found = next((figure.against for figure in self._course[-1] if figure.rate is rate), ())
        return [
            counted_row(case, urged.get(case.id), self._state.names, now)
            for case in found if self._worker in ("", case.worker)
        ]  # fmt: skip

    def _tell_what(self, shown: int) -> None:
        """Says what the list is narrowed to."""
        name = self._state.names.get(self._worker) or self._worker
        said = tr("Only the cases of {name}", name=name) if self._worker else ""
        if self._rate is not None:
            said = {
                Rate.ON_TIME: tr("{n} cases that were not done in time", n=shown),
                Rate.RETURNED: tr("{n} cases that were returned", n=shown),
                Rate.REWORKED: tr("{n} cases that were handled again", n=shown),
            }[self._rate]
        self.banner.say("info", said, "", tr("Show all that presses"))
        self.banner.setVisible(bool(said))

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
        self._open_sheet(sheet)

    def ask_who(self) -> None:
        """Asks who gets the chosen cases, whoever has least in hand first."""
        if rows := self.chosen():
            self._desk.start(self._ask_who(rows))
        else:
            self.view.setFocus()

    async def _ask_who(self, rows: Sequence[BoardRow]) -> None:
        cases, have = [row.case for row in rows], {row.worker for row in rows}
        takers = await self._desk.read(lambda c: board.takers(c, cases))
        loads = {load.worker: load for load in self._state.loads}
        takes = [loads.get(each, Load(each, name, 0, 0, "")) for each, name in takers.items() if have != {each}]
        title = tr("Give away: {title}", title=rows[0].look.title) if len(rows) == 1 else (
            tr("Give away {n} cases", n=len(rows)))  # fmt: skip
        sentence = tr("Finished steps go along; what was only begun stays on the PC of whoever has the case now.")
        if not takes:
            sentence = tr("Nobody else has a duty in this grid.")
        options = [_option(load) for load in sorted(takes, key=lambda load: load.open)]
        sheet = ChoiceSheet(title, sentence, tr("Give"), options, parent=self)

        def give(worker: str) -> None:
            self._desk.start(self._give(cases, worker))

        sheet.chosen.connect(give)
        self._open_sheet(sheet)

    def _open_sheet(self, sheet: Sheet) -> None:
        sheet.finished.connect(self._closed)
        self.sheet = sheet
        sheet.open()

    async def _give(self, cases: list[str], worker: str) -> None:
        actor = self._desk.actor

        def of(case: str) -> Callable[[Transaction], Changes]:
            return lambda tx: work.assign_case(tx, case, worker, actor)

        await self._desk.write_each([of(case) for case in cases])

    async def _send(self, cases: list[str], text: str) -> None:
        actor, packs = self._desk.actor, self._desk.packs

        def of(case: str) -> Callable[[Transaction], Changes]:
            return lambda tx: urging.urge(tx, packs, case, text, actor)

        await self._desk.write_each([of(case) for case in cases])

    def _closed(self) -> None:
        self.sheet = None
        self.view.setFocus()

    def _set_limit(self, limit: int) -> None:
        self._desk.start(self._keep_limit(limit))

    async def _keep_limit(self, limit: int) -> None:
        await self._desk.write(lambda tx: keep(tx, _LIMIT, str(limit)))
        await self._read()

    def _choose_worker(self, worker: str) -> None:
        self._worker = worker
        self.reload()

    def _choose_rate(self, rate: str) -> None:
        self._rate = Rate(rate)
        self._show()
        self.view.setFocus()

    def _show_pressing(self) -> None:
        self._rate = None
        self._show()

    def _show_all(self) -> None:
        self._rate = None
        self._choose_worker("")

    def _down(self) -> None:
        self._move(1)

    def _up(self) -> None:
        self._move(-1)

    def _move(self, by: int) -> None:
        place = min(max(self.view.currentIndex().row() + by, 0), self.model.rowCount() - 1)
        self.view.setCurrentIndex(self.model.index(place))
        self.view.setFocus()

    def _open(self, index: QModelIndex) -> None:
        if (row := self.model.row(index.row())) is not None:
            self.case_opened.emit(row.case)

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self.pane.title.setText(tr("Board"))
        self.rates.retranslate()
        self.give.setText(tr("Give away…"))
        self.urge.setText(tr("Urge…"))
        self.view.setAccessibleName(tr("Cases that press"))
        self._header.set_names(tr("Item"), tr("Assignee"), tr("Urging"), tr("Deadline"))
        names = {Part.LATE: tr("Overdue"), Part.TODAY: tr("Due today"), Part.WAITING: tr("Reply wanted"),
                 Part.REPLIED: tr("Replied")}  # fmt: skip
        self.chips.set_chips([ChipLook(part.value, name) for part, name in names.items()])
        self.pane.empty.say(
            tr("Nothing here"), tr("No case of your units is in this part of the board."), icon="circle-check"
        )
        self._show()


def _option(load: Load) -> Option:
    said = tr("{n} open, {late} overdue", n=load.open, late=load.overdue) if load.open else tr("nothing in hand")
    return Option(load.worker, load.name, said)
