"""Drafts: what is being filled in and was not saved as a step yet. They stay on this PC and are never uploaded."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.store.cache import Changes, Transaction
from gridclient.store.schema import drafts


@dataclass(frozen=True, slots=True)
class Draft:
    """A form in progress on a case: all answers, also those that are not relevant now, and the open step."""

    record: str
    step: str
    form: bytes
    saved_at: str


def save_draft(tx: Transaction, record: str, step: str, form: bytes) -> Changes:
    """Keeps the form as it stands; returns after it is on the disk."""
    tx.connection.execute(drafts.delete().where(drafts.c.record == record))
    tx.connection.execute(drafts.insert().values(record=record, step=step, form=form, saved_at=tx.at))
    return Changes.of(record, areas=("draft",))


def draft_of(connection: Connection, record: str) -> Draft | None:
    """The draft of a case, if there is one."""
    row = connection.execute(sa.select(drafts).where(drafts.c.record == record)).one_or_none()
    return None if row is None else Draft(row.record, row.step, row.form, row.saved_at)


def drop_draft(tx: Transaction, record: str) -> Changes:
    """Forgets a draft: its case was submitted."""
    tx.connection.execute(drafts.delete().where(drafts.c.record == record))
    return Changes.of(record, areas=("draft",))
