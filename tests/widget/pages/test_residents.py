"""Residents: what identifies somebody stays masked until a reason was given, and every reading is in the log."""

import asyncio

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from sqlalchemy.engine import Connection

from gridclient.domain.record import Kind, Value
from gridclient.store import blobs, outbox, readings, shown, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.outbox import Edit
from gridclient.ui import theme
from gridclient.ui.app import Desktop
from gridclient.ui.pages import CONFLICTS, QUEUE, RESIDENTS
from gridclient.ui.residents.building import DoorLook
from gridclient.ui.residents.page import ResidentsPage
from gridclient.ui.viewer import Viewer
from gridclient.ui.widgets import StatusTag
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import ELDER, quiet, until
from tests.widget.theme.driving import compose


async def _confirm(bench: Workbench, resident: str, value: str, until: str) -> None:
    """Puts proof of a phone into a person's file, as a finished form does."""
    said = {"value": value, "pack": "table-health", "by": "w-lin", "at": "2026-03-03T02:00:00Z", "until": until}
    ident = await bench.desk.read(lambda c: shown.about(c, resident, Kind.IDENT)[0])
    await bench.desk.write(lambda tx: work.edit_record(tx, ident.id, {"evidence.phone": {**said}}, bench.desk.actor))
    await quiet(bench.desk)


def _contested(connection: Connection) -> tuple[str, list[str]]:
    """Whose numbers are in conflict on the stage, and in which fields."""
    record = connection.exec_driver_sql(
        "SELECT b.id FROM shown s JOIN base b USING (rid) WHERE s.kind = 'conflict' AND s.state = 'open'"
    ).scalar_one()
    conflict = shown.find(connection, record)
    assert conflict is not None
    target = shown.find(connection, conflict.text("record"))
    assert target is not None
    fields = conflict.fields["fields"]
    assert isinstance(fields, dict)
    return target.text("resident"), list(fields)


def _chips(page: ResidentsPage) -> list[str]:
    return [tag.text() for tag in page.file.verified.findChildren(StatusTag) if tag.isVisible()]


async def _open(bench: Workbench) -> ResidentsPage:
    bench.show_page(RESIDENTS)
    await quiet(bench.desk)
    return bench.residents


