"""Reads the sheets of a pack's workbooks; one that is damaged or lacks a sheet is a fault like any other."""

import zlib
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from gridclient.workflow.faults import Fault, Faults

Cells = tuple[object, ...]


def read_rows(path: Path, sheet: str) -> list[Cells]:
    """Every row of a sheet; raises `Faults`."""
    from openpyxl import load_workbook  # a tenth of the program's start, and seldom needed
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(BytesIO(path.read_bytes()), read_only=True, data_only=True)  # a path would stay open
        if sheet in book.sheetnames:
            return [tuple(row) for row in book[sheet].iter_rows(values_only=True)]
    except (
        OSError, InvalidFileException, BadZipFile, LookupError, ValueError, TypeError, AttributeError, EOFError,
        NotImplementedError, RuntimeError, ParseError, zlib.error,
    ) as error:  # fmt: skip
        raise Faults([Fault(path.name, "", f"the workbook cannot be read: {type(error).__name__}")]) from error
    raise Faults([Fault(path.name, "", f"there is no sheet “{sheet}”")])
