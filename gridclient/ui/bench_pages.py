"""The pages of a workbench, each made when it is first wanted, and what they ask for as a few signals.

Nothing is decided here: which page comes to the front, and what becomes of a wish, is the workbench's.
"""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gridclient.ui import pages
from gridclient.ui.board.page import BoardPage
from gridclient.ui.case_lists import CaseLists
from gridclient.ui.commands import Command
from gridclient.ui.conflicts.page import ConflictPage
from gridclient.ui.desk import Desk
from gridclient.ui.help.page import HelpPage
from gridclient.ui.places.page import PlacesPage
from gridclient.ui.queue.page import QueuePage
from gridclient.ui.queue.saved import SavedViews
from gridclient.ui.report.page import ReportPage
from gridclient.ui.residents.doubles import DoublesPage
from gridclient.ui.residents.importing import ImportPage
from gridclient.ui.residents.page import ResidentsPage
from gridclient.ui.review.page import ReviewPage
from gridclient.ui.settings.page import SettingsPage
from gridclient.ui.shell import MainWindow
from gridclient.ui.uploads.page import UploadsPage
from gridclient.ui.visits.page import DayPage
from gridclient.ui.widgets import ChipRow


class Translated(Protocol):
    """What says its words anew in another language."""

    def retranslate(self) -> None:
        """Says them."""
        ...


P = TypeVar(
    "P", ResidentsPage, ReviewPage, ConflictPage, UploadsPage, SettingsPage, HelpPage, ReportPage, DayPage, ImportPage,
    DoublesPage, BoardPage, PlacesPage,
)  # fmt: skip


