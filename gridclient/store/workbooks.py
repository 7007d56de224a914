"""Excel workbooks (.xlsx): the first sheet of one read as a table.

Blocking. Nothing is kept anywhere but in the file that a person chose.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable
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
