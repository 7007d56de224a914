"""The exchange by file on the page of uploads: a bundle goes out, its answer is dropped in, a wrong file says why."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gridclient.platform import bundles
from gridclient.ui.app import Desktop
from gridclient.ui.uploads.by_file import ByFile
from tests.system.district import District
from tests.widget.stage import drive, enter, quiet


def test_an_answer_that_is_dropped_settles_the_outbox_and_a_wrong_file_says_why(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    district = District.start(tmp_path / "district")
    pc = district.pc("lin")
    pc.sync()
    pc.edit(district.ident, phone="13900007741")
    pc.opened.close()
    district.pcs.clear()
    desktop = Desktop(district.folder / "pc-lin", address=district.running.url, clock=district.clock)
    district.running.stop()  # no network from here on
    out, answer, wrong = (tmp_path / name for name in ("lin.gcb", "answer.gcb", "wrong.gcb"))
    wrong.write_bytes(b"holiday photos")

    async def play() -> tuple[list[str], int]:
        bench = await enter(desktop)
        card, said = bench.uploads.side.by_file, list[str]()
        card.finished.connect(said.append)
        await card.write(out)
        answer.write_bytes(bundles.take(district.platform, out.read_bytes()).answer)
        for file in (wrong, answer):
            _drop(card, file)
            await quiet(bench.desk)
        waiting = await bench.desk.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one())
        return said, waiting

    said, waiting = drive(qapp, play())

    assert said[0].startswith("1 edits and 0 photos are in lin.gcb")
    assert said[1].startswith("This file is no bundle")
    assert said[2].startswith("1 edits were answered")
    assert waiting == 0
    desktop.close()
    district.platform.database.close()


def _drop(card: ByFile, file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    card.dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                              Qt.KeyboardModifier.NoModifier))  # fmt: skip
