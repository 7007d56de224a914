"""What form authors use: the list of faults at sheet, row and column, the live preview, the gallery, the markup."""

import csv
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gridclient.cli.main import main
from gridclient.paths import FORMS
from gridclient.ui.forms import markdown
from gridclient.ui.forms.gallery import framed, samples
from gridclient.ui.forms.page import FormPage
from gridclient.ui.forms.preview import Preview, read_form
from gridclient.workflow import load_packs

VISIT = FORMS / "elderly-visit" / "visit.xlsx"


def spoiled(folder: Path, **cells: str) -> Path:
    """A copy of the visit's form with other texts in some cells of the survey, given as `relevant_12`."""
    path = folder / "visit.xlsx"
    shutil.copy(VISIT, path)
    book = load_workbook(path)
    survey = book["survey"]
    heads = [str(cell.value) for cell in survey[1]]
    for place, text in cells.items():
        column, _, number = place.rpartition("_")
        survey.cell(int(number), heads.index(column) + 1, text)
    book.save(path)
    return path


def row_of(name: str) -> int:
    """The row of a question in the visit's form."""
    survey = load_workbook(VISIT)["survey"]
    names = [row[1] for row in survey.iter_rows(values_only=True)]
    return names.index(name) + 1


def test_every_fault_of_a_sheet_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    phone, meals, falls = row_of("phone"), row_of("meals"), row_of("falls")
    path = spoiled(tmp_path, **{
        f"constraint_{phone}": "regex(., '^1'", f"relevant_{meals}": "selected(${sevices}, 'meals')",
        f"type_{falls}": "select_one fallen",
    })  # fmt: skip

    faults = read_form(path).faults

    places = [(fault.sheet, fault.row, fault.column) for fault in faults]
    for wanted in (("survey", phone, "constraint"), ("survey", meals, "relevant"), ("survey", falls, "type")):
        assert wanted in places
    assert any(fault.text == "There is no question “sevices”." for fault in faults)


def test_a_fault_that_ends_the_reading_is_told_at_its_row(tmp_path: Path) -> None:
    reading = read_form(spoiled(tmp_path, **{f"type_{row_of('meals')}": "integr"}))

    assert reading.form is None
    assert [(f.sheet, f.row, f.column) for f in reading.faults] == [("survey", row_of("meals"), "type")]


def test_a_workbook_that_is_none_is_told_as_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"not a workbook")

    assert [fault.where() for fault in read_form(path).faults] == ["the file"]


def test_the_shipped_packs_have_no_fault() -> None:
    packs = load_packs(FORMS)

    assert packs
    readings = {pack.id: read_form(pack.form) for pack in packs.values()}
    assert {name: reading.faults + reading.remarks for name, reading in readings.items()} == {
        name: [] for name in packs
    }


def test_what_is_probably_a_mistake_is_remarked_at_its_place_and_the_form_is_shown(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meals = row_of("meals")
    path = spoiled(tmp_path, **{f"relevant_{meals}": "services = 'meals'"})
    window = Preview()
    qtbot.addWidget(window)

    with qtbot.waitSignal(window.loaded, timeout=20_000):
        window.open(path)

    assert window.page is not None
    assert window.faults.count() == 1
    told = window.faults.item(0).text()
    assert told.startswith(f"survey, row {meals}, column relevant\n")
    assert "services means nothing here" in told
    assert window.state.text() == "One remark"
    assert main(["forms", "preview", str(path), "--check"]) == 0
    assert f"survey, row {meals}, column relevant: " in capsys.readouterr().out


_ROWS = [["type", "name", "label", "relevant"], [], ["text", "a", "A"], [], ["text", "b", "B", "/data/nope = 1"]]


def _old_workbook(path: Path) -> None:
    """The rows as Excel 2 wrote them: one sheet, one record a cell."""
    cells = [
        struct.pack("<HHHH3xB", 0x04, 8 + len(text), row, column, len(text)) + text.encode()
        for row, line in enumerate(_ROWS)
        for column, text in enumerate(line)
    ]
    path.write_bytes(b"\x09\0\x04\0\x02\0\x10\0\x42\0\x02\0\xe4\x04" + b"".join(cells) + b"\x0a\0\0\0")


def _text(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["survey"], *(["", *line, ""] for line in _ROWS)])


