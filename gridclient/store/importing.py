"""Takes a roster into the files of this PC: each row is one transaction of the ordinary path, data and outbox.

How far an import has come is written in the transaction of each row, under the hash of the workbook: after a kill, or
when the same workbook is opened again, it goes on with the next row and takes none twice.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Kind, Value, decode_fields, grid_bucket, ident_bucket, new_id
from gridclient.domain.roster import Column, Entry, Fault, Line, door_key, door_keys
from gridclient.store import lists
from gridclient.store.cache import Changes, Transaction, read_setting
from gridclient.store.outbox import Edit, queue
from gridclient.store.shown import Shown, about, find
from gridclient.store.undo import Done, take_back
from gridclient.store.work import Actor, edit_record
from gridclient.text import tr

_COLUMNS = "import.columns"
_PLACE = frozenset({"address", "building", "unit", "room", "grid"})  # of the household, and not to be patched alone


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with its fate; a refused one says what is wrong in which column."""

    row: int
    fate: Fate
    faults: tuple[Fault, ...] = ()


class Progress(msgspec.Struct, frozen=True):
    """How far the import of a workbook has come: the last row that was taken, and what became of those up to it."""

    row: int = 0
    counts: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Imported:
    """An import as one thing that can be taken back: its edits, and how far the workbook had come before it."""

    digest: str
    before: Progress
    rows: int
    parts: tuple[Done, ...]  # in the order in which they were done; other edits may lie between them


@dataclass(slots=True)
class Known:
    """Who and which doors of a roster are on this PC already; grows with every row that is taken."""

    numbers: dict[str, str] = field(default_factory=dict[str, str])  # identity number → resident
    people: dict[tuple[str, str, str], str] = field(default_factory=dict[tuple[str, str, str], str])
    homes: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])  # grid, door → household

    def person(self, entry: Entry) -> str:
        """The resident whom an entry is about; empty when nobody here is."""
        by_number = self.numbers.get(entry.text("id_number"), "")
        return by_number or self.people.get(_person_key(entry.person), "")

    def add(self, entry: Entry, resident: str) -> None:
        """Knows the person of an entry from now on."""
        self.people[_person_key(entry.person)] = resident
        if number := entry.text("id_number"):
            self.numbers[number] = resident


def _person_key(person: Fields) -> tuple[str, str, str]:
    return str(person.get("name") or ""), str(person.get("birth") or ""), door_key(str(person.get("address") or ""))


def grids_by_name(connection: Connection) -> dict[str, str]:
    """The worker's grids by code and, where it is nobody else's, by name without blanks."""
    cells = lists.cells(connection)
    names = [cell.name.replace(" ", "") for cell in cells]
    by_name = {name: cell.code for name, cell in zip(names, cells, strict=True) if name and names.count(name) == 1}
    return by_name | {cell.code: cell.code for cell in cells}


def remembered_columns(connection: Connection) -> dict[str, str]:
    """What a column of each heading meant the last time; empty for one that was left out."""
    kept = read_setting(connection, _COLUMNS)
    return msgspec.json.decode(kept, type=dict[str, str]) if kept else {}


def remember_columns(tx: Transaction, chosen: Mapping[str, str]) -> Changes:
    """Keeps the choice for each heading."""
    tx.set_setting(_COLUMNS, msgspec.json.encode(remembered_columns(tx.connection) | dict(chosen)).decode())
    return Changes()


def progress_of(connection: Connection, digest: str) -> Progress:
    """How far the import of the workbook with this hash has come."""
    kept = read_setting(connection, f"import.{digest}")
    return msgspec.json.decode(kept, type=Progress) if kept else Progress()


def survey(connection: Connection, lines: Sequence[Line]) -> Known:
    """Looks once through the files on this PC for whom and what the roster names."""
    entries = [line.entry for line in lines if line.entry is not None]
    known = Known()
    numbers = {entry.text("id_number") for entry in entries} - {""}
    for file in _payloads(connection, Kind.IDENT, ()):
        if (number := str(file.fields.get("id_number") or "")) in numbers:
            known.numbers[number] = file.text("resident")
    for file in _payloads(connection, Kind.RESIDENT, {entry.text("name") for entry in entries}):
        for door in door_keys(file.text("address")):
            known.people[(file.text("name"), file.text("birth"), door)] = file.id
    doors = {door for entry in entries for door in door_keys(entry.text("address"))}
    for home in _payloads(connection, Kind.HOUSEHOLD, ()):
        for door in door_keys(home.text("address")) & doors:
            known.homes[(home.text("grid"), door)] = home.id
    return known


def _payloads(connection: Connection, kind: Kind, titles: Collection[str]) -> Iterator[Shown]:
    rows = connection.exec_driver_sql(
        "SELECT b.id, b.bucket, b.ver, s.title, coalesce(s.payload, b.payload) AS payload FROM shown s "
        "JOIN base b USING (rid) WHERE s.kind = ? AND s.kind IS NOT 'case'", (kind,)
    )  # fmt: skip
    for row in rows:
        if not titles or row.title in titles:
            yield Shown(row.id, kind, row.bucket, row.ver, decode_fields(row.payload))


