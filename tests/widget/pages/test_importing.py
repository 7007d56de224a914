"""Importing a roster in the window: meanings are proposed, a dry run tells what is wrong, and rows are taken once."""

from pathlib import Path

import pytest

from gridclient.domain.masking import mask_id_number
from gridclient.domain.roster import Column, Line
from gridclient.store import importing, lists, outbox
from gridclient.store.cache import Changes, Transaction
from gridclient.store.disk import DiskFull
from gridclient.store.work import Actor
from gridclient.ui.app import Desktop
from gridclient.ui.pages import IMPORT, RESIDENTS
from gridclient.ui.residents.importing import ImportPage
from gridclient.ui.workbench import Workbench
from tests import rosters
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet


async def _open(bench: Workbench, roster: Path) -> ImportPage:
    bench.show_page(RESIDENTS)
    bench.residents.import_wanted.emit()
    page = bench.importing
    await page.open(roster)
    await quiet(bench.desk)
    return page


async def _press(bench: Workbench, page: ImportPage) -> None:
    page.primary.click()
    await quiet(bench.desk)


def _faults(page: ImportPage) -> list[list[str]]:
    table = page.faults
    cells = [[table.item(row, column) for column in range(3)] for row in range(table.rowCount())]
    return [[cell.text() for cell in row if cell is not None] for row in cells]


def test_a_roster_is_checked_first_and_then_taken_row_by_row(play: Play, tmp_path: Path) -> None:
    roster = rosters.write(
        tmp_path / "花名册.xlsx", [*map(rosters.person, range(25)), rosters.person(25, 联系电话="12")]
    )

    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench, roster)
        before = (await bench.desk.read(outbox.waiting)).count
        assert page.meanings.columns()[0] is Column.NAME
        samples = [cell.text() for row in (1, 4) if (cell := page.meanings.item(row, 1)) is not None]
        hidden = [mask_id_number(rosters.number("19500101")), "138****0000"]
        assert [sample.split(", ")[0] for sample in samples] == hidden
        await _press(bench, page)
        bench.settings.language_chosen.emit("zh_CN")
        await quiet(bench.desk)
        assert page.banner.title() == "新增 25，更新 0，无变化 0，不能导入 1"
        bench.settings.language_chosen.emit("en")
        await quiet(bench.desk)
        assert page.banner.title() == "New: 25, changed: 0, as before: 0, refused: 1"
        assert _faults(page) == [["27", "Phone", "A phone number has 11 digits, or an area code and 7 or 8 digits."]]
        assert (await bench.desk.read(outbox.waiting)).count == before
        assert page.primary.text() == "Import 25 rows"
        await _press(bench, page)

        assert page.banner.title() == "Imported: New: 25, changed: 0, as before: 0, refused: 1"
        assert [hit.place for hit in await bench.desk.read(lambda c: lists.search(c, "丹桂路 25 弄"))] == [
            "丹桂路 25 弄 1 号 101 室"
        ] * 2  # the door, and who lives there
        assert (await bench.desk.read(outbox.waiting)).count == before + 75
        page.back.click()
        assert bench.window.current_page() == RESIDENTS

    play("lin", part)


def test_a_stopped_import_goes_on_with_the_next_row(play: Play, tmp_path: Path) -> None:
    roster = rosters.write(tmp_path / "花名册.xlsx", [*map(rosters.person, range(45))])

    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench, roster)
        await _press(bench, page)
        bench.desk.changed.connect(page.stop.click)  # as soon as the first rows are there
        await _press(bench, page)
        bench.desk.changed.disconnect(page.stop.click)
        assert page.banner.title() == "Stopped after row 21"
        await page.open(roster)
        assert page.banner.title() == "This workbook was imported up to row 21"
        await _press(bench, page)
        await _press(bench, page)

        assert page.banner.title() == "Imported: New: 45, changed: 0, as before: 0, refused: 0"
        assert len(await bench.desk.read(lambda c: lists.search(c, "顾福"))) == 45

    play("lin", part)


