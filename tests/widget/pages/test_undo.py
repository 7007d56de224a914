"""Undo as a person does it: the bar after an edit, Ctrl+Z, and what stays when it cannot be taken back."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from gridclient.store import outbox, shown, work
from gridclient.store.cache import Changes, Transaction
from gridclient.ui.app import Desktop
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import Stage, quiet


async def _note(bench: Workbench, record: str) -> str:
    found = await bench.desk.read(lambda c: shown.find(c, record))
    assert found is not None
    return found.text("note")


async def _edit(bench: Workbench, record: str, note: str) -> None:
    await bench.desk.write(lambda tx: work.edit_record(tx, record, {"note": note}, bench.desk.actor))
    await quiet(bench.desk)


async def _somebody(bench: Workbench) -> str:
    return await bench.desk.read(
        lambda c: str(c.exec_driver_sql("SELECT id FROM base WHERE kind = 'resident' LIMIT 1").scalar_one())
    )


def test_after_an_edit_the_bar_says_what_was_done_and_ctrl_z_takes_it_back(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        person = await _somebody(bench)
        before, waiting = await _note(bench, person), (await bench.desk.read(outbox.waiting)).count
        await _edit(bench, person, "rings twice")
        said = bench.window.undo_bar.text()
        QTest.keyClick(bench.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await quiet(bench.desk)

        assert said.startswith("Changed: ")
        assert await _note(bench, person) == before
        assert (await bench.desk.read(outbox.waiting)).count == waiting
        assert bench.window.undo_bar.text() == "Undone."

    play("lin", part)


def test_with_nothing_done_here_undo_says_so(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        QTest.keyClick(bench.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await quiet(bench.desk)

        assert bench.window.undo_bar.text() == "There is nothing to undo."

    play("lin", part)


def test_edits_are_taken_back_one_by_one_from_the_last(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        person = await _somebody(bench)
        await _edit(bench, person, "one")
        await _edit(bench, person, "two")
        bench.window.undo_wanted.emit()
        await quiet(bench.desk)

        assert await _note(bench, person) == "one"

    play("lin", part)


def test_while_a_text_is_typed_ctrl_z_belongs_to_the_text(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        person = await _somebody(bench)
        await _edit(bench, person, "rings twice")
        bench.show_page("residents")
        await quiet(bench.desk)
        field: QLineEdit = bench.residents.search
        field.setFocus()
        QTest.keyClicks(field, "138")
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await quiet(bench.desk)

        assert field.text() != "138"
        assert await _note(bench, person) == "rings twice"

    play("lin", part)


def test_a_step_that_was_taken_back_is_still_filled_in_as_a_draft(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.open_case(stage.half_case)
        await quiet(bench.desk)
        assert bench.case.form is not None
        for name, value in (("mental", "good"), ("falls", "none")):
            bench.case.form.set(f"/data/condition/{name}", value)
        bench.case.primary.click()
        await quiet(bench.desk)
        done = await bench.desk.read(lambda c: shown.find(c, stage.half_case))
        bench.window.undo_wanted.emit()
        await quiet(bench.desk)
        after = await bench.desk.read(lambda c: shown.find(c, stage.half_case))

        assert done is not None
        assert after is not None
        assert "done.condition" in done.fields
        assert "done.condition" not in after.fields
        assert bench.case.form is not None
        assert bench.case.form.get("/data/condition/systolic") == "146"

    play("lin", part)


def test_what_cannot_be_undone_never_costs_an_older_edit(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        person = await _somebody(bench)
        await _edit(bench, person, "one")
        await _edit(bench, person, "two")

        def forget(tx: Transaction) -> Changes:
            tx.connection.exec_driver_sql("DELETE FROM outbox WHERE dseq = (SELECT max(dseq) FROM outbox)")
            return Changes()

        await bench.desk.write(forget)
        for _ in range(2):
            bench.window.undo_wanted.emit()
            await quiet(bench.desk)

        assert await _note(bench, person) == "two"

    play("lin", part)
