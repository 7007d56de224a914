"""The domain's types as records keep them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from gridclient.domain.cases import Case
from gridclient.domain.divisions import BadCode
from gridclient.domain.fields import BadFields, read, write
from gridclient.domain.people import Care, Living, Resident
from gridclient.domain.places import Grid, Place
from gridclient.domain.record import Value

RESIDENT: dict[str, Value] = {
    "name": "合成居民", "sex": "2", "birth": "1942-03-05", "household": "h-1", "address": "测试路 1 弄 2 号 302 室",
    "building": "2", "unit": "1", "room": "302", "grid": "310115125001001", "living": "alone", "tags": ["elder"],
    "status": "present",
}  # fmt: skip
CHINA = timezone(timedelta(hours=8))


def test_what_is_read_is_written_back_as_it_was() -> None:
    person = read(Resident, RESIDENT)

    assert (person.birth, person.living, person.note) == (date(1942, 3, 5), Living.ALONE, None)
    assert write(person) == RESIDENT


def test_fields_of_a_newer_program_are_left_alone() -> None:
    assert read(Resident, {**RESIDENT, "blood_group": "A"}) == read(Resident, RESIDENT)


@pytest.mark.parametrize(
    ("name", "value"), [("sex", "x"), ("birth", "1942-02-30"), ("living", "moon"), ("tags", "elder"), ("name", 3)]
)
def test_a_field_of_the_wrong_type_is_refused_and_named(name: str, value: Value) -> None:
    with pytest.raises(BadFields, match=name):
        read(Resident, {**RESIDENT, name: value})


def test_a_missing_field_is_refused_and_named() -> None:
    with pytest.raises(BadFields, match="grid"):
        read(Place, {"name": "店", "category": "food", "address": "测试路 1 号"})


def test_moments_are_written_in_utc_and_whole_seconds() -> None:
    at = datetime(2026, 11, 24, 10, 21, 30, 999, tzinfo=CHINA)
    care = Care("r-1", "key", [], False, 30, "310115125001001", at)

    assert write(care)["last_visit_at"] == "2026-11-24T02:21:30Z"
    assert read(Care, write(care)).last_visit_at == datetime(2026, 11, 24, 2, 21, 30, tzinfo=UTC)


def test_a_case_is_late_when_its_time_is_over_or_was_when_it_was_closed() -> None:
    due = datetime(2026, 11, 24, 9, tzinfo=UTC)
    open_ = Case("1", "t", "visit", "a", "g", "w", "plan", due_at=due)
    closed = Case("1", "t", "visit", "a", "g", "w", "plan", due_at=due, closed_at=due - timedelta(hours=1))

    assert not open_.is_overdue(due)
    assert open_.is_overdue(due + timedelta(seconds=1))
    assert not closed.is_overdue(due + timedelta(days=9))


@pytest.mark.parametrize(("code", "division"), [("310115125001", "310115125"), ("310115125001001", "310115125002")])
def test_a_cell_lies_in_the_division_that_its_code_says(code: str, division: str) -> None:
    with pytest.raises(BadCode):
        Grid(code, "第 1 网格", division)
