"""Reporting an event on the screen: Ctrl+N, by keyboard alone, offline, and what stays when it is left."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from gridclient.domain.record import Value, new_id
from gridclient.store import blobs, outbox, shown
from gridclient.store.lists import Ask, QueueFilter, first_page
from gridclient.store.reporting import Report, report_event
from gridclient.text import set_language
from gridclient.ui.app import Desktop
from gridclient.ui.pages import QUEUE, REPORT, VISITS
from gridclient.ui.report.page import ReportPage
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import CELL, quiet
from tests.widget.theme.driving import compose

GROUP = "/data/report"


async def begin_event(bench: Workbench) -> ReportPage:
    QTest.keyClick(bench.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    await quiet(bench.desk)
    return bench.report


async def fill_event(bench: Workbench, page: ReportPage, tmp_path: object) -> None:
    form = page._form  # pyright: ignore[reportPrivateUsage] - answers as the questions give them
    assert form is not None
    compose(page.address, "xiang nan", "香楠小区 2 号楼")
    QTest.keyClick(page.address, Qt.Key.Key_Return)
    for name, value in (("source", "patrol"), ("category", "litter")):
        form.set(f"{GROUP}/{name}", value)
    picture = QImage(64, 48, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.gray)
    picture.save(f"{tmp_path}/photo.png")
    page.photos.attach_file(f"{GROUP}/photo", f"{tmp_path}/photo.png")
    await quiet(bench.desk)


def test_an_event_is_reported_offline_and_has_a_number_at_once(play: Play, tmp_path: object) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        waiting = (await bench.desk.read(outbox.waiting)).count
        page = await begin_event(bench)
        assert page.address.hasFocus()
        await fill_event(bench, page, tmp_path)
        QTest.keyClick(page.address, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await quiet(bench.desk)
        cases = await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.ALL, pack="urban-event")))

        assert [(case.title, case.state, case.pending) for case in cases] == [
            ("Exposed litter · 香楠小区 2 号楼", "accepting", True)
        ]
        assert (await bench.desk.read(outbox.waiting)).count == waiting + 3
        assert bench.window.current_page() == QUEUE
        assert bench.window.undo_bar.text().startswith(f"Reported as provisional {cases[0].id[-6:].upper()}: ")

    play("lin", part)


def test_what_is_missing_is_said_at_its_question_and_nothing_is_reported(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        waiting = (await bench.desk.read(outbox.waiting)).count
        page = await begin_event(bench)
        page.primary.click()
        await quiet(bench.desk)

        assert bench.window.current_page() == REPORT
        assert page._page is not None  # pyright: ignore[reportPrivateUsage]
        assert len(page._page.fault_list.faults) == 4  # pyright: ignore[reportPrivateUsage]
        assert (await bench.desk.read(outbox.waiting)).count == waiting

    play("lin", part)


def test_a_report_that_was_left_is_there_again_at_the_next_start(play: Play, tmp_path: object) -> None:
    async def first(desktop: Desktop, bench: Workbench) -> None:
        page = await begin_event(bench)
        await fill_event(bench, page, tmp_path)
        QTest.keyClick(page.address, Qt.Key.Key_Escape)
        await quiet(bench.desk)
        assert bench.window.current_page() == QUEUE

    async def second(desktop: Desktop, bench: Workbench) -> None:
        page = await begin_event(bench)
        form = page._form  # pyright: ignore[reportPrivateUsage]

        assert form is not None
        assert (page.address.text(), form.get(f"{GROUP}/category")) == ("香楠小区 2 号楼", "litter")
        page.discard.click()
        await quiet(bench.desk)
        await begin_event(bench)
        assert page.address.text() == ""

    play("lin", first)
    play("lin", second)


def test_a_report_that_was_undone_is_a_draft_again_with_its_photo(play: Play, tmp_path: object) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await begin_event(bench)
        await fill_event(bench, page, tmp_path)
        page.primary.click()
        await quiet(bench.desk)
        QTest.keyClick(bench.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await quiet(bench.desk)
        assert await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.ALL, pack="urban-event"))) == []
        await begin_event(bench)
        page.primary.click()
        await quiet(bench.desk)
        [case] = await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.ALL, pack="urban-event")))

        assert case.title == "Exposed litter · 香楠小区 2 号楼"
        assert len(await bench.desk.read(blobs.to_upload)) == 1

    play("lin", part)


async def _known(bench: Workbench, address: str) -> str:
    """An event of litter that is on this PC already."""
    case_id, pack = new_id(), bench.desk.packs["urban-event"]
    about: dict[str, Value] = {"title": "暴露垃圾", "grid": CELL, "address": address}
    answers = {f"{GROUP}/source": "patrol", f"{GROUP}/category": "litter", f"{GROUP}/place": address}
    await bench.desk.write(lambda tx: report_event(tx, pack, Report(case_id, about, answers), bench.desk.actor))
    return case_id


async def _compared(bench: Workbench, page: ReportPage) -> None:
    """The pause after the last key, as the page takes it."""
    page._draft_due()  # pyright: ignore[reportPrivateUsage]
    await quiet(bench.desk)


def test_a_report_of_what_is_known_says_so_and_can_be_linked(play: Play, tmp_path: object) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        other = await _known(bench, "香楠小区 2 号楼")
        page = await begin_event(bench)
        await _compared(bench, page)
        assert not page.same.isVisible()
        await fill_event(bench, page, tmp_path)
        await _compared(bench, page)
        assert page.same.isVisible()
        assert page.same.text().startswith("暴露垃圾: ")
        assert "same address" in page.same.text()
        assert [*nameless(page), *clipped(page)] == []

        page.same.link.click()
        assert page.same.link.text() == "Not the same"
        page.primary.click()
        await quiet(bench.desk)
        cases = await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.ALL, pack="urban-event")))
        [made] = [case.id for case in cases if case.id != other]
        record = await bench.desk.read(lambda c: shown.find(c, made))

        assert record is not None
        assert (record.text("duplicate_of"), record.text("state")) == (other, "accepting")

    play("lin", part)


def test_the_other_case_can_be_looked_at_and_the_report_goes_on(play: Play, tmp_path: object) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        other = await _known(bench, "香楠小区 2 号楼")
        page = await begin_event(bench)
        await fill_event(bench, page, tmp_path)
        await _compared(bench, page)
        page.same.action_wanted.emit()
        await quiet(bench.desk)
        now = bench.case.open_report()
        assert now is not None
        assert now.case_id == other

        await begin_event(bench)
        assert page.address.text() == "香楠小区 2 号楼"
        page.primary.click()
        await quiet(bench.desk)
        cases = await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.ALL, pack="urban-event")))
        [made] = [case.id for case in cases if case.id != other]
        record = await bench.desk.read(lambda c: shown.find(c, made))
        assert record is not None
        assert record.text("duplicate_of") == ""

    play("lin", part)


def test_letters_find_the_address(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await begin_event(bench)
        road = await bench.desk.read(
            lambda c: str(c.exec_driver_sql("SELECT place FROM shown WHERE kind = 'household' LIMIT 1").scalar_one())
        )
        compose(page.address, "", road[:4])
        await asyncio.sleep(0.2)
        await quiet(bench.desk)

        assert any(road[:4] in text for text in page._found.stringList())  # pyright: ignore[reportPrivateUsage]

    play("lin", part)


def test_a_supervisor_reports_nothing(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        before = bench.window.current_page()
        QTest.keyClick(bench.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        await quiet(bench.desk)

        assert bench.window.current_page() == before
        assert "Report an event" not in [action.text() for action in bench.actions()]

    play("zhao", part)


def test_the_page_has_no_nameless_control_and_no_cut_word(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        found: list[str] = []
        await begin_event(bench)
        for name in ("en", "zh_CN"):
            set_language(name)
            bench.retranslate()
            await quiet(bench.desk)
            found += [f"{name}: {each}" for each in (*nameless(bench.window), *clipped(bench.window))]

        assert found == []
        assert await bench.desk.read(lambda c: shown.find(c, "nothing")) is None

    play("lin", part)


def test_the_button_above_the_queue_begins_a_report(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        button = bench.queue.report_button
        seen = button.isVisible()
        button.click()
        await quiet(bench.desk)
        reached = bench.window.current_page()
        bench.show_page(VISITS)

        assert (seen, button.text(), reached) == (True, "Report an event", REPORT)
        assert not bench.visits.report_button.isVisible()

    play("lin", part)


def test_a_narrow_queue_and_whoever_may_not_report_have_no_button(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(QUEUE)
        bench.window.narrow_wanted.emit()
        await quiet(bench.desk)

        assert not bench.queue.report_button.isVisible()

    async def supervisor(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(QUEUE)

        assert not bench.queue.report_button.isVisible()

    play("lin", part)
    play("zhao", supervisor)
