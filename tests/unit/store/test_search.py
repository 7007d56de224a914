"""Finding what is on this PC: characters, numbers, and the letters of names and places."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridclient.domain.record import Kind, new_id
from gridclient.store import lists, residents, upkeep
from gridclient.store.cache import Cache
from gridclient.store.residents import ResidentAsk, ResidentFilter
from tests.unit.store.filled import filled

GRID = "grid:310115125001001"
ADDRESS = "张江镇 祖冲之路 1239 弄 8 号 302 室"


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """A cache that holds an elder, her door, her visit and her neighbour."""
    home, elder = new_id(), new_id()
    records: list[tuple[str, Kind, dict[str, str]]] = [
        (home, Kind.HOUSEHOLD, {"address": ADDRESS, "building": "8", "grid": "1", "unit": "1", "room": "302"}),
        (elder, Kind.RESIDENT, {"name": "王秀英", "address": ADDRESS, "household": home}),
        (new_id(), Kind.RESIDENT, {"name": "曾伟", "address": "晨晖路 8 弄 2 号 101 室"}),
        (new_id(), Kind.CARE, {"resident": elder, "tier": "high"}),
        (
            new_id(),
            Kind.CASE,
            {"title": "王秀英 · 独居老人走访", "resident": elder, "address": ADDRESS, "state": "open"},
        ),
    ]
    opened = filled(tmp_path, GRID, records)
    yield opened
    opened.close()


def _found(cache: Cache, question: str) -> list[str]:
    with cache.read() as connection:
        return [f"{hit.kind} {hit.title or hit.place}" for hit in lists.search(connection, question)]


VISIT = "case 王秀英 · 独居老人走访"


@pytest.mark.parametrize(
    ("question", "hits"),
    [
        ("wxy", ["resident 王秀英", VISIT]),
        ("WangXiu", ["resident 王秀英", VISIT]),
        ("xiuying", ["resident 王秀英", VISIT]),
        ("zengwei", ["resident 曾伟"]),
        ("王xy", ["resident 王秀英", VISIT]),
        ("zczl", [f"household {ADDRESS}"]),
        ("wxq", []),
        ("祖冲之路 1239 弄 8 号 302 室", [f"household {ADDRESS}", "resident 王秀英", VISIT]),
        ("晨晖路 8 弄 2", ["resident 曾伟"]),
        ("王", ["resident 王秀英", VISIT]),
        ("弄", [f"household {ADDRESS}", "resident 王秀英", "resident 曾伟", VISIT]),
    ],
)
def test_what_a_person_types_finds_whom_they_mean(cache: Cache, question: str, hits: list[str]) -> None:
    assert _found(cache, question) == hits


def test_a_cache_of_an_older_program_gets_its_letters_bit_by_bit(cache: Cache) -> None:
    with cache.write() as tx:
        tx.set_setting("indexed_rid", None)
        tx.connection.exec_driver_sql("DELETE FROM search WHERE rowid = 2")
        tx.connection.exec_driver_sql("INSERT INTO search(rowid, body) VALUES (2, '王秀 秀英')")
    assert _found(cache, "wxy") == [VISIT]
    rounds = 1
    while True:
        with cache.write() as tx:
            if not upkeep.index_again(tx, 2):
                break
        rounds += 1

    assert rounds == 3
    assert _found(cache, "wxy") == ["resident 王秀英", VISIT]


RARE = ["王𬀪", "买买提·艾力", "李㐂", "陈﨑", "周明"]
RARELY = [
    ("王𬀪", "王𬀪"), ("wangxian", "王𬀪"), ("𬀪", ""), ("买买提·艾力", "买买提·艾力"), ("买买提•艾力", "买买提·艾力"),
    ("买买提艾力", "买买提·艾力"), ("艾力", "买买提·艾力"), ("mmtal", "买买提·艾力"), ("李㐂", "李㐂"),
    ("陈﨑", "陈﨑"),
]  # fmt: skip


@pytest.fixture
def rare(tmp_path: Path) -> Iterator[Cache]:
    """A cache with people whose names hold rare characters or a dot, and one whose contact's does."""
    people: list[tuple[str, Kind, dict[str, str]]] = [(new_id(), Kind.RESIDENT, {"name": name}) for name in RARE]
    contact = {"resident": people[0][0], "contact_name": "张𠮷"}
    opened = filled(tmp_path, GRID, [*people, (new_id(), Kind.IDENT, contact)])
    yield opened
    opened.close()


@pytest.mark.parametrize(("question", "name"), [*RARELY, ("张𠮷", "王𬀪"), ("周明", "周明")])
def test_people_with_rare_characters_or_a_dot_in_their_names_are_found(rare: Cache, question: str, name: str) -> None:
    assert _found(rare, question) == ([f"resident {name}"] if name else [])


def test_what_an_older_program_left_out_is_indexed_again_and_nothing_else(rare: Cache) -> None:
    with rare.write() as tx:
        tx.set_setting("indexed_rid", None)
        tx.set_setting("lettered_rid", "all")
        tx.connection.exec_driver_sql("DELETE FROM search")
        while upkeep.index_again(tx, 2):
            pass

    assert [_found(rare, question) for question, _ in RARELY] == [
        [f"resident {name}"] if name else [] for _, name in RARELY
    ]
    assert _found(rare, "张𠮷") == ["resident 王𬀪"]
    assert _found(rare, "周明") == []


def test_a_list_finds_everybody_of_its_kind_whatever_else_is_called_so(tmp_path: Path) -> None:
    road = {"address": "张江镇 祖冲之路 8 弄"}
    others = [(new_id(), Kind.HOUSEHOLD, road) for _ in range(1200)]
    people = [(new_id(), Kind.RESIDENT, {"name": "王秀英", **road}) for _ in range(520)]
    opened = filled(tmp_path, GRID, [*others, *people, (new_id(), Kind.PLACE, {"name": "面馆", **road})])

    with opened.read() as connection:
        found = {
            (words, kind): len(lists.found_rids(connection, words, kind))
            for words in ("张江镇", "弄")
            for kind in (Kind.RESIDENT, Kind.PLACE)
        }
    opened.close()

    assert found == {
        ("张江镇", Kind.RESIDENT): lists.MOST_FOUND, ("张江镇", Kind.PLACE): 1,
        ("弄", Kind.RESIDENT): lists.MOST_FOUND, ("弄", Kind.PLACE): 1,
    }  # fmt: skip


def test_a_list_of_residents_tells_care_and_conflicts_of_each(cache: Cache) -> None:
    with cache.read() as connection:
        ids = residents.ids(connection, ResidentAsk(ResidentFilter.ALL))
        rows = residents.rows(connection, ids)

    assert [(row.name, row.tier) for row in rows] == [("王秀英", "high"), ("曾伟", "")]
