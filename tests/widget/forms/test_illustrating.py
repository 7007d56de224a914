"""Pictures in labels and choices, and places on a picture as choices."""

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from gridclient import forms
from gridclient.forms.loading import xform_of
from gridclient.ui.forms import FormPage
from gridclient.ui.forms.choices import TileButton
from gridclient.ui.forms.illustrating import MediaFolders, Picture
from gridclient.ui.forms.imagemap import Map
from tests.widget.forms.filling import NOW, G, input_of, picture, press

_FORM = """
| survey | | | | | |
| | type | name | label | media::image | appearance |
| | begin group | page | | | |
| | text | door | Door plate | plate.png | |
| | text | gone | Gone | nowhere.png | |
| | select_one way | way | How | | columns-pack |
| | select_multiple room | room | Where | flat.svg | image-map |
| | end group | page | | | |
| choices | | | | |
| | list_name | name | label | media::image |
| | way | foot | On foot | plate.png |
| | way | bike | By bike | nowhere.png |
| | room | kitchen | Kitchen | |
| | room | bath | Bath | |
| settings | | |
| | form_id | version |
| | t | 1 |
"""
_FLAT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" width="200" height="100">'
    '<rect id="kitchen" x="0" y="0" width="100" height="100" fill="#eee"/>'
    '<rect id="bath" x="100" y="0" width="100" height="100" fill="#ddd"/></svg>'
)


def _page(qtbot: QtBot, folder: Path) -> tuple[forms.Form, FormPage]:
    path = folder / "form.md"
    path.write_text(_FORM, "utf-8")
    (folder / "media").mkdir()
    (folder / "media" / "flat.svg").write_text(_FLAT)
    (folder / "form-media").mkdir()
    picture().scaled(800, 600).save(str(folder / "form-media" / "plate.png"))
    form = forms.load(xform_of(path), now=NOW, tz="Asia/Shanghai", missing="blank")
    page = FormPage(form, G, folders=MediaFolders.of_form(path))
    qtbot.addWidget(page)
    page.resize(760, 900)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    QApplication.processEvents()
    return form, page


def test_a_labels_picture_is_shown_and_opens_larger_by_key(qtbot: QtBot, tmp_path: Path) -> None:
    _, page = _page(qtbot, tmp_path)
    shown = page.question(f"{G}/door").findChild(Picture)
    assert shown is not None
    assert (shown.image.width(), shown.image.height()) == (346, 260)
    assert shown.accessibleName() == "Picture: Door plate"

    page.focus_ref(f"{G}/door")
    press(Qt.Key.Key_I, modifier=Qt.KeyboardModifier.ControlModifier)

    sheet = page.findChild(QDialog)
    assert sheet is not None
    assert sheet.isVisible()
    sheet.close()


class _Player(QObject):
    """Stands for the system's program that plays a file."""

    def __init__(self) -> None:
        super().__init__()
        self.played: list[str] = []

    @Slot(QUrl)
    def play(self, url: QUrl) -> None:
        self.played.append(url.fileName())


def test_a_sound_that_plays_by_itself_does_so_once_when_the_keyboard_comes(qtbot: QtBot, tmp_path: Path) -> None:
    """XLSForm, "Autoplay": the column of that name, or its value `audio` or `video` at the control."""
    path = tmp_path / "form.md"
    path.write_text(
        "| survey | | | | | |\n| | type | name | label | media::audio | autoplay |\n| | begin group | page | | | |\n"
        "| | text | a | A | | |\n| | text | b | B | b.mp3 | audio |\n| | text | c | C | c.mp3 | |\n"
        "| | end group | | | | |\n",
        "utf-8",
    )
    for name in ("b.mp3", "c.mp3"):
        (tmp_path / name).write_bytes(b"sound")
    page = FormPage(forms.load(path), "/data/page", folders=MediaFolders.of_form(path))
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    player = _Player()
    QDesktopServices.setUrlHandler("file", player, "play")  # pyright: ignore[reportArgumentType] - it takes a str
    try:
        for name in ("a", "b", "c", "b"):
            page.focus_ref(f"/data/page/{name}")
    finally:
        QDesktopServices.unsetUrlHandler("file")

    assert player.played == ["b.mp3"]


def test_a_picture_that_the_form_lacks_is_named_and_the_question_stays(qtbot: QtBot, tmp_path: Path) -> None:
    _, page = _page(qtbot, tmp_path)
    question = page.question(f"{G}/gone")

    assert "The form's file nowhere.png is missing." in [label.text() for label in question.findChildren(QLabel)]
    assert input_of(page, "gone").isVisible()


def test_choices_show_their_pictures_and_are_picked_as_ever(qtbot: QtBot, tmp_path: Path) -> None:
    form, page = _page(qtbot, tmp_path)
    foot, bike = input_of(page, "way=foot"), input_of(page, "way=bike")
    assert isinstance(foot, TileButton)
    assert isinstance(bike, TileButton)
    assert (foot.image.isNull(), bike.image.isNull()) == (False, True)

    page.focus_ref(f"{G}/way")
    press(Qt.Key.Key_2)

    assert form.get(f"{G}/way") == "bike"


def test_a_part_of_a_picture_is_a_choice_by_mouse_and_by_key(qtbot: QtBot, tmp_path: Path) -> None:
    form, page = _page(qtbot, tmp_path)
    chart = page.question(f"{G}/room").findChild(Map)
    assert chart is not None

    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.place_of("bath").center().toPoint())
    assert form.get(f"{G}/room") == "bath"
    page.focus_ref(f"{G}/room")
    press(Qt.Key.Key_1)
    assert form.get(f"{G}/room") == "kitchen bath"
    assert chart.chosen == {"kitchen", "bath"}
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.place_of("bath").center().toPoint())
    assert form.get(f"{G}/room") == "kitchen"

    page.set_read_only(True)
    chart = page.question(f"{G}/room").findChild(Map)
    assert chart is not None
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert form.get(f"{G}/room") == "kitchen"


def test_a_name_never_leads_out_of_the_forms_folders(tmp_path: Path) -> None:
    inside = tmp_path / "form"
    inside.mkdir()
    QImage(4, 4, QImage.Format.Format_RGB32).save(str(tmp_path / "secret.png"))
    folders = MediaFolders.of_form(inside / "form.xlsx")

    for address in ("jr://images/../secret.png", "../secret.png", "jr://images/..", str(tmp_path / "secret.png")):
        assert folders.find(address) is None
