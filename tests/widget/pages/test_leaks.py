"""Pages, cases, sheets and windows are opened and closed fifty times, and no widget is left of it."""

from collections import Counter

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QListView

from gridclient.store.cache import Changes
from gridclient.ui import pages
from gridclient.ui.app import Desktop
from gridclient.ui.help.keys import KeySheet
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet

_ROUNDS = 50
_PAGES = (*pages.EVERYBODYS, pages.REVIEW, pages.BOARD, pages.DAY, pages.IMPORT, pages.DOUBLES, pages.REPORT)
_AREAS = ("case", "resident", "place", "care", "conflict", "outbox", "outcomes", "scope", "unsent")


def _living() -> Counter[str]:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return Counter(type(each).__name__ for each in QApplication.allWidgets())


async def _round(bench: Workbench, cases: tuple[str, str], number: int) -> None:
    """Every page once, with another record in each file than in the round before; each fifth time also the cases."""
    for page_id in _PAGES:
        bench.show_page(page_id)
        front = bench.front(page_id)
        if isinstance(front, QListView) and front.model().rowCount() > 1:
            front.setCurrentIndex(front.model().index(number % 2, 0))
    if number % 5 == 0:
        bench.open_case(cases[number % 2])
        bench.windows.open(cases[1 - number % 2])
        bench.palette.popup()
        bench.palette.hide()
        bench.window.keys_wanted.emit()
        for sheet in bench.window.findChildren(KeySheet):
            sheet.close()
        bench.desk.changed.emit(Changes.of(areas=_AREAS))
        await quiet(bench.desk)
        for window in bench.windows.open_now:
            window.close()
    await quiet(bench.desk)


def test_no_widget_is_left_of_what_was_opened_and_closed(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        rows = [row for n in range(2) if (row := bench.queue.model.case(n)) is not None]
        cases = rows[0].id, rows[1].id
        for number in range(6):  # every page is made, every kind of row was there
            await _round(bench, cases, number)
        before = _living()
        for number in range(_ROUNDS):
            await _round(bench, cases, number)

        assert _living() - before == Counter()

    play("zhao", part, within_s=300)
