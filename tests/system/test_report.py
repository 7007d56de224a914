"""An event that a worker reports without a network: a case at once, and on the platform as soon as it is there."""

from gridclient.domain.record import grid_bucket, new_id
from gridclient.store import blobs, undo
from gridclient.store.reporting import Report, can_report, report_event
from gridclient.store.undo import Done
from tests.system.district import CELL, District, Pc

PACK = "urban-event"


def _report(pc: Pc, **answers: str) -> str:
    case_id, pack = new_id(), pc.district.platform.packs[PACK]
    photo, _ = blobs.attach(pc.opened.cache, case_id, b"a synthetic photo", "image/jpeg")
    given = {f"/data/report/{name}": value for name, value in answers.items()}
    about = {"grid": CELL, "address": "synthetic road 1", "title": "litter · synthetic road 1", "source": "report"}
    report = Report(case_id, about, {**given, "/data/report/photo": f"{photo}.jpg"}, (photo,))
    with pc.opened.cache.write() as tx:
        report_event(tx, pack, report, pc.actor)
    return case_id


def test_a_report_from_a_patrol_is_a_case_at_once_and_arrives_with_its_photo(district: District) -> None:
    lin, zhao = district.pc("lin"), district.pc("zhao")
    lin.sync()
    event = _report(lin, source="patrol", category="litter", place="synthetic")
    here = lin.fields(event)
    lin.sync()
    zhao.sync()

    assert (here["state"], here["title"], here["assignee"]) == ("accepting", "litter · synthetic road 1", "w-lin")
    assert set(lin.statuses()) == {"applied"}
    there = district.on_platform(grid_bucket(CELL), event)
    assert there is not None
    assert there["state"] == "accepting"
    assert zhao.fields(event) == there
    with lin.opened.cache.read() as connection:
        assert blobs.to_upload(connection) == []


def test_what_others_told_is_verified_on_the_spot_first(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()

    assert lin.fields(_report(lin, source="hotline", category="litter", place="synthetic"))["state"] == "verifying"


def test_a_report_that_was_taken_back_before_upload_was_never_there(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    event = _report(lin, source="patrol", category="litter", place="synthetic")
    with lin.opened.cache.write() as tx:
        undo.take_back(tx, Done(1, undo.last_number(tx.connection)), lin.actor)
    lin.sync()

    assert lin.find(event) is None
    assert lin.outcomes() == []
    assert district.on_platform(grid_bucket(CELL), event) is None


def test_only_packs_with_event_standards_are_reported_and_only_by_those_who_do_the_first_step(
    district: District,
) -> None:
    packs = district.platform.packs

    assert [pack.id for pack in packs.values() if can_report(pack, "worker")] == [PACK]
    assert [pack.id for pack in packs.values() if can_report(pack, "supervisor")] == []
