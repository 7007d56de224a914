"""The tables of a worker's cache and their numbered migrations.

`base` keeps the platform's last payload of each record, byte for byte, and is never changed by an edit. `shown`
is what lists need of base with this device's pending edits over it; it can be rebuilt at any time. What a
mutation still waits for is never stored as a state that a crash could leave behind: it is read from `outbox`.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.errors import GridError

metadata = sa.MetaData()


def _table(name: str, *columns: sa.Column[object] | sa.Index | sa.PrimaryKeyConstraint, rowid: bool = True) -> sa.Table:
    return sa.Table(name, metadata, *columns, sqlite_with_rowid=rowid)


def _text(name: str, *, primary_key: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=False, primary_key=primary_key)


def _int(name: str, default: int | None = None, *, primary_key: bool = False) -> sa.Column[object]:
    server_default = None if default is None else str(default)
    return sa.Column(name, sa.Integer, nullable=False, primary_key=primary_key, server_default=server_default)


settings = _table("settings", _text("name", primary_key=True), sa.Column("value", sa.Text))

base = _table(
    "base",
    _int("rid", primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    _text("kind"),
    _text("bucket"),
    _int("ver"),  # 0: made here, the platform has not answered yet
    sa.Column("payload", sa.LargeBinary, nullable=False),
)

membership = _table(
    "membership",
    _int("rid", primary_key=True),  # first, because every arrival asks which buckets claim a record
    _int("bucket_no", primary_key=True),
    _int("ver"),
    rowid=False,
)

cursors = _table(
    "cursors",
    _int("bucket_no", primary_key=True),
    sa.Column("bucket", sa.Text, nullable=False, unique=True),
    _int("cursor", 0),
    _int("live", 0),
    _int("checksum", 0),  # signed; modulo 2**64
    _int("head", 0),  # as the platform last told
)

shown = _table(
    "shown",
    _int("rid", primary_key=True),
    _text("kind"),
    sa.Column("state", sa.Text),
    sa.Column("pack", sa.Text),
    sa.Column("assignee", sa.Text),
    sa.Column("about", sa.Text),  # the record that this one is about (a case's resident, a conflict's record)
    sa.Column("title", sa.Text),
    sa.Column("place", sa.Text),
    sa.Column("number", sa.Text),
    sa.Column("due_at", sa.Text),
    sa.Column("payload", sa.LargeBinary),  # only while edits are pending; else the base's
)

outbox = _table(
    "outbox",
    _int("dseq", primary_key=True),
    sa.Column("mid", sa.Text, nullable=False, unique=True),
    _text("record"),
    sa.Column("body", sa.LargeBinary, nullable=False),  # the mutation, immutable from here on
    _int("attempts", 0),
    sa.Column("next_attempt_at", sa.Text),  # null: at once
    _int("quarantined", 0),
    sa.Index("outbox_record", "record"),
)

journal = _table(
    "journal",
    _int("dseq", primary_key=True),
    _text("mid"),
    _text("record"),
    sa.Column("body", sa.LargeBinary, nullable=False),
    _text("acked_at"),
)

outcomes = _table(
    "outcomes",
    _text("mid", primary_key=True),
    _int("dseq"),
    _text("record"),
    _text("kind"),
    _text("what"),  # the op, or the name of the transition
    _text("status"),  # pending, applied, conflict, review, wait, rejected
    sa.Column("problem", sa.LargeBinary),
    _text("authored_at"),
    sa.Column("decided_at", sa.Text),
    sa.Column("conflict", sa.Text),
    sa.Index("outcomes_order", "dseq"),
    sa.Index("outcomes_record", "record"),
)

drafts = _table(
    "drafts",
    _text("record", primary_key=True),
    _text("step"),
    sa.Column("form", sa.LargeBinary, nullable=False),  # Form.save(): answers with the ones that are not relevant
    _text("saved_at"),
)

kept_forms = _table(
    "kept_forms",
    _int("id", primary_key=True),
    _text("record"),
    _text("kind"),  # draft (under a name), sent (a version that went to the supervisor)
    _text("name"),  # of a draft
    _text("step"),
    sa.Column("form", sa.LargeBinary, nullable=False),  # Form.save()
    _text("instance"),  # the id of a sent form, and of the one that it replaces
    _text("deprecates"),
    _text("kept_at"),
    sa.Index("kept_forms_record", "record", "kind"),
)

history = _table(
    "history",
    _int("n", primary_key=True),
    _text("record"),
    _text("at"),
    _text("by"),
    _text("what"),
    _text("mid"),
    _text("fields"),  # names only; the values are in the mutation
    sa.Index("history_record", "record", "n"),
)

attachments = _table(
    "attachments",
    _text("sha256", primary_key=True),
    _text("record", primary_key=True),
    _text("media_type"),
    _int("size"),
    # draft (not saved with a step yet), local (to upload), uploaded, remote (fetched to be looked at), lost
    _text("state"),
    _text("created_at"),
    rowid=False,
)

packs = _table(
    "packs",
    _text("digest", primary_key=True),
    _text("id"),
    _text("version"),
    _text("area"),
    _int("in_force"),
    sa.Column("bundle", sa.LargeBinary, nullable=False),
)

# Each says the WHERE of a partial index below word for word, though `kind = 'review'` alone means the same.
_VIEWS = (
    "CREATE VIEW conflicts AS SELECT b.id, s.about AS record, s.state, s.title FROM shown s JOIN base b USING (rid) "
    "WHERE s.kind = 'conflict'",
    "CREATE VIEW review AS SELECT b.id, s.about AS record, s.state, s.title, s.due_at FROM shown s JOIN base b "
    "USING (rid) WHERE s.kind = 'review' AND s.kind IS NOT 'case' UNION ALL "
    "SELECT b.id, s.about AS record, s.state, s.title, s.due_at FROM shown s JOIN base b USING (rid) "
    "WHERE s.kind = 'case' AND s.state IS NOT 'closed' AND s.state = 'review'",
)
# Each record is in at most one of these, and a page near its neighbours in time, so that taking a day's cases
# costs the same in a cache of any size. Queries repeat a WHERE word for word, or SQLite does not use the index.
LIST_INDEXES = (
    "CREATE INDEX IF NOT EXISTS shown_unclosed ON shown(due_at, rid, state, pack, assignee) "
    "WHERE kind = 'case' AND state IS NOT 'closed'",
    "CREATE INDEX IF NOT EXISTS shown_closed ON shown(due_at, rid, pack, assignee) "
    "WHERE kind = 'case' AND state IS 'closed'",
    "CREATE INDEX IF NOT EXISTS shown_kind ON shown(kind, place) WHERE kind IS NOT 'case'",
    "CREATE INDEX IF NOT EXISTS shown_conflict ON shown(about, state) WHERE kind = 'conflict'",
)
# Two-character words are the rule in Chinese: pairs of characters are the tokens (see `search`).
_SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5(body, content='', contentless_delete=1, detail=none, tokenize='ascii')",
    # A page of the feed becomes one segment, and segments are merged sixteen at a time: a third less work.
    "INSERT INTO search(search, rank) VALUES ('hashsize', 33554432)",
    "INSERT INTO search(search, rank) VALUES ('automerge', 16)",
)


class CacheTooNew(GridError):
    """A newer program wrote this cache."""

    text = "A newer version of GridClient has used this cache. Install that version; nothing was changed."


def _first(connection: Connection) -> None:
    metadata.create_all(connection, [table for table in metadata.sorted_tables if table not in (kept_forms, packs)])
    for statement in (*_SEARCH, *_VIEWS):
        connection.exec_driver_sql(statement)


def _kept_forms(connection: Connection) -> None:
    kept_forms.create(connection)


def _published_packs(connection: Connection) -> None:
    packs.create(connection)


MIGRATIONS = (_first, _kept_forms, _published_packs)


def migrate(connection: Connection) -> None:
    """Brings the cache to this program's schema, inside the caller's transaction: all of it or nothing."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version > len(MIGRATIONS):
        raise CacheTooNew
    for number, step in enumerate(MIGRATIONS[version:], start=version + 1):
        step(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {number}")
