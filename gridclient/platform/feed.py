"""The feed: how a record's change gets its place in its bucket, and how pages of it are read.

A bucket's `head` is raised in the transaction that writes the entries, under the bucket's row lock, so the
sequence is dense and in commit order whatever the number of writers (a database sequence is neither: readers
that follow one lose rows). Callers lock several buckets in sorted order.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gridclient.domain.record import iso
from gridclient.platform.tables import bucket as bucket_table
from gridclient.platform.tables import record as record_table
from gridclient.protocol import checksum
from gridclient.protocol.messages import BucketState, PageHeader
from gridclient.protocol.pages import PageWriter, encode_row

_READ = 500  # rows at a time
_ENTRY = (record_table.c.id, record_table.c.kind, record_table.c.ver, record_table.c.payload, record_table.c.moved_to)
_STATES = sa.select(bucket_table).where(bucket_table.c.bucket.in_(sa.bindparam("names", expanding=True)))


@dataclass(slots=True)
class Stored:
    """A record's entry in a bucket; `payload` None: it left the bucket (to `moved_to`, if it was moved)."""

    bucket: str
    id: str
    kind: str
    ver: int
    payload: bytes | None
    moved_to: str | None = None


@dataclass(slots=True)
class Lock:
    """A locked bucket inside one transaction; entries are numbered from it and written by `close`.

    Until then they are known here alone: whoever holds the lock asks it, not the table.
    """

    connection: Connection
    bucket: str
    head: int
    count: int
    checksum: int
    known: dict[str, Stored | None] = field(default_factory=dict[str, "Stored | None"])
    entries: dict[str, dict[str, object]] = field(default_factory=dict[str, dict[str, object]])

    def find(self, record_id: str) -> Stored | None:
        """The record's latest entry in this bucket."""
        if record_id not in self.known:
            self.read([record_id])
        return self.known[record_id]

    def read(self, record_ids: Iterable[str]) -> None:
        """Reads the latest entries of many records at once; `find` then knows them."""
        ids = set(record_ids) - self.known.keys()
        if not ids:
            return
        self.known |= dict.fromkeys(ids)
        which = record_table.c.id == min(ids) if len(ids) == 1 else record_table.c.id.in_(sorted(ids))
        for row in self.connection.execute(sa.select(*_ENTRY).where(record_table.c.bucket == self.bucket, which)):
            self.known[row.id] = Stored(self.bucket, row.id, row.kind, row.ver, row.payload, row.moved_to)

    def put(self, before: Stored | None, kind: str, record_id: str, payload: bytes) -> Stored:
        """Enters a record's new payload under the next version."""
        after = Stored(self.bucket, record_id, kind, (before.ver if before else 0) + 1, payload)
        return self._enter(before, after)

    def exit(self, before: Stored, at: str, moved_to: str | None = None) -> Stored:
        """Enters that the record left this bucket, and when (UTC, ISO)."""
        return self._enter(before, Stored(self.bucket, before.id, before.kind, before.ver + 1, None, moved_to), at)

    def _enter(self, before: Stored | None, after: Stored, left_at: str | None = None) -> Stored:
        if before is not None and before.payload is not None:
            self.count -= 1
            self.checksum -= checksum.row_hash(before.id, before.ver)
        if after.payload is not None:
            self.count += 1
            self.checksum += checksum.row_hash(after.id, after.ver)
        self.head += 1
        self.known[after.id] = after
        self.entries[after.id] = {
            "bucket": self.bucket, "id": after.id, "seq": self.head, "ver": after.ver,
            "kind": after.kind, "payload": after.payload, "moved_to": after.moved_to,
            "left_at": left_at,
        }  # fmt: skip
        return after

    def live(self, kind: str) -> list[Stored]:
        """Every entry of a kind that is in the bucket, with what was entered under this lock."""
        of_kind = sa.select(*_ENTRY).where(
            record_table.c.bucket == self.bucket, record_table.c.kind == kind, record_table.c.payload.is_not(None)
        )
        rows = self.connection.execute(of_kind)
        found = {row.id: Stored(self.bucket, row.id, row.kind, row.ver, row.payload, row.moved_to) for row in rows}
        found |= {each.id: each for each in self.known.values() if each is not None and each.kind == kind}
        return [each for each in found.values() if each.payload is not None]

    def close(self) -> None:
        """Writes the entries and the bucket's new head, count and checksum."""
        upsert_all(self.connection, record_table, list(self.entries.values()))
        self.entries.clear()
        self.connection.execute(
            bucket_table.update()
            .where(bucket_table.c.bucket == self.bucket)
            .values(head=self.head, live=self.count, checksum=checksum.as_signed(self.checksum))
        )


