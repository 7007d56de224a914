"""What belongs to the whole desk: palette, settings, lock, uploads, and how everything was left."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QStyleHints
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from sqlalchemy.engine import Connection

from gridclient.cli.demo import PIN
from gridclient.domain.record import iso
from gridclient.store import outbox
from gridclient.store.cache import Changes, Transaction
from gridclient.text import language, set_language
from gridclient.ui import theme
from gridclient.ui.app import Desktop
from gridclient.ui.inside import Inside
from gridclient.ui.lock import LockPage
from gridclient.ui.pages import BOARD, CONFLICTS, HELP, PLACES, QUEUE, RESIDENTS, SETTINGS, UPLOADS, VISITS
from gridclient.ui.uploads.words import why_text
from gridclient.ui.widgets import Chip, ChipRow
from gridclient.ui.workbench import Workbench
from gridclient.ui.zoom import keep_zoom, read_zoom
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import ELDER, Stage, quiet, until
from tests.widget.theme.driving import compose


def _inside(desktop: Desktop) -> Inside:
    assert desktop.inside is not None
    return desktop.inside


def _lock_page(desktop: Desktop) -> LockPage:
    page = _inside(desktop).lock_page
    assert page is not None
    return page


def _press(chips: ChipRow, chip_id: str) -> None:
    next(each for each in chips.findChildren(Chip) if each.look.id == chip_id).click()


def _first_visit(bench: Workbench) -> str:
    row = bench.visits.model.case(0)
    assert row is not None
    return row.id


async def _find(bench: Workbench, pinyin: str, text: str) -> None:
    bench.palette.popup()
    compose(bench.palette.edit, pinyin, text)
    await asyncio.sleep(0.2)
    await quiet(bench.desk)


def test_the_palette_finds_a_person_and_opens_the_file_by_keyboard(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _find(bench, "wang xiu ying", ELDER)
        kinds = [row.kind for row in bench.palette.model.rows]
        QTest.keyClick(bench.palette.edit, Qt.Key.Key_Return)
        await quiet(bench.desk)

        assert kinds == ["group", "resident", "resident", "group", "case", "case"]
        assert bench.window.current_page() == RESIDENTS
        assert bench.residents.file.resident_id != ""
        assert not bench.palette.isVisible()

    play("lin", part)


def test_a_sign_narrows_the_palette_to_actions_and_runs_one(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.palette.popup()
        QTest.keyClicks(bench.palette.edit, ">settings")
        await asyncio.sleep(0.2)
        await quiet(bench.desk)
        assert {row.kind for row in bench.palette.model.rows} == {"group", "action"}
        QTest.keyClick(bench.palette.edit, Qt.Key.Key_Down)
        QTest.keyClick(bench.palette.edit, Qt.Key.Key_Return)

        assert bench.window.current_page() == SETTINGS

    play("lin", part)


def test_escape_closes_the_palette_and_gives_the_keyboard_back(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.queue.view.setFocus()
        bench.palette.popup()
        QTest.keyClick(bench.palette.edit, Qt.Key.Key_Escape)

        assert not bench.palette.isVisible()
        assert bench.window.focusWidget() is bench.queue.view

    play("lin", part)


def test_look_language_and_how_everything_was_left_are_there_again_at_the_next_start(play: Play) -> None:
    async def first(desktop: Desktop, bench: Workbench) -> None:
        bench.settings.theme_chosen.emit("dark")
        bench.settings.language_chosen.emit("zh_CN")
        bench.settings.large_chosen.emit(True)
        bench.queue.use_filter("overdue")
        _press(bench.uploads.pane.chips, "rejected")
        _press(bench.conflicts.list.chips, "resolved")
        _press(bench.places.pane.chips, "hazards")
        _press(bench.day.chips, "high")
        for chips, chosen in ((bench.residents.modes, "buildings"), (bench.residents.doors.colours, "visit")):
            _press(chips, chosen)
        bench.show_page(VISITS)
        bench.open_case(_first_visit(bench))
        await quiet(bench.desk)
        handle = bench.lists.host(VISITS).handle(1)
        QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
        QTest.mouseMove(handle, handle.rect().center() - QPoint(90, 0))
        QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
        widths.extend(bench.lists.host(VISITS).sizes())
        bench.show_page(PLACES)
        bench.show_page(HELP)  # where nobody stays

    async def second(desktop: Desktop, bench: Workbench) -> None:
        await quiet(bench.desk)

        assert (theme.is_dark(), theme.is_large(), language()) == (True, True, "zh_CN")
        assert bench.queue.arrangement.filter == "overdue"
        assert bench.uploads.pane.chips.current() == "rejected"
        assert bench.uploads.list.count() == 1
        assert bench.conflicts.list.chips.current() == "resolved"
        assert bench.places.pane.chips.current() == "hazards"
        assert bench.day.chips.current() == "high"
        assert bench.window.current_page() == PLACES
        bench.show_page(RESIDENTS)
        await quiet(bench.desk)
        assert bench.residents.houses.isVisible()
        assert bench.residents.building.colours == "visit"
        bench.show_page(VISITS)
        bench.open_case(_first_visit(bench))
        assert bench.lists.host(VISITS).sizes() == widths

    widths: list[int] = []
    play("lin", first)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app)
    set_language("en")
    play("lin", second)


def test_a_supervisor_finds_board_and_review_as_they_were_left(play: Play) -> None:
    async def leave(desktop: Desktop, bench: Workbench) -> None:
        assert bench.review is not None
        _press(bench.review.chips, "changed")
        bench.show_page(BOARD)
        _press(bench.board.chips, "today")
        _press(bench.board.rates.periods, "day")
        desktop.frame.setGeometry(10, 20, 780, 600)  # as large as the screen of the tests can hold

    async def come(desktop: Desktop, bench: Workbench) -> None:
        assert desktop.frame.geometry() == QRect(10, 20, 780, 600)
        assert bench.window.current_page() == BOARD
        assert (bench.board.chips.current(), bench.board.rates.period()) == ("today", "day")
        assert bench.review is not None
        assert bench.review.chips.current() == "changed"
        await quiet(bench.desk)
        assert 0 < bench.review.list.count() < 3

    play("zhao", leave)
    play("zhao", come)


def test_the_zoom_belongs_to_the_pc_and_an_unreadable_one_is_the_usual(tmp_path: Path) -> None:
    assert read_zoom(tmp_path) == 100
    keep_zoom(tmp_path, 150)
    assert read_zoom(tmp_path) == 150
    (tmp_path / "screen.json").write_text('{"zoom": 7}')
    assert read_zoom(tmp_path) == 100


def test_the_right_pin_gives_the_half_filled_step_back(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.open_case(stage.half_case)
        await quiet(bench.desk)
        form = bench.case.form
        desktop.lock()
        assert desktop.frame.currentWidget() is _lock_page(desktop)
        QTest.keyClicks(_lock_page(desktop).panel.pin.edit, PIN)
        await quiet(bench.desk)

        assert desktop.frame.currentWidget() is bench.window
        assert bench.case.form is form

    play("lin", part)


def test_five_wrong_pins_sign_the_screen_out_and_then_not_even_the_right_one_gets_in(
    play: Play, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        desktop.lock()
        said: list[str] = []
        for _ in range(5):
            monkeypatch.setattr(stage.clock, "now", stage.clock.now + timedelta(minutes=5))  # past every pause
            QTest.keyClicks(_lock_page(desktop).panel.pin.edit, "000000")
            while desktop.bench is not None and bench.desk.busy:
                await asyncio.sleep(0.01)
            said.append(_lock_page(desktop).panel.pin.edit.accessibleDescription() if desktop.bench else "")

        assert said[0] == "This PIN is wrong. 4 tries are left."
        assert desktop.bench is None
        assert desktop.frame.currentWidget() is desktop.sign_in
        desktop.sign_in.choose(desktop.cards()[0])
        pin = desktop.sign_in.unlock.pin
        QTest.keyClicks(pin.edit, PIN)
        await until(lambda: pin.error() != "")
        assert pin.error() == "No try is left."

    play("lin", part)


def test_after_some_minutes_without_a_person_the_screen_is_locked(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        _inside(desktop).idle.set_minutes(0.0005)  # 30 ms instead of minutes
        await asyncio.sleep(0.2)

        assert desktop.frame.currentWidget() is _lock_page(desktop)

    play("lin", part)


def test_the_sign_in_screen_says_what_waits_for_upload_without_the_key(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await quiet(bench.desk)
        waiting = await bench.desk.read(outbox.waiting)
        desktop.sign_out()

        assert waiting.count > 0
        assert [card.pending for card in desktop.cards()] == [waiting.count]

    play("lin", part)


def test_synchronise_now_tries_also_what_waits_for_its_time(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        def hold_all(tx: Transaction) -> Changes:
            for mid, _ in outbox.to_push(tx.connection, tx.at, 99, 999_999):
                outbox.hold_back(tx, mid, minutes=600)
            return Changes()

        def ready(connection: Connection) -> int:
            return len(outbox.to_push(connection, iso(bench.desk.now()), 99, 999_999))

        await bench.desk.write(hold_all)
        held = await bench.desk.read(ready)
        bench.show_page(UPLOADS)
        bench.uploads.sync_now.click()
        await quiet(bench.desk)

        assert held == 0
        assert await bench.desk.read(ready) > 0

    play("lin", part)


def test_a_refused_edit_says_why_and_its_payload_can_be_exported(play: Play, tmp_path: Path) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(UPLOADS)
        await quiet(bench.desk)
        row = next(row for row in bench.uploads._rows if row.status == "rejected")  # pyright: ignore[reportPrivateUsage]
        await bench.uploads.export(row.mid, tmp_path / "edit.json")
        body = json.loads((tmp_path / "edit.json").read_bytes())

        assert why_text(row) == "Your role does not allow this change."
        assert (body["mid"], body["set"]) == (row.mid, {"assignee": "w-chen"})

    play("lin", part)


def test_no_page_has_a_nameless_control_or_a_cut_word(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.open_case(stage.half_case)
        found: list[str] = []
        for name in ("en", "zh_CN"):
            set_language(name)
            bench.retranslate()
            for page in (QUEUE, VISITS, RESIDENTS, CONFLICTS, UPLOADS, SETTINGS, HELP):
                bench.show_page(page)
                await quiet(bench.desk)
                found += [f"{name} {page}: {each}" for each in (*nameless(bench.window), *clipped(bench.window))]
            bench.palette.popup()
            await quiet(bench.desk)
            found += [f"{name} palette: {each}" for each in (*nameless(bench.palette), *clipped(bench.palette))]
            bench.palette.dismiss()

        assert found == []

    play("lin", part)


def test_pages_can_be_opened_again_and_again_without_piling_up_widgets(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        async def round_trip() -> int:
            for page in (QUEUE, RESIDENTS, CONFLICTS, UPLOADS, SETTINGS, HELP):
                bench.show_page(page)
            bench.open_case(stage.half_case)
            await quiet(bench.desk)
            await asyncio.sleep(0)
            QApplication.sendPostedEvents()
            return len(QApplication.allWidgets())

        await round_trip()
        before = after = await round_trip()
        for _ in range(5):
            after = await round_trip()

        assert after <= before + 5

    play("lin", part)


def test_a_setting_that_is_chosen_keeps_the_keyboard(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(SETTINGS)
        await quiet(bench.desk)
        lost: list[str] = []
        for words in ("Large 16", "Dark", "10 min", "125 %", "中文"):
            buttons = bench.settings.findChildren(QPushButton)
            button = next(each for each in buttons if each.isVisible() and each.text() == words)
            button.setFocus()
            QTest.keyClick(button, Qt.Key.Key_Space)
            await quiet(bench.desk)
            front = QApplication.focusWidget()
            if not (isinstance(front, QPushButton) and front.text() == words and front.isChecked()):
                lost.append(f"{words}: {front}")

        assert lost == []
        assert (theme.is_large(), theme.is_dark(), language()) == (True, True, "zh_CN")

    play("lin", part)


def test_as_the_system_follows_the_system_while_the_program_runs(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        def system_turns(scheme: Qt.ColorScheme) -> bool:
            def now(_hints: QStyleHints) -> Qt.ColorScheme:
                return scheme  # the screen of a test has none of its own

            monkeypatch.setattr(QStyleHints, "colorScheme", now)
            QApplication.styleHints().colorSchemeChanged.emit(scheme)
            return theme.is_dark()

        own = system_turns(Qt.ColorScheme.Dark)
        bench.settings.theme_chosen.emit("system")
        followed = [theme.is_dark(), system_turns(Qt.ColorScheme.Light), system_turns(Qt.ColorScheme.Dark)]

        assert (own, followed) == (False, [True, False, True])

    play("lin", part)
