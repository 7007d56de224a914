"""The edits of a worker's day, each one transaction: the pure rule decides, outbox and shown row are written.

Every function takes a transaction and returns `Changes`; a transaction that ends without an exception is durable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy.engine import Connection

from gridclient.domain.merge import EVIDENCE, same
from gridclient.domain.record import Fields, Kind, Value, grid_bucket, new_id
from gridclient.domain.schema import fields_beyond_patch
from gridclient.errors import GridError
from gridclient.store import blobs
from gridclient.store.cache import Changes, Transaction
from gridclient.store.confidential import keep_beside
from gridclient.store.drafts import drop_draft
from gridclient.store.outbox import Edit, queue
from gridclient.store.shown import Shown, about, find
from gridclient.text import tr
from gridclient.workflow import (
    CORRECT,
    Asked,
    Pack,
    advance,
    allowed,
    approve,
    begin,
    correct,
    evidence,
    explain,
    may_correct,
    parted,
    return_,
    submit,
    take,
    updates,
)


class NotHere(GridError):
    """The record is not on this PC (any more)."""

    text = "This record is not on this PC any more: it was handed to somebody else, or removed."


class NotAllowed(GridError):
    """The workflow does not allow this step now; the reason is in words."""

    text = "{reason}"


class NoReason(GridError):
    """A correction says nothing about why."""

    text = "Say why what was sent is changed; the supervisor reads it."


class NotSent(GridError):
    """The report is not the worker's own, or was decided already."""

    text = "Only a report that you sent yourself and that nobody has decided yet can be corrected."


class NotFree(GridError):
    """Somebody else has the case."""

    text = "Somebody else has this case; only a supervisor can take it from them."


@dataclass(frozen=True, slots=True)
class Actor:
    """Who edits."""

    worker_id: str
    role: str

    @property
    def queue_of(self) -> str:
        """Whose cases a queue of their own shows: a worker's; empty for everybody's."""
        return self.worker_id if self.role == "worker" else ""


def complete_step(
    tx: Transaction, pack: Pack, case_id: str, step_id: str, answers: Mapping[str, str], actor: Actor,
    hashes: tuple[str, ...] = (),
) -> Changes:  # fmt: skip
    """Records a finished step, and carries confirmed values back to the person's file."""
    case = _get(tx, case_id)
    if reason := explain(pack, case.fields, actor.role, pack.step(step_id)):
        raise NotAllowed(reason=reason)
    told, confidential = parted(pack, answers)
    fields = advance(pack, case.fields, step_id, told, actor.worker_id, tx.at)
    mid, changes = _transition(tx, pack, case, fields, "advance", actor, hashes)
    changes |= keep_beside(tx, case, {step_id: confidential}, actor.worker_id, mid)
    changes |= blobs.mark_to_upload(tx, case_id, hashes)
    return changes | _update_files(tx, pack, case, step_id, answers, actor)


def _transition(
    tx: Transaction, pack: Pack, case: Shown, fields: Fields, name: str, actor: Actor, hashes: tuple[str, ...] = ()
) -> tuple[str, Changes]:
    edit = Edit(
        "transition", case.id, Kind.CASE, case.bucket, fields, name, blobs=hashes, pack_version=pack.version
    )  # fmt: skip
    return queue(tx, edit, actor.worker_id)


def _update_files(
    tx: Transaction, pack: Pack, case: Shown, step_id: str, answers: Mapping[str, str], actor: Actor
) -> Changes:
    """What was confirmed at the door updates the files, with its evidence; also where the value stays the same."""
    by_kind: dict[Kind, dict[str, Value]] = {}
    for (kind, name), value in updates(pack, step_id, dict(answers)).items():
        said = evidence(pack, case.id, kind, name, value, actor.worker_id, tx.now)
        by_kind.setdefault(Kind(kind), {}).update({name: value, EVIDENCE + name: said})
    changes = Changes()
    for kind, values in by_kind.items():
        for record in files_of(tx.connection, case, kind):
            changes |= edit_record(tx, record.id, values, actor)
    return changes


