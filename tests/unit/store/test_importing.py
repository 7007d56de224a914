"""A roster on its way into the files: over the real workbook, the real encrypted cache and the real platform."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from gridclient.domain.record import Kind
from gridclient.domain.roster import Line, Reading, guess, read_lines
from gridclient.store import importing, lists, shown, workbooks
from gridclient.store.importing import Fate, Judged
from gridclient.store.workbooks import NotAWorkbook, NothingInWorkbook
from tests import rosters
from tests.system.district import CELL, PIN, District, Pc

NUMBER = rosters.number("19420305")


def _lines(pc: Pc, path: Path) -> tuple[str, list[Line]]:
    table = workbooks.read_table(path)
    with pc.opened.cache.read() as connection:
        columns = guess(table.header, importing.remembered_columns(connection))
        grids = importing.grids_by_name(connection)
    return table.digest, read_lines(table.rows, Reading(columns, grids, CELL, pc.opened.cache.clock().date()))


def _import(pc: Pc, path: Path) -> list[Judged]:
    digest, lines = _lines(pc, path)
    with pc.opened.cache.read() as connection:
        known = importing.survey(connection, lines)
    judged: list[Judged] = []
    for line in lines:
        with pc.opened.cache.write() as tx:
            judged.append(importing.take_line(tx, known, line, digest, pc.actor)[0])
    return judged


def _found(pc: Pc, words: str, kind: Kind = Kind.RESIDENT) -> list[str]:
    with pc.opened.cache.read() as connection:
        return [hit.id for hit in lists.search(connection, words) if hit.kind == kind]


def _ident(pc: Pc, resident: str) -> shown.Shown:
    with pc.opened.cache.read() as connection:
        return shown.about(connection, resident, Kind.IDENT)[0]


def test_new_people_reach_the_platform_and_the_colleague_with_their_household(
    district: District, tmp_path: Path
) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    lin.sync()
    same_door = rosters.person(1, 居住地址="丹桂路1弄1号101室")
    roster = rosters.write(tmp_path / "花名册.xlsx", [rosters.person(0), same_door], title="丹桂路 花名册")

    assert [each.fate for each in _import(lin, roster)] == [Fate.NEW, Fate.NEW]
    assert lin.sync().in_step
    chen.sync()

    assert set(lin.statuses()) == {"applied"}
    (first,), (second,) = _found(chen, "顾福一"), _found(chen, "顾福二")
    home = chen.fields(str(chen.fields(first)["household"]))
    assert (home["head"], home["members"]) == (first, [first, second])
    assert chen.fields(second)["address"] == "丹桂路 1 弄 1 号 101 室"  # as the door is called
    assert _ident(chen, second).text("phone") == "13800000001"


def test_who_is_here_already_is_changed_and_not_filed_twice(district: District, tmp_path: Path) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, id_number=NUMBER)
    row = rosters.person(0, 姓名="王秀英", 身份证号=NUMBER, 居住地址="祖冲之路1239弄8号302室",
                         联系电话="13900007741")  # fmt: skip
    judged = _import(lin, rosters.write(tmp_path / "a.xlsx", [row]))

    assert [each.fate for each in judged] == [Fate.CHANGED]
    assert _found(lin, "王秀英") == [district.resident]
    assert _ident(lin, district.resident).text("phone") == "13900007741"
    assert [row.what for row in lin.outcomes()] == ["patch", "patch"]
    again = _import(lin, rosters.write(tmp_path / "b.xlsx", [row, rosters.person(1)]))
    assert [each.fate for each in again] == [Fate.SAME, Fate.NEW]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"姓名": "王秀兰"}, "another name"),
        ({"居住地址": "丹桂路 1 弄 1 号 101 室"}, "another address"),
        ({"身份证号": rosters.number("19420305", 2)}, "another identity number"),
    ],
)
def test_a_row_that_contradicts_a_file_is_refused(
    district: District, tmp_path: Path, cells: dict[str, str], told: str
) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, id_number=NUMBER)
    usual = {"姓名": "王秀英", "身份证号": NUMBER, "居住地址": "祖冲之路 1239 弄 8 号 302 室", "性别": "女"}
    (judged,) = _import(lin, rosters.write(tmp_path / "a.xlsx", [rosters.person(0, **{**usual, **cells})]))

    assert judged.fate is Fate.REFUSED
    assert told in judged.faults[0].text
    assert lin.unsent() == 1


def test_a_dry_run_says_the_same_and_writes_nothing(district: District, tmp_path: Path) -> None:
    lin = district.pc("lin")
    lin.sync()
    roster = rosters.write(tmp_path / "a.xlsx", [rosters.person(0), rosters.person(1, 联系电话="12")])
    digest, lines = _lines(lin, roster)
    with lin.opened.cache.read() as connection:
        known = importing.survey(connection, lines)
        dry = [importing.judge_line(connection, known, line) for line in lines]
        progress = importing.progress_of(connection, digest)

    assert (lin.unsent(), progress.row) == (0, 0)
    assert dry == _import(lin, roster)


def test_the_same_workbook_again_takes_nothing_twice(district: District, tmp_path: Path) -> None:
    lin = district.pc("lin")
    lin.sync()
    roster = rosters.write(tmp_path / "a.xlsx", [rosters.person(n) for n in range(3)])
    _import(lin, roster)
    before = lin.unsent()
    _import(lin, roster)

    assert lin.unsent() == before


def test_a_choice_for_a_heading_is_remembered(district: District) -> None:
    lin = district.pc("lin")
    with lin.opened.cache.write() as tx:
        importing.remember_columns(tx, {"户主": "name", "姓名": ""})
    with lin.opened.cache.read() as connection:
        assert guess(("姓名", "户主"), importing.remembered_columns(connection)) == {1: "name"}


def test_what_is_no_roster_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(NotAWorkbook):
        workbooks.read_table(tmp_path / "a.xlsx")
    with pytest.raises(NothingInWorkbook):
        workbooks.read_table(rosters.write(tmp_path / "b.xlsx", []))


def _command(home: Path, *arguments: str, crash_at: str = "") -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "LANG": "C.UTF-8", "GRIDCLIENT_SECRET": PIN, "GRIDCLIENT_CRASH_AT": crash_at}
    return subprocess.run(
        [sys.executable, "-m", "gridclient", "residents", "import", *arguments, "--home", str(home)],
        capture_output=True, text=True, timeout=60, env=environment, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("point", ["cache.committing*7", "cache.committed*7"])
def test_an_import_that_was_killed_goes_on_and_takes_no_row_twice(
    district: District, tmp_path: Path, point: str
) -> None:
    lin = district.pc("lin")
    lin.sync()
    home = lin.opened.profile.folder.parent.parent
    lin.opened.close()
    roster = str(rosters.write(tmp_path / "a.xlsx", [rosters.person(n) for n in range(12)]))

    killed = _command(home, roster, crash_at=point)
    finished = _command(home, roster)

    assert killed.returncode == -9
    assert "it goes on after them" in finished.stdout
    assert finished.returncode == 0, finished.stderr
    lin = district.pc("lin")
    lin.sync()
    with lin.opened.cache.read() as connection:
        names = Counter(connection.exec_driver_sql("SELECT title FROM shown WHERE kind = 'resident'").scalars())
    assert sum(names.values()) == 13
    assert _found(lin, "丹桂路 12 弄 1 号", Kind.HOUSEHOLD)


def test_the_command_tells_each_fault_with_row_and_column(district: District, tmp_path: Path) -> None:
    lin = district.pc("lin")
    lin.sync()
    home = lin.opened.profile.folder.parent.parent
    lin.opened.close()
    roster = rosters.write(tmp_path / "a.xlsx", [rosters.person(0), rosters.person(1, 联系电话="12")])

    told = _command(home, str(roster), "--dry-run")

    assert (told.returncode, told.stderr) == (1, "")
    assert told.stdout.splitlines() == [
        "row 3, phone: A phone number has 11 digits, or an area code and 7 or 8 digits.",
        "New: 1, changed: 0, as before: 0, refused: 1",
    ]
