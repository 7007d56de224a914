"""The clocks of the work: when something is due, how much of its time is used, and which light that gives.

Urgent hours and natural days run on; work hours and work days count working time only (`calendar`), and one work day
is the working hours of one day. Beyond the years whose holidays are known, week-ends alone decide and the result says
that it is estimated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from gridclient.domain.calendar import CHINA, DAY_S, Calendar
from gridclient.domain.zone import ZONE

__all__ = ["Deadline", "Light", "Limit", "Unit", "deadline", "deadlines", "due_second", "elapsed", "light"]

Unit = Literal["urgent_hour", "work_hour", "work_day", "natural_day"]
Light = Literal["green", "yellow", "red"]
YELLOW_FROM = 0.8


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take, in the unit that its standard uses."""

    amount: float
    unit: Unit

    @property
    def works(self) -> bool:
        """Whether only working time counts."""
        return self.unit in ("work_hour", "work_day")

    def seconds(self, calendar: Calendar = CHINA) -> int:
        """The limit in seconds of its own kind of time."""
        match self.unit:
            case "urgent_hour" | "work_hour":
                return round(self.amount * 3600)
            case "work_day":
                return round(self.amount * calendar.day_s)
            case "natural_day":
                return round(self.amount * DAY_S)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due, aware; `estimated`: the holidays of some day on the way are not known."""

    due_at: datetime
    estimated: bool


def second(moment: datetime) -> int:
    """An aware moment as whole seconds since 1970 UTC, as the calendar counts."""
    if moment.tzinfo is None:
        raise ValueError("a clock needs an aware moment")
    return int(moment.timestamp())


def due_second(start: int, seconds: int, works: bool, calendar: Calendar = CHINA) -> int:
    """The moment when so many seconds, of working time or of all time, are over."""
    return calendar.when(calendar.worked(start) + seconds) if works and seconds else start + seconds


def deadline(start: datetime, amount: float, unit: Unit, calendar: Calendar = CHINA) -> Deadline:
    """When `amount` of a unit after an aware moment is over."""
    begin, limit = second(start), Limit(amount, unit)
    end = due_second(begin, limit.seconds(calendar), limit.works, calendar)
    return Deadline(local(end), limit.works and not calendar.is_known(begin, end))


def deadlines(starts: Sequence[int], limit: Limit, calendar: Calendar = CHINA) -> list[int]:
    """The due seconds of many that began at different moments under one limit."""
    seconds = limit.seconds(calendar)
    if not limit.works or not seconds:
        return [start + seconds for start in starts]
    return calendar.after(starts, seconds)


def lights(
    starts: Sequence[int], dues: Sequence[int], now: int, limit: Limit, calendar: Calendar = CHINA
) -> list[Light]:
    """The lights of many under one limit at one moment."""
    yellow_at = limit.seconds(calendar) * YELLOW_FROM
    by_now, worked = calendar.worked(now), calendar.worked
    found: list[Light] = []
    for start, due in zip(starts, dues, strict=True):
        used = by_now - worked(start) if limit.works else now - start
        found.append("red" if now > due else "yellow" if used >= yellow_at else "green")
    return found


def elapsed(start: datetime, end: datetime, *, works: bool, calendar: Calendar = CHINA) -> int:
    """The seconds, of working time or of all time, between two moments."""
    begin, until = second(start), second(end)
    return calendar.worked(until) - calendar.worked(begin) if works else until - begin


def light(used: float, allowed: float) -> Light:
    """Green below 80 % of the time, yellow up to 100 %, red beyond."""
    return "red" if used > allowed else "yellow" if used >= allowed * YELLOW_FROM else "green"


def local(at: int) -> datetime:
    """A moment in seconds as people here read it."""
    return datetime.fromtimestamp(at, UTC).astimezone(ZONE)
