"""The queue as a model over a snapshot of ids: a million rows cost eight bytes each, and no read happens in `data`.

Rows are fetched in pages of 100 on the store thread and kept in an LRU; a row that is not there yet shows "…" and
is painted again when it came. The snapshot keeps rows where they are during a sync.
"""

from array import array
from collections import OrderedDict
from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from gridclient.store import lists
from gridclient.store.lists import Ask, QueueRow
from gridclient.text import pick, tr
from gridclient.ui.desk import Desk
from gridclient.ui.when import due_text
from gridclient.ui.widgets import ROW_LOOK, Mark, RowLook

PAGE, KEPT = 100, 60
_STATES = {"open": "neutral", "doing": "accent", "review": "warn", "returned": "warn", "closed": "ok"}


def state_text(state: str) -> str:
    """A case's state in words."""
    match state:
        case "open":
            return tr("To do")
        case "doing":
            return tr("In progress")
        case "review":
            return tr("In review")
        case "returned":
            return tr("Returned")
        case "closed":
            return tr("Closed")
        case _:
            return state


class QueueModel(QAbstractListModel):
    """Cases in the order of their deadlines."""

    loaded = Signal(int)  # rows in the list

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ask = Ask()
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, list[QueueRow | None]] = OrderedDict()
        self._wanted: set[int] = set()
        self._generation = 0
        self._now: datetime = desk.now()

    def ask(self, ask: Ask) -> None:
        """Shows another list."""
        self._ask = ask
        self.reload()

    def reload(self) -> None:
        """Takes a new snapshot; what is on the screen stays until it is there."""
        self._generation += 1
        self._desk.start(self._load(self._generation))

    async def _load(self, generation: int) -> None:
        if generation != self._generation:
            return  # another list was asked for before this one began
        ask = self._ask
        first = await self._desk.read(lambda c: lists.first_page(c, ask, PAGE))
        if generation != self._generation:
            return
        if not self._ids:
            self._show(array("q", (row.rid for row in first)), first)
        ids = await self._desk.read(lambda c: lists.ids(c, ask))
        if generation == self._generation:
            self._show(ids, first)

    def _show(self, ids: "array[int]", first: list[QueueRow]) -> None:
        self.beginResetModel()
        self._now = self._desk.now()
        self._ids, self._wanted = ids, set()
        self._pages = OrderedDict()
        if first and list(ids[: len(first)]) == [row.rid for row in first]:
            self._pages[0] = [*first]
        self.endResetModel()
        self.loaded.emit(len(ids))

    def row(self, index: int) -> QueueRow | None:
        """The row at a place, None while it is being fetched."""
        page = self._pages.get(index // PAGE)
        if page is None:
            self._want(index // PAGE)
            return None
        self._pages.move_to_end(index // PAGE)
        place = index % PAGE
        return page[place] if place < len(page) else None

    def place_of(self, case_id: str) -> int:
        """Where a case stands, as far as its page is here; -1 when it is not."""
        for number, page in self._pages.items():
            for place, row in enumerate(page):
                if row is not None and row.id == case_id:
                    return number * PAGE + place
        return -1

    def _want(self, page: int) -> None:
        if page not in self._wanted:
            self._wanted.add(page)
            self._desk.start(self._fetch(page, self._generation))

    async def _fetch(self, page: int, generation: int) -> None:
        rids = self._ids[page * PAGE : (page + 1) * PAGE]
        found = {row.rid: row for row in await self._desk.read(lambda c: lists.rows(c, rids))}
        if generation != self._generation:
            return
        self._wanted.discard(page)
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
        look = RowLook("…") if row is None else self._look(row)
        return look if role == ROW_LOOK else look.spoken

    def _look(self, row: QueueRow) -> RowLook:
        pack = self._desk.packs.get(row.pack)
        due, due_role = (tr("Done"), "text_2") if row.state == "closed" else due_text(row.due_at, self._now)
        marks = list[Mark]()
        if row.conflict:
            marks.append(Mark("git-merge", "bad", tr("conflict")))
        if row.pending:
            marks.append(Mark("cloud-upload", "text_2", tr("not uploaded yet")))
        kind = pick(pack.category) if pack else row.pack
        return RowLook(
            row.title, row.place, kind, state_text(row.state), _STATES.get(row.state, "neutral"), due, due_role,
            tuple(marks),
        )  # fmt: skip
