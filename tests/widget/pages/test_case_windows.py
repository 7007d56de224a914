"""A case in a window of its own: live, in one place only, under the lock, kept in its size, without a name outside."""

import asyncio

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gridclient.store import drafts, shown, work
from gridclient.store.drafts import Draft
from gridclient.ui.app import Desktop
from gridclient.ui.case_windows import CaseWindow
from gridclient.ui.widgets import ElidedLabel
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.pages.test_case import in_front
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import ELDER, PIN, Stage, quiet, until
from tests.widget.theme.driving import compose

CONTROL = Qt.KeyboardModifier.ControlModifier
NOTE = "/data/condition/condition_note"


async def _apart(bench: Workbench, case_id: str) -> CaseWindow:
    bench.open_apart(case_id)
    await until(lambda: bool(bench.windows.open_now) and bench.windows.open_now[-1].page.form is not None)
    await quiet(bench.desk)
    window = bench.windows.open_now[-1]
    while not window.isActiveWindow():
        window.activateWindow()
        await asyncio.sleep(0.01)
    return window


async def _draft(bench: Workbench, case_id: str) -> Draft:
    found = await bench.desk.read(lambda c: drafts.draft_of(c, case_id))
    assert found is not None
    return found


def _write(window: CaseWindow, text: str) -> None:
    page = window.page.form_page
    assert page is not None
    page.focus_ref(NOTE)
    field = window.focusWidget()
    assert field is not None
    compose(field, "zi", text)


def test_ctrl_enter_in_the_queue_opens_the_case_under_the_cursor_apart_and_enter_beside(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        view = bench.queue.view
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_Home)
        QTest.keyClick(view, Qt.Key.Key_Down)
        row = bench.queue.model.case(1)
        assert row is not None
        QTest.keyClick(view, Qt.Key.Key_Return, CONTROL)
        await quiet(bench.desk)

        assert [window.case_id for window in bench.windows.open_now] == [row.id]
        assert bench.case.form is None

        await in_front(desktop)
        QTest.keyClick(view, Qt.Key.Key_Home)
        QTest.keyClick(view, Qt.Key.Key_Return)
        await quiet(bench.desk)

        assert bench.case.form is not None
        assert len(bench.windows.open_now) == 1

    play("lin", part)


