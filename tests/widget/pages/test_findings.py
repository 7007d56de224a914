"""Hazards beside a check list: one for every No, put right on the spot or within a limit, the notice, the evidence."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gridclient.domain.record import Value, new_id
from gridclient.store import blobs, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.chosen import EXPORTED
from gridclient.store.edits import edits_of
from gridclient.store.evidence import SUMS
from gridclient.store.lists import Ask, QueueFilter, first_page
from gridclient.ui.app import Desktop
from gridclient.ui.case.print_sheet import PaperKind, PrintSheet
from gridclient.ui.pages import INSPECTIONS
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import CELL, INSPECTION, quiet

ITEM = "/data/checklist/no_piles"
ENTRY = "/data/hazards/hazard[1]"
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_ITEMS = ("no_parking", "no_charging", "no_wires", "no_lift", "exit_open", "no_piles", "extinguisher", "lighting",
          "fire_door")  # fmt: skip


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


def test_all_others_pass_in_one_step_that_can_be_taken_back_and_the_first_hazard_is_in_sight(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _check_list(bench, wide=False)
        bar, form = bench.case.walker.checks, bench.case.form
        assert form is not None
        await _answer(bench, Qt.Key.Key_N)
        items = [f"/data/checklist/{name}" for name in _ITEMS]
        before = [form.get(ref) for ref in items]
        told = (bar.count.text(), bar.hazards.isVisible(), bar.hazards.text())
        QTest.keyClick(bench.window, Qt.Key.Key_Y, _CTRL_SHIFT)
        await quiet(bench.desk)
        passed = [form.get(ref) for ref in items]
        page = bench.case.form_page
        assert page is not None
        page.question(items[0]).answer("na")  # somebody looks again: it stays when the rest is taken back
        counted = bar.count.text()
        assert [*nameless(bench.window), *clipped(bench.window)] == []
        bar.rest.click()
        await quiet(bench.desk)
        after = [form.get(ref) for ref in items]
        bar.rest.click()
        await quiet(bench.desk)
        bar.hazards.click()
        await quiet(bench.desk)

        assert (before.count("no"), before.count("")) == (1, 8)
        assert told == ("1 of 9 answered", True, "Hazards: 1")
        assert (passed.count("yes"), passed.count("no"), counted) == (8, 1, "9 of 9 answered")
        assert after == ["na", *before[1:]]
        assert bench.case.step_id == "hazards"
        assert not bar.isVisible()

    async def again(desktop: Desktop, bench: Workbench) -> None:
        await _check_list(bench, wide=True)
        form = bench.case.form
        assert form is not None
        assert not bench.case.walker.checks.hazards.isVisible()  # they stand beside the list
        assert form.get("/data/checklist/fire_door") == "yes"

    play("lin", part)
    play("lin", again)


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
        bench.window.narrow_wanted.emit()  # the list is left as wide as it was
        await quiet(bench.desk)

    async def again(desktop: Desktop, bench: Workbench) -> None:
        await _check_list(bench, wide=False)
        form = bench.case.form
        assert form is not None
        assert not bench.case.findings.isVisible()
        assert (form.get(ITEM), form.get(f"{ENTRY}/fixed")) == ("no", "yes")

    play("lin", part)
    play("lin", again)


def test_the_row_of_an_item_that_failed_tells_how_many_photos_its_hazard_has(play: Play, tmp_path: Path) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _check_list(bench, wide=True)
        await _answer(bench, Qt.Key.Key_N)
        case, panel = bench.case, bench.case.findings
        assert case.form_page is not None
        assert panel.page is not None
        plain = case.form_page.question(ITEM).hint_text()
        Image.new("RGB", (40, 30), (80, 0, 0)).save(tmp_path / "before.png")
        panel.photos.attach_file(f"{ENTRY}/before", str(tmp_path / "before.png"))
        await quiet(bench.desk)
        taken = case.form_page.question(ITEM).hint_text()
        bench.settings.language_chosen.emit("zh_CN")
        await quiet(bench.desk)
        other = (case.form_page.question(ITEM).hint_text(), panel.page.label_of(f"{ENTRY}/before"))
        bench.settings.language_chosen.emit("en")
        case.go_to_step("hazards")
        await quiet(bench.desk)
        case.go_to_step("checklist")
        await quiet(bench.desk)
        again = case.form_page.question(ITEM).hint_text()
        panel.page.question(f"{ENTRY}/before").answer("")
        await quiet(bench.desk)

        assert plain
        assert taken == again == f"{plain} · photos: 1"
        assert other == ("楼道 06 · 照片 1", "整改前照片")
        assert case.form_page.question(ITEM).hint_text() == plain
        assert "photos" not in case.form_page.question("/data/checklist/lighting").hint_text()

    play("lin", part)


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


async def _to_be_handed_over(bench: Workbench) -> str:
    """A hazard that was not put right at two re-checks, with a photo of each."""
    desk, case_id = bench.desk, new_id()
    pack = desk.packs["hazard"]
    answers: dict[str, dict[str, str]] = {
        "register": {"what": "堆放纸箱"}, "recheck": {"result": "fail", "left": "仍在"},
        "recheck-two": {"result_two": "fail", "left_two": "仍在"},
    }  # fmt: skip
    for number, (step, name) in enumerate((("register", "before"), ("recheck", "photo"), ("recheck-two", "photo_two"))):
        data = io.BytesIO()
        Image.new("RGB", (40, 30), (number * 80, 0, 0)).save(data, "PNG")
        sha256, _ = await desk.run(lambda d=data: blobs.attach(desk.cache, case_id, d.getvalue(), "image/png"))
        answers[step][name] = f"{sha256}.png"

    def finish(tx: Transaction, step: str) -> Changes:
        group = pack.step(step).group
        given = {f"{group}/{name}": value for name, value in answers[step].items()}
        return work.complete_step(tx, pack, case_id, step, given, desk.actor)

    def whole(tx: Transaction) -> Changes:
        about: dict[str, Value] = {"title": "隐患整改", "grid": CELL}
        changes = work.open_case(tx, pack, about, desk.actor, case_id)[1]
        changes |= finish(tx, "register")
        for step, failed in (("recheck", "recheck-failed"), ("recheck-two", "second-failed")):
            changes |= work.move_case(tx, pack, case_id, "ready", desk.actor)
            changes |= finish(tx, step) | work.move_case(tx, pack, case_id, failed, desk.actor)
        return changes

    await desk.write(whole)
    return case_id


def test_what_is_handed_over_takes_its_evidence_along_and_the_log_keeps_who_took_it(play: Play, tmp_path: Path) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        case_id = await _to_be_handed_over(bench)
        bench.open_case(case_id)
        await quiet(bench.desk)
        assert bench.case.banner.title() == "The evidence goes along."
        assert [*nameless(bench.window), *clipped(bench.window)] == []
        now = bench.case.open_report()
        assert now is not None
        made = await bench.case.papers.evidencing.save(now, tmp_path / "evidence.zip")

        assert made.missing == ()
        assert hashlib.sha256((tmp_path / "evidence.zip").read_bytes()).hexdigest() == made.sha256
        with zipfile.ZipFile(tmp_path / "evidence.zip") as bundle:
            files = {name: bundle.read(name) for name in bundle.namelist()}
        sums = dict(line.split("  ")[::-1] for line in files.pop(SUMS).decode().splitlines())
        assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        assert sum(name.startswith("photos/") for name in files) == 3
        assert files[f"{case_id}-report.pdf"].startswith(b"%PDF")
        assert json.loads(files[f"cases/{case_id}.json"])["state"] == "handing"
        log = [edit for edit in await bench.desk.read(lambda c: edits_of(c, case_id)) if edit.what == EXPORTED]
        assert [edit.by for edit in log] == ["w-lin"]
        assert "".join(log[0].fields).endswith(made.sha256)

    play("lin", part)
