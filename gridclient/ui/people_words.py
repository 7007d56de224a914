"""People in words: sex and age, living situation and tier, and how a visit stands."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gridclient.domain.people import age
from gridclient.domain.zone import ZONE
from gridclient.text import tr
from gridclient.ui.when import day_text, local, moment_text


def sex_text(sex: str) -> str:
    """The sex in words; empty when it is not known."""
    return {"1": tr("male"), "2": tr("female")}.get(sex, "")


def age_text(birth: str, today: date) -> str:
    """The age in completed years."""
    return tr("{n} years", n=age(date.fromisoformat(birth), today)) if birth else ""


def person_text(sex: str, birth: str, today: date) -> str:
    """Sex and age in one line."""
    return "　".join(part for part in (sex_text(sex), age_text(birth, today)) if part)


def tag_text(tag: str) -> str:
    """A resident's tag or tier in words."""
    known = {
        "alone": tr("Lives alone"), "empty_nest": tr("Empty nest"), "left_behind": tr("Left behind"),
        "family": tr("With family"), "high": tr("High risk"), "key": tr("Key care"), "general": tr("General care"),
        "hypertension": tr("Hypertension"), "diabetes": tr("Diabetes"), "dementia": tr("Dementia"),
        "stroke": tr("After a stroke"), "heart": tr("Heart disease"), "disabled": tr("Disabled"), "elder": tr("Elder"),
    }  # fmt: skip
    return known.get(tag, tag)


@dataclass(frozen=True, slots=True)
class VisitStand:
    """How a person's visits stand: days since the last, and how urgent the next one is."""

    text: str
    role: str  # a colour role: bad when overdue, warn when due today, ok when visited today
    days: int


def visit_stand(last_visit_at: str, every_days: int, now: datetime) -> VisitStand:
    """Judges by the day in the city, not by the hour."""
    if not last_visit_at:
        return VisitStand(tr("not visited yet"), "text_2", -1)
    days = (now.astimezone(ZONE).date() - local(last_visit_at).date()).days
    if days == 0:
        return VisitStand(moment_text(last_visit_at, now), "ok", 0)
    late = days - every_days
    if every_days and late > 0:
        return VisitStand(tr("{n} days late", n=late), "bad", days)
    if every_days and late == 0:
        return VisitStand(tr("due today"), "warn", days)
    return VisitStand(tr("{n} days ago", n=days), "text_2", days)


def next_visit_text(last_visit_at: str, every_days: int, now: datetime) -> str:
    """When the next visit is due."""
    if not last_visit_at or not every_days:
        return ""
    due = local(last_visit_at) + timedelta(days=every_days)
    today = now.astimezone(ZONE)
    return tr("today") if due.date() == today.date() else day_text(due, today)