def judge_line(connection: Connection, known: Known, line: Line) -> Judged:
    """What would become of a row now; a dry run asks this of every row and writes nothing."""
    if line.entry is None:
        return Judged(line.row, Fate.REFUSED, line.faults)
    resident = find(connection, found) if (found := known.person(line.entry)) else None
    if resident is None:
        return Judged(line.row, Fate.NEW)
    files = about(connection, resident.id, Kind.IDENT)
    ident: Fields = files[0].fields if files else {}
    if wrong := _contradiction(resident, ident, line.entry):
        return Judged(line.row, Fate.REFUSED, (wrong,))
    changed = _changed(resident.fields, line.entry.person, without=_PLACE) or _changed(ident, line.entry.ident)
    return Judged(line.row, Fate.CHANGED if changed else Fate.SAME)


def take_line(tx: Transaction, known: Known, line: Line, digest: str, actor: Actor) -> tuple[Judged, Changes]:
    """Takes one row, and writes in the same transaction that it was taken; one that was taken before does nothing."""
    before = progress_of(tx.connection, digest)
    judged, changes = judge_line(tx.connection, known, line), Changes()
    if line.row <= before.row:
        return Judged(line.row, Fate.SAME), changes
    if line.entry is not None and judged.fate is Fate.NEW:
        changes = _create(tx, known, line.entry, actor)
    elif line.entry is not None and judged.fate is Fate.CHANGED:
        changes = _update(tx, known.person(line.entry), line.entry, actor)
    counts = {**before.counts, judged.fate.value: before.counts.get(judged.fate, 0) + 1}
    tx.set_setting(f"import.{digest}", msgspec.json.encode(Progress(line.row, counts)).decode())
    return judged, changes


def take_back_import(tx: Transaction, imported: Imported, actor: Actor) -> Changes:
    """Takes every row of an import back; when one of them cannot be, raises why and all of them stay."""
    changes = Changes()
    for done in reversed(imported.parts):
        changes |= take_back(tx, done, actor)
    tx.set_setting(f"import.{imported.digest}", msgspec.json.encode(imported.before).decode())
    return changes


def _contradiction(resident: Shown, ident: Fields, entry: Entry) -> Fault | None:
    """Where the file that was found is about somebody else, or somewhere else."""
    number, said = ident.get("id_number"), entry.text("id_number")
    if number and said and number != said:
        return Fault(Column.ID_NUMBER, tr("This person's file has another identity number."))
    if resident.text("name") != entry.text("name"):
        return Fault(Column.NAME, tr("The file of this identity number has another name."))
    if not door_keys(resident.text("address")) & door_keys(entry.text("address")):
        return Fault(Column.ADDRESS, tr("This person's file has another address; change it in the file."))
    return None


def _changed(fields: Fields, said: Fields, without: Collection[str] = ()) -> dict[str, Value]:
    return {
        name: value
        for name, value in said.items()
        if name not in without and fields.get(name) != value and not (name == "sex" and value == "0")
    }


def _update(tx: Transaction, resident: str, entry: Entry, actor: Actor) -> Changes:
    file = find(tx.connection, resident)
    assert file is not None, "its row was judged in this transaction"
    changes = edit_record(tx, resident, _changed(file.fields, entry.person, without=_PLACE), actor)
    ident = about(tx.connection, resident, Kind.IDENT)
    if ident:
        return changes | edit_record(tx, ident[0].id, entry.ident, actor)
    return changes | _identify(tx, resident, file.text("grid"), entry, actor)


def _create(tx: Transaction, known: Known, entry: Entry, actor: Actor) -> Changes:
    resident, grid = new_id(), entry.text("grid")
    home_id, changes = _house(tx, known, entry, resident, actor)
    home = find(tx.connection, home_id)
    assert home is not None, "the household was made or found in this transaction"
    where = {name: value for name, value in home.fields.items() if name in _PLACE}
    fields: dict[str, Value] = {**entry.person, **where, "household": home_id, "status": "present"}
    changes |= queue(tx, Edit("create", resident, Kind.RESIDENT, grid_bucket(grid), fields), actor.worker_id)[1]
    known.add(entry, resident)
    return changes | _identify(tx, resident, grid, entry, actor)


def _house(tx: Transaction, known: Known, entry: Entry, resident: str, actor: Actor) -> tuple[str, Changes]:
    """The household behind the door, with the person in it; made when nobody on this PC lives there."""
    grid, doors = entry.text("grid"), door_keys(entry.text("address"))
    there = next((known.homes[grid, door] for door in doors if (grid, door) in known.homes), "")
    home = find(tx.connection, there) if there else None
    if home is not None:
        members = home.fields.get("members")
        listed: list[Value] = [*members, resident] if isinstance(members, list) else [resident]
        return home.id, edit_record(tx, home.id, {"members": listed}, actor)
    home_id = new_id()
    place = {name: value for name, value in entry.person.items() if name in _PLACE}
    fields: dict[str, Value] = {**place, "head": resident, "members": [resident]}
    known.homes |= {(grid, door): home_id for door in doors}
    edit = Edit("create", home_id, Kind.HOUSEHOLD, grid_bucket(grid), fields)
    return home_id, queue(tx, edit, actor.worker_id)[1]


def _identify(tx: Transaction, resident: str, grid: str, entry: Entry, actor: Actor) -> Changes:
    if not entry.ident:
        return Changes()
    fields: dict[str, Value] = {**entry.ident, "resident": resident, "grid": grid}
    return queue(tx, Edit("create", new_id(), Kind.IDENT, ident_bucket(grid), fields), actor.worker_id)[1]
