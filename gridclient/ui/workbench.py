"""The window of one signed-in worker: its pages, what they ask of each other, the sync pill and the bell."""

import asyncio
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gridclient.domain.record import Kind
from gridclient.store import shown, upkeep
from gridclient.store.lists import Found
from gridclient.store.undo import Deed
from gridclient.store.views import View
from gridclient.text import tr
from gridclient.ui import pages, theme
from gridclient.ui.board.page import BoardPage
from gridclient.ui.case import session
from gridclient.ui.case.page import CasePage
from gridclient.ui.case_lists import CaseLists
from gridclient.ui.case_windows import CaseWindow, CaseWindows
from gridclient.ui.commands import Command, window_commands
from gridclient.ui.conflicts.page import ConflictPage
from gridclient.ui.desk import Desk
from gridclient.ui.help.page import HelpPage
from gridclient.ui.palette.palette import Palette
from gridclient.ui.places.page import PlacesPage
from gridclient.ui.queue.page import QueuePage
from gridclient.ui.queue.saved import SavedViews
from gridclient.ui.report.beginning import packs_to_report
from gridclient.ui.report.page import ReportPage
from gridclient.ui.residents.doubles import DoublesPage
from gridclient.ui.residents.editor import ResidentEditor
from gridclient.ui.residents.exporting import Exporting
from gridclient.ui.residents.importing import ImportPage
from gridclient.ui.residents.page import ResidentsPage
from gridclient.ui.review.page import ReviewPage
from gridclient.ui.settings.page import SettingsPage
from gridclient.ui.shell import MainWindow, NavItem
from gridclient.ui.standing import Standing
from gridclient.ui.telling import Telling
from gridclient.ui.tray import Tray
from gridclient.ui.undoing import Undoing
from gridclient.ui.uploads.page import UploadsPage
from gridclient.ui.visits.page import DayPage


class Translated(Protocol):
    """What says its words anew in another language."""

    def retranslate(self) -> None:
        """Says them."""
        ...


P = TypeVar(
    "P", ResidentsPage, ReviewPage, ConflictPage, UploadsPage, SettingsPage, HelpPage, ReportPage, DayPage, ImportPage,
    DoublesPage, BoardPage, PlacesPage,
)  # fmt: skip