def files_of(connection: Connection, case: Shown, kind: Kind) -> list[Shown]:
    """The files of a kind about whom, or what, a case is about, as far as they are on this PC."""
    if kind in (Kind.CARE, Kind.IDENT):
        return about(connection, case.text("resident"), kind) if case.text("resident") else []
    name = case.text(kind.value)
    if kind is Kind.HOUSEHOLD and not name and (person := find(connection, case.text("resident"))) is not None:
        name = person.text("household")
    found = find(connection, name) if name else None
    return [] if found is None else [found]


def open_case(tx: Transaction, pack: Pack, about: Fields, actor: Actor, case_id: str = "") -> tuple[str, Changes]:
    """Opens a case here and now; its number is provisional until the platform gives the official one."""
    case_id = case_id or new_id()
    fields = begin(pack, {"assignee": actor.worker_id, "category": pack.category.zh, **about}, tx.now)
    bucket = grid_bucket(str(about["grid"]))
    return case_id, queue(tx, Edit("create", case_id, Kind.CASE, bucket, fields), actor.worker_id)[1]


def provisional_number(case_id: str) -> str:
    """How a case is called until it has its official number: the end of its id, which is nobody else's."""
    return tr("provisional {code}", code=case_id[-6:].upper())


def submit_case(tx: Transaction, pack: Pack, case_id: str, actor: Actor) -> Changes:
    """Hands a finished case to the supervisor; its draft is no longer needed."""
    case = _get(tx, case_id)
    _check(tx, pack, case.fields, actor, "submit")
    fields = submit(pack, case.fields, actor.worker_id, tx.at)
    return _transition(tx, pack, case, fields, "submit", actor)[1] | drop_draft(tx, case_id)


def correct_case(
    tx: Transaction, pack: Pack, case_id: str, answers: Mapping[str, Mapping[str, str]], actor: Actor,
    reason: str, hashes: tuple[str, ...] = (),
) -> Changes:  # fmt: skip
    """Changes answers of a report that waits for its review; `answers` are whole steps, by their ids."""
    case = _get(tx, case_id)
    if not may_correct(case.fields, actor.worker_id):
        raise NotSent
    if not reason.strip():
        raise NoReason
    parts = {step: parted(pack, given) for step, given in answers.items()}
    fields = correct(case.fields, {step: told for step, (told, _) in parts.items()}, actor.worker_id, tx.at, reason)
    mid, changes = _transition(tx, pack, case, fields, CORRECT, actor, hashes)
    changes |= drop_draft(tx, case_id)
    changes |= keep_beside(tx, case, {step: kept for step, (_, kept) in parts.items()}, actor.worker_id, mid)
    changes |= blobs.mark_to_upload(tx, case_id, hashes)
    for step, given in answers.items():
        changes |= _update_files(tx, pack, case, step, given, actor)
    return changes


def approve_case(tx: Transaction, pack: Pack, case_id: str, actor: Actor) -> Changes:
    """The supervisor approves; the case is closed."""
    case = _get(tx, case_id)
    _check(tx, pack, case.fields, actor, "approve")
    fields = approve(pack, case.fields, actor.worker_id, tx.at)
    return _transition(tx, pack, case, fields, "approve", actor)[1]


def return_case(tx: Transaction, pack: Pack, case_id: str, comments: Mapping[str, str], actor: Actor) -> Changes:
    """The supervisor sends a case back with a comment at each answer that it concerns."""
    case = _get(tx, case_id)
    noted: dict[str, Value] = {
        ref: {"text": text, "by": actor.worker_id, "at": tx.at} for ref, text in comments.items()
    }
    _check(tx, pack, {**case.fields, "comments": noted}, actor, "return")
    fields = return_(pack, case.fields, noted, actor.worker_id, tx.at)
    return _transition(tx, pack, case, fields, "return", actor)[1]


