"""What the residents' pages read: the list, one person's file, and the doors of a building.

Reads only what is on this PC. A part of a file that the worker's role may not have is None, never empty.
"""

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import Kind, decode_fields
from gridclient.store import lists, shown
from gridclient.store.confidential import with_confidential
from gridclient.store.lists import ListAsk
from gridclient.store.search import MERGED
from gridclient.store.shown import Shown
from gridclient.workflow import Shelf
from gridclient.workflow.guards import answers_of

_PHOTO = re.compile(r"([0-9a-f]{64})\.(?:jpe?g|png|webp)")
_JSON = "CAST(coalesce({0}.payload, {1}.payload) AS TEXT)"  # a payload is a blob of JSON text
_OVERDUE = (
    f"datetime(json_extract({_JSON.format('c', 'cb')}, '$.last_visit_at'), "
    f"'+' || json_extract({_JSON.format('c', 'cb')}, '$.visits_every_days') || ' days') < datetime(?)"
)


_PEOPLE = "s.kind = 'resident' AND s.kind IS NOT 'case'"  # as the index says it, or SQLite does not use it
_CARED = "c.kind = 'care' AND c.kind IS NOT 'case'"
_MERGED = f"SELECT rowid FROM search WHERE search MATCH '\"{MERGED}\"'"
_STANDS = f"s.rid NOT IN ({_MERGED})"


class ResidentFilter(StrEnum):
    """Which residents a list shows."""

    CARE = "care"
    HIGH = "high"
    KEY = "key"
    OVERDUE = "overdue"
    ALL = "all"


ResidentAsk = ListAsk[ResidentFilter]


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """One line of the list; what comes from the care file is empty where there is none."""

    rid: int
    id: str
    name: str
    sex: str
    birth: str
    address: str
    living: str
    status: str
    tier: str
    last_visit_at: str
    every_days: int
    conflict: bool


def ids(connection: Connection, ask: ResidentAsk) -> "array[int]":
    """Every resident of the list by address, as row ids; found ones in the order of the search."""
    if ask.words.strip():
        return lists.found_rids(connection, ask.words, Kind.RESIDENT)
    where, values = _where(ask)
    if ask.filter is ResidentFilter.ALL:
        sql = f"SELECT s.rid FROM shown s WHERE {_PEOPLE} AND {_STANDS} ORDER BY s.place, s.rid"
    else:
        sql = (
            "SELECT s.rid FROM shown c JOIN base cb ON cb.rid = c.rid JOIN base b ON b.id = c.about "
            f"JOIN shown s ON s.rid = b.rid WHERE {where} AND {_STANDS} ORDER BY s.place, s.rid"
        )
    return array("q", connection.exec_driver_sql(sql, tuple(values)).scalars())


def first_ids(connection: Connection, ask: ResidentAsk, limit: int) -> list[int] | None:
    """The first rows of everybody, at once; None for lists that have no quick way to them."""
    if ask.words.strip() or ask.filter is not ResidentFilter.ALL:
        return None
    sql = f"SELECT s.rid FROM shown s WHERE {_PEOPLE} AND {_STANDS} ORDER BY s.place, s.rid LIMIT ?"
    return list(connection.exec_driver_sql(sql, (limit,)).scalars())


def _where(ask: ResidentAsk) -> tuple[str, list[str]]:
    match ask.filter:
        case ResidentFilter.ALL:
            return _PEOPLE, []
        case ResidentFilter.CARE:
            return _CARED, []
        case ResidentFilter.HIGH | ResidentFilter.KEY:
            return f"{_CARED} AND c.state = ?", [ask.filter.value]
        case ResidentFilter.OVERDUE:
            return f"{_CARED} AND {_OVERDUE}", [ask.now]


def rows(connection: Connection, rids: Sequence[int]) -> list[ResidentRow]:
    """The lines of these row ids, in their order; a record that left the PC meanwhile is missing."""
    wanted = ",".join(str(int(rid)) for rid in rids)
    people = connection.exec_driver_sql(
        "SELECT s.rid, b.id, s.title, s.place, s.state, coalesce(s.payload, b.payload) AS file "
        f"FROM shown s JOIN base b USING (rid) WHERE s.rid IN ({wanted})"
    ).all()
    files = shown.all_about(connection, [row.id for row in people], (Kind.CARE, Kind.IDENT))
    care = {each.text("resident"): each for each in files if each.kind is Kind.CARE}
    contested = set(connection.exec_driver_sql(
        "SELECT about FROM shown WHERE kind = 'conflict' AND state = 'open'"
    ).scalars())  # fmt: skip
    owners = {each.text("resident") for each in files if each.id in contested}
    found = {row.rid: _row(row, care.get(row.id), row.id in contested or row.id in owners) for row in people}
    return [found[rid] for rid in rids if rid in found]


