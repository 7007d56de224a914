"""The clock in words: how much time is left and when it ends, as a person on the street says it."""

from datetime import datetime

from gridclient.domain.calendar import CHINA, Calendar
from gridclient.domain.timer import Timer
from gridclient.domain.zone import ZONE
from gridclient.text import tr


def time_left(timer: Timer, now: datetime, calendar: Calendar = CHINA) -> str:
    """For example “还剩 3 工作时，周一 11:00 到期”; says when it is on hold, over, done or estimated."""
    due = timer.due(now, calendar)
    if timer.stopped is not None:
        return tr("done in time") if not timer.is_overdue(now, calendar) else tr("done, but late")
    left = timer.allowed_s(calendar) - timer.used_s(now, calendar)
    when = moment(due.due_at, now)
    if timer.is_paused(now):
        return tr("on hold until {when} at the latest", when=moment(timer.pauses[-1].latest, now))
    said = _over(timer, -left, calendar) if timer.is_overdue(now, calendar) else _left(timer, left, when, calendar)
    return tr("{left} (estimated: the holidays of that year are not known yet)", left=said) if due.estimated else said


def _left(timer: Timer, seconds: int, when: str, calendar: Calendar) -> str:
    if seconds < 3600:
        n = str(seconds // 60)
        if timer.limit.works:
            return tr("{n} min of working time left, due {when}", n=n, when=when)
        return tr("{n} min left, due {when}", n=n, when=when)
    match timer.limit.unit:
        case "work_day" if seconds >= calendar.day_s:
            return tr("{n} working days left, due {when}", n=_amount(seconds, calendar.day_s), when=when)
        case "natural_day" if seconds >= 86_400:
            return tr("{n} days left, due {when}", n=_amount(seconds, 86_400), when=when)
        case "work_hour" | "work_day":
            return tr("{n} working hours left, due {when}", n=_amount(seconds, 3600), when=when)
        case "urgent_hour" | "natural_day":
            return tr("{n} hours left, due {when}", n=_amount(seconds, 3600), when=when)


def _over(timer: Timer, seconds: int, calendar: Calendar) -> str:
    if seconds < 3600:
        n = str(seconds // 60)
        return tr("over by {n} min of working time", n=n) if timer.limit.works else tr("over by {n} min", n=n)
    match timer.limit.unit:
        case "work_day" if seconds >= calendar.day_s:
            return tr("over by {n} working days", n=_amount(seconds, calendar.day_s))
        case "natural_day" if seconds >= 86_400:
            return tr("over by {n} days", n=_amount(seconds, 86_400))
        case "work_hour" | "work_day":
            return tr("over by {n} working hours", n=_amount(seconds, 3600))
        case "urgent_hour" | "natural_day":
            return tr("over by {n} hours", n=_amount(seconds, 3600))


def _amount(seconds: int, unit: int) -> str:
    """In tenths, never more than there is."""
    return f"{seconds * 10 // unit / 10:g}"


def moment(at: datetime, now: datetime) -> str:
    """A moment as seen from now: today, a day of the coming week, or a date."""
    at, here = at.astimezone(ZONE), now.astimezone(ZONE)
    clock = f"{at:%H:%M}"
    days = (at.date() - here.date()).days
    if days == 0:
        return tr("today {clock}", clock=clock)
    if days == 1:
        return tr("tomorrow {clock}", clock=clock)
    if not 0 < days < 7:
        return f"{at:%m-%d %H:%M}" if at.year == here.year else f"{at:%Y-%m-%d %H:%M}"
    match at.weekday():
        case 0:
            return tr("Mon {clock}", clock=clock)
        case 1:
            return tr("Tue {clock}", clock=clock)
        case 2:
            return tr("Wed {clock}", clock=clock)
        case 3:
            return tr("Thu {clock}", clock=clock)
        case 4:
            return tr("Fri {clock}", clock=clock)
        case 5:
            return tr("Sat {clock}", clock=clock)
        case _:
            return tr("Sun {clock}", clock=clock)
