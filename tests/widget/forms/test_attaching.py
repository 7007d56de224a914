"""Pictures, files and drawings: pasted, dropped, drawn, marked, removed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gridclient.ui.forms.attaching import Attachments
from gridclient.ui.forms.camera import cameras
from tests.widget.forms.filling import G, form_of, input_of, picture, press, row, shown


def stroke(pad: QWidget) -> None:
    """Draws one line with the mouse."""
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(40, 60))
    QTest.mouseMove(pad, QPoint(120, 80))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(160, 40))


def drop(widget: QWidget, offered: QMimeData) -> None:
    """Drops something on a widget."""
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, offered, left, plain))
    QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, offered, left, plain))


def test_a_picture_is_pasted_with_the_keyboard(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("image", "photo")])
    page = shown(qtbot, form)
    attached = Attachments(page)
    QGuiApplication.clipboard().setImage(picture())
    page.focus_first()

    press(Qt.Key.Key_V, modifier=Qt.KeyboardModifier.ControlModifier)

    name = form.get(f"{G}/photo")
    assert name.endswith(".png")
    assert QImage.fromData(attached.files[name]).size() == picture().size()


def test_a_file_that_is_dropped_is_attached_and_another_kind_is_refused(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("image", "photo")])
    page = shown(qtbot, form)
    attached = Attachments(page)
    good, bad = tmp_path / "photo.png", tmp_path / "list.xlsx"
    picture().save(str(good))
    bad.write_bytes(b"PK")
    question = page.question(f"{G}/photo")
    assert question.editor is not None

    offered = QMimeData()
    offered.setUrls([QUrl.fromLocalFile(str(bad))])
    drop(question.editor, offered)
    assert form.get(f"{G}/photo") == ""
    assert question.fault_text() == "list.xlsx is not a picture that can be attached. Choose a JPEG or PNG file."

    offered.setUrls([QUrl.fromLocalFile(str(good))])
    drop(question.editor, offered)
    assert QImage.fromData(attached.files[form.get(f"{G}/photo")]).size() == picture().size()
    assert question.fault_text() == ""


@pytest.mark.parametrize("appearance", ["signature", "draw"])
def test_a_signature_is_drawn_and_can_be_drawn_again(qtbot: QtBot, tmp_path: Path, appearance: str) -> None:
    form = form_of(tmp_path, [row("image", "sign", appearance=appearance)])
    page = shown(qtbot, form)
    attached = Attachments(page)

    stroke(input_of(page, "sign"))
    first = form.get(f"{G}/sign")
    assert QImage.fromData(attached.files[first]).width() > 0

    stroke(input_of(page, "sign"))
    assert form.get(f"{G}/sign") not in ("", first)
    press_undo = input_of(page, "sign")
    press_undo.setFocus()
    press(Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    press(Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    assert form.get(f"{G}/sign") == ""


def test_marks_on_a_photo_become_part_of_it(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("image", "before", appearance="annotate")])
    page = shown(qtbot, form)
    attached = Attachments(page)
    big = picture().scaled(400, 300)
    attached.attach(f"{G}/before", b"", "png")
    page.set_attachment(f"{G}/before", form.get(f"{G}/before"), big)
    QApplication.processEvents()
    pad = getattr(page.question(f"{G}/before").editor, "pad", None)
    assert isinstance(pad, QWidget)

    stroke(pad)

    marked = QImage.fromData(attached.files[form.get(f"{G}/before")])
    assert marked.size() == big.size()
    colours = {marked.pixelColor(x, y).name() for x in range(0, 400, 2) for y in range(0, 300, 2)}
    assert {"#0000ff", "#ff0000"} <= colours


def test_a_document_is_attached_to_a_file_question(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("file", "paper")])
    page = shown(qtbot, form)
    attached = Attachments(page)
    path = tmp_path / "notice.pdf"
    path.write_bytes(b"%PDF-1.7")
    editor = page.question(f"{G}/paper").editor
    assert editor is not None
    offered = QMimeData()
    offered.setUrls([QUrl.fromLocalFile(str(path))])

    drop(editor, offered)

    assert attached.files[form.get(f"{G}/paper")] == b"%PDF-1.7"


def test_a_picture_is_not_larger_than_the_form_allows(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("image", "photo", parameters="max-pixels=20")])
    page = shown(qtbot, form)
    attached = Attachments(page)
    QGuiApplication.clipboard().setImage(picture())
    page.focus_first()

    press(Qt.Key.Key_V, modifier=Qt.KeyboardModifier.ControlModifier)

    image = QImage.fromData(attached.files[form.get(f"{G}/photo")])
    assert (image.width(), image.height()) == (20, 15)


def test_without_a_camera_none_is_offered(qtbot: QtBot, tmp_path: Path) -> None:
    page = shown(qtbot, form_of(tmp_path, [row("image", "photo")]))

    offered = [button.text() for button in page.findChildren(QPushButton) if button.isVisible()]

    assert (cameras(), offered) == ([], ["Add a photo"])


def test_ctrl_z_takes_back_a_stroke_and_not_what_the_window_did(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, [row("image", "sign", appearance="signature")])
    page = shown(qtbot, form)
    Attachments(page)
    undone: list[bool] = []
    QShortcut(QKeySequence("Ctrl+Z"), page).activated.connect(lambda: undone.append(True))
    pad = input_of(page, "sign")
    stroke(pad)
    pad.setFocus()

    press(Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)

    assert (form.get(f"{G}/sign"), undone) == ("", [])
