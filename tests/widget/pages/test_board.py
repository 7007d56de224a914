"""The supervisor's board: what is overdue and with whom, what was not uploaded, and an urging that is replied to."""

from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel

from gridclient.domain.record import Kind, Value, iso, new_id
from gridclient.platform.directory_tables import device
from gridclient.store import board, outbox, rates, shown, urging, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.outbox import Edit
from gridclient.store.work import NotAllowed
from gridclient.ui.app import Desktop
from gridclient.ui.board.page import BoardPage, Part
from gridclient.ui.pages import BOARD, QUEUE
from gridclient.ui.widgets import ROW_LOOK, Chip, StatusTag
from gridclient.ui.widgets.sheets import ChoiceSheet, ReasonSheet
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import nameless
from tests.widget.stage import Stage, quiet, sync
from tests.widget.theme.driving import compose

FIRST = date(2026, 11, 1)
WORDS, REPLY = "请今天 15 时前处理。", "已联系物业，下午到场。"


async def _board(bench: Workbench) -> None:
    bench.show_page(BOARD)
    await quiet(bench.desk)


def _choose(page: BoardPage, part: Part) -> None:
    [chip] = [each for each in page.chips.findChildren(Chip) if each.look.id == part.value]
    chip.click()


def test_the_overdue_cases_stand_there_with_whoever_has_them(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _board(bench)
        page = bench.board
        QAbstractItemModelTester(page.model, page)
        rows = [page.model.row(place) for place in range(page.model.rowCount())]
        opened: list[str] = []
        page.case_opened.connect(opened.append)
        page.view.setFocus()
        QTest.keyClick(page.view, Qt.Key.Key_Home)
        QTest.keyClick(page.view, Qt.Key.Key_Return)
        await quiet(bench.desk)

        assert nameless(page) == []
        assert rows
        assert all(row is not None and row.look.kind == "林晓燕" and row.look.due_role == "bad" for row in rows)
        tags = [tag.text() for tag in page.loads.findChildren(StatusTag) if not tag.isHidden()]
        assert tags == [f"{len(rows)} overdue"]
        assert rows[0] is not None
        assert opened == [rows[0].case]

    play("zhao", part)


def test_each_rate_stands_with_its_formula_and_leads_to_the_cases_that_made_it_worse(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _board(bench)
        page, now = bench.board, bench.desk.now()
        cases = await bench.desk.read(lambda c: rates.counted(c, FIRST, bench.desk.today()))
        on_time = rates.figures(cases, datetime(2026, 10, 31, 16, tzinfo=UTC), now)[0]
        card = page.rates.cards[rates.Rate.ON_TIME]
        said = (card.value.text(), card.formula.whole_text(), card.link.text())
        card.link.click()
        listed = [row.case for place in range(page.model.rowCount()) if (row := page.model.row(place))]
        narrowed = (page.banner.isVisible(), page.banner.title())
        _choose(page, Part.LATE)

        assert on_time.against
        assert said[0] == f"{on_time.percent:.1f} %"
        assert said[1].startswith(f"{on_time.count} / {on_time.base}: ")
        assert said[2] == f"{len(on_time.against)} cases"
        assert listed == [case.id for case in on_time.against]
        assert narrowed == (True, f"{len(listed)} cases that were not done in time")
        assert not page.banner.isVisible()
        assert page.hours.chart.accessibleDescription() == "8:00: 0 new, 4 done"

    play("zhao", part)


def test_the_next_hour_the_limit_of_a_load_and_what_came_back_twice_are_seen_at_a_glance(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _board(bench)
        page, soon = bench.board, iso(bench.desk.now() + timedelta(minutes=30))
        due, back = page.model.row(0), page.model.row(1)
        assert due is not None
        assert back is not None
        assert not page.due_line.isVisible()

        def prepare(tx: Transaction) -> Changes:
            twice: list[Value] = [{"do": "rework"}, {"do": "rework"}]
            return (
                work.edit_record(tx, due.case, {"due_at": soon}, bench.desk.actor)
                | work.edit_record(tx, back.case, {"trail": twice}, bench.desk.actor)
            )  # fmt: skip

        await bench.desk.write(prepare)
        await quiet(bench.desk)
        assert page.due_line.isVisible()
        assert page.due_line.accessibleName() == "Due within an hour: 1"
        assert page.due_line.accessibleDescription() == f"10:51 {due.look.title}"
        assert page.returned.cases.records == [back.case]

        load = page.loads
        assert load.limit.text() == "No limit"
        next(action for action in load.limit.menu().actions() if action.data() == 5).trigger()
        page.rates.periods.take_up(rates.Period.WEEK.value)
        await quiet(bench.desk)
        lin = next(each for each in await bench.desk.read(lambda c: board.loads(c, bench.desk.packs, soon))
                   if each.worker == "w-lin")  # fmt: skip
        tags = [tag.text() for tag in load.findChildren(StatusTag) if not tag.isHidden()]
        assert lin.open > 5
        assert load.limit.text() == "Limit 5"
        assert f"{lin.open - 5} over" in tags
        course = page.rates.cards[rates.Rate.ON_TIME].course
        assert course.isVisible()
        assert course.accessibleDescription().count(" %") == 6  # weeks
        assert nameless(page) == []

    play("zhao", part)


def test_the_keys_move_in_the_list_and_give_a_case_to_whoever_has_least(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        chen = await bench.desk.read(lambda c: shown.find(c, "w-chen"))
        await _board(bench)
        page = bench.board
        assert chen is not None
        new, newcomer, busy = new_id(), {**chen.fields, "name": "新来的"}, page.model.row(3)
        assert busy is not None

        def prepare(tx: Transaction) -> Changes:
            made = Edit("create", new, Kind.WORKER, chen.bucket, newcomer)
            return outbox.queue(tx, made, "w-zhao")[1] | work.assign_case(tx, busy.case, "w-chen", bench.desk.actor)

        await bench.desk.write(prepare)
        await quiet(bench.desk)
        page.view.setFocus()
        for key in (Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_G):
            QTest.keyClick(page.view, key)
        await quiet(bench.desk)
        sheet, [row] = page.sheet, page.chosen()
        assert isinstance(sheet, ChoiceSheet)
        offered = [sheet.list.item(n).data(ROW_LOOK).title for n in range(sheet.list.count())]
        QTest.keyClick(sheet.list, Qt.Key.Key_Return)
        await quiet(bench.desk)
        given = await bench.desk.read(lambda c: shown.find(c, row.case))
        bench.window.undo_wanted.emit()
        await quiet(bench.desk)
        back = await bench.desk.read(lambda c: shown.find(c, row.case))

        assert row == page.model.row(1)
        assert offered == ["新来的", "陈志强"]  # the third worker of this grid has it already
        assert given is not None
        assert given.text("assignee") == new
        assert back is not None
        assert back.text("assignee") == "w-lin"

    play("zhao", part)


def test_an_urging_reaches_the_worker_who_must_reply_and_the_reply_comes_back(play_online: Play) -> None:
    cases: list[str] = []

    async def send(desktop: Desktop, bench: Workbench) -> None:
        await _board(bench)
        page = bench.board
        page.view.setFocus()
        QTest.keyClick(page.view, Qt.Key.Key_Home)
        QTest.keyClick(page.view, Qt.Key.Key_S)
        sheet = page.sheet
        assert isinstance(sheet, ReasonSheet)
        sheet.act.click()  # without a word
        assert sheet.field.error()
        compose(sheet.field.edit, "qing", WORDS)
        cases.extend(row.case for row in page.chosen())
        QTest.keyClick(sheet.field.edit, Qt.Key.Key_Return)
        await quiet(bench.desk)
        _choose(page, Part.WAITING)
        row = page.model.row(0)

        assert row is not None
        assert (row.case, row.look.chip_text) == (cases[0], "urged")
        assert WORDS in row.look.subtitle
        await sync(bench)

    async def answer(desktop: Desktop, bench: Workbench) -> None:
        await sync(bench)
        bench.queue.reload()
        await bench.desk.write(lambda tx: work.edit_record(tx, cases[0], {"title": "renamed"}, bench.desk.actor))
        await quiet(bench.desk)
        replies, banner = bench.queue.replies, bench.queue.replies.banner
        bench.show_page(QUEUE)
        said = (banner.isVisible(), banner.title(), WORDS in banner.text())
        marks = [mark.icon for row in [bench.queue.model.case(0)] if row for mark in bench.queue.model.look(row).marks]
        replies.ask()
        sheet = replies.sheet
        assert sheet is not None
        compose(sheet.field.edit, "yi", REPLY)
        QTest.keyClick(sheet.field.edit, Qt.Key.Key_Return)
        await quiet(bench.desk)

        assert said == (True, "1 urging waits for your reply", True)
        assert "flag" in marks
        assert not banner.isVisible()
        await sync(bench)

    async def read(desktop: Desktop, bench: Workbench) -> None:
        await sync(bench)
        await _board(bench)
        _choose(bench.board, Part.REPLIED)
        row = bench.board.model.row(0)

        assert row is not None
        assert (row.case, row.look.subtitle, row.look.chip_text) == (cases[0], f"Reply: {REPLY}", "replied")

    play_online("zhao", send)
    play_online("lin", answer)
    play_online("zhao", read)


def test_work_that_a_device_reported_is_shown_with_its_age_and_stays_when_the_platform_is_away(
    play_online: Play, street: Stage
) -> None:
    reported = {"outbox_count": 3, "outbox_oldest_at": "2026-11-24T01:05:00Z"}  # as its last hello said
    with street.platform.database.write() as connection:
        connection.execute(device.update().where(device.c.worker_id == "w-lin").values(**reported))

    async def supervisor(desktop: Desktop, bench: Workbench) -> None:
        await sync(bench)
        street.online(False)
        street.clock.at(10, 41)
        await _board(bench)
        words = [label.text() for label in bench.board.others.findChildren(QLabel)]

        tags = [tag.text() for tag in bench.board.others.findChildren(StatusTag) if not tag.isHidden()]
        assert tags == ["1 h"]
        assert {"林晓燕", "3 items", "as of Today 10:21"} <= set(words)

    play_online("zhao", supervisor)


def test_a_worker_cannot_urge_or_give_away(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        row = bench.queue.model.case(0)
        assert row is not None
        desk = bench.desk
        _, refusals = await desk.write_each([
            lambda tx: urging.urge(tx, desk.packs, row.id, WORDS, desk.actor),
            lambda tx: work.assign_case(tx, row.id, "w-chen", desk.actor),
        ])  # fmt: skip

        assert [type(refusal) for refusal in refusals] == [NotAllowed, NotAllowed]
        assert BOARD not in bench.window.nav.ids()

    play("lin", part)
