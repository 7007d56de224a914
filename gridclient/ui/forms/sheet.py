"""What is wrong with an XLSForm, each fault with its sheet, row and column. No widgets.

The engine stops at the first fault; a form author wants all of them. So every expression of the workbook is read by
itself, every name and list is looked up, and what the engine says comes on top.
"""

import csv
import io
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gridclient.forms import FormError, functions
from gridclient.forms.compile import compile_tree
from gridclient.forms.errors import XPathError
from gridclient.forms.parser import parse
from gridclient.forms.workbook import column_of, numbered
from gridclient.text import tr

_EXPRESSIONS = (
    "relevant",
    "constraint",
    "calculation",
    "required",
    "read_only",
    "readonly",
    "choice_filter",
    "repeat_count",
)
_NAME, _REFERENCE = re.compile(r"[A-Za-z_][\w.-]*\Z"), re.compile(r"\$\{\s*(?:last-saved#)?([^}]*?)\s*\}")
_TRUTH = {"yes": "true()", "no": "false()", "true": "true()", "false": "false()"}
_ROW = re.compile(r"(?P<sheet>\w+), row (?P<row>\d+)(?:, column (?P<column>[^:]+(?:::[^:]+)?))?: ")
_REF = re.compile(r"(?P<ref>/[\w/.:-]+?)(?: (?:its )?(?P<rule>[a-z]+)|:|\s|\Z)")
assert functions  # the library must be there before an expression is compiled


