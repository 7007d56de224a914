"""What was done to a record on this PC, with what became of it on the platform."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.store.schema import history, outcomes


@dataclass(frozen=True, slots=True)
class DoneHere:
    """One edit; `status` is that of its outcome, empty where none is known."""

    at: str
    by: str
    what: str
    fields: tuple[str, ...]
    status: str


def edits_of(connection: Connection, record: str) -> list[DoneHere]:
    """The edits of a record that were made on this PC, oldest first."""
    asked = (
        sa.select(history.c.at, history.c.by, history.c.what, history.c.fields, outcomes.c.status)
        .select_from(history.outerjoin(outcomes, history.c.mid == outcomes.c.mid))
        .where(history.c.record == record)
        .order_by(history.c.n)
    )
    return [
        DoneHere(row.at, row.by, row.what, tuple(row.fields.split()), row.status or "")
        for row in connection.execute(asked)
    ]
