"""What a report can begin from: the kinds of events somebody may report, the grids, and the draft that was left."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gridclient.store import drafts, lists
from gridclient.store.drafts import Draft
from gridclient.store.lists import Cell
from gridclient.store.reporting import can_report
from gridclient.ui.desk import Desk
from gridclient.workflow import Pack


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known when the page opens; without a draft a new case begins."""

    cells: Sequence[Cell]
    case_id: str
    draft: Draft | None


def packs_to_report(desk: Desk) -> list[Pack]:
    """The kinds of events that this worker may report."""
    return [pack for pack in desk.packs.values() if can_report(pack, desk.actor.role)]


def read_begun(connection: Connection, case_id: str) -> Begun:
    """The report that was left, empty `case_id` where none was."""
    return Begun(lists.cells(connection), case_id, drafts.draft_of(connection, case_id) if case_id else None)
