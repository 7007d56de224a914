"""Lays what the platform sent into the cache: rows, membership and cursors together, or nothing.

The hot path of a first sync, so it works in lists and plain SQL. `base` gets the payload byte for byte; `shown`
and the search index follow in the same transaction, except while the cache is being filled for the first time:
then `project_new` makes them afterwards, in pieces that an interruption does not undo.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec
import sqlalchemy as sa
from msgspec import Raw
from sqlalchemy.engine import Connection

from gridclient.protocol.checksum import as_signed, as_text, row_hash, total
from gridclient.protocol.messages import BucketState, RecordView, Row
from gridclient.store.cache import Changes, Transaction
from gridclient.store.projection import ShownRow, project
from gridclient.store.schema import LIST_INDEXES, cursors, outbox
from gridclient.store.shown import reshow, show
from gridclient.store.upkeep import note_indexed

PROJECTED = "projected_rid"  # rows up to here are in `shown` and in the search index
_SWEEP, _HELD, _AGREED = "sweep_due", "removals_held", "removal_agreed"
_GUARD_FROM, _GUARD_SHARE = 100, 0.5  # a removal of more records than this, and of more than this share, is asked
_UNTOLD = -1  # the head of a bucket of which the platform did not say yet whether it is empty
_AGAIN = cursors.update().values(cursor=0, head=_UNTOLD)
_BATCH = 10_000
_MANY = 2_000  # above this many records a change is told as a whole area

_PUT = (
    "INSERT INTO base(rid, id, kind, bucket, ver, payload) VALUES (?,?,?,?,?,?) ON CONFLICT(rid) DO UPDATE SET "
    "kind=excluded.kind, bucket=excluded.bucket, ver=excluded.ver, payload=excluded.payload"
)
_ADD = "INSERT INTO base(rid, id, kind, bucket, ver, payload) VALUES (?,?,?,?,?,?)"
_JOIN = "INSERT INTO membership(rid, bucket_no, ver) VALUES (?,?,?) ON CONFLICT DO UPDATE SET ver=excluded.ver"


@dataclass(slots=True)
class _Bucket:
    no: int
    cursor: int
    count: int
    checksum: int


@dataclass(frozen=True, slots=True)
class _Known:
    rid: int
    ver: int


@dataclass(slots=True)
class Arrivals:
    """One transaction that takes rows; `close` writes cursors and says what changed."""

    tx: Transaction
    buckets: dict[str, _Bucket]
    next_rid: int
    fresh: bool  # the first bucket of an empty cache: nothing can be known yet
    projecting: bool
    projected: int  # the last row that is in `shown`, when not projecting
    edited: frozenset[str]
    records: set[str] = field(default_factory=set[str])
    areas: set[str] = field(default_factory=set[str])
    seen: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    whole: set[str] = field(default_factory=set[str])  # buckets that are taken from their start

    def take(self, rows: list[Row]) -> None:
        """Lays one batch of rows over the base."""
        known, member = self._known(rows)
        new = [row for row in rows if row.id not in known and not row.x]
        if len({row.id for row in new}) == len(new):
            if new:
                self._add(new)
            rows = [row for row in rows if row.id in known] if known else []
        if rows:
            self._lay(rows, known, member)

    def _add(self, rows: list[Row]) -> None:
        """Takes records that the cache does not have, each once: the hot path."""
        connection = self.tx.connection
        first = self.next_rid
        self.next_rid += len(rows)
        for name in {row.b for row in rows}:
            bucket = self.buckets[name]
            claims = [(rid, row) for rid, row in enumerate(rows, first) if row.b == name]
            bucket.count += len(claims)
            bucket.checksum += total((row.id, row.v) for _, row in claims)
            connection.exec_driver_sql(_JOIN, [(rid, bucket.no, row.v) for rid, row in claims])
            if name in self.seen:
                self.seen[name].update(rid for rid, _ in claims)
        connection.exec_driver_sql(
            _ADD, [(rid, row.id, row.k, row.b, row.v, row.r) for rid, row in enumerate(rows, first)]
        )
        if self.projecting:
            show(connection, [project(rid, row.k, row.r) for rid, row in enumerate(rows, first)], new=True)
            for row in rows:
                if row.id in self.edited:
                    reshow(connection, row.id)
        self._note(rows)

    def _note(self, rows: list[Row]) -> None:
        self.areas |= {row.k for row in rows}
        if len(self.records) < _MANY:
            self.records.update(row.id for row in rows)

    def _lay(self, rows: list[Row], known: dict[str, _Known], member: dict[tuple[int, int], int]) -> None:
        """Takes rows of every kind, one by one."""
        puts: list[tuple[int, str, str, str, int, Raw]] = []
        joins: list[tuple[int, int, int]] = []
        shows: list[tuple[ShownRow, str]] = []
        edited: list[str] = []
        for row in rows:
            bucket = self.buckets[row.b]
            have = known.get(row.id)
            if row.x:
                if have is not None:
                    self._leave(bucket, row.b, row.id, have.rid, member.pop((bucket.no, have.rid), None))
                continue
            if have is not None and have.ver > row.v and row.b not in self.whole:
                continue  # an answer to our own push was newer; a whole bucket is taken as it is, also after a restore
            if have is None:
                rid = self.next_rid
                self.next_rid += 1
            else:
                rid = have.rid
                if (old := member.get((bucket.no, rid))) is not None:
                    bucket.count -= 1
                    bucket.checksum -= row_hash(row.id, old)
            puts.append((rid, row.id, row.k, row.b, row.v, row.r))
            joins.append((rid, bucket.no, row.v))
            bucket.count += 1
            bucket.checksum += row_hash(row.id, row.v)
            known[row.id] = _Known(rid, row.v)
            member[bucket.no, rid] = row.v
            if row.b in self.seen:
                self.seen[row.b].add(rid)
            if row.id in self.edited:
                edited.append(row.id)
            elif self.projecting or rid <= self.projected:
                shows.append(project(rid, row.k, row.r))
        run = self.tx.connection.exec_driver_sql
        if puts:
            run(_PUT, puts)
            run(_JOIN, joins)
        if shows:
            show(self.tx.connection, shows)
        for record_id in edited:
            reshow(self.tx.connection, record_id)
        self._note([row for row in rows if not row.x])

    def _known(self, rows: list[Row]) -> tuple[dict[str, _Known], dict[tuple[int, int], int]]:
        """What the cache has of these records, and their versions by bucket."""
        if self.fresh:
            return {}, {}
        ids = msgspec.json.encode([row.id for row in rows]).decode()
        found = self.tx.connection.exec_driver_sql(
            "SELECT b.id, b.rid, b.ver, m.bucket_no, m.ver FROM json_each(?) j JOIN base b ON b.id = j.value "
            "LEFT JOIN membership m ON m.rid = b.rid",
            (ids,),
        ).all()
        known = {record_id: _Known(rid, ver) for record_id, rid, ver, _, _ in found}
        return known, {(no, rid): ver for _, rid, _, no, ver in found if no is not None}

    def _leave(self, bucket: _Bucket, name: str, record_id: str, rid: int, ver: int | None) -> None:
        if ver is None:
            return
        bucket.count -= 1
        bucket.checksum -= row_hash(record_id, ver)
        self.tx.connection.exec_driver_sql("DELETE FROM membership WHERE bucket_no = ? AND rid = ?", (bucket.no, rid))
        self.tx.set_setting(_SWEEP, "1")
        self.areas |= {"scope", name.partition(":")[0]}
        self.records.add(record_id)

    def start_over(self, name: str) -> None:
        """From here on the bucket is what is taken now; `finish_over` drops the rest (mark and sweep)."""
        bucket = self.buckets[name]
        self.whole.add(name)
        if bucket.count or bucket.cursor:
            self.seen.setdefault(name, set())

    def finish_over(self, name: str, head: int) -> None:
        """Drops the memberships of a restarted bucket that did not come again, and counts the others anew.

        A sum that once went wrong would otherwise stay wrong however often the bucket is fetched. `head` is the
        platform's: of an empty bucket (0) nothing is to be fetched again.
        """
        self.tx.connection.execute(cursors.update().where(cursors.c.bucket == name).values(head=head))
        bucket, seen = self.buckets[name], self.seen.pop(name, None)
        if seen is None:
            return  # nothing was there before
        rows = self.tx.connection.exec_driver_sql(
            "SELECT m.rid, b.id, m.ver FROM membership m JOIN base b USING (rid) WHERE m.bucket_no = ?", (bucket.no,)
        ).all()
        for rid, record_id, ver in rows:
            if rid not in seen:
                self._leave(bucket, name, record_id, rid, ver)
        kept = [(record_id, ver) for rid, record_id, ver in rows if rid in seen]
        bucket.count, bucket.checksum = len(kept), total(kept)

    def close(self, reached: Mapping[str, int]) -> Changes:
        """Writes cursors, counts and checksums; returns what changed."""
        for name, seq in reached.items():
            self.buckets[name].cursor = seq
        for bucket in self.buckets.values():
            self.tx.connection.exec_driver_sql(
                "UPDATE cursors SET cursor = ?, live = ?, checksum = ? WHERE bucket_no = ?",
                (bucket.cursor, bucket.count, as_signed(bucket.checksum), bucket.no),
            )
        if self.projecting:
            self.tx.set_setting(PROJECTED, str(self.next_rid - 1))
        return Changes(frozenset(self.records), frozenset(self.areas))


def arrivals(tx: Transaction, names: Iterable[str]) -> Arrivals:
    """Begins to take rows of these buckets."""
    connection = tx.connection
    names = list(names)
    for name in names:
        connection.exec_driver_sql("INSERT OR IGNORE INTO cursors(bucket, head) VALUES (?, ?)", (name, _UNTOLD))
    found = connection.execute(sa.select(cursors)).all()
    buckets = {row.bucket: _Bucket(row.bucket_no, row.cursor, row.live, row.checksum) for row in found}
    top = connection.exec_driver_sql("SELECT coalesce(max(rid), 0) FROM base").scalar_one()
    edited = frozenset(connection.execute(sa.select(outbox.c.record)).scalars())
    projecting = not is_filling(connection)
    projected = top if projecting else int(tx.setting(PROJECTED) or 0)
    return Arrivals(tx, buckets, top + 1, top == 0 and len(names) == 1, projecting, projected, edited)


def take_results(tx: Transaction, views: Iterable[RecordView]) -> Changes:
    """Lays the records that answered a push over the base, as if they had come by the feed."""
    rows = [
        Row(b=view.bucket, s=0, id=view.id, v=view.ver, k=view.kind, r=view.record, x=bytes(view.record) == b"null")
        for view in views
    ]
    if not rows:
        return Changes()
    taking = arrivals(tx, {row.b for row in rows})
    taking.take(rows)
    return taking.close({})


# --- the first filling -------------------------------------------------------------------------------------


def is_filling(connection: Connection) -> bool:
    """Whether the cache still waits for its first complete sync."""
    return connection.exec_driver_sql("SELECT value FROM settings WHERE name = 'filled'").scalar() is None


def project_new(tx: Transaction, limit: int = _BATCH) -> bool:
    """Makes lists and search for the next new records; True when more are left."""
    done = int(tx.setting(PROJECTED) or 0)
    found = tx.connection.exec_driver_sql(
        "SELECT rid, kind, payload FROM base WHERE rid > ? ORDER BY rid LIMIT ?", (done, limit)
    ).all()
    if found:
        show(tx.connection, [project(rid, kind, payload) for rid, kind, payload in found], new=True)
        tx.set_setting(PROJECTED, str(found[-1].rid))
    return len(found) == limit


def finish_filling(tx: Transaction) -> Changes:
    """Opens the cache for work: every bucket came and everything is listed.

    The indexes of the lists are made only now: sorting once is far less work than keeping them while rows come.
    """
    for statement in LIST_INDEXES:
        tx.connection.exec_driver_sql(statement)
    tx.set_setting("filled", tx.at)
    note_indexed(tx)
    return Changes.of(areas=("scope", "case", "resident", "conflict", "review"))


# --- scope ---------------------------------------------------------------------------------------------------


def drop_lost_buckets(tx: Transaction, scope: Mapping[str, BucketState]) -> Changes:
    """Forgets buckets that are no longer in scope; records go at the next sweep."""
    known = {row.bucket: row.bucket_no for row in tx.connection.execute(sa.select(cursors))}
    lost = [no for name, no in known.items() if name not in scope]
    for no in lost:
        tx.connection.exec_driver_sql("DELETE FROM membership WHERE bucket_no = ?", (no,))
        tx.connection.exec_driver_sql("DELETE FROM cursors WHERE bucket_no = ?", (no,))
    for name, state in scope.items():
        if name in known:
            tx.connection.exec_driver_sql("UPDATE cursors SET head = ? WHERE bucket = ?", (state.head, name))
    if not lost:
        return Changes()
    tx.set_setting(_SWEEP, "1")
    return Changes.of(areas=("scope", "case", "resident"))


def to_fetch(connection: Connection, scope: Iterable[str]) -> list[str]:
    """The buckets to fetch whole: never asked for, or to start over; not those that were seen to be empty."""
    known = {row.bucket: row for row in connection.execute(sa.select(cursors))}
    return [name for name in scope if name not in known or (known[name].cursor == 0 and known[name].head != 0)]


def restart(tx: Transaction, names: Iterable[str]) -> None:
    """Lets these buckets be fetched whole again, with mark and sweep."""
    tx.connection.execute(_AGAIN.where(cursors.c.bucket.in_(list(names))))


def restart_all(tx: Transaction) -> None:
    """The platform was restored: everything is fetched again, and what it answers now is newer than what is here."""
    tx.connection.execute(_AGAIN)
    tx.connection.exec_driver_sql("UPDATE base SET ver = 1 WHERE ver > 1")


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: what changed, or how many records it holds until a person agrees."""

    changes: Changes = field(default_factory=Changes)
    held: int = 0


