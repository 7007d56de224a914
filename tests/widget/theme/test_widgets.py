"""The shared widgets: what they show, what they report, what a screen reader hears."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListView,
    QPushButton,
    QSpinBox,
    QStyle,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gridclient.text import set_language
from gridclient.ui import theme
from gridclient.ui.widgets import (
    ROW_LOOK,
    Banner,
    Calendar,
    ChipLook,
    ChipRow,
    ElidedLabel,
    EmptyState,
    Mark,
    PasswordField,
    PinField,
    RowLook,
    ShortList,
    StepLook,
    StepRail,
    TextField,
    TwoLineDelegate,
    plain_spin_box,
)
from tests.widget.theme.driving import heard

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ROW = RowLook(
    title="合成居民 · 独居老人走访",
    subtitle="测试路 1 弄 2 号 302 室",
    kind="关爱走访",
    chip_text="办理中",
    chip_role="accent",
    due_text="今天 17:00",
    due_role="warn",
    marks=(Mark("cloud-upload", "text_2", "待上传"),),
)


def test_choosing_a_chip_tells_its_id_and_keeps_one_chip_on(qtbot: QtBot) -> None:
    row = ChipRow([ChipLook("all", "All", 128), ChipLook("open", "Open", 12)])
    qtbot.addWidget(row)

    told = heard(row.chosen)
    _button(row, "Open 12").click()

    assert told == ["open"]
    assert row.current() == "open"


def test_new_counts_keep_the_chosen_chip(qtbot: QtBot) -> None:
    row = ChipRow([ChipLook("all", "All", 1), ChipLook("open", "Open", 1)])
    qtbot.addWidget(row)
    row.choose("open")

    row.set_chips([ChipLook("all", "全部", 3), ChipLook("open", "待办", 2), ChipLook("late", "超时", 0)])

    assert row.current() == "open"


def test_the_password_is_shown_only_on_request(qtbot: QtBot) -> None:
    field = PasswordField("Password")
    qtbot.addWidget(field)
    field.set_text("not-a-real-secret")
    before = field.edit.echoMode()

    _toggle(field).click()
    shown = field.edit.echoMode()
    field.clear()

    assert (before, shown) == (QLineEdit.EchoMode.Password, QLineEdit.EchoMode.Normal)
    assert field.edit.echoMode() == QLineEdit.EchoMode.Password
    assert field.text() == ""


def test_a_capital_letter_without_shift_says_that_the_caps_lock_is_on(qtbot: QtBot) -> None:
    field = PasswordField("Password")
    qtbot.addWidget(field)

    _type(field, "A")
    caps = field.caps_lock_shown()
    _type(field, "a")

    assert caps
    assert not field.caps_lock_shown()


def test_a_field_says_its_error_to_eyes_and_ears_and_takes_it_back(qtbot: QtBot) -> None:
    field = TextField("Account", "user", "As on your card")
    qtbot.addWidget(field)

    field.show_error("No such account.", "Ask your street's administrator.")
    said = (field.error(), field.edit.accessibleDescription())
    field.clear_error()

    assert said == ("No such account.", "No such account. Ask your street's administrator.")
    assert (field.error(), field.edit.accessibleDescription()) == ("", "")


def test_six_digits_complete_a_pin_and_letters_do_not_count(qtbot: QtBot) -> None:
    field = PinField("PIN")
    qtbot.addWidget(field)

    told = heard(field.completed)
    QTest.keyClicks(field.edit, "12a3x456789")

    assert told == ["123456"]


def test_a_long_name_is_cut_and_told_in_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("A very long name of a building in a street")
    qtbot.addWidget(label)
    label.show()

    label.resize(80, 20)
    cut = (label.text().endswith("…"), label.toolTip())
    label.resize(800, 20)

    assert cut == (True, "A very long name of a building in a street")
    assert label.toolTip() == ""


def test_a_banner_reports_its_action(qtbot: QtBot) -> None:
    banner = Banner("warn", "The network is gone", "Nothing is lost.", "Try again")
    qtbot.addWidget(banner)

    told = heard(banner.action_wanted)
    _button(banner, "Try again").click()

    assert told == [None]
    assert banner.accessibleName() == "The network is gone"


def test_an_empty_list_offers_what_to_do(qtbot: QtBot) -> None:
    empty = EmptyState("No cases", "Nothing is due today.", "Report an event")
    qtbot.addWidget(empty)

    told = heard(empty.action_wanted)
    _button(empty, "Report an event").click()

    assert told == [None]


def test_a_step_is_chosen_with_the_arrow_keys(qtbot: QtBot) -> None:
    rail = StepRail("Steps", choosable=True)
    qtbot.addWidget(rail)
    rail.set_steps([StepLook("call", "Call", state="done"), StepLook("visit", "Visit", state="current")], "call")

    told = heard(rail.step_chosen)
    QTest.keyClick(rail, Qt.Key.Key_Down)
    QTest.keyClick(rail, Qt.Key.Key_Return)

    assert told == ["visit"]
    assert rail.accessibleDescription() == "Call; Visit"


def test_a_step_is_chosen_with_the_mouse(qtbot: QtBot) -> None:
    rail = StepRail("Steps", choosable=True)
    qtbot.addWidget(rail)
    rail.set_steps([StepLook("call", "Call"), StepLook("visit", "Visit")])
    rail.resize(rail.sizeHint())

    told = heard(rail.step_chosen)
    QTest.mouseClick(rail, Qt.MouseButton.LeftButton, pos=QPoint(40, 80))

    assert told == ["visit"]


def test_a_row_is_spoken_with_everything_it_shows() -> None:
    assert ROW.spoken == "合成居民 · 独居老人走访, 测试路 1 弄 2 号 302 室, 关爱走访, 办理中, 今天 17:00, 待上传"


@pytest.mark.parametrize("width", [690, 384, 148])
def test_a_row_is_painted_with_its_deadline_at_any_width(qtbot: QtBot, width: int) -> None:
    image = _painted(qtbot, width, QStyle.StateFlag.State_Enabled)

    assert theme.roles().warn.name() in _colours(image)
    assert image.height() == 58


def test_the_chosen_row_is_marked_at_its_left_edge(qtbot: QtBot) -> None:
    plain = _painted(qtbot, 690, QStyle.StateFlag.State_Enabled)
    chosen = _painted(qtbot, 690, QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_Selected)

    assert plain.pixelColor(1, 20) == theme.roles().surface
    assert chosen.pixelColor(1, 20) == theme.roles().accent


def test_the_widgets_own_words_follow_the_language(qtbot: QtBot) -> None:
    field = PasswordField("Password")
    qtbot.addWidget(field)

    set_language("zh_CN")
    field.retranslate()

    assert _toggle(field).text() == "显示"


def _painted(qtbot: QtBot, width: int, state: QStyle.StateFlag) -> QImage:
    view = QListView()
    qtbot.addWidget(view)
    model = QStandardItemModel(view)
    item = QStandardItem()
    item.setData(ROW, ROW_LOOK)
    model.appendRow(item)
    delegate = TwoLineDelegate(view)
    option = QStyleOptionViewItem()
    index = model.index(0, 0)
    option.rect.setSize(QSize(width, delegate.sizeHint(option, index).height()))
    option.state = state
    image = QImage(option.rect.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    delegate.paint(painter, option, index)
    painter.end()
    return image


def _colours(image: QImage) -> set[str]:
    return {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}


def _toggle(field: PasswordField) -> QPushButton:
    return next(button for button in field.findChildren(QPushButton) if button.isCheckable())


def _type(field: PasswordField, letter: str) -> None:
    """One letter without shift, as the keyboard driver sends it."""
    key = Qt.Key(ord(letter.upper()))
    QApplication.sendEvent(field.edit, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter))


def _button(parent: QWidget, text: str) -> QPushButton:
    return next(button for button in parent.findChildren(QPushButton) if button.text() == text)


def test_a_spin_box_without_arrows_still_shows_its_number(qtbot: QtBot) -> None:
    box = QSpinBox()
    qtbot.addWidget(box)
    plain_spin_box(box)
    box.resize(200, 32)
    box.show()

    assert box.lineEdit().width() > 150


def test_a_layout_leaves_room_for_the_border_of_a_pane(qtbot: QtBot) -> None:
    pane = QWidget()
    qtbot.addWidget(pane)

    theme.set_role(pane, "pane")

    assert pane.contentsMargins().right() == 1


def test_no_day_of_the_calendar_is_red_in_either_look(qtbot: QtBot, qapp: QApplication) -> None:
    calendar = Calendar()
    qtbot.addWidget(calendar)

    theme.apply(qapp, dark=True)

    sunday = calendar.weekdayTextFormat(Qt.DayOfWeek.Sunday).foreground().color()
    assert sunday == theme.DARK.text_2


def _narrow_list(qtbot: QtBot, width: int) -> ShortList:
    view = ShortList(narrow=True)
    qtbot.addWidget(view)
    view.resize(width, 200)
    view.show_rows([ROW, RowLook("短")])
    view.show()
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    return view


def _hover(view: ShortList, row: int) -> str:
    QToolTip.hideText()
    at = view.visualItemRect(view.item(row)).center()
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, view.viewport().mapToGlobal(at)))
    return QToolTip.text() if QToolTip.isVisible() else ""


def test_a_row_that_is_cut_is_told_whole_to_the_mouse_and_one_that_has_room_is_not(qtbot: QtBot) -> None:
    view = _narrow_list(qtbot, 240)
    cut, short = _hover(view, 0), view.itemDelegate()
    assert isinstance(short, TwoLineDelegate)
    told = [short.told_whole(view.model().index(row, 0)) for row in (0, 1)]
    view.resize(700, 200)

    assert cut == "合成居民 · 独居老人走访\n测试路 1 弄 2 号 302 室\n关爱走访 · 办理中 · 今天 17:00 · 待上传"
    assert told == [cut, ""]
    assert short.told_whole(view.model().index(0, 0)) == ""
    view.close()


def test_a_row_that_is_cut_is_told_whole_where_the_keyboard_rests(qtbot: QtBot) -> None:
    view = _narrow_list(qtbot, 240)
    QToolTip.hideText()
    view.setCurrentRow(1)
    QTest.keyClick(view, Qt.Key.Key_Up)
    qtbot.waitUntil(QToolTip.isVisible)
    said = QToolTip.text()
    view.close()

    assert said == ROW.whole
