"""Long lists: their rows lie in an SQLite database of their own, and are nodes only while something looks at them.

The database is in memory: a list may hold residents, and nothing about them goes to the disk unencrypted.
"""

import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from gridclient.forms.node import Node
from gridclient.forms.table import Row
from gridclient.forms.values import plain_number

Key: TypeAlias = tuple[str, str | float]
Cells: TypeAlias = Sequence[str | None]
LONG = 5_000  # rows from which a list is kept here
MOST_COLUMNS = 500
_BLOCK, _BLOCKS = 256, 16
_KEPT_ROWS, _KEPT_PICKS = 2_000, 64
_MANY = 8


class LongList(Node):
    """The element above the rows of a long list."""

    __slots__ = ("_columns", "_store", "row_name")

    def __init__(self, name: str, parent: Node, row_name: str, columns: Sequence[str], rows: Iterable[Cells]) -> None:
        super().__init__(name, parent)
        self.row_name = row_name
        self._columns = {column: place for place, column in enumerate(columns)}
        self._store = _Store(len(columns), rows)
        self.lookup = {}
        del self.children, self.index  # they are made when they are asked for, and not kept

    def __getattr__(self, name: str) -> object:
        match name:
            case "children":
                return [LongRow(self, number) for number in range(1, self._store.length + 1)]
            case "index":
                return _Index(self)
            case _:
                raise AttributeError(name)

    def child_nodes(self) -> list[Node]:
        """The rows."""
        return self.children

    def pick(self, wanted: Sequence[Key]) -> list[Node]:
        """The rows whose columns equal texts or numbers, in order; the same list again as long as it is kept."""
        places = [(self._columns.get(column), value) for column, value in wanted]
        if any(place is None for place, _ in places):
            return []
        return self._store.pick(self, tuple((place, value) for place, value in places if place is not None))

    def cells(self, number: int) -> Cells:
        """The cells of a row."""
        return self._store.cells(number)

    def cursor(self) -> Iterator["LongRow"]:
        """Row after row as one and the same node, for a look at each; who keeps one makes it by `row`."""
        row = LongRow(self, 0, ())
        for number, *cells in self._store.rows():
            row.move(number, cells)
            yield row

    @property
    def length(self) -> int:
        """How many rows there are."""
        return self._store.length

    def texts(self, rows: Sequence[Node], column: str) -> list[str] | None:
        """The texts of many rows in a column, read at once; None for a few rows."""
        place = self._columns.get(column)
        if place is None or len(rows) * _MANY < self._store.length:
            return None
        all_ = self._store.column(place)
        return [all_[row.number - 1] or "" for row in rows if isinstance(row, LongRow)]

    def row(self, number: int, cells: Cells | None = None) -> "LongRow":
        """A row as a node."""
        return LongRow(self, number, cells)

    @property
    def columns(self) -> dict[str, int]:
        """The columns and their places."""
        return self._columns


class LongRow(Row):
    """One row of a long list. It is made again each time: two with one number are the same row."""

    __slots__ = ("_unfolded", "number")

    def __init__(self, parent: LongList, number: int, cells: Cells | None = None) -> None:
        self.parent: Node = parent
        self.columns = parent.columns
        self.number = number
        self._unfolded = False
        if cells is not None:
            self.cells = cells

    def __getattr__(self, name: str) -> object:
        parent = self.parent
        assert isinstance(parent, LongList)
        match name:
            case "cells":
                return parent.cells(self.number)
            case "children":
                self._unfolded = True
                return super().__getattr__(name)
            case "name":
                return parent.row_name
            case "uri":
                return parent.uri
            case _:
                return super().__getattr__(name)

    def move(self, number: int, cells: Cells) -> None:
        """Becomes another row: the nodes of its cells say what that one has."""
        self.number, self.cells = number, cells
        for name, nodes in self.index.items():
            text = cells[self.columns[name]]
            if text is None:
                self.index.clear()
                break
            nodes[0].text = text
        if self._unfolded:
            del self.children
            self._unfolded = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LongRow) and self.number == other.number and self.parent is other.parent

    def __hash__(self) -> int:
        return self.number

    @property
    def position(self) -> int:
        """1-based position among the rows."""
        return self.number


class _Index(dict[str, list[Node]]):
    """The children of a long list by their name."""

    __slots__ = ("_list",)

    def __init__(self, of: LongList) -> None:
        super().__init__()
        self._list = of

    def get(self, key: str, default: list[Node]) -> list[Node]:  # type: ignore[override] - always with a default
        return self._list.children if key == self._list.row_name else default


class _Store:
    """The table: `c0`, `c1` … in a database that nothing else knows; rows count from 1."""

    def __init__(self, columns: int, rows: Iterable[Cells]) -> None:
        # Forms are compiled on one thread and filled on another; SQLite itself takes one call at a time.
        self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._db.close)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.create_function("number", 1, _number, deterministic=True)
        names = [f"c{n}" for n in range(columns)]
        self._db.execute(f"CREATE TABLE list ({', '.join(f'{name} TEXT' for name in names)})")
        self._db.execute("BEGIN")
        self._db.executemany(f"INSERT INTO list VALUES ({', '.join('?' * columns)})", rows)
        self._db.execute("COMMIT")
        self.length = int(self._db.execute("SELECT count(*) FROM list").fetchone()[0])
        self._indexed: set[tuple[str, ...]] = set()
        self._picked: dict[tuple[tuple[int, str | float], ...], list[Node]] = {}
        self._blocks: dict[int, list[Cells]] = {}

    def pick(self, above: LongList, wanted: tuple[tuple[int, str | float], ...]) -> list[Node]:
        if wanted in self._picked:
            return self._picked[wanted]
        parts = tuple(f"c{place}" if isinstance(value, str) else f"number(c{place})" for place, value in wanted)
        if parts not in self._indexed:
            self._db.execute(f'CREATE INDEX IF NOT EXISTS "{" ".join(parts)}" ON list ({", ".join(parts)})')
            self._indexed.add(parts)
        where = " AND ".join(f"{part} = ?" for part in parts)
        values = [value for _, value in wanted]
        rows = self._db.execute(f"SELECT rowid, * FROM list WHERE {where} ORDER BY rowid", values)
        found: list[Node] = [above.row(number, cells) for number, *cells in rows]
        if len(found) <= _KEPT_ROWS:
            self._picked[wanted] = found
            if len(self._picked) > _KEPT_PICKS:
                self._picked.pop(next(iter(self._picked)), None)
        return found

    def rows(self) -> Iterator[tuple[Any, ...]]:
        return self._db.execute("SELECT rowid, * FROM list ORDER BY rowid")

    def column(self, place: int) -> list[str | None]:
        return [text for (text,) in self._db.execute(f"SELECT c{place} FROM list ORDER BY rowid")]

    def cells(self, number: int) -> Cells:
        at = (number - 1) // _BLOCK
        block = self._blocks.get(at)
        if block is None:
            first = at * _BLOCK + 1
            block = self._db.execute(
                "SELECT * FROM list WHERE rowid BETWEEN ? AND ?", (first, first + _BLOCK - 1)
            ).fetchall()
            self._blocks[at] = block
            if len(self._blocks) > _BLOCKS:
                self._blocks.pop(next(iter(self._blocks)), None)
        return block[number - 1 - at * _BLOCK]


def _number(text: str | None) -> float | None:
    return plain_number.__wrapped__(text) if text is not None else None