@dataclass(frozen=True, slots=True)
class SheetFault:
    """A fault and where it stands; a row of 0 means the whole file, a column may be empty."""

    sheet: str
    row: int
    column: str
    text: str

    def where(self) -> str:
        """The place in words."""
        if not self.row:
            return tr("the file")
        if not self.column:
            return tr("{sheet}, row {row}", sheet=self.sheet, row=self.row)
        return tr("{sheet}, row {row}, column {column}", sheet=self.sheet, row=self.row, column=self.column)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet by its headings; `number` as the spreadsheet shows it."""

    number: int
    cells: Mapping[str, str]

    def of(self, heading: str) -> str:
        """The text of a cell, empty when there is none."""
        return self.cells.get(heading, "")


Sheets = Mapping[str, Sequence[Row]]


def read_sheets(path: Path) -> Sheets:
    """The sheets of a workbook, or of a text that has them below each other; raises `FormError` when it is neither."""
    match path.suffix.lower():
        case ".md":
            lines = path.read_text("utf-8").splitlines()
            return _below_each_other(_cells(line) for line in lines)
        case ".csv":
            return _below_each_other(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        case ".xls":
            return _read_xls(path)
        case _:
            return _read_xlsx(path)


def _read_xls(path: Path) -> Sheets:
    # Imported on first use, as in `forms.loading`.
    from pyxform.errors import PyXFormError

    try:
        found = {name: list(numbered(path, name)) for name in ("survey", "choices")}
    except (PyXFormError, LookupError, ValueError, TypeError, AttributeError, OSError, struct.error) as error:
        raise FormError(tr("{name} cannot be read as a workbook.", name=path.name)) from error
    return {name: [Row(number, cells) for number, cells in rows if cells] for name, rows in found.items()}


def _read_xlsx(path: Path) -> Sheets:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, OSError, KeyError, ValueError) as error:
        raise FormError(tr("{name} cannot be read as a workbook.", name=path.name)) from error
    found: dict[str, list[Row]] = {}
    for sheet in book.worksheets:
        rows = [
            ["" if cell is None else str(cell).strip() for cell in row] for row in sheet.iter_rows(values_only=True)
        ]
        found[str(sheet.title).lower()] = _rows(list(enumerate(rows, start=1)))
    book.close()
    return found


def faults_of(sheets: Sheets) -> list[SheetFault]:
    """Everything in the sheets that cannot run, in the order of the rows."""
    survey = sheets.get("survey")
    if survey is None:
        return [SheetFault("survey", 0, "", tr("The workbook has no sheet called survey."))]
    names = {row.of("name") for row in survey if row.of("name")}
    lists = {row.of("list_name") or row.of("list name") for row in sheets.get("choices", ())}
    found: list[SheetFault] = []
    for row in survey:
        found += _faults_of_row(row, names, lists)
    found += _unclosed(survey)
    found += _twice(sheets.get("choices", ()))
    return found


def fault_from(told: str, sheets: Sheets) -> SheetFault:
    """Where the fault stands that the engine told, as far as its words say."""
    text = " ".join(told.split())
    if found := _ROW.search(text):
        return SheetFault(found["sheet"], int(found["row"]), found["column"] or "", text)
    if found := _REF.search(text):
        name = found["ref"].rpartition("/")[2]
        for row in sheets.get("survey", ()):
            if row.of("name") == name:
                return SheetFault("survey", row.number, column_of(row.cells, found["rule"] or ""), text)
    return _quoted(text, sheets) or SheetFault("", 0, "", text)


def _quoted(text: str, sheets: Sheets) -> SheetFault | None:
    """The place of the cell that a message quotes word for word."""
    for quoted in re.findall(r"'([^']+)'|“([^”]+)”", text):
        for name in ("survey", "choices"):
            for row in sheets.get(name, ()):
                for column, cell in row.cells.items():
                    if cell in quoted:
                        return SheetFault(name, row.number, column, text)
    return None


def _faults_of_row(row: Row, names: set[str], lists: set[str]) -> Iterator[SheetFault]:
    kind, name = row.of("type"), row.of("name")
    if not kind:
        if name:
            yield SheetFault("survey", row.number, "type", tr("The row has a name but no type."))
        return
    ends = kind.startswith("end")
    if not ends and not name and kind.split()[0] not in ("audit",):
        yield SheetFault("survey", row.number, "name", tr("The question has no name."))
    elif name and not _NAME.match(name):
        text = tr("“{name}” is no name: letters, digits, - and _ only, a letter first.", name=name)
        yield SheetFault("survey", row.number, "name", text)
    words = kind.split()
    chooses = words[0] in ("select_one", "select_multiple", "rank")
    if chooses and len(words) > 1 and words[1] not in lists and not words[1].startswith("${"):
        yield SheetFault(
            "survey", row.number, "type", tr("There is no list “{name}” on the sheet choices.", name=words[1])
        )
    for column in _EXPRESSIONS:
        if text := row.of(column):
            yield from _faults_of_expression(row.number, column, text, names)
    for column, text in row.cells.items():
        if column.partition("::")[0] in ("label", "hint", "constraint_message", "required_message"):
            for unknown in _unknown(text, names):
                yield SheetFault("survey", row.number, column, tr("There is no question “{name}”.", name=unknown))


def _faults_of_expression(number: int, column: str, text: str, names: set[str]) -> Iterator[SheetFault]:
    unknown = _unknown(text, names)
    for name in unknown:
        yield SheetFault("survey", number, column, tr("There is no question “{name}”.", name=name))
    source = _TRUTH.get(text.lower(), _REFERENCE.sub("/data/x", text))
    try:
        compile_tree(parse(source))
    except XPathError as error:
        yield SheetFault("survey", number, column, str(error))


def _unknown(text: str, names: set[str]) -> list[str]:
    return [name for name in _REFERENCE.findall(text) if name not in names]


def _unclosed(survey: Sequence[Row]) -> Iterator[SheetFault]:
    open_: list[tuple[str, Row]] = []
    for row in survey:
        kind = row.of("type").lower().replace("_", " ")
        if kind.startswith("begin "):
            open_.append((kind.removeprefix("begin "), row))
        elif kind.startswith("end "):
            what = kind.removeprefix("end ")
            if not open_ or open_[-1][0] != what:
                yield SheetFault("survey", row.number, "type", tr("This ends a {what} that was not begun.", what=what))
            else:
                open_.pop()
    for what, row in open_:
        yield SheetFault("survey", row.number, "type", tr("This {what} is never ended.", what=what))


def _twice(choices: Sequence[Row]) -> Iterator[SheetFault]:
    seen: set[tuple[str, str]] = set()
    for row in choices:
        listing = row.of("list_name") or row.of("list name")
        key = (listing, row.of("name"))
        if listing and not row.of("name"):
            yield SheetFault("choices", row.number, "name", tr("The choice has no name."))
        elif listing and key in seen:
            yield SheetFault("choices", row.number, "name",
                             tr("The list “{list}” has “{name}” twice.", list=listing, name=key[1]))  # fmt: skip
        seen.add(key)


def _rows(lines: Sequence[tuple[int, Sequence[str]]]) -> list[Row]:
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if not filled:
        return []
    heads = [head.strip() for head in filled[0][1]]
    return [Row(n, {h: c for h, c in zip(heads, cells, strict=False) if h and c}) for n, cells in filled[1:]]


def _cells(line: str) -> list[str]:
    """The cells of a line of a Markdown table; none of any other line."""
    return line.strip().strip("|").split("|") if line.lstrip().startswith("|") else []


def _below_each_other(lines: Iterable[Sequence[str]]) -> Sheets:
    """Sheets of a text, each below its name; rows have the numbers of its lines."""
    found: dict[str, list[tuple[int, list[str]]]] = {}
    name = ""
    for number, line in enumerate(lines, start=1):
        first, *cells = [cell.strip() for cell in line] or [""]
        name = first.lower() or name
        if name and any(cells):
            found.setdefault(name, []).append((number, cells))
    return {name: _rows(lines) for name, lines in found.items()}
