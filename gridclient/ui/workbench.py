"""The window of one signed-in worker: its pages, what they ask of each other, and the sync pill."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QSplitter, QWidget
from sqlalchemy.engine import Connection

from gridclient.store import blobs, lists, outbox
from gridclient.store.cache import Changes, read_setting
from gridclient.store.lists import Ask, QueueFilter
from gridclient.sync.http import CertificateProblem, Offline, SignInNeeded
from gridclient.sync.thread import Began, Ended, Failed
from gridclient.text import tr
from gridclient.ui.case import session
from gridclient.ui.case.page import CasePage
from gridclient.ui.conflicts.page import ConflictPage
from gridclient.ui.desk import Desk
from gridclient.ui.queue.page import QueuePage
from gridclient.ui.residents.editor import ResidentEditor
from gridclient.ui.review.page import ReviewPage
from gridclient.ui.shell import MainWindow, NavItem, PillState
from gridclient.ui.uploads.page import UploadsPage
from gridclient.ui.when import clock_text

QUEUE, VISITS, INSPECTIONS, REVIEW, CONFLICTS, UPLOADS = (
    "queue", "visits", "inspections", "review", "conflicts", "uploads",
)  # fmt: skip


class Workbench(QObject):
    """Everything a signed-in worker sees, as one object that owns the window."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk = desk
        self.window = MainWindow(self._nav())
        self._fault: Failed | None = None
        self._running = False
        self._counts: dict[str, int] = {}
        self.case = CasePage(desk)
        self.queue = QueuePage(desk)
        self.visits = QueuePage(desk, "elderly-visit")
        self.inspections = QueuePage(desk, "corridor-inspection")
        self.conflicts = ConflictPage(desk)
        self.uploads = UploadsPage(desk)
        self.editor: ResidentEditor | None = None
        self._lists = {QUEUE: self.queue, VISITS: self.visits, INSPECTIONS: self.inspections}
        self._build()
        desk.sync_event.connect(self._synced)
        desk.changed.connect(self._changed)
        self.show_page(REVIEW if desk.actor.role == "supervisor" else QUEUE)
        desk.start(self._refresh())

    def _build(self) -> None:
        window = self.window
        window.set_worker(self.desk.opened.facts.name)
        for page_id, page in self._lists.items():
            host = _Host(page)
            window.add_page(page_id, host)
            page.case_opened.connect(self._open_case)
        window.add_page(CONFLICTS, self.conflicts)
        window.add_page(UPLOADS, self.uploads)
        if self.desk.actor.role == "supervisor":
            self.review = ReviewPage(self.desk)
            window.add_page(REVIEW, self.review)
        window.page_chosen.connect(self.show_page)
        window.pill_clicked.connect(self._show_uploads)
        window.sync_wanted.connect(self.desk.sync.wake)
        window.activated.connect(self.desk.sync.wake)
        window.search_submitted.connect(self._search)
        self.uploads.sync_wanted.connect(self.desk.sync.wake)
        self.uploads.conflict_wanted.connect(self._show_conflicts)
        self.case.edit_wanted.connect(self._edit_resident)

    def _nav(self) -> list[NavItem]:
        items = [
            NavItem(QUEUE, "inbox", tr("Queue")), NavItem(VISITS, "map-pin-check", tr("Visits")),
            NavItem(INSPECTIONS, "clipboard-check", tr("Inspections")),
        ]  # fmt: skip
        if self.desk.actor.role == "supervisor":
            items.append(NavItem(REVIEW, "list-checks", tr("Review")))
        return [*items, NavItem(CONFLICTS, "git-merge", tr("Conflicts"), at_foot=True, tone="bad")]

    # --- pages ---------------------------------------------------------------------------------------------

    def show_page(self, page_id: str) -> None:
        """Brings a page to the front; the open case stays beside whichever list is shown."""
        self.window.show_page(page_id)
        page = self._lists.get(page_id)
        if page is not None and isinstance(host := page.parent(), _Host):
            host.take(self.case)

    def _open_case(self, case_id: str) -> None:
        current = self.window.current_page()
        self.show_page(current if current in self._lists else QUEUE)
        self.case.open_case(case_id)

    def open_case(self, case_id: str) -> None:
        """Opens a case beside the list."""
        self._open_case(case_id)

    def _show_uploads(self) -> None:
        self.show_page(UPLOADS)

    def _show_conflicts(self) -> None:
        self.show_page(CONFLICTS)

    def _search(self, question: str) -> None:
        self.desk.start(self._open_first(question))

    async def _open_first(self, question: str) -> None:
        found = await self.desk.read(lambda c: lists.search(c, question))
        for hit in found:
            if hit.kind == "case":
                self._open_case(hit.id)
                return

    def _edit_resident(self, resident_id: str) -> None:
        self.desk.start(self._open_editor(resident_id))

    async def _open_editor(self, resident_id: str) -> None:
        file = await self.desk.read(lambda c: session.read_person(c, resident_id))
        self.editor = ResidentEditor(self.desk, file, self.window)
        self.editor.open()

    # --- the pill ------------------------------------------------------------------------------------------

    def _synced(self, event: object) -> None:
        match event:
            case Began():
                self._running = True
            case Ended():
                self._running, self._fault = False, None
            case Failed():
                self._running, self._fault = False, event
            case _:
                return
        self.desk.start(self._refresh())

    def _changed(self, changes: Changes) -> None:
        if changes.areas - {"draft"}:
            self.desk.start(self._refresh())

    async def _refresh(self) -> None:
        state, counts = await self.desk.read(self._standing)
        self._counts = counts
        for page_id, n in counts.items():
            self.window.set_count(page_id, n)
        self.window.set_pill(state)

    def _standing(self, connection: Connection) -> tuple[PillState, dict[str, int]]:
        """The pill and the counts, from what the cache says now."""
        waiting = outbox.waiting(connection)
        photos = len(blobs.to_upload(connection))
        open_conflicts = connection.exec_driver_sql(
            "SELECT count(*) FROM conflicts WHERE state = 'open'"
        ).scalar_one()  # fmt: skip
        synced_at = read_setting(connection, "synced_at")
        in_step = read_setting(connection, "in_step") is not None
        counts = {
            QUEUE: lists.count(connection, Ask(QueueFilter.OPEN)),
            VISITS: lists.count(connection, Ask(QueueFilter.OPEN, pack="elderly-visit")),
            INSPECTIONS: lists.count(connection, Ask(QueueFilter.OPEN, pack="corridor-inspection")),
            CONFLICTS: open_conflicts,
        }
        if self.desk.actor.role == "supervisor":
            counts[REVIEW] = lists.count(connection, Ask(QueueFilter.REVIEW))
        last = tr("last sync {at}", at=clock_text(synced_at)) if synced_at else ""
        return self._pill(waiting.count + photos, open_conflicts, in_step, last), counts

    def _pill(self, unsent: int, open_conflicts: int, in_step: bool, last: str) -> PillState:
        match self._fault.fault if self._fault else None:
            case CertificateProblem() | SignInNeeded() as fault:
                return PillState("problem", str(fault), last)
            case Offline():
                text = tr("Offline · {n} to upload", n=unsent) if unsent else tr("Offline")
                return PillState("offline", text, last)
            case None:
                pass
            case fault:
                return PillState("problem", str(fault), last)
        if unsent:
            return PillState("pending", tr("{n} to upload", n=unsent), last)
        if open_conflicts:
            return PillState("conflict", tr("{n} conflicts to decide", n=open_conflicts), last)
        if in_step:
            return PillState("synced", tr("In step"), last)
        return PillState("syncing", tr("Synchronising"), last)

    def retranslate(self) -> None:
        """Says everything in the active language."""
        self.window.set_nav(self._nav())
        self.window.retranslate()
        for page in (*self._lists.values(), self.case, self.conflicts, self.uploads):
            page.retranslate()
        if self.desk.actor.role == "supervisor":
            self.review.retranslate()
        self.desk.start(self._refresh())


class _Host(QSplitter):
    """A list at the left and the open case at the right."""

    def __init__(self, page: QueuePage) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.addWidget(page)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)

    def take(self, case: QWidget) -> None:
        """Shows the case page beside this list."""
        if case.parent() is not self:
            self.addWidget(case)
            self.setSizes([690, 674])
