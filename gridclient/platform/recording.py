"""What every change of a record writes besides the record: its history, and the cases that it opens."""

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from sqlalchemy.engine import Connection

from gridclient.domain.merge import same
from gridclient.domain.record import Fields, Kind, iso
from gridclient.platform import feed
from gridclient.platform.numbers import numbered
from gridclient.platform.tables import history
from gridclient.workflow import Shelf
from gridclient.workflow.openings import opened_by

_json = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Change:
    """Why a record changes: by which mutation, by whom, how, and when by both clocks."""

    mid: str
    by: str
    op: str
    now: datetime
    device: str = ""
    authored_at: str = ""


def canonical(fields: Fields) -> bytes:
    """A record's fields as the platform stores and sends them: sorted, no blanks, no nulls."""
    return _json.encode({name: value for name, value in fields.items() if value is not None})


def remember(connection: Connection, after: feed.Stored, before: Fields, fields: Fields, change: Change) -> None:
    """Writes the history of a change: which fields, by whom, and when."""
    connection.execute(history.insert().values(**remembered(after, before, fields, change)))


def remembered(after: feed.Stored, before: Fields, fields: Fields, change: Change) -> dict[str, object]:
    """The same as a row that the caller writes."""
    names = before.keys() | fields.keys()
    changes = {n: [before.get(n), fields.get(n)] for n in names if not same(before.get(n), fields.get(n))}
    at = iso(change.now.astimezone(UTC))
    return {
        "bucket": after.bucket, "record": after.id, "ver": after.ver, "mid": change.mid, "worker": change.by,
        "device": change.device, "op": change.op, "at": at, "authored_at": change.authored_at or at,
        "changes": _json.encode(changes),
    }  # fmt: skip


def open_cases(
    held: feed.Lock, shelf: Shelf, case_id: str, before: Fields, after: Fields, change: Change
) -> None:  # fmt: skip
    """Enters the cases that a case opens by what it has become; those that are there already stay as they are."""
    pack = shelf.of(after)
    if pack is None or not pack.opens:
        return
    for child in opened_by(shelf, pack, case_id, before, after, change.by, change.now):
        if held.find(child.id) is None:
            fields = {**child.fields, "number": numbered(held.connection, str(after.get("grid")), change.now)}
            entered = held.put(None, Kind.CASE, child.id, canonical(fields))
            remember(held.connection, entered, {}, fields, Change(change.mid, change.by, "open", change.now))
