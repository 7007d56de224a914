"""The saved views of one list: choosing one, keeping the list's arrangement as one, renaming and deleting."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from gridclient.store import views
from gridclient.store.cache import Changes, Transaction
from gridclient.store.views import Arrangement, NameTaken, View
from gridclient.text import tr
from gridclient.ui.desk import Desk
from gridclient.ui.queue.arranging import ViewMenu, pop_up
from gridclient.ui.widgets.sheets import NameSheet


class ListViews(QObject):
    """What the button of the saved views does; `arrangement` says how the list is arranged now."""

    chosen = Signal(object)  # Arrangement
    left = Signal()  # the sheet was closed: the keyboard goes back to the list

    def __init__(self, desk: Desk, page_id: str, arrangement: Callable[[], Arrangement], over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._page_id, self._arrangement, self._over = desk, page_id, arrangement, over
        self._views: list[View] = []
        self.sheet: NameSheet | None = None
        self.menu = ViewMenu(over)
        self.menu.chosen.connect(self._use)
        self.menu.save_wanted.connect(self._ask_first_name)
        self.menu.rename_wanted.connect(self._ask_new_name)
        self.menu.delete_wanted.connect(self._delete)

    def show(self, kept: list[View]) -> None:
        """Takes the saved views of this list."""
        self._views = kept

    def pop_up(self, button: QToolButton) -> None:
        """Opens the menu under its button."""
        now = self._arrangement()
        self.menu.show_views(self._views, next((view for view in self._views if view.arrangement == now), None))
        pop_up(self.menu, button)

    def _use(self, view: View) -> None:
        self.chosen.emit(view.arrangement)

    def _ask_first_name(self) -> None:
        arrangement = self._arrangement()

        def save(tx: Transaction, name: str) -> Changes:
            return views.save_view(tx, View(name, self._page_id, arrangement))

        self._ask_name(tr("Save this view"), "", save)

    def _ask_new_name(self, view: View) -> None:
        def rename(tx: Transaction, name: str) -> Changes:
            return views.rename_view(tx, view.name, name)

        self._ask_name(tr("Rename the view"), view.name, rename)

    def _ask_name(self, title: str, name: str, keep: Callable[[Transaction, str], Changes]) -> None:
        sheet = NameSheet(title, "", tr("Name of the view"), name, tr("Save"), self._over)

        def give(given: str) -> None:
            self._desk.start(self._keep(sheet, given, keep))

        sheet.named.connect(give)
        sheet.finished.connect(self._closed)
        self.sheet = sheet
        sheet.open()

    async def _keep(self, sheet: NameSheet, name: str, keep: Callable[[Transaction, str], Changes]) -> None:
        try:
            await self._desk.write(lambda tx: keep(tx, name))
            refusal = ""
        except NameTaken as taken:
            refusal = str(taken)
        if self.sheet is not sheet:
            return  # closed meanwhile
        if refusal:
            sheet.refuse(refusal)
        else:
            sheet.accept()

    def _closed(self) -> None:
        self.sheet = None
        self.left.emit()

    def _delete(self, view: View) -> None:
        self._desk.start(self._desk.write(lambda tx: views.delete_view(tx, view.name)))
