"""Values that fill a form tell where they are from, and are confirmed, changed or taken back one by one."""

import pytest
from PySide6.QtWidgets import QApplication

from gridclient.domain.merge import EVIDENCE
from gridclient.domain.record import Kind, Value, grid_bucket, iso, new_id
from gridclient.store import shown, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.outbox import Edit, queue
from gridclient.ui.app import Desktop
from gridclient.ui.case import session
from gridclient.ui.forms import FormPage
from gridclient.ui.workbench import Workbench
from gridclient.workflow import begin
from tests.widget.pages.conftest import Play
from tests.widget.pages.test_case import in_front
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import CELL, Stage, quiet

TABLES = ("table-emergency", "table-health", "table-living-alone", "table-population", "table-very-old")
PHONE = "/data/table/phone"


async def _table(bench: Workbench, stage: Stage, name: str) -> FormPage:
    """A table about a person who is known, opened."""
    desk, case_id = bench.desk, new_id()
    half = await desk.read(lambda c: shown.find(c, stage.half_case))
    assert half is not None
    about: dict[str, Value] = {key: half.text(key) for key in ("grid", "resident", "address")}
    await desk.write(lambda tx: work.open_case(tx, desk.packs[name], about, desk.actor, case_id)[1])
    bench.open_case(case_id)
    await quiet(desk)
    assert bench.case.form_page is not None
    return bench.case.form_page


async def _confirmed_by_lin(bench: Workbench, stage: Stage, until: str) -> None:
    """The phone in the person's file, as somebody confirmed it at the door."""
    half = await bench.desk.read(lambda c: shown.find(c, stage.half_case))
    assert half is not None
    [ident] = await bench.desk.read(lambda c: shown.about(c, half.text("resident"), Kind.IDENT))
    said: Value = {"value": ident.text("phone"), "by": "w-lin", "at": "2026-03-01T02:00:00Z", "until": until}

    def save(tx: Transaction) -> Changes:
        return work.edit_record(tx, ident.id, {EVIDENCE + "phone": said}, bench.desk.actor)

    await bench.desk.write(save)


@pytest.mark.parametrize("name", TABLES)
def test_each_value_of_the_shipped_tables_tells_its_source(play: Play, stage: Stage, name: str) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _table(bench, stage, name)
        now = bench.case.open_report()
        assert now is not None
        known = session.known_in(now.pack, now.file)
        lines = {ref: page.question(ref).source() for ref in known}

        assert len(known) > 5
        assert [ref for ref, line in lines.items() if line is None or not line.text()] == []
        assert [*nameless(bench.window), *clipped(bench.window)] == []

    play("lin", part)


def test_a_value_says_who_confirmed_it_until_when_and_is_confirmed_again(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _confirmed_by_lin(bench, stage, until="2026-11-23")
        page = await _table(bench, stage, "table-emergency")
        line = page.question(PHONE).source()
        assert line is not None
        assert line.text() == "Identity and contact, confirmed 01 Mar by 林晓燕, holds until 23 Nov"
        assert line.mark() == "Ask again"

        page.focus_ref(PHONE)
        line.confirm.click()
        await quiet(bench.desk)
        assert line.mark() == "Confirmed"
        assert page.current_ref() != PHONE

    play("lin", part)


def test_a_value_that_holds_is_not_asked_again_and_a_change_can_be_taken_back(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _confirmed_by_lin(bench, stage, until="2027-03-01")
        page = await _table(bench, stage, "table-emergency")
        question, form = page.question(PHONE), bench.case.form
        line = question.source()
        assert line is not None
        assert form is not None
        before = form.get(PHONE)
        assert line.mark() == ""

        await in_front(desktop)
        line.change.click()
        focused = QApplication.focusWidget()
        assert focused is not None
        assert question.isAncestorOf(focused)
        question.answer("13800007741")
        assert line.mark() == "Changed, goes to the file"
        line.take_back.click()
        assert (form.get(PHONE), line.mark()) == (before, "")

    play("lin", part)


def test_what_a_program_proposes_is_no_answer_until_a_person_takes_it(play: Play) -> None:
    ref = "/data/accept/standard"
    said: Value = [{"at": ref, "value": "litter", "confidence": 0.91, "reason": "photo of bags", "by": "sorter 1.2"}]

    async def part(desktop: Desktop, bench: Workbench) -> None:
        desk, case_id = bench.desk, new_id()
        pack = desk.packs["urban-event"]
        case: dict[str, Value] = {
            **begin(pack, {"title": "暴露垃圾", "grid": CELL}, desk.now()), "state": "accepting", "advice": said,
            "answers.report": {"/data/report/category": "litter"},
            "done.report": {"by": "w-lin", "at": iso(desk.now())},
        }  # fmt: skip
        edit = Edit("create", case_id, Kind.CASE, grid_bucket(CELL), case)
        await desk.write(lambda tx: queue(tx, edit, "w-lin")[1])
        bench.open_case(case_id)
        await quiet(desk)
        page, form = bench.case.form_page, bench.case.form
        assert page is not None
        assert form is not None
        line = page.question(ref).source()
        assert line is not None
        assert line.text() == "sorter 1.2 proposes “Litter lies in a public place” (91 %): photo of bags"
        assert (form.get(ref), line.mark()) == ("", "")

        line.take_back.click()
        assert (form.get(ref), line.mark()) == ("litter", "As proposed")

    play("zhao", part)
