"""A report whose form wants a log of how it is filled in: the log is sent with it, and goes on with a correction."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gridclient.paths import FORMS
from gridclient.store import blobs, shown
from gridclient.store.work import answers_of
from gridclient.ui.app import Desktop
from gridclient.ui.widgets.sheets import ReasonSheet
from gridclient.ui.workbench import Workbench
from gridclient.workflow.shelf import Shelf
from tests.widget.pages.conftest import Play
from tests.widget.pages.submitting import submit, untouched
from tests.widget.pages.test_case import CONDITION, begin_correction, complete, in_front, sheet_of
from tests.widget.stage import VISIT, quiet
from tests.widget.theme.driving import compose

AUDIT = "/data/meta/audit"
WANTED = "track-changes=true identify-user=true track-changes-reasons=on-form-edit"


@pytest.fixture
def audited(tmp_path: Path) -> Path:
    """The visit's form, asking for a log."""
    book = load_workbook(FORMS / VISIT / "visit.xlsx")
    survey = book["survey"]
    heads = [str(cell.value) for cell in survey[1]]
    if "parameters" not in heads:
        heads.append("parameters")
        survey.cell(1, len(heads), "parameters")
    at = survey.max_row + 1
    for head, value in (("type", "audit"), ("name", "audit"), ("parameters", WANTED)):
        survey.cell(at, heads.index(head) + 1, value)
    path = tmp_path / "visit.xlsx"
    book.save(path)
    return path


def use(bench: Workbench, form: Path) -> None:
    """The visit's pack has this form from now on."""
    packs = bench.desk.packs.values()
    bench.desk.packs = Shelf.holding(replace(pack, form=form) if pack.id == VISIT else pack for pack in packs)


async def correct(desktop: Desktop, bench: Workbench, pressure: str, why: str) -> tuple[str, str]:
    """Corrects the blood pressure and sends it; returns the case and the log's name."""
    case_id = await begin_correction(bench)
    bench.case.go_to_step("condition")
    await quiet(bench.desk)
    page = bench.case.form_page
    assert page is not None
    await in_front(desktop)
    page.focus_ref(f"{CONDITION}/systolic")
    page.question(f"{CONDITION}/systolic").answer(pressure)
    complete(bench.case.form)
    bench.case.go_to_step("summary")
    await quiet(bench.desk)
    bench.case.primary.click()
    asked = await sheet_of(bench, ReasonSheet)
    assert isinstance(asked, ReasonSheet)
    compose(asked.field.edit, "chao cuo", why)
    asked.act.click()
    await quiet(bench.desk)
    record = await bench.desk.read(lambda c: shown.find(c, case_id))
    assert record is not None
    answers = [value for value in record.fields.values() if isinstance(value, dict) and AUDIT in value]
    return case_id, str(answers[0][AUDIT])


def test_the_log_goes_with_the_report_and_on_with_its_correction(play: Play, audited: Path) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        use(bench, audited)
        _, first = await correct(desktop, bench, "138", "血压抄错了")
        case_id, second = await correct(desktop, bench, "139", "再次核对")

        assert first != second
        waiting = await bench.desk.read(blobs.to_upload)
        assert {first.removesuffix(".csv"), second.removesuffix(".csv")} <= set(waiting)
        data = bench.desk.cache.files.get(second.removesuffix(".csv"))
        assert data is not None
        rows = list(csv.DictReader(io.StringIO(data.decode())))
        assert {row["user"] for row in rows} == {bench.desk.actor.worker_id}
        reasons = [row["change-reason"] for row in rows if row["event"] == "change reason"]
        assert reasons == ["血压抄错了", "再次核对"]
        pressures = [(row["old-value"], row["new-value"]) for row in rows if row["node"] == f"{CONDITION}/systolic"]
        assert [pair for pair in pressures if any(pair)] == [("146", "138"), ("138", "139")]
        assert [row["event"] for row in rows][-3:] == ["form save", "form exit", "form finalize"]
        record = await bench.desk.read(lambda c: shown.find(c, case_id))
        assert record is not None
        assert record.text("state") == "review"

    play("lin", part)


def test_a_first_report_brings_its_log_from_start_to_end(play: Play, audited: Path) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        use(bench, audited)
        case_id = await untouched(bench)
        bench.open_case(case_id)
        await quiet(bench.desk)
        await submit(bench)

        record = await bench.desk.read(lambda c: shown.find(c, case_id))
        assert record is not None
        assert record.text("state") == "review"
        data = bench.desk.cache.files.get(answers_of(record.fields)[AUDIT].removesuffix(".csv"))
        assert data is not None
        events = [row["event"] for row in csv.DictReader(io.StringIO(data.decode()))]
        assert (events[0], events[-1]) == ("form start", "form finalize")

    play("lin", part)
