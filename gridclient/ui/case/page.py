"""One case, step by step: header, the person's card, the rail of steps, the open step, and one primary button.

The draft is written 400 ms after the last change and on every change of step; what the worker sees at the foot
("draft saved on this PC 10:21") is told only after it is on the disk.
"""

import asyncio

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from gridclient.forms import Form, Violation
from gridclient.store import drafts, lists, residents, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.kept import keep_sent
from gridclient.store.shown import Shown
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case import reports, session
from gridclient.ui.case.attaching import Attaching
from gridclient.ui.case.card import FileCard
from gridclient.ui.case.deadline import deadline_text
from gridclient.ui.case.late_band import LateBand
from gridclient.ui.case.level import LevelPanel, standing
from gridclient.ui.case.moving import Moves, hint_text, hints_for, moves_of
from gridclient.ui.case.papers import Papers, is_correcting
from gridclient.ui.case.printouts import OpenReport
from gridclient.ui.case.session import CaseFile
from gridclient.ui.desk import Desk
from gridclient.ui.forms import Comment, FormPage
from gridclient.ui.forms.illustrating import MediaFolders
from gridclient.ui.forms.pager import Pager
from gridclient.ui.queue.model import STATE_TONES
from gridclient.ui.queue.words import state_in
from gridclient.ui.when import clock_text
from gridclient.ui.widgets import (
    Banner,
    ElidedLabel,
    EmptyState,
    IconLabel,
    KeyCap,
    StatusTag,
    StepLook,
    StepRail,
    icon_button,
    link_button,
    name_icon_button,
    outlined_button,
    primary_button,
    rule,
    text_label,
)
from gridclient.workflow import Pack, Step, can_be_sent, explain, is_done, next_step, own_steps
from gridclient.workflow.duplicates import Hint

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
        self._pager: Pager | None = None
        self._page: FormPage | None = None
        self._names: dict[str, str] = {}
        self._last: dict[str, str] = {}  # the last visit's answers, by reference
        # A draft that is late must not be written over the draft of the step after it.
        self._writing = asyncio.Lock()
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(DRAFT_AFTER_MS)
        self._draft_timer.timeout.connect(self._draft_due)
        self.photos = Attaching(desk, self._write_draft, self)
        self.papers = Papers(desk, self.open_report, self._write_draft, self)
        self.papers.replaced.connect(self._reopen)
        self.papers.reason_given.connect(self._reason_given)
        self.moves = Moves(desk, self.open_report, self)
        self._hints: list[Hint] = []
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
        self.banner = Banner()
        self.banner.hide()
        main.addWidget(self.banner)
        self.same = Banner()
        self.same.action_wanted.connect(self._ask_same)
        self.same.hide()
        main.addWidget(self.same)
        self.late = LateBand(desk, self)
        main.addWidget(self.late)
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
        self.course = icon_button("history", "")
        self.course.clicked.connect(self.papers.show_course)
        first.addWidget(self.course)
        self.more = icon_button("ellipsis", "")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.papers.menu)
        first.addWidget(self.more)
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
        self.rail.step_chosen.connect(self.go_to_step)
        # A workflow of many steps must not make the window higher than the screen.
        self._rail_area = QScrollArea()
        self._rail_area.setFrameShape(QFrame.Shape.NoFrame)
        self._rail_area.setFixedWidth(172)
        self._rail_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rail_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.set_role(self._rail_area, "plain")
        self._rail_area.setWidget(self.rail)
        self.rail.setAutoFillBackground(False)  # the area would paint it in the colour of a window
        row.addWidget(self._rail_area)
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
        self.level = LevelPanel()
        self.level.hide()
        strip = QHBoxLayout()
        strip.setContentsMargins(8, 0, 20, 0)
        strip.addWidget(self.level)
        self._body.addLayout(strip)
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
        self.next = outlined_button("", "send")
        self.next.clicked.connect(self._ask_next)
        row.addWidget(self.next)
        self.back = outlined_button("")
        self.back.clicked.connect(self._go_back)
        self.primary = primary_button("")
        self.primary.clicked.connect(self._save_and_continue)
        row.addWidget(self.back)
        row.addWidget(self.primary)
        shortcut = QShortcut(QKeySequence("Ctrl+Return"), self)
        shortcut.activated.connect(self._save_and_continue)
        asking = QShortcut(QKeySequence("Ctrl+M"), self)
        asking.activated.connect(self._ask_next)
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
        today = self._desk.today()
        file = await self._desk.read(lambda c: session.read_case(c, case_id, today))
        self._names = await self._desk.read(lists.worker_names)
        pack = self._desk.pack_of(file.case.fields)
        form = await self._desk.run(lambda: session.open_form(pack, file))
        last = await self._desk.read(lambda c: residents.last_visit(c, file.case))
        self._last = session.last_answers(last.fields) if last else {}
        self._hints = await self._find_hints(file)
        self._case_id, self._file, self._form = case_id, file, form
        self._show_step(session.step_now(pack, file))

    def _editable(self) -> bool:
        """Whether the answers can be changed: the case is being worked on, or what was sent is being corrected."""
        file = self._file
        if file is None or self._step is None:
            return False
        return is_correcting(file) or not self._why_locked(self._step)

    def _why_locked(self, step: Step) -> str:
        return explain(self._pack(), self._case().fields, self._desk.actor.role, step)

    async def _find_hints(self, file: CaseFile) -> list[Hint]:
        pack, role = self._desk.pack_of(file.case.fields), self._desk.actor.role
        return await self._desk.read(lambda c: hints_for(c, pack, file.case, role))

    def _ask_next(self) -> None:
        self.moves.ask()

    def _ask_same(self) -> None:
        names = {move.name for move in moves_of(self._pack(), self._case().fields, self._desk.actor.role)}
        self.moves.ask("link" if "link" in names else "distinct")

    def open_report(self) -> OpenReport | None:
        """The report that is shown, as a whole."""
        if self._file is None or self._form is None or self._step is None:
            return None
        return OpenReport(self._file, self._pack(), self._form, self._step, self._last, self._editable())

    def _reopen(self, case_id: str) -> None:
        if case_id == self._case_id:
            self.open_case(case_id)

    def _pack(self) -> Pack:
        assert self._file is not None
        return self._desk.pack_of(self._file.case.fields)

    def _show_step(self, step: Step) -> None:
        assert self._file is not None
        assert self._form is not None
        self._step = step
        if self._pager is not None:
            self._body.removeWidget(self._pager)
            self._pager.hide()
            self._pager.deleteLater()
        folders = MediaFolders.of_form(self._pack().form)
        self._pager = Pager(self._form, "pages" in self._form.style.split(), folders, step.group)
        self._pager.page_changed.connect(self._dress)
        self._body.addWidget(self._pager, 1)
        self._dress(self._pager.page)
        self._show_frame()
        self._pager.page.focus_first()

    def _dress(self, page: object) -> None:
        """Gives a page of the open step everything that is known beside the answers."""
        assert isinstance(page, FormPage)
        form, file, step = self._form, self._file, self._step
        assert form is not None
        assert file is not None
        assert step is not None
        self._page = page
        page.answered.connect(self._answered)
        self.photos.serve(page, file.case, self._pack().photos)
        page.set_read_only(not self._editable())
        page.set_comments({
            ref: Comment(c["text"], self._names.get(c["by"], ""), clock_text(c["at"]))
            for ref, c in work.comments_of(file.case.fields).items()
        })  # fmt: skip
        page.set_last_values(self._last)
        page.setAccessibleName(pick(step.title))
        self._desk.start(self.photos.show_kept(page, session.answers_in(form, step.group)))

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
        self._state.set_mark(state_in(pack, state), STATE_TONES.get(state, "neutral"))
        facts = [case.text("number"), case.text("address"), deadline_text(pack, case.fields, now)]
        self._facts.set_text("　·　".join(fact for fact in facts if fact))
        self.card.show_file(file, now)
        self._show_banner(state)
        place = pack.steps.index(step)
        self.rail.set_steps([self._step_look(pack, each) for each in pack.steps], step.id)
        self.rail.resize(self.rail.sizeHint())
        self._rail_area.ensureVisible(0, self.rail.height() * (place * 2 + 1) // (len(pack.steps) * 2), 0, 60)
        self._step_title.setText(pick(step.title))
        self._step_place.setText(tr("Step {n} of {all}", n=place + 1, all=len(pack.steps)))
        self.back.setEnabled(place > 0)
        self.primary.setText(self._primary_text(file, step))
        self.next.setVisible(bool(moves_of(pack, case.fields, self._desk.actor.role)))
        self.late.show_for(file, pack)
        self.same.setVisible(bool(self._hints))
        if self._hints:
            self.same.say("warn", tr("It may be the same as another case."), hint_text(self._hints[0]), tr("Compare…"))
        self.primary.setVisible(self._editable())
        self._keys.setVisible(self._editable())
        self._show_level()
        self._show_saved(file.draft.saved_at if file.draft else "")

    def _primary_text(self, file: CaseFile, step: Step) -> str:
        pack, case = self._pack(), file.case.fields
        if is_correcting(file):
            return tr("Send the correction") if step is pack.steps[-1] else tr("Next step")
        if not self._ends_state(step):
            return tr("Save and continue")
        return tr("Submit for review") if can_be_sent(pack, case) else tr("Finish the step")

    def _ends_state(self, step: Step) -> bool:
        own = own_steps(self._pack(), self._case().fields)
        return bool(own) and step is own[-1]

    def _show_banner(self, state: str) -> None:
        comments = work.comments_of(self._file.case.fields) if self._file else {}
        if state == "returned" and comments:
            by = self._names.get(next(iter(comments.values()))["by"], "")
            self.banner.say(
                "warn", tr("{name} returned this case with {n} comments.", name=by, n=len(comments)),
                tr("Each comment stands at its question. Correct the answers, then submit again."),
            )  # fmt: skip
            self.banner.show()
        elif self._file is not None and is_correcting(self._file):
            self.banner.say("warn", tr("You are correcting what was sent."),
                             tr("The supervisor sees what was sent until you send the correction."))  # fmt: skip
            self.banner.show()
        elif state == "review":
            self.banner.say("info", tr("This case is being reviewed; its answers can be read."))
            self.banner.show()
        elif self._step is not None and self._file is not None and (why := self._why_locked(self._step)):
            self.banner.say("info", why, icon="lock")
            self.banner.show()
        else:
            self.banner.hide()

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
        return StepLook(step.id, pick(step.title), tr("Locked") if self._why_locked(step) else "")

    def _show_saved(self, saved_at: str) -> None:
        self._saved_icon.setVisible(bool(saved_at))
        self._saved.setText(tr("Draft saved on this PC {at}", at=clock_text(saved_at)) if saved_at else "")

    def saved_text(self) -> str:
        """What the foot says about the draft."""
        return self._saved.text()

    # --- answering -----------------------------------------------------------------------------------------

    def _answered(self, _ref: object) -> None:
        self._draft_timer.start()
        self._show_level()

    def _show_level(self) -> None:
        """The panel beside an assessment, from its health part on."""
        now = standing(self._form) if self._form is not None else None
        self.level.setVisible(now is not None and self._step is not None and self._step.group in now.groups)
        if now is not None:
            self.level.show_standing(now)

    def _draft_due(self) -> None:
        self._desk.start(self.save_draft_now(force=True))

    async def _write_draft(self) -> None:
        await self.save_draft_now(force=True)

    async def save_draft_now(self, *, force: bool = False) -> None:
        """Writes the draft, if there is anything that was not written."""
        waiting = self._draft_timer.isActive()
        self._draft_timer.stop()
        if not (waiting or force):
            return
        async with self._writing:
            if self._form is None or self._step is None or not self._editable():
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
        if form is None or step is None or file is None or self._page is None or not self._editable():
            return
        unreadable = self._page.unreadable()
        if (found := session.violations_in(form, step.group)) or unreadable:
            self._show_left(found)
            return
        self.primary.setEnabled(False)
        try:
            if is_correcting(file):
                await self._correct(form, step)
                return
            async with self._writing:
                await self._finish(form, step)
        finally:
            self.primary.setEnabled(True)

    async def _finish(self, form: Form, step: Step) -> None:
        pack, case_id, actor = self._pack(), self._case_id, self._desk.actor
        last = self._ends_state(step) and can_be_sent(pack, self._case().fields)
        sent, before = form, ""
        if last:
            case = self._case()
            before = await self._desk.read(lambda c: reports.last_sent_id(c, case))
            sent = reports.as_sent(pack, form, before)
        answers = session.answers_in(form, step.group) | (reports.identity(sent) if last else {})
        hashes = session.blobs_in(answers.values())
        own = own_steps(pack, self._case().fields)
        following = step if self._ends_state(step) else own[own.index(step) + 1]
        draft = form.save()
        self._draft_timer.stop()

        def save(tx: Transaction) -> Changes:
            changes = work.complete_step(tx, pack, case_id, step.id, answers, actor, hashes)
            return changes | drafts.save_draft(tx, case_id, following.id, draft)

        await self._desk.write(save)
        today = self._desk.today()
        self._file = await self._desk.read(lambda c: session.read_case(c, case_id, today))
        if not last:
            # After the last step of a state that is not sent, what was skipped comes next; then a move does.
            self._show_step((self._ends_state(step) and next_step(pack, self._case().fields)) or following)
            return
        await self._submit(pack, sent)

    def _case(self) -> Shown:
        assert self._file is not None
        return self._file.case

    async def _submit(self, pack: Pack, form: Form) -> None:
        assert self._file is not None
        case_id, actor = self._case_id, self._desk.actor
        for step in own_steps(pack, self._case().fields):
            left = session.violations_in(form, step.group)
            if left or not (step.optional or is_done(pack, self._file.case.fields, step.id)):
                self._show_step(step)
                self._show_left(left)
                return
        identity, sent = reports.identity(form), form.save()

        def submit(tx: Transaction) -> Changes:
            changes = work.submit_case(tx, pack, case_id, actor)
            return changes | keep_sent(tx, case_id, sent, reports.id_of(identity), reports.replaced_by(identity))

        await self._desk.write(submit)
        today = self._desk.today()
        self._file = await self._desk.read(lambda c: session.read_case(c, case_id, today))
        self._show_step(self._step or pack.steps[-1])
        self.submitted.emit(case_id)

    async def _correct(self, form: Form, step: Step) -> None:
        """The next step of a correction; after the last one it is sent, when nothing is missing in any."""
        steps = self._pack().steps
        if step is not steps[-1]:
            await self._change_step(steps[steps.index(step) + 1].id)
            return
        for each in steps:
            if left := session.violations_in(form, each.group):
                self._show_step(each)
                self._show_left(left)
                return
        self.papers.ask_reason()

    def _reason_given(self, reason: str) -> None:
        self._desk.start(self._send_correction(reason))

    async def _send_correction(self, reason: str) -> None:
        now = self.open_report()
        if now is None or not is_correcting(now.file):
            return
        self._draft_timer.stop()
        async with self._writing:
            await self.papers.send_correction(now, reason)
        self.open_case(now.case_id)

    def _show_left(self, left: list[Violation]) -> None:
        if self._pager is not None:
            self._pager.show_errors(left)

    def _go_back(self) -> None:
        if self._step is not None:
            steps = self._pack().steps
            self.go_to_step(steps[max(0, steps.index(self._step) - 1)].id)

    def go_to_step(self, step_id: str) -> None:
        """Opens another step; a draft that was not written yet is written first."""
        self._desk.start(self._change_step(step_id))

    async def _change_step(self, step_id: str) -> None:
        await self.save_draft_now()
        self._show_step(next(step for step in self._pack().steps if step.id == step_id))

    def attach_file(self, ref: str, path: str) -> None:
        """Answers a question of the open step with a picture from a file."""
        self.photos.attach_file(ref, path)

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
        today = self._desk.today()
        after = await self._desk.read(lambda c: session.read_case(c, case_id, today))
        if case_id != self._case_id or before is None:
            return
        self._file, self._hints = after, await self._find_hints(after)
        if before.case.text("state") != after.case.text("state"):
            self.open_case(case_id)
        else:
            self._show_frame()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._empty.say(tr("No case is open"), tr("Choose a case in the list to work on it."))
        self.rail.setAccessibleName(tr("Steps"))
        self.back.setText(tr("Back"))
        self.next.setText(tr("What next…"))
        self.next.setToolTip(tr("What happens next (Ctrl+M)"))
        self.person.setText(tr("Open the file"))
        name_icon_button(self.course, tr("Course and deadline (Ctrl+Shift+H)"))
        name_icon_button(self.more, tr("More for this case"))
        self.papers.retranslate()
        if self._form is not None:
            session.choose_language(self._form)
        if self._pager is not None:
            self._pager.retranslate()
        self._show_frame()
