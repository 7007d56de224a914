"""The states that are usually forgotten, as a table over the pages: nothing, one, ten thousand, long words, no room."""

import shutil
from collections.abc import Iterable
from types import SimpleNamespace

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget

from gridclient.domain.record import Kind, Value, grid_bucket, new_id
from gridclient.store import board, doubles, lists, outbox, places, residents, reviews, rounds, shown, work
from gridclient.store.cache import AREAS, Changes, Transaction
from gridclient.store.disk import DiskFailed
from gridclient.store.projection import ShownRow, project
from gridclient.ui.app import Desktop
from gridclient.ui.pages import (
    BOARD,
    CONFLICTS,
    DAY,
    DOUBLES,
    IMPORT,
    INSPECTIONS,
    PLACES,
    QUEUE,
    RESIDENTS,
    REVIEW,
    UPLOADS,
    VISITS,
)
from gridclient.ui.widgets import EmptyState
from gridclient.ui.widgets.sheets import TellSheet
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import CELL, ELDER, Stage, quiet

WORKERS = (QUEUE, VISITS, INSPECTIONS, DAY, RESIDENTS, PLACES, CONFLICTS, UPLOADS, DOUBLES, IMPORT)
SUPERVISORS = (QUEUE, RESIDENTS, PLACES, REVIEW, CONFLICTS, UPLOADS)
LONG = "阿不都热合曼·买买提依明·艾尔肯江" * 2
LONG_ADDRESS = (
    "张江镇 祖冲之路延长线与金科路交叉口东北侧香楠小区第三期北区 1239 弄 108 号 2302 室（原 B 栋 23 层 02 室）"
)


def _only(tx: Transaction, ids: Iterable[str]) -> Changes:
    """Leaves only these records on the PC, and nothing that this worker did."""
    run = tx.connection.exec_driver_sql
    kept = ",".join(f"'{each}'" for each in ids)
    rids = ",".join(str(rid) for rid in run(f"SELECT rid FROM base WHERE id IN ({kept})").scalars()) or "0"
    gone = list(run(f"SELECT rid FROM base WHERE rid NOT IN ({rids})").scalars())
    for table, column in (("shown", "rid"), ("base", "rid"), ("membership", "rid"), ("search", "rowid")):
        tx.connection.exec_driver_sql(f"DELETE FROM {table} WHERE {column} = ?", [(rid,) for rid in gone])
    for table in ("outbox", "outcomes", "drafts", "journal", "history"):
        run(f"DELETE FROM {table}")
    return Changes.of(areas=AREAS)


def _many(tx: Transaction, count: int) -> Changes:
    """Enters so many residents at once, as the platform would send them."""
    run = tx.connection.exec_driver_sql
    rows: list[tuple[ShownRow, str]] = []
    for n in range(count):
        fields: dict[str, Value] = {"name": f"顾福{n}", "address": f"丹桂路 {n + 1} 弄 1 号 101 室", "grid": CELL}
        payload = msgspec.json.encode(fields)
        rid = run(
            "INSERT INTO base(id, kind, bucket, ver, payload) VALUES (?,?,?,1,?) RETURNING rid",
            (new_id(), Kind.RESIDENT, grid_bucket(CELL), payload),
        ).scalar_one()
        rows.append(project(rid, Kind.RESIDENT, payload))
    shown.show(tx.connection, rows, new=True)
    return Changes.of(areas=AREAS)


def _nearly_full(_: object) -> SimpleNamespace:
    return SimpleNamespace(free=80 * 2**20)


def _empties(page: QWidget) -> list[tuple[str, str, str]]:
    return [empty.said() for empty in page.findChildren(EmptyState) if empty.isVisible()]


async def _show(bench: Workbench, page: str) -> QWidget:
    bench.show_page(page)
    await quiet(bench.desk)
    front = bench.window.stack.currentWidget()
    assert front is not None
    return front


@pytest.mark.parametrize(("account", "pages"), [("lin", WORKERS), ("zhao", SUPERVISORS)])
def test_a_page_without_a_record_says_so_in_a_sentence_and_offers_what_helps(
    play: Play, account: str, pages: tuple[str, ...]
) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await bench.desk.write(lambda tx: _only(tx, ()), undoable=False)
        await quiet(bench.desk)
        for page in pages:
            said = _empties(await _show(bench, page))
            assert [words for words in said if not (words[0] and words[1])] == [], page
            assert any(action for _, _, action in said), (page, said)

    play(account, part)


