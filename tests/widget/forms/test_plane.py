"""Places that are picked on a plane, by mouse and by the keyboard alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gridclient.ui.forms import FormPage
from gridclient.ui.forms.plane import Plane
from tests.widget.forms.filling import G, form_of, press, row, shown

HERE = "31.2050 121.6050 0 0"


def _plane(page: FormPage, name: str) -> Plane:
    page.focus_ref(f"{G}/{name}")
    press(Qt.Key.Key_F4)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    plane = popup.findChild(Plane)
    assert plane is not None
    return plane


def test_a_point_is_picked_with_the_keyboard_and_kept_in_degrees(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("geopoint", "door", default=HERE), row("geopoint", "lamp")])
    page = shown(qtbot, form)
    plane = _plane(page, "lamp")

    for _ in range(4):
        QTest.keyClick(plane, Qt.Key.Key_Up)
    QTest.keyClick(plane, Qt.Key.Key_Return)

    north, east = (float(part) for part in form.get(f"{G}/lamp").split()[:2])
    assert (north - 31.205) * 110_574 == pytest.approx(4 * 16 * 0.5, abs=0.3)  # half a metre a pixel at first
    assert east == pytest.approx(121.605, abs=1e-5)
    assert QApplication.activePopupWidget() is None


def test_a_line_grows_by_clicks_and_shrinks_by_backspace(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("geopoint", "door", default=HERE), row("geotrace", "way")])
    page = shown(qtbot, form)
    plane = _plane(page, "way")
    for x in (60, 260, 460):
        QTest.mouseClick(plane, Qt.MouseButton.LeftButton, pos=QPoint(x, 160))
    assert len(form.get(f"{G}/way").split(";")) == 3
    assert plane.measure() == "200 m"

    QTest.keyClick(plane, Qt.Key.Key_Backspace)

    assert plane.measure() == "100 m"
    assert len(form.get(f"{G}/way").split(";")) == 2


def test_an_area_is_closed_and_its_size_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("geopoint", "door", default=HERE), row("geoshape", "yard")])
    page = shown(qtbot, form)
    plane = _plane(page, "yard")

    for x, y in ((60, 60), (260, 60), (260, 260), (60, 260)):
        QTest.mouseClick(plane, Qt.MouseButton.LeftButton, pos=QPoint(x, y))

    parts = [part.strip() for part in form.get(f"{G}/yard").split(";")]
    assert (len(parts), parts[0]) == (5, parts[-1])
    assert plane.measure() == "10,000 m²"


def test_a_drag_moves_the_view_and_picks_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("geopoint", "door", default=HERE), row("geopoint", "lamp")])
    plane = _plane(shown(qtbot, form), "lamp")
    before = plane.place_of(QPointF(100, 100))

    QTest.mousePress(plane, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(plane, QPoint(150, 130))
    QTest.mouseRelease(plane, Qt.MouseButton.LeftButton, pos=QPoint(150, 130))

    assert plane.place_of(QPointF(150, 130)) == pytest.approx(before)
    assert form.get(f"{G}/lamp") == ""


def test_without_any_place_the_first_is_typed(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("geopoint", "lamp")])
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_F4)

    assert QApplication.activePopupWidget() is None
    assert page.question(f"{G}/lamp").fault_text() == "Type a first place; others can then be picked around it."
