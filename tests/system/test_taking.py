"""Taking over a case that nobody has: right for a worker once, and what came second is seen by a person."""

import pytest

from gridclient.domain.record import Value, grid_bucket
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.store import work
from gridclient.store.work import NotFree
from tests.system.district import CELL, District, Pc


def _give(district: District, assignee: str | None) -> None:
    fields: dict[str, Value] = {**(district.on_platform(grid_bucket(CELL), district.case) or {})}
    fields["assignee"] = assignee
    with district.platform.database.write() as connection:
        bucket = feed.lock(connection, grid_bucket(CELL))
        row = bucket.find(district.case)
        assert row is not None
        bucket.put(row, row.kind, district.case, canonical({n: v for n, v in fields.items() if v is not None}))
        bucket.close()


def _take(pc: Pc, case: str) -> None:
    with pc.opened.cache.write() as tx:
        work.take_case(tx, case, pc.actor)


def test_a_case_of_nobody_is_taken_by_the_first_and_the_second_waits_for_a_person(district: District) -> None:
    _give(district, None)
    lin, chen = district.pc("lin"), district.pc("chen")
    lin.sync()
    chen.sync()
    _take(lin, district.case)
    _take(chen, district.case)

    lin.sync()
    chen.sync()

    on_platform = district.on_platform(grid_bucket(CELL), district.case)
    assert on_platform is not None
    assert on_platform["assignee"] == "w-lin"
    assert lin.statuses() == ["applied"]
    assert chen.statuses() != ["applied"]
    assert chen.fields(district.case)["assignee"] == "w-lin"


def test_a_case_of_somebody_else_is_taken_by_a_supervisor_only(district: District) -> None:
    chen, zhao = district.pc("chen"), district.pc("zhao")
    chen.sync()
    zhao.sync()
    with pytest.raises(NotFree):
        _take(chen, district.case)
    chen.edit(district.case, assignee="w-chen")  # as a changed program would
    chen.sync()
    _take(zhao, district.case)
    zhao.sync()

    assert chen.statuses() == ["rejected"]
    on_platform = district.on_platform(grid_bucket(CELL), district.case)
    assert on_platform is not None
    assert on_platform["assignee"] == "w-zhao"
