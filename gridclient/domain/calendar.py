"""Working time: which days and hours are worked, and how much of it lies before any moment.

Every working day has the same hours, so two tables answer everything: how many working days lie before a day, and
which day is the n-th working day. Moments are whole seconds since 1970 UTC; the calendar is that of China, which has
kept UTC+8 without summer time since 1992. Counts from 1970 to 2199 and refuses what lies outside.
"""

from array import array
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from itertools import accumulate, pairwise
from typing import Any

from chinese_calendar import constants as _constants

_listed: Any = _constants  # has no types: two tables by day, of holidays and of week-end days that are worked

OFFSET_S = 8 * 3600
DAY_S = 86_400
Period = tuple[int, int]
OFFICE_HOURS: tuple[Period, ...] = ((8 * 3600, 12 * 3600), (14 * 3600, 18 * 3600))
_FIRST, _LAST = date(1970, 1, 1), date(2199, 12, 31)
_EPOCH = _FIRST.toordinal()


class Calendar:
    """The working time of one place: national holidays and exchanged week-ends, and what a pack says otherwise.

    `changed` names days that are worked, or not, against the national list; `known_until` is the last day whose
    holidays are known, by default the last that the national list has.
    """

    def __init__(
        self,
        hours: tuple[Period, ...] = OFFICE_HOURS,
        changed: Mapping[date, bool] | None = None,
        known_until: date | None = None,
    ) -> None:
        if not hours or any(not 0 <= begin < end <= DAY_S for begin, end in hours):
            raise ValueError("working hours are periods within a day")
        if any(earlier[1] > later[0] for earlier, later in pairwise(hours)):
            raise ValueError("working hours come in order and do not overlap")
        if any(not _FIRST <= day <= _LAST for day in (*(changed or {}), *([known_until] if known_until else []))):
            raise ValueError("the calendar has the days from 1970 to 2199")
        self._hours = hours
        self._changed = dict(changed or {})
        self._known_until = known_until
        self.day_s = sum(end - begin for begin, end in hours)

    @property
    def hours(self) -> tuple[Period, ...]:
        """The periods of work of a working day, in seconds of the day."""
        return self._hours

    @property
    def own_days(self) -> int:
        """How many days are worked, or not, against the national list."""
        return len(self._changed)

    @property
    def known_until(self) -> date:
        """The last day whose holidays are known."""
        return self._known_until or _national()[2]

    def worked(self, at: int) -> int:
        """The seconds of working time from 1970 to a moment."""
        day, second = divmod(at + OFFSET_S, DAY_S)
        if day < 0:
            raise ValueError("working time is counted from 1970")
        before, days = self._before, self._before[day]
        return days * self.day_s + (self._inside[second] if before[day + 1] != days else 0)

    def when(self, worked: int) -> int:
        """The earliest moment before which that much working time lies; at least one second."""
        if worked < 1:
            raise ValueError("working time begins with its first second")
        day, rest = divmod(worked - 1, self.day_s)
        return self._days[day] * DAY_S - OFFSET_S + self._outside[rest]

    def after(self, starts: Sequence[int], seconds: int) -> list[int]:
        """For each start the moment when so much working time is over: `when(worked(start) + seconds)`, in one loop."""
        if seconds < 1 or (starts and min(starts) < -OFFSET_S):
            raise ValueError("working time is counted from 1970, and begins with its first second")
        before, days, inside, outside, day_s = self._before, self._days, self._inside, self._outside, self.day_s
        found: list[int] = []
        for start in starts:
            day, second = divmod(start + OFFSET_S, DAY_S)
            worked = before[day] * day_s + seconds - 1
            if before[day + 1] != before[day]:
                worked += inside[second]
            found.append(days[worked // day_s] * DAY_S - OFFSET_S + outside[worked % day_s])
        return found

    def works_on(self, day: date) -> bool:
        """Whether a day is a working day."""
        number = day.toordinal() - _EPOCH
        return self._before[number + 1] != self._before[number]

    def is_known(self, begin: int, end: int) -> bool:
        """Whether the holidays of every day from one moment to another are known."""
        first, last = self._known
        return first <= (begin + OFFSET_S) // DAY_S and (end + OFFSET_S) // DAY_S <= last

    @cached_property
    def _works(self) -> list[bool]:
        works = list(_national()[0])
        for day, is_worked in self._changed.items():
            works[day.toordinal() - _EPOCH] = is_worked
        return works

    @cached_property
    def _before(self) -> "array[int]":
        return array("i", accumulate(self._works, initial=0))

    @cached_property
    def _days(self) -> "array[int]":
        return array("i", (day for day, works in enumerate(self._works) if works))

    @cached_property
    def _inside(self) -> "array[int]":
        """By second of the day: the working seconds before it."""
        inside, before, last = array("i"), 0, 0
        for begin, end in (*self._hours, (DAY_S, DAY_S)):
            inside.extend([before] * (begin - last))
            inside.extend(range(before, before + end - begin))
            before, last = before + end - begin, end
        return inside

    @cached_property
    def _outside(self) -> "array[int]":
        """By working seconds, less one: the second of the day that ends them."""
        return array("i", (second for begin, end in self._hours for second in range(begin + 1, end + 1)))

    @cached_property
    def _known(self) -> Period:
        return _national()[1].toordinal() - _EPOCH, self.known_until.toordinal() - _EPOCH


@cache
def _national() -> tuple[tuple[bool, ...], date, date]:
    """Day by day whether it is worked (week-ends alone decide beyond the list), and the list's first and last day."""
    works = [(number + _EPOCH) % 7 not in (0, 6) for number in range(_LAST.toordinal() - _EPOCH + 2)]
    for days, is_worked in ((_listed.holidays, False), (_listed.workdays, True)):
        for day in days:
            works[day.toordinal() - _EPOCH] = is_worked
    years = [day.year for day in _listed.holidays]
    return tuple(works), date(min(years), 1, 1), date(max(years), 12, 31)


CHINA = Calendar()