def test_buildings_that_are_not_there_are_said_to_be_missing(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await bench.desk.write(lambda tx: _only(tx, ()), undoable=False)
        await _show(bench, RESIDENTS)
        bench.residents.show_buildings()
        await quiet(bench.desk)

        assert ("No buildings yet", "Synchronise now") in {(title, act) for title, _, act in _empties(bench.residents)}

    play("lin", part)


def test_one_record_is_a_list_of_one(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        elder = (await bench.desk.read(lambda c: lists.search(c, ELDER)))[0]
        place = await bench.desk.read(lambda c: c.exec_driver_sql(
            "SELECT b.id FROM shown s JOIN base b USING (rid) WHERE s.kind = 'place' LIMIT 1"
        ).scalar_one())  # fmt: skip
        people = [hit.id for hit in await bench.desk.read(lambda c: lists.search(c, ELDER)) if hit.kind == "resident"]
        assert elder.title
        await bench.desk.write(lambda tx: _only(tx, (people[0], place)), undoable=False)
        await _show(bench, RESIDENTS)
        bench.residents._show_all()  # pyright: ignore[reportPrivateUsage] - nobody is cared for here
        await quiet(bench.desk)
        await _show(bench, PLACES)

        assert bench.residents.model.rowCount() == 1
        assert bench.places.model.rowCount() == 2  # the street and the place
        assert bench.places.file.place_id == place

    play("lin", part)


def test_ten_thousand_people_are_listed_and_the_last_of_them_is_reached(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await bench.desk.write(lambda tx: _only(tx, ()), undoable=False)
        await bench.desk.write(lambda tx: _many(tx, 10_000), undoable=False)
        await _show(bench, RESIDENTS)
        page = bench.residents
        page._show_all()  # pyright: ignore[reportPrivateUsage] - as the chip does
        await quiet(bench.desk)
        page.view.setCurrentIndex(page.model.index(9_999))
        page.model.row(9_999)
        await quiet(bench.desk)
        last = page.model.row(9_999)

        assert page.model.rowCount() == 10_000
        assert last is not None
        assert last.name.startswith("顾福")

    play("lin", part)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_very_long_names_and_addresses_are_cut_with_a_tooltip_and_hide_no_button(play: Play, language: str) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.settings.language_chosen.emit(language)
        desk = bench.desk
        everybody = await desk.read(lambda c: c.exec_driver_sql(
            "SELECT b.id, s.kind FROM shown s JOIN base b USING (rid) WHERE s.kind IN ('resident', 'place') LIMIT 400"
        ).all())  # fmt: skip

        def lengthen(tx: Transaction) -> Changes:
            changes = Changes()
            for record, kind in everybody:
                owner: dict[str, Value] = {"owner": LONG} if kind == "place" else {"tags": [LONG[:12]]}
                values: dict[str, Value] = {"name": LONG, "address": LONG_ADDRESS, **owner}
                changes |= work.edit_record(tx, record, values, desk.actor)
            return changes

        await desk.write(lengthen)
        for page in (RESIDENTS, PLACES, DOUBLES):
            await _show(bench, page)
            bench.residents.open_person(next(record for record, kind in everybody if kind == "resident"))
            bench.places.open_place(next(record for record, kind in everybody if kind == "place"))
            await quiet(desk)
            bench.window.undo_bar.hide()
            assert (page, clipped(desktop.frame)) == (page, [])
            assert (page, nameless(desktop.frame)) == (page, [])

    play("lin", part)


def test_a_list_that_is_being_read_says_so(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _show(bench, RESIDENTS)
        await _show(bench, PLACES)
        said: list[tuple[str, str]] = []
        for page, model in ((bench.residents, bench.residents.model), (bench.places, bench.places.model)):
            bench.show_page(RESIDENTS if page is bench.residents else PLACES)
            model.loading.connect(lambda page=page: said.extend(words[:2] for words in _empties(page)))
            page.search.setText("祖冲之路")
            page._ask()  # pyright: ignore[reportPrivateUsage] - what the search does when its time has come
            await quiet(bench.desk)

        assert [title for title, _ in said] == ["Reading the list"] * 2
        assert all(sentence for _, sentence in said)

    play("lin", part)


def _failing(*_: object) -> object:
    raise DiskFailed


READS = {
    QUEUE: (lists, "ids"), RESIDENTS: (residents, "ids"), PLACES: (places, "ids"), DAY: (rounds, "visits"),
    UPLOADS: (outbox, "outcome_rows"), CONFLICTS: (lists, "conflicts"), DOUBLES: (doubles, "find_doubles"),
    REVIEW: (reviews, "review_rows"), BOARD: (board, "loads"),
}  # fmt: skip


@pytest.mark.parametrize("page", READS)
def test_what_cannot_be_read_is_said_in_its_place_and_is_read_once_it_can_be(
    play: Play, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        shown = await _show(bench, page)
        before = _empties(shown)
        with monkeypatch.context() as patch:
            patch.setattr(*READS[page], _failing)
            getattr(bench, page).reload()
            await quiet(bench.desk)
            failed = _empties(shown)
        buttons = [each for each in shown.findChildren(QPushButton) if each.isVisible()]
        [again] = [each for each in buttons if each.text() == "Try again"]
        again.click()
        await quiet(bench.desk)

        assert ("This could not be read", str(DiskFailed()), "Try again") in failed
        assert _empties(shown) == before

    play("zhao" if page in (REVIEW, BOARD) else "lin", part)


def test_a_file_that_cannot_be_read_is_said_in_its_place(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        for page, module, file in (
            (RESIDENTS, residents, bench.residents.file), (PLACES, places, bench.places.file),
        ):  # fmt: skip
            await _show(bench, page)
            with monkeypatch.context() as patch:
                patch.setattr(module, "file_of", _failing)
                file.retranslate()
                await quiet(bench.desk)
                failed = _empties(file)
            file.again_wanted.emit()
            await quiet(bench.desk)

            assert [title for title, _, _ in failed] == ["This could not be read"]
            assert _empties(file) == []

    play("lin", part)


def test_who_has_no_grid_is_told_so_in_every_list_and_can_ask_for_it(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        def move_away(tx: Transaction) -> Changes:
            tx.set_setting("scope", "")
            return _only(tx, ())

        await bench.desk.write(move_away, undoable=False)
        for page in (QUEUE, VISITS, INSPECTIONS, RESIDENTS, PLACES):
            said = {(title, act) for title, _, act in _empties(await _show(bench, page))}
            assert ("No grid is yours yet", "Synchronise now") in said, page

    play("lin", part)


def test_a_file_that_a_duty_does_not_include_is_said_to_be_elsewhere(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _show(bench, RESIDENTS)
        bench.residents.open_person(new_id())
        await _show(bench, PLACES)
        bench.places.open_place(new_id())
        for page in (bench.residents, bench.places):
            page.reload()  # which opens nobody else
            await quiet(bench.desk)

        for file in (bench.residents.file, bench.places.file):
            assert (file.empty.said()[0], file.empty.said()[2]) == ("This file is not on this PC", "Synchronise now")

    play("lin", part)


def test_a_disk_that_is_nearly_full_is_told_above_every_page(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        assert not bench.window.notice.isVisible()
        monkeypatch.setattr(shutil, "disk_usage", _nearly_full)
        bench.desk.tell(Changes.of(areas=("case",)))
        await quiet(bench.desk)
        for page in WORKERS:
            await _show(bench, page)
            assert bench.window.notice.banner.title() == "Only 80 MB are free on the disk of this PC"
            assert bench.window.notice.isVisible()
        monkeypatch.undo()
        bench.desk.tell(Changes.of(areas=("case",)))
        await quiet(bench.desk)

        assert not bench.window.notice.isVisible()

    play("lin", part)


def test_under_the_lock_no_name_is_on_the_screen(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        for page in WORKERS:
            await _show(bench, page)
            desktop.lock()
            _assert_nothing_is_shown(desktop, page)
            desktop.frame.setCurrentWidget(bench.window)
        bench.open_case(stage.half_case)
        await quiet(bench.desk)
        for over in (_menu, _due_card, _finder, _menu_over_a_sheet):
            over(bench)
            desktop.lock()
            _assert_nothing_is_shown(desktop, over.__name__)
            desktop.frame.setCurrentWidget(bench.window)

    play("lin", part)


def _menu(bench: Workbench) -> None:
    menu = QMenu(ELDER, bench.window)
    menu.addMenu(ELDER)
    menu.popup(QPoint(40, 40))


def _due_card(bench: Workbench) -> None:
    bench.case.header.deadline.click()


def _finder(bench: Workbench) -> None:
    """As the list under a box that finds: a window that Qt counts among the tips."""
    QLabel(ELDER, bench.window, Qt.WindowType.ToolTip).show()


def _menu_over_a_sheet(bench: Workbench) -> None:
    TellSheet(ELDER, ELDER, bench.window).open()
    _menu(bench)


def _assert_nothing_is_shown(desktop: Desktop, what: str) -> None:
    """The lock is the only window, and names nobody."""
    windows = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    assert windows == [desktop.frame], what
    said = [label.text() for label in desktop.frame.findChildren(QLabel) if label.isVisible()]
    assert said, what
    assert not any(ELDER in text for text in said), what
