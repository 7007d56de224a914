"""What the feed brings into a cache: buckets, lists and references, in every order that a page may have."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gridclient.domain.record import Kind, new_id
from gridclient.protocol.checksum import as_text, row_hash, total
from gridclient.protocol.messages import Row
from gridclient.store import arrivals, lists, shown, work
from gridclient.store.arranging import Narrow
from gridclient.store.cache import Cache
from gridclient.store.lists import Ask, QueueFilter
from gridclient.store.work import Actor

NOW, EVENING = "2026-11-24T02:00:00Z", "2026-11-24T15:59:59Z"
GRID, OTHER = "grid:310115125001001", "grid:310115125001002"


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """An empty cache that still waits for its first sync."""
    opened = Cache(tmp_path / "cache.db", tmp_path / "attachments.db", secrets.token_bytes(32))
    yield opened
    opened.close()


def row(record: str, ver: int = 1, bucket: str = GRID, kind: Kind = Kind.CASE, **fields: str) -> Row:
    return Row(b=bucket, s=ver, id=record, v=ver, k=kind, r=msgspec.Raw(msgspec.json.encode(fields)))


def take(cache: Cache, *rows: Row) -> None:
    with cache.write() as tx:
        taking = arrivals.arrivals(tx, [GRID, OTHER])
        taking.take(list(rows))
        taking.close({})


def finish(cache: Cache) -> None:
    with cache.write() as tx:
        while arrivals.project_new(tx):
            pass
        arrivals.finish_filling(tx)


def titles(cache: Cache, ask: Ask) -> list[str]:
    with cache.read() as connection:
        return [each.title for each in lists.first_page(connection, ask)]


def test_a_record_in_two_buckets_of_one_page_is_one_record_until_both_let_it_go(cache: Cache) -> None:
    record = new_id()
    finish(cache)

    take(cache, row(record, state="open", title="井盖破损"), row(record, bucket=OTHER, state="open", title="井盖破损"))
    take(cache, Row(b=GRID, s=2, id=record, v=2, k=Kind.CASE, x=True))

    with cache.write() as tx:
        assert arrivals.sweep(tx).changes.records == frozenset()
        assert {name: found[:2] for name, found in arrivals.sums(tx.connection).items()} == {
            GRID: (0, as_text(0)), OTHER: (1, as_text(row_hash(record, 1))),
        }  # fmt: skip
        assert {name: found[:2] for name, found in arrivals.sums(tx.connection).items()} == arrivals.recount(
            tx.connection
        )
    assert titles(cache, Ask(QueueFilter.ALL)) == ["井盖破损"]


def test_a_change_that_comes_while_lists_are_made_is_shown(cache: Cache) -> None:
    record, other = new_id(), new_id()
    take(cache, row(record, state="open", title="before"), row(other, state="open", title="other"))
    with cache.write() as tx:
        assert arrivals.project_new(tx, limit=1)

    take(cache, row(record, ver=2, state="open", title="after"))
    finish(cache)

    assert sorted(titles(cache, Ask(QueueFilter.ALL))) == ["after", "other"]


def test_counts_are_as_many_as_each_list_shows(cache: Cache) -> None:
    states = ("open", "doing", "returned", "review", "closed")
    due = ("2026-11-23T01:00:00Z", "2026-11-24T09:00:00Z", "2026-12-01T01:00:00Z")
    rows = [
        row(new_id(), state=state, due_at=at, pack=pack, title="走访", assignee=who)
        for state in states for at in due for pack in ("a", "b") for who in ("w-lin", "w-chen")
    ]  # fmt: skip
    take(cache, *rows)
    finish(cache)

    for pack, who in (("", ""), ("a", ""), ("", "w-lin"), ("b", "w-chen")):
        with cache.read() as connection:
            counted = lists.counts(connection, Ask(QueueFilter.OPEN, who, pack, NOW, EVENING))
            seen = {
                each: len(lists.ids(connection, Ask(each, who, pack, NOW, EVENING))) for each in QueueFilter
            }  # fmt: skip
        assert counted == seen
        assert seen[QueueFilter.ALL] == 60 // (1 + bool(pack)) // (1 + bool(who))
        assert seen[QueueFilter.TODAY] == seen[QueueFilter.OVERDUE] == seen[QueueFilter.ALL] // 5


def test_a_workers_queue_shows_what_is_theirs_or_nobodys_and_what_colleagues_have_by_a_filter(cache: Cache) -> None:
    rows = [
        row(new_id(), state=state, title=f"{state} {whose}", due_at=NOW, assignee=whose)
        for state in ("open", "returned", "closed") for whose in ("", "w-lin", "w-chen")
    ]  # fmt: skip
    take(cache, *rows)
    finish(cache)
    mine = Ask(QueueFilter.OPEN, me="w-lin", now=EVENING)
    of_chen = replace(mine, narrow=Narrow(assignee="w-chen"))

    assert set(titles(cache, mine)) == {"open ", "open w-lin", "returned ", "returned w-lin"}
    assert set(titles(cache, replace(mine, filter=QueueFilter.ALL))) == {
        "open ", "open w-lin", "returned ", "returned w-lin", "closed ", "closed w-lin",
    }  # fmt: skip
    theirs = {"open w-chen", "returned w-chen"}
    assert set(titles(cache, replace(mine, filter=QueueFilter.COLLEAGUES))) == theirs
    assert set(titles(cache, of_chen)) == theirs  # who names a colleague means that one
    with cache.read() as connection:
        for ask in (mine, of_chen):
            seen = {each: len(lists.ids(connection, replace(ask, filter=each))) for each in QueueFilter}
            assert lists.counts(connection, ask) == seen
            assert [lists.count(connection, replace(ask, filter=each)) for each in QueueFilter] == [*seen.values()]


def test_a_list_comes_in_the_order_of_deadlines_whatever_its_states(cache: Cache) -> None:
    take(cache, *(
        row(new_id(), state=state, due_at=f"2026-11-{day:02d}T01:00:00Z", title=str(day))
        for day, state in ((20, "closed"), (5, "open"), (11, "closed"), (8, "review"), (2, "closed"))
    ))  # fmt: skip
    finish(cache)

    assert titles(cache, Ask(QueueFilter.ALL)) == ["2", "5", "8", "11", "20"]


def test_a_persons_files_are_found_by_whom_they_are_about(cache: Cache) -> None:
    resident, neighbour, ident = new_id(), new_id(), new_id()
    take(
        cache,
        row(resident, kind=Kind.RESIDENT, name="王秀英"),
        row(ident, kind=Kind.IDENT, resident=resident, phone="13800006120"),
        row(new_id(), kind=Kind.IDENT, resident=neighbour, phone="13800006121"),
    )
    finish(cache)

    with cache.read() as connection:
        assert [each.id for each in shown.about(connection, resident, Kind.IDENT)] == [ident]
        assert shown.about(connection, resident, Kind.CARE) == []


def test_a_file_is_still_found_by_its_person_after_an_edit(cache: Cache) -> None:
    resident, ident = new_id(), new_id()
    take(
        cache,
        row(resident, kind=Kind.RESIDENT, name="王秀英"),
        row(ident, kind=Kind.IDENT, resident=resident, phone="13800006120"),
    )
    finish(cache)

    with cache.write() as tx:
        work.edit_record(tx, ident, {"phone": "13800009999"}, Actor("w-lin", "worker"))

    with cache.read() as connection:
        assert [each.text("phone") for each in shown.about(connection, resident, Kind.IDENT)] == ["13800009999"]


def test_the_sum_of_many_rows_is_the_sum_of_each() -> None:
    rows = [(new_id(), ver) for ver in range(1, 50)]

    assert total(rows) == sum(row_hash(record, ver) for record, ver in rows)
