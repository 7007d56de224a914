"""Doubles in the window: compared side by side by keyboard, united, and taken back with Ctrl+Z."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gridclient.domain.record import Kind, Value, grid_bucket, new_id
from gridclient.store import outbox, shown
from gridclient.store.cache import Changes, Transaction
from gridclient.store.outbox import Edit
from gridclient.ui.app import Desktop
from gridclient.ui.pages import DOUBLES, RESIDENTS
from gridclient.ui.residents.doubles import DoublesPage
from gridclient.ui.widgets import ElidedLabel
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import ELDER, quiet


async def _open(bench: Workbench) -> tuple[DoublesPage, str]:
    """The page with the elder's second file, which has another living situation."""
    bench.show_page(RESIDENTS)
    await quiet(bench.desk)
    first = await bench.desk.read(lambda c: shown.find(c, bench.residents.file.resident_id))
    assert first is not None
    assert first.text("name") == ELDER
    fields: dict[str, Value] = {**first.fields, "living": "family", "note": "二楼"}
    second = new_id()

    def add(tx: Transaction) -> Changes:
        edit = Edit("create", second, Kind.RESIDENT, grid_bucket(first.text("grid")), fields)
        return outbox.queue(tx, edit, bench.desk.actor.worker_id)[1]

    await bench.desk.write(add)
    bench.residents.doubles_wanted.emit()
    await quiet(bench.desk)
    assert bench.window.current_page() == DOUBLES
    return bench.doubles, second


def test_a_pair_is_united_by_keyboard_and_taken_back(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page, second = await _open(bench)
        first = bench.residents.file.resident_id
        pairs = page.list.count()
        assert [line.name for line in page.lines] == ["living", "note"]
        for line in page.lines:
            label = line.findChild(ElidedLabel)
            assert label is not None
            assert label.geometry().right() < line.boxes[0].geometry().left()
        QTest.keyClick(page, Qt.Key.Key_2)
        QTest.keyClick(page, Qt.Key.Key_1)
        QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await quiet(bench.desk)
        kept, gone = [await bench.desk.read(lambda c, each=each: shown.find(c, each)) for each in (first, second)]
        assert kept is not None
        assert gone is not None
        assert (kept.text("living"), kept.text("note")[:3]) == ("family", "门铃坏")
        assert gone.text("merged_into") == first
        assert page.list.count() == pairs - 1
        bench.window.undo_wanted.emit()
        await quiet(bench.desk)

        assert page.list.count() == pairs
        kept = await bench.desk.read(lambda c: shown.find(c, first))
        assert kept is not None
        assert kept.text("living") == "alone"

    play("lin", part)


def test_two_people_are_not_suggested_again(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page, _ = await _open(bench)
        pairs = page.list.count()
        page.apart.click()
        await quiet(bench.desk)

        assert page.list.count() == pairs - 1

    play("lin", part)