def upsert(connection: Connection, table: sa.Table, values: Mapping[str, object]) -> None:
    """Inserts a row or replaces the one with the same primary key."""
    upsert_all(connection, table, [values])


def upsert_all(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    """The same for rows that name the same columns."""
    if not rows:
        return
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    statement = make(table)
    rest = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest), list(rows))


def lock(connection: Connection, name: str) -> Lock:
    """Locks a bucket until the transaction ends, creating it on first use."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    fresh = make(bucket_table).values(bucket=name, head=0, live=0, checksum=0, pruned=0)
    taken = fresh.on_conflict_do_update(index_elements=["bucket"], set_={"head": bucket_table.c.head})
    columns = (bucket_table.c.head, bucket_table.c.live, bucket_table.c.checksum)
    head, count, total = connection.execute(taken.returning(*columns)).one()
    return Lock(connection, name, head, count, total)


def exists(connection: Connection, name: str) -> bool:
    """Whether anything was ever written to this bucket."""
    found = connection.execute(sa.select(bucket_table.c.head).where(bucket_table.c.bucket == name))
    return found.scalar_one_or_none() is not None


def moved_to(connection: Connection, records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Of these `(bucket, record)` those that moved to another bucket when they left, and to which."""
    at = (record_table.c.bucket, record_table.c.id)
    which = sa.tuple_(*at).in_(sorted(set(records)))
    found = connection.execute(
        sa.select(*at, record_table.c.moved_to).where(which, record_table.c.moved_to.is_not(None))
    )
    return {(row.bucket, row.id): row.moved_to for row in found}


def move(
    connection: Connection, record_id: str, source: str, target: str, now: datetime, payload: bytes | None = None
) -> Stored:
    """Moves a record to another bucket, with this payload or as it is: an exit here and an entry there."""
    locks = {name: lock(connection, name) for name in sorted((source, target))}
    found = locks[source].find(record_id)
    if found is None or found.payload is None:
        raise KeyError(record_id)
    gone = locks[source].exit(found, iso(now.astimezone(UTC)), moved_to=target)
    entered = locks[target].find(record_id)
    # Versions of a record only grow, wherever it was before: clients tell by them what is newer.
    ver = max(gone.ver, 0 if entered is None else entered.ver)
    before = Stored(target, record_id, found.kind, ver, None)
    after = locks[target].put(before, found.kind, record_id, payload or found.payload)
    for held in locks.values():
        held.close()
    return after


def states(connection: Connection, scope: Iterable[str]) -> dict[str, BucketState]:
    """Head, count and checksum of every bucket in scope; a bucket that was never written stands at 0."""
    names = sorted(scope)
    rows = connection.execute(_STATES, {"names": names})
    found = {
        row.bucket: BucketState(head=row.head, count=row.live, checksum=checksum.as_text(row.checksum)) for row in rows
    }
    nothing = BucketState(head=0, count=0, checksum=checksum.as_text(0))
    return {name: found.get(name, nothing) for name in names}


def is_ahead(connection: Connection, scope: Iterable[str], cursors: Mapping[str, int]) -> bool:
    """Whether a cursor is ahead of its head: whoever holds it knows a future that this database lost."""
    return any(cursors.get(name, 0) > state.head for name, state in states(connection, scope).items())


def behind(connection: Connection, now: Mapping[str, BucketState], cursors: Mapping[str, int]) -> set[str]:
    """The buckets, as they stand now, whose entries after the cursor were pruned or whose head is behind it."""
    pruned = _pruned(connection, now)
    return {n for n in now if cursors.get(n, 0) > now[n].head or 0 < cursors.get(n, 0) < pruned.get(n, 0)}


