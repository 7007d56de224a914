"""The first download shows where it stands; it is interrupted and resumed by what the page offers."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QListView
from pytestqt.qtbot import QtBot

from gridclient.text import set_language
from gridclient.ui.sign_in.first_sync import FirstSyncPage
from gridclient.ui.sign_in.values import DataSet, FirstSyncProgress
from tests.widget.theme.driving import heard

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

CASES = DataSet("Cases", "inbox", 1284, 1284, 3_100_000, 3_100_000, "ready")
PEOPLE = DataSet("Residents", "users", 500, 1500, 1_000_000, 0, "paused")
HALF = FirstSyncProgress("合成甲 · PC 2", (CASES, PEOPLE), running=False)


def _page(qtbot: QtBot, progress: FirstSyncProgress) -> FirstSyncPage:
    page = FirstSyncPage()
    qtbot.addWidget(page)
    page.show_progress(progress)
    return page


def test_the_share_counts_rows_and_is_whole_only_when_every_part_is_ready() -> None:
    done = FirstSyncProgress("", (CASES, DataSet("Photos", "image", 0, 0, 0, 0, "ready")))

    assert HALF.share == pytest.approx((1284 + 500) / (1284 + 1500))
    assert done.share == 1.0
    assert FirstSyncProgress("", ()).share == 0.0


def test_each_part_is_spoken_with_rows_bytes_and_state(qtbot: QtBot) -> None:
    page = _page(qtbot, HALF)
    model = page.findChildren(QListView)[0].model()

    spoken = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]

    assert spoken == [
        "Cases, 1,284 / 1,284 rows, 3.1 / 3.1 MB, Ready",
        "Residents, 500 / 1,500 rows, 1.0 MB, Stopped at row 500",
    ]


@pytest.mark.parametrize("running", [True, False])
def test_every_button_that_is_shown_can_be_pressed(qtbot: QtBot, running: bool) -> None:
    page = _page(qtbot, FirstSyncProgress("", (CASES, PEOPLE), running=running))
    page.show()

    shown = [button for button in page.findChildren(QAbstractButton) if button.isVisible()]
    assert [button.text() for button in shown if not button.isEnabled()] == []


def test_a_running_download_can_be_interrupted(qtbot: QtBot) -> None:
    page = _page(qtbot, FirstSyncProgress("", (CASES, PEOPLE), running=True))

    told = heard(page.interrupt_wanted)
    _button(page, "Interrupt").click()

    assert told == [None]


def test_an_interrupted_download_is_resumed_by_button_or_f5(qtbot: QtBot) -> None:
    page = _page(qtbot, HALF)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()

    told = heard(page.resume_wanted)
    _button(page, "Resume").click()

    assert told == [None]
    told = heard(page.resume_wanted)
    QTest.keyClick(page, Qt.Key.Key_F5)

    assert told == [None]


def test_new_figures_keep_the_rows_on_the_screen(qtbot: QtBot) -> None:
    page = _page(qtbot, HALF)
    model = page.findChildren(QListView)[0].model()

    told = heard(model.modelReset)
    page.show_progress(FirstSyncProgress("", (CASES, DataSet("Residents", "users", 900, 1500, 1, 1, "running"))))

    assert told == []
    assert "900 / 1,500" in str(model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole))


def test_the_language_changes_at_once(qtbot: QtBot) -> None:
    page = _page(qtbot, HALF)

    set_language("zh_CN")
    page.retranslate()
    page.grab()

    assert page.toggle.text() == "继续"
    model = page.findChildren(QListView)[0].model()
    assert str(model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)).endswith("在 500 行处停下")


def _button(page: FirstSyncPage, text: str) -> QAbstractButton:
    return next(button for button in page.findChildren(QAbstractButton) if button.text() == text)
