"""Chosen answers: buttons, check lists, scales, lists that are searched, orders and ranges."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QStyle, QStyleOptionButton
from pytestqt.qtbot import QtBot

from gridclient.forms import Choice
from gridclient.ui.forms.finder import Finder
from gridclient.ui.forms.finding import BoxEditor
from gridclient.ui.forms.rank import RankEditor
from gridclient.ui.forms.scale import RangeEditor
from gridclient.ui.widgets.chips import Chip
from tests.widget.forms.filling import G, focused_name, form_of, input_of, press, row, shown, type_in
from tests.widget.theme.driving import compose

YNN = "ynn yes Yes\nynn no No\nynn na N/A"
MOOD = "mood good Good\nmood fair Fair\nmood low Low"
SCORE = "score 4 4\nscore 3 3\nscore 2 2\nscore 1 1\nscore 0 0"
STREETS = "\n".join(
    f"street s{n} {name}"
    for n, name in enumerate(
        ["陆家嘴街道", "塘桥街道", "潍坊新村街道", "洋泾街道", "花木街道", "张江镇", "川沙新镇", "北蔡镇", "三林镇",
         "周浦镇", "康桥镇", "曹路镇", "高行镇", "金桥镇"]
    )
)  # fmt: skip


@pytest.mark.parametrize("appearance", ["", "likert", "columns-3", "list"])
def test_a_digit_picks_a_choice_whatever_it_looks_like(qtbot: QtBot, tmp_path: Path, appearance: str) -> None:
    form = form_of(tmp_path, [row("select_one mood", "mental", appearance=appearance)], MOOD)
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_2)

    assert (form.get(f"{G}/mental"), focused_name()) == ("fair", "mental=fair")


def test_quick_goes_on_by_itself_after_a_digit(qtbot: QtBot, tmp_path: Path) -> None:
    rows = [row("select_one mood", "mental", appearance="quick"), row("text", "after")]
    form = form_of(tmp_path, rows, MOOD)
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_3)

    assert (form.get(f"{G}/mental"), focused_name()) == ("low", "after")


def test_digits_mean_the_values_where_the_values_are_digits(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("select_one score", "eating")], SCORE)
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_4)
    assert form.get(f"{G}/eating") == "4"
    press(Qt.Key.Key_0)
    assert form.get(f"{G}/eating") == "0"


def test_arrows_move_in_the_group_and_tab_leaves_it(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("select_one mood", "mental"), row("text", "after")], MOOD)
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_Right, Qt.Key.Key_Space)
    assert form.get(f"{G}/mental") == "fair"

    press(Qt.Key.Key_Tab)
    assert focused_name() == "after"
    press(Qt.Key.Key_Backtab)
    assert focused_name() == "mental=fair"


def test_a_check_list_is_answered_by_y_n_and_0_without_the_mouse(qtbot: QtBot, tmp_path: Path) -> None:
    rows = [row("select_one ynn", "head", appearance="label")]
    rows += [row("select_one ynn", name, appearance="list-nolabel") for name in ("exit", "light", "alarm")]
    form = form_of(tmp_path, rows, YNN)
    page = shown(qtbot, form)
    page.focus_first()

    for key in (Qt.Key.Key_N, Qt.Key.Key_Y, Qt.Key.Key_0):
        press(key)
        press(Qt.Key.Key_Return)

    assert [form.get(f"{G}/{name}") for name in ("exit", "light", "alarm")] == ["no", "yes", "na"]


def test_pressing_the_chosen_one_again_takes_the_answer_back(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("select_one mood", "mental", default="good")], MOOD)
    page = shown(qtbot, form)

    QTest.mouseClick(input_of(page, "mental=good"), Qt.MouseButton.LeftButton)

    assert form.get(f"{G}/mental") == ""


def test_several_are_chosen_by_digits_in_the_order_of_the_list(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("select_multiple mood", "moods")], MOOD)
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_3, Qt.Key.Key_1)

    assert form.get(f"{G}/moods") == "good low"


def test_a_long_list_is_found_by_initials_of_its_pinyin(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("select_one street", "street"), row("text", "after")], STREETS)
    page = shown(qtbot, form)
    page.focus_first()
    editor = page.question(f"{G}/street").editor
    assert isinstance(editor, BoxEditor)

    type_in("zj")
    assert editor.popup_texts() == ["张江镇", "陆家嘴街道"]  # what begins with it comes first
    press(Qt.Key.Key_Return)

    assert (form.get(f"{G}/street"), focused_name()) == ("s5", "after")


def test_a_long_list_is_found_by_any_part_typed_in_chinese(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("select_one street", "street")], STREETS)
    page = shown(qtbot, form)
    page.focus_first()
    editor = page.question(f"{G}/street").editor
    assert isinstance(editor, BoxEditor)

    compose(editor.line, "xinzhen", "新镇")

    assert editor.popup_texts() == ["川沙新镇"]


def test_arrows_choose_in_the_open_list_and_escape_leaves_the_answer(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("select_one mood", "mental", appearance="minimal", default="good")], MOOD)
    page = shown(qtbot, form)
    page.focus_ref(f"{G}/mental")
    press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Escape)
    assert form.get(f"{G}/mental") == "good"

    press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)

    assert form.get(f"{G}/mental") == "fair"


def test_a_text_that_is_no_choice_is_told_and_not_stored(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("select_one street", "street"), row("text", "after")], STREETS)
    page = shown(qtbot, form)
    page.focus_first()
    type_in("qqq")

    press(Qt.Key.Key_Tab)

    assert form.get(f"{G}/street") == ""
    assert page.question(f"{G}/street").fault_text() == "“qqq” is none of the choices. Choose one from the list."


def test_the_words_of_a_chosen_chip_fit_beside_its_cross(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("select_multiple town", "towns", appearance="minimal")], "town huamu 花木街道")
    form.set(f"{G}/towns", "huamu")
    page = shown(qtbot, form)
    chip = page.findChild(Chip)
    assert chip is not None

    option = QStyleOptionButton()
    chip.initStyleOption(option)
    inside = chip.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, chip)
    words = QFontMetrics(chip.font()).horizontalAdvance(chip.text())
    assert words + chip.iconSize().width() <= inside.width()


def test_several_of_a_long_list_become_chips_that_can_be_taken_off(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("select_multiple street", "streets")], STREETS)
    page = shown(qtbot, form)
    page.focus_first()
    for typed in ("zj", "hm"):
        type_in(typed)
        press(Qt.Key.Key_Return)
        page.focus_first()
    assert form.get(f"{G}/streets") == "s4 s5"

    QTest.mouseClick(input_of(page, "streets=s4"), Qt.MouseButton.LeftButton)

    assert form.get(f"{G}/streets") == "s5"


def test_fifty_thousand_choices_are_searched_in_a_moment() -> None:
    finder = Finder([Choice(str(n), f"祖冲之路{n}弄{n % 30}号") for n in range(50_000)])
    while finder.warm():
        pass
    finder.find("z", 200)
    took: list[float] = []
    for typed in ("zczl4", "49999弄", "弄29号", "nothing", "zuchongzhi"):
        began = time.process_time()
        found = finder.find(typed, 200)
        took.append(time.process_time() - began)
        assert bool(found) is (typed != "nothing")

    assert [choice.value for choice in finder.find("49999弄", 200)] == ["49999"]
    assert max(took) < 0.016, took


FOUND_BY = {
    "ptxm": ["葡萄新苗"], "xinm": ["葡萄新苗"], "putaox": ["葡萄新苗"], "cq": ["重庆路"], "chongq": ["重庆路"],
    "ld": ["绿地"], "az3": ["A座 3号楼"], "ljz": ["Lujiazui 陆家嘴"], "j": ["Lujiazui 陆家嘴"], "路": ["重庆路"],
    "qx": [],
}  # fmt: skip


@pytest.mark.parametrize(("typed", "labels"), FOUND_BY.items())
def test_a_label_is_found_by_initials_and_syllables(typed: str, labels: list[str]) -> None:
    finder = Finder([Choice(text, text) for text in ("葡萄新苗", "重庆路", "绿地", "Lujiazui 陆家嘴", "A座 3号楼")])

    assert [choice.label for choice in finder.find(typed, 9)] == labels


def test_an_order_is_made_by_the_keyboard(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("rank mood", "order")], MOOD)
    page = shown(qtbot, form)
    page.focus_first()
    assert form.get(f"{G}/order") == ""

    press(Qt.Key.Key_Down, modifier=Qt.KeyboardModifier.AltModifier)
    assert form.get(f"{G}/order") == "fair good low"
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_1)

    assert form.get(f"{G}/order") == "low fair good"


def test_an_order_that_is_right_already_is_confirmed_with_one_key(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("rank mood", "order")], MOOD)
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_Space)

    editor = page.question(f"{G}/order").editor
    assert isinstance(editor, RankEditor)
    assert form.get(f"{G}/order") == "good fair low"


def test_a_range_starts_unanswered_and_moves_by_its_step(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("range", "walked", parameters="start=0 end=20 step=0.5")])
    page = shown(qtbot, form)
    page.focus_first()
    editor = page.question(f"{G}/walked").editor
    assert isinstance(editor, RangeEditor)
    assert (form.get(f"{G}/walked"), editor.track.place) == ("", None)

    press(Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert form.get(f"{G}/walked") == "0.5"
    press(Qt.Key.Key_End)
    assert form.get(f"{G}/walked") == "20"
    press(Qt.Key.Key_Backspace)
    assert (form.get(f"{G}/walked"), editor.track.place) == ("", None)


def test_stars_take_a_digit(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("range", "content", appearance="rating", parameters="start=1 end=5 step=1")])
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_4)

    assert form.get(f"{G}/content") == "4"


def test_a_tick_confirms(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("acknowledge", "told")])
    page = shown(qtbot, form)
    page.focus_first()

    press(Qt.Key.Key_Space)
    assert form.get(f"{G}/told") == "OK"
    press(Qt.Key.Key_Space)
    assert form.get(f"{G}/told") == ""


def test_choices_follow_another_answer_and_a_lost_one_is_dropped(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(
        tmp_path, [row("select_one mood", "mental"), row("text", "other", relevant="${mental} = 'low'")], MOOD
    )
    page = shown(qtbot, form)

    QTest.mouseClick(input_of(page, "mental=low"), Qt.MouseButton.LeftButton)
    line = input_of(page, "other")
    assert isinstance(line, QLineEdit)
    button = input_of(page, "mental=low")
    assert isinstance(button, QPushButton)
    assert button.isChecked()
