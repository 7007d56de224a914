"""My queue: the worker's cases, with chips that count and filter them, in the order and groups that were chosen."""

from dataclasses import replace
from datetime import datetime, time

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gridclient.domain.record import iso
from gridclient.domain.zone import ZONE
from gridclient.errors import GridError
from gridclient.store import lists
from gridclient.store.arranging import EVERYTHING, Narrow
from gridclient.store.cache import Changes
from gridclient.store.lists import Ask, QueueFilter
from gridclient.store.views import Arrangement
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.board.replies import Replies
from gridclient.ui.desk import Desk
from gridclient.ui.queue.arranging import OrderMenu, pop_up
from gridclient.ui.queue.batch import Batch, BatchBar
from gridclient.ui.queue.model import QueueModel
from gridclient.ui.queue.narrowing import NarrowChips, NarrowSheet
from gridclient.ui.queue.rows import CaseRows
from gridclient.ui.queue.viewing import ListViews
from gridclient.ui.queue.words import Known
from gridclient.ui.report.beginning import packs_to_report
from gridclient.ui.widgets import (
    ChipLook,
    ChipRow,
    ElidedLabel,
    EmptyState,
    RowHeader,
    compact_button,
    icon_button,
    name_icon_button,
    primary_button,
)

QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's own, which PySide does not export
_WIDE = 300  # a list made narrower has room for its rows only
_CHOSEN_KEPT = 10_000  # more chosen rows are not looked for in a list that was read again
_WIDER = 520  # has room for the button too
_CHIPS = (QueueFilter.OPEN, QueueFilter.TODAY, QueueFilter.OVERDUE, QueueFilter.RETURNED, QueueFilter.ALL)


