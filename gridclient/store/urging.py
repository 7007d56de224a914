"""Urging (督办): a supervisor presses for a case, and whoever has it must reply. Both are fields of the case.

The reply names the urging that it answers, so that a newer one waits for a reply of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, decode_fields
from gridclient.errors import GridError
from gridclient.store.cache import Changes, Transaction
from gridclient.store.ending import UNENDED, ends_of
from gridclient.store.projection import URGED
from gridclient.store.shown import find
from gridclient.store.work import Actor, NotAllowed, NotHere, edit_record
from gridclient.text import tr
from gridclient.workflow import Shelf


class NothingToReply(GridError):
    """Nobody waits for a reply about this case."""

    text = "This urging was answered already, or taken back."


@dataclass(frozen=True, slots=True)
class Urge:
    """The last urging of a case that is not at an end, with its reply where there is one."""

    case: str
    title: str
    place: str
    assignee: str
    due_at: str
    text: str
    by: str
    at: str
    reply: str
    replied_at: str

    @property
    def waits(self) -> bool:
        """Whether a reply is still wanted."""
        return not self.replied_at


def urge(tx: Transaction, packs: Shelf, case_id: str, text: str, actor: Actor) -> Changes:
    """Presses for a case; only a supervisor may, and has to say what is wanted."""
    if actor.role != "supervisor":
        raise NotAllowed(reason=tr("Your role does not allow this step."))
    case = find(tx.connection, case_id)
    if case is None:
        raise NotHere
    if packs.ends(case.text("pack"), case.text("state")):
        raise NotAllowed(reason=tr("The case is closed."))
    return edit_record(tx, case_id, {"urged": {"text": text, "by": actor.worker_id, "at": tx.at}}, actor)


def reply(tx: Transaction, case_id: str, text: str, actor: Actor) -> Changes:
    """Answers the urging of a case."""
    case = find(tx.connection, case_id)
    if case is None:
        raise NotHere
    asked, given = _both(case.fields)
    if not asked or given.get("to") == asked["at"]:
        raise NothingToReply
    answer = {"text": text, "by": actor.worker_id, "at": tx.at, "to": asked["at"]}
    return edit_record(tx, case_id, {"urge_reply": {**answer}}, actor)


def urges(connection: Connection, packs: Shelf, assignee: str = "") -> list[Urge]:
    """The urged cases that are not at an end, the one that waits longest first; of one worker, or of everybody."""
    rows = connection.exec_driver_sql(
        "SELECT b.id, coalesce(s.payload, b.payload) AS file FROM (SELECT rowid FROM search WHERE search MATCH ?) f "
        "CROSS JOIN shown s ON s.rid = f.rowid CROSS JOIN base b ON b.rid = s.rid "
        f"WHERE {UNENDED} AND (? = '' OR s.assignee = ?)",
        (f'"{URGED}"', ends_of(packs), assignee, assignee),
    )
    found = [made for row in rows if (made := _urge(row.id, decode_fields(row.file))) is not None]
    return sorted(found, key=lambda each: (not each.waits, each.at))


def _urge(case: str, fields: Fields) -> Urge | None:
    asked, given = _both(fields)
    if not asked:
        return None  # it was taken back
    answers = given.get("to") == asked["at"]
    title, place, assignee, due_at = (str(fields.get(n) or "") for n in ("title", "address", "assignee", "due_at"))
    return Urge(
        case, title, place, assignee, due_at, asked.get("text", ""), asked.get("by", ""), asked["at"],
        given.get("text", "") if answers else "", given.get("at", "") if answers else "",
    )  # fmt: skip


def _both(fields: Fields) -> tuple[Mapping[str, str], Mapping[str, str]]:
    asked, given = (fields.get(name) for name in ("urged", "urge_reply"))
    texts = [{k: str(v) for k, v in each.items()} if isinstance(each, dict) else {} for each in (asked, given)]
    return (texts[0] if texts[0].get("at") else {}), texts[1]
