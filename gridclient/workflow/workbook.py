"""A pack as one workbook, for authors who would rather not write YAML: a sheet for each list, beside the form's own.

Sheet `pack` has keys and values; `roles`, `states`, `steps`, `transitions` and `opens` have a row for each entry and a
column for each key, with texts in `title::en` and `title::zh`. A cell holds what would stand in the YAML, such as
`[draft, open]`. Faults are told with sheet, column and row.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gridclient.workflow.faults import Fault, Faults, Loader, Source
from gridclient.workflow.sheets import read_rows

PACK = "pack"
LISTS = ("roles", "states", "steps", "transitions", "opens")
_STANDARDS = "standards"
_LANGUAGES = ("en", "zh")
_PLACE = re.compile(r"(?:line \d+(?:, )?)?([a-z_]+)?(?:\[(\d+)\])?(?:\.([a-z_]+))?")
Plain = dict[str, object]


def open_workbook(path: Path, into: Path) -> None:
    """Writes the folder that a workbook stands for; raises `Faults` with the cell that cannot be read."""
    book = _load(path)
    faults: list[Fault] = []
    pack: Plain = {}
    for number, key, value in _rows(book, PACK, faults):
        if key != "value":
            continue
        pack[str(book[PACK].cell(number, 1).value)] = value
    for name in LISTS:
        if name in book.sheetnames:
            pack[name] = _entries(book, name, faults)
    if faults:
        raise Faults([Fault(path.name, fault.place, fault.text) for fault in faults])
    form = f"{into.name if into.name.isascii() else PACK}.xlsx"
    pack["form"] = form
    if _STANDARDS in book.sheetnames:
        pack[_STANDARDS] = form
    (into / form).write_bytes(path.read_bytes())
    (into / "pack.yaml").write_text(yaml.safe_dump(pack, allow_unicode=True, sort_keys=False), "utf-8")


def _load(path: Path) -> Workbook:
    read_rows(path, PACK)  # whether it can be read at all
    return load_workbook(path, data_only=True)


def _rows(book: Workbook, name: str, faults: list[Fault]) -> Iterator[tuple[int, str, object]]:
    """Every cell of a sheet below its first row that is not empty, as `(row, column's name, value)`."""
    sheet: Worksheet = book[name]
    header = [str(cell.value or "").strip() for cell in sheet[1]]
    for number, cells in enumerate(sheet.iter_rows(min_row=2, values_only=True), 2):
        for column, cell in enumerate(cells[: len(header)]):
            if cell is None or not header[column] or (name == PACK and column == 0):
                continue
            try:
                value: object = yaml.load(cell, Loader) if isinstance(cell, str) else cell  # noqa: S506 - the safe one
            except (yaml.YAMLError, ValueError, RecursionError):
                place = f"{name}!{get_column_letter(column + 1)}{number}"
                faults.append(Fault("", place, f"“{cell}” cannot be read as a value"))
                continue
            yield number, header[column], str(cell) if _is_text(header[column]) else value


def _is_text(column: str) -> bool:
    """Texts are taken as they stand, whatever they might mean in YAML."""
    return column.partition("::")[2] in _LANGUAGES


def _entries(book: Workbook, name: str, faults: list[Fault]) -> list[Plain]:
    entries: dict[int, Plain] = {}
    for number, column, value in _rows(book, name, faults):
        entry = entries.setdefault(number, {})
        key, _, language = column.partition("::")
        if language:
            cast(Plain, entry.setdefault(key, {}))[language] = value
        else:
            entry[key] = value
    return [entries[number] for number in sorted(entries)]


def in_workbook(path: Path, fault: Fault) -> Fault:
    """The fault of an unpacked workbook's `pack.yaml`, told by the author's own cell."""
    if fault.file != "pack.yaml":
        return Fault(path.name, fault.place, fault.text)
    found = _PLACE.match(fault.place)
    key, number, column = found.groups() if found else (None, None, None)
    book = _load(path)
    if key in LISTS and number is not None:
        return Fault(path.name, f"{key}!{_column(book[key], column)}{int(number) + 2}", fault.text)
    for row in range(2, book[PACK].max_row + 1):
        if key is not None and book[PACK].cell(row, 1).value == key:
            return Fault(path.name, f"{PACK}!B{row}", fault.text)
    return Fault(path.name, key or PACK, fault.text)


def _column(sheet: Worksheet, key: str | None) -> str:
    for place, cell in enumerate(sheet[1], 1):
        if key is not None and str(cell.value or "").partition("::")[0] == key:
            return get_column_letter(place)
    return "A"


def make_workbook(folder: Path) -> Workbook:
    """One workbook of a pack's folder, for its author to go on with."""
    pack = cast(Plain, Source("pack.yaml", (folder / "pack.yaml").read_bytes()).read())
    book = Workbook()
    first = cast(Worksheet, book.active)
    first.title = PACK
    first.append(["key", "value"])
    for key, value in pack.items():
        if key not in (*LISTS, "form", _STANDARDS):
            first.append([key, _written(value)])
    for name in LISTS:
        if entries := cast("list[Plain]", pack.get(name) or []):
            _write_list(book.create_sheet(name), entries)
    for file in ("form", _STANDARDS):
        if file in pack:
            source = load_workbook(folder / str(pack[file]))
            for sheet in source.worksheets:
                copy = book.create_sheet(sheet.title)
                for row in sheet.iter_rows(values_only=True):
                    copy.append(list(row))
    return book


def _write_list(sheet: Worksheet, entries: list[Plain]) -> None:
    columns: dict[str, None] = {}
    rows: list[dict[str, object]] = []
    for entry in entries:
        row: dict[str, object] = {}
        for key, value in entry.items():
            texts: Plain = cast(Plain, value) if isinstance(value, dict) else {}
            if texts.keys() == set(_LANGUAGES):
                row |= {f"{key}::{language}": texts[language] for language in _LANGUAGES}
            else:
                row[key] = _written(cast(object, value))
        columns |= dict.fromkeys(row)
        rows.append(row)
    sheet.append(list(columns))
    for row in rows:
        sheet.append([row.get(column) for column in columns])


def _written(value: object) -> str:
    """A value as a cell holds it: on one line, as it would stand in the YAML."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**9, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")
