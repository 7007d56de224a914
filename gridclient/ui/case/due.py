"""Why a case is due when it is: which clock presses, since when, by which rule, with which pauses. No widgets.

The platform's clock is the one that counts: what it has not confirmed yet is told as counted on this PC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from gridclient.domain.calendar import Calendar
from gridclient.domain.clock import Limit, second
from gridclient.domain.timer import Pause, Timer
from gridclient.domain.zone import ZONE
from gridclient.store.shown import Shown
from gridclient.text import pick, tr
from gridclient.workflow import Pack, clocks_of, pressing
from gridclient.workflow.clocks import timer_due

Part = Literal["used", "left", "paused"]
_SLOT_S = 900
_MOST_DAYS = 12
_TOLERANCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day on the way to the deadline: what of it counted, as parts from one hour to another."""

    day: date
    counted_s: int
    parts: tuple[tuple[float, float, Part], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How a deadline came about: the part of the work that it is for, and all that the clock kept."""

    what: str
    since: datetime
    limit: Limit
    extensions: int
    pauses: tuple[Pause, ...]
    calendar: Calendar
    used_s: int
    allowed_s: int
    days: tuple[Day, ...]  # none where all time counts


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline, explained; one that was given with the case and not counted by the pack's rule has no `counted`."""

    due_at: datetime
    estimated: bool  # the holidays of a day on the way are not known yet
    is_confirmed: bool  # by the platform
    counted: Counted | None = None


def explain_due(pack: Pack, case: Shown, now: datetime) -> Due | None:
    """Why a case is due when it is; None for one without a deadline."""
    clocks = clocks_of(case.fields)
    timer = pressing(pack, clocks, now) or (list(clocks.values())[-1] if clocks else None)
    what = next((name for name, each in clocks.items() if each is timer), "")
    is_confirmed = case.pending == 0
    if timer is None:
        if not case.text("opened_at") or not case.text("due_at"):
            return None
        timer = Timer(datetime.fromisoformat(case.text("opened_at")), pack.deadline.limit())
        told = datetime.fromisoformat(case.text("due_at"))
        if abs(timer.due(now, pack.calendar).due_at - told) > _TOLERANCE:
            return Due(told, False, is_confirmed)
    calendar, due = pack.calendar, timer_due(pack, timer, now)
    days = tuple(_days(timer, due.due_at, now, calendar)) if timer.limit.works else ()
    counted = Counted(
        _part_of_work(pack, case, what), timer.start, timer.limit, timer.extensions, timer.pauses, calendar,
        timer.used_s(now, calendar), timer.allowed_s(calendar), days,
    )  # fmt: skip
    return Due(due.due_at, due.estimated, is_confirmed, counted)


def _part_of_work(pack: Pack, case: Shown, clock: str) -> str:
    """The state that the clock belongs to, or the whole case."""
    now = pack.state(case.text("state"))
    owners = [state for state in pack.states if state.clock and state.clock.name == clock]
    owner = now if now in owners else next(iter(owners), None)
    return tr("the whole case") if owner is None else pick(owner.title)


def _days(timer: Timer, due_at: datetime, now: datetime, calendar: Calendar) -> Iterator[Day]:
    first, last = timer.start.astimezone(ZONE).date(), due_at.astimezone(ZONE).date()
    count = min((last - first).days + 1, _MOST_DAYS)
    for day in (last - timedelta(days=n) for n in range(count - 1, -1, -1)):
        parts: list[tuple[float, float, Part]] = []
        counted = 0
        for number in range(0, 24 * 3600 // _SLOT_S):
            begin = datetime.combine(day, time(), ZONE) + timedelta(seconds=number * _SLOT_S)
            end = begin + timedelta(seconds=_SLOT_S)
            begin, end = max(begin, timer.start), min(end, due_at)
            worked = calendar.worked(second(end)) - calendar.worked(second(begin)) if end > begin else 0
            if worked > 0:
                part = _part(timer, begin, now)
                counted += worked if part == "used" else 0
                hour = number * _SLOT_S / 3600
                if parts and parts[-1][1] == hour and parts[-1][2] == part:
                    parts[-1] = (parts[-1][0], hour + _SLOT_S / 3600, part)
                else:
                    parts.append((hour, hour + _SLOT_S / 3600, part))
        yield Day(day, counted, tuple(parts))


def _part(timer: Timer, at: datetime, now: datetime) -> Part:
    if any(pause.begin <= at < pause.until(now) for pause in timer.pauses):
        return "paused"
    return "used" if at < now else "left"
