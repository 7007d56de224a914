"""The walkers find what they are for."""

from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.widget.screens.faults import clipped, nameless


def _window(qtbot: QtBot, *inside: QWidget) -> QWidget:
    window = QWidget()
    column = QVBoxLayout(window)
    for widget in inside:
        column.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    return window


def test_a_field_without_a_name_is_found_and_one_with_a_name_is_not(qtbot: QtBot) -> None:
    named = QLineEdit()
    named.setAccessibleName("Phone")

    assert nameless(_window(qtbot, QLineEdit(), named)) == ["QLineEdit in QWidget"]


def test_a_cut_label_is_found_unless_a_tooltip_says_it_whole(qtbot: QtBot) -> None:
    cut, told = QLabel("a sentence with no room at all"), QLabel("another sentence with no room at all")
    told.setToolTip(told.text())
    for label in (cut, told):
        label.setFixedWidth(40)

    assert clipped(_window(qtbot, cut, told)) == ["a sentence with no room at all"]


def test_a_button_too_narrow_for_its_words_is_found(qtbot: QtBot) -> None:
    button = QPushButton("Synchronise now")
    button.setFixedWidth(50)

    assert clipped(_window(qtbot, button)) == ["Synchronise now"]
