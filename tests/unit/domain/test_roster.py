"""A roster's cells: what they mean, and which fault is told of which column."""

from datetime import UTC, date, datetime

import pytest

from gridclient.domain.roster import Cell, Column, Line, Reading, door_keys, guess, missing, read_lines
from tests import rosters

HEADER = ("姓名", "身份证号码", "性别", "出生日期", "居住地址", "联系电话", "居住情况", "所属网格")
COLUMNS = guess(HEADER, {})
READING = Reading(COLUMNS, {"第1网格": "310115125001001"}, "310115125001001", date(2026, 11, 24))
DOOR = "张江镇 祖冲之路 1239 弄 11 号 104 室"
NUMBER = rosters.number("19500228", 1)


def _line(*cells: Cell) -> Line:
    return read_lines([(2, cells)], READING)[0]


def test_usual_headings_are_understood_and_a_remembered_choice_goes_before() -> None:
    assert list(COLUMNS.values()) == [
        Column.NAME, Column.ID_NUMBER, Column.SEX, Column.BIRTH, Column.ADDRESS, Column.PHONE, Column.LIVING,
        Column.GRID,
    ]  # fmt: skip
    assert guess(("姓名*", "手机（本人）"), {}) == {0: Column.NAME, 1: Column.PHONE}
    assert guess(("姓名", "户主"), {"姓名": "", "户主": "name"}) == {1: Column.NAME}
    assert missing(guess(("姓名", "性别"), {}).values()) == [Column.ADDRESS, Column.BIRTH]


def test_a_row_becomes_a_person_with_a_door() -> None:
    line = _line("顾福生", NUMBER, "男性", None, DOOR, 13800001234, "空巢老人", "第 1 网格")

    assert line.faults == ()
    assert line.entry is not None
    assert line.entry.person == {
        "name": "顾福生", "sex": "1", "birth": "1950-02-28", "address": DOOR,
        "building": "11", "room": "104", "grid": "310115125001001", "living": "empty_nest",
    }  # fmt: skip
    assert line.entry.ident == {"id_number": NUMBER, "phone": "13800001234"}


@pytest.mark.parametrize("cell", ["1950-02-28", "1950/2/28", "1950.2.28", "1950年2月28日", "19500228", 19500228,
                                  date(1950, 2, 28), datetime(1950, 2, 28, tzinfo=UTC), "1950-2-28 00:00"])  # fmt: skip
def test_a_date_is_read_however_it_was_typed(cell: Cell) -> None:
    entry = _line("顾福生", None, "男", cell, "祖冲之路 11 号", None, None, None).entry

    assert entry is not None
    assert entry.person["birth"] == "1950-02-28"


@pytest.mark.parametrize(
    ("cells", "column", "told"),
    [
        ((None, NUMBER, "男", None, "路 1 号"), Column.NAME, "empty"),
        (("顾", NUMBER, "男", None, " "), Column.ADDRESS, "empty"),
        (("顾", 310115195002280000, "男", None, "路 1 号"), Column.ID_NUMBER, "lost its last digits"),
        (("顾", NUMBER[:17] + "5", "男", None, "路 1 号"), Column.ID_NUMBER, "last character"),
        (("顾", NUMBER, "女", None, "路 1 号"), Column.SEX, "says otherwise"),
        (("顾", None, "不详", "1950-02-28", "路 1 号"), Column.SEX, "Neither"),
        (("顾", NUMBER, "男", "1950-03-01", "路 1 号"), Column.BIRTH, "says otherwise"),
        (("顾", None, "男", "1950-02-30", "路 1 号"), Column.BIRTH, "no date"),
        (("顾", None, "男", "2026-11-25", "路 1 号"), Column.BIRTH, "born on this day"),
        (("顾", None, "男", None, "路 1 号"), Column.BIRTH, "Neither a date"),
        (("顾", NUMBER, "男", None, "路 1 号", "1380000"), Column.PHONE, "11 digits"),
        (("顾", NUMBER, "男", None, "路 1 号", None, "住院"), Column.LIVING, "no living situation"),
        (("顾", NUMBER, "男", None, "路 1 号", None, None, "第 9 网格"), Column.GRID, "none of your grids"),
    ],
)
def test_what_cannot_be_right_is_told_with_its_column(cells: tuple[Cell, ...], column: Column, told: str) -> None:
    line = _line(*cells)

    assert line.entry is None
    assert [fault.column for fault in line.faults] == [column]
    assert told in line.faults[0].text


def test_every_fault_of_a_row_is_told() -> None:
    line = _line(None, NUMBER[:17] + "5", "?", None, None)

    assert [fault.column for fault in line.faults] == [Column.NAME, Column.ADDRESS, Column.ID_NUMBER, Column.SEX]


def test_the_same_person_twice_is_a_fault_of_the_second_row() -> None:
    row: tuple[Cell, ...] = ("顾福生", NUMBER, "男", None, "路 1 号", None, None, None)
    first, second = read_lines([(2, row), (5, row)], READING)

    assert first.entry is not None
    assert (second.entry, second.faults[0].text) == (None, "The same person is in row 2.")


def test_doors_are_compared_without_blanks_and_without_the_town() -> None:
    assert door_keys("张江镇 祖冲之路 100 弄 8 号 302 室") & door_keys("祖冲之路100弄8号302室")
    assert not door_keys("张江镇 祖冲之路 100 弄 8 号 302 室") & door_keys("祖冲之路100弄18号302室")
