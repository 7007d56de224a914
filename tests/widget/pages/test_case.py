"""The case page: last time beside the question, drafts under a name, other reports, corrections, printing."""

import asyncio
import os
import re
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from sqlalchemy.engine import Connection

from gridclient.domain.record import Kind
from gridclient.forms import Form
from gridclient.paths import FORMS
from gridclient.store import drafts, kept, shown
from gridclient.store.edits import edits_of
from gridclient.store.kept import KeptKind
from gridclient.store.lists import Ask, QueueFilter, first_page
from gridclient.store.shown import Shown
from gridclient.ui.app import Desktop
from gridclient.ui.case import reports
from gridclient.ui.case.due import explain_due
from gridclient.ui.case.history import course
from gridclient.ui.case.history_sheet import HistorySheet
from gridclient.ui.case.paper import Paper
from gridclient.ui.case.print_sheet import PaperKind, PrintSheet
from gridclient.ui.case.printing import PrinterFailed, print_paper
from gridclient.ui.case.read_sheet import ReadSheet
from gridclient.ui.viewer import Viewer
from gridclient.ui.widgets.sheets import ChoiceSheet, NameSheet, ReasonSheet
from gridclient.ui.workbench import Workbench
from gridclient.workflow import corrections, load_packs
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import nameless
from tests.widget.stage import ELDER, INSPECTION, VISIT, Stage, quiet
from tests.widget.theme.driving import compose

CONDITION = "/data/condition"


async def _case(bench: Workbench, pack: str, filter_: QueueFilter, title: str = "") -> str:
    rows = await bench.desk.read(lambda c: first_page(c, Ask(filter_, pack=pack), 200))
    return next(row.id for row in rows if title in row.title)


async def _open(bench: Workbench, case_id: str) -> None:
    bench.open_case(case_id)
    await quiet(bench.desk)


async def begin_correction(bench: Workbench) -> str:
    """Opens the elder's visit, which waits for review and had one before it, for correction."""
    case_id = await _case(bench, VISIT, QueueFilter.REVIEW, ELDER)
    await _open(bench, case_id)
    bench.case.papers.begin_correction()
    await quiet(bench.desk)
    return case_id


async def in_front(desktop: Desktop) -> None:
    """Waits until the window has the keyboard; other windows may have been opened meanwhile."""
    while QApplication.activeWindow() is not desktop.frame:
        desktop.frame.activateWindow()
        await asyncio.sleep(0.01)


def _answer(case: Shown, ref: str) -> object:
    return next(
        answers[ref] for answers in case.fields.values() if isinstance(answers, dict) and ref in answers
    )  # fmt: skip


def complete(form: Form | None) -> None:
    """Answers what is still missing."""
    assert form is not None
    for missing in form.validate():
        choices = form.choices(missing.ref)
        day = "2026-12-01T09:30:00.000+08:00" if missing.ref.endswith("_at") else "2026-12-01"
        assert form.set(missing.ref, choices[0].value if choices else day).status == "ok"


async def sheet_of(bench: Workbench, kind: type[QDialog]) -> object:
    await quiet(bench.desk)
    found = [sheet for sheet in bench.case.findChildren(kind) if sheet.isVisible()]
    assert found, f"no {kind.__name__} is open"
    return found[-1]


def test_the_last_visit_stands_beside_the_question_and_one_key_repeats_it(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await begin_correction(bench)
        bench.case.go_to_step("condition")
        await quiet(bench.desk)
        page, form = bench.case.form_page, bench.case.form
        assert page is not None
        assert form is not None
        mental = page.question(f"{CONDITION}/mental")
        assert (form.get(f"{CONDITION}/mental"), mental.last_text()) == ("fair", "Last time: Good")
        assert page.question(f"{CONDITION}/systolic").last_text() == "Last time: 132"

        await in_front(desktop)
        page.focus_ref(f"{CONDITION}/mental")
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, "=")
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, "=")

        assert (form.get(f"{CONDITION}/mental"), form.get(f"{CONDITION}/systolic")) == ("good", "132")

    play("lin", part)


