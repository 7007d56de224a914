"""The answers of a case that only whoever may read identities gets: they rest beside it, in the cell's `ident:` bucket.

A supervisor reads the case; the phones and contacts that were confirmed at the door never come to that PC
(docs/decisions/007-confidential-answers.md).
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.engine import Connection

from gridclient.domain.merge import same
from gridclient.domain.record import Fields, Kind, Value, ident_bucket
from gridclient.store.cache import Changes, Transaction
from gridclient.store.outbox import Edit, queue
from gridclient.store.shown import Shown, find


def confidential_id(case_id: str) -> str:
    """The record beside a case; the same on every PC, so that two of them never make two."""
    return str(uuid5(NAMESPACE_URL, f"case:{case_id}:confidential"))


def whole_case(connection: Connection, case_id: str) -> Shown | None:
    """A case with every answer that this worker may read; None when it is not on this PC."""
    case = find(connection, case_id)
    return None if case is None else with_confidential(connection, case)


def with_confidential(connection: Connection, case: Shown) -> Shown:
    """The case with the answers that rest beside it."""
    beside = find(connection, confidential_id(case.id))
    if beside is None:
        return case
    fields = dict(case.fields)
    for name, answers in beside.fields.items():
        if name.startswith("answers.") and isinstance(answers, dict):
            fields[name] = {**_answers(fields, name), **answers}
    return replace(case, fields=fields)


def keep_beside(tx: Transaction, case: Shown, answers: Mapping[str, Mapping[str, str]], by: str, taken: str) -> Changes:
    """Keeps confidential answers of whole steps, by their ids; what a step does not answer any more goes.

    `taken` is the edit of the case that they belong to: where that waits for a review, so do they.
    """
    record = confidential_id(case.id)
    seen = find(tx.connection, record)
    before: Fields = {} if seen is None else seen.fields
    values: dict[str, Value] = {
        f"answers.{step}": dict(given)
        for step, given in answers.items()
        if not same(dict(given), _answers(before, f"answers.{step}"))
    }
    if not values:
        return Changes()
    if seen is not None:
        return queue(tx, Edit("patch", record, Kind.CONFIDENTIAL, seen.bucket, values, deps=(taken,)), by)[1]
    cell = case.bucket.partition(":")[2]
    fields: dict[str, Value] = {"record": case.id, "title": case.text("title"), "grid": cell, **values}
    made = Edit("create", record, Kind.CONFIDENTIAL, ident_bucket(cell), fields, deps=(taken,))
    return queue(tx, made, by)[1]


def _answers(fields: Fields, name: str) -> dict[str, Value]:
    found = fields.get(name)
    return dict(found) if isinstance(found, dict) else {}
