"""The clocks of the work: when something is due, counted in the units that standards use.

Urgent hours and natural days run on; work hours and work days count 08-12 and 14-18 on working days only, with
public holidays and the working week-ends in exchange for them. One work day is eight work hours. Beyond the years
whose holidays are known, week-ends alone decide and the result says that it is estimated.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import chinese_calendar

_calendar: Any = chinese_calendar  # has no types

ZONE = ZoneInfo("Asia/Shanghai")
Unit = Literal["urgent_hour", "work_hour", "work_day", "natural_day"]
Light = Literal["green", "yellow", "red"]
_HOURS = ((time(8), time(12)), (time(14), time(18)))
_DAY = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due, aware; `estimated`: the holidays of some day on the way are not known."""

    due_at: datetime
    estimated: bool


def deadline(start: datetime, amount: float, unit: Unit) -> Deadline:
    """When `amount` of a unit after an aware moment is over."""
    if start.tzinfo is None:
        raise ValueError("a deadline starts at an aware moment")
    at = start.astimezone(ZONE)
    match unit:
        case "urgent_hour":
            return Deadline(at + timedelta(hours=amount), False)
        case "natural_day":
            return Deadline(at + timedelta(days=amount), False)
        case "work_hour":
            return _count(at, timedelta(hours=amount))
        case "work_day":
            return _count(at, _DAY * amount)


def _count(at: datetime, left: timedelta) -> Deadline:
    estimated = False
    day = at.date()
    while True:
        works, known = works_on(day)
        estimated = estimated or not known
        if works:
            for begin, end in _HOURS:
                opens, closes = (datetime.combine(day, hour, ZONE) for hour in (begin, end))
                free = closes - max(at, opens)
                if free <= timedelta(0):
                    continue
                if left <= free:
                    return Deadline(max(at, opens) + left, estimated)
                left -= free
        day += timedelta(days=1)


def works_on(day: date) -> tuple[bool, bool]:
    """Whether a day is a working day, and whether its holidays are known."""
    try:
        return bool(_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() < 5, False


def light(start: datetime, due_at: datetime, now: datetime) -> Light:
    """Green below 80 % of the time, yellow up to 100 %, red beyond."""
    if now > due_at:
        return "red"
    return "yellow" if now - start >= (due_at - start) * 0.8 else "green"
