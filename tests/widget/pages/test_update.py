"""A newer version of the program: a quiet strip says so, leads to what to do, and goes; work goes on meanwhile."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from gridclient.ui.app import Desktop
from gridclient.ui.pages import HELP, QUEUE
from tests.system.district import District
from tests.widget.stage import drive, quiet, sign_in_at, sync, until


def test_a_newer_version_is_told_once_and_stands_in_no_way(
    district: District, desktop: Desktop, qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        bench = await sign_in_at(desktop, district, "lin")
        strip = bench.window.notice
        assert strip.isHidden()

        district.platform.offer_client("99.1")
        bench.desk.try_now()
        await until(strip.isVisible)
        assert strip.banner.title() == "Version 99.1 of this program is there"
        assert bench.window.current_page() == QUEUE
        assert bench.window.focusWidget() is bench.queue.view

        help_button = strip.banner.findChild(QPushButton)
        assert help_button is not None
        QTest.mouseClick(help_button, Qt.MouseButton.LeftButton)
        assert bench.window.current_page() == HELP
        assert "A newer version" in bench.help.guide.toPlainText()
        assert strip.isHidden()

        await sync(bench)
        bench.desk.try_now()
        await quiet(bench.desk)
        assert strip.isHidden()

        district.platform.offer_client("99.2")
        bench.desk.try_now()
        await until(strip.isVisible)
        assert strip.banner.title() == "Version 99.2 of this program is there"

    drive(qapp, play())
