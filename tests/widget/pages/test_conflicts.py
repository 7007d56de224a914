"""The conflict desk: nothing is applied before every field is decided, and each key chooses one side."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from gridclient.domain.record import Value
from gridclient.platform.recording import canonical
from gridclient.protocol.messages import RecordView
from gridclient.store import shown
from gridclient.store.arrivals import take_results
from gridclient.ui.app import Desktop
from gridclient.ui.conflicts.decision import Decision
from gridclient.ui.conflicts.field_row import FieldRow
from gridclient.ui.conflicts.values import Sides, read_conflicts
from gridclient.ui.pages import CONFLICTS
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet
from tests.widget.theme.driving import compose


async def _open(bench: Workbench) -> Decision:
    bench.show_page(CONFLICTS)
    await quiet(bench.desk)
    return bench.conflicts.decision


def test_both_values_are_shown_masked_with_who_and_when(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        decision = await _open(bench)
        phone = decision.table.row_of("phone")

        assert phone.mine.accessibleName() == "Phone: 139****7741"
        assert phone.mine.accessibleDescription() == "林晓燕 Today 09:05"
        assert phone.theirs.accessibleDescription() == "陈志强 Today 08:52"

    play("lin", part)


def test_the_keys_decide_field_by_field_and_the_choice_is_recorded(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        decision = await _open(bench)
        target = decision.table.rows[0].sides.name
        record = await bench.desk.read(
            lambda c: shown.find(c, c.exec_driver_sql("SELECT record FROM conflicts").scalar_one())
        )
        assert record is not None
        QTest.keyClick(decision.table.rows[0].mine, Qt.Key.Key_2)
        QTest.keyClick(decision.table.rows[1].mine, Qt.Key.Key_1)
        assert [row.side for row in decision.table.rows] == ["theirs", "mine"]
        compose(decision.note.edit, "dao hu", "到户核对过。")
        decision.confirm.click()
        await quiet(bench.desk)
        after = await bench.desk.read(lambda c: shown.find(c, record.id))

        assert target == "contact_name"
        assert after is not None
        assert (after.text("contact_name"), after.text("phone")) == ("刘洋", "13900007741")
        assert bench.conflicts.undecided() == 0

    play("lin", part)


def test_an_undecided_field_takes_the_keyboard_instead_of_a_confirmation(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        decision = await _open(bench)
        decision.table.row_of("contact_name").mine.click()
        decision.confirm.click()
        await quiet(bench.desk)

        assert bench.conflicts.undecided() == 1
        assert decision.table.rows[1].property("active") is True

    play("lin", part)


def test_another_value_can_be_entered_and_a_choice_taken_back(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        decision = await _open(bench)
        row = decision.table.rows[1]
        QTest.keyClick(decision.table.rows[0].mine, Qt.Key.Key_1)
        QTest.keyClick(row.mine, Qt.Key.Key_E)
        assert not row.is_decided
        QTest.keyClicks(row.other, "13811112222")
        assert (row.is_decided, row.value) == (True, "13811112222")
        QTest.keyClick(row.mine, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

        assert not row.is_decided

    play("lin", part)


def test_the_whole_record_can_be_taken_at_once(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        decision = await _open(bench)
        QTest.keyClick(decision.table.rows[0].mine, Qt.Key.Key_2, Qt.KeyboardModifier.ShiftModifier)

        assert [row.side for row in decision.table.rows] == ["theirs", "theirs"]

    play("lin", part)


def test_a_list_of_values_can_keep_both(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        row = FieldRow(Sides("conditions", [], ["heart"], ["heart", "stroke"], "", ""), "", "")
        row.choose("both")

        assert row.value == ["heart", "stroke"]
        row.deleteLater()

    play("lin", part)


def test_a_decision_that_came_second_is_told_with_its_note_beside_the_first(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench)
        [file] = [each for each in await bench.desk.read(read_conflicts) if each.is_open]
        second: dict[str, Value] = {
            "by": "w-chen",
            "resolved_at": file.conflict.text("authored_at"),
            "note": "打过新号码",
        }
        decided: dict[str, Value] = {"state": "resolved", "resolved_by": "w-lin", "later": [second]}
        view = RecordView(bucket=file.conflict.bucket, id=file.conflict.id, kind="conflict", ver=file.conflict.ver + 1,
                          record=msgspec.Raw(canonical({**file.conflict.fields, **decided})))  # fmt: skip
        await bench.desk.write(lambda tx: take_results(tx, [view]))
        await quiet(bench.desk)
        chip = next(
            each for each in bench.conflicts.findChildren(QAbstractButton) if each.text().startswith("Resolved")
        )
        chip.click()
        await quiet(bench.desk)

        said = [label.text() for label in bench.conflicts.findChildren(QLabel)]
        assert "陈志强 decided it too; the first decision stands." in said
        assert "打过新号码" in said

    play("lin", part)
