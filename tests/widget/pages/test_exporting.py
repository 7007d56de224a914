"""Exporting the list of residents: masked whoever asks, with its reason in the file and in a log that synchronises."""

from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from PySide6.QtWidgets import QLabel

from gridclient.store import outbox, readings
from gridclient.store.residents import ResidentAsk, ResidentFilter
from gridclient.ui.app import Desktop
from gridclient.ui.pages import RESIDENTS
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import ELDER, quiet


def _rows(path: Path) -> list[list[str]]:
    book: Any = load_workbook(path)
    rows = [[str(cell or "") for cell in row] for row in book.active.iter_rows(values_only=True)]
    book.close()
    return rows


async def _export(bench: Workbench, path: Path, reason: str) -> None:
    bench.show_page(RESIDENTS)
    await quiet(bench.desk)
    bench.residents.export_wanted.emit(ResidentAsk(ResidentFilter.HIGH))
    await quiet(bench.desk)
    exporting = bench._exporting  # pyright: ignore[reportPrivateUsage] - the dialog of the system is passed over
    assert exporting.sheet is not None
    exporting.sheet.reject()
    await exporting.export(path, reason)
    await quiet(bench.desk)


def test_a_list_leaves_with_masked_numbers_its_reason_and_a_line_in_the_log(play: Play, tmp_path: Path) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        before = (await bench.desk.read(outbox.waiting)).count
        await _export(bench, tmp_path / "a.xlsx", "夏季高温走访")
        mark, header, *people, end = _rows(tmp_path / "a.xlsx")
        log = await bench.desk.read(lambda c: readings.exports(c, 9))

        assert mark[0] == end[0]
        assert mark[0].startswith("Exported by 林晓燕 on 2026-11-24 10:21: 夏季高温走访. 34 people;")
        elder = dict(zip(header, next(row for row in people if row[0] == ELDER), strict=True))
        assert (elder["Phone"], elder["Identity number"][:14]) == ("138****6128", "315000********")
        assert len(people) == 34
        assert {(line.by, line.reason) for line in log} == {("w-lin", "夏季高温走访")}
        assert sum(line.count for line in log) == 34
        assert (await bench.desk.read(outbox.waiting)).count == before + len(log)
        assert bench.desk.last_done is None  # a line of the log is nothing to take back

    play("lin", part)


def test_a_role_without_identities_has_none_in_the_file(play: Play, tmp_path: Path) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _export(bench, tmp_path / "a.xlsx", "抽查")
        _, header, *_ = _rows(tmp_path / "a.xlsx")

        assert "Phone" not in header
        assert "Identity number" not in header

    play("zhao", part)


def test_the_reason_is_asked_and_earlier_exports_are_told(play: Play, tmp_path: Path) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _export(bench, tmp_path / "a.xlsx", "夏季高温走访")
        bench.residents.export_wanted.emit(ResidentAsk(ResidentFilter.CARE))
        await quiet(bench.desk)
        sheet = bench._exporting.sheet  # pyright: ignore[reportPrivateUsage]
        assert sheet is not None
        given: list[str] = []
        sheet.given.connect(given.append)
        sheet.act.click()
        said = [label.text() for label in sheet.findChildren(QLabel)]
        sheet.reject()

        assert given == []
        assert any("林晓燕" in text and "夏季高温走访" in text for text in said)

    play("lin", part)
