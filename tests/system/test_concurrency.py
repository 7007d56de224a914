"""Many writers and readers at once on the platform: the feed has no gap, and no row is lost or told twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from gridclient.domain.record import Kind, RecordId, new_id
from gridclient.platform import feed
from gridclient.platform.database import Database
from gridclient.platform.push import Sender, apply, canonical
from gridclient.protocol.checksum import as_text, row_hash
from gridclient.protocol.messages import Mutation, Op, Row
from gridclient.protocol.pages import PageReader
from gridclient.workflow.shelf import Shelf

BUCKETS = ("grid:310115125001001", "grid:310115125001002")
WRITERS, READERS, EACH = 8, 8, 12
_NOW = datetime(2026, 11, 24, 2, 21, tzinfo=UTC)


@dataclass
class Reader:
    """Follows the feed as a client does and looks at every sequence number."""

    database: Database
    cursors: dict[str, int] = field(default_factory=dict[str, int])
    seen: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in BUCKETS})
    records: dict[str, Row] = field(default_factory=dict[str, Row])

    def read(self) -> None:
        """Takes one page of a few rows."""
        with self.database.read() as connection:
            page = PageReader(b"".join(feed.page(connection, "e", BUCKETS, self.cursors, 700)))
        for batch in page.batches():
            for row in batch:
                self.seen[row.b].append(row.s)
                self.records[row.id] = row
        assert page.end is not None
        self.cursors |= page.end.cursors

    def follow(self, ended: threading.Event) -> None:
        """Reads until the writers ended and nothing is left."""
        while not ended.is_set():
            self.read()
        before = None
        while before != self.cursors:
            before = dict(self.cursors)
            self.read()


def test_eight_writers_leave_no_gap_and_lose_no_row(database: Database) -> None:
    """New records only, so that every entry of the feed stays and each gap shows."""
    made: dict[str, str] = {}

    def write(n: int) -> None:
        sender = Sender(f"w-{n}", "worker", str(new_id()), BUCKETS)
        for at in range(EACH):
            record, bucket = new_id(), BUCKETS[(n + at) % 2]
            raw = _mutation(record, bucket, at + 1, "create", {}, {"name": f"writer {n} record {at}"})
            (result,) = apply(database, [raw], sender, Shelf(), _NOW)
            assert result.status == "applied"
            made[record] = bucket

    readers = _together(database, write)

    for reader in readers:
        for name in BUCKETS:
            assert reader.seen[name] == list(range(1, len(reader.seen[name]) + 1))
        assert {record: row.b for record, row in reader.records.items()} == made


def test_eight_writers_of_one_record_keep_every_field_and_every_repeat_is_known(database: Database) -> None:
    """All in one bucket's lock; every mutation is sent twice at once, and counts once."""
    record = new_id()
    with database.write() as connection:
        feed.load(connection, BUCKETS[0], [(record, Kind.RESIDENT, canonical({"name": "孙桂芳"}))])
    fields = ("note", "sex", "status", "room", "unit", "building", "address", "living")

    def write(n: int) -> None:
        sender = Sender(f"w-{n}", "worker", str(new_id()), BUCKETS)
        old = ""
        for at in range(EACH):
            base = {fields[n]: old} if old else {}
            old = f"{n}-{at}"
            raw = _mutation(record, BUCKETS[0], at + 1, "patch", base, {fields[n]: old})
            with ThreadPoolExecutor(2) as pool:
                sent = [pool.submit(apply, database, [raw], sender, Shelf(), _NOW) for _ in range(2)]
            assert [result.status for each in sent for result in each.result()] == ["applied", "applied"]

    readers = _together(database, write)

    for reader in readers:
        row = reader.records[record]
        assert row.v == 1 + WRITERS * EACH
        held = msgspec.json.decode(row.r, type=dict[str, str])
        assert {name: held[name] for name in fields} == {name: f"{n}-{EACH - 1}" for n, name in enumerate(fields)}
    with database.read() as connection:
        state = feed.states(connection, BUCKETS)[BUCKETS[0]]
    assert (state.head, state.count) == (1 + WRITERS * EACH, 1)
    assert state.checksum == as_text(row_hash(record, 1 + WRITERS * EACH))


def test_moves_in_both_directions_at_once_neither_lock_each_other_out_nor_lose_a_record(database: Database) -> None:
    """The locks of two buckets are taken in one order, whichever way a record goes."""
    records = [new_id() for _ in range(WRITERS)]
    with database.write() as connection:
        for n, record in enumerate(records):
            feed.load(connection, BUCKETS[n % 2], [(record, Kind.CASE, canonical({"title": str(n)}))])

    def write(n: int) -> None:
        source, target = BUCKETS[n % 2], BUCKETS[(n + 1) % 2]
        for _ in range(EACH):
            with database.write() as connection:
                feed.move(connection, records[n], source, target, _NOW)
            source, target = target, source

    readers = _together(database, write)

    expected = {record: BUCKETS[(n + EACH) % 2] for n, record in enumerate(records)}
    with database.read() as connection:
        states = feed.states(connection, BUCKETS)
    assert sum(state.count for state in states.values()) == WRITERS
    for reader in readers:
        for bucket in BUCKETS:
            assert reader.cursors[bucket] == states[bucket].head
    with database.read() as connection:
        for record, bucket in expected.items():
            held = connection.exec_driver_sql(
                f"SELECT bucket FROM record WHERE id = '{record}' AND payload IS NOT NULL"
            ).scalars()
            assert list(held) == [bucket]


def _mutation(
    record: RecordId, bucket: str, dseq: int, op: Op, base: dict[str, str], changes: dict[str, str]
) -> msgspec.Raw:
    found = Mutation(
        mid=new_id(), dseq=dseq, op=op, bucket=bucket, record=record, kind=Kind.RESIDENT, base=base, set=changes,
        authored_at="2026-11-24T01:05:00Z",
    )  # fmt: skip
    return msgspec.Raw(msgspec.json.encode(found))


def _together(database: Database, write: Callable[[int], None]) -> list[Reader]:
    """Runs all writers and readers at once; the first exception of any of them is raised here."""
    readers = [Reader(database) for _ in range(READERS)]
    ended = threading.Event()
    with ThreadPoolExecutor(WRITERS + READERS) as pool:
        reading = [pool.submit(reader.follow, ended) for reader in readers]
        writing = [pool.submit(write, n) for n in range(WRITERS)]
        try:
            for each in writing:
                each.result()
        finally:
            ended.set()
        for each in reading:
            each.result()
    return readers
