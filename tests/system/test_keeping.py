"""Photos stay on a PC as long as a record there uses them, and no longer, whatever happens in between."""

import hashlib
import threading

import pytest

from gridclient import faults
from gridclient.platform import directory
from gridclient.store import blobs, work
from gridclient.sync import photos
from gridclient.sync.sign_in import unlock
from tests.system.district import CELL, PACK, PIN, District, Pc

PHOTO = bytes(range(256)) * 40
SHA = hashlib.sha256(PHOTO).hexdigest()


def test_a_photo_that_was_only_looked_at_leaves_with_its_case(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    _look_at_somebodys_photo(district, lin)
    assert lin.opened.cache.files.get(SHA) == PHOTO

    _lose_the_cell(district)
    lin.sync()

    assert lin.opened.cache.files.hashes() == set()


def test_a_photo_that_comes_after_its_case_left_is_not_kept(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    _lose_the_cell(district)
    lin.sync()

    blobs.keep_fetched(lin.opened.cache, district.case, PHOTO)

    assert lin.opened.cache.files.hashes() == set()


def test_a_photo_that_was_looked_at_and_is_then_attached_is_sent_like_any_other(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    blobs.keep_fetched(lin.opened.cache, district.case, PHOTO)

    blobs.attach(lin.opened.cache, district.case, PHOTO, "image/jpeg")
    with lin.opened.cache.write() as tx:
        blobs.mark_to_upload(tx, district.case, (SHA,))

    assert lin.sync().blobs_sent == 1
    assert district.platform.blobs.has(SHA)


def test_bytes_that_a_crash_left_without_a_row_are_gone_when_the_program_is_opened_again(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    blobs.attach(lin.opened.cache, district.case, PHOTO, "image/jpeg")
    stray = lin.opened.cache.files.add(b"half attached")
    lin.opened.close()

    lin.opened = unlock(lin.opened.profile, PIN, None, clock=district.clock)

    assert lin.opened.cache.files.get(stray) is None
    assert lin.opened.cache.files.get(SHA) == PHOTO


def test_a_photo_that_is_attached_while_others_are_collected_stays(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = district.pc("lin")
    lin.sync()
    cache = lin.opened.cache
    cache.files.add(PHOTO)  # of nobody, so far
    attaching = threading.Thread(target=lambda: blobs.attach(cache, district.case, PHOTO, "image/jpeg"))

    def meanwhile(point: str) -> None:
        if point == "photos.collecting":
            attaching.start()
            attaching.join(0.2)  # it would be done by now, if nothing kept it from that

    monkeypatch.setattr(faults, "reach", meanwhile)
    cache.collect()
    attaching.join()

    assert cache.files.get(SHA) == PHOTO


def _look_at_somebodys_photo(district: District, pc: Pc) -> None:
    chen = district.pc("chen")
    chen.sync()
    blobs.attach(chen.opened.cache, district.case, PHOTO, "image/jpeg")
    with chen.opened.cache.write() as tx:
        answers = {"/data/contact/note": f"{SHA}.jpg"}
        work.complete_step(tx, district.platform.packs[PACK], district.case, "contact", answers, chen.actor, (SHA,))
    chen.sync()
    pc.sync()
    blobs.keep_fetched(pc.opened.cache, district.case, photos.fetch(pc.opened.http, SHA))


def _lose_the_cell(district: District) -> None:
    with district.platform.database.write() as connection:
        directory.remove_duty(connection, directory.named_account(connection, "lin"), CELL)
