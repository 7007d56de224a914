"""A report whose form wants a log of how it is filled in: the log is sent with it, and goes on with a correction."""

import base64
import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gridclient import forms
from gridclient.paths import FORMS
from gridclient.store import blobs, shown, work
from gridclient.store.lists import Ask, QueueFilter, first_page
from gridclient.ui.app import Desktop
from gridclient.ui.case.audited import begin, ended
from gridclient.ui.desk import Desk
from gridclient.ui.forms import FormPage
from gridclient.ui.queue.marking import finish
from gridclient.ui.widgets.sheets import ReasonSheet
from gridclient.ui.workbench import Workbench
from gridclient.workflow import answers_of, load_packs
from gridclient.workflow.shelf import Shelf
from tests.system.district import District
from tests.widget.pages.conftest import Play
from tests.widget.pages.submitting import submit, untouched
from tests.widget.pages.test_batch import VISITED
from tests.widget.pages.test_case import CONDITION, begin_correction, complete, in_front, sheet_of
from tests.widget.pages.test_emergency import at_the_door
from tests.widget.pages.test_report import begin_event, fill_event
from tests.widget.stage import VISIT, drive, quiet
from tests.widget.theme.driving import compose

AUDIT, NOTE = "/data/meta/audit", "/data/contact/contact_note"
GIVEN = {f"/data/{ref}": value for ref, value in VISITED.items()}
WANTED = "track-changes=true identify-user=true track-changes-reasons=on-form-edit"


@pytest.fixture
def audited(tmp_path: Path) -> Path:
    """The visit's form, asking for a log."""
    return with_log(tmp_path, FORMS / VISIT / "visit.xlsx")


def with_log(folder: Path, form: Path) -> Path:
    """A form that asks for a log."""
    book = load_workbook(form)
    survey = book["survey"]
    heads = [str(cell.value) for cell in survey[1]]
    if "parameters" not in heads:
        heads.append("parameters")
        survey.cell(1, len(heads), "parameters")
    at = survey.max_row + 1
    for head, value in (("type", "audit"), ("name", "audit"), ("parameters", WANTED)):
        survey.cell(at, heads.index(head) + 1, value)
    path = folder / form.name
    book.save(path)
    return path


def use(bench: Workbench, form: Path, pack_id: str = VISIT) -> None:
    """A pack has this form from now on."""
    packs = bench.desk.packs.values()
    bench.desk.packs = Shelf.holding(replace(pack, form=form) if pack.id == pack_id else pack for pack in packs)


async def log_of(bench: Workbench, case_id: str) -> list[dict[str, str]]:
    """The lines of the log that a case names, which is on its way to the platform."""
    record = await bench.desk.read(lambda c: shown.find(c, case_id))
    assert record is not None
    sha256 = answers_of(record.fields)[AUDIT].removesuffix(".csv")
    data = bench.desk.cache.files.get(sha256)
    assert data is not None
    assert sha256 in await bench.desk.read(blobs.to_upload)
    return list(csv.DictReader(io.StringIO(data.decode())))


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
        [case_id, *_] = await untouched(bench)
        bench.open_case(case_id)
        await quiet(bench.desk)
        await submit(bench)

        record = await bench.desk.read(lambda c: shown.find(c, case_id))
        assert record is not None
        assert record.text("state") == "review"
        events = [row["event"] for row in await log_of(bench, case_id)]
        assert (events[0], events[-1]) == ("form start", "form finalize")

    play("lin", part)


