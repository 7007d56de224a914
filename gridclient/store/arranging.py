"""How a queue is arranged: what it is narrowed to, sorted and grouped by, each as the SQL over `shown s` that says it.

Nothing here reads; the conditions need no join, so that a list and the counts on its chips use the same ones.
"""

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """What the rows of a queue are sorted by."""

    DEADLINE = "deadline"
    OPENED = "opened"
    PLACE = "place"
    TIER = "tier"
    TITLE = "title"


class Group(StrEnum):
    """What the rows stand together by, under headings."""

    NONE = "none"
    DAY = "day"
    PLACE = "place"
    TIER = "tier"


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a queue is narrowed to; everything that is set must hold, and of several values one."""

    states: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    place: str = ""  # part of the address
    tag: str = ""  # of the resident, or how he or she lives
    due_from: str = ""  # UTC, ISO
    due_to: str = ""
    assignee: str = ""  # a worker's id, or NOBODY
    pending: bool = False
    conflict: bool = False


EVERYTHING = Narrow()
NOBODY = "-"
TIERS = ("high", "key", "general")
_PAYLOAD = "CAST(coalesce({0}.payload, (SELECT payload FROM base WHERE rid = {0}.rid)) AS TEXT)"
# The city has no summer time, so its day is a fixed step from UTC.
_DAY = "coalesce(date(s.due_at, '+8 hours'), '')"
_BUILDING = (
    "CASE WHEN instr(s.place, '号楼') THEN substr(s.place, 1, instr(s.place, '号楼') + 1) "
    "WHEN instr(s.place, '号') THEN substr(s.place, 1, instr(s.place, '号')) ELSE coalesce(s.place, '') END"
)
_RANK = f"CASE t.state {' '.join(f'WHEN {tier!r} THEN {n}' for n, tier in enumerate(TIERS))} ELSE {len(TIERS)} END"
WITH_TIERS = (
    "WITH tiers AS MATERIALIZED (SELECT about, state FROM shown WHERE kind = 'care' AND kind IS NOT 'case' "
    "GROUP BY about) "
)
JOIN_TIERS = " LEFT JOIN tiers t ON t.about = s.about"
GROUP_KEYS = {Group.NONE: "''", Group.DAY: _DAY, Group.PLACE: _BUILDING, Group.TIER: _RANK}
SORT_KEYS = {
    Sort.DEADLINE: "s.due_at",
    Sort.OPENED: f"json_extract({_PAYLOAD.format('s')}, '$.opened_at')",
    Sort.PLACE: "printf('%04d', length(s.place)) || s.place",  # in one building a longer room number is a higher one
    Sort.TIER: _RANK,
    Sort.TITLE: "s.title",
}


def building_of(address: str) -> str:
    """The part of an address that names the building, as the groups of a queue see it."""
    for sign in ("号楼", "号"):
        head, found, _ = address.partition(sign)
        if found:
            return head + found
    return address


def conditions(narrow: Narrow) -> tuple[list[str], list[str]]:
    """The conditions and their values."""
    found = list[tuple[str, tuple[str, ...]]]()
    for column, given in (("s.state", narrow.states), ("s.pack", narrow.packs)):
        if given:
            found.append((f"{column} IN ({_marks(given)})", given))
    if narrow.tiers:
        cared = "SELECT c.about FROM shown c WHERE c.kind = 'care' AND c.kind IS NOT 'case'"
        found.append((f"s.about IN ({cared} AND c.state IN ({_marks(narrow.tiers)}))", narrow.tiers))
    if narrow.place:
        found.append(("instr(s.place, ?)", (narrow.place,)))
    if narrow.tag:
        file = _PAYLOAD.format("r")
        people = "SELECT (SELECT id FROM base WHERE rid = r.rid) FROM shown r WHERE r.kind = 'resident'"
        has = f"EXISTS (SELECT 1 FROM json_each({file}, '$.tags') g WHERE g.value = ?)"
        lives = f"json_extract({file}, '$.living') = ?"
        found.append((f"s.about IN ({people} AND r.kind IS NOT 'case' AND ({has} OR {lives}))", (narrow.tag,) * 2))
    if narrow.due_from:
        found.append(("s.due_at >= ?", (narrow.due_from,)))
    if narrow.due_to:
        found.append(("s.due_at <= ?", (narrow.due_to,)))
    if narrow.assignee == NOBODY:
        found.append(("coalesce(s.assignee, '') = ''", ()))
    elif narrow.assignee:
        found.append(("s.assignee = ?", (narrow.assignee,)))
    if narrow.pending:
        found.append(("s.rid IN (SELECT b.rid FROM outbox o JOIN base b ON b.id = o.record)", ()))
    if narrow.conflict:
        open_ = "SELECT c.about FROM shown c WHERE c.kind = 'conflict' AND c.state = 'open'"
        found.append((f"s.rid IN (SELECT b.rid FROM base b WHERE b.id IN ({open_}))", ()))
    return [clause for clause, _ in found], [value for _, given in found for value in given]


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" for _ in values)
