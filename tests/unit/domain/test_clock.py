"""Deadlines in the units of the work: vectors counted by hand, a slow oracle that walks minute by minute, and laws."""

from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridclient.domain.calendar import CHINA, Calendar
from gridclient.domain.clock import (
    ZONE,
    Limit,
    Unit,
    deadline,
    deadlines,
    due_second,
    elapsed,
    light,
    lights,
    second,
)

_START = st.integers(0, 1_400_000).map(lambda minutes: datetime(2024, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes))
_AMOUNT = st.integers(1, 2400).map(lambda minutes: minutes / 60)
_UNITS: list[Unit] = ["urgent_hour", "work_hour", "work_day", "natural_day"]
_MINUTE = timedelta(minutes=1)


def _works(at: datetime) -> bool:
    """Whether the minute that begins at a moment is working time, by the list of holidays itself."""
    return chinese_calendar.is_workday(at.date()) and (8 <= at.hour < 12 or 14 <= at.hour < 18)  # pyright: ignore


def _oracle(start: datetime, minutes: int) -> datetime:
    at = start
    while minutes:
        minutes -= _works(at)
        at += _MINUTE
    return at


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
        ("natural_day", 3, "2026-04-30T17:30", "2026-05-03T17:30"),
    ],
)
def test_deadlines_skip_nights_week_ends_and_holidays(unit: Unit, amount: float, start: str, due: str) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=ZONE)

    assert deadline(at, amount, unit).due_at == datetime.fromisoformat(due).replace(tzinfo=ZONE)


@settings(max_examples=60, deadline=None)
@given(start=_START, minutes=st.integers(1, 2400))
def test_a_deadline_is_the_one_that_walking_minute_by_minute_gives(start: datetime, minutes: int) -> None:
    assert deadline(start, minutes / 60, "work_hour").due_at == _oracle(start, minutes)


@settings(max_examples=60, deadline=None)
@given(start=_START, minutes=st.integers(0, 30_000))
def test_elapsed_working_time_is_what_walking_minute_by_minute_counts(start: datetime, minutes: int) -> None:
    walked = sum(_works(start + n * _MINUTE) for n in range(minutes))

    assert elapsed(start, start + minutes * _MINUTE, works=True) == walked * 60
    assert elapsed(start, start + minutes * _MINUTE, works=False) == minutes * 60


def test_every_day_of_the_known_years_is_worked_as_the_list_of_holidays_says() -> None:
    days = [date(2004, 1, 1) + timedelta(days=n) for n in range(23 * 365 + 5)]

    assert [CHINA.works_on(day) for day in days] == [chinese_calendar.is_workday(day) for day in days]  # pyright: ignore


@pytest.mark.parametrize(
    ("start", "estimated"), [("2090-01-02", True), ("2026-12-31T17:00", True), ("2026-12-30T09:00", False)]
)
def test_beyond_the_known_years_a_deadline_says_that_it_is_estimated(start: str, estimated: bool) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=ZONE)

    assert deadline(at, 4, "work_hour").estimated is estimated
    assert not deadline(at, 4, "urgent_hour").estimated


def test_a_pack_overrides_hours_holidays_and_how_far_they_are_known() -> None:
    shift = Calendar(hours=((9 * 3600, 16 * 3600),), changed={date(2027, 1, 1): False}, known_until=date(2027, 12, 31))
    eve = datetime(2026, 12, 31, 15, tzinfo=ZONE)

    assert deadline(eve, 2, "work_hour").due_at == datetime(2026, 12, 31, 17, tzinfo=ZONE)
    assert deadline(eve, 2, "work_hour", shift).due_at == datetime(2027, 1, 4, 10, tzinfo=ZONE)
    assert deadline(eve, 1, "work_day", shift).due_at == datetime(2027, 1, 4, 15, tzinfo=ZONE)
    assert not deadline(eve, 2, "work_hour", shift).estimated


@pytest.mark.parametrize("hours", [(), ((0, 0),), ((3600, 7200), (5400, 9000)), ((-1, 5),), ((0, 86_401),)])
def test_working_hours_that_make_no_sense_are_refused(hours: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="hours"):
        Calendar(hours=hours)


def test_a_moment_without_a_time_zone_or_before_1970_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        deadline(datetime(2026, 1, 1), 1, "work_hour")  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="1970"):
        CHINA.worked(-10 * 86_400)


@given(start=_START, first=_AMOUNT, second=_AMOUNT, unit=st.sampled_from(_UNITS))
def test_time_adds_up(start: datetime, first: float, second: float, unit: Unit) -> None:
    once = deadline(start, first + second, unit).due_at
    twice = deadline(deadline(start, first, unit).due_at, second, unit).due_at

    assert abs(once - twice) <= timedelta(seconds=1)  # each amount is rounded to a second


@given(start=_START, later=st.integers(0, 10_000), amount=_AMOUNT, more=_AMOUNT, unit=st.sampled_from(_UNITS))
def test_a_later_start_or_a_longer_limit_never_ends_earlier(
    start: datetime, later: int, amount: float, more: float, unit: Unit
) -> None:
    due = deadline(start, amount, unit).due_at

    assert deadline(start + timedelta(minutes=later), amount, unit).due_at >= due
    assert deadline(start, amount + more, unit).due_at > due


@given(start=_START, amount=_AMOUNT)
def test_the_time_between_a_start_and_its_deadline_is_the_limit(start: datetime, amount: float) -> None:
    assert elapsed(start, deadline(start, amount, "work_hour").due_at, works=True) == round(amount * 3600)


@given(starts=st.lists(_START, min_size=1, max_size=20), amount=_AMOUNT, unit=st.sampled_from(_UNITS), now=_START)
def test_many_at_once_are_what_each_is_alone(starts: list[datetime], amount: float, unit: Unit, now: datetime) -> None:
    limit, begins = Limit(amount, unit), [second(start) for start in starts]

    dues = deadlines(begins, limit)

    assert dues == [second(deadline(start, amount, unit).due_at) for start in starts]
    assert dues == [due_second(begin, limit.seconds(), limit.works) for begin in begins]
    for start, due, seen in zip(starts, dues, lights(begins, dues, second(now), limit), strict=True):
        used = elapsed(start, now, works=limit.works)
        assert seen == ("red" if second(now) > due else light(used, limit.seconds()))


def test_the_light_turns_at_80_and_100_percent() -> None:
    assert [light(used, 100) for used in (0, 79.9, 80, 100, 100.1)] == ["green", "green", "yellow", "yellow", "red"]
