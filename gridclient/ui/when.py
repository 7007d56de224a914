"""Moments as people read them, in the city's time: today by the hour, this year by the day, the rest in full."""

from datetime import datetime, timedelta

from gridclient.domain.zone import ZONE
from gridclient.text import language, tr

CLOCK_OFF_S = 300.0  # how far a PC's clock may be from the platform's before a person is told


def clock_off_text(off_s: float) -> str:
    """How far this PC's clock is from the platform's, in words; `off_s` is the platform's time minus the PC's."""
    minutes = round(abs(off_s) / 60)
    if off_s > 0:
        return tr("This PC's clock is {n} minutes slow. Set it; deadlines count by the platform's.", n=minutes)
    return tr("This PC's clock is {n} minutes fast. Set it; deadlines count by the platform's.", n=minutes)


def local(moment: str) -> datetime:
    """A record's moment (`2026-11-24T02:21:00Z`) in the city's time zone."""
    return datetime.fromisoformat(moment).astimezone(ZONE)


def clock_text(moment: str) -> str:
    """Hour and minute, `10:21`."""
    return local(moment).strftime("%H:%M")


def moment_text(moment: str, now: datetime) -> str:
    """`Today 10:21`, `Yesterday 17:32`, `Tomorrow 09:00`, or the day."""
    if not moment:
        return ""
    then, today = local(moment), now.astimezone(ZONE)
    days = (then.date() - today.date()).days
    at = then.strftime("%H:%M")
    match days:
        case 0:
            return tr("Today {at}", at=at)
        case 1:
            return tr("Tomorrow {at}", at=at)
        case -1:
            return tr("Yesterday {at}", at=at)
        case _:
            return day_text(then, today)


def day_text(then: datetime, today: datetime) -> str:
    """The day, with the year only when it is another one."""
    if language() == "zh_CN":
        return f"{then.month}月{then.day}日" if then.year == today.year else f"{then.year}年{then.month}月{then.day}日"
    return then.strftime("%d %b") if then.year == today.year else then.strftime("%d %b %Y")


def due_text(due_at: str, now: datetime) -> tuple[str, str]:
    """When something is due, and the colour role that says how urgent it is: red overdue, amber due today."""
    if not due_at:
        return "", "text_2"
    due = local(due_at)
    left = due - now
    if left < timedelta(0):
        hours = int(-left.total_seconds() // 3600)
        if hours < 1:
            return tr("Just overdue"), "bad"
        if hours < 48:
            return tr("{n} h overdue", n=hours), "bad"
        return tr("{n} d overdue", n=hours // 24), "bad"
    return moment_text(due_at, now), "warn" if due.date() == now.astimezone(ZONE).date() else "text_2"
