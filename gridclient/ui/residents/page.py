"""Residents: a list with search and a person's file, or the buildings with their doors."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from gridclient.domain.record import iso
from gridclient.store import buildings, lists, residents
from gridclient.store.buildings import Building
from gridclient.store.cache import Changes
from gridclient.store.residents import ResidentAsk, ResidentFilter
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.fresh import FreshPage
from gridclient.ui.residents.building import DoorLook
from gridclient.ui.residents.doors import DoorsSide
from gridclient.ui.residents.file import ResidentFilePage
from gridclient.ui.residents.model import ResidentModel
from gridclient.ui.widgets import (
    ChipLook,
    ChipRow,
    RowList,
    RowLook,
    SearchPane,
    ShortList,
    icon_button,
    name_icon_button,
)

_CHIPS = (ResidentFilter.CARE, ResidentFilter.HIGH, ResidentFilter.OVERDUE, ResidentFilter.ALL)
LIST, BUILDINGS = "list", "buildings"


class ResidentsPage(FreshPage):
    """List or buildings at the left, what is chosen at the right."""

    case_opened = Signal(str)
    edit_wanted = Signal(str)
    conflict_wanted = Signal()
    import_wanted = Signal()
    doubles_wanted = Signal()
    export_wanted = Signal(object)  # ResidentAsk: the list as it is shown

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._filter = ResidentFilter.CARE
        self._buildings: list[Building] = []
        self._is_counted = False  # the buildings are not known before
        self._has_duty = True  # for a grid at least
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.pane = self._list_pane()
        row.addWidget(self.pane)
        self.doors = DoorsSide()
        self.building = self.doors.view
        self.building.door_followed.connect(self._door_followed)
        self.building.door_opened.connect(self.open_person)
        self.building.visit_wanted.connect(self._visit_at)
        row.addWidget(self.doors, 3)
        self.file = ResidentFilePage(desk)
        self.file.case_opened.connect(self.case_opened)
        self.file.person_opened.connect(self.open_person)
        self.file.edit_wanted.connect(self.edit_wanted)
        self.file.conflict_wanted.connect(self.conflict_wanted)
        row.addWidget(self.file, 2)
        visit = QShortcut(QKeySequence("V"), self)
        visit.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        visit.activated.connect(self.file.start_visit)
        desk.changed.connect(self._changed)
        self._show_mode(LIST)
        self.retranslate()

    def _list_pane(self) -> SearchPane:
        self.model = ResidentModel(self._desk, self)
        self.view = RowList()
        self.view.setModel(self.model)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.model.loaded.connect(self._loaded)
        self.model.loading.connect(self._reading)
        self.houses = ShortList()
        self.houses.currentRowChanged.connect(self._building_chosen)
        pane = SearchPane(self.view, "users")
        pane.searched.connect(self._ask)
        pane.again_wanted.connect(self.reload)
        self.model.failed.connect(pane.say_fault)
        pane.chips.chosen.connect(self._choose)
        pane.empty.action_wanted.connect(self._empty_acts)
        pane.body.addWidget(self.houses)
        self.search = pane.search
        self.modes = ChipRow()
        self.modes.chosen.connect(self._show_mode)
        self.more = icon_button("ellipsis", "")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.more)
        self.more.setMenu(self._menu)
        for each in (self.modes, self.more):
            pane.head.addWidget(each)
        return pane

    # --- list ----------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Reads the list, its counts and the buildings."""
        self._ask()
        self._desk.start(self._count_all(), self.pane.say_fault)

    def _asked(self) -> ResidentAsk:
        return ResidentAsk(self._filter, self.search.text(), iso(self._desk.now()))

    def _ask(self) -> None:
        self.model.ask(self._asked())

    async def _count_all(self) -> None:
        asked = self._asked()
        counted = await self._desk.read_long(lambda c: residents.counts(c, asked))
        for chip in _CHIPS:
            self.pane.chips.set_count(chip.value, counted[chip])
        self.pane.detail.set_text(tr("{n} people", n=f"{counted[ResidentFilter.ALL]:,}"))
        self._buildings = await self._desk.read_long(lambda c: buildings.buildings(c, asked.now))
        self._has_duty = bool(await self._desk.read(lists.cells))
        self._is_counted = True
        if not self._has_duty:
            self.pane.empty.say_no_duty()
        self._show_buildings()

    def _choose(self, chip: str) -> None:
        self._filter = ResidentFilter(chip)
        self.search.clear()
        self._ask()

    def _show_all(self) -> None:
        self.pane.chips.choose(ResidentFilter.ALL.value)
        self._choose(ResidentFilter.ALL.value)

    def _empty_acts(self) -> None:
        """Shows everybody; where that is nobody, asks the platform."""
        if self._is_all() or self.modes.current() == BUILDINGS or not self._has_duty:
            self._desk.try_now()
        else:
            self._show_all()

    def _is_all(self) -> bool:
        return self._filter is ResidentFilter.ALL and not self.search.text().strip()

    def _reading(self) -> None:
        if self.modes.current() == LIST:
            self._say_reading()
            self.pane.show_rows(False)

    def _say_reading(self) -> None:
        self.pane.empty.say(tr("Reading the list"), tr("The people of this PC are being put in order."), "", "loader")

    def _say_nobody(self, mode: str) -> None:
        if not self._has_duty:
            self.pane.empty.say_no_duty()
        elif mode == BUILDINGS and not self._is_counted:
            self._say_reading()
        elif mode == BUILDINGS:
            self.pane.empty.say(
                tr("No buildings yet"), tr("No household of your grids is on this PC; buildings follow from them."),
                tr("Synchronise now"), "building-2",
            )  # fmt: skip
        elif self._is_all():
            self.pane.empty.say(
                tr("Nobody yet"), tr("No resident of your grids is on this PC. Synchronise, or import a roster."),
                tr("Synchronise now"), "users",
            )  # fmt: skip
        else:
            self.pane.empty.say(tr("Nobody found"), tr("No resident on this PC matches."), tr("Show all"), "users")

    def _loaded(self, rows: int) -> None:
        if self.modes.current() != LIST:
            return
        self._say_nobody(LIST)
        self.pane.say_found(rows, lists.MOST_FOUND)
        self.pane.show_rows(rows > 0)
        place = self.model.place_of(self.file.asked)
        if rows and (place >= 0 or not self.file.asked):
            self.view.setCurrentIndex(self.model.index(max(place, 0)))

    def _current_changed(self, index: QModelIndex) -> None:
        row = self.model.row(index.row()) if index.isValid() else None
        if row is not None and row.id != self.file.resident_id:
            self.file.open(row.id)

    def open_person(self, resident_id: str) -> None:
        """Opens a person's file beside the list."""
        if self.modes.current() != LIST:
            self.modes.choose(LIST)
            self._show_mode(LIST)
        place = self.model.place_of(resident_id)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place))
        else:
            self.view.clearSelection()
        self.file.open(resident_id)

    # --- buildings -----------------------------------------------------------------------------------------

    def show_buildings(self) -> None:
        """Shows the buildings instead of the list."""
        self.modes.choose(BUILDINGS)
        self._show_mode(BUILDINGS)

    def show_list(self) -> None:
        """Shows the list of people again."""
        self.modes.choose(LIST)
        self._show_mode(LIST)

    def _show_mode(self, mode: str) -> None:
        is_list = mode == LIST
        self.pane.setFixedWidth(theme.px(424 if is_list else 244))
        for each in (self.pane.title, self.pane.detail, self.search, self.pane.chips, self.more):
            each.setVisible(is_list)  # also what the menu offers is about the list
        self.doors.setVisible(not is_list)
        self.pane.body.setCurrentWidget(self.view if is_list else self.houses)
        if is_list:
            self._loaded(self.model.rowCount())
            return
        self.pane.found.hide()
        if not self._buildings:
            self._say_nobody(BUILDINGS)
            self.pane.show_rows(False)
        if self.houses.currentRow() < 0 and self.houses.count():
            self.houses.setCurrentRow(0)
        self._door_followed(self.building.current())  # the file beside may be of somebody from the list

    def _show_buildings(self) -> None:
        keep = max(self.houses.currentRow(), 0)
        self.houses.show_rows(map(_house_look, self._buildings))
        if self._buildings:
            self.houses.setCurrentRow(min(keep, len(self._buildings) - 1))
        if self.modes.current() == BUILDINGS:
            self._show_mode(BUILDINGS)

    def _building_chosen(self, place: int) -> None:
        if 0 <= place < len(self._buildings):
            self._desk.start(self._show_building(self._buildings[place]))

    async def _show_building(self, house: Building) -> None:
        found = await self._desk.read(lambda c: buildings.doors(c, self._desk.packs, house.grid, house.number))
        self.doors.show_building(house, found, self._desk.now())

    def _door_followed(self, look: object) -> None:
        if isinstance(look, DoorLook) and look.door.resident and self.doors.isVisible():
            self.file.open(look.door.resident)

    def _visit_at(self, resident_id: str) -> None:
        if resident_id == self.file.resident_id:
            self.file.start_visit()

    # --- everywhere ----------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"resident", "care", "ident", "scope", "conflict", "case"}:
            self.reload()
        if self.file.resident_id and changes.areas - {"draft"}:
            self.file.open(self.file.resident_id)

    def _export(self) -> None:
        self.export_wanted.emit(self._asked())

    def _fill_menu(self) -> None:
        name_icon_button(self.more, tr("More for residents"))
        self._menu.clear()
        if self._desk.actor.role == "worker":
            action = self._menu.addAction(tr("Import from Excel"))
            theme.set_icon(action, "file-spreadsheet")
            action.triggered.connect(self.import_wanted)
            action = self._menu.addAction(tr("Possible doubles"))
            theme.set_icon(action, "users-round")
            action.triggered.connect(self.doubles_wanted)
        action = self._menu.addAction(tr("Export this list to Excel"))
        theme.set_icon(action, "download")
        action.triggered.connect(self._export)

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self.pane.title.setText(tr("Residents"))
        self.modes.set_chips([ChipLook(LIST, tr("List")), ChipLook(BUILDINGS, tr("Buildings"))])
        names = {
            ResidentFilter.CARE: tr("Care"), ResidentFilter.HIGH: tr("High risk"),
            ResidentFilter.OVERDUE: tr("Overdue"), ResidentFilter.ALL: tr("All"),
        }  # fmt: skip
        self.pane.chips.set_chips([ChipLook(chip.value, names[chip]) for chip in _CHIPS])
        self.search.setPlaceholderText(tr("Name, address or the last digits of a phone"))
        self.search.setAccessibleName(tr("Search residents"))
        self.view.setAccessibleName(tr("Residents"))
        self.houses.setAccessibleName(tr("Buildings"))
        self._say_nobody(self.modes.current())
        self.doors.retranslate()
        self._fill_menu()
        self.file.retranslate()
        self.reload()


def _house_look(house: Building) -> RowLook:
    late = tr("{n} overdue", n=house.overdue) if house.overdue else ""
    return RowLook(
        tr("No. {number}", number=house.number), house.lane.partition(" ")[2] or house.lane,
        tr("{doors} doors, {n} cared for", doors=house.doors, n=house.cared_for),
        due_text=late, due_role="bad" if late else "text_2",
    )  # fmt: skip
