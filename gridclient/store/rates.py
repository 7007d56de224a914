"""What a supervisor's board counts: rates of a period with what they were counted from, and the hours of a day.

A rate is over the cases whose deadline fell into the period and is over, from what is on this PC; one formula each,
which stands beside the number. The reading is apart from the counting, which is pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy.engine import Connection

from gridclient.domain.record import iso
from gridclient.domain.zone import ZONE

FEW = 10  # below it a rate says little
_LATE_DAYS = 60  # a case may be closed that long before or after its deadline and is still found by it
_FILE = "CAST(coalesce(s.payload, b.payload) AS TEXT)"
_REWORK = "('rework', 'fail')"  # the moves by which a case goes back to whoever had handled it


class Period(StrEnum):
    """What the rates are of; the week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def first(self, day: date) -> date:
        """The first day of the period that a day is in."""
        match self:
            case Period.DAY:
                return day
            case Period.WEEK:
                return day - timedelta(days=day.weekday())
            case Period.MONTH:
                return day.replace(day=1)

    def before(self, first: date) -> date:
        """The first day of the period before the one that begins on a day."""
        return self.first(first - timedelta(days=1))


class Rate(StrEnum):
    """What is counted."""

    ON_TIME = "on_time"
    RETURNED = "returned"
    REWORKED = "reworked"


@dataclass(frozen=True, slots=True)
class Counted:
    """A case as the rates see it; moments are UTC (ISO), empty where there is none."""

    id: str
    title: str
    place: str
    worker: str
    due_at: str
    opened_at: str
    sent_at: str  # when whoever had it was done with it
    is_returned: bool  # a supervisor sent it back at least once
    is_reworked: bool  # it did not pass its check and was handled again

    @property
    def is_late(self) -> bool:
        """Whether its deadline passed before it was done."""
        return not self.sent_at or self.sent_at > self.due_at


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate: how many of how many, and the cases that made it worse."""

    rate: Rate
    count: int
    base: int
    against: tuple[Counted, ...]

    @property
    def percent(self) -> float | None:
        """The rate in percent; None when there is nothing to divide by."""
        return 100 * self.count / self.base if self.base else None


@dataclass(frozen=True, slots=True)
class Hour:
    """How many cases came and how many were done in one hour of a day."""

    hour: int
    new: int
    done: int


def counted(connection: Connection, since: date, today: date) -> list[Counted]:
    """The cases that the rates since a day and the hours of today are counted from, without those made void."""
    first = iso(datetime.combine(min(since, today - timedelta(days=_LATE_DAYS)), time(), ZONE))
    last = iso(datetime.combine(today + timedelta(days=_LATE_DAYS), time(), ZONE))
    found: list[Counted] = []
    for state in ("IS NOT", "IS"):  # as the indexes say it
        rows = connection.exec_driver_sql(
            "SELECT b.id, s.title, s.place, s.assignee, s.due_at, "
            f"json_extract({_FILE}, '$.opened_at') AS opened_at, "
            f"coalesce(json_extract({_FILE}, '$.submitted_at'), json_extract({_FILE}, '$.closed_at')) AS sent_at, "
            f"coalesce(json_extract({_FILE}, '$.comments'), '{{}}') <> '{{}}' AS returned, "
            f"EXISTS (SELECT 1 FROM json_each({_FILE}, '$.trail') t WHERE json_extract(t.value, '$.do') IN {_REWORK}) "
            f"AS reworked FROM shown s JOIN base b USING (rid) WHERE s.kind = 'case' AND s.state {state} 'closed' "
            "AND s.due_at BETWEEN ? AND ? AND s.state IS NOT 'void'",
            (first, last),
        )
        found += (
            Counted(
                row.id, row.title or "", row.place or "", row.assignee or "", row.due_at, row.opened_at or "",
                row.sent_at or "", bool(row.returned), bool(row.reworked),
            )
            for row in rows
        )  # fmt: skip
    return found


def figures(cases: Iterable[Counted], since: datetime, until: datetime) -> list[Figure]:
    """The rates over the cases whose deadline fell between two moments."""
    first, last = iso(since), iso(until)
    due = [case for case in cases if first <= case.due_at < last]
    sent = [case for case in due if case.sent_at]
    late, returned = [case for case in due if case.is_late], [case for case in sent if case.is_returned]
    reworked = [case for case in sent if case.is_reworked]
    return [
        Figure(Rate.ON_TIME, len(due) - len(late), len(due), tuple(late)),
        Figure(Rate.RETURNED, len(returned), len(sent), tuple(returned)),
        Figure(Rate.REWORKED, len(reworked), len(sent), tuple(reworked)),
    ]


def hours(cases: Sequence[Counted], today: date) -> list[Hour]:
    """The hours of a day in the city's time, office hours at least, and whatever came or was done outside of them."""
    came, done = (
        [moment.hour for each in moments if each and (moment := _local(each)).date() == today]
        for moments in ((case.opened_at for case in cases), (case.sent_at for case in cases))
    )
    span = range(min([8, *came, *done]), max([17, *came, *done]) + 1)
    return [Hour(hour, came.count(hour), done.count(hour)) for hour in span]


def _local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(ZONE)
