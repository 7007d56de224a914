"""A visit or a check that no plan made: the worker begins it without a network, and the platform takes it."""

from gridclient.domain.record import Fields, Kind, care_bucket, grid_bucket, new_id
from gridclient.platform import due, feed
from gridclient.platform.push import canonical
from gridclient.store import undo
from gridclient.store.undo import Done
from gridclient.store.unplanned import begin_case
from gridclient.workflow.plans import to_begin
from tests.system.district import CELL, PACK, District, Pc

GRID, CARE = grid_bucket(CELL), care_bucket(CELL)


def _begin(pc: Pc, pack: str, subject: str) -> str:
    about = pc.find(subject)
    assert about is not None
    with pc.opened.cache.write() as tx:
        return begin_case(tx, pc.district.platform.packs[pack], about, pc.actor)[0]


def _put(district: District, bucket: str, record: str, kind: Kind, fields: Fields) -> None:
    with district.platform.database.write() as connection:
        held = feed.lock(connection, bucket)
        held.put(held.find(record), kind, record, canonical(fields))
        held.close()


def _kinds(district: District, about: str, file: Fields, role: str = "worker") -> list[str]:
    return [pack.id for pack in to_begin(district.platform.packs, about, file, CELL, role)]


def test_a_visit_is_begun_at_the_door_once_and_the_plan_waits_for_it(district: District) -> None:
    lin, zhao = district.pc("lin"), district.pc("zhao")
    lin.sync()
    assert _begin(lin, PACK, district.resident) == district.case  # one is under way
    lin.finish_all(district.case)
    visit = _begin(lin, PACK, district.resident)
    assert _begin(lin, PACK, district.resident) == visit
    assert lin.fields(visit)["state"] == "open"
    lin.finish(visit, "contact", reached="yes")
    lin.sync()
    zhao.sync()

    assert set(lin.statuses()) == {"applied"}
    there = district.on_platform(GRID, visit)
    assert there is not None
    assert (there["state"], there["resident"], there["source"]) == ("doing", district.resident, "worker")
    assert str(there["number"]).startswith("310115125-2026-")
    assert zhao.fields(visit) == there
    zhao.approve(district.case)
    zhao.sync()
    district.clock.forward(days=60)
    _put(district, CARE, district.care, Kind.CARE,
         {"resident": district.resident, "tier": "key", "grid": CELL, "visits_every_days": 30})  # fmt: skip
    assert due.run(district.platform).opened == 0


def test_a_shop_is_checked_without_a_plan_by_what_kind_of_place_it_is(district: District) -> None:
    shop, lin = new_id(), district.pc("lin")
    _put(district, GRID, shop, Kind.PLACE,
         {"name": "synthetic noodles", "kind": "restaurant", "address": "synthetic road 1", "grid": CELL})  # fmt: skip
    lin.sync()
    check = _begin(lin, "small-premises", shop)
    lin.sync()

    assert lin.statuses() == ["applied"]
    there = district.on_platform(GRID, check)
    assert there is not None
    assert (there["place"], there["title"]) == (shop, "synthetic noodles · 九小场所检查")
    assert _kinds(district, "place", {"kind": "restaurant"}) == ["gas-safety", "small-premises"]
    assert _kinds(district, "place", {"kind": "rental"}) == ["group-rental"]
    assert len(_kinds(district, "place", {})) == 5  # nobody wrote down what it is
    assert _kinds(district, "care", {}) == [PACK]
    assert _kinds(district, "care", {}, "supervisor") == []


def test_a_visit_that_was_taken_back_before_upload_was_never_there(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.finish_all(district.case)
    lin.sync()
    with lin.opened.cache.read() as connection:
        before = undo.last_number(connection)
    visit = _begin(lin, PACK, district.resident)
    with lin.opened.cache.write() as tx:
        undo.take_back(tx, Done(before + 1, undo.last_number(tx.connection)), lin.actor)
    lin.sync()

    assert lin.find(visit) is None
    assert district.on_platform(GRID, visit) is None
