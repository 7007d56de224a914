"""The log of what was shown unmasked or left in a file: who, what of whom, when, and for which reason.

A line is written in the transaction that allows the reading, before the value is on the screen or in the file; it goes
to the platform like every edit, is never changed, and everybody who has the grid reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Kind, Value, decode_fields, grid_bucket, new_id
from gridclient.store.cache import Changes, Transaction
from gridclient.store.outbox import Edit, queue
from gridclient.store.schema import history
from gridclient.store.shown import about, find

READ, EXPORTED = "read", "exported"


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of the log about a person."""

    at: str
    by: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Export:
    """One line of the log about a list that left in a file; `count` is how many people or cases of one grid."""

    at: str
    by: str
    grid: str
    of: Kind
    count: int
    reason: str


def log_reading(tx: Transaction, resident: str, field: str, reason: str, by: str) -> Changes:
    """Writes that a masked field of a person's file is being read."""
    person = find(tx.connection, resident)
    assert person is not None, "what is being read is on this PC"
    line: dict[str, Value] = {"what": READ, "resident": resident, "field": field, "reason": reason}
    return _append(tx, person.text("grid"), line, by)


def log_export(tx: Transaction, of: Kind, grids: Mapping[str, int], reason: str, by: str) -> Changes:
    """Writes that so many people or cases of each grid leave this PC in a file."""
    changes = Changes()
    for grid, count in sorted(grids.items()):
        changes |= _append(tx, grid, {"what": EXPORTED, "of": of.value, "reason": reason, "count": count}, by)
    return changes


def _append(tx: Transaction, grid: str, line: Fields, by: str) -> Changes:
    whole: dict[str, Value] = {**line, "by": by, "at": tx.at, "grid": grid}
    edit = Edit("append", new_id(), Kind.READING, grid_bucket(grid), whole)
    return queue(tx, edit, by)[1] | Changes.of(str(line.get("resident") or ""), areas=("resident",))


def readings_of(connection: Connection, resident: str) -> list[Reading]:
    """The readings of a person's file by everybody, newest first."""
    found = [
        Reading(line.text("at"), line.text("by"), line.text("field"), line.text("reason"))
        for line in about(connection, resident, Kind.READING)
    ]
    # Earlier programs kept a line only on the PC where it was written.
    earlier = connection.execute(sa.select(history).where(history.c.record == resident, history.c.what == READ))
    for row in earlier:
        field, _, reason = row.fields.partition(" ")
        found.append(Reading(row.at, row.by, field, reason))
    return sorted(found, key=lambda line: line.at, reverse=True)


def exports(connection: Connection, most: int) -> list[Export]:
    """The lists that left in files, newest first, as far as this worker has the grids."""
    rows = connection.exec_driver_sql(
        "SELECT coalesce(s.payload, b.payload) AS payload FROM shown s JOIN base b USING (rid) "
        "WHERE s.kind = 'reading' AND s.kind IS NOT 'case' AND s.about IS NULL"
    ).scalars()
    found = [decode_fields(payload) for payload in rows]
    lines = [
        Export(
            str(line["at"]), str(line["by"]), str(line["grid"]), Kind(str(line["of"])), int(str(line["count"])),
            str(line["reason"]),
        )
        for line in found
        if line.get("what") == EXPORTED
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.at, reverse=True)[:most]
