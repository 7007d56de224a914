"""The queue as a paged model: cases in the order of their deadlines."""

from array import array
from collections.abc import Sequence

from PySide6.QtCore import QObject
from sqlalchemy.engine import Connection

from gridclient.store import lists
from gridclient.store.lists import Ask, QueueRow
from gridclient.text import pick, tr
from gridclient.ui.desk import Desk
from gridclient.ui.paged import PAGE, PagedModel
from gridclient.ui.when import due_text
from gridclient.ui.widgets import Mark, RowLook

STATE_TONES = {"open": "neutral", "doing": "accent", "review": "warn", "returned": "warn", "closed": "ok"}


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


class QueueModel(PagedModel[QueueRow]):
    """Cases, most urgent first."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._ask = Ask()

    def ask(self, ask: Ask) -> None:
        """Shows another list."""
        is_other = (ask.filter, ask.pack, ask.assignee) != (self._ask.filter, self._ask.pack, self._ask.assignee)
        self._ask = ask
        self.reload(is_other=is_other)

    def ask_later(self, ask: Ask) -> None:
        """The same list at another moment: rows that are here are shown as they are now, others are told."""
        self._ask = ask
        self.follow()

    def read_first(self, connection: Connection) -> list[QueueRow]:
        return lists.first_page(connection, self._ask, PAGE)

    def read_ids(self, connection: Connection) -> "array[int]":
        return lists.ids(connection, self._ask)

    def read_rows(self, connection: Connection, rids: Sequence[int]) -> list[QueueRow]:
        return lists.rows(connection, rids)

    def look(self, row: QueueRow) -> RowLook:
        pack = self.desk.packs.get(row.pack)
        due, due_role = (tr("Done"), "text_2") if row.state == "closed" else due_text(row.due_at, self.now)
        marks = list[Mark]()
        if row.conflict:
            marks.append(Mark("git-merge", "bad", tr("conflict")))
        if row.pending:
            marks.append(Mark("cloud-upload", "text_2", tr("not uploaded yet")))
        kind = pick(pack.category) if pack else row.pack
        return RowLook(
            row.title, row.place, kind, state_text(row.state), STATE_TONES.get(row.state, "neutral"), due, due_role,
            tuple(marks),
        )  # fmt: skip
