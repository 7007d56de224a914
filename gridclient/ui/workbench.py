"""The window of one signed-in worker: its pages, what they ask of each other, the sync pill and the bell."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from gridclient.domain.record import Kind
from gridclient.store import shown, upkeep
from gridclient.store.undo import Deed
from gridclient.store.views import View
from gridclient.text import tr
from gridclient.ui import pages, theme
from gridclient.ui.bench_pages import BenchPages
from gridclient.ui.case import session
from gridclient.ui.case.page import CasePage
from gridclient.ui.case_windows import CaseWindow, CaseWindows
from gridclient.ui.commands import Command, PageCommand, window_commands
from gridclient.ui.conflicts.page import ConflictPage
from gridclient.ui.desk import Desk
from gridclient.ui.help.keys import KeySheet
from gridclient.ui.palette.palette import Palette
from gridclient.ui.palette.recent import remember
from gridclient.ui.report.beginning import packs_to_report
from gridclient.ui.residents.editor import ResidentEditor
from gridclient.ui.residents.exporting import Exporting
from gridclient.ui.shell import MainWindow, NavItem
from gridclient.ui.standing import Standing
from gridclient.ui.telling import Telling
from gridclient.ui.tray import Tray
from gridclient.ui.undoing import Undoing


class Workbench(BenchPages):
    """Everything a signed-in worker sees, as one object that owns the window.

    The queue is on the screen before any other page is made; the others follow while the worker reads it.
    """

    window_wanted = Signal()  # from the tray: the window is to come to the front

    def __init__(self, desk: Desk, left: Mapping[str, str]) -> None:
        super().__init__(desk, MainWindow(), left)
        self.window.set_nav(self._nav())
        self._page_before = ""
        self.editor: ResidentEditor | None = None
        self.saved.wanted.connect(self._show_view)
        self._make_actions()
        self.palette = Palette(desk, self.window, self.actions)
        self._connect()
        self._exporting = Exporting(desk, self.window)
        self._exporting.told.connect(self.window.undo_bar.note)
        self.export_wanted.connect(self._exporting.ask)
        self._undoing = Undoing(desk, self.window.undo_bar, self)
        self._undoing.undone.connect(self._undone)
        self.tray = Tray(self.window)
        self.tray.open_wanted.connect(self.window_wanted)
        self.tray.sync_wanted.connect(desk.try_now)
        self.tray.lock_wanted.connect(self.window.lock_wanted)
        self.case = CasePage(desk)
        self.windows = CaseWindows(desk, self.case, left, self)
        self.windows.opened.connect(self._serve_window)
        for wanted in (self.window_wanted, self.window.lock_wanted):  # the lock lies over this window
            self.windows.lock_wanted.connect(wanted)
        self.windows.sync_wanted.connect(desk.try_now)
        self.windows.undo_wanted.connect(self._undo)
        self.windows.keys_wanted.connect(self._show_keys)
        self._serve(self.case)
        self._telling = Telling(desk, self.window, self.tray, self)
        self._telling.told.connect(self._place_lists)
        usual = pages.REVIEW if self.is_supervisor() else pages.QUEUE
        self.show_page(left["page"] if left.get("page") in self._lasting() else usual)

    def _connect(self) -> None:
        window = self.window
        window.set_worker(self.desk.opened.facts.name)
        window.page_chosen.connect(self.show_page)
        window.pill_clicked.connect(self.to_page(pages.UPLOADS))
        window.sync_wanted.connect(self.desk.try_now)
        window.activated.connect(self.desk.sync.wake)
        window.search_wanted.connect(self.palette.popup)
        window.help_wanted.connect(self.to_page(pages.HELP))
        window.keys_wanted.connect(self._show_keys)
        window.settings_wanted.connect(self.to_page(pages.SETTINGS))
        window.narrow_wanted.connect(self._narrow)
        window.undo_wanted.connect(self._undo)
        window.report_wanted.connect(self._show_report)
        window.bundle_dropped.connect(self._take_bundle)
        self.page_wanted.connect(self.show_page)
        self.back_wanted.connect(self._back)
        self.listed_case_wanted.connect(self.open_case)
        self.case_wanted.connect(self._open_in_queue)
        self.case_window_wanted.connect(self.open_apart)
        self.person_wanted.connect(self._open_person)
        self.edit_wanted.connect(self._edit_resident)
        self.palette.opened.connect(self._open_hit)
        self.palette.window_wanted.connect(self.open_apart)

    # --- after the first screen ---------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Does what the first screen did without: counts, every other page, and the saved views."""
        await self._telling.tell()
        for page_id in (*pages.EVERYBODYS, *((pages.REVIEW,) if self.is_supervisor() else ())):
            await asyncio.sleep(0)  # the worker may be typing already
            self.front(page_id)
        await self.saved.read()
        while await self.desk.run(self._keep_up):
            await asyncio.sleep(0.02)  # a worker's own reads come between

    def _keep_up(self) -> bool:
        with self.desk.cache.write() as tx:
            return upkeep.index_again(tx)

    def _nav(self) -> list[NavItem]:
        items = [
            NavItem(pages.QUEUE, "inbox", tr("Queue")),
            NavItem(pages.VISITS, "map-pin-check", tr("Visits")),
            NavItem(pages.INSPECTIONS, "clipboard-check", tr("Checks")),
            NavItem(pages.RESIDENTS, "users", tr("Residents")),
            NavItem(pages.PLACES, "store", tr("Places")),
        ]
        if self.is_supervisor():
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

    def _make_actions(self) -> None:
        for action in self.commands:
            action.deleteLater()
        self.commands = window_commands(self.window, self._nav(), can_report=bool(packs_to_report(self.desk)))
        for text, icon, page_id in (
            (tr("Show the visits of a day"), "calendar", pages.DAY),
            *([] if self.is_supervisor() else [
                (tr("Import residents"), "file-spreadsheet", pages.IMPORT),
                (tr("Possible doubles"), "users-round", pages.DOUBLES),
            ]),
        ):  # fmt: skip
            to_page = PageCommand(text, icon, page_id, parent=self)
            to_page.wanted.connect(self.page_wanted)
            self.commands.append(to_page)
        fieldwork = [
            (tr("Start a visit"), "map-pin-check", self._start_visit),
            (tr("Start a check"), "clipboard-check", self._start_check),
        ]  # fmt: skip
        for text, icon, act in (
            *([] if self.is_supervisor() else fieldwork),
            (tr("Show the buildings"), "building-2", self._show_buildings),
            (tr("Write a bundle"), "upload", self._write_bundle),
            (tr("Take an answer"), "download", self._choose_answer),
            (tr("Light or dark colours"), "moon", self._toggle_dark),
        ):
            command = Command(text, icon, parent=self)
            command.triggered.connect(act)
            self.commands.append(command)

    def _toggle_dark(self) -> None:
        self.window.dark_chosen.emit(not theme.is_dark())

    # --- pages ---------------------------------------------------------------------------------------------

    def show_page(self, page_id: str) -> None:
        """Brings a page to the front; the open case stays beside whichever list is shown."""
        if self.window.current_page() not in ("", pages.HELP, pages.REPORT, pages.IMPORT):
            self._page_before = self.window.current_page()
        front = self.front(page_id)
        self.window.show_page(page_id)
        if page_id == pages.DAY:
            self.window.nav.show_current(pages.VISITS)  # the day is another view of them
        self.lists.take(page_id, self.case)
        self._focus(front)

    def take_focus(self) -> None:
        """Gives the keyboard to the page in front."""
        self._focus(self.front(self.window.current_page()))

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
        page_id = current if current in self.lists else pages.QUEUE
        self.show_page(page_id)
        self.case.open_case(case_id)
        self.lists.select(page_id, case_id)
        self._remember(case_id)

    def open_apart(self, case_id: str) -> None:
        """Opens a case in a window of its own."""
        self.windows.open(case_id)
        self._remember(case_id)

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

    def _remember(self, record_id: str) -> None:
        self.desk.start(self.desk.write(lambda tx: remember(tx, record_id)))

    def _open_in_queue(self, case_id: str) -> None:
        self.show_page(pages.QUEUE)
        self.open_case(case_id)

    def _open_person(self, resident_id: str) -> None:
        self.show_page(pages.RESIDENTS)
        self.residents.open_person(resident_id)
        self._remember(resident_id)

    def _open_hit(self, kind: str, record_id: str) -> None:
        match kind:
            case "case":
                self.open_case(record_id)
            case "resident":
                self._open_person(record_id)
            case _:
                self.desk.start(self._open_address(record_id))
                self._remember(record_id)

    async def _open_address(self, record_id: str) -> None:
        """A place has a file; a household is a door of its building."""
        found = await self.desk.read(lambda c: shown.find(c, record_id))
        if found is None or found.kind is not Kind.PLACE:
            self._show_buildings()
            return
        self.show_page(pages.PLACES)
        self.places.open_place(record_id)

    def _start_visit(self) -> None:
        """About the person whose file is in front; from elsewhere the page of residents asks whom."""
        if self.window.current_page() == pages.RESIDENTS:
            self.residents.file.start_visit()
        else:
            self.show_page(pages.RESIDENTS)
            self.residents.search.setFocus()

    def _start_check(self) -> None:
        if self.window.current_page() == pages.PLACES:
            self.places.file.start_check()
        else:
            self.show_page(pages.PLACES)
            self.places.search.setFocus()

    def _write_bundle(self) -> None:
        self.show_page(pages.UPLOADS)
        self.uploads.side.by_file.choose_target()

    def _choose_answer(self) -> None:
        self.show_page(pages.UPLOADS)
        self.uploads.side.by_file.choose_answer()

    def _take_bundle(self, path: Path) -> None:
        self.show_page(pages.UPLOADS)
        self.uploads.side.by_file.take_file(path)

    def _show_buildings(self) -> None:
        self.show_page(pages.RESIDENTS)
        self.residents.show_buildings()

    def _show_report(self) -> None:
        if packs_to_report(self.desk):
            self.show_page(pages.REPORT)
            self.desk.start(self.report.begin())

    def _show_keys(self) -> None:
        KeySheet(self.commands, QApplication.activeWindow() or self.window).open()

    def _back(self) -> None:
        self.show_page(self._page_before or pages.QUEUE)

    def _narrow(self) -> None:
        self.lists.narrow(self.window.current_page())

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
        self.lists.arrange(view)

    def _place_lists(self, standing: object) -> None:
        assert isinstance(standing, Standing)
        self.lists.place(standing.place)

    def _lasting(self) -> set[str]:
        """The pages to which a worker comes back; the others are a moment's."""
        return {pages.DAY, pages.UPLOADS, *self.window.nav.ids()}

    def left_as(self) -> dict[str, str]:
        """How the worker leaves the page in front, lists, filters and widths, by the names of the choices."""
        front = self.window.current_page()
        page = front if front in self._lasting() else self._page_before
        return super().left_as() | self.windows.left_as() | {"page": page}

    def retranslate(self) -> None:
        """Says everything in the active language."""
        self.window.set_nav(self._nav())
        self.window.retranslate()
        self._make_actions()
        for page in (self.palette, self.case, self.windows, self.tray, *self.made):
            page.retranslate()
        self._telling.begin()
