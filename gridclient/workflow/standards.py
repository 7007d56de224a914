"""Event standards: for each category and condition when to file, how long, when to close, and who acts.

They are a sheet that a street office edits; a row that cannot be used is told with its sheet, row and column.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast

import msgspec

from gridclient.domain.clock import Limit
from gridclient.domain.texts import Texts
from gridclient.workflow.faults import Fault, Faults
from gridclient.workflow.rules import Name
from gridclient.workflow.sheets import read_rows

SHEET = "standards"
_PAIRS = ("category", "filing", "closing", "unit")
COLUMNS = (
    "id", "code", *(f"{name}::{language}" for name in _PAIRS for language in ("en", "zh")), "amount", "limit_unit",
    "level", "version", "valid_from", "verified",
)  # fmt: skip


class _Row(msgspec.Struct, frozen=True):
    id: Name
    code: str
    amount: float
    limit_unit: str
    level: Name
    version: str
    valid_from: date
    verified: bool


@dataclass(frozen=True, slots=True)
class Standard:
    """One row; `level` is the lowest that can act, `verified` that the value was compared with its source."""

    id: str
    code: str
    category: Texts
    filing: Texts
    closing: Texts
    unit: Texts
    limit: Limit
    level: str
    version: str
    valid_from: date
    verified: bool


def read_standards(path: Path) -> tuple[Standard, ...]:
    """Reads the sheet `standards`; raises `Faults` with every cell that cannot be used."""
    rows = iter(read_rows(path, SHEET))
    header = [str(cell or "").strip() for cell in next(rows, ())]
    faults = [
        Fault(path.name, f"{SHEET}!1", f"the column “{name}” is missing") for name in COLUMNS if name not in header
    ]
    if faults:
        raise Faults(faults)
    found: list[Standard] = []
    for number, cells in enumerate(rows, 2):
        values = {name: cell for name, cell in zip(header, cells, strict=False) if name in COLUMNS}
        if all(cell is None for cell in values.values()):
            continue
        wrong = list(_faults(path.name, number, header, values))
        faults += wrong
        if not wrong:
            found.append(_standard(values))
    faults += _twice(path.name, header, found)
    if faults:
        raise Faults(faults)
    return tuple(found)


def _faults(file: str, number: int, header: list[str], values: Mapping[str, object]) -> Iterator[Fault]:
    from openpyxl.utils import get_column_letter

    for name in COLUMNS:
        value, place = values.get(name), f"{SHEET}!{get_column_letter(header.index(name) + 1)}{number}"
        if value is None or value == "":
            yield Fault(file, place, f"“{name}” is empty")
        elif name == "amount" and not (isinstance(value, int | float) and not isinstance(value, bool) and value > 0):
            yield Fault(file, place, f"“{value}” is no amount above 0")
        elif name == "limit_unit" and value not in ("urgent_hour", "work_hour", "work_day", "natural_day"):
            yield Fault(file, place, f"“{value}” is no unit: urgent_hour, work_hour, work_day or natural_day")
        elif name == "valid_from" and not isinstance(value, datetime):
            yield Fault(file, place, f"“{value}” is no date")
        elif name == "verified" and not isinstance(value, bool):
            yield Fault(file, place, f"“{value}” is neither TRUE nor FALSE")
        elif name in ("id", "level"):
            try:
                msgspec.convert(str(value), Name)
            except msgspec.ValidationError:
                yield Fault(file, place, f"“{value}” is no name: small letters, digits and hyphens")


def _standard(values: Mapping[str, object]) -> Standard:
    texts = {name: Texts(str(values[f"{name}::en"]), str(values[f"{name}::zh"])) for name in _PAIRS}
    plain = {name: value for name, value in values.items() if "::" not in name}
    plain |= {name: str(plain[name]) for name in ("id", "code", "version")}
    plain["valid_from"] = cast(datetime, plain["valid_from"]).date()
    row = msgspec.convert(plain, _Row)
    limit = msgspec.convert({"amount": row.amount, "unit": row.limit_unit}, Limit)
    return Standard(
        row.id, row.code, texts["category"], texts["filing"], texts["closing"], texts["unit"], limit, row.level,
        row.version, row.valid_from, row.verified,
    )  # fmt: skip


def _twice(file: str, header: list[str], found: list[Standard]) -> Iterator[Fault]:
    from openpyxl.utils import get_column_letter

    column = get_column_letter(header.index("id") + 1)
    keys = [(standard.id, standard.valid_from) for standard in found]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Fault(file, f"{SHEET}!{column}", f"“{key[0]}” is there twice from {key[1]} on")


def standard_on(standards: tuple[Standard, ...], standard_id: str, day: date) -> Standard | None:
    """The row in force on a day: the latest that is valid by then."""
    valid = [each for each in standards if each.id == standard_id and each.valid_from <= day]
    return max(valid, key=lambda each: each.valid_from, default=None)
