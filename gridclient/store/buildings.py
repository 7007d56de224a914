"""Buildings as the street has them: which there are, and the doors of one with who lives behind them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Kind, decode_fields
from gridclient.domain.roster import door_keys
from gridclient.domain.route import lane_of
from gridclient.store import shown
from gridclient.store.ending import UNENDED, ends_of
from gridclient.store.places import HAZARD
from gridclient.store.shown import Shown
from gridclient.workflow import Shelf

_HOUSEHOLD = "CAST(coalesce(h.payload, hb.payload) AS TEXT)"


@dataclass(frozen=True, slots=True)
class Building:
    """One building: its lane (the address without the number), its number, and how many doors it has."""

    lane: str
    number: str
    grid: str
    doors: int
    cared_for: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Door:
    """One door: where it is, how many live there, and the person there who needs the closest care, if any."""

    unit: str
    room: str
    people: int
    resident: str  # that person, else the first of the household; empty when the door is vacant
    name: str
    tier: str
    last_visit_at: str
    every_days: int
    hazards: int = 0  # that are not put right yet
    hazard_due_at: str = ""  # by when the first of them must be, empty without one

    @property
    def floor(self) -> int:
        """The floor, from the room's number (`302` is on the third)."""
        digits = "".join(each for each in self.room if each.isdigit())
        return int(digits[:-2]) if len(digits) > 2 else 0

    @property
    def column(self) -> str:
        """The door's place on its floor (`302` is `02`)."""
        return self.room[-2:]


def buildings(connection: Connection, now: str) -> list[Building]:
    """All buildings on this PC with their doors, the people cared for, and those whose visit is overdue."""
    care = "CAST(coalesce(c.payload, cb.payload) AS TEXT)"
    rows = connection.exec_driver_sql(
        "SELECT grid, number, min(address) AS address, count(DISTINCT rid) AS doors, "
        "count(home) AS cared, coalesce(sum(late), 0) AS late FROM ("
        f"SELECT h.rid, hb.id, json_extract({_HOUSEHOLD}, '$.grid') AS grid, "
        f"json_extract({_HOUSEHOLD}, '$.building') AS number, json_extract({_HOUSEHOLD}, '$.address') AS address "
        "FROM shown h JOIN base hb USING (rid) WHERE h.kind = 'household' AND h.kind IS NOT 'case') LEFT JOIN ("
        f"SELECT r.about AS home, datetime(json_extract({care}, '$.last_visit_at'), "
        f"'+' || json_extract({care}, '$.visits_every_days') || ' days') < datetime(?) AS late "
        "FROM shown c JOIN base cb ON cb.rid = c.rid JOIN base rb ON rb.id = c.about JOIN shown r ON r.rid = rb.rid "
        "WHERE c.kind = 'care' AND c.kind IS NOT 'case') ON home = id GROUP BY grid, number",
        (now,),
    ).all()
    found = [
        Building(
            lane_of(str(row.address or ""), str(row.number or "")), str(row.number or ""), str(row.grid or ""),
            row.doors, row.cared or 0, row.late or 0,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.lane, int(each.number) if each.number.isdigit() else 0))


def _door(file: Fields, people: list[Shown], care: Mapping[str, Shown], hazards: Sequence[Fields]) -> Door:
    nobody = Shown("", Kind.RESIDENT, "", 0, {})
    first = min(people, key=lambda each: _TIERS.get(care.get(each.id, nobody).text("tier"), 9), default=nobody)
    visits = care.get(first.id, nobody)
    return Door(
        str(file.get("unit") or ""), str(file.get("room") or ""), len(people), first.id, first.text("name"),
        visits.text("tier"), visits.text("last_visit_at"), int(visits.text("visits_every_days") or 0), len(hazards),
        min((str(each["due_at"]) for each in hazards if each.get("due_at")), default=""),
    )  # fmt: skip


_TIERS = {"high": 0, "key": 1, "general": 2}


def doors(connection: Connection, packs: Shelf, grid: str, number: str) -> list[Door]:
    """The doors of one building, in the order of their numbers, each with the hazards that were found behind it."""
    homes = connection.exec_driver_sql(
        f"SELECT hb.id, {_HOUSEHOLD} AS file FROM shown h JOIN base hb USING (rid) WHERE h.kind = 'household' "
        f"AND h.kind IS NOT 'case' AND json_extract({_HOUSEHOLD}, '$.grid') = ? "
        f"AND json_extract({_HOUSEHOLD}, '$.building') = ?",
        (grid, number),
    ).all()
    people = shown.all_about(connection, [home.id for home in homes], (Kind.RESIDENT,))
    cared = shown.all_about(connection, [person.id for person in people], (Kind.CARE,))
    care = {each.text("resident"): each for each in cared}
    living: defaultdict[str, list[Shown]] = defaultdict(list)
    for person in people:
        living[person.text("household")].append(person)
    hazards = _hazards(connection, packs)
    found: list[Door] = []
    for home in homes:
        file = decode_fields(home.file.encode())
        about = {home.id, *(person.id for person in living[home.id])}
        addresses = door_keys(str(file.get("address") or ""))
        behind = [
            each for each in hazards
            if about & {str(each.get(name)) for name in ("household", "resident")}
            or addresses & door_keys(str(each.get("address") or ""))
        ]  # fmt: skip
        found.append(_door(file, living[home.id], care, behind))
    return sorted(found, key=lambda door: (door.unit, -door.floor, door.column))


def _hazards(connection: Connection, packs: Shelf) -> list[Fields]:
    """The hazards that are not put right yet; there are few of them beside all that is open."""
    rows = connection.exec_driver_sql(
        "SELECT coalesce(s.payload, b.payload) AS file FROM shown s JOIN base b USING (rid) "
        f"WHERE s.kind = 'case' AND s.pack = ? AND {UNENDED}",
        (HAZARD, ends_of(packs)),
    )
    return [decode_fields(row.file) for row in rows]
