"""Places in the window: listed street by street, with the file of the one that is chosen."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gridclient.domain.record import Value
from gridclient.store import readings, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.places import PlaceFilter, PlaceRow
from gridclient.ui.app import Desktop
from gridclient.ui.pages import PLACES, QUEUE
from gridclient.ui.places.page import PlacesPage
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet
from tests.widget.theme.driving import compose


async def _open(bench: Workbench) -> PlacesPage:
    bench.show_page(PLACES)
    await quiet(bench.desk)
    return bench.places


def _rows(page: PlacesPage) -> list[PlaceRow]:
    return [row for n in range(page.model.rowCount()) if (row := page.model.row(n)) is not None]


async def _checked(bench: Workbench, place_id: str, grid: str, **place: Value) -> None:
    """A check that is under way and a hazard of an earlier one, with what the check wrote into the file."""
    desk = bench.desk

    def write(tx: Transaction) -> Changes:
        changes = work.edit_record(tx, place_id, place, desk.actor)
        for pack, title in (("small-premises", "九小场所巡查"), ("hazard", "隐患整改 · 出口堵塞")):
            about: dict[str, Value] = {"title": title, "place": place_id, "grid": grid}
            changes |= work.open_case(tx, desk.packs[pack], about, desk.actor)[1]
        return changes

    await desk.write(write)
    await quiet(desk)


def test_places_stand_under_their_street_and_the_first_one_is_open(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        heading, first, *_ = _rows(page)

        assert heading.rid < 0
        assert first.address.startswith(heading.name + " ")
        assert page.view.currentIndex().row() == 1
        assert page.file.place_id == first.id

    play("lin", part)


def test_the_file_has_checks_hazards_and_owner_and_leads_to_the_check(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        row = _rows(page)[1]
        grid = "310115125001001"
        await _checked(bench, row.id, grid, open_hazards="1", last_check_at="2026-10-01T02:00:00Z",
                       checks_every_days=30, phone="13800000007")  # fmt: skip
        assert (page.file.checks.count(), page.file.hazards.count()) == (1, 1)
        assert page.file.phone.text() == "138****0007"
        page.file.phone.button.click()
        QTest.keyClick(page.file.reason, Qt.Key.Key_1)
        await quiet(bench.desk)
        log = await bench.desk.read(lambda c: readings.readings_of(c, row.id))
        assert page.file.phone.text() == "13800000007"
        assert [(line.field, line.reason) for line in log] == [("phone", "check")]
        for chip in (PlaceFilter.LATE, PlaceFilter.HAZARDS):
            page.pane.chips.choose(chip.value)
            page._choose(chip.value)  # pyright: ignore[reportPrivateUsage] - as the chip does
            await quiet(bench.desk)
            assert [each.id for each in _rows(page) if each.id] == [row.id]
        opened: list[str] = []
        page.case_opened.connect(opened.append)
        page.file.check.click()
        await quiet(bench.desk)

        assert bench.window.current_page() == QUEUE
        assert opened == page.file.checks.records

    play("lin", part)


def test_a_place_is_found_by_its_name_and_from_the_palette(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        last = _rows(page)[-1]
        compose(page.search, "ming", last.name)
        await asyncio.sleep(0.2)
        await quiet(bench.desk)
        assert last.id in {row.id for row in _rows(page)}
        bench.show_page(QUEUE)
        bench.palette.opened.emit("place", last.id)
        await quiet(bench.desk)

        assert bench.window.current_page() == PLACES
        assert page.file.place_id == last.id

        assert page.file.check.text() == "Start a check"
        QTest.keyClick(page.view, Qt.Key.Key_V)  # nobody wrote down what kind of place it is
        kinds = {action.text(): action for action in page.file.next.menu.actions()}
        assert len(kinds) == 5
        page.file.next.menu.close()
        kinds["Small premises"].trigger()
        await quiet(bench.desk)

        assert bench.window.current_page() == QUEUE
        assert bench.case.form is not None
        assert bench.case.form.get("/data/premises/name") == last.name

    play("lin", part)


def test_nothing_found_offers_all_places(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        whole = page.model.rowCount()
        compose(page.search, "mei you", "没有这家店")
        await asyncio.sleep(0.2)
        await quiet(bench.desk)
        assert page.model.rowCount() == 0
        page.pane.empty.action_wanted.emit()  # the button of the empty state
        await quiet(bench.desk)

        assert page.model.rowCount() == whole

    play("lin", part)
