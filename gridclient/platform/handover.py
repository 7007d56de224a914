"""Hands residents, places and cases to another grid cell, with everything about them.

For a change of grid, or somebody who moved: files, cases and undecided questions about a record go with it in one
transaction, and name the new cell. Whoever had them loses them with the next synchronisation; what was done meanwhile
goes to review. Only an administrator does this; no client asks for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Kind, Value, decode_fields, new_id
from gridclient.errors import GridError
from gridclient.platform import directory, feed
from gridclient.platform.recording import Change, canonical, remember
from gridclient.platform.service import Platform
from gridclient.platform.tables import blob_use, record
from gridclient.workflow import Shelf

_FAMILIES = ("care", "grid", "ident")
_OPERATION = "move"


class NotInCell(GridError):
    """The cell does not hold this record."""

    text = "The grid cell {cell} holds no record {record}."


@dataclass(frozen=True, slots=True)
class _Held:
    """A live record of the cell."""

    family: str
    id: str
    kind: Kind
    fields: Fields

    @property
    def about(self) -> str:
        """The record that it is about; empty when it stands for itself."""
        found = self.fields.get("resident") or self.fields.get("place") or self.fields.get("record")
        return str(found or "")


def hand_over(platform: Platform, source: str, target: str, records: Sequence[str] = (), *, by: str) -> int:
    """Hands these records, or all of the source cell, to the target cell; returns how many went with them."""
    moved = _hand_over(platform, source, target, records, by)
    while not records and (late := _hand_over(platform, source, target, (), by)):
        moved += late  # what came into the cell while the others went
    platform.bell.ring({f"{family}:{cell}" for family in _FAMILIES for cell in (source, target)})
    return moved


def _hand_over(platform: Platform, source: str, target: str, records: Sequence[str], by: str) -> int:
    shelf = platform.packs
    with platform.database.read() as connection:
        if target not in directory.grid_cells(connection):
            raise directory.UnitUnknown(code=target)
        held = {each.id: each for each in _of_cell(connection, source)}
    for wanted in records:
        if wanted not in held:
            raise NotInCell(cell=source, record=wanted)
    moved = 0
    for together in _groups(held, records or held):
        with platform.database.write() as connection:
            hands = _Hands(connection, shelf, Change(new_id(), by, _OPERATION, platform.clock()), source, target)
            moved += hands.take(together)
    return moved


def _of_cell(connection: Connection, cell: str) -> Iterator[_Held]:
    for family in _FAMILIES:
        live = sa.select(record.c.id, record.c.kind, record.c.payload).where(
            record.c.bucket == f"{family}:{cell}", record.c.payload.is_not(None)
        )
        for row in connection.execute(live.order_by(record.c.id)):
            yield _Held(family, row.id, Kind(row.kind), decode_fields(row.payload))


def _groups(held: dict[str, _Held], records: Iterable[str]) -> Iterator[list[_Held]]:
    """Each of the records with what is about it, and what is about that; those that stand for themselves first."""
    about: dict[str, list[_Held]] = {}
    for each in held.values():
        about.setdefault(each.about, []).append(each)
    gone: set[str] = set()
    for wanted in sorted(records, key=lambda name: (bool(held[name].about), name)):
        group, todo = list[_Held](), [held[wanted]]
        while todo:
            each = todo.pop()
            if each.id not in gone:
                gone.add(each.id)
                group.append(each)
                todo += about.get(each.id, [])
        if group:
            yield group


@dataclass(frozen=True, slots=True)
class _Hands:
    """One transaction that takes records from one cell to another."""

    connection: Connection
    shelf: Shelf
    change: Change
    source: str
    target: str

    def take(self, group: list[_Held]) -> int:
        """Moves a group; a record that left the cell meanwhile, or changed, goes as it is now, or not at all."""
        moved = 0
        locks = {f"{each.family}:{cell}" for each in group for cell in (self.source, self.target)}
        held = {name: feed.lock(self.connection, name) for name in sorted(locks)}
        for each in group:
            stored = held[f"{each.family}:{self.source}"].find(each.id)
            if stored is not None and stored.payload is not None:
                self._move(each, decode_fields(stored.payload))
                moved += 1
        return moved

    def _move(self, each: _Held, before: Fields) -> None:
        source, target = (f"{each.family}:{cell}" for cell in (self.source, self.target))
        after = self._in_cell(each.kind, before)
        entered = feed.move(self.connection, each.id, source, target, self.change.now, canonical(after))
        remember(self.connection, entered, before, after, self.change)
        self._move_uses(each.id, source, target)

    def _move_uses(self, record_id: str, source: str, target: str) -> None:
        """Opens the record's photos to the new cell and shuts them to the old one."""
        of_record = (blob_use.c.record == record_id, blob_use.c.bucket.in_((source, target)))
        readable: dict[tuple[str, str], bool] = {}
        for use in self.connection.execute(sa.select(blob_use).where(*of_record)):
            named = use.sha256, use.worker  # in both, if the record comes back
            readable[named] = use.was_readable or readable.get(named, False)
        rows = [
            {"bucket": target, "sha256": sha256, "record": record_id, "worker": worker, "was_readable": was_readable}
            for (sha256, worker), was_readable in readable.items()
        ]
        self.connection.execute(blob_use.delete().where(*of_record))
        if rows:
            self.connection.execute(blob_use.insert(), rows)

    def _in_cell(self, kind: Kind, fields: Fields) -> dict[str, Value]:
        """The fields of a record in its new cell; a running case goes to the worker who has that."""
        after = dict(fields)
        if "grid" in after:
            after["grid"] = self.target
        pack = self.shelf.of(fields) if kind is Kind.CASE else None
        if after.get("assignee") and not (pack is not None and pack.ends(fields.get("state"))):
            after["assignee"] = directory.worker_of(self.connection, self.target)
        return after
