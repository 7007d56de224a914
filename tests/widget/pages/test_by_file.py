"""The exchange by file on the page of uploads: a bundle goes out, its answer is dropped in, a wrong file says why."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gridclient.platform import bundles
from gridclient.ui.app import Desktop
from gridclient.ui.pages import QUEUE, UPLOADS
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

    assert said[0].startswith("1 edit and 0 photos are in lin.gcb")
    assert said[1].startswith("This file is no bundle")
    assert said[2].startswith("1 edit was answered")
    assert waiting == 0
    desktop.close()
    district.platform.database.close()


def test_the_palette_writes_a_bundle_and_the_answer_is_dropped_anywhere_on_the_window(
    qapp: QApplication, tmp_path: Path
) -> None:
    district = District.start(tmp_path / "district")
    pc = district.pc("lin")
    pc.sync()
    pc.edit(district.ident, phone="13900007741")
    pc.opened.close()
    district.pcs.clear()
    desktop = Desktop(district.folder / "pc-lin", address=district.running.url, clock=district.clock)
    district.running.stop()
    out, answer = tmp_path / "lin.gcb", tmp_path / "answer.gcb"

    async def play() -> tuple[list[str], list[str]]:
        desktop.show()
        bench = await enter(desktop)
        said, pages = list[str](), list[str]()
        bench.uploads.side.by_file.finished.connect(said.append)
        for text, file in (("Write a bundle", out), ("Take an answer", tmp_path / "nothing.gcb")):
            next(action for action in bench.actions() if action.text() == text).trigger()
            pages.append(bench.window.current_page())
            dialog = bench.uploads.side.by_file.findChildren(QFileDialog)[-1]
            assert dialog.windowTitle() == text
            if file is out:
                dialog.fileSelected.emit(str(file))
            dialog.close()
            await quiet(bench.desk)
        answer.write_bytes(bundles.take(district.platform, out.read_bytes()).answer)
        bench.show_page(QUEUE)
        _drop(bench.window, tmp_path / "holiday.jpg")
        pages.append(bench.window.current_page())
        _drop(bench.window, answer)
        await quiet(bench.desk)
        return said, [*pages, bench.window.current_page()]

    said, pages = drive(qapp, play())

    assert said[0].startswith("1 edit and 0 photos are in lin.gcb")
    assert said[1].startswith("1 edit was answered")
    assert pages == [UPLOADS, UPLOADS, QUEUE, UPLOADS]
    desktop.close()
    district.platform.database.close()


def _drop(target: QWidget, file: Path) -> None:
    """As the desktop does it: the window system asks what is under the pointer."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left, no_key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter_event = QDragEnterEvent(QPoint(5, 5), copy, data, left, no_key)
    enter_event.ignore()
    QApplication.sendEvent(target, enter_event)
    if enter_event.isAccepted():
        QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), copy, data, left, no_key))
