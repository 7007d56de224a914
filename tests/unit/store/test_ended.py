"""A case that came to an end of its own pack is finished everywhere, not only one that is `closed`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridclient.domain.record import Kind, Value, new_id
from gridclient.store import board, places, residents, urging
from gridclient.store.cache import Cache
from gridclient.store.ending import UNENDED, ends_of
from gridclient.store.shown import find
from gridclient.store.work import Actor, NotAllowed
from gridclient.workflow import Shelf, load_packs
from tests.unit.store.filled import filled

PACKS = Shelf.holding(load_packs(Path(__file__).parents[3] / "forms").values())
NOW, LATE = "2026-11-24T02:00:00Z", "2026-11-20T02:00:00Z"
PLACE, RESIDENT = new_id(), new_id()
REFUSAL: dict[str, Value] = {"answers.consent": {"agreed": "no"}}
URGED: dict[str, Value] = {"text": "today, please", "by": "w-zhao", "at": LATE}


def _case(pack: str, state: str, **fields: Value) -> tuple[str, Kind, dict[str, Value]]:
    common: dict[str, Value] = {"title": f"{pack} {state}", "due_at": LATE, "assignee": "w-lin", "urged": URGED}
    return new_id(), Kind.CASE, {"pack": pack, "state": state, **common, **fields}


ORDERED = _case("gas-safety", "ordered", place=PLACE, submitted_at=LATE)
DECLINED = _case("elderly-assessment", "declined", resident=RESIDENT, **REFUSAL)
AGAIN = _case("elderly-assessment", "open", resident=RESIDENT)
RECORDS = [
    (PLACE, Kind.PLACE, {"name": "甲商铺"}), (RESIDENT, Kind.RESIDENT, {"name": "甲"}), ORDERED, DECLINED, AGAIN,
    _case("hazard", "fixed", place=PLACE), _case("urban-event", "refused"), _case("urban-event", "void"),
    _case("curtain-wall", "handed-over"), _case("elderly-visit", "closed"),
]  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """One open case among those that ended in every way that the shipped packs have."""
    opened = filled(tmp_path, "grid:310115125001001", RECORDS)
    yield opened
    opened.close()


def test_the_board_counts_and_lists_only_what_is_not_ended(cache: Cache) -> None:
    with cache.read() as connection:
        loads = [(load.worker, load.open, load.overdue) for load in board.loads(connection, PACKS, NOW)]
        pressing = [case.id for case in board.pressing(connection, PACKS, NOW)]

    assert (loads, pressing) == ([("w-lin", 1, 1)], [AGAIN[0]])


def test_an_ended_case_waits_for_no_reply_and_cannot_be_urged(cache: Cache) -> None:
    with cache.read() as connection:
        waiting = [urge.case for urge in urging.urges(connection, PACKS)]
    with pytest.raises(NotAllowed), cache.write() as tx:
        urging.urge(tx, PACKS, ORDERED[0], "now", Actor("w-zhao", "supervisor"))

    assert waiting == [AGAIN[0]]


def test_a_place_remembers_a_check_that_ended_in_an_order(cache: Cache) -> None:
    with cache.read() as connection:
        file = places.file_of(connection, PACKS, PLACE)

    assert file is not None
    assert file.last is not None
    assert (file.last.id, file.last.at) == (ORDERED[0], LATE)
    assert [hazard.is_ended for hazard in file.hazards] == [True]


def test_an_assessment_that_was_declined_is_the_earlier_visit_and_lies_below_the_open_one(cache: Cache) -> None:
    with cache.read() as connection:
        case, file = find(connection, AGAIN[0]), residents.file_of(connection, PACKS, RESIDENT)
        assert case is not None
        last = residents.last_visit(connection, PACKS, case)

    assert last is not None
    assert last.id == DECLINED[0]
    assert file is not None
    assert [(each.id, each.is_ended) for each in file.cases] == [(AGAIN[0], False), (DECLINED[0], True)]


def test_a_state_is_an_end_only_in_the_packs_that_say_so() -> None:
    assert PACKS.ends("gas-safety", "ordered")
    assert not PACKS.ends("elderly-visit", "ordered")
    assert PACKS.ends("of another day", "closed")
    assert not PACKS.ends("of another day", "open")


def test_what_is_not_ended_is_found_by_the_index_of_open_cases(cache: Cache) -> None:
    with cache.read() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN SELECT count(*) FROM shown s WHERE s.kind = 'case' AND {UNENDED}", (ends_of(PACKS),)
        ).all()

    assert any("USING COVERING INDEX shown_unclosed" in row.detail for row in plan)
