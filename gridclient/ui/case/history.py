"""What happened to a case, and why it is due when it is. No widgets.

The course comes from the record, so it is the same on every PC; edits of this PC that the platform has not answered
are told as such.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from gridclient.domain.calendar import Calendar
from gridclient.domain.clock import Limit, second
from gridclient.domain.timer import Timer
from gridclient.domain.zone import ZONE
from gridclient.store.chosen import EXPORTED
from gridclient.store.edits import DoneHere
from gridclient.store.shown import Shown
from gridclient.text import pick, tr
from gridclient.ui.fields import field_name, what_text
from gridclient.workflow import Pack
from gridclient.workflow.clocks import clocks_of
from gridclient.workflow.guards import trail_of

Part = Literal["used", "left", "paused"]
_SLOT_S = 900
_MOST_DAYS = 12
_TOLERANCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: str
    title: str
    who: str = ""
    detail: str = ""
    icon: str = "circle-dot"
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day on the way to the deadline: what of it counted, as parts from one hour to another."""

    day: date
    counted_s: int
    parts: tuple[tuple[float, float, Part], ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline, explained; without a limit it was given with the case and is not counted by the pack's rule."""

    limit: Limit | None
    due_at: datetime
    estimated: bool
    used_s: int
    allowed_s: int
    days: tuple[Day, ...]  # none where all time counts


def course(pack: Pack, case: Shown, here: Sequence[DoneHere], names: Mapping[str, str]) -> list[Event]:
    """What happened, newest first."""
    waiting = {edit.at for edit in here if edit.status in ("pending", "wait")}
    found = [replace(event, is_pending=event.at in waiting) for event in _from_record(pack, case, names)]
    found += _changes(here, names, waiting)
    return sorted(found, key=lambda event: event.at)[::-1]


def _from_record(pack: Pack, case: Shown, names: Mapping[str, str]) -> Iterator[Event]:
    if opened := case.text("opened_at"):
        yield Event(opened, tr("Opened"), detail=case.text("address"), icon="inbox")
    for step in pack.steps:
        done = case.fields.get(f"done.{step.id}")
        if isinstance(done, dict):
            yield Event(str(done["at"]), tr("Step finished"), names.get(str(done["by"]), ""), pick(step.title), "check")
    for entry in trail_of(case.fields):
        name = str(entry.get("do") or "")
        transition = pack.transition(name)
        title = pick(transition.title) if transition is not None and transition.title else what_text(name)
        who, why = names.get(str(entry.get("by") or ""), ""), str(entry.get("reason") or "")
        yield Event(str(entry.get("at") or ""), title, who, why, "send")
    for field, title, icon in (
        ("submitted", tr("Submitted for review"), "send"), ("reviewed", tr("Reviewed"), "shield-check"),
    ):  # fmt: skip
        if at := case.text(f"{field}_at"):
            yield Event(at, title, names.get(case.text(f"{field}_by"), ""), icon=icon)
    if closed := case.text("closed_at"):
        yield Event(closed, tr("Closed"), icon="circle-check")


def _changes(here: Sequence[DoneHere], names: Mapping[str, str], waiting: Set[str]) -> Iterator[Event]:
    """Plain changes that were made on this PC, and copies that left it, which the record does not tell."""
    for edit in here:
        if edit.what == "patch":
            fields = tr(", ").join(dict.fromkeys(field_name(name) for name in edit.fields))
            yield Event(edit.at, tr("Changed"), names.get(edit.by, ""), fields, "pencil", edit.at in waiting)
        elif edit.what == EXPORTED:
            why = " ".join(edit.fields)
            yield Event(edit.at, tr("Exported"), names.get(edit.by, ""), why, "file-spreadsheet")


def explain_due(pack: Pack, case: Shown, now: datetime) -> Due | None:
    """Why a case is due when it is; None for one without a deadline."""
    clocks = clocks_of(case.fields)
    running = [name for name, timer in clocks.items() if not timer.stopped]
    timer = clocks[(running or list(clocks))[-1]] if clocks else None
    if timer is None:
        if not case.text("opened_at") or not case.text("due_at"):
            return None
        timer = Timer(datetime.fromisoformat(case.text("opened_at")), pack.deadline.limit())
        told = datetime.fromisoformat(case.text("due_at"))
        if abs(timer.due(now, pack.calendar).due_at - told) > _TOLERANCE:
            return Due(None, told, False, 0, 0, ())
    calendar, due = pack.calendar, timer.due(now, pack.calendar)
    days = tuple(_days(timer, due.due_at, now, calendar)) if timer.limit.works else ()
    return Due(timer.limit, due.due_at, due.estimated, timer.used_s(now, calendar), timer.allowed_s(calendar), days)


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
