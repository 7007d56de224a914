"""A page that was cut or altered anywhere applies nothing; only the whole one does, and never wrong data.

The page comes from the platform's own feed, and is laid by the functions of the cycle itself. A taken page is looked at
inside its transaction and rolled back, so that each test begins from the same cache.
"""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from gridclient.domain.record import Kind
from gridclient.platform import feed
from gridclient.platform.database import Database
from gridclient.platform.push import canonical
from gridclient.protocol.pages import DAMAGED
from gridclient.store import arrivals, work
from gridclient.store.cache import Cache, Transaction
from gridclient.store.work import Actor
from gridclient.sync import pulling

GRID, IDENT, LOST = "grid:310115125001001", "ident:310115125001001", "grid:310115125001002"
EPOCH = "01937c7e-0000-7000-8000-000000000000.1.1"
TABLES = ("base", "membership", "cursors", "shown", "outbox", "settings")
State = dict[str, list[tuple[object, ...]]]


class _Undo(Exception):
    """Ends a transaction without keeping it."""


@dataclass
class Torn:
    """A cache in the middle of its life, a pull page that changes much of it, and a bucket's snapshot."""

    cache: Cache
    page: bytes
    snapshot: bytes

    def state(self) -> State:
        """Everything that a page could change."""
        with self.cache.read() as connection:
            return _state(connection)

    def try_page(self, data: bytes) -> State | None:
        """What the cache would be after a pull page; None when the page is not believed."""
        return self._try(data, None)

    def try_snapshot(self, data: bytes) -> State | None:
        """What the cache would be after a snapshot; None when it is not believed."""
        return self._try(data, GRID)

    def _try(self, data: bytes, over: str | None) -> State | None:
        seen: list[State] = []
        try:
            with self.cache.write() as tx:
                _take(tx, data, over)
                seen.append(_state(tx.connection))
                raise _Undo
        except DAMAGED:
            return None
        except _Undo:
            return seen[0]


def _take(tx: Transaction, data: bytes, over: str | None) -> None:
    if over is None:
        pulling.lay_page(tx, data)
    else:
        pulling.lay_snapshot(tx, data, over)


def _state(connection: Connection) -> State:
    return {name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")] for name in TABLES}


@pytest.fixture
def torn(tmp_path: Path) -> Generator[Torn]:
    """Three buckets were taken and one record edited; then the platform changed, moved, removed and added records."""
    database = Database.at(tmp_path)
    database.create()
    cache = Cache(tmp_path / "cache.db", tmp_path / "attachments.db", bytes(range(32)))
    first, second, third, contact, other, newcomer = (f"01937c7e-2f10-7c3a-9b1e-5f4c8a2d6e0{n}" for n in range(6))
    with database.write() as connection:
        feed.load(connection, GRID, [
            (first, Kind.RESIDENT, canonical({"name": "王秀英", "address": "祖冲之路 1239 弄"})),
            (second, Kind.RESIDENT, canonical({"name": "李建国"})),
            (third, Kind.CASE, canonical({"title": "独居老人走访", "state": "open", "resident": first})),
        ])  # fmt: skip
        feed.load(connection, IDENT, [(contact, Kind.IDENT, canonical({"resident": first, "phone": "13800006120"}))])
        feed.load(connection, LOST, [(other, Kind.RESIDENT, canonical({"name": "吴桂珍"}))])
    for name in (GRID, IDENT, LOST):
        with database.read() as connection, cache.write() as tx:
            _take(tx, b"".join(feed.snapshot(connection, EPOCH, name)), name)
    with cache.write() as tx:
        while arrivals.project_new(tx):
            pass
        arrivals.finish_filling(tx)
    with cache.write() as tx:
        work.edit_record(tx, first, {"note": "moved in with her daughter"}, Actor("w-lin", "worker"))
    with database.write() as connection:
        held = feed.lock(connection, GRID)
        before, leaving = held.find(first), held.find(second)
        assert before is not None
        assert leaving is not None
        held.put(before, Kind.RESIDENT, first, canonical({"name": "王秀英", "tier": "key"}))
        held.exit(leaving, "2026-11-24T02:21:00Z")
        held.put(None, Kind.RESIDENT, newcomer, canonical({"name": "陈敏"}))
        held.close()
    with database.read() as connection:
        with cache.read() as local:
            cursors = {name: cursor for name, (_, _, cursor) in arrivals.sums(local).items()}
        page = b"".join(feed.page(connection, EPOCH, (GRID, IDENT), cursors, 1_000_000))
        snapshot = b"".join(feed.snapshot(connection, EPOCH, GRID))
    yield Torn(cache, page, snapshot)
    cache.close()
    database.close()


def test_a_pull_page_that_is_cut_at_any_byte_applies_nothing(torn: Torn) -> None:
    before = torn.state()

    applied = [at for at in range(len(torn.page)) if torn.try_page(torn.page[:at]) is not None]

    assert applied == []
    assert torn.state() == before


def test_a_snapshot_that_is_cut_at_any_byte_applies_nothing(torn: Torn) -> None:
    before = torn.state()

    applied = [at for at in range(len(torn.snapshot)) if torn.try_snapshot(torn.snapshot[:at]) is not None]

    assert applied == []
    assert torn.state() == before


def test_the_whole_page_and_the_whole_snapshot_are_applied_and_agree(torn: Torn) -> None:
    before = torn.state()

    by_page, by_snapshot = torn.try_page(torn.page), torn.try_snapshot(torn.snapshot)

    assert by_page is not None
    assert by_snapshot is not None
    assert before not in (by_page, by_snapshot)
    assert {row[1]: row[2:] for row in by_page["base"]} == {row[1]: row[2:] for row in by_snapshot["base"]}
    with torn.cache.write() as tx:
        _take(tx, torn.page, None)
    with torn.cache.read() as connection:
        kept = {name: found[:2] for name, found in arrivals.sums(connection).items()}
        assert kept == arrivals.recount(connection)
        assert kept.keys() == {GRID, IDENT}


def test_a_flipped_bit_in_a_pull_page_never_gives_wrong_data(torn: Torn) -> None:
    before, whole = torn.state(), torn.try_page(torn.page)

    results = [torn.try_page(data) for data in _flipped(torn.page)]

    assert all(result is None or result == whole for result in results)
    assert torn.state() == before


def test_a_flipped_bit_in_a_snapshot_never_gives_wrong_data(torn: Torn) -> None:
    before, whole = torn.state(), torn.try_snapshot(torn.snapshot)

    results = [torn.try_snapshot(data) for data in _flipped(torn.snapshot)]

    assert all(result is None or result == whole for result in results)
    assert torn.state() == before


def test_bytes_after_the_page_change_nothing_of_what_it_says(torn: Torn) -> None:
    whole = torn.try_page(torn.page)

    results = [torn.try_page(torn.page + tail) for tail in (b"\0", b"<html>", torn.page, torn.snapshot)]

    assert all(result is None or result == whole for result in results)


def test_what_is_no_page_applies_nothing(torn: Torn) -> None:
    before = torn.state()

    assert [torn.try_page(data) for data in (b"", b"\n", b"<html>sign in here</html>")] == [None] * 3
    assert torn.try_snapshot(torn.page) is None  # a whole page, but of other buckets than were asked for
    assert torn.state() == before


def _flipped(data: bytes) -> Generator[bytes]:
    for at in range(len(data)):
        for bit in range(8):
            yield data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
