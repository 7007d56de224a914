"""The log of what was shown unmasked: who read which field of whose file, when, and for which reason.

A line is written in the transaction that allows the reading, before the value is on the screen, and is never changed.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.store.cache import Changes, Transaction
from gridclient.store.schema import history

READ = "read"


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of the log."""

    at: str
    by: str
    field: str
    reason: str


def log_reading(tx: Transaction, resident: str, field: str, reason: str, by: str) -> Changes:
    """Writes that a masked field of a person's file is being read."""
    line = {"record": resident, "at": tx.at, "by": by, "what": READ, "mid": "", "fields": f"{field} {reason}"}
    tx.connection.execute(history.insert().values(**line))
    return Changes.of(resident, areas=("resident",))


def readings_of(connection: Connection, resident: str) -> list[Reading]:
    """The readings of a person's file on this PC, newest first."""
    rows = connection.execute(
        sa.select(history).where(history.c.record == resident, history.c.what == READ).order_by(history.c.n.desc())
    )
    found: list[Reading] = []
    for row in rows:
        field, _, reason = row.fields.partition(" ")
        found.append(Reading(row.at, row.by, field, reason))
    return found
