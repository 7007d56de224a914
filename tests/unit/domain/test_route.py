"""A day's visits go door after door."""

import random

from hypothesis import given
from hypothesis import strategies as st

from gridclient.domain.route import Stop, as_kept, in_order, moved, stop_of

_numbers = st.integers(1, 12).map(str)
_stops = st.lists(
    st.builds(Stop, st.uuids().map(str), _numbers.map("{} 号楼".format), _numbers, st.integers(101, 1204).map(str)),
    max_size=30,
)


def test_numbers_count_as_numbers_and_rooms_go_up_the_stairs() -> None:
    doors = [("10 号楼", "1", "101"), ("2 号楼", "2", "302"), ("2 号楼", "1", "1002"), ("2 号楼", "1", "302")]
    stops = [stop_of(str(n), {"building": b, "unit": u, "room": r}) for n, (b, u, r) in enumerate(doors)]
    assert [stop.case for stop in in_order(stops)] == ["3", "2", "1", "0"]


def test_two_buildings_with_one_number_in_two_lanes_are_not_mixed() -> None:
    doors = [("9 弄 2 号 101 室", "101"), ("80 弄 2 号 102 室", "102"), ("9 弄 2 号 103 室", "103")]
    stops = [Stop(room, "2", "1", room, address) for address, room in doors]

    assert [stop.room for stop in in_order(stops)] == ["101", "103", "102"]


@given(stops=_stops, seed=st.randoms())
def test_no_building_is_entered_twice_whatever_the_order_was(stops: list[Stop], seed: random.Random) -> None:
    shuffled = list(stops)
    seed.shuffle(shuffled)
    ordered = in_order(shuffled)
    buildings = [stop.building for stop in ordered]

    assert ordered == in_order(stops)
    entered = [name for n, name in enumerate(buildings) if n == 0 or buildings[n - 1] != name]
    assert len(entered) == len(set(entered))


def test_an_order_that_was_given_holds_and_what_came_since_stands_after_what_it_follows_by_itself() -> None:
    assert as_kept(["1", "2", "3", "4"], ["3", "1", "gone", "2"]) == ["3", "4", "1", "2"]
    assert as_kept(["0", "1"], ["1"]) == ["0", "1"]
    assert as_kept(["1", "2"], []) == ["1", "2"]


def test_a_stop_moves_past_the_one_beside_it_and_also_past_what_is_not_shown_between() -> None:
    assert moved(["1", "2", "3", "4"], "3", "2") == ["1", "3", "2", "4"]
    assert moved(["1", "2", "3", "4"], "2", "3") == ["1", "3", "2", "4"]
    assert moved(["1", "2", "3", "4"], "1", "4") == ["2", "3", "4", "1"]
