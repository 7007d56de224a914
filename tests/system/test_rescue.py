"""A damaged cache is rebuilt with the worker's own work in it; what the platform knows is fetched anew."""

from collections.abc import Generator
from pathlib import Path

import pytest

from gridclient import faults
from gridclient.domain.record import Kind, new_id
from gridclient.store import blobs, drafts, keys, lists, outbox
from gridclient.store.cipher import CacheDamaged, CacheUnreadable
from gridclient.store.outbox import Edit
from gridclient.store.rescue import Rescued
from gridclient.sync.sign_in import rescue_profile, unlock
from tests.system.damage import PAGE, SCHEMA, can_answer, damaged, pages_of
from tests.system.district import PIN, District, Pc

CELL = "grid:310115125001001"


@pytest.fixture
def lin(tmp_path: Path) -> Generator[Pc]:
    """Lin's PC in step, then offline with an edit, a new record, a draft, a photo to upload and one that is there."""
    district = District.start(tmp_path / "district")
    pc = district.pc("lin")
    pc.sync()
    _photo(pc, b"already on the platform" * 400)
    pc.sync()
    pc.edit(district.ident, phone="13900007741")
    with pc.opened.cache.write() as tx:
        outbox.queue(tx, Edit("create", new_id(), Kind.RESIDENT, CELL, {"name": "孙桂芳"}), pc.actor.worker_id)
    pc.save_draft(district.case, b"half filled in")
    _photo(pc, b"not yet uploaded" * 40_000)
    yield pc
    district.stop()


def _photo(pc: Pc, data: bytes) -> str:
    sha256, _ = blobs.attach(pc.opened.cache, pc.district.case, data, "image/jpeg")
    with pc.opened.cache.write() as tx:
        blobs.mark_to_upload(tx, pc.district.case, (sha256,))
    return sha256


def _pages_of(lin: Pc, statement: str) -> list[int]:
    profile = lin.opened.profile
    return pages_of(profile.cache_path, keys.unwrap(profile.key_path, PIN), statement)


def _open(lin: Pc) -> None:
    lin.opened = unlock(lin.opened.profile, PIN, None, clock=lin.district.clock)


def _rescue(lin: Pc) -> Rescued:
    rescued = rescue_profile(lin.opened.profile, PIN, None, clock=lin.district.clock)
    _open(lin)
    return rescued


def test_the_workers_own_work_is_saved_and_what_the_platform_knows_comes_again(lin: Pc) -> None:
    profile = lin.opened.profile
    lin.opened.close()
    pages = set(_pages_of(lin, "SELECT sum(length(payload)) FROM base")) - set(_pages_of(lin, SCHEMA))
    profile.cache_path.write_bytes(damaged(profile.cache_path.read_bytes(), *pages))
    _open(lin)
    with pytest.raises(CacheDamaged):
        lin.sync()
    lin.opened.close()

    rescued = _rescue(lin)

    assert rescued == Rescued(edits=2, drafts=1, photos=2, lost_edits=0, lost_photos=0)
    with lin.opened.cache.read() as connection:
        draft = drafts.draft_of(connection, lin.district.case)
        assert draft is not None
        assert draft.form == b"half filled in"
        assert [found.title for found in lists.search(connection, "孙桂芳")] == ["孙桂芳"]
    lin.sync()
    assert lin.sync().in_step
    assert lin.fields(lin.district.ident)["phone"] == "13900007741"
    assert set(lin.statuses()) == {"applied"}
    assert (profile.folder / "damaged" / "cache.db").exists()


def test_whichever_page_is_damaged_no_edit_is_lost_without_being_counted(lin: Pc) -> None:
    profile = lin.opened.profile
    with lin.opened.cache.read() as connection:
        before = outbox.bodies(connection)
    lin.opened.close()
    schema = _pages_of(lin, SCHEMA)
    whole, attached = profile.cache_path.read_bytes(), profile.attachments_path.read_bytes()
    unreadable: list[int] = []
    for page in range(len(whole) // PAGE):
        profile.cache_path.write_bytes(damaged(whole, page))
        profile.attachments_path.write_bytes(attached)
        try:
            rescued = _rescue(lin)
        except CacheUnreadable:
            unreadable.append(page)
            continue
        with lin.opened.cache.read() as connection:
            after = outbox.bodies(connection)
        if page % 8 == 0:
            assert lin.sync().epoch_changed is False
        lin.opened.close()
        assert [body for body in after if body not in before] == []
        assert len(before) - len(after) <= rescued.lost_edits or _lost_the_story_too(whole, page, lin)

    assert unreadable == [0, *schema]


def _lost_the_story_too(whole: bytes, page: int, lin: Pc) -> bool:
    """The page held the roots of the tables: then nobody can tell how much there was."""
    profile = lin.opened.profile
    profile.cache_path.write_bytes(damaged(whole, page))
    return not can_answer(profile.cache_path, keys.unwrap(profile.key_path, PIN), "SELECT mid FROM outcomes")


def test_a_photo_that_cannot_be_read_holds_nothing_else_up_and_is_counted_as_lost(lin: Pc) -> None:
    profile = lin.opened.profile
    lin.opened.close()
    whole = profile.attachments_path.read_bytes()
    profile.attachments_path.write_bytes(damaged(whole, len(whole) // PAGE - 3))
    _open(lin)

    with pytest.raises(CacheDamaged):
        lin.sync()
    assert set(lin.statuses()) == {"applied"}
    lin.opened.close()
    rescued = _rescue(lin)

    assert (rescued.photos, rescued.lost_photos) == (1, 1)
    assert lin.sync().in_step


@pytest.mark.parametrize("point", ["rescue.made", "rescue.moving"])
def test_a_crash_in_the_middle_of_a_rescue_leaves_the_old_cache_or_the_new_one(
    lin: Pc, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = lin.opened.profile
    lin.opened.close()

    class Killed(BaseException):
        pass

    def die(name: str) -> None:
        if name == point:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(faults, "reach", die)
        with pytest.raises(Killed):
            rescue_profile(profile, PIN, None, clock=lin.district.clock)

    _open(lin)
    assert lin.unsent() == 2
    lin.sync()
    assert lin.sync().in_step
    assert not (profile.folder / "rescued").exists()
