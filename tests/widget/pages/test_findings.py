"""Hazards beside a check list: one for every No, put right on the spot or within a limit, and the notice of them."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gridclient.store.lists import Ask, QueueFilter, first_page
from gridclient.ui.app import Desktop
from gridclient.ui.case.print_sheet import PaperKind, PrintSheet
from gridclient.ui.workbench import INSPECTIONS, Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import INSPECTION, quiet

ITEM = "/data/checklist/no_piles"
ENTRY = "/data/hazards/hazard[1]"


async def _check_list(bench: Workbench, *, wide: bool) -> None:
    bench.show_page(INSPECTIONS)
    found = await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.OPEN, pack=INSPECTION)))
    bench.open_case(found[0].id)
    await quiet(bench.desk)
    bench.case.go_to_step("checklist")
    await quiet(bench.desk)
    if wide:
        bench.window.narrow_wanted.emit()
        await quiet(bench.desk)


async def _answer(bench: Workbench, key: Qt.Key) -> None:
    page = bench.case.form_page
    assert page is not None
    page.focus_ref(ITEM)
    focused = page.question(ITEM).stops()[0]
    QTest.keyClick(focused, key)
    await quiet(bench.desk)


def test_a_no_becomes_a_hazard_beside_the_list_and_a_slip_takes_it_back(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _check_list(bench, wide=True)
        panel, form = bench.case.findings, bench.case.form
        assert form is not None
        assert panel.isVisible()
        assert form.count("/data/hazards/hazard") == 0

        await _answer(bench, Qt.Key.Key_N)
        assert panel.page is not None
        assert form.get(f"{ENTRY}/item") == "no_piles"
        assert f"{ENTRY}/what" in panel.page.refs()
        assert [*nameless(bench.window), *clipped(bench.window)] == []

        await _answer(bench, Qt.Key.Key_Y)
        assert form.count("/data/hazards/hazard") == 0
        assert not any(ref.startswith(ENTRY) for ref in panel.page.refs())

    play("lin", part)


def test_what_is_written_beside_the_list_is_there_in_its_own_step_and_after_a_restart(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _check_list(bench, wide=True)
        await _answer(bench, Qt.Key.Key_N)
        page = bench.case.findings.page
        assert page is not None
        page.focus_ref(f"{ENTRY}/fixed")
        QTest.keyClick(page.question(f"{ENTRY}/fixed").stops()[0], Qt.Key.Key_Y)
        await quiet(bench.desk)
        bench.case.go_to_step("hazards")
        await quiet(bench.desk)

        assert not bench.case.findings.isVisible()
        assert bench.case.form_page is not None
        assert f"{ENTRY}/after" in bench.case.form_page.refs()
        assert f"{ENTRY}/until" not in bench.case.form_page.refs()

    async def again(desktop: Desktop, bench: Workbench) -> None:
        await _check_list(bench, wide=False)
        form = bench.case.form
        assert form is not None
        assert not bench.case.findings.isVisible()
        assert (form.get(ITEM), form.get(f"{ENTRY}/fixed")) == ("no", "yes")

    play("lin", part)
    play("lin", again)


def test_the_notice_leaves_out_what_was_fixed_on_the_spot_and_says_that_it_is_no_penalty(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _check_list(bench, wide=True)
        await _answer(bench, Qt.Key.Key_N)
        form = bench.case.form
        assert form is not None
        bench.case.findings.preview.click()
        await quiet(bench.desk)
        sheet = next(each for each in bench.case.findChildren(PrintSheet) if each.isVisible())
        assert sheet.kind is PaperKind.NOTICE
        sheet.reject()

        def listed() -> list[str]:
            now = bench.case.open_report()
            assert now is not None
            made = bench.case.papers.printouts.paper_of(now, PaperKind.NOTICE, "张江镇人民政府")
            assert any("not a penalty" in line for line in made.closing)
            return [line.question for section in made.sections for line in section.lines]

        assert "Hazard 1" in listed()
        form.set(f"{ENTRY}/fixed", "yes")
        assert listed() == ["Nothing was found that has to be put right."]

    play("lin", part)
