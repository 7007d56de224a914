"""A door that nobody opens: each deed with its moment, the supervisor alerted, the words for the phone."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from gridclient.platform import due
from gridclient.store import lists, shown
from gridclient.store.lists import Ask, QueueFilter
from gridclient.store.readings import Reading, readings_of
from gridclient.store.rounds import Stand, Visit
from gridclient.store.shown import Shown
from gridclient.ui.app import Desktop
from gridclient.ui.pages import DAY
from gridclient.ui.workbench import Workbench
from gridclient.workflow.door import Deed, lines, protocol
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import nameless
from tests.widget.stage import Stage, quiet, sync


async def at_the_door(bench: Workbench) -> Visit:
    """Chooses the first visit of the day after tomorrow, which was not begun."""
    bench.show_page(DAY)
    page = bench.day
    page.show_day(bench.desk.today() + timedelta(days=2))
    await quiet(bench.desk)
    visits = [page.model.visit(row) for row in range(page.model.rowCount())]
    row, visit = next((n, each) for n, each in enumerate(visits) if each is not None and each.stand is Stand.OPEN)
    page.view.setCurrentIndex(page.model.index(row))
    await quiet(bench.desk)
    return visit


async def _case(bench: Workbench, visit: Visit) -> Shown:
    found = await bench.desk.read(lambda c: shown.find(c, visit.case))
    assert found is not None
    return found


async def _press(bench: Workbench) -> None:
    act = bench.day.emergency.card.act
    assert act is not None
    act.setFocus()
    QTest.keyClick(act, Qt.Key.Key_Space)
    await quiet(bench.desk)


def test_each_deed_is_kept_with_its_moment_and_the_next_one_comes_up(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        visit = await at_the_door(bench)
        card, page = bench.day.emergency.card, bench.day
        before = (card.isVisible(), page.nobody.isVisible())
        page.nobody.click()
        await quiet(bench.desk)
        begun = (card.isVisible(), page.nobody.isVisible(), card.told.text())
        stage.clock.at(10, 49)
        await _press(bench)
        stage.clock.at(10, 56)
        family = card.script.text()
        await _press(bench)
        stage.clock.at(10, 58)
        await _press(bench)
        card.no_danger.emit()
        await quiet(bench.desk)
        await _press(bench)
        stage.clock.at(11, 1)
        await _press(bench)
        case = await _case(bench, visit)
        kept = protocol(bench.desk.packs["elderly-visit"])
        assert kept is not None
        answers = case.fields["answers.verify"]
        assert isinstance(answers, dict)

        assert before == (False, True)
        assert begun == (True, False, "the supervisor does not know yet")
        assert nameless(card) == []
        assert "Who has a key?" in family
        assert visit.elder.name in family
        assert [(line.at, line.state) for line in lines(kept, case.fields)] == [
            ("10:49", "done"), ("10:56", "done"), ("10:58", "done"), ("", "skipped"), ("", "done"), ("11:01", "done"),
        ]  # fmt: skip
        assert answers["/data/verify/door"] == "nobody"
        assert answers["/data/verify/danger"] == "no"
        assert card.act is None
        left: list[str] = []
        page.case_opened.connect(left.append)
        card.open.click()
        await quiet(bench.desk)
        assert left == [visit.case]
        assert bench.case.step_id == "verify"

    try:
        play("lin", part)
    finally:
        stage.clock.at(10, 21)


def test_the_number_of_the_family_is_masked_until_it_is_asked_for_and_that_is_logged(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        visit = await at_the_door(bench)
        bench.day.nobody.click()
        await quiet(bench.desk)
        bench.day.emergency.card.done.emit(Deed.NEIGHBOURS)
        await quiet(bench.desk)
        masked = _words(bench)
        bench.day.emergency.card.number_wanted.emit()
        await quiet(bench.desk)
        plain = _words(bench)
        log = await bench.desk.read(lambda c: readings_of(c, visit.elder.id))

        assert "139****" in masked
        assert "****" not in plain
        assert "1390000" in plain
        assert log[:1] == [Reading(log[0].at, "w-lin", "contact_phone", "emergency")]

    def _words(bench: Workbench) -> str:
        return " ".join(each.accessibleName() for each in bench.day.emergency.card.findChildren(QWidget))

    play("lin", part)


def test_undo_takes_back_a_door_that_was_not_closed(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        visit = await at_the_door(bench)
        bench.day.nobody.click()
        await quiet(bench.desk)
        await bench.desk.undo()
        await quiet(bench.desk)

        assert "answers.verify" not in (await _case(bench, visit)).fields
        assert not bench.day.emergency.card.isVisible()
        assert bench.day.nobody.isVisible()

    play("lin", part)


def test_the_supervisor_is_told_as_soon_as_the_platform_hears_of_it(play_online: Play, street: Stage) -> None:
    cases: list[str] = []

    async def worker(desktop: Desktop, bench: Workbench) -> None:
        cases.append((await at_the_door(bench)).case)
        bench.day.nobody.click()
        await quiet(bench.desk)
        await sync(bench)
        due.run(street.platform)
        await sync(bench)
        bench.day.reload()
        await quiet(bench.desk)

        assert bench.day.emergency.card.told.text() == "the supervisor was told"

    async def supervisor(desktop: Desktop, bench: Workbench) -> None:
        await sync(bench)
        work = bench.desk.packs.work_of("supervisor")
        found = await bench.desk.read(lambda c: lists.first_page(c, Ask(QueueFilter.OPEN, work=work)))
        await bench.settle()
        told = [action.text() for menu in bench.window.bar.findChildren(QMenu) for action in menu.actions()]

        assert [row.id for row in found if row.state == "emergency"] == cases
        assert "1 door that nobody opens" in told

    play_online("lin", worker)
    play_online("zhao", supervisor)
