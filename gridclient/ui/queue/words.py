"""States, sorts, groups and what a queue is narrowed to, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from gridclient.domain.zone import ZONE
from gridclient.store.arranging import NOBODY, Group, Narrow, Sort
from gridclient.store.lists import Heading
from gridclient.text import pick, tr
from gridclient.ui.people_words import tag_text
from gridclient.ui.when import day_text, local
from gridclient.workflow import Pack

STATES = ("open", "doing", "returned", "review", "closed")


def state_text(state: str) -> str:
    """A case's state in words."""
    match state:
        case "open":
            return tr("To do")
        case "doing":
            return tr("In progress")
        case "review":
            return tr("In review")
        case "returned":
            return tr("Returned")
        case "closed":
            return tr("Closed")
        case _:
            return state


def state_in(pack: Pack | None, state: str) -> str:
    """The same for a case of a pack, which may have states of its own."""
    named = pack.state(state) if pack is not None and state not in STATES else None
    return pick(named.title) if named is not None else state_text(state)


def sort_text(sort: Sort) -> str:
    """What a list is sorted by."""
    match sort:
        case Sort.DEADLINE:
            return tr("Deadline")
        case Sort.OPENED:
            return tr("Day of opening")
        case Sort.PLACE:
            return tr("Address")
        case Sort.TIER:
            return tr("Care tier")
        case Sort.TITLE:
            return tr("Name of the item")


def group_text(group: Group) -> str:
    """What a list is grouped by."""
    match group:
        case Group.NONE:
            return tr("No groups")
        case Group.DAY:
            return tr("By day")
        case Group.PLACE:
            return tr("By building")
        case Group.TIER:
            return tr("By care tier")


def heading_text(heading: Heading, now: datetime) -> str:
    """What stands above a group."""
    match heading.group:
        case Group.DAY:
            return _day(heading.key, now) if heading.key else tr("Without a deadline")
        case Group.PLACE:
            return heading.key or tr("Without an address")
        case Group.TIER:
            return tag_text(heading.key) if heading.key else tr("Without a care tier")
        case Group.NONE:
            return ""


def _day(iso: str, now: datetime) -> str:
    today = now.astimezone(ZONE)
    day = date.fromisoformat(iso)
    known = {0: tr("Due today"), 1: tr("Due tomorrow"), -1: tr("Due yesterday")}
    words = known.get((day - today.date()).days)
    return words or tr("Due {day}", day=day_text(datetime(day.year, day.month, day.day, tzinfo=ZONE), today))


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a queue's conditions are said with: packs and workers by id, and who asks."""

    packs: Mapping[str, str]
    workers: Mapping[str, str]
    me: str

    def assignee(self, worker: str) -> str:
        """A worker as the assignee of cases."""
        if worker == self.me:
            return tr("Assigned to me")
        if worker == NOBODY:
            return tr("Assigned to nobody")
        return self.workers.get(worker) or worker


def parts(narrow: Narrow, known: Known, now: datetime) -> Iterator[tuple[str, Narrow]]:
    """What is set, in words, each with what would be left without it."""
    for state in narrow.states:
        yield state_text(state), replace(narrow, states=_without(narrow.states, state))
    for pack in narrow.packs:
        yield known.packs.get(pack, pack), replace(narrow, packs=_without(narrow.packs, pack))
    for tier in narrow.tiers:
        yield tag_text(tier), replace(narrow, tiers=_without(narrow.tiers, tier))
    if narrow.place:
        yield tr("Address: {words}", words=narrow.place), replace(narrow, place="")
    if narrow.tag:
        yield tag_text(narrow.tag), replace(narrow, tag="")
    today = now.astimezone(ZONE)
    if narrow.due_from:
        yield tr("Due from {day}", day=day_text(local(narrow.due_from), today)), replace(narrow, due_from="")
    if narrow.due_to:
        yield tr("Due until {day}", day=day_text(local(narrow.due_to), today)), replace(narrow, due_to="")
    if narrow.assignee:
        yield known.assignee(narrow.assignee), replace(narrow, assignee="")
    if narrow.pending:
        yield tr("Not uploaded yet"), replace(narrow, pending=False)
    if narrow.conflict:
        yield tr("With a conflict"), replace(narrow, conflict=False)


def _without(values: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != gone)
