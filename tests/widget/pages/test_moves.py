"""What happens next with a case: moves with their reason, cases that may be the same, and a workflow to its end."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from gridclient.domain.record import Value, new_id
from gridclient.forms import Violation
from gridclient.store import outbox, shown, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.edits import edits_of
from gridclient.store.reporting import Report, report_event
from gridclient.store.work import Actor
from gridclient.ui.app import Desktop
from gridclient.ui.case import session
from gridclient.ui.case.history import course
from gridclient.ui.case.moving import MoveSheet
from gridclient.ui.workbench import Workbench
from gridclient.workflow import answers_of
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import CELL, quiet
from tests.widget.theme.driving import compose

LIN, ZHAO = Actor("w-lin", "worker"), Actor("w-zhao", "supervisor")
FIRST, SECOND = "31.200000 121.600000 0 5", "31.200270 121.600000 0 5"

MOMENT = "2026-12-01T09:30:00.000+08:00"


async def _reported(bench: Workbench, point: str) -> str:
    """An event of litter at a point, as a worker reports it."""
    case_id = new_id()

    def save(tx: Transaction) -> Changes:
        answers = {"source": "patrol", "category": "litter", "place": "synthetic", "point": point}
        about: dict[str, Value] = {"title": "synthetic event", "grid": CELL, "address": "synthetic"}
        report = Report(case_id, about, {f"/data/report/{name}": value for name, value in answers.items()})
        return report_event(tx, bench.desk.packs["urban-event"], report, LIN)

    await bench.desk.write(save)
    return case_id


async def _open(bench: Workbench, case_id: str) -> None:
    bench.open_case(case_id)
    await quiet(bench.desk)


async def _record(bench: Workbench, case_id: str) -> shown.Shown:
    record = await bench.desk.read(lambda c: shown.find(c, case_id))
    assert record is not None
    return record


async def _sheet(bench: Workbench) -> MoveSheet:
    await quiet(bench.desk)
    return next(sheet for sheet in bench.case.findChildren(MoveSheet) if sheet.isVisible())


def _choose(sheet: MoveSheet, title: str) -> None:
    [item] = sheet.list.findItems(title, Qt.MatchFlag.MatchExactly)
    sheet.list.setCurrentItem(item)


def test_a_case_nearby_is_suggested_and_a_person_links_them(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        first, second = await _reported(bench, FIRST), await _reported(bench, SECOND)
        await _open(bench, second)
        case = bench.case
        assert case.same.isVisible()
        assert "30 m away" in case.same.text()

        case.same.action_wanted.emit()
        sheet = await _sheet(bench)
        assert [*nameless(sheet), *clipped(sheet)] == []
        assert sheet.case.currentData() == first
        QTest.keyClick(sheet.list, Qt.Key.Key_Return)
        await quiet(bench.desk)

        record = await _record(bench, second)
        assert (record.text("state"), record.text("duplicate_of")) == ("refused", first)
        here = await bench.desk.read(lambda c: edits_of(c, second))
        told = course(bench.desk.pack_of(record.fields), record, here, {"w-zhao": "赵敏"})
        assert ("Link to the same case", "赵敏") in [(event.title, event.who) for event in told]
        assert not case.same.isVisible()

    play("zhao", part)


def test_a_person_says_that_it_is_another_event_and_is_not_asked_again(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _reported(bench, FIRST)
        second = await _reported(bench, SECOND)
        await _open(bench, second)
        bench.case.same.action_wanted.emit()
        sheet = await _sheet(bench)
        _choose(sheet, "It is another event")
        assert not sheet.case.isVisible()
        sheet.act.click()
        await quiet(bench.desk)

        record = await _record(bench, second)
        assert (record.text("state"), record.fields["flag.distinct"]) == ("accepting", True)
        assert not bench.case.same.isVisible()

    play("zhao", part)


def test_a_move_without_the_reason_that_it_needs_is_refused_in_the_sheet(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        event = await _reported(bench, FIRST)
        await _open(bench, event)
        waiting = (await bench.desk.read(outbox.waiting)).count
        assert bench.case.next.isVisible()
        QTest.keyClick(bench.window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
        sheet = await _sheet(bench)
        _choose(sheet, "Make void")
        sheet.act.click()
        assert sheet.reason.error() == "Write down the reason first."
        assert (await bench.desk.read(outbox.waiting)).count == waiting

        compose(sheet.reason.edit, "ce shi", "演练上报")
        sheet.act.click()
        await quiet(bench.desk)

        record = await _record(bench, event)
        assert record.text("state") == "void"
        told = course(bench.desk.pack_of(record.fields), record, [], {})
        assert [(event.title, event.detail) for event in told if event.detail == "演练上报"] == [
            ("Make void", "演练上报")
        ]

    play("zhao", part)


def test_a_step_of_somebody_else_is_locked_and_says_whose_it_is(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _open(bench, await _reported(bench, FIRST))

        assert bench.case.step_id == "accept"
        assert not bench.case.primary.isVisible()
        assert bench.case.banner.title() == "This step is done by: Filing desk."

    play("lin", part)


def _answer(bench: Workbench, missing: Violation, picture: Path) -> None:
    form = bench.case.form
    assert form is not None
    name, choices = missing.ref.rpartition("/")[2], form.choices(missing.ref)
    if name.startswith("sign_") or name.endswith("_photo"):
        bench.case.attach_file(missing.ref, str(picture))
        return
    known = {"by_proxy": "no", "disorder": "no", "assess_at": MOMENT, "service_at": MOMENT, "reassess_on": MOMENT[:10]}
    known |= dict.fromkeys(("falls", "choking", "lost", "harm", "other_events"), "0")
    value = known.get(name) or (choices[0].value if choices else "synthetic")
    done = form.set(missing.ref, value)
    assert done.status == "ok", missing.ref
    assert bench.case.form_page is not None
    bench.case.form_page.refresh(done.changed)


async def _finish_step(bench: Workbench, picture: Path) -> None:
    """Answers what the open step asks for, and clicks on."""
    case = bench.case
    assert case.form is not None
    group = bench.desk.packs["elderly-assessment"].step(case.step_id).group
    for _ in range(12):
        left = session.violations_in(case.form, group)
        if not left:
            break
        _answer(bench, left[0], picture)
        await quiet(bench.desk)
    case.primary.click()
    await quiet(bench.desk)


def test_an_assessment_of_an_elder_goes_through_the_window_from_intake_to_its_end(play: Play, tmp_path: Path) -> None:
    picture = tmp_path / "sign.png"
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.gray)
    image.save(str(picture))

    async def part(desktop: Desktop, bench: Workbench) -> None:
        pack, made = bench.desk.packs["elderly-assessment"], list[str]()

        def begin(tx: Transaction) -> Changes:
            case_id, changes = work.open_case(tx, pack, {"title": "synthetic elder", "grid": CELL}, LIN)
            made.append(case_id)
            return changes

        await bench.desk.write(begin)
        await _open(bench, made[0])
        walked, seen = list[str](), dict[str, bool]()
        for _ in range(10):
            walked.append(bench.case.step_id)
            seen[bench.case.step_id] = bench.case.level.isVisible()
            await _finish_step(bench, picture)
        assert walked == [step.id for step in pack.steps[:10]]
        assert [step for step in walked if seen[step]] == walked[4:]
        assert bench.case.level.level.text() == "Ability intact"
        assert desktop.frame.height() == 768, "a workflow of many steps makes the window too high"
        record = await _record(bench, made[0])
        assert record.text("state") == "review"
        assert answers_of(record.fields)["/data/report/level"] == "0"
        assert bench.case.banner.title() == "This case is being reviewed; its answers can be read."

        await bench.desk.write(lambda tx: work.approve_case(tx, pack, made[0], ZHAO))
        await quiet(bench.desk)
        walked.clear()
        for _ in range(5):
            walked.append(bench.case.step_id)
            await _finish_step(bench, picture)
        assert walked == ["plan", "service", "callback", "satisfaction", "closing"]

        bench.case.next.click()
        sheet = await _sheet(bench)
        sheet.act.click()
        await quiet(bench.desk)
        assert (await _record(bench, made[0])).text("state") == "closed"

    play("lin", part)