def test_a_last_visit_with_more_entries_adds_none_to_this_one(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        case_id = await _case(bench, INSPECTION, QueueFilter.OPEN)
        await _open(bench, case_id)
        form = bench.case.form
        assert form is not None
        before = form.refs()

        bench.case.form_page.set_last_values({"/data/hazards/hazard[3]/what": "x"})  # type: ignore[union-attr]

        assert form.refs() == before

    play("lin", part)


def test_a_step_with_a_missing_answer_is_kept_as_a_draft_and_opens_where_it_was(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, stage.half_case)
        form = bench.case.form
        assert form is not None
        assert not form.valid(f"{CONDITION}/falls")  # required, and not answered
        page = bench.case.form_page
        assert page is not None
        page.question(f"{CONDITION}/condition_note").answer("再看一次")
        await in_front(desktop)
        QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        await quiet(bench.desk)

        saved = await bench.desk.read(lambda c: drafts.draft_of(c, stage.half_case))
        await _open(bench, await _case(bench, INSPECTION, QueueFilter.OPEN))
        await _open(bench, stage.half_case)

        assert saved is not None
        assert "再看一次" in saved.form.decode()
        assert bench.case.form is not form
        assert bench.case.form is not None
        assert bench.case.form.get(f"{CONDITION}/condition_note") == "再看一次"
        assert bench.case.step_id == "condition"

    play("lin", part)


def test_drafts_are_kept_under_names_and_opening_one_loses_nothing(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, stage.half_case)
        bench.case.papers.ask_name()
        sheet = await sheet_of(bench, NameSheet)
        assert isinstance(sheet, NameSheet)
        sheet.field.edit.clear()
        compose(sheet.field.edit, "di yi ci", "第一次")
        QTest.keyClick(sheet.field.edit, Qt.Key.Key_Return)
        await quiet(bench.desk)
        page = bench.case.form_page
        assert page is not None
        page.question(f"{CONDITION}/systolic").answer("150")
        bench.case.papers.save_now()
        await quiet(bench.desk)

        bench.case.papers.show_drafts()
        listing = await sheet_of(bench, ChoiceSheet)
        assert isinstance(listing, ChoiceSheet)
        assert listing.list.count() == 1
        QTest.keyClick(listing.list, Qt.Key.Key_Return)
        await quiet(bench.desk)

        form = bench.case.form
        assert form is not None
        assert form.get(f"{CONDITION}/systolic") == "146"
        names = [each.name for each in await bench.desk.read(lambda c: _drafts(c, stage.half_case))]
        assert names == ["Before Today 10:21", "第一次"]
        bench.case.papers.show_drafts()
        listing = await sheet_of(bench, ChoiceSheet)
        assert isinstance(listing, ChoiceSheet)
        QTest.keyClick(listing.list, Qt.Key.Key_Delete)
        listing.reject()
        await quiet(bench.desk)
        assert [each.name for each in await bench.desk.read(lambda c: _drafts(c, stage.half_case))] == ["第一次"]

    play("lin", part)


def _drafts(connection: Connection, case_id: str) -> list[kept.Kept]:
    return kept.kept_of(connection, case_id, KeptKind.DRAFT)


def _sent(connection: Connection, case_id: str) -> list[kept.Kept]:
    return kept.kept_of(connection, case_id, KeptKind.SENT)


def test_an_earlier_report_about_somebody_else_leaves_their_file_behind(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        other = await begin_correction(bench)  # sent from here from now on, as far as this PC knows
        await _open(bench, stage.half_case)
        form = bench.case.form
        assert form is not None
        phone = form.get("/data/verify/phone")
        bench.case.papers.show_earlier()
        sheet = await sheet_of(bench, ChoiceSheet)
        assert isinstance(sheet, ChoiceSheet)
        sheet.chosen.emit(other)
        sheet.accept()
        await quiet(bench.desk)

        form = bench.case.form
        assert form is not None
        assert form.get("/data/needs/services") == "meals"
        assert form.get(f"{CONDITION}/mental") == "fair"
        assert form.get("/data/verify/phone") == phone
        names = [each.name for each in await bench.desk.read(lambda c: _drafts(c, stage.half_case))]
        assert names == ["Before Today 10:21"]

    play("lin", part)


def test_a_correction_is_a_new_version_that_names_the_one_it_replaces(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        case_id = await begin_correction(bench)
        case = bench.case
        assert case.primary.text() == "Next step"
        case.go_to_step("condition")
        await quiet(bench.desk)
        assert case.form_page is not None
        case.form_page.question(f"{CONDITION}/systolic").answer("138")
        case.go_to_step("summary")
        await quiet(bench.desk)
        assert case.primary.text() == "Send the correction"
        case.primary.click()
        await quiet(bench.desk)
        assert case.form_page.fault_list.faults  # the next visit is missing
        complete(case.form)
        case.go_to_step("summary")
        await quiet(bench.desk)
        case.primary.click()
        asked = await sheet_of(bench, ReasonSheet)
        assert isinstance(asked, ReasonSheet)
        assert nameless(asked) == []
        asked.act.click()
        assert asked.field.error() == "Say why in a few words."
        compose(asked.field.edit, "xue ya", "血压抄错了")
        asked.act.click()
        await quiet(bench.desk)

        record = await bench.desk.read(lambda c: shown.find(c, case_id))
        versions = await bench.desk.read(lambda c: _sent(c, case_id))
        assert record is not None
        assert record.text("state") == "review"
        assert _answer(record, f"{CONDITION}/systolic") == "138"
        assert [entry["reason"] for entry in corrections(record.fields)] == ["血压抄错了"]
        told = course(bench.desk.pack_of(record.fields), record, [], {})
        assert [(event.title, event.detail) for event in told if event.icon == "send"][:1] == [
            ("Corrected", "血压抄错了")
        ]
        pressures = [re.findall(r"<systolic>(\d+)", each.form.decode()) for each in versions]
        assert pressures == [["138"], ["146"]]
        assert versions[0].deprecates == versions[1].instance != versions[0].instance
        assert reports.replaced_by({"x/deprecatedID": versions[1].instance}) == _answer(
            record, "/data/meta/deprecatedID"
        )  # fmt: skip
        assert case.form_page is not None
        assert not case.primary.isVisible()

        case.papers.show_versions()
        listing = await sheet_of(bench, ChoiceSheet)
        assert isinstance(listing, ChoiceSheet)
        assert listing.list.count() == 2
        listing.list.setCurrentRow(1)
        listing.act.click()
        sheet = await sheet_of(bench, ReadSheet)
        assert isinstance(sheet, ReadSheet)
        sheet.page.focus_ref(f"{CONDITION}/systolic")
        assert "146" in sheet.page.question(f"{CONDITION}/systolic").read_text()
        sheet.accept()

    play("lin", part)


def test_a_correction_that_changes_no_answer_asks_no_reason_and_sends_nothing(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        case_id = await begin_correction(bench)
        complete(bench.case.form)
        bench.case.go_to_step("summary")
        await quiet(bench.desk)
        bench.case.primary.click()
        asked = await sheet_of(bench, ReasonSheet)
        assert isinstance(asked, ReasonSheet)
        compose(asked.field.edit, "bu ji lu", "补记下次走访")
        asked.act.click()
        await quiet(bench.desk)
        before = await bench.desk.read(lambda c: shown.find(c, case_id))

        bench.case.papers.begin_correction()
        await quiet(bench.desk)
        bench.case.go_to_step("summary")
        await quiet(bench.desk)
        bench.case.primary.click()
        await quiet(bench.desk)

        assert [sheet for sheet in bench.case.findChildren(ReasonSheet) if sheet.isVisible()] == []
        assert bench.case.banner.title() == "Every answer is as it was sent."
        assert await bench.desk.read(lambda c: shown.find(c, case_id)) == before

    play("lin", part)


def test_leaving_a_correction_changes_nothing(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        case_id = await begin_correction(bench)
        before = await bench.desk.read(lambda c: shown.find(c, case_id))
        page = bench.case.form_page
        assert page is not None
        page.question("/data/contact/contact_note").answer("改一下")
        bench.case.papers.leave_correction()
        await quiet(bench.desk)

        assert await bench.desk.read(lambda c: shown.find(c, case_id)) == before
        assert await bench.desk.read(lambda c: drafts.draft_of(c, case_id)) is None
        assert not bench.case.primary.isVisible()

    play("lin", part)


def test_a_supervisor_is_offered_no_correction_and_reads_no_phone(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, await _case(bench, VISIT, QueueFilter.REVIEW, ELDER))
        bench.case.papers.refresh()

        assert not bench.case.papers.correct.isVisible()
        assert not bench.case.papers.save.isEnabled()
        assert bench.case.papers.print.isEnabled()
        bench.case.go_to_step("verify")
        await quiet(bench.desk)
        page = bench.case.form_page
        assert page is not None
        question = page.question("/data/verify/phone")
        assert question.form.get(question.ref) == ""
        line = question.source()
        assert line is not None
        assert line.text() == "Only grid workers may read this answer"

    play("zhao", part)


def test_the_answers_become_a_pdf_with_the_office_above_and_masked_numbers(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, await _case(bench, VISIT, QueueFilter.REVIEW, ELDER))
        bench.case.papers.show_print()
        sheet = await sheet_of(bench, PrintSheet)
        assert isinstance(sheet, PrintSheet)
        assert sheet.office.text() == "张江镇网格队"
        assert list(sheet.kinds) == [PaperKind.REPORT, PaperKind.SHEET, PaperKind.NOTICE]
        assert not sheet.picture.pixmap().isNull()
        now = bench.case.open_report()
        assert now is not None
        papers = bench.case.papers.printouts
        made = papers.paper_of(now, PaperKind.REPORT, "张江镇人民政府")
        await papers.printer.save_pdf(made, "张江镇人民政府", tmp_path / "visit.pdf")

        lines = {line.question: line.answer for section in made.sections for line in section.lines}
        assert (tmp_path / "visit.pdf").read_bytes().startswith(b"%PDF-")
        assert list(temporary.iterdir()) == []
        assert lines["Systolic pressure (after 5 minutes at rest)"] == "146"
        assert dict(made.facts)["Phone"].count("*") == 4
        sheet.reject()
        papers_office = await bench.desk.read(lambda c: c.exec_driver_sql(
            "SELECT value FROM settings WHERE name = 'ui.office'").scalar())  # fmt: skip
        assert papers_office == "张江镇人民政府"

    play("lin", part)


def test_a_sheet_for_the_visit_has_boxes_to_tick_and_lines_to_write(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, stage.half_case)
        now = bench.case.open_report()
        assert now is not None
        made = bench.case.papers.printouts.paper_of(now, PaperKind.SHEET, "")
        lines = {line.ref: line.answer for section in made.sections for line in section.lines}

        assert lines[f"{CONDITION}/mental"] == "☐ Good　☑ Fair　☐ Low　☐ Abnormal"
        assert lines["/data/summary/conclusion"] == "____________________"

    play("lin", part)


def test_a_notice_lists_what_failed_and_says_that_it_is_no_penalty(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, await _case(bench, INSPECTION, QueueFilter.REVIEW))
        now = bench.case.open_report()
        assert now is not None
        made = bench.case.papers.printouts.paper_of(now, PaperKind.NOTICE, "张江镇人民政府")

        assert [line.question for line in made.sections[0].lines] == ["1　Nothing piled up in the corridor"]
        assert any("not a penalty" in text for text in made.closing)

    play("lin", part)


def test_a_printer_gets_the_pages_through_a_pipe_and_no_name_in_the_job(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spooler = tmp_path / "bin" / "lp"
    spooler.parent.mkdir()
    spooler.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat > {tmp_path}/got\n')
    spooler.chmod(0o700)
    monkeypatch.setenv("PATH", f"{spooler.parent}{os.pathsep}{os.environ['PATH']}")

    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, await _case(bench, VISIT, QueueFilter.REVIEW, ELDER))
        now = bench.case.open_report()
        assert now is not None
        sheet = PrintSheet([PaperKind.REPORT], "张江镇人民政府", ["Office"], bench.case)
        papers = bench.case.papers.printouts
        await papers.printer.send(lambda kind, office: papers.paper_of(now, kind, office), sheet, "Office")

        asked = (tmp_path / "asked").read_text().strip()
        assert asked == f"-d Office -t {now.file.case.text('number')} -"
        assert (tmp_path / "got").read_bytes().startswith(b"%PDF-")

    play("lin", part)


def test_a_printer_that_takes_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spooler = tmp_path / "lp"
    spooler.write_text("#!/bin/sh\nexit 1\n")
    spooler.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(PrinterFailed):
        print_paper(Paper("", "Title", "PD-1"), {}, "Office")


def test_a_photo_is_kept_as_the_pack_wants_and_two_are_looked_at_side_by_side(play: Play, tmp_path: Path) -> None:
    hazard = "/data/hazards/hazard[1]"
    for name, colour in (("before", "red"), ("after", "blue")):
        Image.new("RGB", (3000, 2000), colour).save(tmp_path / f"{name}.png")

    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, await _case(bench, INSPECTION, QueueFilter.OPEN))
        bench.case.go_to_step("hazards")
        await quiet(bench.desk)
        page, form = bench.case.form_page, bench.case.form
        assert page is not None
        assert form is not None
        page.entries.add("/data/hazards/hazard")
        page.question(f"{hazard}/fixed").answer("yes")
        for name in ("before", "after"):
            bench.case.attach_file(f"{hazard}/{name}", str(tmp_path / f"{name}.png"))
            await quiet(bench.desk)
        answer = form.get(f"{hazard}/before")
        data = bench.desk.cache.files.get(answer.partition(".")[0])
        assert data is not None
        kept_photo = Image.open(BytesIO(data))

        page.focus_ref(f"{hazard}/after")
        bench.case.photos.look(f"{hazard}/after")
        viewer = await sheet_of(bench, Viewer)

        assert answer.endswith(".jpg")
        assert kept_photo.size == (1600, 1067)  # the form's max-pixels
        assert isinstance(viewer, Viewer)
        assert [pane.view.accessibleName() for pane in viewer.panes] == ["Photo before", "Photo after"]
        viewer.close()

    play("lin", part)


def test_a_file_that_cannot_be_attached_says_why_at_the_question(play: Play, tmp_path: Path) -> None:
    (tmp_path / "list.png").write_bytes(b"PK no picture")

    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, await _case(bench, INSPECTION, QueueFilter.OPEN))
        bench.case.go_to_step("hazards")
        await quiet(bench.desk)
        page = bench.case.form_page
        assert page is not None
        page.entries.add("/data/hazards/hazard")
        bench.case.attach_file("/data/hazards/hazard[1]/before", str(tmp_path / "list.png"))
        await quiet(bench.desk)

        assert page.question("/data/hazards/hazard[1]/before").fault_text().startswith("list.png is not a picture")

    play("lin", part)


def test_the_course_of_a_case_tells_who_did_what_and_what_waits(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, stage.half_case)
        now = bench.case.open_report()
        assert now is not None
        here = await bench.desk.read(lambda c: edits_of(c, stage.half_case))
        events = course(now.pack, now.file.case, here, {"w-lin": "Lin"})

        assert [(event.title, event.detail, event.who, event.is_pending) for event in events] == [
            ("Step finished", "At the door", "Lin", True), ("Step finished", "Appointment", "Lin", True),
            ("Opened", now.file.case.text("address"), "", False),
        ]  # fmt: skip
        bench.case.papers.show_course()
        sheet = await sheet_of(bench, HistorySheet)
        assert isinstance(sheet, HistorySheet)
        assert nameless(sheet) == []
        sheet.accept()

    play("lin", part)


def test_a_deadline_in_working_hours_is_explained_day_by_day() -> None:
    pack = load_packs(FORMS)[INSPECTION]  # eight working hours
    opened, now = "2026-11-20T08:00:00Z", datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Friday 16:00, Monday 10:00
    case = Shown("c", Kind.CASE, "", 1, {"opened_at": opened, "due_at": "2026-11-23T08:00:00Z", "state": "open"})

    due = explain_due(pack, case, now)
    given = explain_due(pack, replace(case, fields={**case.fields, "due_at": "2026-11-25T08:00:00Z"}), now)

    assert due is not None
    assert given is not None
    assert (given.counted, given.due_at.isoformat()) == (None, "2026-11-25T08:00:00+00:00")
    counted = due.counted
    assert counted is not None
    assert (counted.used_s, counted.allowed_s) == (4 * 3600, 8 * 3600)
    assert [(day.day.day, day.counted_s) for day in counted.days] == [(20, 7200), (21, 0), (22, 0), (23, 7200)]
    assert counted.days[3].parts == ((8.0, 10.0, "used"), (10.0, 12.0, "left"), (14.0, 16.0, "left"))


def test_on_the_form_a_key_is_the_forms_although_the_window_uses_it_too(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, stage.half_case)
        await in_front(desktop)
        page = bench.case.form_page
        assert page is not None
        page.focus_ref(f"{CONDITION}/mental")
        before = bench.queue.width()
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_F8)

        assert page.current_ref() == f"{CONDITION}/falls"
        assert bench.queue.width() == before

    play("lin", part)
