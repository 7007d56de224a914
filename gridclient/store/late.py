"""Work that reached the platform too late to be laid over its record: a supervisor looks at it and decides.

The author's change lies whole in a review record. Taking it over is an edit of the supervisor's own, judged like any
other; either way the review is closed in the same transaction and its author reads the note.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Kind, Value
from gridclient.domain.schema import fields_beyond_patch
from gridclient.store import shown
from gridclient.store.cache import Changes, Transaction
from gridclient.store.outbox import Edit, queue
from gridclient.store.work import Actor, NotHere
from gridclient.workflow import CORRECT, trail_of


@dataclass(frozen=True, slots=True)
class LateField:
    """One field as its author saw it, as the author left it, and as it is now."""

    name: str
    before: Value
    late: Value
    now: Value


@dataclass(frozen=True, slots=True)
class Late:
    """One late piece of work."""

    id: str
    record: str
    kind: str
    title: str
    by: str
    at: str
    reason: str  # a problem type's name
    fields: tuple[LateField, ...]
    can_take: bool  # the record is here, and these fields may be edited by hand
    why: str = ""  # what its author said about a correction


def late_work(connection: Connection) -> list[Late]:
    """What waits for a supervisor, oldest first."""
    ids = connection.exec_driver_sql(
        "SELECT b.id FROM shown s JOIN base b USING (rid) WHERE s.kind = 'review' AND s.state = 'open' "
        "ORDER BY s.due_at, b.id"
    ).scalars()
    return [_late(connection, review) for each in list(ids) if (review := shown.find(connection, each)) is not None]


def late_about(connection: Connection, records: Sequence[str]) -> list[Late]:
    """The late work on these records that no supervisor has decided yet, oldest first."""
    found = [each for each in shown.all_about(connection, records, (Kind.REVIEW,)) if each.text("state") == "open"]
    return sorted((_late(connection, review) for review in found), key=lambda late: (late.at, late.id))


def _late(connection: Connection, review: shown.Shown) -> Late:
    mutation = cast("Mapping[str, Value]", review.fields.get("mutation") or {})
    base = cast("Fields", mutation.get("base") or {})
    late = dict(cast("Fields", mutation.get("set") or {}))
    corrects = mutation.get("transition") == CORRECT
    # The trail tells of the correction; what may be taken over are the answers.
    trail = trail_of({"trail": late.pop("trail", None)}) if corrects else []
    target = shown.find(connection, review.text("record"))
    now: Fields = target.fields if target else {}
    fields = tuple(LateField(name, base.get(name), value, now.get(name)) for name, value in sorted(late.items()))
    op, kind = mutation.get("op"), Kind(review.text("record_kind"))
    can_take = op == "create" and kind is not Kind.CASE
    if target is not None and (corrects or op == "patch"):
        can_take = not fields_beyond_patch(target.kind, set(late), is_supervisor=True)
    return Late(
        review.id, review.text("record"), review.text("record_kind"), review.text("title"), review.text("by"),
        review.text("authored_at"), review.text("reason"), fields,
        can_take, str(trail[-1].get("reason") or "") if trail else "",
    )  # fmt: skip


def close_late(tx: Transaction, late: Late, actor: Actor, note: str, *, take: bool) -> Changes:
    """Closes a review; `take` lays the late values over the record as the supervisor's own edit."""
    review = shown.find(tx.connection, late.id)
    if review is None:
        raise NotHere
    mid, changes = "", Changes()
    target = shown.find(tx.connection, late.record) if take else None
    values: dict[str, Value] = {field.name: field.late for field in late.fields}
    if target is not None:
        if "grid" in values:
            values["grid"] = target.fields.get("grid")  # it is changed by no edit
        mid, changes = queue(tx, Edit("patch", target.id, target.kind, target.bucket, values), actor.worker_id)
    elif take:
        values |= {"grid": review.bucket.partition(":")[2]} if "grid" in values else {}
        made = Edit("create", late.record, Kind(late.kind), review.bucket, values)
        mid, changes = queue(tx, made, actor.worker_id)
    fields: dict[str, Value] = {"state": "closed", "note": note, "closed_by": actor.worker_id, "closed_at": tx.at}
    done = Edit("transition", review.id, Kind.REVIEW, review.bucket, fields, "close", (mid,) if mid else ())
    return changes | queue(tx, done, actor.worker_id)[1]
