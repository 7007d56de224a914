"""The zoom of the whole screen: it changes at once, and what was being done under it stays."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from gridclient.ui import theme
from gridclient.ui.app import Desktop
from gridclient.ui.pages import BOARD, DAY, EVERYBODYS, IMPORT, QUEUE, REPORT, REVIEW, SETTINGS
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, small
from tests.widget.stage import Stage, quiet


def _lengths(window: QWidget) -> list[tuple[str, QSize, QSize, int]]:
    shown = [each for each in window.findChildren(QWidget) if each.isVisible()]
    return [(type(each).__name__, each.size(), each.minimumSize(), each.fontInfo().pixelSize()) for each in shown]


def test_keys_change_the_zoom_at_once_and_what_was_being_typed_stays(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        def press(key: Qt.Key) -> None:
            QTest.keyClick(desktop.frame, key, Qt.KeyboardModifier.ControlModifier)

        bench.show_page(QUEUE)
        bench.open_case(stage.half_case)
        await quiet(bench.desk)
        page = bench.case.form_page
        assert page is not None
        line = next(each for each in page.findChildren(QLineEdit) if each.isVisible() and not each.isReadOnly())
        line.setFocus()
        QTest.keyClicks(line, "12")
        asked, typed, row = line.objectName(), line.text(), theme.row_height()
        before = _lengths(desktop.frame)

        press(Qt.Key.Key_Equal)
        await quiet(bench.desk)
        front = QApplication.focusWidget()
        assert isinstance(front, QLineEdit)
        assert (front.objectName(), front.text()) == (asked, typed)
        assert (theme.zoom(), theme.row_height(), front.fontInfo().pixelSize()) == (125, round(1.25 * row), 18)
        press(Qt.Key.Key_0)
        await quiet(bench.desk)
        assert _lengths(desktop.frame) == before

        bench.show_page(SETTINGS)
        bench.settings.zoom_chosen.emit(150)
        assert (theme.zoom(), bench.settings.sections.iconSize()) == (150, QSize(27, 27))

    async def again(desktop: Desktop, bench: Workbench) -> None:
        assert theme.zoom() == 150

    play("lin", part)
    theme.apply(_app())
    play("lin", again)


@pytest.mark.parametrize("account", ["lin", "zhao"])
def test_at_200_percent_a_small_screen_still_leads_to_every_word(play: Play, stage: Stage, account: str) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(SETTINGS)
        bench.settings.zoom_chosen.emit(200)
        if not bench.is_supervisor():
            bench.open_case(stage.half_case)
        own = (REVIEW, BOARD) if bench.is_supervisor() else (REPORT, DAY, IMPORT)
        for page in (*EVERYBODYS, *own):
            bench.show_page(page)
            await quiet(bench.desk)
            assert (page, desktop.frame.size(), clipped(desktop.frame)) == (page, QSize(1366, 768), [])
            assert (page, small(desktop.frame)) == (page, [])
        desktop.sign_out()
        for choose in (False, True):
            if choose:
                desktop.sign_in.choose(desktop.cards()[0])
            QApplication.processEvents()
            assert (clipped(desktop.frame), desktop.frame.size()) == ([], QSize(1366, 768))

    play(account, part)


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