def test_a_masked_value_is_shown_only_after_a_reason_and_the_reading_is_logged(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        phone = page.file.values["phone"]
        assert phone.text() == "138****6128"
        phone.button.click()
        assert phone.text() == "138****6128"
        QTest.keyClick(page.file.reason, Qt.Key.Key_1)
        await quiet(bench.desk)
        log = await bench.desk.read(lambda c: readings.readings_of(c, page.file.resident_id))

        assert phone.text() == "13800006128"
        assert [(line.by, line.field, line.reason) for line in log] == [("w-lin", "phone", "check")]

    play("lin", part)


def test_a_shown_value_hides_when_another_file_is_opened(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        page.file.values["phone"].button.click()
        page.file.reason.given.emit("check")
        await quiet(bench.desk)
        page.view.setCurrentIndex(page.model.index(1))
        await quiet(bench.desk)

        assert "****" in page.file.values["phone"].text()

    play("lin", part)


def test_a_confirmed_value_shows_its_proof_and_an_expired_one_leads_back_to_the_visit(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        case = (await bench.desk.read(lambda c: c.exec_driver_sql(
            "SELECT s.about FROM drafts d JOIN base b ON b.id = d.record JOIN shown s USING (rid)"
        ).scalar_one()))  # fmt: skip
        page.open_person(case)
        await quiet(bench.desk)
        before = _chips(page)
        phone = await bench.desk.read(lambda c: shown.about(c, case, Kind.IDENT)[0].text("phone"))
        await _confirm(bench, case, phone, "2027-03-03")
        assert _chips(page) == ["Confirmed", *before]
        await _confirm(bench, case, phone, "2026-11-23")
        assert _chips(page) == ["Expired", *before]
        (button,) = page.file.verified.findChildren(QPushButton)
        assert button.accessibleName() == "Check again: Phone"
        button.click()
        await quiet(bench.desk)

        assert bench.window.current_page() == QUEUE

    play("lin", part)


def test_a_confirmed_value_in_conflict_leads_to_the_conflict_desk(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        about, fields = await bench.desk.read(_contested)
        page.open_person(about)
        await quiet(bench.desk)
        assert "phone" in fields
        await _confirm(bench, about, "13800000000", "2027-03-03")
        assert _chips(page)[0] == "In conflict"
        page.file.verified.findChildren(QPushButton)[0].click()
        await quiet(bench.desk)

        assert bench.window.current_page() == CONFLICTS

    play("lin", part)


def test_a_role_without_identities_sees_that_they_are_not_for_it(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)

        assert not page.file.values["phone"].isVisible()

    play("zhao", part)


def test_a_name_typed_in_chinese_finds_the_person(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        compose(page.search, "wang xiu ying", ELDER)
        await asyncio.sleep(0.2)
        await quiet(bench.desk)

        found = [row.name for n in range(page.model.rowCount()) if (row := page.model.row(n)) is not None]

        assert ELDER in found
        assert len(found) < 5  # another one has a contact of that name

    play("lin", part)


def test_nobody_found_offers_everybody(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        compose(page.search, "mei you", "没有这个人")
        await asyncio.sleep(0.2)
        await quiet(bench.desk)
        assert page.model.rowCount() == 0
        page.pane.empty.action_wanted.emit()  # the button of the empty state
        await quiet(bench.desk)

        assert page.model.rowCount() == 500

    play("lin", part)


def test_the_open_visit_of_a_person_is_one_press_away(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        case = (await bench.desk.read(lambda c: c.exec_driver_sql(
            "SELECT s.about FROM drafts d JOIN base b ON b.id = d.record JOIN shown s USING (rid)"
        ).scalar_one()))  # fmt: skip
        page.open_person(case)
        await quiet(bench.desk)
        page.file.visit.click()
        await quiet(bench.desk)

        assert bench.window.current_page() == QUEUE
        assert bench.case.step_id == "condition"

        next(each for each in bench.commands if each.text() == "Start a visit").trigger()  # from here it asks whom
        assert bench.window.focusWidget() is page.search
        someone = await bench.desk.read(lambda c: c.exec_driver_sql(
            "SELECT b.id FROM base b JOIN shown s USING (rid) WHERE s.kind = 'resident' AND b.id NOT IN "
            "(SELECT about FROM shown WHERE kind = 'case' AND about IS NOT NULL) LIMIT 1"
        ).scalar_one())  # fmt: skip
        page.open_person(someone)
        await quiet(bench.desk)
        assert page.file.visit.text() == "Start a visit"
        page.view.setFocus()
        QTest.keyClick(page.view, Qt.Key.Key_V)
        await quiet(bench.desk)

        assert bench.window.current_page() == QUEUE
        assert bench.case.step_id == "contact"
        assert bench.window.undo_bar.text().startswith("Begun as provisional ")
        bench.show_page(RESIDENTS)
        await quiet(bench.desk)
        assert page.file.visit.text() == "Go on with the visit"

    play("lin", part)


def test_the_doors_of_a_building_are_told_in_words_and_followed_by_the_arrow_keys(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        page.show_buildings()
        await quiet(bench.desk)
        doors = page.building.doors
        places = [doors.index(row, column) for row in range(doors.rowCount()) for column in range(doors.columnCount())]
        page.building.setCurrentIndex(next(p for p in places if (d := doors.door(p)) and d.door.room == "101"))
        first = page.building.current()
        QTest.keyClick(page.building, Qt.Key.Key_Right)
        second = page.building.current()

        assert isinstance(first, DoorLook)
        assert isinstance(second, DoorLook)
        assert first.spoken.startswith(f"room 101, {ELDER}, High risk, ")
        assert (second.door.room, second.door.unit) == ("102", "1")

    play("lin", part)


def test_the_file_beside_a_building_is_that_of_the_door_also_after_the_list_was_read(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)

        def is_at_the_door() -> bool:
            door = page.building.current()
            return door is not None and door.door.resident == page.file.resident_id

        page.show_buildings()
        await until(is_at_the_door)
        page.show_list()
        page.view.setCurrentIndex(page.model.index(1))
        await quiet(bench.desk)
        assert not is_at_the_door()
        page.show_buildings()
        await quiet(bench.desk)
        assert is_at_the_door()

    play("lin", part)


def test_the_colours_of_a_building_speak_of_the_tier_or_of_the_last_visit(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        page.show_buildings()
        await quiet(bench.desk)
        doors = page.building.doors
        places = [doors.index(row, column) for row in range(doors.rowCount()) for column in range(doors.columnCount())]
        late = next(p for p in places if (d := doors.door(p)) and d.stand and d.stand.role == "bad")

        def ground() -> QColor:
            corner = page.building.visualRect(late).topLeft() + QPoint(9, 9)
            return page.building.viewport().grab().toImage().pixelColor(corner)

        by_tier = ground()
        QTest.keyClick(page.building, Qt.Key.Key_C)
        by_visit = ground()

        assert page.doors.colours.current() == "visit"
        assert by_visit == theme.roles().bad_soft != by_tier
        QTest.keyClick(page.building, Qt.Key.Key_C)
        assert page.doors.colours.current() == "hazards"
        QTest.keyClick(page.building, Qt.Key.Key_C)
        assert ground() == by_tier

    play("lin", part)


def test_a_door_behind_which_a_hazard_is_left_is_told_by_colour_and_in_words(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page, desk = await _open(bench), bench.desk
        page.show_buildings()
        await quiet(desk)
        doors = page.building.doors
        places = [doors.index(row, column) for row in range(doors.rowCount()) for column in range(doors.columnCount())]
        first, second = [p for p in places if (d := doors.door(p)) and d.door.resident][:2]
        looks = [doors.door(first), doors.door(second)]
        people = [await desk.read(lambda c, r=look.door.resident: shown.find(c, r)) for look in looks if look]

        def find_hazards(tx: Transaction) -> Changes:
            changes = Changes()
            for person, when in zip(people, ("2026-11-23T09:00:00Z", "2026-12-23T09:00:00Z"), strict=True):
                assert person is not None
                about: dict[str, Value] = {
                    "title": "隐患整改", "address": person.text("address"), "grid": person.text("grid"),
                }  # fmt: skip
                case, made = work.open_case(tx, desk.packs["hazard"], about, desk.actor)
                due = Edit("patch", case, Kind.CASE, person.bucket, {"due_at": when})
                changes |= made | outbox.queue(tx, due, "w-zhao")[1]
            return changes

        await desk.write(find_hazards)
        await quiet(desk)
        for _ in range(2):
            QTest.keyClick(page.building, Qt.Key.Key_C)
        image = page.building.viewport().grab().toImage()
        corners = [page.building.visualRect(place).topLeft() + QPoint(9, 9) for place in (first, second)]
        spoken = [doors.data(place, Qt.ItemDataRole.AccessibleTextRole) for place in (first, second)]

        assert [image.pixelColor(corner) for corner in corners] == [theme.roles().bad_soft, theme.roles().warn_soft]
        assert [str(words).rpartition(", ")[2] for words in spoken] == ["overdue", "1 hazard"]

    play("lin", part)


def test_a_tag_is_added_and_removed_and_each_can_be_taken_back(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        side = page.file.side
        before = [tag.text() for tag in side.findChildren(StatusTag)]
        side.add.click()
        compose(side.new_tag, "zhu can", "助餐")
        QTest.keyClick(side.new_tag, Qt.Key.Key_Return)
        await quiet(bench.desk)
        assert "助餐" in [tag.text() for tag in side.findChildren(StatusTag)]
        (remove,) = [b for b in side.findChildren(QToolButton) if b.accessibleName() == "Remove the tag 助餐"]
        remove.click()
        await quiet(bench.desk)
        assert "助餐" not in [tag.text() for tag in side.findChildren(StatusTag)]
        bench.window.undo_wanted.emit()
        await quiet(bench.desk)
        assert "助餐" in [tag.text() for tag in side.findChildren(StatusTag)]
        bench.window.undo_wanted.emit()
        await quiet(bench.desk)

        assert [tag.text() for tag in side.findChildren(StatusTag)] == before

    play("lin", part)


def test_who_refuses_consent_to_health_records_has_none_on_the_screen(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        buttons = {b.accessibleName(): b for b in page.file.side.consents.findChildren(QPushButton)}
        assert any(label.text() == "Illnesses" for label in page.file.findChildren(QLabel))
        buttons["Health records: Refuses"].click()
        await quiet(bench.desk)
        said = [label.text() for label in page.file.findChildren(QLabel)]
        marks = [tag.text() for tag in page.file.side.consents.findChildren(StatusTag)]

        assert marks == ["refused", "not asked", "not asked", "not asked"]
        assert "Illnesses" not in said
        assert any(text.startswith("The person refused") for text in said)

    play("lin", part)


def test_the_photos_of_a_persons_cases_are_in_the_file(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _open(bench)
        case = page.file.cases.records[0]
        image = QImage(64, 48, QImage.Format.Format_RGB32)
        image.fill(QColor("#2463C8"))
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub knows only file names
        cache, actor = bench.desk.cache, bench.desk.actor
        sha256, _ = await bench.desk.run(lambda: blobs.attach(cache, case, bytes(data.data()), "image/png"))
        answers: dict[str, Value] = {"/data/condition/photo": f"{sha256}.png"}

        def answer(tx: Transaction) -> Changes:
            held = shown.find(tx.connection, case)
            assert held is not None
            edit = Edit("patch", case, Kind.CASE, held.bucket, {"answers.extra": answers})
            return outbox.queue(tx, edit, actor.worker_id)[1]

        await bench.desk.write(answer)
        await quiet(bench.desk)
        (button,) = [b for b in page.file.side.findChildren(QToolButton) if b.property("of") == (case, sha256)]
        assert button.icon().pixmap(16, 16).toImage().pixelColor(4, 4) == QColor("#2463C8")
        button.click()
        await quiet(bench.desk)
        (viewer,) = desktop.frame.findChildren(Viewer)
        viewer.close()

    play("lin", part)
