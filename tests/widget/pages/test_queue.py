"""The queue while a sync goes on: rows stay where they are, and what came is told."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gridclient.domain.record import Kind, grid_bucket, new_id
from gridclient.store import lists, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.disk import DiskFailed
from gridclient.store.lists import QueueFilter
from gridclient.store.outbox import Edit, queue
from gridclient.ui import paged
from gridclient.ui.app import Desktop
from gridclient.ui.widgets import Chip
from gridclient.ui.widgets.rows import ROW_LOOK
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import CELL, INSPECTION, quiet


def _titles(bench: Workbench) -> list[str]:
    model = bench.queue.model
    return [row.title for n in range(model.rowCount()) if (row := model.case(n)) is not None]


def _arrive(bench: Workbench, *titles: str) -> None:
    """Cases that were not there before, the most urgent of all."""

    def lay(tx: Transaction) -> Changes:
        changes = Changes()
        for title in titles:
            fields = {"title": title, "pack": INSPECTION, "state": "open", "due_at": "2026-01-01T00:00:00Z"}
            edit = Edit("create", new_id(), Kind.CASE, grid_bucket(CELL), fields)
            changes |= queue(tx, edit, bench.desk.actor.worker_id)[1]
        return changes

    bench.desk.start(bench.desk.write(lay))


def test_what_came_is_told_and_moves_no_row_until_it_is_asked_for(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        before = _titles(bench)
        _arrive(bench, "first", "second", "third")
        await quiet(bench.desk)
        during = _titles(bench)
        said = (bench.queue.news.isVisible(), bench.queue.news.text())
        bench.queue.news.setFocus()
        QTest.keyClick(bench.queue.news, Qt.Key.Key_Space)
        await quiet(bench.desk)

        assert during == before
        assert said == (True, "3 new")
        assert _titles(bench) == ["first", "second", "third", *before]
        assert not bench.queue.news.isVisible()

    play("lin", part)


def test_a_row_that_changed_is_shown_as_it_is_now_while_others_wait(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        row = bench.queue.model.row(0)
        assert row is not None
        _arrive(bench, "first")
        await quiet(bench.desk)
        await bench.desk.write(lambda tx: work.edit_record(tx, row.id, {"title": "renamed"}, bench.desk.actor))
        await quiet(bench.desk)

        assert _titles(bench)[0] == "renamed"
        assert bench.queue.news.text() == "1 new"

    play("lin", part)


def test_a_case_that_left_the_list_goes_at_once(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        before = _titles(bench)
        row = bench.queue.model.row(1)
        assert row is not None

        def close(tx: Transaction) -> Changes:
            edit = Edit("transition", row.id, Kind.CASE, grid_bucket(CELL), {"state": "closed"}, "approve")
            return queue(tx, edit, bench.desk.actor.worker_id)[1]

        await bench.desk.write(close)
        await quiet(bench.desk)

        assert _titles(bench) == [before[0], *before[2:]]
        assert not bench.queue.news.isVisible()

    play("lin", part)


def test_what_a_colleague_has_is_behind_a_chip_and_every_count_agrees(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        before = _titles(bench)
        row = bench.queue.model.case(0)
        assert row is not None

        def give(tx: Transaction) -> Changes:
            edit = Edit("patch", row.id, Kind.CASE, grid_bucket(CELL), {"assignee": "w-chen"})
            return queue(tx, edit, "w-zhao")[1]

        await bench.desk.write(give)
        await quiet(bench.desk)
        mine = _titles(bench)
        chips = {chip.look.id: chip for chip in bench.queue.findChildren(Chip)}
        counted = [chips[each].look.count for each in ("open", "colleagues")]
        QTest.mouseClick(chips["colleagues"], Qt.MouseButton.LeftButton)
        await quiet(bench.desk)

        assert mine == before[1:]
        assert _titles(bench) == before[:1]
        assert counted == [len(mine), 1]
        assert bench.window.nav.count("queue") == len(mine)

    play("lin", part)


def test_a_supervisor_sees_everybodys_cases_in_one_list(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        assert [chip.look.id for chip in bench.queue.findChildren(Chip)] == [
            "open", "today", "overdue", "returned", "all",
        ]  # fmt: skip
        assert bench.queue.model.asked.me == ""

    play("zhao", part)


def test_home_and_end_go_to_the_first_and_the_last_row(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.queue.use_filter(QueueFilter.ALL.value)
        await quiet(bench.desk)
        view = bench.queue.view
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_End)
        last = view.currentIndex().row()
        QTest.keyClick(view, Qt.Key.Key_Home)

        assert last == bench.queue.model.rowCount() - 1
        assert view.currentIndex().row() == 0

    play("lin", part)


def test_a_case_that_ended_as_its_own_pack_ends_says_done(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        row = bench.queue.model.case(0)
        assert row is not None
        late = replace(row, pack="gas-safety", due_at="2026-11-20T02:00:00Z")
        told = [bench.queue.model.look(replace(late, state=state)).due_text for state in ("open", "ordered")]

        assert "overdue" in told[0]
        assert told[1] == "Done"

    play("lin", part)


def test_what_is_chosen_for_a_batch_stays_chosen_when_another_case_leaves_the_list(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = bench.queue
        page.view.setFocus()
        QTest.keyClick(page.view, Qt.Key.Key_Home)
        for _ in range(3):
            QTest.keyClick(page.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        chosen = [page.model.rid_at(row) for row in page.view.chosen_rows()]
        last = page.model.case(page.model.rowCount() - 1)
        assert last is not None
        close = Edit("transition", last.id, Kind.CASE, grid_bucket(CELL), {"state": "closed"}, "approve")
        before = page.model.rowCount()
        await bench.desk.write(lambda tx: queue(tx, close, bench.desk.actor.worker_id)[1])
        await quiet(bench.desk)

        assert page.model.rowCount() == before - 1
        assert len(chosen) == 4
        assert [page.model.rid_at(row) for row in page.view.chosen_rows()] == chosen

        page.use_filter(QueueFilter.ALL.value)
        await quiet(bench.desk)
        assert page.view.chosen_count() <= 1

    play("lin", part)


def test_rows_that_could_not_be_read_once_are_asked_for_again(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        model, read, broken = bench.queue.model, lists.lines, [True]
        monkeypatch.setattr(paged, "PAGE", 2)

        def lines(*asked: Any) -> list[lists.QueueRow | lists.Heading]:
            if broken:
                raise DiskFailed
            return read(*asked)

        monkeypatch.setattr(lists, "lines", lines)
        model.reload(is_other=True)
        await quiet(bench.desk)
        assert model.row(4) is None
        await quiet(bench.desk)

        broken.clear()
        assert model.row(4) is None
        await quiet(bench.desk)
        assert model.row(4) is not None

    play("lin", part)


def test_what_the_chip_counts_as_due_today_is_amber_until_midnight(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        queue = bench.queue
        looks = [queue.model.index(n).data(ROW_LOOK) for n in range(queue.model.rowCount())]
        amber = [look.due_text for look in looks if look.due_role == "warn"]
        bench.queue.use_filter("today")
        await quiet(bench.desk)
        today = [queue.model.index(n).data(ROW_LOOK).due_text for n in range(queue.model.rowCount())]

        assert amber == today
        assert "Today 23:30" in amber  # more than half a day away

    play("lin", part)
