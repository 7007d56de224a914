"""Several cases at once: taken over, finished with one form, printed as a list, written into a file for Excel."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gridclient.domain.record import Kind, grid_bucket, new_id
from gridclient.store import chosen, shown
from gridclient.store.cache import Changes, Transaction
from gridclient.store.chosen import Chosen
from gridclient.store.confidential import with_confidential
from gridclient.store.edits import edits_of
from gridclient.store.outbox import Edit, queue
from gridclient.store.shown import Shown
from gridclient.ui.app import Desktop
from gridclient.ui.case.print_sheet import PrintSheet
from gridclient.ui.pages import INSPECTIONS, VISITS
from gridclient.ui.queue.batch import OneFormSheet
from gridclient.ui.queue.page import QueuePage
from gridclient.ui.widgets.sheets import ReasonSheet
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import nameless
from tests.widget.stage import CELL, INSPECTION, VISIT, quiet

VISITED = {
    "contact/reached": "no", "verify/door": "self", "verify/identity": "yes", "verify/consent": "yes",
    "condition/mental": "good", "condition/systolic": "130", "condition/diastolic": "80", "condition/medicine": "taken",
    "condition/falls": "none", "safety/gas": "yes", "safety/wiring": "yes", "safety/passage": "yes",
    "safety/alarm": "yes", "summary/conclusion": "楼道统一走访，情况平稳。", "summary/next_visit": "2026-12-20",
}  # fmt: skip


async def _free_cases(bench: Workbench, *titles: str) -> list[str]:
    """Open cases that nobody has."""
    made = [new_id() for _ in titles]

    def lay(tx: Transaction) -> Changes:
        changes = Changes()
        for record, title in zip(made, titles, strict=True):
            fields = {
                "title": title,
                "pack": INSPECTION,
                "state": "open",
                "grid": CELL,
                "due_at": "2026-01-01T00:00:00Z",
            }
            edit = Edit("create", record, Kind.CASE, grid_bucket(CELL), fields)
            changes |= queue(tx, edit, bench.desk.actor.worker_id)[1]
        return changes

    await bench.desk.write(lay)
    bench.queue.reload()
    await quiet(bench.desk)
    return [str(record) for record in made]


async def _choose(page: QueuePage, wanted: Callable[[Shown], bool]) -> list[Shown]:
    """Chooses the rows whose cases fit; returns their records in the order of the list."""
    marks = QItemSelectionModel.SelectionFlag
    page.view.clearSelection()
    found = list[Shown]()
    for place in range(page.model.rowCount()):
        row = page.model.case(place)
        case = None if row is None else await page.model.desk.read(lambda c, r=row: shown.find(c, r.id))
        if case is not None and wanted(case):
            page.view.selectionModel().select(page.model.index(place), marks.Select | marks.Rows)
            found.append(case)
    return found


async def _find(bench: Workbench, record: str) -> Shown:
    found = await bench.desk.read(lambda c: shown.find(c, record))
    assert found is not None
    return found


def test_shift_and_arrow_choose_several_and_the_bar_says_how_many_while_one_alone_is_opened(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = bench.queue
        view = page.view
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_Home)
        alone = page.batch_bar.isVisible()
        for _ in range(2):
            QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        opened: list[str] = []
        page.case_opened.connect(opened.append)
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier,
            view.visualRect(page.model.index(4)).center(),
        )  # fmt: skip

        assert not alone
        assert page.batch_bar.isVisible()
        assert page.batch_bar.count.text() == "4 chosen"
        assert nameless(page.batch_bar) == []
        assert opened == []

    play("lin", part)


def test_a_worker_takes_the_cases_that_nobody_has_and_undo_gives_them_back(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        free = await _free_cases(bench, "first", "second")
        await bench.desk.write(lambda tx: _hand_over(tx, bench, "third"))
        bench.show_page(INSPECTIONS)  # of the whole grid, not of Lin alone
        page = bench.inspections
        page.reload()
        await quiet(bench.desk)
        cases = await _choose(page, lambda case: case.text("title") in ("first", "second", "third"))
        QTest.mouseClick(page.batch_bar.take, Qt.MouseButton.LeftButton)
        await quiet(bench.desk)
        mine = [(await _find(bench, record)).text("assignee") for record in free]
        others = next(case for case in cases if case.text("title") == "third")

        assert mine == ["w-lin", "w-lin"]
        assert (await _find(bench, others.id)).text("assignee") == "w-chen"
        assert page.batch_bar.banner.title() == "1 of 3 stays as it was"
        assert "only a supervisor" in page.batch_bar.banner.text()
        assert bench.window.undo_bar.text() == "Changed: first and 1 more"
        await bench.desk.undo()
        assert [(await _find(bench, record)).text("assignee") for record in free] == ["", ""]

    def _hand_over(tx: Transaction, bench: Workbench, title: str) -> Changes:
        fields = {"title": title, "pack": INSPECTION, "state": "open", "grid": CELL, "assignee": "w-chen"}
        edit = Edit("create", new_id(), Kind.CASE, grid_bucket(CELL), fields)
        return queue(tx, edit, "w-chen")[1]

    play("lin", part)


def test_one_form_finishes_many_visits_and_leaves_each_person_their_own_phone(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(VISITS)
        await quiet(bench.desk)
        page = bench.visits
        open_ = await _choose(page, lambda case: case.text("state") == "open")
        cases = await _choose(page, lambda case: case.id in {each.id for each in open_[:3]})
        before = await _phones(bench, cases)
        page.batch_bar.fill.click()
        await quiet(bench.desk)
        sheet = page.batch.sheet
        assert isinstance(sheet, OneFormSheet)
        asked = sheet.page.refs()
        sheet.act.click()  # nothing is answered yet
        refused = sheet.page.fault_list.isVisible()
        for ref, value in VISITED.items():
            assert sheet.page.question(f"/data/{ref}").answer(value).status == "ok", ref
        sheet.act.click()
        await quiet(bench.desk)
        after = [await _find(bench, case.id) for case in cases]

        assert refused
        assert not {"/data/verify/phone", "/data/verify/contact_name", "/data/summary/signature"} & set(asked)
        assert len(set(before.values())) == 3
        assert [case.text("state") for case in after] == ["review"] * 3
        for case in after:
            whole = await bench.desk.read(lambda c, case=case: with_confidential(c, case))
            answers = whole.fields["answers.verify"]
            assert isinstance(answers, dict)
            assert answers["/data/verify/phone"] == before[case.id]
        assert bench.window.undo_bar.text().endswith("and 2 more")
        await bench.desk.undo()
        assert [(await _find(bench, case.id)).text("state") for case in cases] == ["open"] * 3

    async def _phones(bench: Workbench, cases: list[Shown]) -> dict[str, str]:
        found = dict[str, str]()
        for case in cases:
            files = await bench.desk.read(lambda c, r=case: shown.about(c, r.text("resident"), Kind.IDENT))
            found[case.id] = files[0].text("phone")
        return found

    play("lin", part)


def test_a_form_for_visits_and_checks_together_is_not_offered(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = bench.queue
        await _choose(page, lambda case: case.text("pack") in (VISIT, INSPECTION))
        page.batch_bar.fill.click()
        await quiet(bench.desk)

        assert page.batch.sheet is None
        assert page.batch_bar.banner.title() == "One form needs one kind of case"

    play("lin", part)


def test_an_export_is_masked_marked_and_told_in_the_history_of_each_case(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> str:
        raise AssertionError("names and addresses would lie in a temporary file")

    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", refuse)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        free = await _free_cases(bench, "=1+1")
        page = bench.queue
        cases = await _choose(page, lambda case: case.id in free or case.text("pack") == VISIT)
        page.batch_bar.export.click()
        await quiet(bench.desk)
        asked = page.batch.sheet
        assert isinstance(asked, ReasonSheet)
        asked.reject()
        await page.batch.save(tmp_path / "cases.xlsx", "街镇例会")
        await quiet(bench.desk)
        sheet = openpyxl.load_workbook(BytesIO((tmp_path / "cases.xlsx").read_bytes())).worksheets[0]
        lines = [[str(cell.value or "") for cell in line] for line in sheet.iter_rows()]
        edits = await bench.desk.read(lambda c: edits_of(c, cases[0].id))

        assert lines[0][0].startswith("林晓燕, 2026-11-24 10:21, for: 街镇例会.")
        assert lines[1][:2] == ["Number", "Item"]
        assert lines[-1][0] == lines[0][0]
        assert [line[1] for line in lines[2:-1]] == [case.text("title") for case in cases]
        assert sheet.cell(3, 2).data_type == "s"  # not a formula
        phones = [line[7] for line in lines[2:-1] if line[7]]
        assert phones
        assert all(phone[3:7] == "****" for phone in phones)
        assert [(edit.what, edit.by, edit.fields) for edit in edits][-1] == (chosen.EXPORTED, "w-lin", ("街镇例会",))

    play("lin", part)


def test_the_list_is_printed_building_by_building(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = bench.queue
        cases = await _choose(page, lambda case: case.text("pack") == VISIT)
        page.batch_bar.print.click()
        await quiet(bench.desk)
        sheets = [each for each in QApplication.topLevelWidgets() if isinstance(each, PrintSheet) and each.isVisible()]
        while sheets[0].picture.pixmap().isNull():
            await asyncio.sleep(0.01)
        made: list[Chosen] = await bench.desk.read(
            lambda c: chosen.chosen(c, [page.model.rid_at(n) for n in page.view.chosen_rows()])
        )
        sheets[0].reject()

        assert [each.row.id for each in made] == [case.id for case in cases]

    play("lin", part)