def _pruned(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    columns = (bucket_table.c.bucket, bucket_table.c.pruned)
    rows = connection.execute(sa.select(*columns).where(bucket_table.c.bucket.in_(list(names))))
    return {row.bucket: row.pruned for row in rows}


def prune(connection: Connection, before: str) -> int:
    """Forgets entries of records that left before a moment (UTC, ISO); says how many.

    Whoever has not read them yet is told to fetch the bucket whole.
    """
    old = (record_table.c.payload.is_(None), record_table.c.left_at < before)
    names = connection.execute(sa.select(record_table.c.bucket).where(*old).distinct()).scalars().all()
    forgotten = 0
    for name in sorted(names):
        held = lock(connection, name)
        of_bucket = (record_table.c.bucket == name, *old)
        last = connection.execute(sa.select(sa.func.max(record_table.c.seq)).where(*of_bucket)).scalar_one()
        forgotten += connection.execute(record_table.delete().where(*of_bucket)).rowcount
        connection.execute(
            bucket_table.update().where(bucket_table.c.bucket == name, bucket_table.c.pruned < last)
            .values(pruned=last)
        )  # fmt: skip
        held.close()
    return forgotten


def page(
    connection: Connection, epoch: str, scope: Iterable[str], cursors: Mapping[str, int], max_bytes: int
) -> Iterator[bytes]:
    """Yields one compressed page of what follows the cursors, of about `max_bytes` before compression.

    Reads inside the caller's transaction, so header and rows are of one state. A bucket whose entries after the
    cursor were pruned, or whose head is behind it, is only listed, under `reset`: its reader fetches it whole.
    """
    header = PageHeader(epoch=epoch, scope=states(connection, scope))
    header.reset = sorted(behind(connection, header.scope, cursors))
    reached: dict[str, int] = {}
    todo: list[tuple[str, int]] = []
    for name, state in header.scope.items():
        cursor = cursors.get(name, 0)
        if cursor < state.head and name not in header.reset:
            todo.append((name, cursor))
    writer = PageWriter(header)
    left = max_bytes
    more = False
    for name, cursor in todo:
        if left <= 0:
            more = True
            break
        sent = _Reached(cursor)
        for lines in _lines(connection, name, sent, left):
            yield writer.rows(lines)
        left -= sent.bytes
        reached[name] = header.scope[name].head if sent.complete else sent.seq
        more = more or not sent.complete
    yield writer.finish(reached, more=more)


@dataclass(slots=True)
class _Reached:
    seq: int
    bytes: int = 0
    complete: bool = False


def _lines(connection: Connection, name: str, sent: _Reached, max_bytes: int) -> Iterator[list[bytes]]:
    for rows in _stored(connection, name, record_table.c.seq > sent.seq):
        lines = [encode_row(name, *row) for row in rows]
        sizes = list(accumulate(map(len, lines), initial=sent.bytes))
        # A row is sent while there is room before it, so that one that is larger than a page gets through.
        taken = bisect_left(sizes, max_bytes, hi=len(lines))
        if taken:
            sent.seq, sent.bytes = rows[taken - 1][0], sizes[taken]
            yield lines[:taken]
        if taken < len(lines):
            return
    sent.complete = True


def snapshot(connection: Connection, epoch: str, name: str) -> Iterator[bytes]:
    """Yields a bucket's live records as one compressed page, the same bytes for everyone at one `epoch-seq`."""
    header = PageHeader(epoch=epoch, scope=states(connection, [name]))
    writer = PageWriter(header)
    for rows in _stored(connection, name, record_table.c.payload.is_not(None)):
        yield writer.rows([encode_row(name, *row) for row in rows])
    yield writer.finish({name: header.scope[name].head}, more=False)


def _stored(
    connection: Connection, name: str, which: sa.ColumnElement[bool]
) -> Iterator[Sequence[sa.Row[Any, Any, Any, Any, Any]]]:
    """A bucket's entries in the order of the feed, some hundred at a time."""
    columns = (record_table.c.seq, record_table.c.id, record_table.c.ver, record_table.c.kind, record_table.c.payload)
    statement = sa.select(*columns).where(record_table.c.bucket == name, which).order_by(record_table.c.seq)
    with connection.execution_options(yield_per=_READ).execute(statement) as found:
        yield from found.partitions()


def load(connection: Connection, name: str, records: Iterable[tuple[str, str, bytes]]) -> int:
    """Enters many new records `(id, kind, payload)` into one bucket; for imports and the synthetic street."""
    held = lock(connection, name)
    rows: list[dict[str, object]] = []
    for record_id, kind, payload in records:
        held.head += 1
        held.count += 1
        held.checksum += checksum.row_hash(record_id, 1)
        rows.append({
            "bucket": name, "id": record_id, "seq": held.head, "ver": 1,
            "kind": kind, "payload": payload, "moved_to": None, "left_at": None,
        })  # fmt: skip
    if rows:
        connection.execute(record_table.insert(), rows)
    held.close()
    return len(rows)