def sweep(tx: Transaction) -> Swept:
    """Deletes records that no bucket claims and no pending work needs.

    Only called when a pull has come to its end: a record that moves leaves one bucket before it enters the other. When
    more than half of the cache would go although its buckets are still in scope, a person is asked first.
    """
    if tx.setting(_SWEEP) is None:
        return Swept()
    run = tx.connection.exec_driver_sql
    gone = run(
        "SELECT rid, id, EXISTS (SELECT 1 FROM cursors c WHERE c.bucket = b.bucket) AS in_scope FROM base b "
        "WHERE NOT EXISTS (SELECT 1 FROM membership m WHERE m.rid = b.rid) "
        "AND b.ver > 0 AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.record = b.id)"
    ).all()
    unexplained = sum(row.in_scope for row in gone)
    if unexplained > _GUARD_FROM and tx.setting(_AGREED) is None:
        known = run("SELECT count(*) FROM base WHERE ver > 0").scalar_one()
        if unexplained > known * _GUARD_SHARE:
            tx.set_setting(_HELD, str(unexplained))
            return Swept(held=unexplained)
    for rid, record_id, _ in gone:
        for statement in ("DELETE FROM base WHERE rid = ?", "DELETE FROM shown WHERE rid = ?",
                          "DELETE FROM search WHERE rowid = ?"):  # fmt: skip
            run(statement, (rid,))
        for statement in ("DELETE FROM drafts WHERE record = ?", "DELETE FROM kept_forms WHERE record = ?",
                          "DELETE FROM history WHERE record = ?",
                          # One that is to be sent goes when it was.
                          "DELETE FROM attachments WHERE record = ? AND state <> 'local'"):  # fmt: skip
            run(statement, (record_id,))
    for name in (_SWEEP, _HELD, _AGREED):
        tx.set_setting(name, None)
    kept = "SELECT 1 FROM base b WHERE ver > 0 AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.rid = b.rid)"
    if run(f"{kept} LIMIT 1").scalar() is not None:
        tx.set_setting(_SWEEP, "1")  # a pending edit holds a record: it goes when that was answered
    return Swept(Changes(frozenset(r.id for r in gone), frozenset({"scope", "case", "resident"})))


