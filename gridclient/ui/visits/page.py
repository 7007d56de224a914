"""The day of visits: the doors in the order they are walked, a calendar of plans, and who lives behind the door."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.domain.route import as_kept, moved
from gridclient.store import rounds
from gridclient.store.cache import Changes
from gridclient.store.rounds import Stand, Visit
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.fresh import FreshPage
from gridclient.ui.visits.calendar import PlanCard
from gridclient.ui.visits.elder_card import ElderCard
from gridclient.ui.visits.emergency import Emergency, EmergencyCard
from gridclient.ui.visits.model import RoundModel
from gridclient.ui.visits.words import building_text, date_text, stand_text
from gridclient.ui.widgets import (
    ChipLook,
    ElidedLabel,
    KeyCap,
    ListPane,
    ProgressBar,
    RowList,
    outlined_button,
    primary_button,
    text_label,
)
from gridclient.ui.widgets.layouts import scrolling
from gridclient.workflow.door import protocol


class Part(StrEnum):
    """Which of the day's visits are shown."""

    ALL = "all"
    TO_DO = "to_do"
    HIGH = "high"
    LATE = "late"


class DayPage(FreshPage):
    """One day of one worker; a supervisor sees everybody's."""

    case_opened = Signal(str)  # case id
    person_wanted = Signal(str)  # resident id
    list_wanted = Signal()

    def __init__(self, desk: Desk, pack: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk, self._pack = desk, pack
        self.day = desk.today()
        self._visits: list[Visit] = []
        self._order: list[str] = []  # that the worker gave the day; empty for that of the doors
        self._asked = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.pane = self._round_pane()
        row.addWidget(self.pane, 7)
        row.addWidget(self._day_side(), 6)
        for keys, act in (("Alt+Up", self._earlier), ("Alt+Down", self._later)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        desk.changed.connect(self._changed)
        self.retranslate()

    def _round_pane(self) -> ListPane:
        self.model = RoundModel(self)
        self.view = RowList()
        self.view.setModel(self.model)
        self.view.activated.connect(self.open)
        self.view.selectionModel().currentChanged.connect(self._show_elder)
        pane = ListPane(self.view, "map-pin-check")
        pane.again_wanted.connect(self.reload)
        pane.empty.action_wanted.connect(self._show_today)
        self.chips = pane.chips
        self.chips.chosen.connect(self._show)
        self.list_button = outlined_button("", "list")
        self.list_button.clicked.connect(self.list_wanted)
        self.by_doors = outlined_button("", "undo-2")
        self.by_doors.clicked.connect(self._forget_order)
        for each in (self.by_doors, self.list_button):
            pane.head.addWidget(each)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 10, 16, 10)
        foot.setSpacing(12)
        self._done, self._bar, self._month = text_label(), ProgressBar(), text_label("", "muted")
        self._bar.setFixedWidth(theme.px(140))
        for widget in (self._done, self._bar):
            foot.addWidget(widget)
        foot.addStretch(1)
        self._key_word = text_label("", "small")
        for each in (KeyCap("Alt+↑"), KeyCap("Alt+↓"), self._key_word, self._month):
            foot.addWidget(each)
        pane.column.addLayout(foot)
        return pane

    def _day_side(self) -> QWidget:
        side = QWidget()
        theme.set_role(side, "canvas")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inside = QWidget()
        theme.set_role(inside, "canvas")
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(20, 16, 20, 16)
        cards.setSpacing(12)
        self.plan = PlanCard()
        self.plan.day_chosen.connect(self.show_day)
        self.elder = ElderCard()
        self.elder.file_wanted.connect(self._open_person)
        card = EmergencyCard()
        self.emergency = Emergency(self._desk, card, self)
        self.emergency.left.connect(self.case_opened)
        cards.addWidget(card)
        cards.addWidget(self.elder)
        cards.addWidget(self.plan)
        cards.addStretch(1)
        self.cards = cards
        column.addWidget(scrolling(inside), 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 10, 20, 10)
        foot.setSpacing(8)
        self._stand = ElidedLabel(role="muted")
        self.start = primary_button("")
        self.start.clicked.connect(self.open)
        self.nobody = outlined_button("", "bell")
        self.nobody.setShortcut("Ctrl+Shift+X")
        self.nobody.clicked.connect(self._begin_emergency)
        foot.addWidget(self._stand, 1)
        foot.addWidget(self.nobody)
        foot.addWidget(self.start)
        column.addLayout(foot)
        return side

    # --- reading -------------------------------------------------------------------------------------------

    def show_day(self, day: object) -> None:
        """Shows the round of another day."""
        assert isinstance(day, date)
        self.day = day
        self.reload()

    def read(self) -> None:
        """Reads the day and the month around it."""
        self._asked += 1
        self._desk.start(self._read(self._asked), self.pane.say_fault)

    async def _read(self, asked: int) -> None:
        pack = self._desk.packs[self._pack]
        span = rounds.month(self.day, self._desk.today())
        worker = "" if self._desk.actor.role == "supervisor" else self._desk.actor.worker_id
        found = await self._desk.read_long(lambda c: rounds.visits(c, pack, span, worker))
        order = await self._desk.read(lambda c: rounds.order_of(c, self.day))
        if asked == self._asked:
            self._visits, self._order = found, order
            self._show()

    def of_day(self) -> list[Visit]:
        """The visits of the day, also those that were left out on it, in the order in which they are walked."""
        found = [each for each in self._visits if self.day in (each.day, each.due, *each.skipped)]
        stops = as_kept(_stops(found), self._order)
        return sorted(found, key=lambda each: stops.index(each.stop))

    def _show(self) -> None:
        today, visits = self._desk.today(), self.of_day()
        current = self.model.visit(self.view.currentIndex().row())
        parts = {part: [each for each in visits if _is_of(part, each, today)] for part in Part}
        for part, some in parts.items():
            self.chips.set_count(part.value, len(some))
        shown = parts[Part(self.chips.current())]
        self.model.show(shown, today)
        self.pane.show_rows(bool(shown))
        houses = len({building_text(each) for each in visits})
        self.pane.detail.set_text(tr("{day} · {n} doors in {houses} buildings", day=date_text(self.day, today),
                                n=len(visits), houses=houses))  # fmt: skip
        self.pane.title.setText(tr("Today's visits") if self.day == today else tr("Visits of the day"))
        self.by_doors.setVisible(bool(self._order))
        self._tell_progress(visits)
        self.plan.show_days(self.day, today, rounds.counts(self._visits, today))
        place = self.model.row_of(current.elder.id, current.case) if current else self.model.row_of("", "")
        self.view.setCurrentIndex(self.model.index(place))
        self._show_elder()

    def _tell_progress(self, visits: Sequence[Visit]) -> None:
        done = sum(each.stand is Stand.DONE for each in visits)
        self._done.setText(tr("Done {n} of {all}", n=done, all=len(visits)))
        self._bar.set_share(done / len(visits) if visits else 0.0)
        month = [each for each in self._visits if (each.day.year, each.day.month) == (self.day.year, self.day.month)]
        self._month.setText(
            tr("This month: {done} done of {all}", done=sum(each.stand is Stand.DONE for each in month), all=len(month))
        )

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"case", "resident", "care", "scope", "outbox"}:
            self.reload()

    # --- the order of the round ----------------------------------------------------------------------------

    def _earlier(self) -> None:
        self._move(-1)

    def _later(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        """Lets the current visit change places with the one above or below it in the list, and keeps that."""
        shown, visit = self.model.visits(), self.current()
        if visit is None or not 0 <= shown.index(visit) + by < len(shown):
            return
        beside = shown[shown.index(visit) + by]
        if beside.stop != visit.stop:
            self._use_order(moved(_stops(self.of_day()), visit.stop, beside.stop))

    def _forget_order(self) -> None:
        self._use_order([])
        self.view.setFocus()

    def _use_order(self, order: list[str]) -> None:
        self._order = order
        self._show()
        day, today = self.day, self._desk.today()
        self._desk.start(self._desk.write(lambda tx: rounds.keep_order(tx, day, order, today)))

    # --- what is done --------------------------------------------------------------------------------------

    def current(self) -> Visit | None:
        """The visit under the keyboard."""
        return self.model.visit(self.view.currentIndex().row())

    def open(self) -> None:
        """Opens the visit; one that is only planned opens the person's file."""
        visit = self.current()
        if visit is not None and visit.case:
            self.case_opened.emit(visit.case)
        elif visit is not None:
            self.person_wanted.emit(visit.elder.id)

    def _has_protocol(self) -> bool:
        return protocol(self._desk.packs[self._pack]) is not None

    def _begin_emergency(self) -> None:
        if (visit := self.current()) is not None and visit.case:
            self.emergency.begin(visit.case)

    def _open_person(self) -> None:
        if (visit := self.current()) is not None:
            self.person_wanted.emit(visit.elder.id)

    def _show_today(self) -> None:
        self.chips.choose(Part.ALL.value)
        self.show_day(self._desk.today())

    def _show_elder(self) -> None:
        visit, now = self.current(), self._desk.now()
        self.elder.show_visit(visit, now)
        self.start.setVisible(visit is not None)
        waits = visit is not None and visit.stand is Stand.OPEN and not visit.is_opened
        self.nobody.setVisible(waits and visit is not None and not visit.is_unanswered and self._has_protocol())
        self.emergency.show_case(visit.case if visit is not None and waits else "")
        if visit is None:
            self._stand.set_text("")
            return
        words = (tr("Read the visit") if visit.stand is Stand.DONE else tr("Start the visit")) if visit.case else (
            tr("Open the file"))  # fmt: skip
        self.start.setText(words)
        self._stand.set_text(
            tr("{name}: {stand}", name=visit.elder.name, stand=stand_text(visit, self._desk.today())[0])
        )

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self.view.setAccessibleName(tr("Visits of the day"))
        self.list_button.setText(tr("List"))
        self.by_doors.setText(tr("By doors again"))
        self._key_word.setText(tr("change the order"))
        self.nobody.setText(tr("Nobody opens"))
        names = {Part.ALL: tr("Round"), Part.TO_DO: tr("To do"), Part.HIGH: tr("High risk"), Part.LATE: tr("Overdue")}
        self.chips.set_chips([ChipLook(part.value, name) for part, name in names.items()])
        self.pane.empty.say(
            tr("No visit on this day"), tr("Choose another day in the calendar, or go back to today."), tr("Today"),
            "map-pin-check",
        )  # fmt: skip
        self.plan.retranslate()
        self.elder.retranslate()
        self._show()


def _stops(visits: Sequence[Visit]) -> list[str]:
    """Where the visits are, each place once: somebody may be visited twice on a day."""
    return list(dict.fromkeys(each.stop for each in visits))


def _is_of(part: Part, visit: Visit, today: date) -> bool:
    match part:
        case Part.ALL:
            return True
        case Part.TO_DO:
            return visit.stand is not Stand.DONE
        case Part.HIGH:
            return visit.elder.tier == "high"
        case Part.LATE:
            return bool(visit.late_days(today))