class QueuePage(QWidget):
    """A list of cases with its title and chips."""

    case_opened = Signal(str)  # case id
    window_wanted = Signal(str)  # case id: it is to be shown in a window of its own
    day_wanted = Signal()
    report_wanted = Signal()

    def __init__(self, desk: Desk, page_id: str, pack: str = "", left: Arrangement | None = None) -> None:
        super().__init__()
        theme.set_role(self, "surface")
        self._desk, self._pack = desk, pack
        self._me = "" if pack else desk.actor.queue_of
        self._filters = (*_CHIPS, QueueFilter.COLLEAGUES) if self._me else _CHIPS
        self.page_id = page_id
        self.arrangement = left if left is not None and left.filter in self._filters else Arrangement()
        self._workers: dict[str, str] = {}
        self.sheet: NarrowSheet | None = None
        self._selected = ""
        self._chosen: set[int] = set()  # rows of a batch, while the list is read again
        self._listed: Ask | None = None  # what the rows on the screen are of
        self._news = 0
        self._has_duty = True  # for a grid at least
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(20, 0, 16, 12)
        self._title = ElidedLabel(role="title")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._where = ElidedLabel(role="muted")
        top.setSpacing(10)
        top.addWidget(self._title)
        top.addWidget(self._where, 1)
        top.addLayout(self._tools())
        column.addLayout(top)
        self._chips = ChipRow()
        self._chips.chosen.connect(self._choose)
        chip_line = QHBoxLayout()
        chip_line.setContentsMargins(20, 0, 16, 8)
        chip_line.addWidget(self._chips, 1)
        self.news = compact_button("", "arrow-up")
        self.news.clicked.connect(self._show_news)
        self.news.hide()
        chip_line.addWidget(self.news)
        column.addLayout(chip_line)
        self.narrowed = NarrowChips()
        self.narrowed.narrowed.connect(self._narrow)
        self.narrowed.setContentsMargins(20, 0, 16, 8)
        column.addWidget(self.narrowed)
        self.batch_bar = BatchBar()
        column.addWidget(self.batch_bar)
        self.batch = Batch(desk, self.batch_bar, self._title.whole_text, self._chosen_rids, self)
        self.replies = Replies(desk, self)
        above = QHBoxLayout()
        above.setContentsMargins(20, 0, 16, 0)
        above.addWidget(self.replies.banner)
        column.addLayout(above)
        self._header = RowHeader()
        column.addWidget(self._header)
        self.model = QueueModel(desk, self)
        self.view = CaseRows()
        self.view.setModel(self.model)
        self.view.activated.connect(self._open)
        self.view.clicked.connect(self._open)
        self.view.window_wanted.connect(self._open_apart)
        self.view.selectionModel().selectionChanged.connect(self._count_chosen)
        self._empty = EmptyState()
        self._empty.action_wanted.connect(self._empty_acts)
        self._body = QStackedWidget()
        self._body.addWidget(self.view)
        self._body.addWidget(self._empty)
        self._reading, self._fault = EmptyState(), EmptyState()
        self._fault.action_wanted.connect(self.reload)
        for each in (self._reading, self._fault):
            self._body.addWidget(each)
        self._header.follow(self.view)
        column.addWidget(self._body, 1)
        self.model.loading.connect(self._show_reading)
        self.model.modelAboutToBeReset.connect(self._note_chosen)
        self.model.loaded.connect(self._loaded)
        self.model.failed.connect(self._say_fault)
        self.model.news.connect(self._tell_news)
        desk.changed.connect(self._changed)
        self.retranslate()
        self.reload()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = event.size().width() >= theme.px(_WIDE)
        for widget in (self._chips, self.narrow_button, self.order_button, self.view_button):
            widget.setVisible(is_wide)
        self.day_button.setVisible(is_wide and self._has_rounds())
        can_report = not self._pack and bool(packs_to_report(self._desk))
        self.report_button.setVisible(can_report and event.size().width() >= theme.px(_WIDER))
        self.narrowed.setMaximumHeight(QWIDGETSIZE_MAX if is_wide else 0)

    def _tools(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        self.narrow_button = icon_button("filter", "", "Ctrl+Shift+F")
        self.order_button = icon_button("sliders-horizontal", "", "Ctrl+Shift+G")
        self.view_button = icon_button("archive", "", "Ctrl+Shift+L")
        self.order_menu = OrderMenu(self)
        self.views = ListViews(self._desk, self.page_id, lambda: self.arrangement, self)
        self.narrow_button.clicked.connect(self._open_sheet)
        self.order_button.clicked.connect(self._open_orders)
        self.view_button.clicked.connect(self._open_views)
        self.order_menu.arranged.connect(self.arrange)
        self.views.chosen.connect(self._use_view)
        self.views.left.connect(self._back_to_list)
        self.day_button = icon_button("calendar", "", "Ctrl+D")
        self.day_button.clicked.connect(self.day_wanted)
        for button in (self.narrow_button, self.order_button, self.view_button, self.day_button):
            line.addWidget(button)
        self.report_button = primary_button("", "plus")
        self.report_button.clicked.connect(self.report_wanted)
        line.addSpacing(6)
        line.addWidget(self.report_button)
        return line

    def _has_rounds(self) -> bool:
        """Whether the cases of this list come by a plan about people, so that their days can be shown."""
        pack = self._desk.packs.get(self._pack)
        return pack is not None and pack.plan is not None and pack.plan.about == "care"

    def reload(self) -> None:
        """Reads the list anew, and when it is on the screen its counts."""
        self.model.ask(self._asked())

    def select(self, case_id: str) -> None:
        """Marks a case in the list without opening it."""
        self._selected = case_id
        place = self.model.place_of(case_id)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place))
        else:
            self.view.setCurrentIndex(QModelIndex())

    def use_filter(self, name: str) -> None:
        """Shows the list under another filter; an unknown one is ignored."""
        if name in {chip.value for chip in self._filters}:
            self.arrange(replace(self.arrangement, filter=QueueFilter(name)))

    def arrange(self, arrangement: Arrangement) -> None:
        """Shows the list with this filter and order, in these groups."""
        if arrangement.filter in self._filters and arrangement != self.arrangement:
            self.arrangement = arrangement
            self._chips.choose(arrangement.filter.value)
            self._tell_narrow()
            self.reload()

    def set_place(self, place: str) -> None:
        """Shows whose area this is."""
        self._where.set_text(place)

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        pack = self._desk.packs.get(self._pack)
        titles = {"": tr("My queue"), "elderly-visit": tr("Visits"), "corridor-inspection": tr("Inspections")}
        self._title.set_text(titles.get(self._pack, pack.id if pack else self._pack))
        self.view.setAccessibleName(tr("Case queue"))
        self.view.retranslate()
        self._header.set_names(tr("Item"), tr("Kind"), tr("State"), tr("Deadline"))
        names = {
            QueueFilter.OPEN: tr("Open"), QueueFilter.TODAY: tr("Due today"), QueueFilter.OVERDUE: tr("Overdue"),
            QueueFilter.RETURNED: tr("Returned"), QueueFilter.ALL: tr("All"),
            QueueFilter.COLLEAGUES: tr("Colleagues"),
        }  # fmt: skip
        self._chips.set_chips([ChipLook(chip.value, names[chip]) for chip in self._filters])
        self._chips.choose(self.arrangement.filter.value)
        for button, name in (
            (self.narrow_button, tr("Narrow the list")), (self.order_button, tr("Sort and group")),
            (self.view_button, tr("Saved views")), (self.day_button, tr("Day and calendar")),
        ):  # fmt: skip
            name_icon_button(button, name)
        self.report_button.setText(tr("Report an event"))
        self.report_button.setToolTip("Ctrl+N")
        self._reading.say(tr("Reading the list…"), tr("A long list in another order takes a moment."), "")
        self._tell_narrow()
        self.batch_bar.retranslate()
        self.replies.show()
        self._count_chosen()
        self._say_nothing()
        self._tell_news(self._news)
        self.reload()

    def _asked(self) -> Ask:
        now = self._desk.now()
        evening = datetime.combine(now.astimezone(ZONE).date(), time(23, 59, 59), ZONE)
        work = self._desk.packs.work_of(self._desk.actor.role)
        chosen = self.arrangement
        return Ask(
            chosen.filter, "", self._pack, iso(now), iso(evening), work,
            chosen.narrow, chosen.sort, chosen.descending, chosen.group, self._me,
        )  # fmt: skip

    async def _count(self) -> None:
        counted = await self._desk.read_long(lambda c: lists.counts(c, self._asked()))
        self._has_duty = bool(await self._desk.read(lists.cells))
        self._say_nothing()
        for chip in self._filters:
            self._chips.set_count(chip.value, counted[chip])

    def _choose(self, chip: str) -> None:
        self.use_filter(chip)

    def _say_nothing(self) -> None:
        if self._has_duty:
            sentence = tr("No case matches this filter. New cases appear after the next sync.")
            self._empty.say(tr("Nothing here"), sentence, tr("Show all"))
        else:
            self._empty.say_no_duty()

    def _empty_acts(self) -> None:
        """Shows every case; where there can be none, asks the platform."""
        if self._has_duty:
            self._show_all()
        else:
            self._desk.try_now()

    def _show_all(self) -> None:
        self.arrange(replace(self.arrangement, filter=QueueFilter.ALL, narrow=EVERYTHING))

    # --- narrowing and order -------------------------------------------------------------------------------

    def _known(self) -> Known:
        packs = {pack.id: pick(pack.title) for pack in self._desk.packs.values()}
        return Known(packs, self._workers, self._desk.actor.worker_id)

    def _tell_narrow(self) -> None:
        self.narrowed.show_narrow(self.arrangement.narrow, self._known(), self._desk.now())

    def _narrow(self, narrow: object) -> None:
        assert isinstance(narrow, Narrow)
        self.arrange(replace(self.arrangement, narrow=narrow))
        self.view.setFocus()

    def _open_sheet(self) -> None:
        self._desk.start(self._ask_narrow())

    async def _ask_narrow(self) -> None:
        self._workers = await self._desk.read(lists.worker_names)
        sheet = NarrowSheet(
            self.arrangement.narrow, self._known(), self._desk.today(), of_one_pack=bool(self._pack), parent=self
        )
        sheet.narrowed.connect(self._narrow)
        sheet.finished.connect(self._forget_sheet)
        self.sheet = sheet
        sheet.open()

    def _forget_sheet(self) -> None:
        self.sheet = None

    def _open_orders(self) -> None:
        self.order_menu.show_arrangement(self.arrangement)
        pop_up(self.order_menu, self.order_button)

    def _open_views(self) -> None:
        self.views.pop_up(self.view_button)

    def _back_to_list(self) -> None:
        self.view.setFocus()

    def _use_view(self, arrangement: object) -> None:
        assert isinstance(arrangement, Arrangement)
        self.arrange(arrangement)
        self.view.setFocus()

    # --- what comes ----------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"case", "scope", "outbox", "conflict"}:
            self.model.ask_later(self._asked())
            self._desk.start(self._count())

    def _tell_news(self, n: int) -> None:
        self._news = n
        self.news.setText(tr("{n} new", n=n))
        self.news.setVisible(n > 0)

    def _show_news(self) -> None:
        self.reload()
        self.view.setFocus()
        self.view.scrollToTop()

    def _say_fault(self, fault: GridError) -> None:
        self._fault.say_fault(fault)
        self._body.setCurrentWidget(self._fault)

    def _show_reading(self) -> None:
        self._body.setCurrentWidget(self._reading)

    def _note_chosen(self) -> None:
        """A row that leaves the list, or a sync, must not undo what a worker chooses for a batch."""
        is_batch = 1 < self.view.chosen_count() <= _CHOSEN_KEPT
        self._chosen = set(self._chosen_rids()) if is_batch and self.model.asked == self._listed else set()

    def _choose_again(self) -> None:
        chosen = QItemSelection()
        for row in self.model.places_of(self._chosen):
            chosen.select(self.model.index(row), self.model.index(row))
        self.view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.Select)

    def _loaded(self, rows: int) -> None:
        self._body.setCurrentWidget(self.view if rows else self._empty)
        self._desk.start(self._count(), self._say_fault)
        self._listed = self.model.asked
        if self._selected:
            bar = self.view.verticalScrollBar()
            place = bar.value()  # marking a row must not move the others
            self.select(self._selected)
            bar.setValue(place)
        self._choose_again()
        self._count_chosen()

    def _count_chosen(self) -> None:
        self.batch_bar.show_count(self.view.chosen_count())

    def _chosen_rids(self) -> list[int]:
        rids = (self.model.rid_at(row) for row in self.view.chosen_rows())
        return [rid for rid in rids if rid > 0]  # without the headings between them

    def _open(self, index: QModelIndex) -> None:
        row = self.model.case(index.row())
        if row is not None and self.view.chosen_count() == 1:
            self._selected = row.id
            self.case_opened.emit(row.id)

    def _open_apart(self) -> None:
        row = self.model.case(self.view.currentIndex().row())
        if row is not None:
            self.window_wanted.emit(row.id)
