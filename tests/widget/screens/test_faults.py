"""The walkers find what they are for."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gridclient.ui.widgets import StatusTag, StepLook, StepRail, compact_button, icon_button
from tests.widget.screens.faults import clipped, nameless, small

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

WORDS = "a sentence with no room at all"


def _window(qtbot: QtBot, *inside: QWidget) -> QWidget:
    window = QWidget()
    column = QVBoxLayout(window)
    for widget in inside:
        column.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    return window


def _page_button() -> QWidget:
    button = QToolButton()
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    button.setText(WORDS)
    button.setToolTip(f"{WORDS} (Alt+1)")
    return button


def _box() -> QWidget:
    box = QComboBox()
    box.addItem(WORDS)
    return box


def _line() -> QWidget:
    line = QLineEdit()
    line.setPlaceholderText(WORDS)
    return line


CUTTABLE = {
    "a label": lambda: QLabel(WORDS),
    "a button": lambda: QPushButton(WORDS),
    "a page's button": _page_button,
    "a mark": lambda: StatusTag(WORDS, "warn", "triangle-alert"),
    "a box of choices": _box,
    "an empty line": _line,
}


def test_a_step_that_is_cut_tells_its_words_where_the_mouse_rests(qtbot: QtBot) -> None:
    rail = StepRail()
    rail.set_steps([StepLook("a", WORDS)])
    window = _window(qtbot, rail)
    rail.setFixedWidth(rail.sizeHint().width())
    assert rail.tip_of(0) == ""

    rail.setFixedWidth(rail.minimumSizeHint().width())
    assert rail.tip_of(0) == WORDS
    assert clipped(window) == []


def test_a_field_without_a_name_is_found_and_one_with_a_name_is_not(qtbot: QtBot) -> None:
    named = QLineEdit()
    named.setAccessibleName("Phone")

    assert nameless(_window(qtbot, QLineEdit(), named)) == ["QLineEdit in QWidget"]


@pytest.mark.parametrize("kind", CUTTABLE)
def test_words_without_room_are_found_and_with_room_are_not(qtbot: QtBot, kind: str) -> None:
    widget = CUTTABLE[kind]()
    widget.setFixedWidth(60)
    window = _window(qtbot, widget)
    assert clipped(window) == [WORDS]

    widget.setFixedWidth(600)
    window.resize(640, 80)

    assert clipped(window) == []


def test_a_cut_label_is_excused_by_a_tooltip_that_says_it_whole(qtbot: QtBot) -> None:
    told = QLabel(WORDS)
    told.setToolTip(WORDS)
    told.setFixedWidth(40)

    assert clipped(_window(qtbot, told)) == []


def test_words_that_the_edge_of_their_ground_cuts_are_found(qtbot: QtBot) -> None:
    ground = QWidget()
    ground.setFixedSize(100, 40)
    label = QLabel("beyond", ground)
    label.move(80, 0)
    label.resize(80, 20)

    assert clipped(_window(qtbot, ground)) == ["beyond"]


def test_words_are_found_that_no_scroll_bar_leads_to(qtbot: QtBot) -> None:
    label = QLabel("far to the right")
    label.setMinimumWidth(500)
    label.setAlignment(Qt.AlignmentFlag.AlignRight)
    area = QScrollArea()
    area.setWidget(label)
    area.setFixedSize(200, 60)
    window = _window(qtbot, area)
    assert clipped(window) == []

    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    assert clipped(window) == ["far to the right"]


def test_a_control_too_small_for_a_finger_is_found(qtbot: QtBot) -> None:
    low, right = icon_button("x", "Close"), compact_button("Edit")
    window = _window(qtbot, low, right)
    assert small(window) == []

    low.setMinimumSize(0, 0)
    low.setMaximumSize(24, 24)
    low.resize(24, 24)

    assert small(window) == ["Close 24×24"]
