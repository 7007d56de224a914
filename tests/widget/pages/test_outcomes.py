"""The page of outcomes: it ends only where the worker's work began, and says what is no longer kept."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PIL import Image
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from gridclient.domain.record import Kind
from gridclient.store import blobs, outbox, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.lists import Ask, QueueFilter, first_page
from gridclient.ui.app import Desktop
from gridclient.ui.pages import QUEUE, UPLOADS
from gridclient.ui.standing import pill, read_standing
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import INSPECTION, quiet

EDITS = outbox.PAGE + 1


def words(widget: QWidget) -> list[str]:
    """Everything that is written on a widget, its buttons last."""
    said = [each.text() for each in widget.findChildren(QLabel) if each.isVisible()]
    return said + [each.text() for each in widget.findChildren(QPushButton) if each.isVisible()]


def test_the_oldest_of_very_many_edits_is_reached_by_scrolling(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        desk = bench.desk

        def edit_often(tx: Transaction) -> Changes:
            record = tx.connection.exec_driver_sql("SELECT id FROM base WHERE kind = ?", (Kind.IDENT,)).scalar()
            changes = Changes()
            for n in range(EDITS):
                changes |= work.edit_record(tx, str(record), {"phone": f"1390000{n:04}"}, desk.actor)
            return changes

        await desk.write(edit_often)
        bench.show_page(UPLOADS)
        await quiet(desk)
        counted = sum((await desk.read(outbox.outcome_counts)).values())
        at_first = bench.uploads.list.count()
        bench.uploads.list.scrollToBottom()
        await quiet(desk)
        at_last = bench.uploads.list.count()
        desk.tell(Changes.of(areas=("outcomes",)))
        await quiet(desk)

        assert (at_first, at_last) == (outbox.PAGE, counted)
        assert bench.uploads.list.count() == counted  # what was reached stays when the list is read again

    play("lin", part)


def test_an_edit_whose_payload_is_no_longer_kept_says_so_instead_of_offering_it(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        def much_later(tx: Transaction) -> Changes:
            outbox.trim_journal(replace(tx, now=tx.now + timedelta(days=400)))
            return Changes.of(areas=("outcomes",))

        await bench.desk.write(much_later)
        bench.show_page(UPLOADS)
        await quiet(bench.desk)
        page = bench.uploads
        rows = await bench.desk.read(outbox.outcome_rows)
        said: dict[str, list[str]] = {}
        for status in ("applied", "rejected"):
            page.list.setCurrentRow([row.status for row in rows].index(status))
            await quiet(bench.desk)
            said[status] = words(page.side)

        gone = "What you sent is no longer kept on this PC: the platform recorded it long ago."
        assert gone in said["applied"]
        assert "Export this one" not in said["applied"]
        assert gone not in said["rejected"]
        assert "Export this one" in said["rejected"]

    play("lin", part)


def test_a_photo_that_cannot_be_sent_is_on_the_page_with_what_can_be_done_about_it(play: Play, tmp_path: Path) -> None:
    photo = bytes(3 * 2**20)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        desk, case = bench.desk, (await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.OPEN))))[0]
        large, _ = blobs.attach(desk.cache, case.id, photo, "image/jpeg")
        gone, _ = blobs.attach(desk.cache, case.id, b"a photo", "image/jpeg")

        def save(tx: Transaction) -> Changes:
            blobs.mark_to_upload(tx, case.id, (large, gone))
            blobs.keep_limit(tx, 2 * 2**20)  # as the platform says it from now on
            return Changes.of(areas=("outbox",))

        desk.cache.files.drop([gone])
        await desk.write(save)
        bench.show_page(UPLOADS)
        await quiet(desk)
        held = bench.uploads.side.held
        at_first = words(held)
        on_the_pill = pill(await desk.read(lambda c: read_standing(c, desk)), None, is_running=False).text
        await held.save_copy((await desk.read(lambda c: blobs.held_back(c, desk.cache.files)))[0], tmp_path / "copy")
        for _ in range(2):
            next(each for each in held.findChildren(QPushButton) if each.text() == "Do not send").click()
            await quiet(desk)

        assert at_first.count(case.title) == 2
        assert "It has 3.0 MB; the platform takes at most 2.0 MB. It stays on this PC with its case." in at_first
        assert "Its bytes are no longer on this PC. Open the case and attach the photo again." in at_first
        assert (at_first.count("Open the case"), at_first.count("Save a copy")) == (2, 1)
        assert on_the_pill == "2 photos cannot be sent"
        assert (tmp_path / "copy").read_bytes() == photo
        assert not held.isVisible()
        assert await desk.read(blobs.to_upload) == []
        assert desk.cache.files.get(large) == photo

    play("lin", part)


def test_the_case_of_such_a_photo_is_one_press_away(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        desk, case = bench.desk, (await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.OPEN))))[0]
        gone, _ = blobs.attach(desk.cache, case.id, b"a photo", "image/jpeg")
        desk.cache.files.drop([gone])

        def save(tx: Transaction) -> Changes:
            blobs.mark_to_upload(tx, case.id, (gone,))
            return Changes.of(areas=("outbox",))

        await desk.write(save)
        bench.show_page(UPLOADS)
        await quiet(desk)
        held = bench.uploads.side.held
        next(each for each in held.findChildren(QPushButton) if each.text() == "Open the case").click()
        await quiet(desk)

        report = bench.case.open_report()
        assert report is not None
        assert (bench.window.current_page(), report.case_id) == (QUEUE, case.id)

    play("lin", part)


def test_a_file_that_the_platform_does_not_take_is_refused_at_its_question(play: Play, tmp_path: Path) -> None:
    hazard = "/data/hazards/hazard[1]"
    Image.new("RGB", (400, 300), "gray").save(tmp_path / "before.png")

    async def part(desktop: Desktop, bench: Workbench) -> None:
        def limit(tx: Transaction) -> Changes:
            blobs.keep_limit(tx, 500)
            return Changes()

        await bench.desk.write(limit)
        rows = await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.OPEN, pack=INSPECTION)))
        bench.open_case(rows[0].id)
        await quiet(bench.desk)
        bench.case.go_to_step("hazards")
        await quiet(bench.desk)
        page = bench.case.form_page
        assert page is not None
        page.entries.add("/data/hazards/hazard")
        bench.case.attach_file(f"{hazard}/before", str(tmp_path / "before.png"))
        await quiet(bench.desk)

        assert page.question(f"{hazard}/before").fault_text().startswith("The file has 0.0 MB; the platform takes at")
        assert bench.desk.cache.files.hashes() == set()

    play("lin", part)