def counts(connection: Connection, ask: ResidentAsk) -> dict[ResidentFilter, int]:
    """How many residents each filter shows."""
    found: dict[ResidentFilter, int] = {}
    for each in ResidentFilter:
        where, values = _where(ResidentAsk(each, "", ask.now))
        if each is ResidentFilter.ALL:
            sql = f"SELECT count(*) FROM shown s WHERE {where} AND {_STANDS}"
        else:
            merged = f"SELECT id FROM base WHERE rid IN ({_MERGED})"
            sql = (
                "SELECT count(*) FROM shown c JOIN base cb ON cb.rid = c.rid "
                f"WHERE {where} AND c.about NOT IN ({merged})"
            )
        found[each] = connection.exec_driver_sql(sql, tuple(values)).scalar_one()
    return found


def _row(row: sa.Row[Any], care: Shown | None, is_contested: bool) -> ResidentRow:
    file = decode_fields(row.file)
    tier, last, every = ("", "", "") if care is None else map(care.text, ("tier", "last_visit_at", "visits_every_days"))
    return ResidentRow(
        row.rid, row.id, row.title or "", str(file.get("sex") or ""), str(file.get("birth") or ""), row.place or "",
        str(file.get("living") or ""), row.state or "", tier, last, int(every or 0), is_contested,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who lives at the same door."""

    id: str
    name: str
    sex: str
    birth: str


@dataclass(frozen=True, slots=True)
class Filed:
    """A case in a person's file."""

    id: str
    title: str
    pack: str
    state: str
    due_at: str
    closed_at: str
    submitted_by: str
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that was taken for a case of the person."""

    sha256: str
    case: str
    title: str  # of the case
    at: str


@dataclass(frozen=True, slots=True)
class ResidentFile:
    """Everything on this PC about one person; None where the role may not have it."""

    resident: Shown
    ident: Shown | None
    care: Shown | None
    members: tuple[Member, ...]
    cases: tuple[Filed, ...]
    conflicts: int
    pictures: tuple[Picture, ...] = ()
    contested: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])  # fields by record


def file_of(connection: Connection, packs: Shelf, resident_id: str) -> ResidentFile | None:
    """A person's file, that of the other one where it was merged; None when it is not on this PC (any more)."""
    resident = shown.find(connection, resident_id)
    if resident is not None and (kept := resident.text("merged_into")):
        resident = shown.find(connection, kept)
    if resident is None or resident.kind is not Kind.RESIDENT:
        return None
    resident_id = resident.id
    ident = shown.about(connection, resident_id, Kind.IDENT)
    care = shown.about(connection, resident_id, Kind.CARE)
    cases = shown.about(connection, resident_id, Kind.CASE)
    parts = [resident, *ident, *care]
    marks = ",".join("?" * len(parts))
    waiting = connection.exec_driver_sql(
        "SELECT b.id FROM shown s JOIN base b USING (rid) "
        f"WHERE s.kind = 'conflict' AND s.state = 'open' AND s.about IN ({marks})",
        tuple(part.id for part in parts),
    ).scalars()
    conflicts = [each for record in list(waiting) if (each := shown.find(connection, record)) is not None]
    return ResidentFile(
        resident, ident[0] if ident else None, care[0] if care else None,
        _members(connection, resident), _filed(packs, cases), len(conflicts), _pictures(cases), _contested(conflicts),
    )  # fmt: skip


def _contested(conflicts: Sequence[Shown]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for conflict in conflicts:
        fields, record = conflict.fields.get("fields"), conflict.text("record")
        if isinstance(fields, dict):
            found[record] = found.get(record, frozenset()) | fields.keys()
    return found


def _members(connection: Connection, resident: Shown) -> tuple[Member, ...]:
    household = resident.text("household")
    if not household:
        return ()
    others = shown.about(connection, household, Kind.RESIDENT)
    return tuple(
        Member(each.id, each.text("name"), each.text("sex"), each.text("birth"))
        for each in others
        if each.id != resident.id
    )


def _pictures(cases: Sequence[Shown]) -> tuple[Picture, ...]:
    found = [
        Picture(blob[1], case.id, case.text("title"), case.text("submitted_at") or case.text("opened_at"))
        for case in cases
        for answer in answers_of(case.fields).values()
        if (blob := _PHOTO.fullmatch(answer))
    ]
    return tuple(sorted(found, key=lambda picture: picture.at, reverse=True))


def _filed(packs: Shelf, found: Sequence[Shown]) -> tuple[Filed, ...]:
    filed = [
        Filed(
            each.id, each.text("title"), each.text("pack"), each.text("state"), each.text("due_at"),
            each.text("closed_at") or each.text("submitted_at"), each.text("submitted_by"),
            packs.ends(each.text("pack"), each.text("state")),
        )
        for each in found
    ]  # fmt: skip
    return tuple(sorted(filed, key=lambda case: (not case.is_ended, case.due_at), reverse=True))


def last_visit(connection: Connection, packs: Shelf, case: Shown) -> Shown | None:
    """The ended case of the same kind about the same person that was finished last, with answers to compare."""
    about = case.text("resident") or case.text("place")
    if not about:
        return None
    ended = [
        each
        for each in shown.about(connection, about, Kind.CASE)
        if each.id != case.id
        and each.text("pack") == case.text("pack")
        and packs.ends(each.text("pack"), each.text("state"))
        and any(name.startswith("answers.") for name in each.fields)
    ]
    last = max(ended, key=lambda each: each.text("closed_at") or each.text("submitted_at"), default=None)
    return None if last is None else with_confidential(connection, last)
