"""A queue sorted, grouped, narrowed and kept as a view, by keyboard and by mouse."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from gridclient.cli.demo import PIN
from gridclient.store.arranging import EVERYTHING, Group, Narrow, Sort
from gridclient.store.lists import Heading, QueueFilter, QueueRow
from gridclient.store.views import Arrangement
from gridclient.ui.app import Desktop
from gridclient.ui.pages import QUEUE, VISITS
from gridclient.ui.queue.narrowing import NarrowSheet
from gridclient.ui.queue.page import QueuePage
from gridclient.ui.sign_in.values import UnlockRequest
from gridclient.ui.widgets import RowLook
from gridclient.ui.widgets.rows import ROW_LOOK
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import nameless
from tests.widget.stage import enter, quiet

_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def _rows(page: QueuePage) -> list[QueueRow | Heading]:
    return [row for n in range(page.model.rowCount()) if (row := page.model.row(n)) is not None]


def _cases(page: QueuePage) -> list[QueueRow]:
    return [row for row in _rows(page) if isinstance(row, QueueRow)]


def _pick(menu: QMenu, words: str) -> None:
    """Goes down the open menu with the keyboard to an entry that begins with these words, and takes it."""
    for _ in menu.actions():  # the first entry that can be taken is active when it opens
        if menu.activeAction().text().startswith(words):
            break
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)


async def _give_name(page: QueuePage, name: str) -> str:
    """Takes a name in the open sheet; returns why it was refused."""
    sheet = page.views.sheet
    assert sheet is not None
    sheet.field.edit.setText(name)
    QTest.keyClick(sheet.field.edit, Qt.Key.Key_Return)
    await quiet(page.model.desk)
    return "" if page.views.sheet is None else sheet.field.error()


def test_the_list_is_sorted_and_grouped_from_its_menu_by_keyboard(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = bench.queue
        by_deadline = _cases(page)
        QTest.keyClick(page.view, Qt.Key.Key_G, _CTRL_SHIFT)
        await asyncio.sleep(0.2)
        _pick(page.order_menu, "Name of the item")
        await quiet(bench.desk)
        by_title = _cases(page)
        QTest.keyClick(page.view, Qt.Key.Key_G, _CTRL_SHIFT)
        await asyncio.sleep(0.2)
        _pick(page.order_menu, "By building")
        await quiet(bench.desk)
        grouped = _rows(page)

        assert by_title == sorted(by_deadline, key=lambda row: (row.title, row.rid)) != by_deadline
        assert isinstance(grouped[0], Heading)
        assert sorted(_cases(page), key=lambda row: row.rid) == sorted(by_deadline, key=lambda row: row.rid)
        assert sum(row.count for row in grouped if isinstance(row, Heading)) == len(by_deadline)

    play("lin", part)


def test_the_keyboard_goes_past_headings_and_a_heading_opens_nothing(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = bench.queue
        page.arrange(Arrangement(group=Group.DAY))
        await quiet(bench.desk)
        view = page.view
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_Home)
        seen = [view.currentIndex().row()]
        for _ in range(len(_cases(page)) - 1):
            QTest.keyClick(view, Qt.Key.Key_Down)
            seen.append(view.currentIndex().row())
        opened: list[str] = []
        page.case_opened.connect(opened.append)
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(page.model.index(0, 0)).center()
        )
        look = page.model.index(0, 0).data(ROW_LOOK)

        assert seen == [n for n, row in enumerate(_rows(page)) if isinstance(row, QueueRow)]
        assert opened == []
        assert isinstance(look, RowLook)
        assert look.is_heading
        assert "cases: " in look.spoken

    play("lin", part)


def test_conditions_are_set_in_the_sheet_and_taken_away_by_their_chips(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = bench.queue
        everything = _cases(page)
        QTest.keyClick(page.view, Qt.Key.Key_F, _CTRL_SHIFT)
        await asyncio.sleep(0.2)
        await quiet(bench.desk)
        sheet = page.sheet
        assert isinstance(sheet, NarrowSheet)
        assert nameless(sheet) == []
        sheet.pack.setFocus()
        for _ in range(sheet.pack.count()):
            if sheet.pack.currentText() != "Elderly visit":
                QTest.keyClick(sheet.pack, Qt.Key.Key_Down)
        sheet.states.chips[0].setFocus()
        QTest.keyClick(sheet.states.chips[0], Qt.Key.Key_Space)
        sheet.place.edit.setText("1 号")
        QTest.keyClick(sheet.place.edit, Qt.Key.Key_Return)
        await quiet(bench.desk)
        narrowed = _cases(page)
        chips = [button.text() for button in page.narrowed.findChildren(QPushButton) if button.isVisible()]
        for chip in page.narrowed.findChildren(QPushButton):
            if chip.isVisible() and chip.text() == "Clear all":
                QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
                break
        await quiet(bench.desk)

        assert narrowed == [
            row for row in everything
            if row.pack == "elderly-visit" and row.state == "open" and "1 号" in row.place
        ]  # fmt: skip
        assert 0 < len(narrowed) < len(everything)
        assert chips == ["To do", "Elderly visit", "Address: 1 号", "Clear all"]
        assert _cases(page) == everything
        assert not page.narrowed.isVisible()

    play("lin", part)


def test_a_saved_view_is_found_in_the_palette_and_there_again_after_the_next_start(play: Play) -> None:
    chosen = Arrangement(sort=Sort.PLACE, narrow=Narrow(tag="elder"))

    async def save(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(VISITS)
        page = bench.visits
        page.arrange(chosen)
        await quiet(bench.desk)
        QTest.keyClick(page.view, Qt.Key.Key_L, _CTRL_SHIFT)
        await asyncio.sleep(0.2)
        _pick(page.views.menu, "Save this view")
        await _give_name(page, "Elders by house")
        await quiet(bench.desk)
        page.arrange(Arrangement())

    async def use(desktop: Desktop, bench: Workbench) -> None:
        bench.palette.popup()
        bench.palette.edit.setText(">elders")
        await asyncio.sleep(0.3)
        await quiet(bench.desk)
        QTest.keyClick(bench.palette.edit, Qt.Key.Key_Return)
        await quiet(bench.desk)
        page = bench.visits

        assert bench.window.current_page() == VISITS
        assert page.arrangement == chosen
        QTest.keyClick(page.view, Qt.Key.Key_L, _CTRL_SHIFT)
        await asyncio.sleep(0.2)
        _pick(page.views.menu, "Delete")
        await quiet(bench.desk)
        assert [action.text() for action in bench.saved.actions()] == []

    play("lin", save)
    play("lin", use)


def test_a_list_is_left_and_found_in_the_same_order(play: Play) -> None:
    chosen = Arrangement(sort=Sort.TIER, descending=True, group=Group.PLACE, narrow=EVERYTHING)

    async def leave(desktop: Desktop, bench: Workbench) -> None:
        bench.queue.arrange(chosen)
        await quiet(bench.desk)

    async def come(desktop: Desktop, bench: Workbench) -> None:
        assert bench.queue.arrangement == chosen
        assert isinstance(bench.queue.model.row(0), Heading)

    play("lin", leave)
    play("lin", come)


def test_what_is_chosen_as_the_list_appears_stands_and_is_kept(play: Play) -> None:
    async def leave(desktop: Desktop, bench: Workbench) -> None:
        bench.visits.arrange(Arrangement(sort=Sort.TIER))

    async def hurry(desktop: Desktop, _bench: Workbench) -> None:
        def press() -> None:
            assert desktop.bench is not None
            queue = desktop.bench.queue
            next(each for each in queue.findChildren(QPushButton) if each.text().startswith("Overdue")).click()

        desktop.sign_out()
        desktop.ready.connect(press)
        bench = await enter(desktop)

        assert bench.queue.arrangement.filter is QueueFilter.OVERDUE
        assert bench.visits.arrangement.sort is Sort.TIER

    async def leave_at_once(desktop: Desktop, _bench: Workbench) -> None:
        seen = asyncio.Event()

        def go() -> None:
            desktop.sign_out()
            seen.set()

        desktop.sign_out()
        desktop.ready.connect(go)
        desktop.sign_in.unlock_wanted.emit(UnlockRequest(desktop.cards()[0].id, PIN))
        await seen.wait()
        assert desktop.inside is None
        desktop.ready.disconnect(go)
        bench = await enter(desktop)

        assert bench.visits.arrangement.sort is Sort.TIER
        assert bench.queue.arrangement.filter is QueueFilter.OVERDUE

    play("lin", leave)
    play("lin", hurry)
    play("lin", leave_at_once)


def test_a_name_that_another_list_uses_is_refused_and_the_other_view_stays(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        refusals: list[str] = []
        for page_id, page in ((VISITS, bench.visits), (QUEUE, bench.queue)):
            bench.show_page(page_id)
            while QApplication.activeWindow() is not desktop.frame:  # as after a sheet
                desktop.frame.activateWindow()
                await asyncio.sleep(0.01)
            QTest.keyClick(page.view, Qt.Key.Key_L, _CTRL_SHIFT)
            await asyncio.sleep(0.2)
            _pick(page.views.menu, "Save this view")
            refusals.append(await _give_name(page, "Mine"))
        sheet = bench.queue.views.sheet
        assert sheet is not None
        sheet.reject()

        assert refusals == ["", "Another view has this name. Choose a different one."]
        assert [view.page for view in bench.saved.of(VISITS)] == [VISITS]
        assert bench.saved.of(QUEUE) == []

    play("lin", part)
