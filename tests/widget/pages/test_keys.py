"""Every shortcut there is stands on one sheet, which `?` opens, and in the help."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from gridclient.text import set_language
from gridclient.ui import pages
from gridclient.ui.app import Desktop
from gridclient.ui.help.keys import KeySheet, shortcuts
from gridclient.ui.widgets import KeyCap
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import Stage, quiet, until

_SIGNS = {"Up": "↑", "Down": "↓", "Return": "Enter"}
_OF_COURSE = {"Esc", "Ctrl++"}  # the latter is Ctrl+= on another keyboard
_NUMBERED = {f"Alt+{n}" for n in range(1, 10)}  # the sheet has as many as there are pages


def _heard(window: QWidget) -> set[str]:
    """The keys that something in a window listens to."""
    keys = [
        *(each.key().toString() for each in window.findChildren(QShortcut)),
        *(each.shortcut().toString() for each in window.findChildren(QAction)),
        *(each.shortcut().toString() for each in window.findChildren(QAbstractButton)),
    ]
    return {"+".join(_SIGNS.get(part, part) for part in key.split("+")) for key in keys if key} - _OF_COURSE


def _said(sheet: QWidget) -> set[str]:
    return {key for cap in sheet.findChildren(KeyCap) for key in re.split("[ –]+", cap.text())}


def _sheet(over: QWidget) -> KeySheet | None:
    return next((each for each in over.window().findChildren(KeySheet) if each.isVisible()), None)


def _ask(widget: QWidget) -> None:
    QTest.keyClick(widget, Qt.Key.Key_Question)


def _every_key_is_on_the_sheet(play: Play, account: str, page_ids: list[str], *, apart: frozenset[str]) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        for page_id in page_ids:
            bench.show_page(page_id)
        await quiet(bench.desk)
        _ask(bench.window)
        sheet = _sheet(bench.window)

        assert sheet is not None
        assert _heard(bench.window) - apart - _NUMBERED <= _said(sheet)
        assert _said(bench.help) == _said(sheet)
        sheet.reject()

    play(account, part)


def test_every_key_of_a_worker_is_on_the_sheet_and_in_the_help(play: Play) -> None:
    _every_key_is_on_the_sheet(play, "lin", [*pages.EVERYBODYS, pages.DAY, pages.REPORT, pages.IMPORT, pages.DOUBLES],
                               apart=frozenset())  # fmt: skip


def test_every_key_of_a_supervisor_is_on_the_sheet_and_in_the_help(play: Play) -> None:
    _every_key_is_on_the_sheet(play, "zhao", [pages.REVIEW, pages.BOARD, pages.HELP], apart=frozenset({"Ctrl+N"}))


def test_a_question_mark_opens_the_sheet_on_every_page_but_is_a_letter_in_a_text_field(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        without: list[str] = []
        for page_id in (pages.QUEUE, pages.RESIDENTS, pages.PLACES, pages.CONFLICTS, pages.UPLOADS, pages.SETTINGS,
                        pages.HELP, pages.DAY):  # fmt: skip
            bench.show_page(page_id)
            await quiet(bench.desk)
            _ask(bench.window.focusWidget() or bench.window)
            if (sheet := _sheet(bench.window)) is None:
                without.append(page_id)
            else:
                sheet.reject()
                desktop.frame.activateWindow()
                await until(lambda: QApplication.activeWindow() is desktop.frame)
        bench.show_page(pages.RESIDENTS)
        bench.residents.search.setFocus()
        QTest.keyClicks(bench.residents.search, "?")

        assert without == []
        assert (bench.residents.search.text(), _sheet(bench.window)) == ("?", None)

    play("lin", part)


def test_a_case_in_a_window_of_its_own_has_the_sheet_too(play: Play, stage: Stage) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        bench.open_apart(stage.half_case)
        await quiet(bench.desk)
        window = bench.windows.open_now[0]
        _ask(window)
        sheet = _sheet(window)

        assert sheet is not None
        assert _heard(window) <= _said(sheet)
        sheet.reject()

    play("lin", part)


def test_the_workers_menu_shows_the_keys_of_the_same_list(play: Play) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        _, everywhere = shortcuts(bench.commands)[0]
        menu = bench.window.bar.menu().actions()

        assert {(a.shortcut().toString(), a.text()) for a in menu if not a.shortcut().isEmpty()} <= set(everywhere)

    play("lin", part)


def test_the_sheet_has_names_for_all_and_cuts_no_word(play: Play) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        found: list[str] = []
        for name in ("en", "zh_CN"):
            set_language(name)
            bench.retranslate()
            bench.window.keys_wanted.emit()
            sheet = _sheet(bench.window)
            assert sheet is not None
            await quiet(bench.desk)
            found += [f"{name}: {each}" for each in (*nameless(sheet), *clipped(sheet))]
            sheet.reject()
            QApplication.sendPostedEvents()
            await quiet(bench.desk)

        assert found == []

    play("lin", part)
