"""What time does by itself on the platform: once, however often it is asked, also when a pass dies in the middle."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gridclient.domain.record import Fields, Kind, Value, care_bucket, decode_fields, grid_bucket, iso, new_id
from gridclient.domain.timer import Timer
from gridclient.platform import due, feed, watch
from gridclient.platform.push import canonical
from gridclient.platform.service import Platform
from gridclient.platform.tables import history
from gridclient.workflow import begin
from gridclient.workflow.clocks import clocks_of, kept
from tests.system.district import CELL, PACK, District

GRID, CARE = grid_bucket(CELL), care_bucket(CELL)


def _enter(district: District, pack: str, state: str, **fields: Value) -> str:
    """Enters a case that has been in a state from now on."""
    record, rules = new_id(), district.platform.packs[pack]
    found = rules.state(state)
    assert found is not None
    case = begin(rules, {"title": "synthetic", "grid": CELL, "assignee": "w-lin", **fields}, district.clock())
    clocks = clocks_of(case)
    if found.clock is not None:
        clocks[found.clock.name] = Timer(district.clock(), rules.deadline.limit())
    case |= {"state": state, "clocks": kept(clocks)}
    with district.platform.database.write() as connection:
        held = feed.lock(connection, GRID)
        held.put(None, Kind.CASE, record, canonical(case))
        held.close()
    return record


def _case(district: District, record: str) -> Fields:
    found = district.on_platform(GRID, record)
    assert found is not None
    return found


def _trail(district: District, record: str) -> list[str]:
    trail = _case(district, record).get("trail") or []
    assert isinstance(trail, list)
    return [str(entry["do"]) for entry in trail if isinstance(entry, dict)]


def _change_care(district: District, **fields: Value) -> None:
    with district.platform.database.write() as connection:
        held = feed.lock(connection, CARE)
        stored = held.find(district.care)
        care = {"resident": district.resident, "tier": "key", "grid": CELL, **fields}
        held.put(stored, Kind.CARE, district.care, canonical(care))
        held.close()


def _close_visit(district: District) -> None:
    """Closes the visit that every district begins with."""
    with district.platform.database.write() as connection:
        held = feed.lock(connection, GRID)
        stored = held.find(district.case)
        closed = {**_plain(district), "state": "closed", "closed_at": iso(district.clock())}
        held.put(stored, Kind.CASE, district.case, canonical(closed))
        held.close()


def _plain(district: District) -> dict[str, Value]:
    return {"pack": PACK, "pack_version": "2026.11.1", "resident": district.resident, "grid": CELL, "assignee": "w-lin"}


def _visits(district: District) -> list[Fields]:
    """The visits that came by plan, oldest first."""
    pc = district.pc("lin", f"look-{len(district.pcs)}")
    pc.sync()
    with pc.opened.cache.read() as connection:
        ids = connection.exec_driver_sql(
            "SELECT b.id FROM shown s JOIN base b USING (rid) WHERE s.kind = 'case' ORDER BY s.due_at"
        ).scalars().all()  # fmt: skip
    return [fields for each in ids if (fields := pc.fields(each)).get("source") == "plan"]


def test_an_overdue_case_goes_up_a_level_once_for_each_limit_and_never_beyond_the_top(district: District) -> None:
    event = _enter(district, "urban-event", "handling", level="grid")
    assert due.run(district.platform).is_nothing

    district.clock.forward(days=40)
    first = due.run(district.platform)
    again = due.run(district.platform)

    assert first.moves == {"escalate": 3}
    assert again.is_nothing
    assert _trail(district, event) == ["escalate"] * 3
    assert (_case(district, event)["level"], _case(district, event)["flag.escalated"]) == ("district", True)


def test_a_hold_ends_on_its_last_day_and_the_worker_hears_of_it(district: District) -> None:
    lin = district.pc("lin")
    event = _enter(district, "urban-event", "held")
    with district.platform.database.write() as connection:
        held = feed.lock(connection, GRID)
        stored, case = held.find(event), dict(_case_in(held, event))
        clocks = clocks_of(case)
        clocks["handle"] = clocks["handle"].paused(district.clock(), timedelta(days=10))
        held.put(stored, Kind.CASE, event, canonical({**case, "clocks": kept(clocks)}))
        held.close()
    lin.sync()
    district.clock.forward(days=9)
    assert due.run(district.platform).is_nothing

    district.clock.forward(days=1)
    assert due.run(district.platform).moves == {"resume-by-time": 1}
    lin.sync()
    assert lin.fields(event)["state"] == "handling"


def _case_in(held: feed.Lock, record: str) -> Fields:
    stored = held.find(record)
    assert stored is not None
    assert stored.payload is not None
    return decode_fields(stored.payload)


def test_a_visit_comes_by_its_cadence_and_the_next_counts_from_when_it_was_done(district: District) -> None:
    _close_visit(district)
    _change_care(district, visits_every_days=30)
    due.run(district.platform)
    assert _visits(district) == []  # done today; the risk of an old person alone says 7 days, entered 3 days ahead

    district.clock.forward(days=5)
    assert due.run(district.platform).opened == 1
    assert due.run(district.platform).opened == 0
    (visit,) = _visits(district)
    assert (visit["planned_for"], visit["assignee"], visit["state"]) == ("2026-12-01", "w-chen", "open")
    assert visit["due_at"] == "2026-12-01T10:00:00Z"
    assert visit["risk"] == {"score": 60, "factors": ["alone", "very-old"], "tier": "high", "every_days": 7}
    assert str(visit["number"]).startswith("310115125-2026-")


def test_days_that_pass_without_the_visit_are_told_on_the_open_case(district: District) -> None:
    _close_visit(district)
    _change_care(district, visits_every_days=7)
    district.clock.forward(days=5)
    due.run(district.platform)
    district.clock.forward(days=18)  # planned for 1 December; 8 and 15 December passed too
    done = due.run(district.platform)

    (visit,) = _visits(district)
    assert done.skipped == 1
    assert (visit["planned_for"], visit["skipped"]) == ("2026-12-01", ["2026-12-08", "2026-12-15"])
    assert due.run(district.platform).is_nothing


def test_nobody_is_visited_who_has_moved_away(district: District) -> None:
    _close_visit(district)
    with district.platform.database.write() as connection:
        held = feed.lock(connection, GRID)
        stored, gone = held.find(district.resident), {"name": "王秀英", "status": "moved", "grid": CELL}
        held.put(stored, Kind.RESIDENT, district.resident, canonical(gone))
        held.close()
    _change_care(district, visits_every_days=7)
    district.clock.forward(days=30)
    assert due.run(district.platform).opened == 0


def test_a_pass_that_dies_leaves_nothing_half_done(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [_enter(district, "urban-event", "handling", level="grid") for _ in range(3)]
    district.clock.forward(days=40)

    class Died(Exception):
        pass

    calls: list[str] = []
    wake = watch.wake

    def die(connection: sa.Connection, name: str, record: str, at: datetime | None) -> None:
        calls.append(record)
        if len(calls) == 2:
            raise Died
        wake(connection, name, record, at)

    with monkeypatch.context() as patch:
        patch.setattr(watch, "wake", die)
        with pytest.raises(Died):
            due.run(district.platform)
    assert [_trail(district, event) for event in events] == [[], [], []]
    due.run(district.platform)

    assert [_trail(district, event) for event in events] == [["escalate"] * 3] * 3
    with district.platform.database.read() as connection:
        written = connection.execute(sa.select(sa.func.count()).where(history.c.worker == due.CLOCK)).scalar_one()
    assert written == 3


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite the one writer is the lock
def test_only_one_worker_does_a_pass_at_a_time_on_postgresql(district: District) -> None:
    _enter(district, "urban-event", "handling", level="grid")
    district.clock.forward(days=40)
    with district.platform.database.read() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(:n)"), {"n": 0x67726964})
        assert due.run(district.platform).is_nothing
        connection.execute(sa.text("SELECT pg_advisory_unlock(:n)"), {"n": 0x67726964})
    assert due.run(district.platform).moves == {"escalate": 3}


def test_two_platforms_on_one_database_do_everything_once(district: District) -> None:
    events = [_enter(district, "urban-event", "handling", level="grid") for _ in range(5)]
    _close_visit(district)
    _change_care(district, visits_every_days=7)
    district.clock.forward(days=40)
    other = Platform(district.platform.database, district.folder / "other", clock=district.clock)
    threads = [threading.Thread(target=due.run, args=[each]) for each in (district.platform, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    due.run(other)

    assert [_trail(district, event) for event in events] == [["escalate"] * 3] * 5
    assert len(_visits(district)) == 1


def test_the_next_assessment_opens_before_its_day_and_only_once(district: District) -> None:
    _change_care(district, reassess_on="2027-11-24")
    district.clock.now = datetime(2027, 11, 9, 2, tzinfo=UTC)
    due.run(district.platform)
    assert _visits(district) == []
    district.clock.forward(days=1)
    due.run(district.platform)
    district.clock.forward(days=30)
    due.run(district.platform)

    (assessment,) = [case for case in _visits(district) if case["pack"] == "elderly-assessment"]
    assert (assessment["planned_for"], assessment["state"]) == ("2027-11-24", "open")


def test_the_keeper_runs_beside_the_server(district: District) -> None:
    event = _enter(district, "urban-event", "handling", level="grid")
    district.clock.now = datetime(2027, 1, 20, tzinfo=UTC)
    with due.Keeper(district.platform, every_s=0.01) as keeper:
        keeper.passed.wait(10)
    assert _trail(district, event) == ["escalate"] * 3
