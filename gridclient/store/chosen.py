"""Several cases of a list at once: what is told of each when they are printed or written into a file.

What identifies a person leaves here masked; a copy that leaves the program is logged at each case that it names.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gridclient.domain.masking import mask_phone
from gridclient.domain.record import Kind
from gridclient.store import lists, readings
from gridclient.store.cache import Changes, Transaction
from gridclient.store.lists import QueueRow
from gridclient.store.schema import history
from gridclient.store.shown import all_about, find

EXPORTED = "export"
"""What the history of a case says when it was written into a file."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A line of the list with the name of whoever does it and the resident's phone, masked."""

    row: QueueRow
    assignee: str
    phone: str


def chosen(connection: Connection, rids: Sequence[int]) -> list[Chosen]:
    """The cases with these row ids, in their order; one that left the PC meanwhile is missing."""
    rows = lists.rows(connection, rids)
    wanted = ",".join(str(row.rid) for row in rows)
    found = connection.exec_driver_sql(f"SELECT rid, assignee, about FROM shown WHERE rid IN ({wanted})")
    beside = {each.rid: (each.assignee or "", each.about or "") for each in found}
    names = lists.worker_names(connection)
    files = all_about(connection, {about for _, about in beside.values() if about}, (Kind.IDENT,))
    phones = {file.text("resident"): mask_phone(file.text("phone")) for file in files}
    made = list[Chosen]()
    for row in rows:
        assignee, about = beside[row.rid]
        made.append(Chosen(row, names.get(assignee, assignee), phones.get(about, "")))
    return made


def log_export(tx: Transaction, cases: Sequence[str], reason: str, by: str) -> Changes:
    """Writes into the history of each case here that it was exported, and into the log that synchronises how many."""
    lines = [{"record": case, "at": tx.at, "by": by, "what": EXPORTED, "mid": "", "fields": reason} for case in cases]
    if lines:
        tx.connection.execute(history.insert(), lines)
    files = (find(tx.connection, case) for case in cases)
    grids = Counter(file.text("grid") for file in files if file is not None)
    return Changes.of(*cases) | readings.log_export(tx, Kind.CASE, grids, reason, by)
