"""A PC whose clock is wrong says so: at a sign-in that was refused, and on the pill once somebody works."""

import asyncio
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gridclient.ui.app import Desktop
from gridclient.ui.sign_in.values import SignInRequest
from tests.system.district import PASSWORD, PIN, District
from tests.widget.stage import drive, quiet

PATIENCE_S = 20.0


def test_a_clock_that_is_hours_slow_is_told_at_the_sign_in_and_on_the_pill(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    district = District.start(tmp_path / "district")
    slow = district.clock.now - timedelta(hours=2)
    desktop = Desktop(tmp_path / "pc", address=district.running.url, clock=lambda: slow)

    async def play() -> tuple[str, str]:
        page = desktop.sign_in
        page.sign_in_wanted.emit(SignInRequest(district.running.url, "lin", "wrong password", "PC", PIN))
        async with asyncio.timeout(PATIENCE_S):
            while not page.form.clock_text():
                await asyncio.sleep(0.01)
        told = page.form.clock_text()
        page.sign_in_wanted.emit(SignInRequest(district.running.url, "lin", PASSWORD, "PC", PIN))
        async with asyncio.timeout(PATIENCE_S):
            while desktop.bench is None or desktop.bench.window.bar.pill.state().kind != "problem":
                await asyncio.sleep(0.01)
        await quiet(desktop.bench.desk)
        return told, desktop.bench.window.bar.pill.state().text

    told, pill = drive(qapp, play())

    assert told == pill == "This PC's clock is 120 minutes slow. Set it; deadlines count by the platform's."
    desktop.close()
    district.stop()
