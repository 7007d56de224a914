"""The main window reports what a person asks for and shows what it is told."""

from typing import get_args

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gridclient.text import set_language, tr
from gridclient.ui import theme
from gridclient.ui.shell import MainWindow, NavItem, PillKind, PillState
from tests.widget.theme.driving import heard

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def _items() -> list[NavItem]:
    return [
        NavItem("queue", "inbox", tr("Search"), 12),
        NavItem("people", "users", tr("Help")),
        NavItem("conflicts", "git-merge", tr("Messages"), 2, at_foot=True, tone="bad"),
    ]


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    """A window with three pages in the column and the page of uploads behind the pill."""
    made = MainWindow(_items())
    qtbot.addWidget(made)
    for page_id in ("queue", "people", "conflicts", "uploads"):
        made.add_page(page_id, QLabel(page_id))
    made.show_page("queue")
    return made


@pytest.fixture
def active(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The same window in front, so that it hears the keyboard."""
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def test_a_click_in_the_column_asks_for_the_page_but_does_not_open_it(window: MainWindow, qtbot: QtBot) -> None:
    told = heard(window.page_chosen)
    _nav(window, "people").click()

    assert told == ["people"]
    assert window.current_page() == "queue"


def test_alt_and_a_number_ask_for_the_page_at_that_place(active: MainWindow, qtbot: QtBot) -> None:
    told = heard(active.page_chosen)
    QTest.keyClick(active, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)

    assert told == ["conflicts"]


def test_alt_and_a_number_without_a_page_asks_for_nothing(active: MainWindow, qtbot: QtBot) -> None:
    told = heard(active.page_chosen)
    QTest.keyClick(active, Qt.Key.Key_9, Qt.KeyboardModifier.AltModifier)

    assert told == []


def test_f5_asks_for_a_synchronisation_once(active: MainWindow, qtbot: QtBot) -> None:
    asked: list[bool] = []
    active.sync_wanted.connect(lambda: asked.append(True))

    QTest.keyClick(active, Qt.Key.Key_F5)

    assert asked == [True]


@pytest.mark.parametrize(
    ("key", "held", "signal"),
    [
        (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier, "search_wanted"),
        (Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier, "lock_wanted"),
        (Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier, "settings_wanted"),
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, "help_wanted"),
        (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier, "narrow_wanted"),
    ],
)
def test_the_keys_of_the_window_ask_once(
    active: MainWindow, qtbot: QtBot, key: Qt.Key, held: Qt.KeyboardModifier, signal: str
) -> None:
    told = heard(getattr(active, signal))
    QTest.keyClick(active, key, held)

    assert told == [None]


def test_the_search_in_the_bar_asks_for_the_palette(window: MainWindow) -> None:
    told = heard(window.search_wanted)
    window.bar.search.click()

    assert told == [None]


def test_the_page_behind_the_pill_lights_the_pill_and_leaves_no_page_marked(window: MainWindow) -> None:
    window.show_page("uploads")

    assert window.bar.pill.isChecked()
    assert window.nav.current() == ""


def test_clicking_the_pill_asks_and_leaves_its_light_to_the_page(window: MainWindow, qtbot: QtBot) -> None:
    told = heard(window.pill_clicked)
    window.bar.pill.click()

    assert told == [None]
    assert not window.bar.pill.isChecked()


@pytest.mark.parametrize("kind", get_args(PillKind))
def test_the_pill_says_its_state_to_eyes_and_ears(window: MainWindow, kind: PillKind) -> None:
    state = PillState(kind, "离线 · 3 项待上传", "上次同步 09:41")

    window.set_pill(state)
    window.grab()

    assert window.bar.pill.accessibleName() == "离线 · 3 项待上传"
    assert window.bar.pill.accessibleDescription() == "上次同步 09:41"


def test_a_number_on_a_page_is_also_spoken(window: MainWindow) -> None:
    window.set_count("people", 7)
    window.set_count("queue", 0)

    assert window.nav.count("people") == 7
    assert _nav(window, "people").accessibleName() == "Help, 7 waiting"
    assert _nav(window, "queue").accessibleName() == "Search"


def test_the_language_changes_at_once_and_keeps_the_page(window: MainWindow) -> None:
    window.set_pill(PillState("synced", "ok"))

    set_language("zh_CN")
    window.retranslate()
    window.set_nav(_items())

    assert window.windowTitle() == "网格工作台"
    assert (window.bar.search.text() or window.bar.search.toolTip()).startswith("搜索案件")
    assert window.nav.current() == "queue"
    assert _nav(window, "people").text() == "帮助"


def test_the_workers_menu_reports(window: MainWindow) -> None:
    told = {
        words: heard(signal)
        for words, signal in (
            ("Switch worker", window.switch_wanted),
            ("Sign out", window.sign_out_wanted),
            ("Synchronise now", window.sync_wanted),
        )
    }

    for words in told:
        _menu(window, words)

    assert list(told.values()) == [[None], [None], [None]]


def test_the_menu_asks_for_the_other_colours(window: MainWindow, qtbot: QtBot, qapp: QApplication) -> None:
    told = heard(window.dark_chosen)

    _menu(window, "Dark colours")
    theme.apply(qapp, dark=True)
    _menu(window, "Light colours")

    assert told == [True, False]


def test_the_menu_asks_for_a_language(window: MainWindow, qtbot: QtBot) -> None:
    languages = next(menu for menu in window.bar.menu().findChildren(QMenu) if menu.title() == "Language")
    told = heard(window.language_chosen)
    next(action for action in languages.actions() if action.text() == "中文").trigger()

    assert told == ["zh_CN"]


def test_nothing_that_takes_the_keyboard_is_without_a_name(window: MainWindow) -> None:
    window.set_pill(PillState("synced", "All uploaded"))
    window.set_worker("合成工作人员")
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.accessibleName()
    ]

    assert nameless == []


def _nav(window: MainWindow, page_id: str) -> QToolButton:
    place = window.nav.ids().index(page_id)
    return [button for button in window.nav.findChildren(QToolButton) if not button.isHidden()][place]


def _menu(window: MainWindow, words: str) -> None:
    next(action for action in window.bar.menu().actions() if action.text() == words).trigger()


@pytest.mark.parametrize(("width", "is_beside"), [(1366, True), (910, False)])
def test_what_was_just_done_covers_nothing_of_a_page(active: MainWindow, width: int, is_beside: bool) -> None:
    active.undo_bar.tell_done("Finished: " + "a long title " * 9)
    active.resize(width, 700)
    active.set_pill(PillState("pending", "12 changes to upload", "10:21"))
    QApplication.processEvents()
    bar, top = active.undo_bar, active.bar

    assert bar.isVisible()
    assert top.rect().contains(bar.geometry())
    assert not bar.geometry().intersects(top.pill.geometry())
    assert bar.geometry().intersects(top.search.geometry()) is not is_beside
