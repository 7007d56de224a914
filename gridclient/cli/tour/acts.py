"""What the people of the tour do, each act one step with a picture: at the keyboard, through the real widgets."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from gridclient.cli.tour.hands import (
    Act,
    Camera,
    Guide,
    Report,
    TourFailed,
    click,
    click_row,
    drop,
    find,
    until,
    write,
)  # fmt: skip
from gridclient.domain.zone import ZONE
from gridclient.store import lists, outbox, shown, work
from gridclient.store.lists import Ask, QueueFilter
from gridclient.sync.thread import Ended, Failed
from gridclient.ui.app import Desktop
from gridclient.ui.desk import Desk
from gridclient.ui.pages import CONFLICTS, QUEUE, REVIEW
from gridclient.ui.review.page import ReviewPage
from gridclient.ui.shell.nav import NavButton
from gridclient.ui.sign_in.first_sync import FirstSyncPage
from gridclient.ui.sign_in.workers import WorkerCard
from gridclient.ui.widgets import PinEdit
from gridclient.ui.workbench import Workbench

ASKED = "ask"
VISITED = "王秀英"  # the resident whose visit the tour walks; the synthetic street always has her
NEW_PHONE, THEIR_PHONE = "13900007741", "13800006128"


def make_acts(desktop: Desktop, out: Path, number: int = 0, report: Report | None = None) -> "Acts":
    """The acts of one desktop; pictures are numbered on from `number`."""
    guide = Guide(report or Report(out), Camera(out, number))

    def watch(desk: Desk) -> None:
        desk.failed.connect(guide.bugs.append)

    desktop.opened.connect(watch)
    return Acts(desktop, guide)


@dataclass(slots=True)
class Acts:
    """One person at one desktop."""

    desktop: Desktop
    guide: Guide
    half_case: str = ""

    # --- what is at hand -----------------------------------------------------------------------------------

    @property
    def bench(self) -> Workbench:
        """The workbench, which must be open."""
        if self.desktop.bench is None:
            raise TourFailed("the workbench is not open")
        return self.desktop.bench

    @property
    def desk(self) -> Desk:
        """The open profile."""
        return self.bench.desk

    async def idle(self) -> None:
        """Waits until no page has work under way."""
        await until(lambda: not self.desk.busy, "the pages are quiet")

    def answer(self, ref: str, text: str) -> None:
        """Writes an answer into the open form."""
        write(find(self.bench.case, ref), text)

    def choose(self, ref: str, value: str) -> None:
        """Presses a choice of the open form, unless it is chosen already."""
        button = find(self.bench.case, f"{ref}={value}")
        if not (isinstance(button, QAbstractButton) and button.isChecked()):
            click(button)

    def turn_to(self, page: str) -> None:
        """Presses a page's button at the left; a page that has none there is shown again."""
        buttons = self.bench.window.findChildren(NavButton)
        button = next((each for each in buttons if each.item.id == page), None)
        if button is None:
            self.bench.show_page(page)
        else:
            click(button)

    def find_choice(self, ref: str, typed: str, value: str) -> None:
        """Types into a line that finds choices, and takes the first that fits."""
        line = find(self.bench.case, ref)
        write(line, typed)
        QTest.keyClick(line, Qt.Key.Key_Return)
        if self.bench.case.form is None or self.bench.case.form.get(ref) != value:
            raise TourFailed(f"{typed} did not find {value}")

    async def attach(self, ref: str, photo: Path) -> None:
        """Drops a photo on its question and waits until it is kept."""
        place: QWidget | None = find(self.bench.case, ref)
        while place is not None and not place.acceptDrops():
            place = place.parentWidget()
        if place is None:
            raise TourFailed(f"nothing can be dropped at {ref}")
        drop(place, photo)
        await self.idle()
        if self.bench.case.form is None or not self.bench.case.form.get(ref):
            raise TourFailed(f"the photo is not at {ref}")

    async def open_case(self, case_id: str) -> None:
        """Presses a case in the queue and waits for its form."""
        self.turn_to(QUEUE)
        queue = self.bench.queue
        await self.idle()
        if queue.news.isVisible():
            click(queue.news)
        await until(lambda: queue.model.place_of(case_id) >= 0, "the case is in the queue")
        click_row(queue.view, queue.model.index(queue.model.place_of(case_id)))
        await until(lambda: self.bench.case.form is not None and not self.desk.busy, "the case is open")

    async def cases(self, pack: str) -> list[lists.QueueRow]:
        """The open cases of a pack, most urgent first."""
        return await self.desk.read(
            lambda c: lists.first_page(c, Ask(QueueFilter.OPEN, self.desk.actor.worker_id, pack))
        )

    async def save_step(self) -> None:
        """Presses the primary button and waits for the next step."""
        page = self.bench.case
        before = page.step_id
        click(page.primary)
        await until(lambda: not self.desk.busy, "the step is saved")
        if page.step_id == before and page.primary.isVisible():
            raise TourFailed(f"the step {before} was not accepted")

    async def sync(self) -> Ended:
        """Opens the list of outcomes, presses "synchronise now", waits for the end and comes back."""
        ended: list[object] = []

        def hear(event: object) -> None:
            if isinstance(event, Ended | Failed):
                ended.append(event)

        page = self.bench.window.current_page()
        click(self.bench.window.bar.pill)
        self.desk.sync_event.connect(hear)
        try:
            for _ in range(2):  # a cycle that ran already may not have seen the last edit
                ended.clear()
                click(self.bench.uploads.sync_now)
                await until(lambda: bool(ended), "the sync ends")
        finally:
            self.desk.sync_event.disconnect(hear)
        self.turn_to(page)
        await self.idle()
        if not isinstance(ended[-1], Ended):
            raise TourFailed(f"the sync failed: {ended[-1]}")
        return ended[-1]

    # --- getting in ----------------------------------------------------------------------------------------

    async def sign_in(self, name: str, account: str, password: str, pin: str, release: Act | None = None) -> None:
        """Signs in at the platform and waits for the workbench.

        `release` lets a platform go on that holds the first download back: it is interrupted and resumed then.
        """
        page = self.desktop.sign_in
        frame = self.desktop.frame

        async def fill() -> None:
            form = page.form
            write(form.account.edit, account)
            write(form.password.edit, password)
            await until(form.pin.isVisible, "the form asks for a PIN")
            self.type_pin(pin)

        async def enter() -> None:
            await until(lambda: self.desktop.bench is not None, "the first sync ends")
            await self.idle()

        async def submit() -> None:
            click(page.form.button)

        await self.guide.step(f"{name} form", frame, fill, submit)
        if release is not None:
            await self._interrupt_download(name, release)
        await self.guide.step(name, frame, enter)

    async def _interrupt_download(self, name: str, release: Act) -> None:
        """Stops the first download while it runs, looks at what came, and lets it go on."""

        def download() -> FirstSyncPage:
            inside = self.desktop.inside
            if inside is None or inside.first_sync is None or not inside.first_sync.isVisible():
                raise TourFailed("the first download is not on the screen")
            return inside.first_sync

        async def watch() -> None:
            await until(lambda: self.desktop.inside is not None and self.desktop.inside.first_sync is not None,
                        "the first download begins")  # fmt: skip

        async def interrupt() -> None:
            click(download().toggle)
            await release()
            await until(lambda: download().is_interrupted(), "the download stops")

        async def resume() -> None:
            click(download().toggle)

        await self.guide.step(f"{name} first download", self.desktop.frame, watch)
        await self.guide.step(f"{name} interrupts the download", self.desktop.frame, interrupt, resume)

    def type_pin(self, pin: str) -> None:
        """Types a PIN into the box that the sign-in form shows."""
        for edit in self.desktop.sign_in.form.findChildren(PinEdit):
            edit.setFocus()
            QTest.keyClicks(edit, pin)

    async def unlock(self, name: str, account: str, pin: str) -> None:
        """Opens a profile of this PC with its PIN, without asking the platform."""
        page = self.desktop.sign_in

        async def act() -> None:
            click(next(card for card in page.findChildren(WorkerCard) if card.profile.account == account))
            await asyncio.sleep(0.05)
            edit = QApplication.focusWidget()
            if edit is None:
                raise TourFailed("no field for the PIN has the focus")
            QTest.keyClicks(edit, pin)
            QTest.keyClick(edit, Qt.Key.Key_Return)
            await until(lambda: self.desktop.bench is not None, "the profile opens")
            await self.idle()

        await self.guide.step(name, self.desktop.frame, act)

    async def offline(self, name: str) -> None:
        """Waits until the pill says that there is no network."""

        async def act() -> None:
            click(self.bench.window.bar.pill)
            click(self.bench.uploads.sync_now)
            await until(lambda: self.bench.window.bar.pill.state().kind == "offline", "the pill says offline")
            self.turn_to(QUEUE)

        await self.guide.step(name, self.desktop.frame, act)

    # --- the visit -----------------------------------------------------------------------------------------

    async def visit(self) -> None:
        """Walks the elderly visit through its six steps."""
        case = next(row for row in await self.cases("elderly-visit") if VISITED in row.title)
        tomorrow = (self.desk.now().astimezone(ZONE).date() + timedelta(days=7)).isoformat()
        d = "/data"

        async def open_visit() -> None:
            await self.open_case(case.id)

        async def contact() -> None:
            self.choose(f"{d}/contact/reached", "no")
            self.answer(f"{d}/contact/contact_note", "家中电话三次无人接听，下午直接上门。")

        async def verify() -> None:
            self.choose(f"{d}/verify/door", "self")
            self.choose(f"{d}/verify/identity", "yes")
            self.answer(f"{d}/verify/phone", NEW_PHONE)
            self.choose(f"{d}/verify/living", "alone")

        async def condition() -> None:
            self.choose(f"{d}/condition/mental", "fair")
            self.answer(f"{d}/condition/systolic", "146")
            self.answer(f"{d}/condition/diastolic", "88")
            self.choose(f"{d}/condition/medicine", "taken")
            self.choose(f"{d}/condition/falls", "none")
            self.answer(f"{d}/condition/condition_note", "近一周睡眠较差，已提醒按时服药。")

        async def safety() -> None:
            for name in ("gas", "wiring", "passage", "alarm"):
                self.choose(f"{d}/safety/{name}", "yes")

        async def needs() -> None:
            self.choose(f"{d}/needs/services", "meals")
            self.answer(f"{d}/needs/meals", "5")
            self.answer(f"{d}/needs/needs_note", "中午送餐，少盐。")
            self.choose(f"{d}/needs/urgency", "week")

        async def summary() -> None:
            self.answer(f"{d}/summary/conclusion", "老人情绪平稳，血压偏高，已约社区医院复测。")
            self.answer(f"{d}/summary/next_visit", tomorrow)

        await self.guide.step("Visit is opened", self.desktop.frame, open_visit)
        for name, act in (
            ("Visit 1 appointment", contact), ("Visit 2 at the door", verify), ("Visit 3 body and mind", condition),
            ("Visit 4 safety", safety), ("Visit 5 needs", needs), ("Visit 6 summary and submit", summary),
        ):  # fmt: skip
            await self._form_step(name, act)
        await self._expect_state(case.id, "review")

    async def _form_step(self, name: str, fill: Act) -> None:
        """One step of a form: looked at as it opens and as it is filled in, then saved."""
        self.guide.camera.shoot(self.desktop.frame, f"{name} open")
        await self.guide.step(name, self.desktop.frame, fill, self.save_step)

    async def _expect_state(self, case_id: str, state: str) -> None:
        found = await self.desk.read(lambda c: shown.find(c, case_id))
        if found is None or found.text("state") != state:
            raise TourFailed(f"the case is not in the state {state}")

    # --- the inspection ------------------------------------------------------------------------------------

    async def inspection(self, before: Path, after: Path) -> None:
        """Does the corridor inspection with a hazard that is fixed on the spot: two photos."""
        case = (await self.cases("corridor-inspection"))[0]
        d, h = "/data", "/data/hazards/hazard[1]"
        items = ("no_parking", "no_charging", "no_wires", "no_lift", "exit_open", "no_piles", "extinguisher",
                 "lighting", "fire_door")  # fmt: skip

        async def open_inspection() -> None:
            await self.open_case(case.id)

        async def location() -> None:
            self.answer(f"{d}/location/building", "香楠小区 8 号楼")
            self.choose(f"{d}/location/floors", "corridor")
            self.choose(f"{d}/location/accompanied", "no")

        async def checklist() -> None:
            for name in items:
                self.choose(f"{d}/checklist/{name}", "no" if name == "no_piles" else "yes")

        async def hazards() -> None:
            self.choose(f"{h}/part", "corridor")
            self.find_choice(f"{h}/kind", "堆物", "piles")
            self.answer(f"{h}/what", "三楼楼道堆放纸箱。")
            await self.attach(f"{h}/before", before)
            self.choose(f"{h}/fixed", "yes")
            await self.attach(f"{h}/after", after)

        async def summary() -> None:
            self.choose(f"{d}/summary/advice", "advised")
            self.answer(f"{d}/summary/conclusion", "楼道纸箱已当场清走，已告知住户。")

        await self.guide.step("Inspection is opened", self.desktop.frame, open_inspection)
        for name, act in (
            ("Inspection 1 place", location), ("Inspection 2 check list", checklist),
            ("Inspection 3 hazard with two photos", hazards), ("Inspection 4 summary and submit", summary),
        ):  # fmt: skip
            await self._form_step(name, act)
        await self._expect_state(case.id, "review")

    # --- what is not uploaded, and the draft ---------------------------------------------------------------

    async def unsent(self, name: str) -> None:
        """Looks at the pill and the list of outcomes while there is no network."""

        async def act() -> None:
            click(self.bench.window.bar.pill)
            await self.idle()
            waiting = await self.desk.read(outbox.waiting)
            text = self.bench.window.bar.pill.state().text
            if waiting.count == 0 or not any(character.isdigit() for character in text):
                raise TourFailed(f"the pill says “{text}” with {waiting.count} edits to upload")

        await self.guide.step(name, self.desktop.frame, act)

    async def half_a_step(self, name: str) -> None:
        """Begins another visit and stops in the middle of its first step, with the draft on the disk."""

        async def act() -> None:
            self.turn_to(QUEUE)
            self.half_case = (await self.cases("elderly-visit"))[0].id
            await self.open_case(self.half_case)
            self.choose("/data/contact/reached", "no")
            self.answer("/data/contact/contact_note", "老人在女儿家，傍晚回来。")
            await until(lambda: self.bench.case.saved_text() != "", "the draft is saved")

        await self.guide.step(name, self.desktop.frame, act)

    async def draft_is_there(self, name: str, case_id: str) -> None:
        """Opens the case again after the program was killed."""

        async def act() -> None:
            await self.open_case(case_id)
            form = self.bench.case.form
            if form is None or form.get("/data/contact/contact_note") != "老人在女儿家，傍晚回来。":
                raise TourFailed("the draft is not there")

        await self.guide.step(name, self.desktop.frame, act)

    # --- the conflict --------------------------------------------------------------------------------------

    async def change_file(self, name: str, case_id: str, phone: str, contact: str) -> None:
        """Changes a resident's phone and emergency contact in the file, and uploads it."""

        async def act() -> None:
            await self.open_case(case_id)
            click(self.bench.case.card.edit)
            await until(lambda: self.bench.editor is not None and self.bench.editor.isVisible(), "the file opens")
            editor = self.bench.editor
            assert editor is not None
            write(editor.fields["phone"].edit, phone)
            write(editor.fields["contact_name"].edit, contact)

        async def save() -> None:
            editor = self.bench.editor
            assert editor is not None
            click(editor.save)
            await until(lambda: not editor.isVisible(), "the file is saved")
            await self.sync()

        await self.guide.step(name, self.desktop.frame, act, save)

    async def meet_conflict(self, name: str, contact: str) -> None:
        """Synchronises; the other field merged silently, the phone waits for a choice."""

        async def act() -> None:
            await self.sync()
            self.turn_to(CONFLICTS)
            await self.idle()
            if self.bench.conflicts.undecided() != 1:
                raise TourFailed(f"{self.bench.conflicts.undecided()} conflicts instead of one")
            conflict = await self.desk.read(lambda c: shown.find(c, lists.conflicts(c)[0]))
            assert conflict is not None
            about = await self.desk.read(lambda c: shown.find(c, conflict.text("record")))
            if about is None or about.text("contact_name") != contact:
                raise TourFailed("the other field was not merged")

        await self.guide.step(name, self.desktop.frame, act)

    async def decide_conflict(self, name: str) -> None:
        """Takes the own phone number, with a note, and uploads the choice."""

        async def act() -> None:
            page = self.bench.conflicts
            click(next(row for row in page.rows if row.sides.name == "phone").mine)
            write(page.note.edit, "到户当面核对过。")

        async def confirm() -> None:
            page = self.bench.conflicts
            click(page.confirm)
            await self.idle()
            await self.sync()
            if page.undecided():
                raise TourFailed("the conflict is still open")

        await self.guide.step(name, self.desktop.frame, act, confirm)

    # --- the review ----------------------------------------------------------------------------------------

    async def review(self, name: str, *, approve: int = 0, comment: tuple[str, str] | None = None) -> None:
        """The supervisor returns a case with a comment at an answer and approves the first of the others."""
        page = self.bench.review
        if page is None:
            raise TourFailed("this worker reviews nothing")

        async def open_queue() -> None:
            await self.sync()
            self.turn_to(REVIEW)
            await self.idle()
            if comment is not None:
                ref, text = comment
                await self._open_review_with(page, ref)
                page.table.select(ref)
                page.table.setFocus()
                QTest.keyClick(page.table, Qt.Key.Key_Return)
                line = page.table.line_of(ref)
                if line is None:
                    raise TourFailed("the comment did not open")
                write(line, text)

        async def decide() -> None:
            if comment is not None:
                click(page.send_back)
                await self.idle()
            for _ in range(approve):
                await until(lambda: bool(page.answers) and not self.desk.busy, "a case is open")
                click(page.approve)
                await self.idle()
            await self.sync()

        await self.guide.step(name, self.desktop.frame, open_queue, decide)

    async def _open_review_with(self, page: ReviewPage, ref: str) -> None:
        page.list.setFocus()
        QTest.keyClick(page.list, Qt.Key.Key_Home)
        for _ in range(page.list.count()):
            await self.idle()
            if any(answer.ref == ref for answer in page.answers):
                if page.table.model_of.place_of(ref) < 0:
                    page.fold()
                return
            QTest.keyClick(page.list, Qt.Key.Key_Down)
        raise TourFailed(f"no case to review has an answer at {ref}")

    async def correct(self, name: str, ref: str, text: str) -> None:
        """The worker sees the comment at its question, corrects the answer and submits again."""

        async def act() -> None:
            await self.sync()
            self.turn_to(QUEUE)
            returned = await self.desk.read(lambda c: lists.first_page(c, Ask(QueueFilter.RETURNED)))
            if not returned:
                raise TourFailed("no case came back")
            await self.open_case(returned[0].id)
            found = await self.desk.read(lambda c: shown.find(c, returned[0].id))
            if found is None or ref not in work.comments_of(found.fields):
                raise TourFailed("the comment did not come")
            steps = self.desk.packs[found.text("pack")].steps
            place = next(n for n, step in enumerate(steps) if ref.startswith(step.group + "/"))
            rail = self.bench.case.rail
            middle = QPoint(rail.width() // 2, rail.height() * (2 * place + 1) // (2 * len(steps)))
            QTest.mouseClick(rail, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
            await self.idle()
            page = self.bench.case.form_page
            comment = work.comments_of(found.fields)[ref]["text"]
            if page is None or comment not in page.question(ref).comment_text():
                raise TourFailed("the comment is not shown at its question")

        async def resubmit() -> None:
            self.answer(ref, text)
            while self.bench.case.primary.isVisible():
                before = self.bench.case.step_id
                click(self.bench.case.primary)
                await self.idle()
                if self.bench.case.step_id == before and self.bench.case.primary.isVisible():
                    raise TourFailed(f"the step {before} was not accepted")
            await self.sync()

        await self.guide.step(f"{name} comment", self.desktop.frame, act)
        await self.guide.step(name, self.desktop.frame, resubmit)

    async def green(self, name: str) -> None:
        """The pill is green: nothing to upload, heads reached, checksums equal."""

        async def act() -> None:
            ended = await self.sync()
            if not ended.report.in_step or self.bench.window.bar.pill.state().kind != "synced":
                raise TourFailed(f"the pill is not green: {self.bench.window.bar.pill.state()}")

        await self.guide.step(name, self.desktop.frame, act)
