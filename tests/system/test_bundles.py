"""A PC without a network works by file: its bundle goes to the platform, and only the platform's answer comes back."""

from pathlib import Path

import pytest

from gridclient.errors import GridError
from gridclient.platform import bundles as platform_bundles
from gridclient.platform import directory, rulebook
from gridclient.store import blobs, rules, work
from gridclient.sync import bundles, photos
from gridclient.sync.exchange import Report
from tests.system.district import CELL, PACK, District, Pc
from tests.system.packs import publish_again

PHOTO = b"synthetic photo " * 1000


@pytest.fixture
def by_file(district: District, tmp_path: Path) -> "ByFile":
    """Lin on a PC that synchronised once and has no network since."""
    lin = district.pc("lin")
    lin.sync()
    return ByFile(district, lin, tmp_path / "lin.gcb")


class ByFile:
    """The exchange by file between Lin's PC and the platform."""

    def __init__(self, district: District, lin: Pc, file: Path) -> None:
        self.district, self.lin, self.file = district, lin, file

    def export(self) -> bytes:
        """What Lin carries to the platform."""
        bundles.export_bundle(self.lin.opened, self.file)
        return self.file.read_bytes()

    def answer(self, letter: bytes) -> bytes:
        """What the platform gives to bring back."""
        return platform_bundles.take(self.district.platform, letter).answer

    def take(self, letter: bytes) -> Report:
        """Lin imports the answer."""
        return bundles.import_bundle(self.lin.opened, letter)


def test_work_and_news_travel_by_file_with_outcomes_and_photos(by_file: ByFile) -> None:
    district, lin, chen = by_file.district, by_file.lin, by_file.district.pc("chen")
    chen.sync()
    chen.edit(district.ident, contact_name="刘洋")
    chen.sync()
    sha256 = _photograph(lin)
    lin.edit(district.ident, phone="13900007741")

    report = by_file.take(by_file.answer(by_file.export()))

    assert report.pushed == 2
    assert set(lin.statuses()) == {"applied"}
    assert lin.unsent() == 0
    assert (lin.fields(district.ident)["contact_name"], lin.fields(district.ident)["phone"]) == ("刘洋", "13900007741")
    assert district.platform.blobs.has(sha256)
    with lin.opened.cache.read() as connection:
        assert blobs.to_upload(connection) == []
    assert photos.fetch(chen.opened.http, sha256) == PHOTO
    assert lin.sync().in_step


def test_packs_that_were_published_travel_by_file_too(by_file: ByFile) -> None:
    district, lin = by_file.district, by_file.lin
    publish_again(district.platform, PACK, "2026.12.1")
    lin.edit(district.ident, phone="13900007741")

    by_file.take(by_file.answer(by_file.export()))

    with lin.opened.cache.read() as connection:
        shelf = rules.shelf(connection, lin.opened.profile.folder / "packs", rulebook.shipped())
    assert shelf[PACK].version == "2026.12.1"


def test_an_altered_bundle_changes_nothing_on_either_side(by_file: ByFile) -> None:
    by_file.lin.edit(by_file.district.ident, phone="13900007741")
    letter = by_file.export()
    answer = by_file.answer(letter)

    for at in (0, 6, len(letter) // 2, len(letter) - 1):
        with pytest.raises(platform_bundles.GridError):
            by_file.answer(_flipped(letter, at))
    for at in (0, 6, len(answer) // 2, len(answer) - 1):
        with pytest.raises(GridError):
            by_file.take(_flipped(answer, at))

    assert by_file.lin.unsent() == 1
    assert by_file.lin.statuses() == ["pending"]


def test_a_bundle_taken_twice_is_judged_once_and_its_answer_is_imported_once(by_file: ByFile) -> None:
    by_file.lin.edit(by_file.district.ident, phone="13900007741")
    letter = by_file.export()
    first, second = by_file.answer(letter), by_file.answer(letter)
    by_file.take(first)

    for repeated in (first, second):
        with pytest.raises(bundles.BundleOld):
            by_file.take(repeated)
    assert by_file.lin.statuses() == ["applied"]


def test_an_answer_that_newer_data_overtook_changes_nothing(by_file: ByFile) -> None:
    district, lin, chen = by_file.district, by_file.lin, by_file.district.pc("chen")
    chen.sync()
    chen.edit(district.ident, contact_name="刘洋")
    chen.sync()
    old = by_file.answer(by_file.export())
    chen.edit(district.ident, contact_name="周敏")
    chen.sync()
    lin.sync()

    with pytest.raises(bundles.BundleOld):
        by_file.take(old)

    assert lin.fields(district.ident)["contact_name"] == "周敏"


def test_a_bundle_for_somebody_else_is_refused_by_name(by_file: ByFile, tmp_path: Path) -> None:
    chen = by_file.district.pc("chen")
    chen.sync()
    bundles.export_bundle(chen.opened, tmp_path / "chen.gcb")
    for_chen = by_file.answer((tmp_path / "chen.gcb").read_bytes())

    with pytest.raises(bundles.BundleForOther):
        by_file.take(for_chen)

    with by_file.lin.opened.cache.write() as tx:
        tx.set_setting("platform", "01937c7e-0000-7000-8000-00000000ffff")
    with pytest.raises(platform_bundles.BundleForOther):
        by_file.answer(by_file.export())


def test_a_device_that_was_taken_off_the_list_brings_nothing(by_file: ByFile) -> None:
    by_file.lin.edit(by_file.district.ident, phone="13900007741")
    with by_file.district.platform.database.write() as connection:
        directory.revoke_device(connection, by_file.lin.opened.http.device, by_file.district.clock())

    with pytest.raises(platform_bundles.SenderUnknown):
        by_file.answer(by_file.export())


def test_a_bundle_shows_nothing_about_people(by_file: ByFile) -> None:
    by_file.lin.edit(by_file.district.ident, phone="13900007741")
    letter = by_file.export()

    for secret in ("王秀英", "13900007741", "310101194203050029", "林晓燕"):
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert secret.encode(encoding) not in letter


def _photograph(pc: Pc) -> str:
    sha256, _ = blobs.attach(pc.opened.cache, pc.district.case, PHOTO, "image/jpeg")
    pack = pc.district.platform.packs[PACK]
    with pc.opened.cache.write() as tx:
        work.complete_step(tx, pack, pc.district.case, "contact", {"/data/contact/note": sha256}, pc.actor, (sha256,))
    return sha256


def _flipped(letter: bytes, at: int) -> bytes:
    return letter[:at] + bytes([letter[at] ^ 1]) + letter[at + 1 :]


def test_a_pc_can_be_filled_for_the_first_time_by_file(district: District, tmp_path: Path) -> None:
    lin = district.pc("lin")
    file = tmp_path / "lin.gcb"
    with lin.opened.cache.write() as tx:
        tx.set_setting("epoch", None)
    bundles.export_bundle(lin.opened, file)

    report = bundles.import_bundle(lin.opened, platform_bundles.take(district.platform, file.read_bytes()).answer)

    assert report.rows == len([district.resident, district.case, district.ident, district.care])
    assert lin.fields(district.resident)["grid"] == CELL
    assert lin.sync().in_step
