"""A screen of 1366 × 768, at 150 % too (910 × 512): the window fits, no word is cut, and all of it can be reached."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from gridclient.cli.tour.keyboard import Keyboard
from gridclient.ui.app import Desktop
from gridclient.ui.pages import BOARD, DAY, DOUBLES, EVERYBODYS, IMPORT, REPORT, RESIDENTS, REVIEW, SETTINGS, UPLOADS
from gridclient.ui.shell.nav import NavButton
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, small
from tests.widget.stage import Stage, quiet

SMALL = QSize(910, 512)


@pytest.mark.parametrize("account", ["lin", "zhao"])
def test_the_window_is_never_larger_than_a_small_screen(play: Play, stage: Stage, account: str) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        sizes: list[QSize] = []
        own = (REVIEW, BOARD) if bench.is_supervisor() else (REPORT,)
        for page in (*EVERYBODYS, DAY, DOUBLES, IMPORT, *own):
            bench.show_page(page)
        if not bench.is_supervisor():
            bench.open_case(stage.half_case)
        for large in (False, True):
            bench.settings.large_chosen.emit(large)
            for language in ("zh_CN", "en"):
                bench.settings.language_chosen.emit(language)
                await quiet(bench.desk)
                desktop.frame.resize(SMALL)
                sizes.append(desktop.frame.size())

        assert set(map(QSize.toTuple, sizes)) == {SMALL.toTuple()}

    play(account, part)


def test_the_keyboard_brings_into_view_what_a_small_screen_has_no_room_for(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(UPLOADS)
        desktop.frame.resize(SMALL)
        QApplication.processEvents()
        beside = [each for each in bench.uploads.side.findChildren(QPushButton) if each.isVisible()][-1]
        settings = next(each for each in bench.window.nav.findChildren(NavButton) if each.item.id == SETTINGS)
        for button in (beside, settings):
            assert button.visibleRegion().isEmpty()

        Keyboard().enter(beside)
        assert beside.visibleRegion().boundingRect() == beside.rect()
        QTest.keyClick(beside, Qt.Key.Key_9, Qt.KeyboardModifier.AltModifier)
        assert settings.visibleRegion().boundingRect() == settings.rect()

    play("zhao", part)


@pytest.mark.parametrize("large", [False, True], ids=["usual type", "larger type"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("account", ["lin", "zhao"])
def test_no_word_is_cut_and_no_control_too_small(
    play: Play, stage: Stage, account: str, language: str, large: bool
) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.settings.large_chosen.emit(large)
        bench.settings.language_chosen.emit(language)
        if not bench.is_supervisor():
            bench.open_case(stage.half_case)
        own = (REVIEW, BOARD) if bench.is_supervisor() else (REPORT, DAY, IMPORT)
        for page in (*EVERYBODYS, *own):
            bench.show_page(page)
            await quiet(bench.desk)
            assert (page, clipped(desktop.frame)) == (page, [])
            assert (page, small(desktop.frame)) == (page, [])
        bench.show_page(RESIDENTS)
        await quiet(bench.desk)
        bench.residents.file.values["id_number"].button.click()
        await quiet(bench.desk)
        assert clipped(desktop.frame) == []

    play(account, part)
