"""The rules that keep a city possible: every key has the bucket or area, and what is written names the whole key."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from gridclient.platform import blobs, compaction, due, rulebook
from gridclient.platform.database import Database
from gridclient.platform.directory_tables import area_of
from gridclient.platform.rulebook import published
from gridclient.platform.tables import blob_use, ledger_mark, metadata
from tests.system.district import District

PLACES = {"bucket", "area"}
_TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)
_CONFLICT = re.compile(r"INSERT INTO (\w+).* ON CONFLICT(?: \(([^)]*)\))?", re.DOTALL)
_OLD = """
CREATE TABLE ledger_mark (device TEXT NOT NULL PRIMARY KEY, dseq BIGINT NOT NULL, mid TEXT NOT NULL,
  gaps {bytes} NOT NULL);
CREATE TABLE pack (id TEXT NOT NULL, version TEXT NOT NULL, area TEXT NOT NULL, digest TEXT NOT NULL,
  bundle {bytes} NOT NULL, in_force INTEGER NOT NULL, published_at TEXT NOT NULL, PRIMARY KEY (id, version));
CREATE TABLE blob_use (bucket TEXT NOT NULL, sha256 TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (bucket, sha256, record));
"""


def names(columns: Any) -> set[str]:
    """The names of columns."""
    return {column.name for column in columns}


@pytest.mark.parametrize("table", _TABLES, ids=lambda table: table.name)
def test_the_bucket_or_area_is_part_of_every_key(table: sa.Table) -> None:
    unique = [names(each.columns) for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    unique += [names(each.columns) for each in table.indexes if each.unique]
    foreign = [each for each in table.constraints if isinstance(each, sa.ForeignKeyConstraint)]

    for key in (names(table.primary_key), *unique):
        assert key & PLACES, f"{table.name}: {sorted(key)}"
    for each in foreign:
        assert names(each.columns) & PLACES, f"{table.name}: {each.name}"
        assert {element.column.name for element in each.elements} & PLACES, f"{table.name}: {each.name}"


def test_no_sequence_orders_anything_and_nothing_happens_in_triggers(database: Database) -> None:
    with database.read() as connection:
        if database.is_sqlite:
            made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").scalars().all()
            assert not [text for text in made if re.search(r"(?i)AUTOINCREMENT|CREATE TRIGGER", text)]
        else:
            for found in ("information_schema.sequences", "information_schema.triggers"):
                assert connection.exec_driver_sql(f"SELECT * FROM {found}").all() == []


@contextmanager
def statements(database: Database) -> Generator[list[str]]:
    """All that is executed in a database meanwhile."""
    heard: list[str] = []

    def listen(connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if connection.engine.url.database == database.url.database:
            heard.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    yield heard
    event.remove(Engine, "before_cursor_execute", listen)


def test_what_is_written_names_the_whole_key_and_never_changes_it(district: District) -> None:
    with statements(district.platform.database) as heard:
        lin, chen = district.pc("lin"), district.pc("chen")
        lin.sync()
        chen.sync()
        for pc, phone in ((lin, "13900007741"), (chen, "13900007742")):  # a conflict
            pc.edit(district.ident, phone=phone)
        lin.finish_all(district.case)
        for pc in (lin, chen, lin):
            pc.sync()
        due.run(district.platform)
        with district.platform.database.write() as connection:
            compaction.compact(connection, "9999-01-01T00:00:00Z")

    said = [found for each in heard if (found := _CONFLICT.match(each.strip()))]
    targets = {(found[1], frozenset(re.findall(r"\w+", found[2] or ""))) for found in said}
    keys = {table.name: frozenset(names(table.primary_key)) for table in _TABLES}
    assert {name for name, _ in targets} >= {"bucket", "record", "device"}  # the work was real
    assert targets == {(name, keys[name]) for name, _ in targets}
    changed = [each for each in heard if re.match(r"UPDATE \w+ SET (?:.*, )?(?:bucket|area) ?=", each)]
    assert changed == []


def test_a_platform_of_before_keeps_its_marks_packs_and_readers_of_photos_under_todays_keys(database: Database) -> None:
    kind = "BLOB" if database.is_sqlite else "BYTEA"
    with database.write() as connection:
        for table in (ledger_mark, published, blob_use):
            connection.execute(sa.schema.DropTable(table))
        for statement in _OLD.format(bytes=kind).strip().split(";")[:-1]:
            connection.exec_driver_sql(statement)
        connection.execute(sa.text("INSERT INTO ledger_mark VALUES ('d1', 7, 'm7', :gaps)"), {"gaps": b"[[2,3]]"})
        row = "INSERT INTO pack VALUES ('visit', '1', '', 'abc', :bundle, 1, '2026-11-24T02:21:00Z')"
        connection.execute(sa.text(row), {"bundle": b"\x00zip"})
        uses = [{"record": f"r{n}", "sha256": f"{n:064}"} for n in range(2500)]
        connection.execute(sa.text("INSERT INTO blob_use VALUES ('grid:1', :sha256, :record)"), uses)

    for _ in range(2):  # the second time there is nothing to do
        database.create()

    with database.read() as connection:
        mark = compaction.mark_of(connection, "d1")
        assert (mark.area, mark.dseq, mark.mid, bytes(mark.gaps)) == (area_of("d1"), 7, "m7", b"[[2,3]]")
        assert rulebook.bundle_of(connection, "abc") == b"\x00zip"
        assert [blobs.may_read(connection, f"{2499:064}", "w-lin", {scope}) for scope in ("grid:1", "grid:2")] == [
            True, False,
        ]  # fmt: skip
        assert connection.execute(sa.select(sa.func.count()).select_from(blob_use)).scalar_one() == 2500
        inspector = sa.inspect(connection)
        for table in (ledger_mark, published, blob_use):
            found = inspector.get_pk_constraint(table.name)["constrained_columns"]
            assert set(found) == names(table.primary_key)