@pytest.mark.parametrize(("name", "write", "row"), [("t.xls", _old_workbook, 5), ("t.csv", _text, 6)])
def test_a_remark_about_an_old_workbook_or_a_text_names_the_row(
    tmp_path: Path, name: str, write: Callable[[Path], None], row: int
) -> None:
    path = tmp_path / name
    write(path)

    reading = read_form(path)

    assert reading.faults == []
    assert [(remark.where(), remark.text) for remark in reading.remarks] == [
        (f"survey, row {row}, column relevant", "/data/b relevant: there is no /data/nope")
    ]


def test_an_old_workbook_that_is_none_is_told_as_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "broken.xls"
    path.write_bytes(b"not a workbook")

    assert [fault.where() for fault in read_form(path).faults] == ["the file"]


def test_the_gallery_has_nothing_to_remark() -> None:
    found = {sample.name: read_form(sample.path) for sample in samples()}

    assert {name: reading.remarks for name, reading in found.items()} == {name: [] for name in found}


def test_the_preview_reads_the_file_again_and_keeps_the_answers(qtbot: QtBot, tmp_path: Path) -> None:
    path = spoiled(tmp_path)
    window = Preview()
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.loaded, timeout=20_000):
        window.open(path)
    assert window.form is not None
    window.form.set("/data/contact/contact_note", "later")

    with qtbot.waitSignal(window.loaded, timeout=20_000):
        spoiled(tmp_path, **{f"label::English (en)_{row_of('contact_note')}": "Remark"})

    assert (window.form.get("/data/contact/contact_note"), window.form.label("/data/contact/contact_note")) == (
        "later", "Remark",
    )  # fmt: skip
    assert window.state.text() == "Up to date"


def test_the_preview_keeps_the_last_good_form_while_the_file_is_wrong(qtbot: QtBot, tmp_path: Path) -> None:
    path = spoiled(tmp_path)
    window = Preview()
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.loaded, timeout=20_000):
        window.open(path)

    with qtbot.waitSignal(window.loaded, timeout=20_000):
        spoiled(tmp_path, **{f"relevant_{row_of('meals')}": "1 +"})

    assert window.page is not None
    assert f"row {row_of('meals')}" in window.faults.item(0).text()
    assert window.state.text() != "Up to date"


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_each_page_of_the_gallery_opens(qtbot: QtBot, sample: object) -> None:
    found = next(each for each in samples() if each == sample)
    card = framed(found)
    qtbot.addWidget(card)
    card.resize(800, 700)
    card.show()
    QApplication.processEvents()

    page = card.findChild(FormPage)
    assert page is not None
    assert page.made() >= 1


def test_the_command_lists_faults_and_exits_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spoiled(tmp_path, **{f"relevant_{row_of('meals')}": "1 +"})

    assert main(["forms", "preview", str(path), "--check"]) == 1
    assert f"survey, row {row_of('meals')}, column relevant" in capsys.readouterr().out
    assert main(["forms", "preview", str(VISIT), "--check"]) == 0
    assert main(["forms", "preview", str(tmp_path / "none.xlsx")]) == 1


def test_formatting_is_kept_and_nothing_else_of_a_text_becomes_markup() -> None:
    html = markdown.to_html("**Call** *first* <script>x</script> [site](https://a.b/c_d) [no](javascript:x)\n- one")

    assert "<b>Call</b>" in html
    assert "<i>first</i>" in html
    assert '<a href="https://a.b/c_d">site</a>' in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "•" in html
    assert markdown.plain("**Call** [site](https://a.b)") == "Call site"
    assert not markdown.is_marked("2 次及以上")