def test_an_import_is_taken_back_as_one_while_nothing_of_it_was_uploaded(play: Play, tmp_path: Path) -> None:
    people = [*map(rosters.person, range(45))]
    roster = rosters.write(tmp_path / "花名册.xlsx", people)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        desk = bench.desk
        page = await _open(bench, roster)
        before = (await desk.read(outbox.waiting)).count
        await _press(bench, page)
        await _press(bench, page)
        bar = bench.window.undo_bar.text()
        bench.window.undo_wanted.emit()
        await quiet(desk)
        gone = (await desk.read(outbox.waiting)).count, await desk.read(lambda c: lists.search(c, "顾福"))
        await page.open(roster)
        await _press(bench, page)

        assert bar == "Imported: 45 rows"
        assert gone == (before, [])
        assert page.banner.title() == "New: 45, changed: 0, as before: 0, refused: 0"

    play("lin", part)


def test_what_was_taken_before_a_fault_is_taken_back_as_one(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = rosters.write(tmp_path / "花名册.xlsx", [*map(rosters.person, range(25))])
    take = importing.take_line

    def full_at_the_last(
        tx: Transaction, known: importing.Known, line: Line, digest: str, actor: Actor
    ) -> tuple[importing.Judged, Changes]:
        if line.row == 26:
            raise DiskFull
        return take(tx, known, line, digest, actor)

    monkeypatch.setattr(importing, "take_line", full_at_the_last)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        desk = bench.desk
        page = await _open(bench, roster)
        before = (await desk.read(outbox.waiting)).count
        await _press(bench, page)
        with pytest.raises(DiskFull):
            await page.take()
        await quiet(desk)
        taken = len(await desk.read(lambda c: lists.search(c, "顾福")))
        bench.window.undo_wanted.emit()
        await quiet(desk)

        assert taken == 24
        assert (await desk.read(outbox.waiting)).count == before

    play("lin", part)


def test_an_import_of_which_a_row_was_uploaded_stays_whole_and_says_why(play: Play, tmp_path: Path) -> None:
    roster = rosters.write(tmp_path / "花名册.xlsx", [*map(rosters.person, range(25))])

    async def part(desktop: Desktop, bench: Workbench) -> None:
        desk = bench.desk
        page = await _open(bench, roster)
        await _press(bench, page)
        await _press(bench, page)
        await desk.write(_hand_out, undoable=False)
        bench.window.undo_wanted.emit()
        await quiet(desk)

        assert bench.window.undo_bar.text() == "This was uploaded already and cannot be undone here."
        assert len(await desk.read(lambda c: lists.search(c, "顾福"))) == 25

    def _hand_out(tx: Transaction) -> Changes:
        outbox.hand_out_all(tx)  # a request went out
        return Changes()

    play("lin", part)


def test_a_column_means_one_thing_and_the_choice_is_remembered(play: Play, tmp_path: Path) -> None:
    header = ("户主", *rosters.HEADER[1:])
    roster = rosters.write(tmp_path / "a.xlsx", [rosters.person(0)], header)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench, roster)
        await _press(bench, page)
        assert page.banner.title() == "Still to choose: Name"
        page.meanings.choose(0, Column.NAME)
        page.meanings.choose(1, Column.NAME)
        assert page.meanings.columns()[1] is Column.NAME
        assert 0 not in page.meanings.columns()
        page.meanings.choose(0, Column.NAME)
        page.meanings.choose(1, Column.ID_NUMBER)
        await _press(bench, page)
        await page.open(roster)

        assert page.meanings.columns()[0] is Column.NAME

    play("lin", part)


def test_a_file_that_is_no_workbook_is_said_on_the_page(play: Play, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"not a workbook")

    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench, tmp_path / "a.xlsx")

        assert page.banner.title() == "This workbook was not opened"
        assert "a.xlsx cannot be read" in page.banner.text()

    play("lin", part)


def test_a_supervisor_is_not_offered_to_import(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        assert "Import residents" not in [action.text() for action in bench.actions()]
        assert IMPORT not in bench.window.nav.ids()

    play("zhao", part)
