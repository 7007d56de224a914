"""What the platform asks of a PC out of turn: a wipe, which is obeyed, and a removal of most records, which is not."""

import asyncio
import shutil
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gridclient.platform import directory
from gridclient.ui.app import Desktop
from gridclient.ui.removal import ask_removal
from tests.system.district import District
from tests.widget.stage import drive, enter, quiet

PATIENCE_S = 20.0


def test_a_lost_pc_is_wiped_and_says_so(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    district = District.start(tmp_path / "district")
    pc = district.pc("lin")
    pc.sync()
    device = pc.opened.http.device
    pc.opened.close()
    district.pcs.clear()
    desktop = Desktop(district.folder / "pc-lin", address=district.running.url, clock=district.clock)

    async def play() -> None:
        bench = await enter(desktop)
        with district.platform.database.write() as connection:
            directory.revoke_device(connection, device, district.clock(), "now")
        bench.desk.sync.wake()
        async with asyncio.timeout(PATIENCE_S):
            while desktop.desk is not None:
                await asyncio.sleep(0.01)

    drive(qapp, play())

    assert list((district.folder / "pc-lin" / "profiles").iterdir()) == []
    texts = [label.text() for label in desktop.sign_in.findChildren(QLabel) if label.isVisibleTo(desktop.sign_in)]
    assert any("By order of the platform" in text for text in texts)
    desktop.close()
    district.stop()


def test_removing_most_records_is_agreed_to_only_by_the_other_button(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    district = District.start(tmp_path / "district")
    pc = district.pc("lin")
    pc.sync()
    pc.opened.close()
    district.pcs.clear()
    desktop = Desktop(district.folder / "pc-lin", address=district.running.url, clock=district.clock)

    async def play() -> list[str | None]:
        bench = await enter(desktop)
        agreed: list[str | None] = []
        for press_agree in (False, True):
            box = ask_removal(desktop.frame, bench.desk, 4000)
            button = next(b for b in box.buttons() if (b is not box.defaultButton()) is press_agree)
            button.click()
            await quiet(bench.desk)
            agreed.append(bench.desk.cache.setting("removal_agreed"))
        return agreed

    assert drive(qapp, play()) == [None, "1"]
    desktop.close()
    district.stop()
    shutil.rmtree(district.folder)
