"""Chosen cases of a list as a file for Excel; it says on itself who made it, when and why. No widgets."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font

from gridclient.store.chosen import Chosen
from gridclient.text import pick, tr
from gridclient.ui.queue.words import state_in
from gridclient.ui.when import local
from gridclient.workflow import Shelf

_WIDTHS = (18, 30, 18, 12, 40, 18, 16, 16)


def workbook(cases: Sequence[Chosen], packs: Shelf, mark: str) -> bytes:
    """The watermark, the names of the columns, and a row for each case; phones are masked."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = tr("Cases")
    head = (
        tr("Number"), tr("Item"), tr("Kind"), tr("State"), tr("Address"), tr("Deadline"), tr("Assignee"), tr("Phone"),
    )  # fmt: skip
    for number, line in enumerate([(mark,), head, *(_line(each, packs) for each in cases)], 1):
        for column, text in enumerate(line, 1):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"  # a title that looks like a formula is not calculated
            if number == 2:
                cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFGH", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "1:2"  # on each page that is printed
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _line(case: Chosen, packs: Shelf) -> tuple[str, ...]:
    row, pack = case.row, packs.get(case.row.pack)
    due = f"{local(row.due_at):%Y-%m-%d %H:%M}" if row.due_at else ""
    kind = pick(pack.category) if pack else row.pack
    return row.number, row.title, kind, state_in(pack, row.state), row.place, due, case.assignee, case.phone
