"""A roster (花名册): residents as an office's Excel list has them, row by row, and what is wrong in which column.

Pure: takes the cells as they were read, and knows no file and no cache. An empty cell says nothing about a person.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from gridclient.domain.identifiers import check_citizen_id, check_phone
from gridclient.domain.people import Living
from gridclient.domain.record import Value
from gridclient.text import tr

Cell: TypeAlias = "str | int | float | bool | date | datetime | None"


class Column(StrEnum):
    """What a column of a roster can mean; the value is the field of the record."""

    NAME = "name"
    ID_NUMBER = "id_number"
    SEX = "sex"
    BIRTH = "birth"
    ADDRESS = "address"
    BUILDING = "building"
    UNIT = "unit"
    ROOM = "room"
    GRID = "grid"
    LIVING = "living"
    PHONE = "phone"
    CONTACT_NAME = "contact_name"
    CONTACT_RELATION = "contact_relation"
    CONTACT_PHONE = "contact_phone"
    NOTE = "note"


IDENT_COLUMNS = frozenset({
    Column.ID_NUMBER, Column.PHONE, Column.CONTACT_NAME, Column.CONTACT_RELATION, Column.CONTACT_PHONE,
})  # fmt: skip
_HEADERS: Mapping[Column, str] = {
    Column.NAME: "姓名 名字 居民姓名 name",
    Column.ID_NUMBER: "身份证号 身份证号码 身份证 证件号码 证件号 公民身份号码 identitynumber",
    Column.SEX: "性别 sex gender",
    Column.BIRTH: "出生日期 出生年月日 生日 出生 birth dateofbirth birthdate",
    Column.ADDRESS: "地址 住址 居住地址 现住址 家庭住址 详细地址 address",
    Column.BUILDING: "楼栋 楼号 幢 栋 building",
    Column.UNIT: "单元 单元号 unit entrance",
    Column.ROOM: "室 室号 房号 房间号 门牌号 room",
    Column.GRID: "网格 所属网格 网格编码 网格名称 grid",
    Column.LIVING: "居住情况 居住方式 居住状况 living livingsituation",
    Column.PHONE: "电话 手机 手机号 手机号码 联系电话 联系方式 phone mobile",
    Column.CONTACT_NAME: "紧急联系人 紧急联系人姓名 联系人 联系人姓名 emergencycontact",
    Column.CONTACT_RELATION: "与本人关系 关系 联系人关系 relation",
    Column.CONTACT_PHONE: "紧急联系人电话 联系人电话 紧急联系电话 紧急联系人手机 contactphone",
    Column.NOTE: "备注 说明 note remarks",
}  # fmt: skip
_COLUMN_OF = {header: column for column, headers in _HEADERS.items() for header in headers.split()}
_SEXES = {"男": "1", "女": "2", "male": "1", "female": "2", "m": "1", "f": "2", "0": "0", "1": "1", "2": "2", "9": "9"}
_LIVINGS = {
    "独居": Living.ALONE, "空巢": Living.EMPTY_NEST, "留守": Living.LEFT_BEHIND, "与家人同住": Living.FAMILY,
    "与子女同住": Living.FAMILY, "同住": Living.FAMILY, **{each.value: each for each in Living},
}  # fmt: skip
_DATE = re.compile(
    r"(\d{4})(?:[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?|(\d{2})(\d{2}))(?:\s+0?0:00(?::00)?)?\Z", re.ASCII
)
_BUILDING = re.compile(r"(\d+)\s*(?:号楼|幢|栋|号)", re.ASCII)
_UNIT = re.compile(r"(\d+)\s*单元", re.ASCII)
_ROOM = re.compile(r"(\d+[A-Za-z]?)\s*室", re.ASCII)
_EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, for a person."""

    column: Column
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as a row says it: fields of the core file, and of the identity file; what is not said is absent."""

    person: Mapping[str, Value]
    ident: Mapping[str, Value]

    def text(self, name: str) -> str:
        """A field of either file, empty when the row does not say it."""
        return str(self.person.get(name) or self.ident.get(name) or "")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the roster by its number in the sheet: an entry, or what keeps it from being one."""

    row: int
    entry: Entry | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a roster is to be read: which column means what, the grids by code and by name, and what day it is."""

    columns: Mapping[int, Column]  # by the place of the column, from 0
    grids: Mapping[str, str]  # names and codes → code
    default_grid: str
    today: date


def guess(header: Sequence[str], remembered: Mapping[str, str]) -> dict[int, Column]:
    """Which column means what, by its header: as it was chosen the last time, else by usual names; each once."""
    found: dict[int, Column] = {}
    for place, text in enumerate(header):
        chosen = remembered.get(text)
        column = _COLUMN_OF.get(_plain(text)) if chosen is None else Column(chosen) if chosen else None
        if column is not None and column not in found.values():
            found[place] = column
    return found


def missing(columns: Iterable[Column]) -> list[Column]:
    """The columns without which nobody can be filed: a name, an address, and a birthday or what it follows from."""
    there = set(columns)
    wanted = [Column.NAME, Column.ADDRESS]
    if Column.ID_NUMBER not in there:
        wanted.append(Column.BIRTH)
    return [column for column in wanted if column not in there]


def read_lines(rows: Iterable[tuple[int, Sequence[Cell]]], reading: Reading) -> list[Line]:
    """Reads every row; a person who stands in the roster twice is a fault of the second row."""
    lines: list[Line] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in rows:
        line = _read_line(number, cells, reading)
        if line.entry is not None:
            key = _who(line.entry)
            first = seen.setdefault(key, number)
            if first != number:
                column = Column.ID_NUMBER if len(key) == 1 else Column.NAME
                line = Line(number, None, (Fault(column, tr("The same person is in row {n}.", n=first)),))
        lines.append(line)
    return lines


def door_key(address: str) -> str:
    """An address without blanks, to compare it with others; the town before the first blank may be missing there."""
    return "".join(address.split())


def door_keys(address: str) -> set[str]:
    """The address with and without its first word (the town, in `张江镇 祖冲之路 100 弄 8 号 302 室`)."""
    head, _, rest = address.strip().partition(" ")
    return {door_key(address), door_key(rest)} if rest and not any(map(str.isdigit, head)) else {door_key(address)}


def _who(entry: Entry) -> tuple[str, ...]:
    number = entry.text("id_number")
    return (number,) if number else (entry.text("name"), entry.text("birth"), door_key(entry.text("address")))


def _plain(header: str) -> str:
    """A header without blanks, marks and what stands in brackets."""
    return re.sub(r"[\s*:：_-]|[（(].*?[)）]", "", header).lower()


@dataclass(slots=True)
class _Row:
    """The cells of one row by their meaning, while they are being read."""

    cells: Mapping[Column, Cell]
    faults: list[Fault] = field(default_factory=list[Fault])

    def text(self, column: Column) -> str:
        cell = self.cells.get(column)
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        return "" if cell is None else " ".join(str(cell).split())

    def refuse(self, column: Column, text: str) -> None:
        self.faults.append(Fault(column, text))


def _read_line(number: int, cells: Sequence[Cell], reading: Reading) -> Line:
    row = _Row({column: cells[place] for place, column in reading.columns.items() if place < len(cells)})
    person: dict[str, Value] = {"name": row.text(Column.NAME), "address": row.text(Column.ADDRESS)}
    for column in (Column.NAME, Column.ADDRESS):
        if not person[column]:
            row.refuse(column, tr("This cell is empty."))
    number_said = _id_number(row)
    person |= {"sex": _sex(row, number_said), "birth": _birth(row, number_said, reading.today)}
    person |= _door(row, str(person["address"])) | {"grid": _grid(row, reading), "living": _living(row)}
    person["note"] = row.text(Column.NOTE)
    ident: dict[str, Value] = {"id_number": number_said}
    for column in (Column.PHONE, Column.CONTACT_PHONE):
        ident[column] = _phone(row, column)
    for column in (Column.CONTACT_NAME, Column.CONTACT_RELATION):
        ident[column] = row.text(column)
    if row.faults:
        return Line(number, None, tuple(row.faults))
    return Line(number, Entry(_said(person), _said(ident)))


def _said(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value}


def _id_number(row: _Row) -> str:
    cell = row.cells.get(Column.ID_NUMBER)
    if isinstance(cell, int | float):
        row.refuse(Column.ID_NUMBER, tr("Excel keeps this as a number and has lost its last digits; enter it as text."))
        return ""
    number = row.text(Column.ID_NUMBER).replace(" ", "").upper()
    if number and (checked := check_citizen_id(number)).result == "refused":
        row.refuse(Column.ID_NUMBER, checked.text)
        return ""
    return number


def _sex(row: _Row, id_number: str) -> str:
    said = row.text(Column.SEX).lower()
    by_number = ("1" if int(id_number[16]) % 2 else "2") if id_number else ""
    sex = _SEXES.get(said.removesuffix("性"), "") if said else by_number or "0"
    if not sex:
        row.refuse(Column.SEX, tr("Neither 男 nor 女."))
    elif by_number and sex in ("1", "2") and sex != by_number:
        row.refuse(Column.SEX, tr("The identity number says otherwise."))
    return sex


def _birth(row: _Row, id_number: str, today: date) -> str:
    cell, by_number = row.cells.get(Column.BIRTH), ""
    if id_number:
        by_number = f"{id_number[6:10]}-{id_number[10:12]}-{id_number[12:14]}"
    if cell is None or cell == "":
        if not by_number and not any(fault.column is Column.ID_NUMBER for fault in row.faults):
            row.refuse(Column.BIRTH, tr("Neither a date of birth nor an identity number."))
        return by_number
    found = _date(row.text(Column.BIRTH) if not isinstance(cell, date) else cell)
    if found is None:
        row.refuse(Column.BIRTH, tr("This is no date, such as 1942-03-05."))
        return ""
    if not _EARLIEST <= found <= today:
        row.refuse(Column.BIRTH, tr("Nobody who lives here was born on this day."))
    elif by_number and found.isoformat() != by_number:
        row.refuse(Column.BIRTH, tr("The identity number says otherwise."))
    return found.isoformat()


def _date(cell: str | date) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DATE.match(cell)
    if found is None:
        return None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _door(row: _Row, address: str) -> dict[str, Value]:
    """Building, entrance and room: what their own columns say, else what the address says."""
    room = _ROOM.search(address)
    before = address[: room.start()] if room else address
    buildings, unit = _BUILDING.findall(before), _UNIT.search(address)
    found = {
        Column.BUILDING: buildings[-1] if buildings and room else "", Column.UNIT: unit[1] if unit else "",
        Column.ROOM: room[1] if room else "",
    }  # fmt: skip
    return {column.value: row.text(column) or said for column, said in found.items()}


def _grid(row: _Row, reading: Reading) -> str:
    said = row.text(Column.GRID)
    grid = reading.grids.get(said.replace(" ", ""), "") if said else reading.default_grid
    if not grid:
        row.refuse(Column.GRID, tr("This is none of your grids."))
    return grid


def _living(row: _Row) -> str:
    said = row.text(Column.LIVING)
    if not said:
        return ""
    living = _LIVINGS.get(said.removesuffix("老人"))
    if living is None:
        row.refuse(Column.LIVING, tr("This is no living situation that is known here: 独居, 空巢, 留守, 与家人同住."))
        return ""
    return living.value


def _phone(row: _Row, column: Column) -> str:
    number = row.text(column).replace(" ", "")
    if number and (checked := check_phone(number)).result == "refused":
        row.refuse(column, checked.text)
        return ""
    return number
