"""One case, step by step: header, the person's card, the rail of steps, the open step, and one primary button.

The draft is written 400 ms after the last change and on every change of step; what the worker sees at the foot
("draft saved on this PC 10:21") is told only after it is on the disk.
"""

import asyncio

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.forms import Form, Violation
from gridclient.store import blobs, drafts, lists, residents, work
from gridclient.store.cache import Changes, Transaction
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case import session
from gridclient.ui.case.card import FileCard
from gridclient.ui.case.photos import MEDIA, thumbnail
from gridclient.ui.case.session import CaseFile
from gridclient.ui.desk import Desk
from gridclient.ui.forms import Comment, FormPage
from gridclient.ui.queue.model import STATE_TONES, state_text
from gridclient.ui.when import clock_text, due_text
from gridclient.ui.widgets import (
    Banner,
    ElidedLabel,
    EmptyState,
    IconLabel,
    KeyCap,
    StatusTag,
    StepLook,
    StepRail,
    link_button,
    outlined_button,
    primary_button,
    rule,
    text_label,
)
from gridclient.workflow import Pack, Step, is_done

DRAFT_AFTER_MS = 400


class CasePage(QWidget):
    """The page of one case; empty until a case is opened."""

    edit_wanted = Signal(str)  # resident id
    person_wanted = Signal(str)  # resident id
    submitted = Signal(str)  # case id

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._case_id = ""
        self._file: CaseFile | None = None
        self._form: Form | None = None
        self._step: Step | None = None
        self._page: FormPage | None = None
        self._names: dict[str, str] = {}
        self._last: dict[str, str] = {}  # the last visit's answers in words, by reference
        # A draft that is late must not be written over the draft of the step after it.
        self._writing = asyncio.Lock()
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(DRAFT_AFTER_MS)
        self._draft_timer.timeout.connect(self._draft_due)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._empty = EmptyState()
        column.addWidget(self._empty, 1)
        self._all = QWidget()
        column.addWidget(self._all, 1)
        inside = QVBoxLayout(self._all)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        main = QVBoxLayout()
        main.setContentsMargins(20, 16, 20, 16)
        main.setSpacing(12)
        main.addLayout(self._header())
        self.card = FileCard()
        self.card.edit.clicked.connect(self._edit)
        main.addWidget(self.card)
        self._banner = Banner()
        self._banner.hide()
        main.addWidget(self._banner)
        main.addWidget(self._walker(), 1)
        inside.addLayout(main, 1)
        inside.addWidget(self._footer())
        self._all.hide()
        desk.changed.connect(self._changed)
        self.retranslate()

    # --- building ------------------------------------------------------------------------------------------

    def _header(self) -> QVBoxLayout:
        lines = QVBoxLayout()
        lines.setSpacing(4)
        first = QHBoxLayout()
        first.setSpacing(10)
        self._title = text_label("", "title")
        self._state = StatusTag()
        self.person = link_button("", "user")
        self.person.clicked.connect(self._person)
        first.addWidget(self._title)
        first.addWidget(self._state)
        first.addStretch(1)
        first.addWidget(self.person)
        lines.addLayout(first)
        self._facts = ElidedLabel(role="muted")
        lines.addWidget(self._facts)
        return lines

    def _walker(self) -> QFrame:
        frame = QFrame()
        theme.set_role(frame, "card")
        row = QHBoxLayout(frame)
        row.setContentsMargins(14, 16, 0, 8)
        row.setSpacing(8)
        self.rail = StepRail(choosable=True)
        self.rail.setFixedWidth(156)
        self.rail.step_chosen.connect(self._step_chosen)
        row.addWidget(self.rail, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(rule(vertical=True))
        self._body = QVBoxLayout()
        self._body.setSpacing(8)
        top = QHBoxLayout()
        top.setContentsMargins(8, 0, 20, 0)
        self._step_title = text_label("", "heading")
        self._step_place = text_label("", "muted")
        top.addWidget(self._step_title)
        top.addStretch(1)
        top.addWidget(self._step_place)
        self._body.addLayout(top)
        row.addLayout(self._body, 1)
        return frame

    def _footer(self) -> QFrame:
        foot = QFrame()
        theme.set_role(foot, "footer")
        foot.setFixedHeight(60)
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(10)
        self._saved_icon = IconLabel("circle-check", "ok", 16)
        self._saved = text_label("", "small")
        row.addWidget(self._saved_icon)
        row.addWidget(self._saved)
        row.addStretch(1)
        self._keys = KeyCap("Ctrl+Enter")
        row.addWidget(self._keys)
        self.back = outlined_button("")
        self.back.clicked.connect(self._go_back)
        self.primary = primary_button("")
        self.primary.clicked.connect(self._save_and_continue)
        row.addWidget(self.back)
        row.addWidget(self.primary)
        shortcut = QShortcut(QKeySequence("Ctrl+Return"), self)
        shortcut.activated.connect(self._save_and_continue)
        return foot

    # --- showing -------------------------------------------------------------------------------------------

    @property
    def form(self) -> Form | None:
        """The open form."""
        return self._form

    @property
    def form_page(self) -> FormPage | None:
        """The widgets of the open step."""
        return self._page

    @property
    def step_id(self) -> str:
        """The open step."""
        return self._step.id if self._step else ""

    def open_case(self, case_id: str) -> None:
        """Opens a case; a draft that was not written yet is written first."""
        self._desk.start(self._open(case_id))

    async def _open(self, case_id: str) -> None:
        await self.save_draft_now()
        file = await self._desk.read(lambda c: session.read_case(c, case_id))
        self._names = await self._desk.read(lists.worker_names)
        pack = self._desk.packs[file.case.text("pack")]
        form = await self._desk.run(lambda: session.open_form(pack, file))
        last = await self._desk.read(lambda c: residents.last_visit(c, file.case))
        self._last = session.last_in_words(form, last.fields) if last else {}
        self._case_id, self._file, self._form = case_id, file, form
        self._show_step(session.step_now(pack, file))

    def _pack(self) -> Pack:
        assert self._file is not None
        return self._desk.packs[self._file.case.text("pack")]

    def _show_step(self, step: Step) -> None:
        assert self._file is not None
        assert self._form is not None
        self._step = step
        if self._page is not None:
            self._body.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        page = FormPage(self._form, step.group)
        page.answered.connect(self._answered)
        page.attachment_wanted.connect(self._attach_wanted)
        page.attachment_made.connect(self._attachment_made)
        self._body.addWidget(page, 1)
        self._page = page
        case = self._file.case
        page.set_read_only(case.text("state") in ("review", "closed") or self._desk.actor.role != "worker")
        page.set_comments({
            ref: Comment(c["text"], self._names.get(c["by"], ""), clock_text(c["at"]))
            for ref, c in work.comments_of(case.fields).items()
        })  # fmt: skip
        page.set_last_values(self._last)
        page.setAccessibleName(pick(step.title))
        self._show_frame()
        self._desk.start(self._show_thumbnails(page))
        page.focus_first()

    def _show_frame(self) -> None:
        """Everything around the open step, from the records as they are now."""
        file, step = self._file, self._step
        if file is None or step is None:
            return
        self._empty.hide()
        self._all.show()
        case, pack, now = file.case, self._pack(), self._desk.now()
        state = case.text("state")
        self._title.setText(case.text("title"))
        self.person.setVisible(file.resident is not None)
        self._state.set_mark(state_text(state), STATE_TONES.get(state, "neutral"))
        due, role = due_text(case.text("due_at"), now)
        # "overdue 2 h" says it alone; a moment needs the word before it.
        said = due if role == "bad" or not due else tr("due {when}", when=due)
        facts = [case.text("number"), case.text("address"), said if state != "closed" else ""]
        self._facts.set_text("　·　".join(fact for fact in facts if fact))
        self.card.show_file(file, now)
        self._show_banner(state)
        place = pack.steps.index(step)
        self.rail.set_steps([self._step_look(pack, each) for each in pack.steps], step.id)
        self._step_title.setText(pick(step.title))
        self._step_place.setText(tr("Step {n} of {all}", n=place + 1, all=len(pack.steps)))
        self.back.setEnabled(place > 0)
        last = step is pack.steps[-1]
        self.primary.setText(tr("Submit for review") if last else tr("Save and continue"))
        can_work = state in ("open", "doing", "returned") and self._desk.actor.role == "worker"
        self.primary.setVisible(can_work)
        self._keys.setVisible(can_work)
        self._show_saved(file.draft.saved_at if file.draft else "")

    def _show_banner(self, state: str) -> None:
        comments = work.comments_of(self._file.case.fields) if self._file else {}
        if state == "returned" and comments:
            by = self._names.get(next(iter(comments.values()))["by"], "")
            self._banner.say(
                "warn", tr("{name} returned this case with {n} comments.", name=by, n=len(comments)),
                tr("Each comment stands at its question. Correct the answers, then submit again."),
            )  # fmt: skip
            self._banner.show()
        elif state == "review":
            self._banner.say("info", tr("This case is being reviewed; its answers can be read."))
            self._banner.show()
        else:
            self._banner.hide()

    def _step_look(self, pack: Pack, step: Step) -> StepLook:
        assert self._file is not None
        case = self._file.case.fields
        done = case.get(f"done.{step.id}")
        commented = any(ref.startswith(step.group + "/") for ref in work.comments_of(case))
        if commented:
            return StepLook(step.id, pick(step.title), tr("Comment"), "comment")
        if step is self._step:
            return StepLook(step.id, pick(step.title), tr("Being filled in"), "current")
        if is_done(pack, case, step.id) and isinstance(done, dict):
            return StepLook(step.id, pick(step.title), tr("Done {at}", at=clock_text(str(done["at"]))), "done")
        return StepLook(step.id, pick(step.title))

    def _show_saved(self, saved_at: str) -> None:
        self._saved_icon.setVisible(bool(saved_at))
        self._saved.setText(tr("Draft saved on this PC {at}", at=clock_text(saved_at)) if saved_at else "")

    def saved_text(self) -> str:
        """What the foot says about the draft."""
        return self._saved.text()

    # --- answering -----------------------------------------------------------------------------------------

    def _answered(self, _ref: object) -> None:
        self._draft_timer.start()

    def _draft_due(self) -> None:
        self._desk.start(self.save_draft_now(force=True))

    async def save_draft_now(self, *, force: bool = False) -> None:
        """Writes the draft, if there is anything that was not written."""
        waiting = self._draft_timer.isActive()
        self._draft_timer.stop()
        if not (waiting or force):
            return
        async with self._writing:
            if self._form is None or self._step is None:
                return
            case_id, step_id, form = self._case_id, self._step.id, self._form.save()

            def save(tx: Transaction) -> Changes:
                return drafts.save_draft(tx, case_id, step_id, form)

            await self._desk.write(save)
        draft = await self._desk.read(lambda c: drafts.draft_of(c, case_id))
        if draft is not None and case_id == self._case_id:
            self._show_saved(draft.saved_at)

    def _save_and_continue(self) -> None:
        if self.primary.isEnabled() and self._form is not None:
            self._desk.start(self._complete())

    async def _complete(self) -> None:
        form, step, file = self._form, self._step, self._file
        if form is None or step is None or file is None or self._page is None:
            return
        unreadable = self._page.unreadable()
        if (found := session.violations_in(form, step.group)) or unreadable:
            self._page.show_errors(found)
            return
        self.primary.setEnabled(False)
        try:
            async with self._writing:
                await self._finish(form, step)
        finally:
            self.primary.setEnabled(True)

    async def _finish(self, form: Form, step: Step) -> None:
        pack, case_id, actor = self._pack(), self._case_id, self._desk.actor
        answers = session.answers_in(form, step.group)
        hashes = session.blobs_in(answers.values())
        last = step is pack.steps[-1]
        following = step if last else pack.steps[pack.steps.index(step) + 1]
        draft = form.save()
        self._draft_timer.stop()

        def save(tx: Transaction) -> Changes:
            changes = work.complete_step(tx, pack, case_id, step.id, answers, actor, hashes)
            return changes | drafts.save_draft(tx, case_id, following.id, draft)

        await self._desk.write(save)
        self._file = await self._desk.read(lambda c: session.read_case(c, case_id))
        if not last:
            self._show_step(following)
            return
        await self._submit(pack, form)

    async def _submit(self, pack: Pack, form: Form) -> None:
        assert self._file is not None
        case_id, actor = self._case_id, self._desk.actor
        for step in pack.steps:
            left = session.violations_in(form, step.group)
            if left or not (step.optional or is_done(pack, self._file.case.fields, step.id)):
                self._show_step(step)
                self._show_left(left)
                return
        await self._desk.write(lambda tx: work.submit_case(tx, pack, case_id, actor))
        self._file = await self._desk.read(lambda c: session.read_case(c, case_id))
        self._show_step(pack.steps[-1])
        self.submitted.emit(case_id)

    def _show_left(self, left: list[Violation]) -> None:
        if self._page is not None and left:
            self._page.show_errors(left)

    def _go_back(self) -> None:
        if self._step is not None:
            steps = self._pack().steps
            self._step_chosen(steps[max(0, steps.index(self._step) - 1)].id)

    def _step_chosen(self, step_id: str) -> None:
        self._desk.start(self._change_step(step_id))

    async def _change_step(self, step_id: str) -> None:
        await self.save_draft_now()
        self._show_step(next(step for step in self._pack().steps if step.id == step_id))

    # --- photos --------------------------------------------------------------------------------------------

    def _attach_wanted(self, ref: object) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Add a photo"), "", tr("Pictures (*.jpg *.jpeg *.png)"))
        if path:
            self.attach_file(str(ref), path)

    def attach_file(self, ref: str, path: str) -> None:
        """Copies a picture into the encrypted file and answers the question with it."""
        self._desk.start(self._attach_path(ref, path))

    async def _attach_path(self, ref: str, path: str) -> None:
        data, media_type = await self._desk.run(lambda: session.read_picture(path))
        await self._attach(ref, data, media_type)

    def _attachment_made(self, ref: object, data: bytes, media_type: str) -> None:
        self._desk.start(self._attach(str(ref), data, media_type))

    async def _attach(self, ref: str, data: bytes, media_type: str) -> None:
        case_id = self._case_id
        sha256, changes = await self._desk.run(lambda: blobs.attach(self._desk.cache, case_id, data, media_type))
        self._desk.tell(changes)
        image = await self._desk.run(lambda: thumbnail(data))
        if self._page is not None and self._form is not None:
            name = f"{sha256}.{MEDIA[media_type]}"
            self._page.set_attachment(ref, name, image)
            await self.save_draft_now(force=True)

    async def _show_thumbnails(self, page: FormPage) -> None:
        form, step = self._form, self._step
        if form is None or step is None:
            return
        for ref, answer in session.answers_in(form, step.group).items():
            for sha256 in session.blobs_in([answer]):
                image: QImage | None = await self._desk.run(lambda h=sha256: thumbnail(self._desk.cache.files.get(h)))
                if page is self._page and image is not None:
                    page.set_attachment(ref, answer, image)

    # --- elsewhere -----------------------------------------------------------------------------------------

    def _person(self) -> None:
        if self._file is not None and self._file.resident is not None:
            self.person_wanted.emit(self._file.resident.id)

    def _edit(self) -> None:
        if self._file is not None and self._file.resident is not None:
            self.edit_wanted.emit(self._file.resident.id)

    def _changed(self, changes: Changes) -> None:
        """Shows what a sync or another page changed, without touching what is being filled in."""
        file = self._file
        if file is None:
            return
        shown = {r.id for r in (file.case, file.resident, file.ident, file.care) if r is not None}
        if changes.records & shown and changes.areas - {"draft"}:
            self._desk.start(self._refresh())

    async def _refresh(self) -> None:
        case_id = self._case_id
        async with self._writing:  # what this page is writing itself it shows itself
            before = self._file
        after = await self._desk.read(lambda c: session.read_case(c, case_id))
        if case_id != self._case_id or before is None:
            return
        self._file = after
        if before.case.text("state") != after.case.text("state"):
            self.open_case(case_id)
        else:
            self._show_frame()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._empty.say(tr("No case is open"), tr("Choose a case in the list to work on it."))
        self.rail.setAccessibleName(tr("Steps"))
        self.back.setText(tr("Back"))
        self.person.setText(tr("Open the file"))
        if self._form is not None:
            session.choose_language(self._form)
        if self._page is not None:
            self._page.retranslate()
        self._show_frame()
