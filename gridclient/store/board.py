"""What a supervisor's board reads: the cases that press, and how much each worker has in hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gridclient.domain.record import decode_fields
from gridclient.store import lists
from gridclient.store.ending import UNENDED, ends_of
from gridclient.store.shown import find
from gridclient.workflow import Shelf

# As the index says it. A case that waits for its review is not in the worker's hands.
_IN_HAND = f"s.kind = 'case' AND {UNENDED} AND s.state <> 'review'"

_FILE = "CAST(coalesce(s.payload, b.payload) AS TEXT)"
_BACK = "('return', 'rework', 'fail')"  # the moves by which a case goes back to whoever had handled it


@dataclass(frozen=True, slots=True)
class Load:
    """What one worker has in hand; `oldest` is the deadline that is over for longest, empty without one."""

    worker: str
    name: str
    open: int
    overdue: int
    oldest: str


@dataclass(frozen=True, slots=True)
class Pressing:
    """A case that is overdue or due soon."""

    rid: int
    id: str
    title: str
    place: str
    pack: str
    worker: str
    assignee: str
    due_at: str


@dataclass(frozen=True, slots=True)
class SentBack:
    """A case that came back more than once."""

    id: str
    title: str
    place: str
    worker: str
    times: int


def loads(connection: Connection, packs: Shelf, now: str) -> list[Load]:
    """Each worker's load, who has most overdue first; cases of nobody come under an empty name."""
    names = lists.worker_names(connection)
    rows = connection.exec_driver_sql(
        "SELECT coalesce(s.assignee, '') AS worker, count(*) AS n, coalesce(sum(s.due_at < ?), 0) AS late, "
        f"min(CASE WHEN s.due_at < ? THEN s.due_at END) AS oldest FROM shown s WHERE {_IN_HAND} GROUP BY 1",
        (now, now, ends_of(packs)),
    )
    found = [
        Load(str(row.worker), names.get(row.worker) or str(row.worker), row.n, row.late, row.oldest or "")
        for row in rows
    ]
    return sorted(found, key=lambda load: (-load.overdue, -load.open, load.name))


def sent_back(connection: Connection, packs: Shelf, least: int = 2, limit: int = 20) -> list[SentBack]:
    """Cases that are not ended and were sent back that often, by their trail or by this worker, most often first."""
    rows = connection.exec_driver_sql(
        "SELECT b.id, s.title, s.place, s.assignee, "
        f"max((SELECT count(*) FROM json_each({_FILE}, '$.trail') t WHERE json_extract(t.value, '$.do') IN {_BACK}), "
        f"(SELECT count(*) FROM history h WHERE h.record = b.id AND h.what IN {_BACK})) AS times "
        f"FROM shown s JOIN base b USING (rid) WHERE s.kind = 'case' AND {UNENDED} AND times >= ? "
        "ORDER BY times DESC, s.due_at LIMIT ?",
        (ends_of(packs), least, limit),
    )
    return [SentBack(row.id, row.title or "", row.place or "", row.assignee or "", row.times) for row in rows]


def takers(connection: Connection, cases: Sequence[str]) -> dict[str, str]:
    """The workers who can be given all of these cases, by id: those with a duty in each of their grids."""
    grids = {case.text("grid") for each in cases if (case := find(connection, each)) is not None}
    rows = connection.exec_driver_sql(
        "SELECT b.id, coalesce(s.payload, b.payload) AS file FROM shown s JOIN base b USING (rid) "
        "WHERE s.kind = 'worker' AND s.kind IS NOT 'case'"
    )
    found: dict[str, str] = {}
    for row in rows:
        file = decode_fields(row.file)
        cells = file.get("cells")
        if file.get("role") == "worker" and isinstance(cells, list) and grids <= set(map(str, cells)):
            found[row.id] = str(file.get("name") or "")
    return found


def pressing(
    connection: Connection, packs: Shelf, until: str, worker: str = "", *, since: str = "", limit: int = 200
) -> list[Pressing]:
    """The cases that are due until a moment, what is over for longest first; of one worker, or of everybody."""
    names = lists.worker_names(connection)
    rows = connection.exec_driver_sql(
        "SELECT s.rid, b.id, s.title, s.place, s.pack, s.assignee, s.due_at FROM shown s JOIN base b USING (rid) "
        f"WHERE {_IN_HAND} AND s.due_at BETWEEN ? AND ? AND (? = '' OR s.assignee = ?) "
        "ORDER BY s.due_at, s.rid LIMIT ?",
        (ends_of(packs), since, until, worker, worker, limit),
    )
    return [
        Pressing(
            row.rid, row.id, row.title or "", row.place or "", row.pack or "", row.assignee or "",
            names.get(row.assignee or "", row.assignee or ""), row.due_at,
        )
        for row in rows
    ]  # fmt: skip
