"""Tells how this PC stands: the pill, the counts of the pages, the messages under the bell, and the system's tray.

Read again after every change and every sync cycle.
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from gridclient.errors import GridError
from gridclient.store import facts
from gridclient.store.cache import Changes
from gridclient.sync.thread import Began, Ended, Failed
from gridclient.text import tr
from gridclient.ui.commands import PageCommand
from gridclient.ui.desk import Desk
from gridclient.ui.pages import BOARD, CONFLICTS, QUEUE, REVIEW, UPLOADS
from gridclient.ui.shell import MainWindow
from gridclient.ui.standing import notice, pill, read_standing, waiting
from gridclient.ui.tray import Tray, Waiting


class Telling(QObject):
    """Keeps a window and its tray up to date with a desk."""

    told = Signal(object)  # Standing

    def __init__(self, desk: Desk, window: MainWindow, tray: Tray, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._window, self._tray = desk, window, tray
        self._fault: GridError | None = None
        self._is_running = False
        desk.sync_event.connect(self._synced)
        desk.changed.connect(self._changed)

    def begin(self) -> None:
        """Reads how the PC stands and tells it, in a task of its own."""
        self._desk.start(self.tell())

    async def tell(self) -> None:
        """Reads how the PC stands and tells it."""
        standing = await self._desk.read(lambda c: read_standing(c, self._desk))
        for page_id, n in standing.counts.items():
            if page_id in self._window.nav.ids():
                self._window.set_count(page_id, n)
        self._window.set_pill(pill(standing, self._fault, is_running=self._is_running))
        self._window.notice.show_notice(notice(standing, self._fault))
        texts = waiting(standing.counts)
        self._window.bar.set_messages(self._messages(texts))
        self._tray.hear(texts)
        self.told.emit(standing)
        unsent, folder = standing.counts["unsent"], self._desk.opened.profile.folder
        await self._desk.run(lambda: facts.keep_unsent(folder, unsent))

    def _synced(self, event: object) -> None:
        match event:
            case Began():
                self._is_running = True
            case Ended():
                self._is_running, self._fault = False, None
            case Failed():
                self._is_running, self._fault = False, event.fault
            case _:
                return
        self.begin()

    def _changed(self, changes: Changes) -> None:
        if changes.areas - {"draft"}:
            self.begin()

    def _messages(self, texts: Mapping[str, Waiting]) -> list[QAction]:
        """What waits for this worker, each leading to its page."""
        found: list[QAction] = []
        for name, page_id, icon in (
            ("alarms", BOARD, "bell"), (REVIEW, REVIEW, "list-checks"), ("returned", QUEUE, "undo-2"),
            (CONFLICTS, CONFLICTS, "git-merge"), ("refused", UPLOADS, "circle-x"),
        ):  # fmt: skip
            n, text = texts[name]
            if n:
                action = PageCommand(text, icon, page_id, parent=self)
                action.wanted.connect(self._window.page_chosen)
                found.append(action)
        if not found:
            nothing = QAction(tr("Nothing new"), self)
            nothing.setEnabled(False)
            found.append(nothing)
        return found