def test_an_event_is_reported_with_the_log_of_every_sitting(play: Play, tmp_path: Path) -> None:
    form = with_log(tmp_path, FORMS / "urban-event" / "event.xlsx")
    category = "/data/report/category"

    async def first(desktop: Desktop, bench: Workbench) -> None:
        use(bench, form, "urban-event")
        page = await begin_event(bench)
        await in_front(desktop)
        questions = page.findChild(FormPage)
        assert questions is not None
        questions.focus_ref(category)
        questions.question(category).answer("litter")
        QTest.keyClick(page.address, Qt.Key.Key_Escape)
        await quiet(bench.desk)

    async def second(desktop: Desktop, bench: Workbench) -> None:
        use(bench, form, "urban-event")
        page = await begin_event(bench)
        await fill_event(bench, page, tmp_path)
        page.primary.click()
        await quiet(bench.desk)
        [case] = await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.ALL, pack="urban-event")))
        rows = await log_of(bench, case.id)
        events = [row["event"] for row in rows]

        assert [event for event in events if event.startswith("form")] == [
            "form start", "form resume", "form save", "form exit",
        ]  # fmt: skip
        assert ("", "litter") in [(row["old-value"], row["new-value"]) for row in rows if row["node"] == category]
        assert {row["user"] for row in rows} == {bench.desk.actor.worker_id}

    play("lin", first)
    play("lin", second)


def test_one_form_for_many_gives_each_case_a_log_of_its_own(play: Play, audited: Path) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        use(bench, audited)
        begun, fresh, *_ = await untouched(bench)
        bench.open_case(begun)
        await quiet(bench.desk)
        await in_front(desktop)
        page = bench.case.form_page
        assert page is not None
        page.focus_ref(NOTE)
        page.question(NOTE).answer("先打过电话")
        await bench.case.drafting.write()
        for case_id in (begun, fresh):
            await bench.desk.write(lambda tx, case=case_id: finish(tx, bench.desk, case, GIVEN))

        logs = [await log_of(bench, case_id) for case_id in (begun, fresh)]
        noted = [[row["new-value"] for row in log if row["node"] == NOTE] for log in logs]
        assert noted == [["先打过电话"], []]
        for log, earlier in zip(logs, (["form start", "form resume"], ["form start"]), strict=True):
            told = [row["event"] for row in log if row["event"].startswith("form")]
            assert told == [*earlier, "form save", "form exit", "form finalize"]
            pressures = [(row["old-value"], row["new-value"]) for row in log if row["node"] == f"{CONDITION}/systolic"]
            assert pressures == [("", "130")]

    play("lin", part)


def test_a_log_that_was_begun_on_another_pc_is_fetched_and_goes_on_here(
    district: District, qapp: QApplication, audited: Path
) -> None:
    chen, lin = district.pc("chen"), district.pc("lin")
    chen.sync()
    log = b"event,node,start,end\r\nform start,,1,\r\n"
    sha256, _ = blobs.attach(chen.opened.cache, district.case, log, "text/csv")
    with chen.opened.cache.write() as tx:
        sent = {AUDIT: f"{sha256}.csv", NOTE: "synthetic"}
        pack = district.platform.packs[VISIT]
        work.complete_step(tx, pack, district.case, "contact", sent, chen.actor, (sha256,))
    chen.sync()
    lin.sync()
    form = forms.load(audited, missing="blank")
    form.set(AUDIT, f"{sha256}.csv")
    desk = Desk(lin.opened, load_packs(FORMS))

    async def play() -> str:
        audit = await begin(desk, district.case, form)
        assert audit is not None
        await quiet(desk)
        return ended(audit.log, form, whole=False)

    lines = list(csv.DictReader(io.StringIO(drive(qapp, play()), newline="")))
    desk.close()

    assert [line["event"] for line in lines] == ["form start", "form start", "form save", "form exit"]
    assert (lines[0]["start"], lines[0]["user"], lines[1]["user"]) == ("1", "", "w-lin")


def test_a_deed_at_the_door_is_in_the_log_of_the_visit(play: Play, audited: Path) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        use(bench, audited)
        case_id = (await at_the_door(bench)).case
        bench.day.nobody.click()
        await quiet(bench.desk)
        bench.open_case(case_id)
        await quiet(bench.desk)
        assert bench.case.form is not None
        [kept] = re.findall(rb"form-log ([^?]+)", bench.case.form.save())
        rows = list(csv.DictReader(io.StringIO(base64.b64decode(kept).decode())))

        assert [(row["event"], row["node"], row["new-value"]) for row in rows][:5] == [
            ("form start", "", ""), ("question", "/data/verify/door", "nobody"), ("form save", "", ""),
            ("form exit", "", ""), ("form resume", "", ""),
        ]  # fmt: skip

    play("lin", part)
