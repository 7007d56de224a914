"""A round in words: how a visit stands, which door it is, and how a day of the calendar is spoken."""

from datetime import date, datetime

from gridclient.domain.zone import ZONE
from gridclient.store.arranging import building_of
from gridclient.store.rounds import DayCount, Stand, Visit
from gridclient.text import tr
from gridclient.ui.forms.moments import weekday
from gridclient.ui.people_words import person_text, tag_text
from gridclient.ui.when import clock_text, day_text
from gridclient.ui.widgets import Mark, RowLook

TIER_TONES = {"high": "warn", "key": "accent"}
TIER_ICONS = {"high": "chevrons-up", "key": "chevron-up", "general": "minus"}


def date_text(day: date, today: date) -> str:
    """A day with its weekday."""
    then, now = (datetime(each.year, each.month, each.day, tzinfo=ZONE) for each in (day, today))
    return f"{day_text(then, now)} {weekday(day)}"


def building_text(visit: Visit) -> str:
    """The building of a visit's door."""
    return building_of(visit.door.address) or tr("Without an address")


def door_text(visit: Visit) -> str:
    """The door within its building, and how the person lives."""
    room = tr("door {room}", room=visit.door.room) if visit.door.room else visit.door.address
    return tr(" · ").join(part for part in (room, tag_text(visit.elder.living)) if part)


def stand_text(visit: Visit, today: date) -> tuple[str, str]:
    """How a visit stands, and the colour role that says how urgent it is."""
    late = visit.late_days(today)
    if visit.stand is Stand.DONE:
        return tr("done {at}", at=clock_text(visit.at)), "ok"
    if visit.is_unanswered:
        return tr("Nobody opens"), "bad"
    if late:
        return tr("{n} d overdue", n=late), "bad"
    if visit.stand is Stand.PLANNED:
        return tr("planned"), "text_2"
    return (tr("due today"), "warn") if visit.due == today else (tr("to do"), "text_2")


def visit_look(number: int, visit: Visit, today: date) -> RowLook:
    """A line of the round."""
    elder, (words, role) = visit.elder, stand_text(visit, today)
    marks = list[Mark]()
    if visit.skipped:
        marks.append(Mark("history", "warn", tr("{n} visits were skipped", n=len(visit.skipped))))
    if visit.stand is Stand.DONE:
        marks.append(Mark("check", "ok", tr("done")))
    name = "　".join(part for part in (elder.name, person_text(elder.sex, elder.birth, today)) if part)
    detail = door_text(visit)
    if visit.skipped:
        detail = tr("{door} · {n} skipped", door=detail, n=len(visit.skipped))
    tier = {"high": tr("high"), "key": tr("key"), "general": tr("general")}.get(elder.tier, elder.tier)
    return RowLook(
        f"{number}　{name}", detail, elder.phone, tier, TIER_TONES.get(elder.tier, "neutral"), words, role,
        tuple(marks), TIER_ICONS.get(elder.tier, ""),
    )  # fmt: skip


def count_text(count: DayCount) -> tuple[str, str]:
    """What stands under a day of the calendar, and its colour role."""
    if count.missed:
        return tr("missed {n}", n=count.missed), "warn"
    if count.to_do:
        return tr("{n} doors", n=count.to_do + count.done), "text_2"
    return (f"✓ {count.done}", "ok") if count.done else ("", "text_2")


def spoken_day(day: date, today: date, count: DayCount) -> str:
    """A day of the calendar as a screen reader says it."""
    parts = (
        date_text(day, today), tr("to do: {n}", n=count.to_do), tr("done: {n}", n=count.done),
        tr("missed: {n}", n=count.missed),
    )  # fmt: skip
    return tr(", ").join(parts)
