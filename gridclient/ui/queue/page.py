"""My queue: the worker's cases by deadline, with chips that count and filter them."""

from datetime import datetime, time

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gridclient.domain.clock import ZONE
from gridclient.domain.record import iso
from gridclient.store import lists
from gridclient.store.cache import Changes
from gridclient.store.lists import Ask, QueueFilter
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.queue.model import QueueModel
from gridclient.ui.widgets import (
    ChipLook,
    ChipRow,
    ElidedLabel,
    EmptyState,
    RowHeader,
    RowList,
    compact_button,
    text_label,
)

_CHIPS = (QueueFilter.OPEN, QueueFilter.TODAY, QueueFilter.OVERDUE, QueueFilter.RETURNED, QueueFilter.ALL)


class QueuePage(QWidget):
    """A list of cases with its title and chips."""

    case_opened = Signal(str)  # case id

    def __init__(self, desk: Desk, pack: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "surface")
        self._desk, self._pack = desk, pack
        self._filter = QueueFilter.OPEN
        self._selected = ""
        self._news = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(20, 0, 16, 12)
        self._title = text_label("", "title")
        self._where = ElidedLabel(role="muted")
        top.setSpacing(10)
        top.addWidget(self._title)
        top.addWidget(self._where, 1)
        column.addLayout(top)
        self._chips = ChipRow()
        self._chips.chosen.connect(self._choose)
        chip_line = QHBoxLayout()
        chip_line.setContentsMargins(20, 0, 16, 8)
        chip_line.addWidget(self._chips)
        self.news = compact_button("", "arrow-up")
        self.news.clicked.connect(self._show_news)
        self.news.hide()
        chip_line.addWidget(self.news)
        column.addLayout(chip_line)
        self._header = RowHeader()
        column.addWidget(self._header)
        self.model = QueueModel(desk, self)
        self.view = RowList()
        self.view.setModel(self.model)
        self.view.activated.connect(self._open)
        self.view.clicked.connect(self._open)
        self._empty = EmptyState()
        self._empty.action_wanted.connect(self._show_all)
        self._body = QStackedWidget()
        self._body.addWidget(self.view)
        self._body.addWidget(self._empty)
        self._header.follow(self.view)
        column.addWidget(self._body, 1)
        self.model.loaded.connect(self._loaded)
        self.model.news.connect(self._tell_news)
        desk.changed.connect(self._changed)
        self.retranslate()
        self.reload()

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
        """Shows the list under the filter that the worker used last; an unknown one is ignored."""
        if name in {chip.value for chip in _CHIPS} and name != self._filter.value:
            self._chips.choose(name)
            self._choose(name)

    def filter_in_use(self) -> str:
        """The filter that is on."""
        return self._filter.value

    def set_place(self, place: str) -> None:
        """Shows whose area this is."""
        self._where.set_text(place)

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        pack = self._desk.packs.get(self._pack)
        titles = {"": tr("My queue"), "elderly-visit": tr("Visits"), "corridor-inspection": tr("Inspections")}
        self._title.setText(titles.get(self._pack, pack.id if pack else self._pack))
        self.view.setAccessibleName(tr("Case queue"))
        self._header.set_names(tr("Item"), tr("Kind"), tr("State"), tr("Deadline"))
        names = {
            QueueFilter.OPEN: tr("Open"), QueueFilter.TODAY: tr("Due today"), QueueFilter.OVERDUE: tr("Overdue"),
            QueueFilter.RETURNED: tr("Returned"), QueueFilter.ALL: tr("All"),
        }  # fmt: skip
        self._chips.set_chips([ChipLook(chip.value, names[chip]) for chip in _CHIPS])
        self._chips.choose(self._filter.value)
        self._empty.say(
            tr("Nothing here"), tr("No case matches this filter. New cases appear after the next sync."), tr("Show all")
        )
        self._tell_news(self._news)
        self.reload()

    def _asked(self) -> Ask:
        now = self._desk.now()
        evening = datetime.combine(now.astimezone(ZONE).date(), time(23, 59, 59), ZONE)
        work = self._desk.packs.work_of(self._desk.actor.role)
        return Ask(self._filter, "", self._pack, iso(now), iso(evening), work)

    async def _count(self) -> None:
        counted = await self._desk.read_long(lambda c: lists.counts(c, self._asked()))
        for chip in _CHIPS:
            self._chips.set_count(chip.value, counted[chip])

    def _choose(self, chip: str) -> None:
        self._filter = QueueFilter(chip)
        self.reload()

    def _show_all(self) -> None:
        self._chips.choose(QueueFilter.ALL.value)
        self._choose(QueueFilter.ALL.value)

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

    def _loaded(self, rows: int) -> None:
        self._body.setCurrentWidget(self.view if rows else self._empty)
        self._desk.start(self._count())
        if self._selected:
            bar = self.view.verticalScrollBar()
            place = bar.value()  # marking a row must not move the others
            self.select(self._selected)
            bar.setValue(place)

    def _open(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if row is not None:
            self._selected = row.id
            self.case_opened.emit(row.id)
