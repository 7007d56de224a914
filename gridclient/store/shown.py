"""The shown side of single records: base with this device's pending edits over it.

Lists read columns, pages read whole records; both see the same, because a pending edit is laid over the base by
the same `merge` that the platform judges with.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import msgspec
from sqlalchemy.engine import Connection

from gridclient.domain.merge import merge
from gridclient.domain.record import Fields, Kind, decode_fields
from gridclient.protocol.messages import Mutation
from gridclient.store.projection import ShownRow, project, project_edited
from gridclient.store.search import reference

_mutation = msgspec.json.Decoder(Mutation).decode
_SHOW = (
    "INTO shown(rid, kind, state, pack, assignee, about, title, place, number, due_at, payload) "
    "VALUES (?,?,?,?,?,?,?,?,?,?,?)"
)
_INDEX = "INTO search(rowid, body) VALUES (?,?)"


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as this worker sees it now."""

    id: str
    kind: Kind
    bucket: str
    ver: int
    fields: Fields
    pending: int = 0  # edits that were not uploaded yet

    def text(self, name: str) -> str:
        """A field as text, empty when it is absent."""
        value = self.fields.get(name)
        return "" if value is None else str(value)


def find(connection: Connection, record_id: str) -> Shown | None:
    """The record, or None when it is not on this PC."""
    row = connection.exec_driver_sql(
        "SELECT b.kind, b.bucket, b.ver, coalesce(s.payload, b.payload) AS payload, "
        "(SELECT count(*) FROM outbox o WHERE o.record = b.id) AS pending "
        "FROM base b LEFT JOIN shown s USING (rid) WHERE b.id = ?",
        (record_id,),
    ).one_or_none()
    if row is None:
        return None
    return Shown(record_id, Kind(row.kind), row.bucket, row.ver, decode_fields(row.payload), row.pending)


def about(connection: Connection, record_id: str, kind: Kind) -> list[Shown]:
    """The records of a kind that are about another record."""
    rows = connection.exec_driver_sql(
        "SELECT b.id FROM (SELECT rowid FROM search WHERE search MATCH ?) f CROSS JOIN shown s ON s.rid = f.rowid "
        "CROSS JOIN base b ON b.rid = s.rid WHERE s.about = ? AND s.kind = ? ORDER BY s.due_at, b.id",
        (f'"{reference(record_id)}"', record_id, kind),
    ).scalars()
    return [shown for record in list(rows) if (shown := find(connection, record)) is not None]


def all_about(connection: Connection, record_ids: Iterable[str], kinds: Iterable[Kind]) -> list[Shown]:
    """The records of these kinds that are about any of the others; how many of their edits wait is not counted."""
    return [each for some in _in_hundreds(record_ids) for each in _all_about(connection, some, set(kinds))]


def _in_hundreds(ids: Iterable[str]) -> list[list[str]]:
    whole = list(ids)
    return [whole[start : start + 100] for start in range(0, len(whole), 100)]


def _all_about(connection: Connection, wanted: Sequence[str], kinds: set[Kind]) -> list[Shown]:
    expression = " OR ".join(f'"{reference(record_id)}"' for record_id in wanted)
    rows = connection.exec_driver_sql(
        "SELECT b.id, s.kind, b.bucket, b.ver, s.about, coalesce(s.payload, b.payload) AS payload "
        "FROM (SELECT rowid FROM search WHERE search MATCH ?) f CROSS JOIN shown s ON s.rid = f.rowid "
        "CROSS JOIN base b ON b.rid = s.rid ORDER BY s.rid",
        (expression,),
    )
    return [
        Shown(row.id, Kind(row.kind), row.bucket, row.ver, decode_fields(row.payload))
        for row in rows
        if row.about in wanted and row.kind in kinds
    ]


def show(connection: Connection, rows: list[tuple[ShownRow, str]], *, new: bool = False) -> None:
    """Writes rows of `shown` and their search tokens; `new` says that none of them was shown before."""
    verb = "INSERT " if new else "INSERT OR REPLACE "
    connection.exec_driver_sql(verb + _SHOW, [row for row, _ in rows])
    connection.exec_driver_sql(verb + _INDEX, [(row[0], words) for row, words in rows])


def reshow(connection: Connection, record_id: str) -> None:
    """Computes a record's shown row and search tokens anew from base and outbox."""
    found = connection.exec_driver_sql("SELECT rid, kind, payload FROM base WHERE id = ?", (record_id,)).one_or_none()
    if found is None:
        return
    rid, kind, payload = found
    pending = connection.exec_driver_sql(
        "SELECT body FROM outbox WHERE record = ? ORDER BY dseq", (record_id,)
    ).scalars()
    edits = [_mutation(body) for body in pending]
    if edits:
        fields = decode_fields(payload)
        for edit in edits:
            laid, _ = merge(cast(Fields, edit.base), cast(Fields, edit.set), fields)
            fields = {name: value for name, value in laid.items() if value is not None}
        row, words = project_edited(rid, kind, fields, msgspec.json.encode(fields))
    else:
        row, words = project(rid, kind, payload)
    show(connection, [(row, words)])
