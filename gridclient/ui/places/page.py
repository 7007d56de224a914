"""Places: shops, workshops and what else is checked, street by street, and the file of the one that is chosen."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gridclient.domain.record import iso
from gridclient.store import lists, places
from gridclient.store.cache import Changes
from gridclient.store.places import PlaceAsk, PlaceFilter
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.fresh import FreshPage
from gridclient.ui.places.file import PlaceFilePage
from gridclient.ui.places.model import PlaceModel
from gridclient.ui.widgets import ChipLook, RowList, SearchPane


class PlacesPage(FreshPage):
    """The list at the left, the file at the right."""

    case_opened = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._filter = PlaceFilter.ALL
        self._has_duty = True  # for a grid at least
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.model = PlaceModel(desk, self)
        self.view = RowList(narrow=True)
        self.view.setModel(self.model)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.model.loaded.connect(self._loaded)
        self.model.loading.connect(self._loading)
        self.pane = SearchPane(self.view, "store")
        self.pane.setFixedWidth(theme.px(424))
        self.pane.searched.connect(self._ask)
        self.pane.again_wanted.connect(self.reload)
        self.model.failed.connect(self.pane.say_fault)
        self.pane.chips.chosen.connect(self._choose)
        self.pane.empty.action_wanted.connect(self._empty_acts)
        self.search = self.pane.search
        row.addWidget(self.pane)
        self.file = PlaceFilePage(desk)
        self.file.case_opened.connect(self.case_opened)
        row.addWidget(self.file, 1)
        check = QShortcut(QKeySequence("V"), self)
        check.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        check.activated.connect(self.file.start_check)
        desk.changed.connect(self._changed)
        self.retranslate()

    def read(self) -> None:
        """Reads the list and its counts."""
        self._ask()
        self._desk.start(self._count_all(), self.pane.say_fault)

    def _asked(self) -> PlaceAsk:
        return PlaceAsk(self._filter, self.search.text(), iso(self._desk.now()))

    def _ask(self) -> None:
        self.model.ask(self._asked())

    async def _count_all(self) -> None:
        asked = self._asked()
        counted = await self._desk.read_long(lambda c: places.counts(c, asked))
        for each in PlaceFilter:
            self.pane.chips.set_count(each.value, counted[each])
        self._has_duty = bool(await self._desk.read(lists.cells))
        if not self._has_duty:
            self.pane.empty.say_no_duty()
        self.pane.detail.set_text(tr("{n} places on this PC", n=f"{counted[PlaceFilter.ALL]:,}"))

    def _choose(self, chip: str) -> None:
        self._filter = PlaceFilter(chip)
        self.search.clear()
        self._ask()

    def _empty_acts(self) -> None:
        """Shows every place; where that is none, asks the platform."""
        is_all = self._filter is PlaceFilter.ALL and not self.search.text().strip()
        if is_all or not self._has_duty:
            self._desk.try_now()
        else:
            self._show_all()

    def _show_all(self) -> None:
        self.pane.chips.choose(PlaceFilter.ALL.value)
        self._choose(PlaceFilter.ALL.value)

    def _loading(self) -> None:
        self.pane.empty.say(tr("Reading the list"), tr("The places of this PC are being put in order."), "", "loader")
        self.pane.show_rows(False)

    def _loaded(self, rows: int) -> None:
        if not rows:
            self._say_nothing()
        self.pane.say_found(rows, lists.MOST_FOUND)
        self.pane.show_rows(rows > 0)
        place = self.model.place_of(self.file.asked) if self.file.asked else self._first()
        if rows and place >= 0:
            self.view.setCurrentIndex(self.model.index(place))

    def _say_nothing(self) -> None:
        asked = self._asked()
        if not self._has_duty:
            self.pane.empty.say_no_duty()
        elif asked.words.strip() or asked.filter is not PlaceFilter.ALL:
            self.pane.empty.say(tr("No place found"), tr("No place on this PC matches."), tr("Show all"), "store")
        else:
            sentence = tr(
                "No place of your grids is on this PC; they come with the next synchronisation once the office has "
                "entered them."
            )
            self.pane.empty.say(tr("No places yet"), sentence, tr("Synchronise now"), "store")

    def _first(self) -> int:
        """The first line that is no heading."""
        return 1 if self.model.rid_at(0) < 0 else 0

    def _current_changed(self, index: QModelIndex) -> None:
        row = self.model.row(index.row()) if index.isValid() else None
        if row is not None and row.id and row.id != self.file.place_id:
            self.file.open(row.id)

    def open_place(self, place_id: str) -> None:
        """Opens the file of a place beside the list."""
        place = self.model.place_of(place_id)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place))
        else:
            self.view.clearSelection()
        self.file.open(place_id)

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"place", "resident", "scope", "case"}:
            self.reload()
        if self.file.place_id and changes.areas - {"draft"}:
            self.file.open(self.file.place_id)

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self.pane.title.setText(tr("Places"))
        names = {PlaceFilter.ALL: tr("All"), PlaceFilter.LATE: tr("Check overdue"),
                 PlaceFilter.HAZARDS: tr("With hazards")}  # fmt: skip
        self.pane.chips.set_chips([ChipLook(each.value, names[each]) for each in PlaceFilter])
        self.search.setPlaceholderText(tr("Name or address; letters find it too"))
        self.search.setAccessibleName(tr("Search places"))
        self.view.setAccessibleName(tr("Places"))
        self.file.retranslate()
        self.reload()
