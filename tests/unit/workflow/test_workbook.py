"""A pack as one workbook: the same pack as the folder, and faults by the author's own cell."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gridclient.cli.main import main
from gridclient.paths import FORMS
from gridclient.workflow import load_packs
from gridclient.workflow.check import check_pack
from gridclient.workflow.difference import differences
from gridclient.workflow.pack import read_pack
from gridclient.workflow.workbook import make_workbook, open_workbook


@pytest.mark.parametrize("name", sorted(load_packs(FORMS)))
def test_a_workbook_of_a_pack_is_the_same_pack(name: str, tmp_path: Path) -> None:
    make_workbook(FORMS / name).save(tmp_path / "book.xlsx")
    folder = tmp_path / "opened"
    folder.mkdir()
    open_workbook(tmp_path / "book.xlsx", folder)

    before, after = read_pack(FORMS / name), read_pack(folder)
    assert [each for each in differences(FORMS / name, folder) if not each.place.endswith(("form", "standards"))
            and ".xlsx" not in each.place] == []  # fmt: skip
    assert before.standards == after.standards
    assert check_pack(folder) == []


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "told"),
    [
        ("transitions", "C2", "nobody", "book.xlsx: transitions!{column}2: there is no role nobody"),
        ("states", "A4", "Not A Name", "book.xlsx: states!A4: Expected `str` matching regex"),
        ("pack", "B2", "NOT A NAME", "book.xlsx: pack!B2: Expected `str` matching regex"),
        ("steps", "C3", "[", "book.xlsx: steps!C3: “[” cannot be read as a value"),
        ("survey", "B6", "bank_account", "book.xlsx: survey!B6: “bank_account” may not be asked"),
    ],
)
def test_a_fault_is_told_by_sheet_column_and_row(
    sheet: str, cell: str, value: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "book.xlsx"
    make_workbook(FORMS / "hazard").save(path)
    book = load_workbook(path)
    header = [each.value for each in book[sheet][1]]
    if sheet == "transitions":
        cell = f"{'ABCDEFGHIJ'[header.index('role')]}2"
    book[sheet][cell] = value
    book.save(path)

    assert main(["pack", "check", str(path)]) == 1
    assert capsys.readouterr().out.splitlines()[0].startswith(told.format(column=cell[0]))


def test_a_workbook_is_made_checked_and_published_by_command(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    platform = ["--folder", str(tmp_path / "platform")]
    _command("platform", "init", *platform)
    _command("pack", "workbook", str(FORMS / "hazard"), "-o", str(path))
    book = load_workbook(path)
    keys = [cell.value for cell in book["pack"]["A"]]
    book["pack"][f"B{keys.index('version') + 1}"] = "'2026.12.1'"
    book.save(path)

    assert _command("pack", "publish", str(path), *platform) == "hazard 2026.12.1 is in force for new cases.\n"


def _command(*arguments: str) -> str:
    environment = {**os.environ, "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "gridclient", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
