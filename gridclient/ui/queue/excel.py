"""Chosen cases of a list as a table for Excel; phones are masked. No widgets."""

from collections.abc import Sequence

from gridclient.store.chosen import Chosen
from gridclient.store.workbooks import Sheet
from gridclient.text import pick, tr
from gridclient.ui.queue.words import state_in
from gridclient.ui.when import local
from gridclient.workflow import Shelf


def table(cases: Sequence[Chosen], packs: Shelf, mark: str) -> Sheet:
    """A row for each case, and the mark that says who made the file, when and why."""
    header = (
        tr("Number"), tr("Item"), tr("Kind"), tr("State"), tr("Address"), tr("Deadline"), tr("Assignee"), tr("Phone"),
    )  # fmt: skip
    return Sheet(tr("Cases"), mark, header, [_line(each, packs) for each in cases])


def _line(case: Chosen, packs: Shelf) -> tuple[str, ...]:
    row, pack = case.row, packs.get(case.row.pack)
    due = f"{local(row.due_at):%Y-%m-%d %H:%M}" if row.due_at else ""
    kind = pick(pack.category) if pack else row.pack
    return row.number, row.title, kind, state_in(pack, row.state), row.place, due, case.assignee, case.phone
