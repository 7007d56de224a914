"""What the system is told while nobody looks at the window: how much waits, and never whom it is about."""

from PySide6.QtWidgets import QWidget

from gridclient.domain.record import Kind, grid_bucket
from gridclient.store.cache import Changes, Transaction
from gridclient.store.outbox import Edit, queue
from gridclient.ui.app import Desktop
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import CELL, quiet


async def _return_one(bench: Workbench) -> None:
    row = bench.queue.model.row(1)
    assert row is not None

    def back(tx: Transaction) -> Changes:
        edit = Edit("transition", row.id, Kind.CASE, grid_bucket(CELL), {"state": "returned"}, "return")
        return queue(tx, edit, "w-zhao")[1]

    await bench.desk.write(back)
    await quiet(bench.desk)


def test_a_case_that_came_back_is_told_by_number_while_the_window_is_not_in_front(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        said: list[str] = []
        bench.tray.told.connect(said.append)
        other = QWidget()
        other.show()
        other.activateWindow()
        while desktop.frame.isActiveWindow():
            await quiet(bench.desk)
        await _return_one(bench)
        other.close()
        other.deleteLater()

        assert said == ["2 cases came back with comments"]

    play("lin", part)


def test_nothing_is_told_to_somebody_who_looks_at_the_window(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        said: list[str] = []
        bench.tray.told.connect(said.append)
        await _return_one(bench)

        assert said == []

    play("lin", part)


def test_the_tray_opens_the_window_and_locks_it(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        desktop.frame.showMinimized()
        bench.tray.open_wanted.emit()
        assert not desktop.frame.isMinimized()
        bench.tray.lock_wanted.emit()

        assert desktop.inside is not None
        assert desktop.frame.currentWidget() is desktop.inside.lock_page

    play("lin", part)
