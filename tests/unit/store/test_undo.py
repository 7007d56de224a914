"""Undo: what never left the PC goes without a trace, what the platform knows is set back by a new edit."""

import pytest

from gridclient.store import blobs, drafts, outbox, undo, work
from gridclient.store.cache import Changes
from gridclient.store.undo import Done
from tests.system.district import PACK, District, Pc


def _last(pc: Pc) -> Done:
    """The edits since this was asked the last time, which here are those of one transaction."""
    with pc.opened.cache.read() as connection:
        numbers = [row.dseq for row in outbox.outcome_rows(connection)]
    return Done(max(numbers), max(numbers))


def _undo(pc: Pc, done: Done) -> Changes:
    with pc.opened.cache.write() as tx:
        return undo.take_back(tx, done, pc.actor)


def _finish(pc: Pc, step: str, *photos: str) -> None:
    pack = pc.district.platform.packs[PACK]
    with pc.opened.cache.write() as tx:
        work.complete_step(tx, pack, pc.district.case, step, {}, pc.actor, photos)


def test_an_edit_that_was_not_sent_leaves_no_trace(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    before = lin.fields(district.resident)
    lin.edit(district.resident, note="rings twice")
    _undo(lin, _last(lin))

    assert lin.fields(district.resident) == before
    assert (lin.unsent(), lin.outcomes()) == (0, [])
    lin.sync()
    assert lin.statuses() == []


def test_an_edit_that_was_uploaded_is_set_back_by_a_new_edit_that_everybody_gets(district: District) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    lin.sync()
    lin.edit(district.resident, note="rings twice")
    done = _last(lin)
    lin.sync()
    _undo(lin, done)
    lin.sync()
    chen.sync()

    assert "note" not in chen.fields(district.resident)
    assert lin.statuses() == ["applied", "applied"]


def test_an_edit_that_may_be_on_its_way_is_never_simply_forgotten(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.resident, note="rings twice")
    done = _last(lin)
    with lin.opened.cache.write() as tx:
        outbox.hand_out_all(tx)  # the request went out and the answer was lost
    _undo(lin, done)

    assert lin.unsent() == 2
    lin.sync()
    there = district.on_platform("grid:310115125001001", district.resident)
    assert there is not None
    assert "note" not in there


def test_what_somebody_else_changed_since_is_left_alone(district: District) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    lin.sync()
    lin.edit(district.resident, note="rings twice")
    done = _last(lin)
    lin.sync()
    chen.sync()
    chen.edit(district.resident, note="knocks")
    chen.sync()
    lin.sync()

    with pytest.raises(undo.ChangedSince):
        _undo(lin, done)
    assert lin.fields(district.resident)["note"] == "knocks"


def test_a_finished_step_comes_back_as_a_draft_with_what_it_changed_in_the_persons_file(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    before = (lin.fields(district.case), lin.fields(district.ident))
    lin.save_draft(district.case, b"<draft/>")
    lin.finish(district.case, "verify", phone="13900001111", door="self")
    with lin.opened.cache.read() as connection:
        deed = undo.deed(connection, Done(1, 3))
    _undo(lin, Done(1, 3))  # the case, what is confidential in it, and the file

    assert deed is not None
    assert (deed.what, deed.title) == ("advance", "王秀英 · 独居老人走访")
    assert (lin.fields(district.case), lin.fields(district.ident)) == before
    with lin.opened.cache.read() as connection:
        assert drafts.draft_of(connection, district.case) is not None


def test_a_step_that_was_uploaded_is_not_undone(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.finish(district.case, "contact", reached="yes")
    done = _last(lin)
    lin.sync()

    with pytest.raises(undo.AlreadyUploaded):
        _undo(lin, done)


def test_an_edit_that_a_later_one_builds_on_waits_for_that_one(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.resident, note="rings twice")
    first = _last(lin)
    lin.edit(district.resident, note="rings three times")
    second = _last(lin)

    with pytest.raises(undo.BuiltUpon):
        _undo(lin, first)
    _undo(lin, second)
    _undo(lin, first)
    assert "note" not in lin.fields(district.resident)


def test_the_photos_of_a_step_that_was_taken_back_are_not_sent_unless_another_step_has_them(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    cache = lin.opened.cache
    kept, _ = blobs.attach(cache, district.case, b"one", "image/jpeg")
    taken, _ = blobs.attach(cache, district.case, b"two", "image/jpeg")
    _finish(lin, "contact", kept)
    _finish(lin, "verify", kept, taken)
    _undo(lin, _last(lin))

    with cache.read() as connection:
        assert blobs.to_upload(connection) == [kept]
