"""The reviewer's desk: changes beside the last visit, comments at answers, and the next case after each decision."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QWidget

from gridclient import forms, workflow
from gridclient.domain.merge import EVIDENCE
from gridclient.domain.record import Kind, Value, grid_bucket, new_id
from gridclient.paths import FORMS
from gridclient.store import shown, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.outbox import Edit, queue
from gridclient.store.reviews import bulk, review_rows
from gridclient.store.work import Actor
from gridclient.ui.app import Desktop
from gridclient.ui.case.moving import MoveSheet
from gridclient.ui.forms.source import Source
from gridclient.ui.pages import REVIEW
from gridclient.ui.review.answers import answers_of, filed_text
from gridclient.ui.review.page import ReviewPage
from gridclient.ui.workbench import Workbench
from gridclient.workflow import begin, load_packs
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import CELL, quiet
from tests.widget.theme.driving import compose

SYSTOLIC = "/data/condition/systolic"


async def _changed_case(bench: Workbench) -> ReviewPage:
    page = bench.review
    assert page is not None
    await quiet(bench.desk)
    page.choose_changed()
    await quiet(bench.desk)
    return page


def test_only_what_changed_is_shown_until_asked_for_all(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _changed_case(bench)
        changed = {answer.ref for answer in page.table.model_of.rows if answer.ref}
        page.fold()
        everything = {answer.ref for answer in page.table.model_of.rows if answer.ref}

        assert changed == {SYSTOLIC, "/data/condition/diastolic", "/data/condition/mental", "/data/condition/falls"}
        assert changed < everything

    play("zhao", part)


def test_tab_leads_out_of_a_comment_to_the_decision(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _changed_case(bench)
        page.table.select(SYSTOLIC)
        line = page.table.open_comment()
        assert line is not None
        compose(line, "fu ce", "请复测。")
        been: list[QWidget | None] = [line]
        while (here := been[-1]) is not page.send_back and len(been) < 20:
            assert here is not None
            QTest.keyClick(here, Qt.Key.Key_Tab)
            been.append(QApplication.focusWidget())

        assert been[-1] is page.send_back
        assert page.comments() == {SYSTOLIC: "请复测。"}

    play("zhao", part)


def test_a_number_tells_how_much_it_rose(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _changed_case(bench)
        answer = next(answer for answer in page.answers if answer.ref == SYSTOLIC)

        assert (answer.text, answer.last, answer.change, answer.by) == ("146", "132", "up", 14)

    play("zhao", part)


def test_a_correction_stands_above_the_answers_with_who_made_it_and_why(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _changed_case(bench)
        assert page.corrected.isHidden()
        case_id = next(
            r.id
            for r in await bench.desk.read(lambda c: review_rows(c, bench.desk.packs, bench.desk.today()))
            if r.changes
        )
        case = await bench.desk.read(lambda c: shown.find(c, case_id))
        assert case is not None
        author = Actor(case.text("submitted_by"), "worker")
        given = {ref: str(value) for ref, value in workflow.answers_of(case.fields).items() if "/condition/" in ref}

        def correct(tx: Transaction) -> Changes:
            pack = bench.desk.pack_of(case.fields)
            return work.correct_case(
                tx, pack, case_id, {"condition": {**given, SYSTOLIC: "138"}}, author, "血压抄错了"
            )  # fmt: skip

        await bench.desk.write(correct)
        await _changed_case(bench)

        assert page.corrected.isVisible()
        assert page.corrected.title() == "Corrected after it was sent"
        assert page.corrected.text().endswith("血压抄错了")
        assert next(answer.text for answer in page.answers if answer.ref == SYSTOLIC) == "138"

    play("zhao", part)


def test_a_comment_makes_returning_the_primary_act_and_goes_with_the_case(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _changed_case(bench)
        row = page.list.currentRow()
        case_id = next(
            r.id
            for r in await bench.desk.read(lambda c: review_rows(c, bench.desk.packs, bench.desk.today()))
            if r.changes
        )
        page.table.select(SYSTOLIC)
        QTest.keyClick(page.table, Qt.Key.Key_M)
        line = page.table.line_of(SYSTOLIC)
        assert line is not None
        compose(line, "zai ce", "再测一次。")
        assert page.send_back.property("role") == "primary"
        page.send_back.click()
        await quiet(bench.desk)
        case = await bench.desk.read(lambda c: shown.find(c, case_id))

        assert case is not None
        assert work.comments_of(case.fields)[SYSTOLIC]["text"] == "再测一次。"
        assert page.list.count() == 2
        assert page.list.currentRow() == min(row, 1)

    play("zhao", part)


def test_approving_opens_the_next_case(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = bench.review
        assert page is not None
        await quiet(bench.desk)
        before = [
            row.id for row in await bench.desk.read(lambda c: review_rows(c, bench.desk.packs, bench.desk.today()))
        ]
        QTest.keyClick(page.list, Qt.Key.Key_A)
        await quiet(bench.desk)
        after = [
            row.id for row in await bench.desk.read(lambda c: review_rows(c, bench.desk.packs, bench.desk.today()))
        ]

        assert after == before[1:]
        assert page.list.currentRow() == 0
        assert page.answers

    play("zhao", part)


def test_returning_without_a_comment_asks_for_one(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _changed_case(bench)
        page.send_back.click()
        await quiet(bench.desk)

        assert page.list.count() == 3
        assert page.table.viewport().findChildren(QLineEdit)

    play("zhao", part)


def test_a_phone_that_was_confirmed_at_the_door_stays_masked() -> None:
    pack = load_packs(FORMS)["elderly-visit"]
    form = forms.load(pack.form, tz="Asia/Shanghai", missing="blank")
    form.set("/data/contact/reached", "yes")
    form.set("/data/verify/door", "self")
    form.set("/data/verify/phone", "13900007741")

    filed = {"/data/verify/phone": Source("13800001234", "the file")}
    texts = {answer.ref: (answer.text, filed_text(answer)) for answer in answers_of(pack, form, None, filed)}

    assert texts["/data/verify/phone"] == ("139****7741", "The file says 138****1234 (the file)")


def test_what_only_grid_workers_may_read_stands_there_without_its_answer() -> None:
    pack = load_packs(FORMS)["elderly-visit"]
    form = forms.load(pack.form, tz="Asia/Shanghai", missing="blank")
    form.set("/data/contact/reached", "yes")
    form.set("/data/verify/door", "self")

    texts = {answer.ref: answer.text for answer in answers_of(pack, form, None)}

    assert texts["/data/verify/phone"] == "Only grid workers may read this answer"
    assert "/data/contact/note" not in texts  # nobody answered it


def test_an_answer_that_the_file_contradicts_stands_beside_it_with_source_and_day(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page, desk, case_id = bench.review, bench.desk, new_id()
        assert page is not None
        rows = await desk.read(lambda c: review_rows(c, desk.packs, desk.today()))
        cases = [await desk.read(lambda c, i=row.id: shown.find(c, i)) for row in rows]
        resident = next(case.text("resident") for case in cases if case is not None and case.text("resident"))
        answers: dict[str, Value] = {"/data/verify/door": "self", "/data/verify/living": "alone"}

        def lay(tx: Transaction) -> Changes:
            proof: Value = {"value": "family", "by": "w-chen", "at": "2026-11-20T02:00:00Z"}
            known: dict[str, Value] = {"living": "family", EVIDENCE + "living": proof}
            fields: dict[str, Value] = {
                "pack": "elderly-visit", "pack_version": "2026.11.1", "resident": resident, "state": "review",
                "title": "synthetic", "submitted_by": "w-lin", "answers.verify": answers,
            }  # fmt: skip
            edit = Edit("create", case_id, Kind.CASE, grid_bucket(CELL), fields)
            changes = work.edit_record(tx, resident, known, desk.actor)
            return changes | queue(tx, edit, desk.actor.worker_id)[1]

        await desk.write(lay)
        await quiet(desk)
        listed = page._rows  # pyright: ignore[reportPrivateUsage] - the list as it stands
        page.list.setCurrentRow([row.id for row in listed].index(case_id))
        await quiet(desk)
        model = page.table.model_of
        model.show(page.answers, only_changes=False)
        told = {row.ref: str(model.data(model.index(n))) for n, row in enumerate(model.rows) if row.ref}
        model.show(page.answers, only_changes=True)

        assert told["/data/verify/living"].endswith(
            "The file says With family (Resident file, confirmed 20 Nov by 陈志强)"
        )
        assert "The file says" not in told["/data/verify/door"]
        assert "/data/verify/living" in [row.ref for row in model.rows]

    play("zhao", part)


def _as_last_time(tx: Transaction, resident: str, actor: Actor, first: int = 0, count: int = 13) -> Changes:
    """Cases that wait for review and are as the first, which was closed before; lots differ, so some are drawn."""
    answers: dict[str, Value] = {
        "answers.contact": {"/data/contact/reached": "yes"}, "answers.verify": {"/data/verify/living": "alone"},
    }  # fmt: skip
    plain: dict[str, Value] = {"pack": "elderly-visit", "pack_version": "2026.11.1", "resident": resident, **answers}
    changes = Changes()
    for number in range(first, first + count):
        state = {"state": "closed", "closed_at": "2026-11-23T08:00:00Z"} if number == first else {"state": "review"}
        fields = {**plain, **state, "title": f"synthetic {number}", "submitted_by": "w-lin"}
        made = f"01930000-0000-7000-8000-{number:012}"
        changes |= queue(tx, Edit("create", made, Kind.CASE, grid_bucket(CELL), fields), actor.worker_id)[1]
    return changes


def test_cases_without_a_change_are_approved_together_but_for_those_drawn_by_lot(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = bench.review
        assert page is not None
        resident, other, actor = new_id(), new_id(), bench.desk.actor
        person = Edit("create", other, Kind.RESIDENT, grid_bucket(CELL), {"name": "synthetic", "living": "family"})
        await bench.desk.write(lambda tx: _as_last_time(tx, resident, actor))
        await bench.desk.write(lambda tx: queue(tx, person, actor.worker_id)[1])
        await bench.desk.write(lambda tx: _as_last_time(tx, other, actor, first=20, count=2))
        await quiet(bench.desk)
        rows = await bench.desk.read(lambda c: review_rows(c, bench.desk.packs, bench.desk.today()))
        found = bulk(rows, bench.desk.actor.worker_id)
        said = page.together.text()
        page.together.click()
        box = page.findChildren(QMessageBox)[-1]
        left_out = box.informativeText().split("\n\n")
        box.defaultButton().click()
        await quiet(bench.desk)
        left = {row.id for row in await bench.desk.read(lambda c: review_rows(c, bench.desk.packs, bench.desk.today()))}

        assert said == f"Approve {len(found.approve)} without changes"
        assert len(found.approve) + len(found.sample) == 12
        assert left_out[0].startswith(f"10 % of 12 are drawn by lot: {len(found.sample)} stay")
        assert left_out[-1] == "1 more is not what the file says, and stays in the list too."
        page.list.setCurrentRow([row.id for row in page._rows].index(found.sample[0]))  # pyright: ignore[reportPrivateUsage]
        await quiet(bench.desk)
        assert f"“{found.sample[0]} " in page.header.lot.text()
        assert left == {row.id for row in rows} - set(found.approve)
        assert not page.together.isVisible()

    play("zhao", part)


def test_one_that_somebody_decided_meanwhile_is_named_and_the_others_are_approved(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page, desk = bench.review, bench.desk
        assert page is not None
        resident = new_id()
        await desk.write(lambda tx: _as_last_time(tx, resident, desk.actor))
        await quiet(desk)
        rows = await desk.read(lambda c: review_rows(c, desk.packs, desk.today()))
        first, *others = bulk(rows, desk.actor.worker_id).approve
        bench.show_page(REVIEW)
        page.together.click()
        comments = {"/data/contact/reached": "请补充。"}
        await desk.write(lambda tx: work.return_case(tx, desk.packs["elderly-visit"], first, comments, desk.actor))
        await quiet(desk)
        page.findChildren(QMessageBox)[-1].defaultButton().click()
        await quiet(desk)
        found = await desk.read(lambda c: [shown.find(c, case) for case in (first, *others)])

        assert [case.text("state") for case in found if case] == ["returned", *["closed"] * len(others)]
        assert (page.refused.isVisible(), page.refused.title()) == (True, "1 case was not approved")
        assert page.refused.text().startswith(next(row.title for row in rows if row.id == first) + ": ")
        page.refused.action_wanted.emit()
        assert not page.refused.isVisible()

    play("zhao", part)


async def _assessed(bench: Workbench, by: Actor) -> str:
    """An assessment that waits for its review, recorded and sent by one person."""
    desk, case_id = bench.desk, new_id()
    pack = desk.packs["elderly-assessment"]
    at = "2026-11-24T01:00:00Z"
    steps: dict[str, Value] = {f"done.{step.id}": {"by": by.worker_id, "at": at} for step in pack.steps}
    case: dict[str, Value] = {
        **begin(pack, {"title": "评估", "grid": CELL}, datetime.fromisoformat(at)), **steps, "state": "review",
        "submitted_by": by.worker_id, "submitted_at": at,
    }  # fmt: skip
    await desk.write(lambda tx: queue(tx, Edit("create", case_id, Kind.CASE, grid_bucket(CELL), case), by.worker_id)[1])
    await quiet(desk)
    return case_id


async def _waiting(bench: Workbench, case_id: str) -> ReviewPage:
    page = bench.review
    assert page is not None
    rows = [row.id for row in await bench.desk.read(lambda c: review_rows(c, bench.desk.packs, bench.desk.today()))]
    page.list.setCurrentRow(rows.index(case_id))
    await quiet(bench.desk)
    return page


def test_who_recorded_it_is_told_why_another_person_has_to_approve(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _waiting(bench, await _assessed(bench, bench.desk.actor))

        assert page.header.guard.title() == "You cannot approve this case now."
        assert page.header.guard.text().startswith("Another person has to do this")
        assert not page.approve.isEnabled()
        assert [*nameless(page), *clipped(page)] == []

    play("zhao", part)


def test_a_case_of_two_people_names_the_first_to_the_second(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        page = await _waiting(bench, await _assessed(bench, Actor("w-lin", "worker")))

        assert page.header.guard.title() == "Two people answer for this case."
        assert page.header.guard.text() == "林晓燕 recorded it; whoever approves has to be somebody else."
        assert page.approve.isEnabled()

    play("zhao", part)


def test_open_hazards_are_ordered_to_be_put_right_from_the_desk(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        case_id, desk = new_id(), bench.desk
        pack, by = desk.packs["small-premises"], "w-lin"
        case: dict[str, Value] = {
            **begin(pack, {"title": "检查", "grid": CELL}, desk.now()), "state": "review", "submitted_by": by,
            "submitted_at": "2026-11-24T01:00:00Z", "answers.summary": {"/data/summary/has_open": "yes"},
        }  # fmt: skip
        await desk.write(lambda tx: queue(tx, Edit("create", case_id, Kind.CASE, grid_bucket(CELL), case), by)[1])
        await quiet(desk)
        page = await _waiting(bench, case_id)
        assert page.header.guard.text().startswith("Hazards are still open")
        page.footer.next.click()
        await quiet(desk)
        sheet = next(each for each in page.findChildren(MoveSheet) if each.isVisible())
        [item] = sheet.list.findItems("Have it put right within a limit", Qt.MatchFlag.MatchExactly)
        sheet.list.setCurrentItem(item)
        sheet.act.click()
        await quiet(desk)
        record = await desk.read(lambda c: shown.find(c, case_id))

        assert record is not None
        assert record.text("state") == "ordered"

    play("zhao", part)
