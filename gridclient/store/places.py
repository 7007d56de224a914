"""What the page of places reads: the list street by street, and one file with its checks and hazards.

Reads only what is on this PC.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.engine import Connection

from gridclient.domain.places import street_of
from gridclient.domain.record import Kind, decode_fields
from gridclient.domain.route import natural
from gridclient.store import lists, shown
from gridclient.store.lists import ListAsk
from gridclient.store.shown import Shown
from gridclient.workflow import Shelf

HAZARD = "hazard"  # the pack of the cases that follow from a check
_TEXT = "CAST(coalesce(s.payload, b.payload) AS TEXT)"
_PLACES = "FROM shown s JOIN base b USING (rid) WHERE s.kind = 'place' AND s.kind IS NOT 'case'"
_LATE = (
    f"datetime(json_extract({_TEXT}, '$.last_check_at'), '+' || json_extract({_TEXT}, '$.checks_every_days') "
    "|| ' days') < datetime(?)"
)
_COUNT_SHIFT = 32


class PlaceFilter(StrEnum):
    """Which places a list shows."""

    ALL = "all"
    LATE = "late"
    HAZARDS = "hazards"


PlaceAsk = ListAsk[PlaceFilter]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One line of the list; one that is the heading of a street has an id below zero and no record."""

    rid: int
    id: str
    name: str
    kind: str
    address: str
    owner: str
    last_check_at: str
    every_days: int
    hazards: int
    count: int = 0  # of a heading: how many places follow


@dataclass(frozen=True, slots=True)
class Check:
    """A case about a place: a check, or a hazard that one found."""

    id: str
    title: str
    pack: str
    state: str
    due_at: str
    at: str  # when it was finished, or came
    by: str
    outcome: str
    is_ended: bool


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """Everything on this PC about one place."""

    place: Shown
    checks: tuple[Check, ...]
    hazards: tuple[Check, ...]

    @property
    def last(self) -> Check | None:
        """The check that was finished last."""
        return next((check for check in self.checks if check.is_ended), None)


def ids(connection: Connection, ask: PlaceAsk) -> "array[int]":
    """Every place of the list, street by street and house by house, each street after its heading."""
    if ask.words.strip():
        return lists.found_rids(connection, ask.words, Kind.PLACE)
    where, values = _where(ask)
    rows = connection.exec_driver_sql(f"SELECT s.rid, s.place {_PLACES} AND {where}", values).all()
    streets: dict[str, list[tuple[str, int]]] = {}
    for rid, address in rows:
        streets.setdefault(street_of(address or ""), []).append((address or "", rid))
    found = array("q")
    for street in sorted(streets, key=natural):
        houses = sorted(streets[street], key=lambda each: (natural(each[0]), each[1]))
        found.append(-(len(houses) << _COUNT_SHIFT | houses[0][1]))
        found.extend(rid for _, rid in houses)
    return found


def _where(ask: PlaceAsk) -> tuple[str, tuple[str, ...]]:
    match ask.filter:
        case PlaceFilter.ALL:
            return "TRUE", ()
        case PlaceFilter.LATE:
            return _LATE, (ask.now,)
        case PlaceFilter.HAZARDS:
            return f"CAST(json_extract({_TEXT}, '$.open_hazards') AS INTEGER) > 0", ()


def rows(connection: Connection, rids: Sequence[int]) -> list[PlaceRow]:
    """The lines of these numbers of `ids`, headings among them; a record that left the PC meanwhile is missing."""
    firsts = {rid: -rid & ((1 << _COUNT_SHIFT) - 1) for rid in rids if rid < 0}
    wanted = ",".join(str(int(rid)) for rid in {*(rid for rid in rids if rid > 0), *firsts.values()})
    read = connection.exec_driver_sql(
        f"SELECT s.rid, b.id, coalesce(s.payload, b.payload) AS payload {_PLACES} AND s.rid IN ({wanted})"
    )
    found = {row.rid: _row(row.rid, Shown(row.id, Kind.PLACE, "", 0, decode_fields(row.payload))) for row in read}
    lines: list[PlaceRow] = []
    for rid in rids:
        row = found.get(firsts.get(rid, rid))
        if row is not None:
            lines.append(row if rid > 0 else _heading(rid, row))
    return lines


def _row(rid: int, place: Shown) -> PlaceRow:
    return PlaceRow(
        rid, place.id, place.text("name"), place.text("kind") or place.text("category"), place.text("address"),
        place.text("owner") or place.text("manager"), place.text("last_check_at"),
        int(place.text("checks_every_days") or 0), int(place.text("open_hazards") or 0),
    )  # fmt: skip


def _heading(rid: int, first: PlaceRow) -> PlaceRow:
    return PlaceRow(rid, "", street_of(first.address), "", "", "", "", 0, 0, -rid >> _COUNT_SHIFT)


def counts(connection: Connection, ask: PlaceAsk) -> dict[PlaceFilter, int]:
    """How many places each filter shows."""
    found: dict[PlaceFilter, int] = {}
    for each in PlaceFilter:
        where, values = _where(PlaceAsk(each, "", ask.now))
        found[each] = connection.exec_driver_sql(f"SELECT count(*) {_PLACES} AND {where}", values).scalar_one()
    return found


def file_of(connection: Connection, packs: Shelf, place_id: str) -> PlaceFile | None:
    """The file of a place; None when it is not on this PC (any more)."""
    place = shown.find(connection, place_id)
    if place is None or place.kind is not Kind.PLACE:
        return None
    cases = [_check(packs, case) for case in shown.about(connection, place_id, Kind.CASE)]
    cases.sort(key=lambda case: (not case.is_ended, case.at), reverse=True)
    return PlaceFile(
        place, tuple(case for case in cases if case.pack != HAZARD),
        tuple(case for case in cases if case.pack == HAZARD),
    )  # fmt: skip


def _check(packs: Shelf, case: Shown) -> Check:
    done = case.text("closed_at") or case.text("submitted_at")
    return Check(
        case.id, case.text("title"), case.text("pack"), case.text("state"), case.text("due_at"),
        done or case.text("opened_at"), case.text("submitted_by") or case.text("assignee"), case.text("outcome"),
        packs.ends(case.text("pack"), case.text("state")),
    )  # fmt: skip
