"""The day of visits: doors in the order they are walked, what is late or was left out, and the calendar of plans."""

import asyncio
from datetime import date, timedelta
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from gridclient.domain.record import Kind
from gridclient.domain.route import in_order
from gridclient.store import shown, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.rounds import Stand, Visit
from gridclient.ui.app import Desktop
from gridclient.ui.pages import DAY, VISITS
from gridclient.ui.visits.page import DayPage
from gridclient.ui.visits.words import building_text
from gridclient.ui.widgets import ROW_LOOK, RowLook
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import nameless
from tests.widget.stage import ELDER, quiet

TODAY = date(2026, 11, 24)


async def _day(bench: Workbench) -> DayPage:
    bench.show_page(VISITS)
    await quiet(bench.desk)
    QTest.keyClick(bench.visits.view, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    while bench.window.current_page() != DAY:
        await asyncio.sleep(0.01)
    await quiet(bench.desk)
    return bench.day


def _looks(page: DayPage) -> list[RowLook]:
    return [page.model.index(row).data(ROW_LOOK) for row in range(page.model.rowCount())]


def _shown(page: DayPage) -> list[Visit]:
    return [visit for row in range(page.model.rowCount()) if (visit := page.model.visit(row)) is not None]


def _ids(page: DayPage, place: int) -> tuple[str, str]:
    visit = _shown(page)[place]
    return visit.elder.id, visit.case


def test_the_doors_of_today_stand_by_building_in_the_order_they_are_walked(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _day(bench)
        QAbstractItemModelTester(page.model, page)
        visits = _shown(page)
        buildings = [building for building, _ in groupby(visits, key=building_text)]
        looks = _looks(page)

        assert bench.window.current_page() == DAY
        assert bench.window.nav.current() == VISITS
        assert nameless(page) == []
        assert len(buildings) == len(set(buildings)) == sum(look.is_heading for look in looks)
        assert [visit.door for visit in visits] == in_order(visit.door for visit in visits)
        first = next(look for look in looks if ELDER in look.title)
        assert (first.due_text, first.due_role) == ("done 08:40", "ok")
        assert first.kind == "138****6128"
        assert any(look.due_text == "5 d overdue" and look.due_role == "bad" for look in looks)
        assert sum(visit.stand is Stand.DONE for visit in visits) == 1
        assert all(visit.day == TODAY for visit in visits)

    play("lin", part)


def test_alt_and_an_arrow_change_the_order_of_the_round_which_is_kept_until_it_is_given_up(play: Play) -> None:
    orders: list[list[str]] = []

    async def move(desktop: Desktop, bench: Workbench) -> None:
        page = await _day(bench)
        QAbstractItemModelTester(page.model, page)
        before = [visit.stop for visit in _shown(page)]
        page.view.setCurrentIndex(page.model.index(page.model.row_of(*_ids(page, 2))))
        page.view.setFocus()
        for _ in range(3):  # the third finds no place further up
            QTest.keyClick(page.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        current = page.current()
        await quiet(bench.desk)
        orders.append(before)
        orders.append([visit.stop for visit in _shown(page)])

        assert current is not None
        assert orders[1] == [before[2], before[0], before[1], *before[3:]]
        assert current.stop == before[2]

    async def again(desktop: Desktop, bench: Workbench) -> None:
        page = await _day(bench)
        kept = [visit.stop for visit in _shown(page)]
        page.by_doors.click()
        await quiet(bench.desk)

        assert kept == orders[1]
        assert [visit.stop for visit in _shown(page)] == orders[0]
        assert not page.by_doors.isVisible()

    play("lin", move)
    play("lin", again)


def test_a_case_of_the_round_opens_by_enter_and_a_planned_visit_opens_the_file(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _day(bench)
        cases, persons = list[str](), list[str]()
        page.case_opened.connect(cases.append)
        page.person_wanted.connect(persons.append)
        visits = _shown(page)
        for wanted in (Stand.OPEN, Stand.PLANNED):
            visit = next(visit for visit in visits if visit.stand is wanted)
            page.view.setCurrentIndex(page.model.index(page.model.row_of(visit.elder.id, visit.case)))
            page.view.setFocus()
            QTest.keyClick(page.view, Qt.Key.Key_Return)
            await quiet(bench.desk)
            bench.show_page(DAY)

        assert [case for case in cases if case] == cases
        assert len(cases) == len(persons) == 1

    play("lin", part)


def test_the_calendar_counts_the_plans_of_each_day_and_a_click_or_a_key_opens_the_day(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _day(bench)
        grid = page.plan.grid
        QTest.mouseClick(
            grid, Qt.MouseButton.LeftButton, pos=grid.cell_of(TODAY + timedelta(days=2)).center().toPoint()
        )
        await quiet(bench.desk)
        after = (page.day, [visit.due for visit in _shown(page)], grid.accessibleDescription())
        grid.setFocus()
        QTest.keyClick(grid, Qt.Key.Key_Up)  # a week earlier
        await quiet(bench.desk)
        before = page.day
        page.plan.mode.click()
        weeks = grid.sizeHint().height()
        page.plan.home.click()
        await quiet(bench.desk)

        assert after[0] == date(2026, 11, 26)
        assert set(after[1]) == {date(2026, 11, 26)}
        assert after[2].startswith(f"26 Nov Thursday, to do: {len(after[1])}, done: 0")
        assert before == date(2026, 11, 19)
        assert grid.sizeHint().height() == weeks
        page.plan.mode.click()
        assert grid.sizeHint().height() > weeks
        assert page.day == TODAY

    play("lin", part)


def test_a_visit_that_was_left_out_is_told_and_counted_on_the_day_it_was_due(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _day(bench)
        visit = next(visit for visit in _shown(page) if visit.stand is Stand.PLANNED and visit.elder.tier == "high")
        [care] = await bench.desk.read(lambda c: shown.about(c, visit.elder.id, Kind.CARE))
        last = {"last_visit_at": "2026-11-03T02:00:00Z", "visits_every_days": 7}

        await bench.desk.write(lambda tx: work.edit_record(tx, care.id, last, bench.desk.actor))
        await quiet(bench.desk)
        look = next(look for look in _looks(page) if visit.elder.name in look.title)
        page.show_day(date(2026, 11, 17))
        await quiet(bench.desk)

        assert "2 skipped" in look.subtitle
        assert look.due_text == "14 d overdue"
        assert visit.elder.id in {each.elder.id for each in _shown(page)}
        assert "missed: 1" in page.plan.grid.accessibleDescription()

    play("lin", part)


def test_what_is_done_meanwhile_is_seen_when_the_day_is_shown_again(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _day(bench)
        visit = next(visit for visit in _shown(page) if visit.stand is Stand.OPEN)
        bench.show_page(VISITS)
        await bench.desk.write(lambda tx: _send(tx, bench, visit.case))
        await quiet(bench.desk)
        bench.show_page(DAY)
        await quiet(bench.desk)

        same = next(each for each in _shown(page) if each.case == visit.case)
        assert same.stand is Stand.DONE

    def _send(tx: Transaction, bench: Workbench, case: str) -> Changes:
        pack, changes = bench.desk.packs["elderly-visit"], Changes()
        for step in pack.steps:
            changes |= work.complete_step(tx, pack, case, step.id, {}, bench.desk.actor)
        return changes | work.submit_case(tx, pack, case, bench.desk.actor)

    play("lin", part)
