"""A queue sorted, grouped and narrowed, and the views that a worker saves of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gridclient.domain.record import Kind, Value, new_id
from gridclient.store import lists, views
from gridclient.store.arranging import NOBODY, Group, Narrow, Sort
from gridclient.store.cache import Cache
from gridclient.store.lists import Ask, Heading, QueueFilter, QueueRow
from gridclient.store.views import Arrangement, NameTaken, View
from tests.unit.store.filled import filled

GRID = "grid:310115125001001"
LANE = "张江镇 祖冲之路 100 弄"
HIGH, GENERAL = new_id(), new_id()
CONFLICTED = new_id()


def _case(title: str, **fields: Value) -> tuple[str, Kind, dict[str, Value]]:
    return CONFLICTED if title == "d" else new_id(), Kind.CASE, {"title": title, "state": "open", "pack": "p", **fields}


RECORDS: list[tuple[str, Kind, dict[str, Value]]] = [
    (HIGH, Kind.RESIDENT, {"name": "甲", "living": "alone", "tags": ["elder", "disabled"]}),
    (GENERAL, Kind.RESIDENT, {"name": "乙", "tags": ["elder"]}),
    (new_id(), Kind.CARE, {"resident": HIGH, "tier": "high"}),
    (new_id(), Kind.CARE, {"resident": GENERAL, "tier": "general"}),
    _case("b", resident=GENERAL, address=f"{LANE} 10 号 101 室", opened_at="2026-11-20T00:00:00Z",
          due_at="2026-11-24T15:59:00Z", assignee="w-lin"),
    _case("a", resident=HIGH, address=f"{LANE} 2 号 1001 室", opened_at="2026-11-22T00:00:00Z",
          due_at="2026-11-24T16:01:00Z", state="doing"),
    _case("d", resident=HIGH, address=f"{LANE} 2 号 902 室", opened_at="2026-11-21T00:00:00Z",
          due_at="2026-11-25T01:00:00Z", assignee="w-lin", pack="q"),
    _case("c", address="", opened_at="2026-11-19T00:00:00Z", state="closed"),
    (new_id(), Kind.CONFLICT, {"record": CONFLICTED, "state": "open"}),
]  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """Four cases of two elders and of nobody; one of them has a conflict."""
    opened = filled(tmp_path, GRID, RECORDS)
    yield opened
    opened.close()


def _shown(cache: Cache, ask: Ask) -> str:
    """The list as words: titles, and each heading with its count in brackets."""
    with cache.read() as connection:
        found = lists.lines(connection, ask, lists.ids(connection, ask))
        told = [row.title if isinstance(row, QueueRow) else f"[{row.key} {row.count}]" for row in found]
        assert sum(not isinstance(row, Heading) for row in found) == lists.count(connection, ask)
    return " ".join(told)


@pytest.mark.parametrize(
    ("sort", "up", "down"),
    [
        (Sort.DEADLINE, "c b a d", "d a b c"),
        (Sort.OPENED, "c b d a", "a d b c"),
        (Sort.PLACE, "d a b c", "b a d c"),
        (Sort.TIER, "a d b c", "c b a d"),
        (Sort.TITLE, "a b c d", "d c b a"),
    ],
)
def test_a_queue_is_sorted_both_ways_and_numbers_of_houses_count_as_numbers(
    cache: Cache, sort: Sort, up: str, down: str
) -> None:
    ask = Ask(QueueFilter.ALL, sort=sort)

    assert _shown(cache, ask) == up
    assert _shown(cache, replace(ask, descending=True)) == down


@pytest.mark.parametrize(
    ("group", "told"),
    [
        (Group.DAY, "[2026-11-24 1] b [2026-11-25 2] a d [ 1] c"),
        (Group.PLACE, f"[{LANE} 2 号 2] a d [{LANE} 10 号 1] b [ 1] c"),
        (Group.TIER, "[high 2] a d [general 1] b [ 1] c"),
    ],
)
def test_groups_have_headings_with_counts_and_those_without_a_key_come_last(
    cache: Cache, group: Group, told: str
) -> None:
    assert _shown(cache, Ask(QueueFilter.ALL, group=group)) == told


@pytest.mark.parametrize(
    ("narrow", "told"),
    [
        (Narrow(states=("doing", "closed")), "c a"),
        (Narrow(packs=("q",)), "d"),
        (Narrow(tiers=("high",)), "a d"),
        (Narrow(place=" 2 号"), "a d"),
        (Narrow(tag="elder"), "b a d"),
        (Narrow(tag="disabled"), "a d"),
        (Narrow(tag="alone"), "a d"),
        (Narrow(due_from="2026-11-24T16:00:00Z"), "a d"),
        (Narrow(due_to="2026-11-24T16:00:00Z"), "b"),
        (Narrow(assignee="w-lin"), "b d"),
        (Narrow(assignee=NOBODY), "c a"),
        (Narrow(pending=True), ""),
        (Narrow(conflict=True), "d"),
        (Narrow(tiers=("high",), assignee="w-lin"), "d"),
    ],
)
def test_everything_that_a_list_is_narrowed_to_holds(cache: Cache, narrow: Narrow, told: str) -> None:
    ask = Ask(QueueFilter.ALL, narrow=narrow)

    assert _shown(cache, ask) == told
    with cache.read() as connection:
        assert lists.counts(connection, ask)[QueueFilter.ALL] == len(told.split())


def test_views_are_kept_by_name_renamed_and_deleted(cache: Cache) -> None:
    seen = Arrangement(QueueFilter.OVERDUE, Sort.PLACE, True, Group.TIER, Narrow(tiers=("high",), place="2 号"))
    with cache.write() as tx:
        for name in ("second", "first", "third"):
            views.save_view(tx, View(name, "queue", seen))
        views.rename_view(tx, "third", "a third")
        assert views.delete_view(tx, "second")
        with pytest.raises(NameTaken):
            views.rename_view(tx, "first", "a third")
        with pytest.raises(NameTaken):
            views.save_view(tx, View("first", "visits", Arrangement()))

    with cache.read() as connection:
        assert views.views(connection) == [View("a third", "queue", seen), View("first", "queue", seen)]
    assert views.decode_arrangement(views.encode_arrangement(seen)) == seen
    assert views.decode_arrangement('{"sort": "colour"}') == Arrangement()


def test_a_view_of_a_later_program_is_not_shown_and_stays_for_that_program(cache: Cache) -> None:
    later = {"name": "later", "page": "queue", "arrangement": {"filter": "stolen", "sort": "deadline"}}
    with cache.write() as tx:
        tx.set_setting("views", msgspec.json.encode([later]).decode())
        views.save_view(tx, View("mine", "queue", Arrangement()))
        with pytest.raises(NameTaken):
            views.rename_view(tx, "mine", "later")

    with cache.read() as connection:
        assert views.views(connection) == [View("mine", "queue", Arrangement())]
    assert later in msgspec.json.decode(cache.setting("views") or "")
