"""One case, step by step: header, the person's card, the rail of steps, the open step, and one primary button.

The draft is written 400 ms after the last change and on every change of step; what the worker sees at the foot
("draft saved on this PC 10:21") is told only after it is on the disk.
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.forms import Form, Violation
from gridclient.store import lists, residents, work
from gridclient.store.cache import Changes
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case import audited, finishing, session
from gridclient.ui.case.attaching import Attaching
from gridclient.ui.case.banners import CaseBanners
from gridclient.ui.case.card import FileCard
from gridclient.ui.case.drafting import Drafting
from gridclient.ui.case.findings import FindingsPanel
from gridclient.ui.case.footer import CaseFooter
from gridclient.ui.case.header import CaseHeader
from gridclient.ui.case.late_band import LateBand
from gridclient.ui.case.moving import Moves, hints_for, moves_of
from gridclient.ui.case.papers import Papers
from gridclient.ui.case.printouts import OpenReport
from gridclient.ui.case.reports import is_changed
from gridclient.ui.case.session import CaseFile, is_correcting
from gridclient.ui.case.sources import told_beside, withheld
from gridclient.ui.case.stand import Stand
from gridclient.ui.case.walker import Walker
from gridclient.ui.desk import Desk
from gridclient.ui.forms import Comment, FormPage
from gridclient.ui.forms.auditing import Auditing
from gridclient.ui.forms.illustrating import MediaFolders
from gridclient.ui.forms.pager import Pager
from gridclient.ui.when import clock_text
from gridclient.ui.widgets import EmptyState
from gridclient.ui.widgets.layouts import scrolling
from gridclient.workflow import Pack, Step
from gridclient.workflow.duplicates import Hint


class CasePage(QWidget):
    """The page of one case; empty until a case is opened."""

    edit_wanted = Signal(str)  # resident id
    person_wanted = Signal(str)  # resident id
    submitted = Signal(str)  # case id

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._case_id = self._wanted = ""
        self._file: CaseFile | None = None
        self._form: Form | None = None
        self._step: Step | None = None
        self._pager: Pager | None = None
        self._page: FormPage | None = None
        self._audit: Auditing | None = None  # few forms want a log
        self._names: dict[str, str] = {}
        self._last: dict[str, str] = {}  # the last visit's answers, by reference
        self.drafting = Drafting(desk, self.open_report, self)
        self.photos = Attaching(desk, self.drafting.write, self)
        self.papers = Papers(desk, self.open_report, self.drafting.write, self)
        self.papers.replaced.connect(self._reopen)
        self.papers.reason_given.connect(self._reason_given)
        self.moves = Moves(desk, self.open_report, self)
        self._hints: list[Hint] = []
        self._empty, self._all = EmptyState(), QWidget()
        column, inside = QVBoxLayout(self), QVBoxLayout(self._all)
        for layout in (column, inside):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        column.addWidget(self._empty, 1)
        column.addWidget(self._all, 1)
        ground = QWidget()
        theme.set_role(ground, "plain")
        main = QVBoxLayout(ground)
        main.setContentsMargins(20, 16, 20, 16)
        main.setSpacing(12)
        self.header = CaseHeader(self.papers.menu)
        self.header.person.clicked.connect(self._person)
        self.header.deadline.clicked.connect(self._show_due)
        self.header.course.clicked.connect(self.papers.show_course)
        self.card = FileCard()
        self.card.edit.clicked.connect(self._edit)
        self.banners = CaseBanners()
        self.banner, self.same = self.banners.stand, self.banners.same
        self.banner.action_wanted.connect(self.papers.evidencing.ask)
        self.same.action_wanted.connect(self._ask_same)
        self.late = LateBand(desk, self)
        for part in (self.header, self.card, self.banners, self.late):
            main.addWidget(part)
        self.findings = FindingsPanel(desk, self.drafting.write)
        self.findings.answered.connect(self._answered)
        self.findings.notice_wanted.connect(self.papers.show_notice)
        self.walker = Walker(self.findings)
        self.walker.rail.step_chosen.connect(self.go_to_step)
        self.walker.checks.hazards_wanted.connect(self._go_to_hazards)
        main.addWidget(self.walker, 1)
        inside.addWidget(scrolling(ground), 1)
        self.footer = CaseFooter()
        self.footer.next.clicked.connect(self._ask_next)
        self.footer.back.clicked.connect(self._go_back)
        self.footer.primary.clicked.connect(self._save_and_continue)
        self.drafting.saved.connect(self.footer.show_saved)
        inside.addWidget(self.footer)
        self.rail, self.level, self.primary = self.walker.rail, self.walker.level, self.footer.primary
        self.next, self.back = self.footer.next, self.footer.back
        for keys, act in (
            ("Ctrl+Return", self._save_and_continue), ("Ctrl+M", self._ask_next), ("Ctrl+Shift+T", self._show_due),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self._all.hide()
        desk.changed.connect(self._changed)
        self.retranslate()

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

    def holds(self, case_id: str) -> bool:
        """Whether a case is open here or about to be."""
        return case_id in (self._case_id, self._wanted)

    def open_case(self, case_id: str) -> None:
        """Opens a case; a draft that was not written yet is written first."""
        self._wanted = case_id
        self._desk.start(self._open(case_id))

    async def close_case(self) -> None:
        """Leaves the page empty, with the draft of what was open on the disk."""
        self._wanted = ""
        self.setEnabled(False)  # nothing is typed that the draft would not have
        try:
            await self._leave()
            async with self.drafting.lock:  # a step that is being finished is finished first
                self._case_id = ""
                self._file = self._form = self._step = self._pager = self._page = None
        finally:
            self.setEnabled(True)
        self.walker.clear()
        self._all.hide()
        self._empty.show()

    async def _leave(self) -> None:
        """Writes what the draft does not have yet, and ends the log of this sitting."""
        audit, self._audit = self._audit, None
        if audited.leave(audit, self._file is not None and self._file.draft is not None):
            await self.drafting.write()
        else:
            await self.drafting.write_waiting()

    async def _open(self, case_id: str) -> None:
        await self._leave()
        file = await finishing.read_again(self._desk, case_id)
        self._names = await self._desk.read(lists.worker_names)
        pack = self._desk.pack_of(file.case.fields)
        form = await self._desk.run(lambda: session.open_form(pack, file, self._desk.now))
        last = await self._desk.read(lambda c: residents.last_visit(c, self._desk.packs, file.case))
        self._last = session.last_answers(last.fields) if last else {}
        hints = await self._find_hints(file)
        if case_id != self._wanted:
            return  # another one was asked for meanwhile
        self._hints, self._case_id, self._file, self._form = hints, case_id, file, form
        self._audit = await audited.begin(self._desk, case_id, form)
        self._show_step(session.step_now(pack, file))

    def _stand(self) -> Stand | None:
        """How the open step stands; None while no case is open."""
        if self._file is None or self._step is None:
            return None
        is_sealed = self._form is not None and self._form.is_encrypted
        return Stand(self._pack(), self._file, self._step, self._desk.actor.role, is_sealed)

    def _editable(self) -> bool:
        stand = self._stand()
        return stand is not None and stand.is_editable

    async def _find_hints(self, file: CaseFile) -> list[Hint]:
        pack, role = self._desk.pack_of(file.case.fields), self._desk.actor.role
        return await self._desk.read(lambda c: hints_for(c, pack, file.case, role))

    def _ask_next(self) -> None:
        self.moves.ask()

    def _show_due(self) -> None:
        self.papers.show_due(self.header.deadline)

    def _ask_same(self) -> None:
        if (stand := self._stand()) is not None:
            names = {move.name for move in moves_of(stand.pack, stand.file.case.fields, stand.role)}
            self.moves.ask("link" if "link" in names else "distinct")

    def open_report(self) -> OpenReport | None:
        """The report that is shown, as a whole."""
        return None if self._step is None else self._as_open(self._step)

    def _as_open(self, step: Step) -> OpenReport:
        assert self._file is not None
        assert self._form is not None
        return OpenReport(self._file, self._pack(), self._form, step, self._last, self._editable())

    def _reopen(self, case_id: str) -> None:
        if case_id == self._case_id == self._wanted:
            self.open_case(case_id)

    def _pack(self) -> Pack:
        assert self._file is not None
        return self._desk.pack_of(self._file.case.fields)

    def _show_step(self, step: Step) -> None:
        assert self._file is not None
        assert self._form is not None
        self._step = step
        folders = MediaFolders.of_form(self._pack().form)
        self._pager = Pager(self._form, "pages" in self._form.style.split(), folders, step.group)
        self._pager.page_changed.connect(self._dress)
        self.walker.put(self._pager)
        self._dress(self._pager.page)
        self.findings.show_report(self._as_open(step))
        self.walker.want_beside(self.findings.is_wanted)
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
        self.findings.stand_beside(page, self._as_open(step))
        self.walker.checks.serve(page, self._as_open(step))
        if self._audit is not None:
            self._audit.follow(page)
        self.photos.serve(page, file.case, self._pack().photos)
        page.set_read_only(not self._editable())
        page.set_comments({
            ref: Comment(c["text"], self._names.get(c["by"], ""), clock_text(c["at"]))
            for ref, c in work.comments_of(file.case.fields).items()
        })  # fmt: skip
        page.set_last_values(self._last)
        told = told_beside(self._as_open(step), self._desk.packs, self._names, self._desk.now())
        page.set_sources(told if self._desk.actor.role == "worker" else told | withheld(self._as_open(step)))
        page.setAccessibleName(pick(step.title))
        self._desk.start(self.photos.show_kept(page, session.answers_in(form, step.group)))

    def _show_frame(self) -> None:
        """Everything around the open step, from the records as they are now."""
        file, step, stand = self._file, self._step, self._stand()
        if file is None or step is None or stand is None:
            return
        self._empty.hide()
        self._all.show()
        case, pack, now = file.case, stand.pack, self._desk.now()
        number = case.text("number")
        self.setWindowTitle(tr("Case {number}", number=number) if number else tr("A case without a number"))
        self.header.show_case(pack, case, now, has_person=file.resident is not None)
        self.card.setVisible(file.resident is not None)  # of a place the head says it all
        self.card.show_file(file, now)
        self.banners.show_case(stand, self._names, self._hints)
        place = pack.steps.index(step)
        self.walker.show_steps(stand.looks(self._names), place)
        moves = moves_of(pack, case.fields, self._desk.actor.role)
        self.footer.offer(stand.primary_text(), can_go_back=place > 0, has_moves=bool(moves))
        self.late.show_for(file.records, pack)
        self._show_level()
        self.footer.show_saved(file.draft.saved_at if file.draft else "")

    def saved_text(self) -> str:
        """What the foot says about the draft."""
        return self.footer.saved_text()

    # --- answering -----------------------------------------------------------------------------------------

    def _answered(self, ref: object) -> None:
        self.drafting.touch()
        self.findings.follow(str(ref))
        self._show_level()

    def _show_level(self) -> None:
        self.walker.show_level(self._form, self._step.group if self._step else "")

    def _save_and_continue(self) -> None:
        if self.primary.isEnabled() and self._form is not None:
            self._desk.start(self._complete())

    async def _complete(self) -> None:
        form, stand, page = self._form, self._stand(), self._page
        if form is None or stand is None or page is None or not stand.is_editable:
            return
        unreadable = bool(page.unreadable()) or self.findings.has_unreadable()
        if (found := session.violations_in(form, stand.step.group)) or unreadable:
            self._show_left(found)
            return
        self.primary.setEnabled(False)
        try:
            if is_correcting(stand.file):
                await self._correct(form, stand.step)
                return
            async with self.drafting.lock:
                await self._finish(form, stand)
        finally:
            self.primary.setEnabled(True)

    async def _finish(self, form: Form, stand: Stand) -> None:
        self.drafting.stop()
        done = await finishing.finish_step(self._desk, stand, form, self._audit)
        self._file = done.file
        if done.to_send is None:
            self._show_step(done.following)
        elif left := finishing.step_left(stand.pack, done.file, done.to_send):
            self._show_step(left[0])
            self._show_left(left[1])
        else:
            self._file = await finishing.submit(self._desk, stand.pack, self._case_id, done.to_send)
            self._audit = None  # it was sent
            self._show_step(stand.step)
            self.submitted.emit(self._case_id)

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
        assert self._file is not None
        if is_changed(self._pack(), form, self._file.case.fields):
            self.papers.ask_reason()
        else:
            self.banner.say("info", tr("Every answer is as it was sent."),
                             tr("Change an answer, or leave the correction in the menu."))  # fmt: skip

    def _reason_given(self, reason: str) -> None:
        self._desk.start(self._send_correction(reason))

    async def _send_correction(self, reason: str) -> None:
        now = self.open_report()
        if now is None or not is_correcting(now.file):
            return
        self.drafting.stop()
        async with self.drafting.lock:
            log = audited.ended(self._audit.log, now.form, whole=True, reason=reason) if self._audit else ""
            await self.papers.send_correction(now, reason, log)
            self._audit = None
        self._reopen(now.case_id)

    def _show_left(self, left: list[Violation]) -> None:
        if self._pager is not None:
            self._pager.show_errors(left)

    def _go_back(self) -> None:
        if self._step is not None:
            steps = self._pack().steps
            self.go_to_step(steps[max(0, steps.index(self._step) - 1)].id)

    def _go_to_hazards(self) -> None:
        rule = self._pack().findings
        assert rule is not None
        self.go_to_step(next(step.id for step in self._pack().steps if rule.each.startswith(f"{step.group}/")))

    def go_to_step(self, step_id: str) -> None:
        """Opens another step; a draft that was not written yet is written first."""
        self._desk.start(self._change_step(step_id))

    async def _change_step(self, step_id: str) -> None:
        await self.drafting.write_waiting()
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
        if changes.records & file.records and changes.areas - {"draft"}:
            self._desk.start(self._refresh())

    async def _refresh(self) -> None:
        case_id = self._case_id
        async with self.drafting.lock:  # what this page is writing itself it shows itself
            before = self._file
        after = await finishing.read_again(self._desk, case_id)
        if case_id != self._case_id or before is None:
            return
        self._file, self._hints = after, await self._find_hints(after)
        if before.case.text("state") != after.case.text("state"):
            self._reopen(case_id)
        else:
            self._show_frame()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._empty.say_no_case()
        if self._form is not None:
            session.choose_language(self._form)
        for part in (self.header, self.walker, self.findings, self.footer, self.papers):
            part.retranslate()
        if self._pager is not None:
            self._pager.retranslate()
        self._show_frame()