class Workbench(QObject):
    """Everything a signed-in worker sees, as one object that owns the window.

    The queue is on the screen before any other page is made; the others follow while the worker reads it.
    """

    settings_made = Signal(object)  # SettingsPage
    window_wanted = Signal()  # from the tray: the window is to come to the front

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk = desk
        self.window = MainWindow(self._nav())
        self._page_before = ""
        self._made: list[Translated] = []
        self.editor: ResidentEditor | None = None
        self._actions: list[Command] = []
        self.saved = SavedViews(desk, self)
        self.saved.wanted.connect(self._show_view)
        self._lists = CaseLists(desk, self.window, self.saved)
        self._make_actions()
        self.palette = Palette(desk, self.window, self.actions)
        self._connect()
        self._exporting = Exporting(desk, self.window)
        self._exporting.told.connect(self.window.undo_bar.note)
        self._undoing = Undoing(desk, self.window.undo_bar, self)
        self._undoing.undone.connect(self._undone)
        self.tray = Tray(self.window)
        self.tray.open_wanted.connect(self.window_wanted)
        self.tray.sync_wanted.connect(desk.try_now)
        self.tray.lock_wanted.connect(self.window.lock_wanted)
        self.case = CasePage(desk)
        self.windows = CaseWindows(desk, self.case, self)
        self.windows.opened.connect(self._serve_window)
        for wanted in (self.window_wanted, self.window.lock_wanted):  # the lock lies over this window
            self.windows.lock_wanted.connect(wanted)
        self.windows.sync_wanted.connect(desk.try_now)
        self.windows.undo_wanted.connect(self._undo)
        self._serve(self.case)
        self._telling = Telling(desk, self.window, self.tray, self)
        self._telling.told.connect(self._place_lists)
        self.show_page(pages.REVIEW if self._is_supervisor() else pages.QUEUE)

    def _is_supervisor(self) -> bool:
        return self.desk.actor.role == "supervisor"

    def _connect(self) -> None:
        window = self.window
        window.set_worker(self.desk.opened.facts.name)
        window.page_chosen.connect(self.show_page)
        window.pill_clicked.connect(self._show_uploads)
        window.sync_wanted.connect(self.desk.try_now)
        window.activated.connect(self.desk.sync.wake)
        window.search_wanted.connect(self.palette.popup)
        window.help_wanted.connect(self._show_help)
        window.settings_wanted.connect(self._show_settings)
        window.narrow_wanted.connect(self._narrow)
        window.undo_wanted.connect(self._undo)
        window.report_wanted.connect(self._show_report)
        window.bundle_dropped.connect(self._take_bundle)
        self.palette.opened.connect(self._open_hit)
        self.palette.window_wanted.connect(self.open_apart)

    # --- pages, each made when it is first wanted ----------------------------------------------------------

    @cached_property
    def queue(self) -> QueuePage:
        """Every case of the worker."""
        return self._list(pages.QUEUE)

    @cached_property
    def visits(self) -> QueuePage:
        """The visits alone."""
        page = self._list(pages.VISITS, "elderly-visit")
        page.day_wanted.connect(self._show_day)
        return page

    @cached_property
    def day(self) -> DayPage:
        """The visits of a day in the order of the doors."""
        page = DayPage(self.desk, "elderly-visit")
        page.case_opened.connect(self._open_in_queue)
        page.person_wanted.connect(self._open_person)
        page.list_wanted.connect(self._show_visits)
        return self._add(pages.DAY, page)

    @cached_property
    def inspections(self) -> QueuePage:
        """The inspections alone."""
        return self._list(pages.INSPECTIONS, "corridor-inspection")

    @cached_property
    def residents(self) -> ResidentsPage:
        """Who lives in the worker's area."""
        page = ResidentsPage(self.desk)
        page.case_opened.connect(self._open_in_queue)
        page.edit_wanted.connect(self._edit_resident)
        page.conflict_wanted.connect(self._show_conflicts)
        page.import_wanted.connect(self._show_import)
        page.doubles_wanted.connect(self._show_doubles)
        page.export_wanted.connect(self._exporting.ask)
        return self._add(pages.RESIDENTS, page)

    @cached_property
    def places(self) -> PlacesPage:
        """What is checked in the worker's area."""
        page = PlacesPage(self.desk)
        page.case_opened.connect(self._open_in_queue)
        return self._add(pages.PLACES, page)

    @cached_property
    def importing(self) -> ImportPage:
        """A roster on its way into the files."""
        page = ImportPage(self.desk)
        page.left.connect(self._show_residents)
        return self._add(pages.IMPORT, page)

    @cached_property
    def doubles(self) -> DoublesPage:
        """Files that may be of one person."""
        page = DoublesPage(self.desk)
        page.left.connect(self._show_residents)
        page.person_opened.connect(self._open_person)
        return self._add(pages.DOUBLES, page)

    @cached_property
    def review(self) -> ReviewPage | None:
        """A supervisor's queue; nobody else has one."""
        return self._add(pages.REVIEW, ReviewPage(self.desk)) if self._is_supervisor() else None

    @cached_property
    def board(self) -> BoardPage:
        """What a supervisor looks at first."""
        page = BoardPage(self.desk)
        page.case_opened.connect(self._open_in_queue)
        return self._add(pages.BOARD, page)

    @cached_property
    def conflicts(self) -> ConflictPage:
        """What two people changed."""
        return self._add(pages.CONFLICTS, ConflictPage(self.desk))

    @cached_property
    def uploads(self) -> UploadsPage:
        """What became of every change."""
        page = UploadsPage(self.desk)
        page.sync_wanted.connect(self.desk.try_now)
        page.conflict_wanted.connect(self._show_conflicts)
        page.case_wanted.connect(self._open_in_queue)
        return self._add(pages.UPLOADS, page)

    @cached_property
    def settings(self) -> SettingsPage:
        """What the worker prefers."""
        page = SettingsPage(self.desk)
        page.help_wanted.connect(self._show_help)
        self.settings_made.emit(page)
        return self._add(pages.SETTINGS, page)

    @cached_property
    def report(self) -> ReportPage:
        """What was found on the way and is reported at once."""
        page = ReportPage(self.desk)
        page.case_wanted.connect(self._open_in_queue)
        page.left.connect(self._back)
        return self._add(pages.REPORT, page)

    @cached_property
    def help(self) -> HelpPage:
        """The guide and the shortcuts."""
        page = HelpPage(self.actions)
        page.back_wanted.connect(self._back)
        page.retranslate()
        return self._add(pages.HELP, page)

    def _list(self, page_id: str, pack: str = "") -> QueuePage:
        page = self._lists.make(page_id, pack)
        page.case_opened.connect(self.open_case)
        page.window_wanted.connect(self.open_apart)
        self._made.append(page)
        return page

    def _add(self, page_id: str, page: P) -> P:
        self._made.append(page)
        self.window.add_page(page_id, page)
        return page

    def _front(self, page_id: str) -> QWidget:
        """What has the keyboard on a page; making the page when it is not there yet."""
        match page_id:
            case pages.QUEUE:
                return self.queue.view
            case pages.VISITS:
                return self.visits.view
            case pages.INSPECTIONS:
                return self.inspections.view
            case pages.RESIDENTS:
                return self.residents.view
            case pages.PLACES:
                return self.places.view
            case pages.REVIEW:
                return self.review.list if self.review is not None else self.queue.view
            case pages.CONFLICTS:
                return self.conflicts
            case pages.UPLOADS:
                return self.uploads.list
            case pages.SETTINGS:
                return self.settings.sections
            case pages.HELP:
                return self.help.guide
            case pages.REPORT:
                return self.report
            case pages.BOARD:
                return self.board.view
            case pages.DAY:
                return self.day.view
            case pages.IMPORT:
                return self.importing
            case pages.DOUBLES:
                return self.doubles.list
            case _:
                raise ValueError(page_id)

    async def settle(self) -> None:
        """Does what the first screen did without: counts, every other page, and the lists as they were left."""
        await self._telling.tell()
        for page_id in (*pages.EVERYBODYS, *((pages.REVIEW,) if self._is_supervisor() else ())):
            await asyncio.sleep(0)  # the worker may be typing already
            self._front(page_id)
        await self._lists.restore()
        await self.saved.read()
        await self.windows.restore()
        while await self.desk.run(self._keep_up):
            await asyncio.sleep(0.02)  # a worker's own reads come between

    def _keep_up(self) -> bool:
        with self.desk.cache.write() as tx:
            return upkeep.add_letters(tx)

    def _nav(self) -> list[NavItem]:
        items = [
            NavItem(pages.QUEUE, "inbox", tr("Queue")),
            NavItem(pages.VISITS, "map-pin-check", tr("Visits")),
            NavItem(pages.INSPECTIONS, "clipboard-check", tr("Checks")),
            NavItem(pages.RESIDENTS, "users", tr("Residents")),
            NavItem(pages.PLACES, "store", tr("Places")),
        ]
        if self._is_supervisor():
            items += [
                NavItem(pages.REVIEW, "list-checks", tr("Review")),
                NavItem(pages.BOARD, "chart-column", tr("Board")),
            ]
        return [
            *items,
            NavItem(pages.CONFLICTS, "git-merge", tr("Conflicts"), at_foot=True, tone="bad"),
            NavItem(pages.SETTINGS, "settings", tr("Settings"), at_foot=True),
        ]

    # --- actions: one list for the palette, the help and the menus ------------------------------------------

    def actions(self) -> list[QAction]:
        """Everything that can be done from anywhere, the saved views among it."""
        return [*self._actions, *self.saved.actions()]

    def _make_actions(self) -> None:
        for action in self._actions:
            action.deleteLater()
        self._actions = window_commands(self.window, self._nav(), can_report=bool(packs_to_report(self.desk)))
        for text, icon, act in (
            (tr("Show the visits of a day"), "calendar", self._show_day),
            (tr("Show the buildings"), "building-2", self._show_buildings),
            (tr("Write a bundle"), "upload", self._write_bundle),
            (tr("Take an answer"), "download", self._choose_answer),
            (tr("Light or dark colours"), "moon", self._toggle_dark),
            *([] if self._is_supervisor() else [
                (tr("Import residents"), "file-spreadsheet", self._show_import),
                (tr("Possible doubles"), "users-round", self._show_doubles),
            ]),
        ):  # fmt: skip
            command = Command(text, icon, parent=self)
            command.triggered.connect(act)
            self._actions.append(command)

    def _toggle_dark(self) -> None:
        self.window.dark_chosen.emit(not theme.is_dark())

    # --- pages ---------------------------------------------------------------------------------------------

    def show_page(self, page_id: str) -> None:
        """Brings a page to the front; the open case stays beside whichever list is shown."""
        if self.window.current_page() not in ("", pages.HELP, pages.REPORT, pages.IMPORT):
            self._page_before = self.window.current_page()
        front = self._front(page_id)
        self.window.show_page(page_id)
        self._lists.take(page_id, self.case)
        self._focus(front)

    def take_focus(self) -> None:
        """Gives the keyboard to the page in front."""
        self._focus(self._front(self.window.current_page()))

    def _focus(self, front: QWidget) -> None:
        """The keyboard goes to the work itself; Qt would leave it in the bar above."""
        if isinstance(front, ConflictPage):
            front.take_focus()
        else:
            front.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_case(self, case_id: str) -> None:
        """Opens a case beside the list in front, or beside the queue; one that has a window comes to the front."""
        if self.windows.bring(case_id):
            return
        current = self.window.current_page()
        page_id = current if current in self._lists else pages.QUEUE
        self.show_page(page_id)
        self.case.open_case(case_id)
        self._lists.select(page_id, case_id)
        self.desk.start(self._remember(case_id))

    def open_apart(self, case_id: str) -> None:
        """Opens a case in a window of its own."""
        self.windows.open(case_id)
        self.desk.start(self._remember(case_id))

    def _serve(self, page: CasePage) -> None:
        page.edit_wanted.connect(self._edit_resident)
        page.person_wanted.connect(self._show_person)
        page.papers.window_wanted.connect(self.open_apart)

    def _serve_window(self, window: CaseWindow) -> None:
        self._serve(window.page)

    def _show_person(self, resident_id: str) -> None:
        """Asked for in a case, which may have a window of its own before this one."""
        self._open_person(resident_id)
        self.window_wanted.emit()

    async def _remember(self, record_id: str) -> None:
        found = await self.desk.read(lambda c: shown.find(c, record_id))
        if found is not None:
            name = found.text("title") or found.text("name")
            self.palette.remember(Found(found.id, found.kind, name, found.text("address")))

    def _open_in_queue(self, case_id: str) -> None:
        self.show_page(pages.QUEUE)
        self.open_case(case_id)

    def _open_person(self, resident_id: str) -> None:
        self.show_page(pages.RESIDENTS)
        self.residents.open_person(resident_id)
        self.desk.start(self._remember(resident_id))

    def _open_hit(self, kind: str, record_id: str) -> None:
        match kind:
            case "case":
                self.open_case(record_id)
            case "resident":
                self._open_person(record_id)
            case _:
                self.desk.start(self._open_address(record_id))

    async def _open_address(self, record_id: str) -> None:
        """A place has a file; a household is a door of its building."""
        found = await self.desk.read(lambda c: shown.find(c, record_id))
        if found is None or found.kind is not Kind.PLACE:
            self._show_buildings()
            return
        self.show_page(pages.PLACES)
        self.places.open_place(record_id)

    def _show_day(self) -> None:
        self.show_page(pages.DAY)
        self.window.nav.show_current(pages.VISITS)  # the day is another view of them

    def _show_visits(self) -> None:
        self.show_page(pages.VISITS)

    def _show_uploads(self) -> None:
        self.show_page(pages.UPLOADS)

    def _write_bundle(self) -> None:
        self.show_page(pages.UPLOADS)
        self.uploads.side.by_file.choose_target()

    def _choose_answer(self) -> None:
        self.show_page(pages.UPLOADS)
        self.uploads.side.by_file.choose_answer()

    def _take_bundle(self, path: Path) -> None:
        self.show_page(pages.UPLOADS)
        self.uploads.side.by_file.take_file(path)

    def _show_conflicts(self) -> None:
        self.show_page(pages.CONFLICTS)

    def _show_settings(self) -> None:
        self.show_page(pages.SETTINGS)

    def _show_buildings(self) -> None:
        self.show_page(pages.RESIDENTS)
        self.residents.show_buildings()

    def _show_residents(self) -> None:
        self.show_page(pages.RESIDENTS)

    def _show_doubles(self) -> None:
        self.show_page(pages.DOUBLES)

    def _show_import(self) -> None:
        self.show_page(pages.IMPORT)

    def _show_help(self) -> None:
        self.show_page(pages.HELP)

    def _show_report(self) -> None:
        if packs_to_report(self.desk):
            self.show_page(pages.REPORT)
            self.desk.start(self.report.begin())

    def _back(self) -> None:
        self.show_page(self._page_before or pages.QUEUE)

    def _narrow(self) -> None:
        self._lists.narrow(self.window.current_page())

    def _edit_resident(self, resident_id: str) -> None:
        asked = self.sender()
        over = asked.window() if isinstance(asked, CasePage) else self.window
        self.desk.start(self._open_editor(resident_id, over))

    async def _open_editor(self, resident_id: str, over: QWidget) -> None:
        file = await self.desk.read(lambda c: session.read_person(c, resident_id))
        self.editor = ResidentEditor(self.desk, file, over)
        self.editor.open()

    def _undo(self) -> None:
        """What was only chosen is taken back before what was done."""
        if self.window.current_page() != pages.CONFLICTS or not self.conflicts.take_back():
            self._undoing.take_back()

    def _undone(self, deed: object) -> None:
        assert isinstance(deed, Deed)
        self.desk.start(self.report.give_back(deed.record))

    def _show_view(self, view: object) -> None:
        assert isinstance(view, View)
        self.show_page(view.page)
        self._lists.arrange(view)

    def _place_lists(self, standing: object) -> None:
        assert isinstance(standing, Standing)
        self._lists.place(standing.place)

    def left_as(self) -> dict[str, str]:
        """How the worker leaves lists, filters and widths, by the names of the choices."""
        return self._lists.left_as() | self.windows.left_as()

    def retranslate(self) -> None:
        """Says everything in the active language."""
        self.window.set_nav(self._nav())
        self.window.retranslate()
        self._make_actions()
        for page in (self.palette, self.case, self.windows, self.tray, *self._made):
            page.retranslate()
        self._telling.begin()
