"""The queue as a paged model: cases in the order that was asked for, with a heading above each group."""

from array import array
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from sqlalchemy.engine import Connection

from gridclient.store import lists
from gridclient.store.lists import Ask, Heading, QueueRow
from gridclient.text import pick, tr
from gridclient.ui.desk import Desk
from gridclient.ui.paged import PAGE, PagedModel
from gridclient.ui.queue.words import heading_text, state_in
from gridclient.ui.when import due_text
from gridclient.ui.widgets import Mark, RowLook

STATE_TONES = {"open": "neutral", "doing": "accent", "review": "warn", "returned": "warn", "closed": "ok"}


class QueueModel(PagedModel[QueueRow | Heading, Ask]):
    """Cases, most urgent first until another order is asked for."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, Ask(), parent)

    def ask_later(self, ask: Ask) -> None:
        """The same list at another moment: rows that are here are shown as they are now, others are told."""
        self.asked = ask
        self.follow()

    def read_first(self, connection: Connection) -> list[QueueRow | Heading] | None:
        return [*lists.first_page(connection, self.asked, PAGE)] if self.asked.is_quick else None

    def read_ids(self, connection: Connection) -> "array[int]":
        return lists.ids(connection, self.asked)

    def read_rows(self, connection: Connection, rids: Sequence[int]) -> list[QueueRow | Heading]:
        return lists.lines(connection, self.asked, rids)

    def case(self, index: int) -> QueueRow | None:
        """The case at a place, None for a heading and while it is being fetched."""
        row = self.row(index)
        return row if isinstance(row, QueueRow) else None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if self.rid_at(index.row()) < 0:
            return Qt.ItemFlag.NoItemFlags  # a heading: the keyboard goes past it
        return super().flags(index)

    def look(self, row: QueueRow | Heading) -> RowLook:
        if isinstance(row, Heading):
            return RowLook(heading_text(row, self.now), tr("cases: {n}", n=row.count), is_heading=True)
        pack = self.desk.packs.get(row.pack)
        is_ended = self.desk.packs.ends(row.pack, row.state)
        due, due_role = (tr("Done"), "text_2") if is_ended else due_text(row.due_at, self.now)
        marks = list[Mark]()
        if row.urged:
            marks.append(Mark("flag", "warn", tr("urged: a reply is wanted")))
        if row.conflict:
            marks.append(Mark("git-merge", "bad", tr("conflict")))
        if row.pending:
            marks.append(Mark("cloud-upload", "text_2", tr("not uploaded yet")))
        kind = pick(pack.category) if pack else row.pack
        return RowLook(
            row.title, row.place, kind, state_in(pack, row.state), STATE_TONES.get(row.state, "neutral"), due, due_role,
            tuple(marks),
        )  # fmt: skip
