"""What the platform's own clock looks at: for each case and file the moment at which time alone has something to do.

An index of the feed, kept up by reading what is new in it, never by whoever writes; it can be thrown away and is then
made anew. `due` takes from it what has come.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Kind, decode_fields, iso
from gridclient.platform import feed
from gridclient.platform.tables import bucket as bucket_table
from gridclient.platform.tables import metadata
from gridclient.platform.tables import record as record_table
from gridclient.workflow import Shelf
from gridclient.workflow.timed import wakes_at

watch = sa.Table(
    "watch",
    metadata,
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),  # the resident or place that it is about
    sa.Column("pack", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("open", sa.Integer, nullable=False),
    sa.Column("at", sa.Text),  # null: nothing happens by itself
    sa.Index("watch_at", "at"),
    sa.Index("watch_subject", "subject", "pack"),
    sa.Index("watch_pack", "pack", "version", "open"),
)

watched = sa.Table(
    "watched",
    metadata,
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),  # entries up to here are in `watch`
)

_FILES = {Kind.CARE: "resident", Kind.PLACE: ""}  # kinds with plans, and the field that says whom they are about
_MANY = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry that was read: a case that has come to its end may have something to tell a file."""

    bucket: str
    record: str
    kind: Kind
    fields: Fields


def behind(connection: Connection) -> list[str]:
    """The buckets with entries that were not read yet, files of people before their cases."""
    seq = sa.func.coalesce(watched.c.seq, 0)
    statement = (
        sa.select(bucket_table.c.bucket)
        .select_from(bucket_table.outerjoin(watched, watched.c.bucket == bucket_table.c.bucket))
        .where(bucket_table.c.head > seq)
        .where(sa.or_(bucket_table.c.bucket.like("care:%"), bucket_table.c.bucket.like("grid:%")))
        .order_by(bucket_table.c.bucket)
    )
    return list(connection.execute(statement).scalars())


def read_on(connection: Connection, name: str, shelf: Shelf, now: datetime) -> tuple[list[Seen], bool]:
    """Brings the index up by some hundred entries of a bucket; the cases that ended, and whether more is left."""
    at = connection.execute(sa.select(watched.c.seq).where(watched.c.bucket == name)).scalar_one_or_none() or 0
    rows = connection.execute(
        sa.select(record_table)
        .where(record_table.c.bucket == name, record_table.c.seq > at)
        .order_by(record_table.c.seq)
        .limit(_MANY)
    ).all()
    ended: list[Seen] = []
    noted: list[dict[str, object]] = []
    for row in rows:
        if row.payload is None:
            forget(connection, name, row.id)
        elif row.kind == Kind.CASE or row.kind in _FILES:
            seen = Seen(name, row.id, Kind(row.kind), decode_fields(row.payload))
            noted.append(_noted(seen, shelf, now))
            if not noted[-1]["open"]:
                ended.append(seen)
    feed.upsert_all(connection, watch, noted)
    if rows:
        feed.upsert(connection, watched, {"bucket": name, "seq": rows[-1].seq})
    return ended, len(rows) == _MANY


def note(connection: Connection, seen: Seen, shelf: Shelf, now: datetime) -> None:
    """Keeps what an entry says about time."""
    feed.upsert(connection, watch, _noted(seen, shelf, now))


def _noted(seen: Seen, shelf: Shelf, now: datetime) -> dict[str, object]:
    fields, at, is_open = seen.fields, None, True
    if seen.kind is Kind.CASE:
        pack = shelf.of(fields)
        is_open = pack is None or not pack.ends(fields.get("state"))
        at = None if pack is None or fields.get("state") is None else wakes_at(pack, fields, now)
        subject = fields.get("resident") or fields.get("place") or ""
    else:
        at = now
        subject = fields.get(_FILES[seen.kind]) or seen.record
    return {
        "bucket": seen.bucket, "record": seen.record, "kind": seen.kind, "subject": str(subject),
        "pack": str(fields.get("pack") or ""), "version": str(fields.get("pack_version") or ""),
        "open": int(is_open), "at": None if at is None else iso(at.astimezone(UTC)),
    }  # fmt: skip


def forget(connection: Connection, name: str, record: str) -> None:
    """Drops a record that left its bucket."""
    connection.execute(watch.delete().where(watch.c.bucket == name, watch.c.record == record))


def wake(connection: Connection, name: str, record: str, at: datetime | None) -> None:
    """Sets when a record is looked at again."""
    when = None if at is None else iso(at.astimezone(UTC))
    connection.execute(watch.update().where(watch.c.bucket == name, watch.c.record == record).values(at=when))


def come(connection: Connection, now: datetime, most: int = _MANY) -> list[tuple[str, str]]:
    """The records whose moment has come, the longest waiting first, as `(bucket, record)`."""
    rows = connection.execute(
        sa.select(watch.c.bucket, watch.c.record)
        .where(watch.c.at <= iso(now.astimezone(UTC)))
        .order_by(watch.c.at, watch.c.record)
        .limit(most)
    )
    return [(row.bucket, row.record) for row in rows]


def open_case(connection: Connection, subject: str, pack: str) -> tuple[str, str] | None:
    """A case of a pack about somebody that is not done yet, as `(bucket, record)`."""
    row = connection.execute(
        sa.select(watch.c.bucket, watch.c.record)
        .where(watch.c.subject == subject, watch.c.pack == pack, watch.c.kind == Kind.CASE, watch.c.open == 1)
        .order_by(watch.c.record)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.bucket, row.record)


def files_about(connection: Connection, subject: str, kind: str) -> list[tuple[str, str]]:
    """The files of a kind about somebody, as `(bucket, record)`."""
    rows = connection.execute(
        sa.select(watch.c.bucket, watch.c.record).where(watch.c.subject == subject, watch.c.kind == kind)
    )
    return [(row.bucket, row.record) for row in rows]


def in_use(connection: Connection) -> set[tuple[str, str]]:
    """The versions of packs that cases run on which are not done."""
    rows = connection.execute(sa.select(watch.c.pack, watch.c.version).where(watch.c.open == 1).distinct())
    return {(row.pack, row.version) for row in rows if row.pack}


def is_in_use(connection: Connection, pack: str, version: str) -> bool:
    """Whether a case that is not done runs on a version."""
    found = sa.select(watch.c.record).where(watch.c.pack == pack, watch.c.version == version, watch.c.open == 1)
    return connection.execute(found.limit(1)).first() is not None


def running(connection: Connection, pack: str, version: str) -> Iterator[tuple[str, str]]:
    """The cases that run on a version, as `(bucket, record)`."""
    rows = connection.execute(
        sa.select(watch.c.bucket, watch.c.record)
        .where(watch.c.pack == pack, watch.c.version == version, watch.c.open == 1)
        .order_by(watch.c.bucket, watch.c.record)
    ).all()
    return ((row.bucket, row.record) for row in rows)


def start_over(connection: Connection) -> None:
    """Lets everything be read anew, because other packs are in force."""
    connection.execute(watched.delete())
