"""Signing in and unlocking: what is asked for, what is refused here, and where an error is shown."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from gridclient.text import set_language
from gridclient.ui.sign_in.page import SignInPage
from gridclient.ui.sign_in.values import ErrorField, ProfileCard, SignInRequest, UnlockRequest
from gridclient.ui.widgets import FieldFrame
from tests.widget.theme.driving import compose, heard

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ADDRESS = "https://platform.example"
WORKERS = (
    ProfileCard("p1", "合成甲", "worker-a", "第 1 网格", 3, "pin"),
    ProfileCard("p2", "合成乙", "worker-b", "第 2 网格", 0, "password"),
)


def _page(qtbot: QtBot, needs_pin: bool = False) -> SignInPage:
    page = SignInPage(WORKERS, address=ADDRESS, device_name="PC 2", needs_pin=needs_pin)
    qtbot.addWidget(page)
    return page


def _fill(page: SignInPage) -> None:
    page.form.account.set_text("worker-a")
    page.form.password.set_text("correct horse")


def test_a_complete_form_asks_to_sign_in_with_everything_it_holds(qtbot: QtBot) -> None:
    page = _page(qtbot)
    _fill(page)

    told = heard(page.sign_in_wanted)
    page.form.button.click()

    assert told == [SignInRequest(ADDRESS, "worker-a", "correct horse", "PC 2")]


def test_the_name_of_the_pc_can_be_typed_in_chinese_and_enter_signs_in(qtbot: QtBot) -> None:
    page = _page(qtbot)
    _fill(page)
    page.form.device.set_text("")
    compose(page.form.device.edit, "xiangnan", "香楠居委")

    told = heard(page.sign_in_wanted)
    QTest.keyClick(page.form.device.edit, Qt.Key.Key_Return)
    assert told == [SignInRequest(ADDRESS, "worker-a", "correct horse", "香楠居委")]


@pytest.mark.parametrize(
    ("empty", "title"),
    [
        ("address", "Enter the platform address."),
        ("account", "Enter your account."),
        ("password", "Enter your password."),
        ("device", "Give this PC a name."),
    ],
)
def test_an_empty_field_is_named_and_nothing_is_asked(qtbot: QtBot, empty: str, title: str) -> None:
    page = _page(qtbot)
    _fill(page)
    _field(page, empty).set_text("")

    told = heard(page.sign_in_wanted)
    page.form.button.click()

    assert told == []
    assert _field(page, empty).error() == title


def test_without_a_keyring_a_pin_of_six_digits_is_set(qtbot: QtBot) -> None:
    page = _page(qtbot, needs_pin=True)
    _fill(page)
    page.form.pin.set_text("135790")
    page.form.pin_again.set_text("135790")

    told = heard(page.sign_in_wanted)
    page.form.button.click()
    assert told == [SignInRequest(ADDRESS, "worker-a", "correct horse", "PC 2", "135790")]


@pytest.mark.parametrize(("first", "again"), [("12345", "12345"), ("135790", "135791")])
def test_a_short_pin_or_two_that_differ_are_refused_here(qtbot: QtBot, first: str, again: str) -> None:
    page = _page(qtbot, needs_pin=True)
    _fill(page)
    page.form.pin.set_text(first)
    page.form.pin_again.set_text(again)

    told = heard(page.sign_in_wanted)
    page.form.button.click()

    assert told == []
    assert page.form.pin.error() or page.form.pin_again.error()


@pytest.mark.parametrize("concerned", ["address", "account", "password", "pin"])
def test_an_error_is_shown_under_the_field_it_concerns(qtbot: QtBot, concerned: ErrorField) -> None:
    page = _page(qtbot, needs_pin=True)
    page.set_busy(True)

    page.show_error(concerned, "Wrong password, 3 tries left.", "Then the account is locked for 15 minutes.")

    assert _field(page, concerned).error() == "Wrong password, 3 tries left."
    assert page.form.button.isEnabled()


@pytest.mark.parametrize("concerned", ["", "pin"])
def test_an_error_without_a_field_on_the_screen_is_shown_above_the_form(qtbot: QtBot, concerned: ErrorField) -> None:
    page = _page(qtbot)

    page.show_error(concerned, "The platform cannot be reached.")

    assert page.form.general_error() == "The platform cannot be reached."


def test_an_error_is_gone_with_the_next_attempt(qtbot: QtBot) -> None:
    page = _page(qtbot)
    _fill(page)
    page.show_error("password", "Wrong password.")

    page.form.button.click()

    assert page.form.password.error() == ""


def test_a_worker_unlocks_with_the_sixth_digit_of_the_pin(qtbot: QtBot) -> None:
    page = _page(qtbot)
    _card(page, "合成甲").click()

    told = heard(page.unlock_wanted)
    QTest.keyClicks(page.unlock.pin.edit, "246802")

    assert told == [UnlockRequest("p1", "246802")]


def test_a_worker_without_a_pin_unlocks_with_the_password(qtbot: QtBot) -> None:
    page = _page(qtbot)
    _card(page, "合成乙").click()
    page.unlock.password.set_text("correct horse")

    told = heard(page.unlock_wanted)
    page.unlock.button.click()

    assert told == [UnlockRequest("p2", "correct horse")]


def test_a_wrong_pin_empties_the_boxes_and_what_is_said_of_it_stands_under_them(qtbot: QtBot) -> None:
    page = _page(qtbot)
    _card(page, "合成甲").click()
    page.unlock.pin.set_text("111111")

    page.show_error("pin", "Wrong PIN, 4 tries left.")

    assert page.unlock.pin.text() == ""
    assert page.unlock.pin.error() == "Wrong PIN, 4 tries left."


def test_choosing_another_worker_forgets_what_was_typed(qtbot: QtBot) -> None:
    page = _page(qtbot)
    page.form.password.set_text("correct horse")
    _card(page, "合成甲").click()
    page.unlock.pin.set_text("123")

    _card(page, "合成乙").click()

    assert (page.form.password.text(), page.unlock.pin.text()) == ("", "")


def test_nothing_can_be_sent_twice_while_the_platform_is_asked(qtbot: QtBot) -> None:
    page = _page(qtbot)
    _fill(page)
    page.set_busy(True)

    told = heard(page.sign_in_wanted)
    page.form.button.click()

    assert told == []
    assert page.form.button.text() == "Signing in…"


def test_the_language_changes_at_once_and_keeps_what_was_typed(qtbot: QtBot) -> None:
    page = _page(qtbot)
    _fill(page)

    told = heard(page.language_chosen)
    _button(page, "中文").click()
    set_language("zh_CN")
    page.retranslate()

    assert told == ["zh_CN"]
    assert page.form.button.text() == "登录并登记本机"
    assert page.form.account.text() == "worker-a"
    assert _card(page, "合成甲").accessibleDescription() == "3 项待上传"


def test_the_clock_is_shown_only_when_there_is_something_to_say(qtbot: QtBot) -> None:
    page = _page(qtbot)

    page.show_clock("This PC is 2 s fast.")
    said = page.form.clock_text()
    page.show_clock("")

    assert said == "This PC is 2 s fast."
    assert page.form.clock_text() == ""


def test_a_secret_is_never_in_the_text_of_a_request() -> None:
    asked = SignInRequest(ADDRESS, "worker-a", "correct horse", "PC 2", "135790")

    assert "correct horse" not in repr(asked)
    assert "135790" not in repr(asked)
    assert "246802" not in repr(UnlockRequest("p1", "246802"))


@pytest.mark.parametrize("needs_pin", [False, True])
def test_nothing_that_takes_the_keyboard_is_without_a_name(qtbot: QtBot, needs_pin: bool) -> None:
    page = _page(qtbot, needs_pin)
    nameless = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]

    assert nameless == []


def _field(page: SignInPage, name: str) -> FieldFrame:
    form = page.form
    fields: dict[str, FieldFrame] = {
        "address": form.address,
        "account": form.account,
        "password": form.password,
        "device": form.device,
        "pin": form.pin,
    }
    return fields[name]


def _card(page: SignInPage, name: str) -> QAbstractButton:
    return next(button for button in page.findChildren(QAbstractButton) if button.accessibleName() == name)


def _button(page: SignInPage, text: str) -> QAbstractButton:
    return next(button for button in page.findChildren(QAbstractButton) if button.text() == text)


def test_the_first_screen_imports_no_package_but_qt() -> None:
    asked = "import sys, gridclient.ui.start; print(*{each.partition('.')[0] for each in sys.modules})"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert {"PySide6", "asyncio", "fasteners", "msgspec", "sqlalchemy"} & set(told.split()) == {"PySide6"}