def test_the_menu_of_the_case_gives_it_away_to_its_window_with_what_was_typed(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.open_case(stage.half_case)
        await quiet(bench.desk)
        assert bench.case.form_page is not None
        await in_front(desktop)
        bench.case.form_page.focus_ref(NOTE)
        field = QApplication.focusWidget()
        assert field is not None
        compose(field, "zi", "刚写的字")
        QTest.keyClick(field, Qt.Key.Key_N, CONTROL | Qt.KeyboardModifier.ShiftModifier)
        await until(lambda: bool(bench.windows.open_now))
        await quiet(bench.desk)
        page = bench.windows.open_now[0].page

        assert bench.case.form is None
        assert page.form is not None
        assert "刚写的字" in page.form.get(NOTE)

    play("lin", part)


def test_a_case_that_has_a_window_is_not_opened_a_second_time(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        window = await _apart(bench, stage.half_case)
        await in_front(desktop)
        bench.open_case(stage.half_case)
        await until(window.isActiveWindow)
        bench.open_apart(stage.half_case)
        await quiet(bench.desk)

        assert not bench.case.holds(stage.half_case)
        assert bench.windows.open_now == [window]

    play("lin", part)


def test_closing_the_window_writes_the_draft_and_the_case_can_be_opened_beside_the_list(
    play: Play, stage: Stage
) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        window = await _apart(bench, stage.half_case)
        before = await _draft(bench, stage.half_case)
        _write(window, "窗口里写的")
        QTest.keyClick(window, Qt.Key.Key_W, CONTROL)
        await until(lambda: not bench.windows.open_now)

        assert (await _draft(bench, stage.half_case)).form != before.form
        bench.open_case(stage.half_case)
        await quiet(bench.desk)
        assert bench.case.form is not None
        assert "窗口里写的" in bench.case.form.get(NOTE)

    play("lin", part)


def test_what_changes_elsewhere_shows_in_the_window_at_once(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        window = await _apart(bench, stage.half_case)
        edit = {"address": "丹桂路 9 号"}
        await bench.desk.write(lambda tx: work.edit_record(tx, stage.half_case, edit, bench.desk.actor))
        await quiet(bench.desk)

        shown_now = [label.whole_text() for label in window.page.header.findChildren(ElidedLabel)]
        assert any("丹桂路 9 号" in text for text in shown_now)

    play("lin", part)


def test_the_title_has_the_number_and_no_name_in_both_languages(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        window = await _apart(bench, stage.half_case)
        case = await bench.desk.read(lambda c: shown.find(c, stage.half_case))
        assert case is not None
        number = case.text("number")

        assert window.windowTitle() == f"Case {number}"
        bench.window.language_chosen.emit("zh_CN")
        await quiet(bench.desk)
        assert window.windowTitle() == f"案件 {number}"

    play("lin", part)


def test_the_lock_hides_the_windows_and_gives_them_back_as_they_were(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        window = await _apart(bench, stage.half_case)
        form = window.page.form
        QTest.keyClick(window, Qt.Key.Key_L, CONTROL)
        assert desktop.inside is not None
        assert desktop.inside.lock_page is not None
        assert not window.isVisible()
        QTest.keyClicks(desktop.inside.lock_page.panel.pin.edit, PIN)
        await quiet(bench.desk)

        assert window.isVisible()
        assert window.page.form is form

    play("lin", part)


def test_a_key_in_a_window_of_a_case_puts_the_idle_lock_off(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        window = await _apart(bench, stage.half_case)
        assert desktop.inside is not None
        watch = desktop.inside.idle
        watch.set_minutes(10)
        timer = watch.findChild(QTimer)
        assert timer is not None
        timer.setTimerType(Qt.TimerType.PreciseTimer)  # a coarse one ends at the same second as before
        timer.start(60_000)
        handle = window.windowHandle()
        assert handle is not None
        await until(lambda: timer.remainingTime() < 60_000)
        left = timer.remainingTime()
        QTest.keyClick(handle, Qt.Key.Key_Shift)

        await until(lambda: timer.remainingTime() > left)

    play("lin", part)


def test_windows_close_with_the_workbench_and_the_next_is_as_large_as_the_last(play: Play, stage: Stage) -> None:
    async def first(desktop: Desktop, bench: Workbench) -> None:
        window = await _apart(bench, stage.half_case)
        window.resize(700, 612)
        desktop.sign_out()

        assert not window.isVisible()

    async def second(desktop: Desktop, bench: Workbench) -> None:
        await quiet(bench.desk)
        window = await _apart(bench, stage.half_case)

        assert (window.width(), window.height()) == (700, 612)

    play("lin", first)
    play("lin", second)


def test_the_first_window_is_not_larger_than_the_screen(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        window = await _apart(bench, stage.half_case)

        assert window.height() <= window.screen().availableSize().height()

    play("lin", part)


def test_the_palette_opens_a_case_apart_with_ctrl_enter(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        QTest.keyClick(bench.window, Qt.Key.Key_K, CONTROL)
        QTest.keyClicks(bench.palette.edit, "#")
        compose(bench.palette.edit, "wangxiuying", ELDER)
        await until(lambda: bool(bench.palette.model.rows) and bench.palette.model.rows[-1].kind == "case")
        QTest.keyClick(bench.palette.edit, Qt.Key.Key_Return, CONTROL)
        await until(lambda: bool(bench.windows.open_now))

        assert bench.case.form is None

    play("lin", part)


def test_a_window_has_a_name_for_every_control_and_room_for_every_word(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        window = await _apart(bench, stage.half_case)
        found: list[str] = []
        for width in (window.width(), 200):  # as small as it gets
            window.resize(width, 500)
            for name in ("en", "zh_CN"):
                bench.window.language_chosen.emit(name)
                await quiet(bench.desk)
                found += [*nameless(window), *clipped(window)]

        assert found == []

    play("lin", part)
