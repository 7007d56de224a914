"""The log of readings and exports: everybody who has the grid sees it, and nobody changes it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from gridclient.domain.record import Kind, grid_bucket, new_id
from gridclient.store import outbox, readings, workbooks
from gridclient.store.outbox import Edit
from gridclient.store.workbooks import Sheet
from tests.system.district import CELL, District, Pc


def _lines(pc: Pc, resident: str) -> list[tuple[str, str, str]]:
    with pc.opened.cache.read() as connection:
        return [(line.by, line.field, line.reason) for line in readings.readings_of(connection, resident)]


def _queue(pc: Pc, edit: Edit) -> None:
    with pc.opened.cache.write() as tx:
        outbox.queue(tx, edit, pc.actor.worker_id)


def test_a_reading_is_known_to_the_colleague_and_the_supervisor(district: District) -> None:
    lin, others = district.pc("lin"), [district.pc("chen"), district.pc("zhao")]
    lin.sync()
    with lin.opened.cache.write() as tx:
        readings.log_reading(tx, district.resident, "phone", "check", "w-lin")
        readings.log_export(tx, Kind.RESIDENT, {CELL: 12}, "抽查", "w-lin")
    lin.sync()
    for pc in others:
        pc.sync()

    assert lin.statuses() == ["applied", "applied"]
    for pc in (lin, *others):
        assert _lines(pc, district.resident) == [("w-lin", "phone", "check")]
        with pc.opened.cache.read() as connection:
            assert [(line.by, line.count) for line in readings.exports(connection, 5)] == [("w-lin", 12)]


def test_a_line_of_the_log_is_neither_changed_nor_written_for_somebody_else(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    with lin.opened.cache.write() as tx:
        readings.log_reading(tx, district.resident, "phone", "check", "w-lin")
    lin.sync()
    with lin.opened.cache.read() as connection:
        (line,) = readings.about(connection, district.resident, Kind.READING)
    _queue(lin, Edit("patch", line.id, Kind.READING, line.bucket, {"reason": "other"}))
    _queue(lin, Edit("append", new_id(), Kind.READING, grid_bucket(CELL), {"what": "read", "by": "w-chen"}))
    lin.sync()

    assert lin.statuses() == ["applied", "rejected", "rejected"]
    assert _lines(lin, district.resident) == [("w-lin", "phone", "check")]


def test_a_table_is_written_without_a_temporary_file_and_a_formula_stays_a_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("openpyxl.worksheet._writer.NamedTemporaryFile", refuse)
    rows: Iterable[list[str | int]] = [["=1+1", 3], ["王秀英", 84]]
    (tmp_path / "a.xlsx").write_bytes(workbooks.write_table(Sheet("名单", "林 & 陈：抽查", ["姓名", "年龄"], rows)))
    from openpyxl import load_workbook

    book: Any = load_workbook(tmp_path / "a.xlsx")
    cell = book.active["A3"]

    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert book.active["A1"].value == book.active["A5"].value == "林 & 陈：抽查"
    book.close()
