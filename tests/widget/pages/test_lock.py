"""The lock over the screen: what was half filled in comes back as it was, and nobody is locked out while they work."""

import asyncio

from PySide6.QtCore import QDate, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMessageBox, QPlainTextEdit

from gridclient.cli.demo import PIN
from gridclient.protocol.problems import ProblemType
from gridclient.store.late import Late, LateField
from gridclient.sync.troubles import Offline
from gridclient.ui.app import Desktop
from gridclient.ui.case.moving import MoveSheet, Offer
from gridclient.ui.pages import RESIDENTS, VISITS
from gridclient.ui.queue.batch import OneFormSheet
from gridclient.ui.residents.editor import ResidentEditor
from gridclient.ui.review.late import LateSheet
from gridclient.ui.widgets.sheets import ReasonSheet, TellSheet
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet, until
from tests.widget.theme.driving import compose

_LATE = Late(
    "late", "r", "ident", "王秀英", "w-lin", "2026-11-23T02:00:00Z", ProblemType.LATE.value,
    (LateField("phone", "13800006120", "13900007741", "13811112222"),), can_take=True, why="号码抄错了",
)  # fmt: skip


async def _editor(bench: Workbench) -> ResidentEditor:
    """The file of the first resident, being changed; the note has the keyboard."""
    bench.show_page(RESIDENTS)
    await quiet(bench.desk)
    bench.residents.file.edit_wanted.emit(bench.residents.file.resident_id)
    await quiet(bench.desk)
    editor = bench.editor
    assert editor is not None
    await _in_front(editor)
    _note(editor).setFocus()
    return editor


def _note(editor: ResidentEditor) -> QLineEdit:
    return editor.fields["note"].edit


async def _in_front(window: QDialog) -> None:
    while QApplication.activeWindow() is not window:
        window.activateWindow()
        await asyncio.sleep(0.01)


async def _unlock(desktop: Desktop, bench: Workbench) -> None:
    assert desktop.inside is not None
    assert desktop.inside.lock_page is not None
    QTest.keyClicks(desktop.inside.lock_page.panel.pin.edit, PIN)
    await until(bench.window.isVisible)


def test_half_filled_sheets_are_hidden_by_the_lock_and_come_back_as_they_were(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        editor = await _editor(bench)
        compose(_note(editor), "er bei", "耳背")
        above = ReasonSheet("Why", "", "Do it", editor)
        above.open()
        compose(above.field.edit, "dian hua", "电话")
        desktop.lock()
        hidden = not editor.isVisible() and not above.isVisible()
        await _unlock(desktop, bench)

        assert hidden
        assert (editor.isVisible(), _note(editor).text().endswith("耳背")) == (True, True)
        assert (above.isVisible(), above.field.text()) == (True, "电话")
        assert QApplication.activeModalWidget() is above
        above.reject()
        assert QApplication.activeModalWidget() is editor
        assert editor.isModal()
        assert editor.focusWidget() is _note(editor)
        editor.reject()

    play("lin", part)


def test_the_form_for_many_cases_is_there_again_after_the_lock(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(VISITS)
        await quiet(bench.desk)
        bench.visits.view.selectAll()
        bench.visits.batch_bar.fill.click()
        await quiet(bench.desk)
        sheet = bench.visits.batch.sheet
        assert isinstance(sheet, OneFormSheet)
        question = sheet.page.question("/data/summary/conclusion")
        assert question.answer("楼道统一走访。").status == "ok"
        desktop.lock()
        assert not sheet.isVisible()
        await _unlock(desktop, bench)

        assert sheet.isVisible()
        assert bench.visits.batch.sheet is sheet
        assert sheet.page.question("/data/summary/conclusion") is question
        sheet.reject()

    play("lin", part)


def test_a_sheet_that_ended_under_the_lock_does_not_come_back(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        sheet = TellSheet("Being made", "", bench.window)
        sheet.open()
        desktop.lock()
        sheet.accept()
        await asyncio.sleep(0)  # it is deleted once the loop runs
        await _unlock(desktop, bench)

        assert QApplication.activeModalWidget() is None

    play("lin", part)


def test_a_question_of_the_program_waits_until_somebody_unlocks(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        def asked() -> list[str]:
            return [box.text() for box in desktop.frame.findChildren(QMessageBox) if box.isVisible()]

        assert desktop.inside is not None
        desktop.lock()
        desktop.inside.damaged.emit()
        desktop.inside.failed.emit(Offline())
        assert asked() == []
        await _unlock(desktop, bench)

        assert asked() == ["A part of the cache on this PC is damaged.", str(Offline())]
        for box in desktop.frame.findChildren(QMessageBox):
            box.reject()

    play("lin", part)


def test_the_sheets_of_a_move_and_of_late_work_come_back_as_they_were(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        moves = bench.desk.packs["elderly-visit"].transitions
        day = QDate(2026, 11, 24)
        move = MoveSheet(moves, Offer(), day, lambda _move, _reason, _named: "", parent=bench.window)
        late = LateSheet([_LATE], {}, bench.desk.now(), bench.window)
        for sheet, typed in ((move, move.reason.edit), (late, late.note)):
            sheet.open()
            typed.setFocus()
            QTest.keyClicks(typed, "looked at it")
            desktop.lock()
            hidden = not sheet.isVisible()
            await _unlock(desktop, bench)
            written = typed.toPlainText() if isinstance(typed, QPlainTextEdit) else typed.text()
            assert (hidden, sheet.isVisible(), written) == (True, True, "looked at it")
            sheet.reject()

    play("lin", part)


def test_a_key_or_a_chinese_word_in_a_sheet_puts_the_idle_lock_off(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        editor = await _editor(bench)
        assert desktop.inside is not None
        timer = desktop.inside.idle.findChild(QTimer)
        assert timer is not None
        timer.setTimerType(Qt.TimerType.PreciseTimer)  # a coarse one ends at the same second as before
        handle = editor.windowHandle()
        assert handle is not None

        for touch in (
            lambda: QTest.keyClick(handle, Qt.Key.Key_Shift),
            lambda: QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=QPoint(2, 2)),  # beside every field
            lambda: compose(_note(editor), "er bei", "耳背"),
        ):
            timer.start(60_000)
            _note(editor).setFocus()
            await until(lambda: timer.remainingTime() < 60_000)
            left = timer.remainingTime()
            touch()
            assert timer.remainingTime() > left
        editor.reject()

    play("lin", part)
