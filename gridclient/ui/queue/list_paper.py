"""Chosen cases of a list as a paper: building by building, phones masked as on the screen. No widgets."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from gridclient.store.arranging import building_of
from gridclient.store.chosen import Chosen
from gridclient.text import tr
from gridclient.ui.case.paper import Line, Paper, Section
from gridclient.ui.queue.words import state_in
from gridclient.ui.when import due_text
from gridclient.workflow import Shelf


def list_paper(office: str, title: str, cases: Sequence[Chosen], packs: Shelf, now: datetime, mark: str) -> Paper:
    """The cases building by building, with a line for each to write on."""
    sections = tuple(
        Section(building or tr("Without an address"), tuple(_line(each, packs, now) for each in some))
        for building, some in groupby(cases, key=lambda each: building_of(each.row.place))
    )
    return Paper(
        office, title, "", facts=((tr("Number of cases"), str(len(cases))),), sections=sections, closing=(mark,)
    )


def _line(case: Chosen, packs: Shelf, now: datetime) -> Line:
    row = case.row
    pack = packs.get(row.pack)
    due = due_text(row.due_at, now)[0] if not packs.ends(row.pack, row.state) else ""
    facts = (row.place.removeprefix(building_of(row.place)).strip(), state_in(pack, row.state), due, case.phone)
    return Line("", f"☐ {row.title}", "　".join(part for part in facts if part))