class BenchPages(QObject):
    """Makes the pages as the worker left them, and adds them to the window."""

    listed_case_wanted = Signal(str)  # case id, from the list that is in front
    case_wanted = Signal(str)  # case id, from any other page
    case_window_wanted = Signal(str)  # case id: it is to be shown in a window of its own
    person_wanted = Signal(str)  # resident id
    edit_wanted = Signal(str)  # resident id
    export_wanted = Signal(object)  # ResidentAsk
    page_wanted = Signal(str)  # page id
    back_wanted = Signal()  # to the page before
    settings_made = Signal(object)  # SettingsPage

    def __init__(self, desk: Desk, window: MainWindow, left: Mapping[str, str]) -> None:
        super().__init__(desk)
        self.desk, self.window, self.left = desk, window, left
        self.saved = SavedViews(desk, self)
        self.lists = CaseLists(desk, window, self.saved, left)
        self._chips: dict[str, ChipRow] = {}  # by the names of the choices
        self.made: list[Translated] = []
        self.commands: list[Command] = []

    def is_supervisor(self) -> bool:
        """Whether the worker reviews what others send."""
        return self.desk.actor.role == "supervisor"

    def actions(self) -> list[QAction]:
        """Everything that can be done from anywhere, the saved views among it."""
        return [*self.commands, *self.saved.actions()]

    @cached_property
    def queue(self) -> QueuePage:
        """Every case of the worker."""
        page = self._list(pages.QUEUE)
        page.report_wanted.connect(self.window.report_wanted)
        return page

    @cached_property
    def visits(self) -> QueuePage:
        """The visits alone."""
        page = self._list(pages.VISITS, "elderly-visit")
        page.day_wanted.connect(self.to_page(pages.DAY))
        return page

    @cached_property
    def day(self) -> DayPage:
        """The visits of a day in the order of the doors."""
        page = DayPage(self.desk, "elderly-visit")
        page.case_opened.connect(self.case_wanted)
        page.person_wanted.connect(self.person_wanted)
        page.list_wanted.connect(self.to_page(pages.VISITS))
        return self._add(pages.DAY, page, part=page.chips)

    @cached_property
    def inspections(self) -> QueuePage:
        """The inspections alone."""
        return self._list(pages.INSPECTIONS, "corridor-inspection")

    @cached_property
    def residents(self) -> ResidentsPage:
        """Who lives in the worker's area."""
        page = ResidentsPage(self.desk)
        page.case_opened.connect(self.case_wanted)
        page.edit_wanted.connect(self.edit_wanted)
        page.conflict_wanted.connect(self.to_page(pages.CONFLICTS))
        page.import_wanted.connect(self.to_page(pages.IMPORT))
        page.doubles_wanted.connect(self.to_page(pages.DOUBLES))
        page.export_wanted.connect(self.export_wanted)
        return self._add(pages.RESIDENTS, page, mode=page.modes, filter=page.pane.chips, colours=page.doors.colours)

    @cached_property
    def places(self) -> PlacesPage:
        """What is checked in the worker's area."""
        page = PlacesPage(self.desk)
        page.case_opened.connect(self.case_wanted)
        return self._add(pages.PLACES, page, filter=page.pane.chips)

    @cached_property
    def importing(self) -> ImportPage:
        """A roster on its way into the files."""
        page = ImportPage(self.desk)
        page.left.connect(self.to_page(pages.RESIDENTS))
        return self._add(pages.IMPORT, page)

    @cached_property
    def doubles(self) -> DoublesPage:
        """Files that may be of one person."""
        page = DoublesPage(self.desk)
        page.left.connect(self.to_page(pages.RESIDENTS))
        page.person_opened.connect(self.person_wanted)
        return self._add(pages.DOUBLES, page)

    @cached_property
    def review(self) -> ReviewPage | None:
        """A supervisor's queue; nobody else has one."""
        if not self.is_supervisor():
            return None
        page = ReviewPage(self.desk)
        return self._add(pages.REVIEW, page, filter=page.chips)

    @cached_property
    def board(self) -> BoardPage:
        """What a supervisor looks at first."""
        page = BoardPage(self.desk)
        page.case_opened.connect(self.case_wanted)
        return self._add(pages.BOARD, page, part=page.chips, period=page.rates.periods)

    @cached_property
    def conflicts(self) -> ConflictPage:
        """What two people changed."""
        page = ConflictPage(self.desk)
        return self._add(pages.CONFLICTS, page, filter=page.list.chips)

    @cached_property
    def uploads(self) -> UploadsPage:
        """What became of every change."""
        page = UploadsPage(self.desk)
        page.sync_wanted.connect(self.desk.try_now)
        page.conflict_wanted.connect(self.to_page(pages.CONFLICTS))
        page.case_wanted.connect(self.case_wanted)
        return self._add(pages.UPLOADS, page, filter=page.pane.chips)

    @cached_property
    def settings(self) -> SettingsPage:
        """What the worker prefers."""
        page = SettingsPage(self.desk)
        page.help_wanted.connect(self.to_page(pages.HELP))
        self.settings_made.emit(page)
        return self._add(pages.SETTINGS, page)

    @cached_property
    def report(self) -> ReportPage:
        """What was found on the way and is reported at once."""
        page = ReportPage(self.desk)
        page.case_wanted.connect(self.case_wanted)
        page.left.connect(self.back_wanted)
        return self._add(pages.REPORT, page)

    @cached_property
    def help(self) -> HelpPage:
        """The guide and the shortcuts."""
        page = HelpPage(self.actions)
        page.back_wanted.connect(self.back_wanted)
        page.retranslate()
        return self._add(pages.HELP, page)

    def _list(self, page_id: str, pack: str = "") -> QueuePage:
        page = self.lists.make(page_id, pack)
        page.case_opened.connect(self.listed_case_wanted)
        page.window_wanted.connect(self.case_window_wanted)
        self.made.append(page)
        return page

    def _add(self, page_id: str, page: P, **choices: ChipRow) -> P:
        for name, chips in choices.items():
            choice = f"{page_id}.{name}"
            chips.take_up(self.left.get(choice, ""))
            self._chips[choice] = chips
        self.made.append(page)
        self.window.add_page(page_id, page)
        return page

    def left_as(self) -> dict[str, str]:
        """How the worker leaves the lists, by the names of the choices; a page that was not made stays as it was."""
        return self.lists.left_as() | {choice: chips.current() for choice, chips in self._chips.items()}

    def front(self, page_id: str) -> QWidget:
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

    def to_page(self, page_id: str) -> Callable[[], None]:
        """What asks for a page."""
        return partial(self.page_wanted.emit, page_id)