def held_removals(connection: Connection) -> int:
    """How many records a sweep holds back until a person agrees that they leave this PC."""
    found = connection.exec_driver_sql(f"SELECT value FROM settings WHERE name = '{_HELD}'").scalar()
    return int(found or 0)


def agree_to_removal(tx: Transaction) -> Changes:
    """A person agrees: the next sweep removes what it held back."""
    tx.set_setting(_AGREED, "1")
    return Changes.of(areas=("scope",))


def sums(connection: Connection) -> dict[str, tuple[int, str, int]]:
    """Count, checksum and cursor of every bucket, as this cache has them."""
    rows = connection.execute(sa.select(cursors))
    return {row.bucket: (row.live, as_text(row.checksum), row.cursor) for row in rows}


def recount(connection: Connection) -> dict[str, tuple[int, str]]:
    """Count and checksum of every bucket, computed anew from the rows (slow; for the doctor and for repair)."""
    totals: dict[str, tuple[int, int]] = {row.bucket: (0, 0) for row in connection.execute(sa.select(cursors))}
    rows = connection.exec_driver_sql(
        "SELECT c.bucket, b.id, m.ver FROM membership m JOIN base b USING (rid) JOIN cursors c USING (bucket_no)"
    )
    for name, record_id, ver in rows:
        count, total = totals[name]
        totals[name] = (count + 1, total + row_hash(record_id, ver))
    return {name: (count, as_text(total)) for name, (count, total) in totals.items()}
