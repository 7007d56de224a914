"""A long list as a model over a snapshot of ids: a million rows cost eight bytes each, and no read happens in `data`.

Rows are fetched in pages of 100 on the store thread and kept in an LRU; a row that is not there yet shows "…" and
is painted again when it came. The snapshot keeps rows where they are during a sync: what came meanwhile is told by
`news`, and shown when the person asks for it.
"""

import asyncio
from array import array
from collections import OrderedDict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from sqlalchemy.engine import Connection

from gridclient.ui.desk import Desk
from gridclient.ui.widgets import ROW_LOOK, RowLook

PAGE, KEPT = 100, 60


class Line(Protocol):
    """What every row of a paged list has."""

    @property
    def rid(self) -> int:
        """The row id in the cache."""
        ...

    @property
    def id(self) -> str:
        """The record."""
        ...


Row = TypeVar("Row", bound=Line)
Asked = TypeVar("Asked")  # which list; two that differ only in their moment are equal


def new_in(ids: "array[int]", before: "array[int]") -> int:
    """How many of the ids were not there before, headings (below zero) apart.

    A set of a million would take as much memory as all the rest.
    """
    known = bytearray(max(0, max(before, default=0)) + 1)
    for rid in before:
        known[max(rid, 0)] = 1
    return sum(1 for rid in ids if rid > 0 and (rid >= len(known) or not known[rid]))


class PagedModel(QAbstractListModel, Generic[Row, Asked]):
    """A list of records; a subclass says how ids, rows and looks are made."""

    loading = Signal()  # another list is being read, and has no quick way to its first rows
    loaded = Signal(int)  # rows in the list
    news = Signal(int)  # how many rows came that are not shown yet
    failed = Signal(object)  # GridError: the list could not be read

    def __init__(self, desk: Desk, asked: Asked, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk, self.asked = desk, asked
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, list[Row | None]] = OrderedDict()
        self._wanted: set[int] = set()
        self._generation = 0
        self._news = 0
        self.now: datetime = desk.now()

    def read_ids(self, connection: Connection) -> "array[int]":
        """Every row of the list, in order."""
        raise NotImplementedError

    def read_rows(self, connection: Connection, rids: Sequence[int]) -> list[Row]:
        """The rows with these ids."""
        raise NotImplementedError

    def read_first(self, connection: Connection) -> list[Row] | None:
        """The first rows, shown while the ids are still being read; None when there is no quick way to them."""
        return None

    def look(self, row: Row) -> RowLook:
        """How a row looks."""
        raise NotImplementedError

    # --- reading -------------------------------------------------------------------------------------------

    def ask(self, asked: Asked) -> None:
        """Shows another list, or the same one as it is now."""
        is_other, self.asked = asked != self.asked, asked
        self.reload(is_other=is_other)

    def reload(self, *, is_other: bool = False) -> None:
        """Takes a new snapshot; what is on the screen stays until it is there, unless it is another list's."""
        self._generation += 1
        self.desk.start(self._load(self._generation, is_other), self.failed.emit)

    async def _load(self, generation: int, is_other: bool) -> None:
        if generation != self._generation:
            return  # another list was asked for before this one began
        first = await self.desk.read(self.read_first)
        if generation != self._generation:
            return
        if first is not None and (is_other or (first and not self._ids)):
            self._show(array("q", (row.rid for row in first)), first)
            await asyncio.sleep(0)  # what was read is painted before a million ids are read beside it
        elif is_other:
            self.loading.emit()
        ids = await self.desk.read_long(self.read_ids)
        if generation != self._generation:
            return
        rids = ids[:PAGE]
        if list(rids) != [row.rid for row in (first or [])[: len(rids)]]:
            first = await self.desk.read(lambda c: self.read_rows(c, rids)) if rids else []
        if generation == self._generation and not (is_other and ids == self._ids):
            self._show(ids, first or [])

    def follow(self) -> None:
        """Shows what changed in the rows that are here; rows that came are told by `news`, and wait."""
        self._generation += 1
        self.desk.start(self._follow(self._generation), self.failed.emit)

    async def _follow(self, generation: int) -> None:
        if generation != self._generation:
            return
        before = self._ids

        def compare(connection: Connection) -> "tuple[array[int], int]":
            ids = self.read_ids(connection)
            return ids, 0 if ids == before or not before else new_in(ids, before)

        ids, news = await self.desk.read_long(compare)
        if generation != self._generation or before is not self._ids:
            return
        if ids != before and not news:
            first = await self.desk.read(lambda c: self.read_rows(c, ids[:PAGE])) if ids else []
            if generation == self._generation:
                self._show(ids, first)
            return
        self._tell_news(news)
        self.now = self.desk.now()
        for page in list(self._pages):
            self.desk.start(self._fetch(page), self.failed.emit)

    def _tell_news(self, news: int) -> None:
        if news != self._news:
            self._news = news
            self.news.emit(news)

    def _show(self, ids: "array[int]", first: list[Row]) -> None:
        self.beginResetModel()
        self.now = self.desk.now()
        self._ids, self._wanted = ids, set()
        self._pages = OrderedDict()
        if first and list(ids[: len(first)]) == [row.rid for row in first]:
            self._pages[0] = [*first]
        self.endResetModel()
        self._tell_news(0)
        self.loaded.emit(len(ids))

    # --- rows ----------------------------------------------------------------------------------------------

    def row(self, index: int) -> Row | None:
        """The row at a place, None while it is being fetched."""
        page = self._pages.get(index // PAGE)
        if page is None:
            self._want(index // PAGE)
            return None
        self._pages.move_to_end(index // PAGE)
        place = index % PAGE
        return page[place] if place < len(page) else None

    def place_of(self, record_id: str) -> int:
        """Where a record stands, as far as its page is here; -1 when it is not."""
        for number, page in self._pages.items():
            for place, row in enumerate(page):
                if row is not None and row.id == record_id:
                    return number * PAGE + place
        return -1

    def rid_at(self, index: int) -> int:
        """The row id at a place, 0 when there is no such place."""
        return self._ids[index] if 0 <= index < len(self._ids) else 0

    def places_of(self, rids: Collection[int]) -> list[int]:
        """Where these row ids stand, from top to bottom."""
        return [place for place, rid in enumerate(self._ids) if rid in rids] if rids else []

    def _want(self, page: int) -> None:
        if page not in self._wanted:
            self._wanted.add(page)
            self.desk.start(self._fetch(page), self.failed.emit)

    async def _fetch(self, page: int) -> None:
        ids = self._ids
        rids = ids[page * PAGE : (page + 1) * PAGE]
        try:
            found = {row.rid: row for row in await self.desk.read(lambda c: self.read_rows(c, rids))}
        finally:
            if ids is self._ids:
                self._wanted.discard(page)  # one that could not be read is asked for again
        if ids is not self._ids:
            return
        self._pages[page] = [found.get(rid) for rid in rids]
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        self.dataChanged.emit(self.index(page * PAGE), self.index(page * PAGE + len(rids) - 1))

    # --- Qt ------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (ROW_LOOK, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.row(index.row())
        look = RowLook("…") if row is None else self.look(row)
        return look if role == ROW_LOOK else look.spoken
