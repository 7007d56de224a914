"""Deadlines in the units of the work, against dates counted by hand, and against their own laws."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridclient.domain.clock import ZONE, Unit, deadline, light

_START = st.integers(0, 1_400_000).map(lambda minutes: datetime(2024, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes))
_AMOUNT = st.integers(1, 2400).map(lambda minutes: minutes / 60)


@pytest.mark.parametrize(
    ("unit", "amount", "start", "due"),
    [
        ("urgent_hour", 2, "2026-03-13T17:00", "2026-03-13T19:00"),
        ("work_hour", 4, "2026-03-13T17:00", "2026-03-16T11:00"),
        ("work_hour", 2, "2026-03-13T12:30", "2026-03-13T16:00"),
        ("work_day", 1, "2026-03-13T17:00", "2026-03-16T17:00"),
        ("work_hour", 4, "2026-02-13T17:00", "2026-02-14T11:00"),
        ("work_day", 1, "2026-02-14T17:00", "2026-02-24T17:00"),
        ("work_day", 3, "2026-04-30T17:30", "2026-05-08T17:30"),
    ],
)
def test_deadlines_skip_nights_week_ends_and_holidays(unit: Unit, amount: float, start: str, due: str) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=ZONE)

    assert deadline(at, amount, unit).due_at == datetime.fromisoformat(due).replace(tzinfo=ZONE)


def test_beyond_the_known_years_a_deadline_says_that_it_is_estimated() -> None:
    assert deadline(datetime(2090, 1, 2, 9, tzinfo=ZONE), 4, "work_hour").estimated


@given(start=_START, first=_AMOUNT, second=_AMOUNT)
def test_working_time_adds_up(start: datetime, first: float, second: float) -> None:
    once = deadline(start, first + second, "work_hour").due_at
    twice = deadline(deadline(start, first, "work_hour").due_at, second, "work_hour").due_at

    assert abs(once - twice) < timedelta(seconds=1)


@given(start=_START, later=st.integers(0, 10_000), amount=_AMOUNT)
def test_a_later_start_never_ends_earlier(start: datetime, later: int, amount: float) -> None:
    after = deadline(start + timedelta(minutes=later), amount, "work_hour").due_at

    assert after >= deadline(start, amount, "work_hour").due_at


def test_the_light_turns_at_80_and_100_percent() -> None:
    start, due = datetime(2026, 3, 2, 8, tzinfo=ZONE), datetime(2026, 3, 2, 18, tzinfo=ZONE)

    assert [light(start, due, start + timedelta(hours=h)) for h in (7.9, 8, 10, 10.1)] == [
        "green", "yellow", "yellow", "red",
    ]  # fmt: skip
