"""Photos are kept upright, small, stamped where asked, and without what a camera tells beside time and place."""

import hashlib
from io import BytesIO

import pytest
from PIL import ExifTags, Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gridclient.ui.pictures import NoPicture, Photo, prepare, read
from gridclient.ui.viewer import Shown, Viewer
from gridclient.workflow.provisions import Photos

_EXIF, _GPS = ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo


def _camera(width: int = 1200, height: int = 800, orientation: int = 1) -> bytes:
    """A picture as a telephone makes it: a red left half, and much that nobody needs to know."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Telephone"
    exif[ExifTags.Base.Artist] = "Somebody's name"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(_EXIF)[ExifTags.Base.DateTimeOriginal] = "2026:11:24 10:21:00"
    exif.get_ifd(_EXIF)[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    exif.get_ifd(_EXIF)[ExifTags.Base.BodySerialNumber] = "SN-4711"
    exif.get_ifd(_GPS).update({1: "N", 2: (31.0, 13.0, 30.0), 3: "E", 4: (121.0, 28.0, 12.0), 29: "2026:11:24"})
    made = BytesIO()
    picture.save(made, "JPEG", exif=exif.tobytes())
    return made.getvalue()


def _opened(photo: Photo) -> Image.Image:
    return Image.open(BytesIO(photo.data))


def test_time_and_place_stay_and_the_rest_of_what_the_camera_told_goes() -> None:
    data = _camera()
    photo = prepare(data, "a.jpg", Photos())
    left = _opened(photo).getexif()

    assert photo.taken_at == "2026-11-24T10:21:00+08:00"
    assert photo.position == (pytest.approx(31.225), pytest.approx(121.47))
    assert b"SN-4711" not in photo.data
    assert b"Somebody" not in photo.data
    assert set(left) == {ExifTags.Base.ImageDescription, _EXIF, _GPS}
    assert set(left.get_ifd(_GPS)) == {1, 2, 3, 4}


def test_the_hash_of_the_chosen_file_stays_in_the_picture_as_evidence() -> None:
    data = _camera()
    kept = prepare(data, "a.jpg", Photos())

    assert read(kept.data) == kept
    assert kept.original == hashlib.sha256(data).hexdigest()


def test_a_picture_lying_on_its_side_is_turned_upright() -> None:
    photo = prepare(_camera(orientation=6), "a.jpg", Photos())
    upright = _opened(photo)

    assert upright.size == (800, 1200)
    assert upright.getpixel((400, 50)) == pytest.approx((254, 0, 0), abs=8)
    assert upright.getpixel((400, 1150)) == pytest.approx((255, 255, 255), abs=8)


def test_the_longer_side_is_no_longer_than_the_pack_says() -> None:
    assert _opened(prepare(_camera(3000, 1500), "a.jpg", Photos(max_side=1024))).size == (1024, 512)
    assert _opened(prepare(_camera(640, 480), "a.jpg", Photos(max_side=1024))).size == (640, 480)


def test_a_stamp_can_be_seen_at_the_foot_of_the_picture_and_nowhere_else(qapp: QApplication) -> None:
    plain = _opened(prepare(_camera(), "a.jpg", Photos()))
    stamped = _opened(prepare(_camera(), "a.jpg", Photos(), ("2026-11-24 10:21", "香楠小区 2 号楼", "网格员 w-lin")))
    differs = [y for y in range(800) if stamped.crop((0, y, 1200, y + 1)) != plain.crop((0, y, 1200, y + 1))]
    brightest = max(stamped.crop((0, differs[-1] - 60, 600, differs[-1])).getchannel("B").tobytes())

    assert differs
    assert min(differs) > 600
    assert brightest > 240  # white letters over red


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff" + b"x" * 50, _camera()[:900]])
def test_what_is_no_picture_is_refused_by_its_name(data: bytes) -> None:
    with pytest.raises(NoPicture, match=r"a\.jpg is not a picture"):
        prepare(data, "a.jpg", Photos())


def test_a_picture_of_absurd_size_is_refused_before_it_is_unpacked() -> None:
    made = BytesIO()
    Image.new("1", (20_000, 20_000)).save(made, "PNG")
    with pytest.raises(NoPicture):
        prepare(made.getvalue(), "huge.png", Photos())


def test_a_camera_that_tells_nonsense_is_not_believed() -> None:
    exif = Image.Exif()
    exif.get_ifd(_EXIF)[ExifTags.Base.DateTimeOriginal] = "0000:00:00 00:00:00"
    exif.get_ifd(_GPS).update({1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)})
    made = BytesIO()
    Image.new("RGB", (400, 400)).save(made, "JPEG", exif=exif.tobytes())
    photo = prepare(made.getvalue(), "a.jpg", Photos())

    assert (photo.taken_at, photo.position) == ("", None)


def test_two_photos_are_enlarged_and_moved_together(qtbot: QtBot) -> None:
    data = [prepare(_camera(2000, 1400), "a.jpg", Photos()).data for _ in range(2)]
    viewer = Viewer([Shown("Before", data[0]), Shown("After", data[1])])
    qtbot.addWidget(viewer)
    viewer.show()
    whole = viewer.zoom()
    QTest.keyClick(viewer, Qt.Key.Key_1)
    left, right = (pane.view for pane in viewer.panes)
    left.horizontalScrollBar().setValue(left.horizontalScrollBar().maximum())

    assert whole < 1
    assert [view.transform().m11() for view in (left, right)] == [1, 1]
    assert right.horizontalScrollBar().value() == left.horizontalScrollBar().value() > 0
    assert "2026-11-24 10:21:00" in viewer.panes[0].told.text()
    QTest.keyClick(viewer, Qt.Key.Key_0)
    assert viewer.zoom() == whole


def test_a_picture_without_a_story_is_still_shown(qtbot: QtBot) -> None:
    viewer = Viewer([Shown("Sketch", b"no picture")])
    qtbot.addWidget(viewer)
    viewer.show()

    assert viewer.panes[0].told.text() == ""
