"""Excel workbooks (.xlsx): the first sheet of one read as a table, and a table written as one.

Blocking. What is in a table lies nowhere but in the file that a person chose: no temporary file is made of it.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from gridclient.domain.roster import Cell
from gridclient.errors import GridError

LARGEST = 50 * 1024 * 1024


class NotAWorkbook(GridError):
    """The file is none, is damaged, or is locked by a password."""

    text = "{name} cannot be read as an Excel workbook (.xlsx). Save it again as .xlsx, without a password."


class WorkbookTooLarge(GridError):
    """The file is larger than can be meant."""

    text = "{name} is larger than {limit} MB. Split it into several workbooks."


class NothingInWorkbook(GridError):
    """The first sheet has no row of headers with rows under it."""

    text = "The first sheet of {name} has no table: a row of headings with rows beneath it."


@dataclass(frozen=True, slots=True)
class Table:
    """The first sheet: its headings, the rows beneath with their numbers in the sheet, and the hash of the file."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    digest: str


def read_table(path: Path) -> Table:
    """Reads the first sheet; a title above the headings and empty rows are passed over. Raises a `GridError`."""
    if path.stat().st_size > LARGEST:
        raise WorkbookTooLarge(name=path.name, limit=LARGEST // 2**20)
    data = path.read_bytes()
    header: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    for number, cells in enumerate(_cells(data, path.name), start=1):
        filled = sum(_is_filled(cell) for cell in cells)
        if not header and filled >= 2:
            header = tuple("" if cell is None else str(cell).strip() for cell in cells)
        elif header and filled:
            rows.append((number, cells))
    if not rows:
        raise NothingInWorkbook(name=path.name)
    return Table(header, tuple(rows), hashlib.sha256(data).hexdigest())


def _cells(data: bytes, name: str) -> list[tuple[Cell, ...]]:
    from openpyxl import load_workbook  # on first use: it takes a tenth of a second
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheet = cast(Any, book.worksheets[0])
            sheet.reset_dimensions()  # what a program wrote there about the size may be wrong
            return [tuple(cast("Iterable[Cell]", row)) for row in sheet.iter_rows(values_only=True)]
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        raise NotAWorkbook(name=name) from error


def _is_filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written; `mark` stands above and beneath the rows and on every printed page."""

    name: str
    mark: str
    header: Sequence[str]
    rows: Iterable[Sequence[str | int]]


def write_table(sheet: Sheet) -> bytes:
    """The table as a workbook; a text that begins as a formula does stays a text."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book: Any = Workbook()
    page: Any = book.active
    page.title = sheet.name
    page.append([sheet.mark])
    page.append(list(sheet.header))
    widths = [_width(text) for text in sheet.header]
    for row in sheet.rows:
        page.append(list(row))
        widths = [max(width, _width(cell)) for width, cell in zip(widths, row, strict=True)]
        for cell in page[page.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    page.append([sheet.mark])
    for line in (page[1][0], page[page.max_row][0]):
        line.font, line.alignment = Font(italic=True, color="808080"), Alignment(wrap_text=False)
    for cell in page[2]:
        cell.font = Font(bold=True)
    for place, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(place)].width = min(width + 2, 60)
    page.freeze_panes = "A3"
    page.print_title_rows = "1:2"
    page.oddFooter.center.text = sheet.mark.replace("&", "&&")
    return _saved(book)


def _saved(book: Any) -> bytes:
    """As `Workbook.save`, which would write each sheet to a temporary file first."""
    from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    whole = io.BytesIO()
    writer: Any = ExcelWriter(book, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED))

    def write_worksheet(page: Any) -> None:
        part = io.BytesIO()
        page._drawing = SpreadsheetDrawing()
        own: Any = WorksheetWriter(page, part)
        own.write()
        page._rels = own._rels
        writer._archive.writestr(page.path[1:], part.getvalue())
        writer.manifest.append(page)

    writer.write_worksheet = write_worksheet
    writer.save()
    return whole.getvalue()


def _width(cell: str | int) -> int:
    """How many digits wide a cell is; a Chinese character is as wide as two."""
    return sum(2 if sign > "\u2e7f" else 1 for sign in str(cell))
