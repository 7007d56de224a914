"""Changing the look reaches what is already on the screen."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gridclient.ui import theme
from gridclient.ui.widgets import icon_button, outlined_button, primary_button

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def _ink(icon: QIcon, state: QIcon.State = QIcon.State.Off) -> set[str]:
    image: QImage = icon.pixmap(32, 32, QIcon.Mode.Normal, state).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {QColor(pixel.rgb()).name() for pixel in pixels if pixel.alpha() == 255}


def _rings(window: QWidget) -> list[QWidget]:
    return [ring for ring in window.findChildren(QWidget, "focus-ring") if ring.isVisible()]


def test_a_picture_is_recoloured_when_the_look_changes(qapp: QApplication, qtbot: QtBot) -> None:
    button = icon_button("printer", "Print")
    qtbot.addWidget(button)
    before = _ink(button.icon())

    theme.apply(qapp, dark=True)

    assert theme.LIGHT.text_2.name() in before
    assert theme.DARK.text_2.name() in _ink(button.icon())


def test_the_larger_type_makes_controls_and_rows_higher(qapp: QApplication, qtbot: QtBot) -> None:
    button = outlined_button("Back")
    qtbot.addWidget(button)
    small = button.sizeHint().height()

    theme.apply(qapp, dark=False, large=True)
    button.ensurePolished()

    assert (small, button.sizeHint().height()) == (32, 40)
    assert theme.row_height() == 68
    assert theme.font_px("body") == 16


def test_the_field_with_the_keyboard_wears_a_ring(qtbot: QtBot) -> None:
    window, first, second = _two_fields(qtbot)

    first.setFocus()
    second.setFocus()

    ring = _rings(window)[-1]
    assert ring.geometry() == second.geometry().adjusted(-4, -4, 4, 4)


def test_the_ring_follows_a_field_that_moves(qtbot: QtBot) -> None:
    window, first, _second = _two_fields(qtbot)
    first.setFocus()

    window.resize(500, 300)
    qtbot.wait(1)

    assert _rings(window)[-1].geometry() == first.geometry().adjusted(-4, -4, 4, 4)


def test_a_button_wears_the_ring_for_the_keyboard_but_not_for_the_mouse(qtbot: QtBot) -> None:
    window, first, _second = _two_fields(qtbot)
    button = window.findChildren(QPushButton)[0]
    first.setFocus()

    QTest.mousePress(button, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    clicked = [ring for ring in _rings(window) if _surrounds(ring, button)]
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    first.setFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)

    assert clicked == []
    assert [ring for ring in _rings(window) if _surrounds(ring, button)]


def test_the_ring_goes_when_its_field_is_deleted(qtbot: QtBot) -> None:
    window, first, second = _two_fields(qtbot)
    first.setFocus()

    first.deleteLater()
    second.setFocus()
    qtbot.wait(1)

    assert len(_rings(window)) == 1


def _surrounds(ring: QWidget, button: QPushButton) -> bool:
    return ring.geometry().center() == button.geometry().center()


def _two_fields(qtbot: QtBot) -> tuple[QWidget, QLineEdit, QLineEdit]:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    first, second = QLineEdit(), QLineEdit()
    column.addWidget(first)
    column.addWidget(second)
    column.addWidget(primary_button("Save"))
    window.resize(300, 200)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window, first, second
