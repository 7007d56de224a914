"""Rosters as offices send them, written with openpyxl: invented people with invented numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from gridclient.domain.identifiers import citizen_id_check_digit
from gridclient.domain.roster import Cell

HEADER = ("姓名", "身份证号", "性别", "居住地址", "联系电话", "居住情况")


def number(birth: str, sequence: int = 0) -> str:
    """An identity number of a birthday (`19500228`) with a sequence that nobody has."""
    first17 = f"310115{birth}00{sequence}"
    return first17 + citizen_id_check_digit(first17)


def person(place: int, **other: Cell) -> tuple[Cell, ...]:
    """A row of HEADER about the invented person of this number; `other` cells by their heading."""
    usual: dict[str, Cell] = {
        "姓名": f"顾福{'一二三四五六七八九十'[place % 10]}",
        "身份证号": number(f"1950{place // 28 + 1:02d}{place % 28 + 1:02d}"),
        "性别": "女", "居住地址": f"丹桂路 {place + 1} 弄 1 号 101 室",
        "联系电话": f"1380000{place:04d}", "居住情况": "独居",
    }  # fmt: skip
    return tuple({**usual, **other}[heading] for heading in HEADER)


def write(path: Path, rows: Sequence[Sequence[Cell]], header: Sequence[str] = HEADER, title: str = "") -> Path:
    """Writes a workbook with a title above the headings, where one is given."""
    book: Any = Workbook()
    for row in ([(title,)] if title else []) + [tuple(header), *map(tuple, rows)]:
        book.active.append(row)
    book.save(path)
    book.close()
    return path
