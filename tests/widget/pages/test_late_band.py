"""Work that came too late is read by whoever has the case now, in the window, until a supervisor decides."""

import asyncio
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from gridclient.platform import directory
from gridclient.store.late import close_late, late_work
from gridclient.ui.app import Desktop
from gridclient.ui.case.late_band import LateReadSheet
from gridclient.ui.sign_in.values import SignInRequest
from gridclient.ui.workbench import Workbench
from tests.system.district import CELL, PASSWORD, PIN, District
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import drive, quiet

PATIENCE_S = 20.0


@pytest.fixture
def district(tmp_path: Path) -> Generator[District]:
    """A platform that can be reached."""
    made = District.start(tmp_path / "district")
    yield made
    made.stop()


@pytest.fixture
def desktop(district: District, qapp: QApplication, tmp_path: Path) -> Generator[Desktop]:
    """The program on Chen's PC."""
    made = Desktop(tmp_path / "pc", address=district.running.url, clock=district.clock)
    made.show()
    yield made
    made.close()
    made.frame.deleteLater()
    made.deleteLater()


def test_the_new_owner_reads_what_came_too_late_until_it_is_decided(
    district: District, desktop: Desktop, qapp: QApplication
) -> None:
    lin, zhao = district.pc("lin"), district.pc("zhao")
    lin.sync()
    lin.finish(district.case, "contact", note="nobody at home")
    with district.platform.database.write() as connection:
        directory.remove_duty(connection, directory.named_account(connection, "lin"), CELL)
    lin.sync()
    zhao.sync()
    assert lin.statuses() == ["review"]

    async def play() -> tuple[str, list[str], list[str]]:
        bench = await _enter(desktop, district)
        bench.open_case(district.case)
        await quiet(bench.desk)
        band = bench.case.late
        assert band.isVisible()
        said = band.text()
        next(each for each in band.findChildren(QPushButton) if each.isVisible()).click()
        sheet = bench.case.findChild(LateReadSheet)
        assert isinstance(sheet, LateReadSheet)
        read = [each.text() for each in sheet.findChildren(QLabel)]
        faults = [*nameless(sheet), *clipped(sheet)]
        sheet.close()
        with zhao.opened.cache.write() as tx:
            close_late(tx, late_work(tx.connection)[0], zhao.actor, "as it is", take=False)
        zhao.sync()
        bench.desk.sync.wake()
        await _until(lambda: not band.isVisible())
        await quiet(bench.desk)
        return said, read, faults

    said, read, faults = drive(qapp, play())

    assert said == "Written by another worker. It changes nothing here until a supervisor decides."
    assert any("nobody at home" in text for text in read)
    assert "Late value" in read
    assert faults == []


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.01)


async def _enter(desktop: Desktop, district: District) -> Workbench:
    desktop.sign_in.sign_in_wanted.emit(SignInRequest(district.running.url, "chen", PASSWORD, "PC", PIN))
    await _until(lambda: desktop.bench is not None)
    assert desktop.bench is not None
    pill = desktop.bench.window.bar.pill
    await _until(lambda: pill.state().kind == "synced")
    return desktop.bench
