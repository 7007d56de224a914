"""Typed answers: text, numbers, days, times, codes and places, through the keys and the input method."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from gridclient.text import set_language
from tests.widget.forms.filling import G, focused_name, form_of, input_of, press, row, shown, type_in
from tests.widget.theme.driving import compose, heard


@pytest.mark.parametrize("appearance", ["", "multiline"])
def test_pre_edit_of_an_input_method_triggers_no_rule(qtbot: QtBot, tmp_path: Path, appearance: str) -> None:
    form = form_of(
        tmp_path, [row("text", "name", appearance=appearance), row("text", "more", relevant="${name} != ''")]
    )
    page = shown(qtbot, form)
    answered = heard(page.answered)
    field = input_of(page, "name")
    field.setFocus()

    QApplication.sendEvent(field, QInputMethodEvent("wangxiuying", []))

    assert (form.get(f"{G}/name"), answered, page.refs()) == ("", [], [f"{G}/name"])
    compose(field, "wangxiuying", "王秀英")
    assert (form.get(f"{G}/name"), answered) == ("王秀英", [f"{G}/name"])
    assert page.refs() == [f"{G}/name", f"{G}/more"]


def test_full_width_digits_of_an_input_method_are_a_number(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("integer", "age"), row("decimal", "heat")])
    page = shown(qtbot, form)

    compose(input_of(page, "age"), "84", "８４")
    compose(input_of(page, "heat"), "36", "３６．６")

    assert (form.get(f"{G}/age"), form.get(f"{G}/heat")) == ("84", "36.6")


def test_letters_cannot_be_typed_into_a_number(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("integer", "age")])
    page = shown(qtbot, form)
    input_of(page, "age").setFocus()

    type_in("8a4.")

    assert form.get(f"{G}/age") == "84"


def test_a_number_is_grouped_while_nobody_types_and_stays_the_same_number(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("integer", "income", appearance="thousands-sep"), row("text", "after")])
    page = shown(qtbot, form)
    line = input_of(page, "income")
    assert isinstance(line, QLineEdit)
    line.setFocus()
    type_in("128600")

    press(Qt.Key.Key_Tab)

    assert (line.text(), form.get(f"{G}/income")) == ("128,600", "128600")


def test_a_constraint_is_told_on_leaving_and_taken_back_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("integer", "systolic", constraint=". >= 60", constraint_message="At least 60."),
                              row("text", "after")])  # fmt: skip
    page = shown(qtbot, form)
    input_of(page, "systolic").setFocus()
    type_in("14")
    question = page.question(f"{G}/systolic")
    assert question.fault_text() == ""

    press(Qt.Key.Key_Tab)
    assert question.fault_text() == "At least 60."

    input_of(page, "systolic").setFocus()
    press(Qt.Key.Key_End)
    type_in("6")
    assert question.fault_text() == ""


def test_a_unit_and_a_mark_stand_beside_the_number(qtbot: QtBot, tmp_path: Path) -> None:
    rows = [row("integer", "systolic"), row("note", "unit", label="mmHg", appearance="beside"),
            row("note", "high", label="High", appearance="chip-warn", relevant="${systolic} >= 140")]  # fmt: skip
    page = shown(qtbot, form_of(tmp_path, rows))
    question = page.question(f"{G}/systolic")
    assert question.beside_texts() == ["mmHg"]

    input_of(page, "systolic").setFocus()
    type_in("146")

    assert question.beside_texts() == ["mmHg", "High"]


@pytest.mark.parametrize(
    ("kind", "appearance", "typed", "value", "said"),
    [
        ("date", "", "1201", "2026-12-01", "2026-12-01"),
        ("date", "", "+7", "2026-12-01", "2026-12-01"),
        ("date", "", "2026/2/9", "2026-02-09", "2026-02-09"),
        ("date", "month-year", "202611", "2026-11-01", "2026-11"),
        ("date", "year", "1998", "1998-01-01", "1998"),
        ("time", "", "930", "09:30:00.000+08:00", "09:30"),
        ("dateTime", "", "1201 1430", "2026-12-01T14:30:00.000+08:00", "2026-12-01 14:30"),
        ("geopoint", "", "31.205,121.605", "31.205 121.605 0.0 0.0", "31.205 121.605"),
        ("decimal", "", ".5", "0.5", "0.5"),
    ],
)  # fmt: skip
def test_short_forms_become_the_usual_one_on_leaving(
    qtbot: QtBot, tmp_path: Path, kind: str, appearance: str, typed: str, value: str, said: str
) -> None:
    form = form_of(tmp_path, [row(kind, "when", appearance=appearance), row("text", "after")])
    page = shown(qtbot, form)
    line = input_of(page, "when")
    assert isinstance(line, QLineEdit)
    line.setFocus()

    type_in(typed)
    press(Qt.Key.Key_Return)

    assert (form.get(f"{G}/when"), focused_name()) == (value, "after")
    assert page.question(f"{G}/when").fault_text() == ""
    if kind != "decimal":
        assert line.text() == said


def test_a_chinese_day_is_understood(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("date", "when"), row("time", "at"), row("text", "after")])
    page = shown(qtbot, form)

    input_of(page, "when").setFocus()
    compose(input_of(page, "when"), "mingtian", "明天")
    press(Qt.Key.Key_Tab)
    compose(input_of(page, "at"), "xiawu", "下午2点半")
    press(Qt.Key.Key_Tab)

    assert form.get(f"{G}/when") == "2026-11-25"
    assert form.get(f"{G}/at") == "14:30:00.000+08:00"


def test_what_cannot_be_read_is_told_and_never_stored(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("date", "when", default="2026-11-01"), row("text", "after")])
    page = shown(qtbot, form)
    line = input_of(page, "when")
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    type_in("2026-02-31")

    press(Qt.Key.Key_Tab)

    assert (line.text(), form.get(f"{G}/when")) == ("2026-02-31", "")
    assert page.question(f"{G}/when").fault_text() == "This is no day. Type it as 2026-11-24."
    assert [fault.ref for fault in page.unreadable()] == [f"{G}/when"]


def test_the_day_under_the_cursor_moves_by_arrow_and_the_calendar_opens(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("date", "when", default="2026-11-30")])
    page = shown(qtbot, form)
    input_of(page, "when").setFocus()

    press(Qt.Key.Key_Up)
    assert form.get(f"{G}/when") == "2026-12-01"

    press(Qt.Key.Key_Down, modifier=Qt.KeyboardModifier.AltModifier)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()


def test_a_scan_runs_the_rules_once_and_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("barcode", "code", default="OLD-1"), row("text", "after")])
    page = shown(qtbot, form)
    answered = heard(page.answered)
    page.focus_ref(f"{G}/code")

    type_in("PD-EXT-0032871")
    assert answered == []
    press(Qt.Key.Key_Return)

    assert (form.get(f"{G}/code"), answered, focused_name()) == ("PD-EXT-0032871", [f"{G}/code"], "after")


def test_a_trace_is_kept_as_text_one_point_a_line(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("geotrace", "route"), row("text", "after")])
    page = shown(qtbot, form)
    input_of(page, "route").setFocus()

    type_in("31.2 121.6")
    press(Qt.Key.Key_Return)
    type_in("31.3 121.7")
    press(Qt.Key.Key_Tab)

    assert [point.split()[:2] for point in form.get(f"{G}/route").split(";")] == [["31.2", "121.6"], ["31.3", "121.7"]]
    assert page.question(f"{G}/route").fault_text() == ""


def test_a_place_is_said_in_the_language_of_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    set_language("zh_CN")
    form = form_of(tmp_path, [row("geopoint", "point")])
    page = shown(qtbot, form)

    compose(input_of(page, "point"), "beiwei", "北纬31.205°，东经121.605°")

    assert form.get(f"{G}/point").split()[:2] == ["31.205", "121.605"]
    assert "北纬 31.205°  东经 121.605°" in [label.text() for label in page.findChildren(QLabel)]


def test_a_counter_goes_up_and_down_by_keys_and_buttons(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("integer", "bikes", appearance="counter")])
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down)
    type_in("+")
    assert form.get(f"{G}/bikes") == "2"
    more = next(b for b in page.findChildren(QToolButton) if b.accessibleName() == "One more")
    more.click()

    assert (form.get(f"{G}/bikes"), focused_name()) == ("3", "bikes")


def test_a_picked_number_of_a_range_is_one_of_its_steps(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("range", "step", appearance="picker", parameters="start=0 end=10 step=2.5"),
                              row("text", "next")])  # fmt: skip
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert form.get(f"{G}/step") == "5"
    press(Qt.Key.Key_Backspace)
    type_in("3")
    press(Qt.Key.Key_Return)

    assert page.question(f"{G}/step").fault_text() == "Choose a number from 0 to 10, in steps of 2.5."
    assert form.get(f"{G}/step") == ""


def test_a_bearing_says_its_direction_and_refuses_what_is_none(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("decimal", "facing", appearance="bearing"), row("text", "next")])
    page = shown(qtbot, form)
    page.focus_first()

    type_in("135")
    texts = [label.text() for label in page.question(f"{G}/facing").findChildren(QLabel)]
    assert (form.get(f"{G}/facing"), "south-east" in texts) == ("135", True)
    type_in("0")
    press(Qt.Key.Key_Return)

    assert page.question(f"{G}/facing").fault_text() == "A direction is between 0 and 360 degrees."


def test_a_day_without_a_calendar_is_only_typed(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("date", "day", appearance="no-calendar")])
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_F4)
    assert QApplication.activePopupWidget() is None
    assert not [b for b in page.findChildren(QToolButton) if b.accessibleName() == "Choose a day" and b.isVisible()]
    type_in("1201")
    press(Qt.Key.Key_Return)

    assert form.get(f"{G}/day") == "2026-12-01"


def test_a_whole_number_that_is_too_large_is_told_and_not_taken(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("integer", "income")])
    page = shown(qtbot, form)
    page.focus_first()

    type_in("13800000612")
    assert form.get(f"{G}/income") == ""
    assert page.question(f"{G}/income").fault_text() == "A whole number goes up to 2,147,483,647."

    press(Qt.Key.Key_Backspace)
    press(Qt.Key.Key_Backspace)
    assert form.get(f"{G}/income") == "138000006"
    assert page.question(f"{G}/income").fault_text() == ""
