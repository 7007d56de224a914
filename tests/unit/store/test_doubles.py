"""Two files of one person on a real PC: found, united in one transaction, known to the colleague, taken back."""

import pytest

from gridclient.domain.doubles import Double, Reason
from gridclient.domain.record import Kind, Value, grid_bucket, ident_bucket, new_id
from gridclient.store import doubles, lists, outbox, residents, shown, undo, work
from gridclient.store.outbox import Edit
from gridclient.store.residents import ResidentAsk, ResidentFilter
from gridclient.store.undo import Done
from tests.system.district import CELL, PACK, District, Pc


def _second_file(pc: Pc) -> str:
    """The elder again, with a phone of her own and a case."""
    resident, actor = new_id(), pc.actor.worker_id
    person: dict[str, Value] = {"name": "王秀英", "sex": "2", "birth": "1942-03-05", "grid": CELL, "note": "右耳背",
                                "address": "丹桂路 1 号 101 室", "living": "family", "tags": ["elder"]}  # fmt: skip
    ident: dict[str, Value] = {"resident": resident, "phone": "13900007741", "grid": CELL}
    case: dict[str, Value] = {"title": "王秀英 · 独居老人走访", "resident": resident, "grid": CELL}
    with pc.opened.cache.write() as tx:
        outbox.queue(tx, Edit("create", resident, Kind.RESIDENT, grid_bucket(CELL), person), actor)
        outbox.queue(tx, Edit("create", new_id(), Kind.IDENT, ident_bucket(CELL), ident), actor)
        work.open_case(tx, pc.district.platform.packs[PACK], case, pc.actor)
    return resident


def _found(pc: Pc) -> list[Double]:
    with pc.opened.cache.read() as connection:
        return doubles.find_doubles(connection)


def _unite(pc: Pc, kept: str, gone: str) -> Done:
    chosen: dict[tuple[Kind, str], Value] = {
        (Kind.RESIDENT, "living"): "family", (Kind.IDENT, "phone"): "13900007741",
    }  # fmt: skip
    with pc.opened.cache.write() as tx:
        before = undo.last_number(tx.connection)
        doubles.unite(tx, kept, gone, chosen, pc.actor)
        return Done(before + 1, undo.last_number(tx.connection))


def _take_back(pc: Pc, done: Done) -> None:
    with pc.opened.cache.write() as tx:
        undo.take_back(tx, done, pc.actor)


def _people(pc: Pc) -> tuple[list[str], int]:
    """The people of the list and how many the chip counts."""
    with pc.opened.cache.read() as connection:
        rids = residents.ids(connection, ResidentAsk(ResidentFilter.ALL))
        rows = [row.id for row in residents.rows(connection, rids)]
        return rows, residents.counts(connection, ResidentAsk(ResidentFilter.CARE))[ResidentFilter.ALL]


def test_two_files_are_suggested_and_not_again_once_they_are_two_people(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    second = _second_file(lin)
    (double,) = _found(lin)
    assert ({double.first.id, double.second.id}, double.reasons) == ({district.resident, second}, (Reason.BIRTH,))
    with lin.opened.cache.write() as tx:
        doubles.keep_apart(tx, double)

    assert _found(lin) == []


def test_only_values_that_differ_are_to_be_chosen(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    _second_file(lin)
    with lin.opened.cache.read() as connection:
        pair = doubles.pair_of(connection, doubles.find_doubles(connection)[0])

    assert pair is not None
    assert pair.differing() == [(Kind.RESIDENT, "living"), (Kind.IDENT, "phone")]
    assert (sorted(pair.cases), sorted(pair.has_care)) == ([1, 1], [False, True])


def test_a_united_file_has_all_of_both_on_every_pc_and_the_other_one_leaves_the_lists(district: District) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    lin.sync()
    second = _second_file(lin)
    lin.sync()
    _unite(lin, district.resident, second)
    assert lin.sync().in_step
    chen.sync()

    assert set(lin.statuses()) == {"applied"}
    for pc in (lin, chen):
        assert _people(pc) == ([district.resident], 1)
        with pc.opened.cache.read() as connection:
            file = residents.file_of(connection, pc.district.platform.packs, second)
            assert file is not None
            assert file.resident.id == district.resident
            assert {name: file.resident.fields[name] for name in ("living", "note", "tags")} == {
                "living": "family", "note": "右耳背", "tags": ["elder"],
            }  # fmt: skip
            assert file.ident is not None
            assert (file.ident.text("phone"), file.ident.text("contact_name")) == ("13900007741", "陈敏")
            assert len(file.cases) == 2
            assert [hit.id for hit in lists.search(connection, "王秀英") if hit.kind == "resident"] == [
                district.resident
            ]


@pytest.mark.parametrize("is_uploaded", [False, True])
def test_uniting_is_taken_back_before_the_upload_and_set_back_after_it(district: District, is_uploaded: bool) -> None:
    lin = district.pc("lin")
    lin.sync()
    second = _second_file(lin)
    lin.sync()
    before, waiting = lin.fields(district.resident), lin.unsent()
    done = _unite(lin, district.resident, second)
    if is_uploaded:
        lin.sync()
    _take_back(lin, done)

    assert (lin.unsent() > waiting) is is_uploaded
    lin.sync()
    assert lin.fields(district.resident) == before
    assert _people(lin)[1] == 2
    with lin.opened.cache.read() as connection:
        assert len(shown.about(connection, second, Kind.CASE)) == 1
