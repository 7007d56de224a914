"""The worker's lists of cases: all of them, the visits, the inspections, each beside the open case."""

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from gridclient.store import views
from gridclient.store.views import View
from gridclient.ui import preferences
from gridclient.ui.desk import Desk
from gridclient.ui.host import ListAndCase
from gridclient.ui.queue.page import QueuePage
from gridclient.ui.queue.saved import SavedViews
from gridclient.ui.shell import MainWindow


class CaseLists:
    """Keeps the lists with their widths and arrangements, by the names of their pages; `left` as they were left."""

    def __init__(self, desk: Desk, window: MainWindow, saved: SavedViews, left: Mapping[str, str]) -> None:
        self._desk, self._window, self._saved, self._left = desk, window, saved, left
        self._pages: dict[str, QueuePage] = {}
        self._hosts: dict[str, ListAndCase] = {}
        saved.changed.connect(self._tell_views)

    def __contains__(self, page_id: str) -> bool:
        return page_id in self._pages

    def make(self, page_id: str, pack: str) -> QueuePage:
        """Makes a list of the cases of a pack, an empty one for all, and adds it to the window."""
        kept = self._left.get(f"arrangement.{page_id}")
        page = self._pages[page_id] = QueuePage(
            self._desk, page_id, pack, None if kept is None else views.decode_arrangement(kept)
        )
        host = self._hosts[page_id] = ListAndCase(page)
        host.use_state(preferences.unpack_state(self._left.get(f"widths.{page_id}", "")))
        self._window.add_page(page_id, host, scrolls=False)  # its parts share what room there is
        return page

    def take(self, page_id: str, case: QWidget) -> None:
        """Shows the case page beside a list; on another page it stays where it is."""
        if page_id in self._hosts:
            self._hosts[page_id].take(case)

    def select(self, page_id: str, case_id: str) -> None:
        """Marks a case in a list."""
        self._pages[page_id].select(case_id)

    def host(self, page_id: str) -> ListAndCase:
        """A list with what is beside it."""
        return self._hosts[page_id]

    def narrow(self, page_id: str) -> None:
        """Makes a list narrow or wide again; nothing on another page."""
        if page_id in self._hosts:
            self._hosts[page_id].toggle_narrow()

    def place(self, place: str) -> None:
        """Says in every list where its cases are."""
        for page in self._pages.values():
            page.set_place(place)

    def arrange(self, view: View) -> None:
        """Arranges a list as a saved view says."""
        self._pages[view.page].arrange(view.arrangement)

    def left_as(self) -> dict[str, str]:
        """How the worker leaves order, filters and widths, by the names of the choices."""
        found: dict[str, str] = {}
        for page_id, page in self._pages.items():
            found[f"arrangement.{page_id}"] = views.encode_arrangement(page.arrangement)
            found[f"widths.{page_id}"] = preferences.pack_state(self._hosts[page_id].state())
        return found

    def _tell_views(self) -> None:
        for page_id, page in self._pages.items():
            page.views.show(self._saved.of(page_id))
