"""The worker's saved views as actions, so that the palette finds them from any page."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from gridclient.store import views
from gridclient.store.cache import Changes
from gridclient.store.views import View
from gridclient.text import tr
from gridclient.ui.desk import Desk


class SavedViews(QObject):
    """Every saved view with its action; reads them again when one was saved, renamed or deleted."""

    wanted = Signal(object)  # View
    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._views: list[View] = []
        desk.changed.connect(self._hear)

    def of(self, page_id: str) -> list[View]:
        """The views of one list."""
        return [view for view in self._views if view.page == page_id]

    def actions(self) -> list[QAction]:
        """One action for each view, newly made in the active language."""
        for old in self.findChildren(QAction):
            old.deleteLater()
        made = list[QAction]()
        for view in self._views:
            action = QAction(tr("View: {name}", name=view.name), self)
            action.setData("archive")
            action.setProperty("view", view)
            action.triggered.connect(self._ask)
            made.append(action)
        return made

    async def read(self) -> None:
        """Reads the views."""
        self._views = await self._desk.read(views.views)
        self.changed.emit()

    def _hear(self, changes: Changes) -> None:
        if "views" in changes.areas:
            self._desk.start(self.read())

    def _ask(self) -> None:
        self.wanted.emit(self.sender().property("view"))
