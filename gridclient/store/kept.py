"""Whole forms that are kept beside the working draft: drafts under a name, and every version that was sent from here.

They never leave this PC, and go when their case does. What was sent is never changed or replaced.
"""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.store.cache import Changes, Transaction
from gridclient.store.schema import base, kept_forms, shown


class KeptKind(StrEnum):
    """Why a form is kept."""

    DRAFT = "draft"  # under a name that the worker gave
    SENT = "sent"  # as it went to the supervisor


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept form; a sent one carries its id and, when it corrects another, the id of that one (`deprecatedID`)."""

    id: int
    record: str
    kind: KeptKind
    name: str
    step: str
    form: bytes
    kept_at: str
    instance: str = ""
    deprecates: str = ""


def keep_draft(tx: Transaction, record: str, name: str, step: str, form: bytes) -> Changes:
    """Keeps a form under a name; the draft of that name is replaced."""
    tx.connection.execute(kept_forms.delete().where(_is(record, KeptKind.DRAFT), kept_forms.c.name == name))
    _insert(tx, record, KeptKind.DRAFT, name=name, step=step, form=form)
    return Changes.of(record, areas=("draft",))


def keep_sent(tx: Transaction, record: str, form: bytes, instance: str, deprecates: str) -> Changes:
    """Keeps what was sent as another version; those before it stay."""
    _insert(tx, record, KeptKind.SENT, form=form, instance=instance, deprecates=deprecates)
    return Changes.of(record, areas=("draft",))


def drop_draft_named(tx: Transaction, kept_id: int) -> Changes:
    """Forgets a named draft; a version that was sent stays."""
    found = kept(tx.connection, kept_id)
    if found is None or found.kind is not KeptKind.DRAFT:
        return Changes()
    tx.connection.execute(kept_forms.delete().where(kept_forms.c.id == kept_id))
    return Changes.of(found.record, areas=("draft",))


def kept(connection: Connection, kept_id: int) -> Kept | None:
    """A kept form."""
    row = connection.execute(sa.select(kept_forms).where(kept_forms.c.id == kept_id)).one_or_none()
    return None if row is None else _kept(row)


def kept_of(connection: Connection, record: str, kind: KeptKind) -> list[Kept]:
    """What is kept of a case, the newest first."""
    rows = connection.execute(sa.select(kept_forms).where(_is(record, kind)).order_by(kept_forms.c.id.desc()))
    return [_kept(row) for row in rows]


def recently_sent(connection: Connection, most: int) -> list[str]:
    """The cases whose reports were sent from this PC, the last ones first."""
    newest = sa.func.max(kept_forms.c.id)
    asked = sa.select(kept_forms.c.record).where(kept_forms.c.kind == KeptKind.SENT)
    return list(connection.execute(asked.group_by(kept_forms.c.record).order_by(newest.desc()).limit(most)).scalars())


def last_of(connection: Connection, pack: str) -> bytes:
    """The report of a kind that was sent last from this PC, as it was sent; empty when there is none."""
    newest = (
        sa.select(kept_forms.c.form)
        .join(base, base.c.id == kept_forms.c.record)
        .join(shown, shown.c.rid == base.c.rid)
        .where(kept_forms.c.kind == KeptKind.SENT, shown.c.pack == pack)
        .order_by(kept_forms.c.id.desc())
    )
    return connection.execute(newest.limit(1)).scalar() or b""


def _is(record: str, kind: KeptKind) -> sa.ColumnElement[bool]:
    return sa.and_(kept_forms.c.record == record, kept_forms.c.kind == kind)


def _insert(tx: Transaction, record: str, kind: KeptKind, **values: object) -> None:
    usual: dict[str, object] = {"name": "", "step": "", "instance": "", "deprecates": "", "kept_at": tx.at}
    tx.connection.execute(kept_forms.insert().values(record=record, kind=kind, **{**usual, **values}))


def _kept(row: sa.Row[tuple[object, ...]]) -> Kept:
    return Kept(row.id, row.record, KeptKind(row.kind), row.name, row.step, row.form, row.kept_at,
                row.instance, row.deprecates)  # fmt: skip
