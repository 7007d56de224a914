"""Takes back what a worker did last.

An edit that never left this PC leaves the outbox as if it had not been; one that the platform may know is answered by
a new edit that sets the old values again. A finished step that was uploaded is not taken back: the workflow decides
what may follow it.
"""

from dataclasses import dataclass
from typing import cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.merge import same
from gridclient.domain.record import Fields, Kind
from gridclient.domain.schema import fields_beyond_patch
from gridclient.errors import GridError
from gridclient.protocol.messages import Mutation
from gridclient.store import blobs
from gridclient.store.cache import Changes, Transaction, read_setting
from gridclient.store.outbox import Edit, forget_creation, handed_out, queue
from gridclient.store.schema import history, journal, outbox, outcomes
from gridclient.store.shown import find, reshow
from gridclient.store.work import Actor

_decode = msgspec.json.Decoder(Mutation).decode


class AlreadyUploaded(GridError):
    """The platform knows a step or a creation that somebody wants to take back."""

    text = "This was uploaded already and cannot be undone here."


class ChangedSince(GridError):
    """A field has another value than the one that would be taken back."""

    text = "Somebody has changed this since; nothing was undone."


class BuiltUpon(GridError):
    """A later edit needs this one."""

    text = "A later change builds on this one; undo that one first."


@dataclass(frozen=True, slots=True)
class Done:
    """The edits of one transaction, or of several that belong together, by their numbers in the outbox."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Deed:
    """What the edits of one transaction did, in terms that a person knows."""

    what: str  # the op, or the name of the transition
    kind: Kind
    record: str
    title: str
    source: str = ""  # of a case: where it comes from
    cases: int = 1  # how many records were dealt with in the same way


def last_number(connection: Connection) -> int:
    """The number of the newest edit; edits of a transaction are those between two such numbers."""
    return int(read_setting(connection, "dseq") or 0)


def deed(connection: Connection, done: Done) -> Deed | None:
    """What was done: the first edit speaks for what follows from it; None when it is no longer known."""
    found = _edits(connection, done)
    if not found:
        return None
    edit, record = found[0][0], find(connection, found[0][0].record)
    title = "" if record is None else record.text("title") or record.text("name")
    source = "" if record is None else record.text("source")
    alike = {each.record for each, _ in found if each.kind == edit.kind}
    return Deed(edit.transition or edit.op, Kind(edit.kind), edit.record, title, source, len(alike))


def take_back(tx: Transaction, done: Done, actor: Actor) -> Changes:
    """Undoes the edits of one transaction together, the last one first."""
    edits = _edits(tx.connection, done)[::-1]
    if not edits:
        raise AlreadyUploaded
    is_here = done.first > handed_out(tx.connection) and all(waits for _, waits in edits)
    changes = Changes()
    if is_here:
        _check_nothing_follows(tx.connection, done)
        for edit, _ in edits:
            changes |= _withdraw(tx, edit)
        return changes
    for edit, _ in edits:
        changes |= _set_back(tx, edit, actor)
    return changes


def _edits(connection: Connection, done: Done) -> list[tuple[Mutation, bool]]:
    """The edits, oldest first, each with whether it still waits."""
    found: list[tuple[Mutation, bool]] = []
    for table in (journal, outbox):
        rows = sa.select(table.c.body).where(table.c.dseq.between(done.first, done.last)).order_by(table.c.dseq)
        found += [(_decode(body), table is outbox) for body in connection.execute(rows).scalars()]
    return found


def _check_nothing_follows(connection: Connection, done: Done) -> None:
    own = {edit.mid for edit, _ in _edits(connection, done)}
    later = sa.select(outbox.c.body).where(outbox.c.dseq > done.last)
    if any(own & set(_decode(body).deps) for body in connection.execute(later).scalars()):
        raise BuiltUpon


def _withdraw(tx: Transaction, edit: Mutation) -> Changes:
    run = tx.connection.execute
    for table in (outbox, outcomes, history):
        run(table.delete().where(table.c.mid == edit.mid))
    changes = blobs.mark_draft(tx, edit.record, tuple(set(edit.blobs) - _still_used(tx.connection, edit.record)))
    reshow(tx.connection, edit.record)
    changes |= forget_creation(tx, edit.record)
    return changes | Changes.of(edit.record, areas=(edit.kind, "outbox", "outcomes"))


def _still_used(connection: Connection, record: str) -> set[str]:
    """The photos of the record's other edits, sent or not: they go to the platform as before."""
    bodies = [
        body
        for table in (journal, outbox)
        for body in connection.execute(sa.select(table.c.body).where(table.c.record == record)).scalars()
    ]
    return {sha256 for body in bodies for sha256 in _decode(body).blobs}


def _set_back(tx: Transaction, edit: Mutation, actor: Actor) -> Changes:
    kind, was = Kind(edit.kind), cast(Fields, edit.base)
    names = set(edit.set)
    if edit.op != "patch" or fields_beyond_patch(kind, names, is_supervisor=actor.role == "supervisor"):
        raise AlreadyUploaded
    record = find(tx.connection, edit.record)
    if record is None or any(not same(record.fields.get(n), v) for n, v in cast(Fields, edit.set).items()):
        raise ChangedSince
    back = Edit("patch", edit.record, kind, edit.bucket, {name: was.get(name) for name in edit.set})
    return queue(tx, back, actor.worker_id)[1]