def move_case(
    tx: Transaction, pack: Pack, case_id: str, name: str, actor: Actor, reason: str = "", given: Fields | None = None
) -> Changes:
    """Takes a move of the case's pack: dispatch, send back, extend, put on hold and so on."""
    case = _get(tx, case_id)
    asked = _check(tx, pack, case.fields, actor, name, reason, given)
    fields = take(pack, case.fields, actor.role, name, asked)
    return _transition(tx, pack, case, fields, name, actor)[1]


def take_case(tx: Transaction, case_id: str, actor: Actor) -> Changes:
    """Makes whoever edits the assignee: a supervisor of any case, a worker of one that nobody has."""
    case = _get(tx, case_id)
    if case.text("closed_at"):
        raise NotAllowed(reason=tr("The case is closed."))
    if case.text("assignee") not in ("", actor.worker_id) and actor.role != "supervisor":
        raise NotFree
    return edit_record(tx, case_id, {"assignee": actor.worker_id}, actor)


def assign_case(tx: Transaction, case_id: str, worker: str, actor: Actor) -> Changes:
    """Gives a case to a worker; only a supervisor takes it from whoever has it."""
    if actor.role != "supervisor":
        raise NotAllowed(reason=tr("Your role does not allow this step."))
    if _get(tx, case_id).text("closed_at"):
        raise NotAllowed(reason=tr("The case is closed."))
    return edit_record(tx, case_id, {"assignee": worker}, actor)


def edit_record(tx: Transaction, record_id: str, values: Fields, actor: Actor) -> Changes:
    """Changes fields of a record; those that stay as they were are not sent."""
    record = _get(tx, record_id)
    changed = {name: value for name, value in values.items() if not same(value, record.fields.get(name))}
    if not changed:
        return Changes()
    return queue(tx, Edit("patch", record.id, record.kind, record.bucket, changed), actor.worker_id)[1]


def resolve_conflict(tx: Transaction, conflict_id: str, choices: Fields, actor: Actor, note: str = "") -> Changes:
    """Records what a person chose for each field; both sides see the choice and the note."""
    conflict = _get(tx, conflict_id)
    target = find(tx.connection, conflict.text("record"))
    mid, changes = "", Changes()
    if target is not None:
        # Who finished a step, and when, stays as the platform has it: only the workflow sets that.
        beyond = fields_beyond_patch(
            target.kind, set(choices), is_supervisor=actor.role == "supervisor", contested=choices
        )
        chosen = {name: value for name, value in choices.items() if name not in beyond}
        patch = Edit("patch", target.id, target.kind, target.bucket, chosen)
        mid, changes = queue(tx, patch, actor.worker_id)
    fields: dict[str, Value] = {
        "state": "resolved", "choices": dict(choices), "note": note, "resolved_by": actor.worker_id,
        "resolved_at": tx.at,
    }  # fmt: skip
    done = Edit("transition", conflict.id, Kind.CONFLICT, conflict.bucket, fields, "resolve", (mid,) if mid else ())
    return changes | queue(tx, done, actor.worker_id)[1]


def comments_of(case: Fields) -> dict[str, dict[str, str]]:
    """The supervisor's comments, by reference of the answer."""
    return cast("dict[str, dict[str, str]]", case.get("comments") or {})


def _get(tx: Transaction, record_id: str) -> Shown:
    found = find(tx.connection, record_id)
    if found is None:
        raise NotHere
    return found


def _check(
    tx: Transaction, pack: Pack, case: Fields, actor: Actor, transition: str, why: str = "", given: Fields | None = None
) -> Asked:
    asked = Asked(actor.worker_id, datetime.fromisoformat(tx.at), why, given or {})
    if reason := allowed(pack, case, actor.role, transition, asked):
        raise NotAllowed(reason=reason)
    return asked
