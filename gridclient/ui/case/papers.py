"""What can be done with an open report as a whole: keep, copy, correct, read what was sent, print.

Nothing that somebody typed is lost on the way: a working draft that another one replaces is kept under a name.
"""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gridclient.forms import Form
from gridclient.store import drafts, kept, lists, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.confidential import whole_case
from gridclient.store.edits import edits_of
from gridclient.store.kept import Kept, KeptKind
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case import reports, sending, session
from gridclient.ui.case.due import explain_due
from gridclient.ui.case.due_card import open_due
from gridclient.ui.case.evidencing import Evidencing
from gridclient.ui.case.history import course
from gridclient.ui.case.history_sheet import HistorySheet
from gridclient.ui.case.print_sheet import PaperKind
from gridclient.ui.case.printouts import OpenReport, Printouts
from gridclient.ui.case.read_sheet import ReadSheet
from gridclient.ui.case.session import is_correcting
from gridclient.ui.desk import Desk
from gridclient.ui.when import moment_text
from gridclient.ui.widgets.sheets import ChoiceSheet, NameSheet, Option, ReasonSheet, TellSheet
from gridclient.workflow import may_correct


class Papers(QObject):
    """The menu of the case page and what its entries do."""

    replaced = Signal(str)  # case id: its working draft is another one now
    saved = Signal()
    reason_given = Signal(str)  # why what was sent is corrected
    window_wanted = Signal(str)  # case id: it is to be shown in a window of its own

    def __init__(self, desk: Desk, current: Callable[[], OpenReport | None], write_draft: Callable[[], Awaitable[None]],
                 over: QWidget) -> None:  # fmt: skip
        super().__init__(over)
        self._desk, self._current, self._write_draft, self._over = desk, current, write_draft, over
        self.printouts = Printouts(desk, over)
        self.evidencing = Evidencing(desk, self.printouts, current, over)
        self.menu = QMenu(over)
        self.menu.aboutToShow.connect(self.refresh)
        self.apart = self._action("external-link", "Ctrl+Shift+N", self._show_apart)
        self.menu.addSeparator()
        self.save = self._action("save", "Ctrl+S", self.save_now)
        self.keep = self._action("archive", "Ctrl+Shift+S", self.ask_name)
        self.open = self._action("package-open", "Ctrl+Shift+O", self.show_drafts)
        self.copy = self._action("copy", "Ctrl+Shift+D", self.show_earlier)
        self.menu.addSeparator()
        self.correct = self._action("pencil", "Ctrl+Shift+E", self.begin_correction)
        self.leave = self._action("undo-2", "", self.leave_correction)
        self.versions = self._action("file-text", "Ctrl+Shift+V", self.show_versions)
        self.course = self._action("history", "Ctrl+Shift+H", self.show_course)
        self.menu.addSeparator()
        self.print = self._action("printer", "Ctrl+P", self.show_print)
        self.evidence = self._action("package", "Ctrl+Shift+X", self.evidencing.ask)
        self.retranslate()

    def _action(self, icon: str, keys: str, act: Callable[[], None]) -> QAction:
        action = QAction(self._over)
        theme.set_icon(action, icon)
        if keys:
            action.setShortcut(keys)
        action.triggered.connect(act)
        self.menu.addAction(action)
        self._over.addAction(action)  # its keys work while the menu is closed
        return action

    def retranslate(self) -> None:
        """Says the entries in the active language."""
        for action, text in (
            (self.apart, tr("Open in its own window")),
            (self.save, tr("Save the draft now")), (self.keep, tr("Keep the draft under a name…")),
            (self.open, tr("Drafts of this case…")), (self.copy, tr("Begin from an earlier report…")),
            (self.correct, tr("Correct what was sent")), (self.leave, tr("Leave the correction")),
            (self.versions, tr("Versions that were sent…")), (self.course, tr("Course and deadline…")),
            (self.print, tr("Print or save a PDF…")), (self.evidence, tr("Save the evidence…")),
        ):  # fmt: skip
            action.setText(text)

    def refresh(self) -> None:
        """Offers what makes sense for the report as it is now."""
        now = self._current()
        editable = now is not None and now.editable
        self.apart.setEnabled(now is not None)
        for action in (self.save, self.keep, self.open, self.copy):
            action.setEnabled(editable)
        correcting = now is not None and is_correcting(now.file)
        self.correct.setVisible(now is not None and not correcting and self._may_correct(now))
        self.leave.setVisible(correcting)
        self.versions.setEnabled(now is not None and bool(now.file.case.text("submitted_at")))
        self.print.setEnabled(now is not None)
        self.evidence.setEnabled(now is not None)
        self.course.setEnabled(now is not None)

    def _show_apart(self) -> None:
        if (now := self._current()) is not None:
            self.window_wanted.emit(now.case_id)

    # --- drafts ----------------------------------------------------------------------------------------------

    def save_now(self) -> None:
        """Writes the draft at once, whatever is missing in it."""
        if (now := self._current()) is not None and now.editable:
            self._desk.start(self._save())

    async def _save(self) -> None:
        await self._write_draft()
        self.saved.emit()

    def ask_name(self) -> None:
        """Asks under which name the draft is kept."""
        now = self._current()
        if now is None or not now.editable:
            return
        proposed = tr("{step}, {when}", step=pick(now.step.title), when=self._when(self._at()))
        sheet = NameSheet(
            tr("Keep the draft"), tr("The working draft goes on; this copy stays on this PC until the case leaves it."),
            tr("Name of the draft"), proposed, tr("Keep"), self._over,
        )  # fmt: skip
        sheet.named.connect(self.keep_as)
        sheet.named.connect(sheet.accept)
        sheet.open()

    def keep_as(self, name: str) -> None:
        """Keeps the draft under a name; one of that name is replaced."""
        if (now := self._current()) is not None:
            form, case_id, step = now.form.save(), now.case_id, now.step.id
            self._desk.start(self._desk.write(lambda tx: kept.keep_draft(tx, case_id, name, step, form)))

    def show_drafts(self) -> None:
        """Lists the drafts that are kept of the case."""
        self._desk.start(self._list_drafts())

    async def _list_drafts(self) -> None:
        now = self._current()
        if now is None or not now.editable:
            return
        found = await self._desk.read(lambda c: kept.kept_of(c, now.case_id, KeptKind.DRAFT))
        names = {step.id: pick(step.title) for step in now.pack.steps}
        options = [Option(str(e.id), e.name, self._when(e.kept_at), names.get(e.step, "")) for e in found]
        if not options:
            self._tell_none(tr("Drafts of this case"), tr("None is kept. Ctrl+Shift+S keeps one under a name."))
            return
        sheet = ChoiceSheet(
            tr("Drafts of this case"), tr("What you have now is kept under a name before another draft is opened."),
            tr("Open this draft"), options, removable=True, parent=self._over,
        )  # fmt: skip
        sheet.chosen.connect(self.open_draft)
        sheet.removed.connect(self.drop_draft)
        sheet.open()

    def open_draft(self, kept_id: str) -> None:
        """Makes a kept draft the working one."""
        self._desk.start(self._open_draft(int(kept_id)))

    async def _open_draft(self, kept_id: int) -> None:
        now = self._current()
        found = await self._desk.read(lambda c: kept.kept(c, kept_id))
        if now is not None and found is not None:
            await self._replace(now, found.step, found.form)

    def drop_draft(self, kept_id: str) -> None:
        """Forgets a kept draft."""
        self._desk.start(self._desk.write(lambda tx: kept.drop_draft_named(tx, int(kept_id))))

    async def _replace(self, now: OpenReport, step: str, form: bytes) -> None:
        """Makes this form the working draft; what was there before is kept unless it is kept already."""
        await self._write_draft()
        aside = tr("Before {when}", when=self._when(self._at()))

        def put(tx: Transaction) -> Changes:
            changes, before = Changes(), drafts.draft_of(tx.connection, now.case_id)
            known = {each.form for each in kept.kept_of(tx.connection, now.case_id, KeptKind.DRAFT)}
            if before is not None and before.form not in known and before.form != form:
                changes = kept.keep_draft(tx, now.case_id, aside, before.step, before.form)
            return changes | drafts.save_draft(tx, now.case_id, step, form)

        await self._desk.write(put)
        self.replaced.emit(now.case_id)

    # --- beginning from another report -----------------------------------------------------------------------

    def show_earlier(self) -> None:
        """Lists the reports that this one can begin from."""
        self._desk.start(self._list_earlier())

    async def _list_earlier(self) -> None:
        now = self._current()
        if now is None or not now.editable:
            return
        found = await self._desk.read(lambda c: reports.earlier_reports(c, now.file.case))
        options = [Option(e.id, e.title, self._when(e.at), tr("Same person or place") if e.same else "") for e in found]
        if not options:
            self._tell_none(tr("Begin from an earlier report"), tr("There is no earlier report of this kind here."))
            return
        sheet = ChoiceSheet(
            tr("Begin from an earlier report"),
            tr("Its answers are laid over this draft. Photos, signatures and dates stay behind; from a report about "
               "somebody else also everything that belongs to the person's file."),
            tr("Take over"), options, parent=self._over,
        )  # fmt: skip
        sheet.chosen.connect(self.copy_from)
        sheet.open()

    def copy_from(self, record: str) -> None:
        """Lays the answers of another report over this draft."""
        self._desk.start(self._copy(record))

    async def _copy(self, record: str) -> None:
        now = self._current()
        source = await self._desk.read(lambda c: whole_case(c, record))
        if now is None or source is None:
            return
        about = now.file.case.text("resident") or now.file.case.text("place")
        same = bool(about) and about == (source.text("resident") or source.text("place"))
        before = now.form.save()

        def lay() -> bytes:
            form = session.load_form(now.pack, self._desk.now, before)
            session.lay_answers(form, reports.answers_to_copy(now.pack, form, source.fields, same=same))
            return form.save()

        await self._replace(now, now.step.id, await self._desk.run(lay))

    # --- what was sent ---------------------------------------------------------------------------------------

    def begin_correction(self) -> None:
        """Opens what was sent for correction, as a new version."""
        self._desk.start(self._begin_correction())

    async def _begin_correction(self) -> None:
        now = self._current()
        if now is None or not self._may_correct(now):
            return
        before = await self._desk.read(lambda c: reports.last_sent_id(c, now.file.case))
        made = await self._desk.run(lambda: reports.to_correct(now.pack, now.file, before, self._desk.now))
        form, old = made.save(), now.form.save()
        replaced = reports.replaced_by(reports.identity(made))

        def begin(tx: Transaction) -> Changes:
            changes = drafts.save_draft(tx, now.case_id, now.pack.steps[0].id, form)
            if not kept.kept_of(tx.connection, now.case_id, KeptKind.SENT):
                changes |= kept.keep_sent(tx, now.case_id, old, replaced, "")  # sent from another PC
            return changes

        await self._desk.write(begin)
        self.replaced.emit(now.case_id)

    def leave_correction(self) -> None:
        """Forgets the correction; what was sent stays as it is."""
        now = self._current()
        if now is not None and is_correcting(now.file):
            self._desk.start(self._leave_correction(now.case_id))

    async def _leave_correction(self, case_id: str) -> None:
        await self._write_draft()
        await self._desk.write(lambda tx: drafts.drop_draft(tx, case_id))
        self.replaced.emit(case_id)

    def _may_correct(self, now: OpenReport) -> bool:
        is_readable = not now.form.is_encrypted  # what was sent encrypted cannot be opened here again
        return is_readable and may_correct(now.file.case.fields, self._desk.actor.worker_id)

    def ask_reason(self) -> None:
        """Asks why what was sent is changed; `reason_given` says it, once there is one."""
        sheet = ReasonSheet(
            tr("Why is it corrected?"), tr("The supervisor reads the reason beside the answers. It is kept for good."),
            tr("Send the correction"), self._over,
        )  # fmt: skip
        sheet.given.connect(self.reason_given)
        sheet.open()

    async def send_correction(self, now: OpenReport, reason: str, log: str) -> None:
        """Sends the new version with its log; the one that it deprecates is kept."""
        answers = {step.id: session.answers_in(now.form, step.group) for step in now.pack.steps}
        identity = reports.identity(now.form)
        last = now.pack.steps[-1]
        filled = sending.Filled(now.case_id, last.group, now.form, now.form, log)
        form, actor = now.form.save(), self._desk.actor

        def send(tx: Transaction) -> Changes:
            answers[last.id] |= identity | sending.log_to_send(tx, self._desk.cache.files, filled)
            hashes = tuple(h for given in answers.values() for h in session.blobs_in(given.values()))
            changes = work.correct_case(tx, now.pack, now.case_id, answers, actor, reason, hashes)
            return changes | kept.keep_sent(
                tx, now.case_id, form, reports.id_of(identity), reports.replaced_by(identity)
            )  # fmt: skip

        await self._desk.write(send)

    def show_versions(self) -> None:
        """Lists the versions that were sent from here."""
        self._desk.start(self._list_versions())

    async def _list_versions(self) -> None:
        now = self._current()
        if now is None:
            return
        found = await self._desk.read(lambda c: kept.kept_of(c, now.case_id, KeptKind.SENT))
        if not found:
            self._read(now, now.form, tr("As it was sent"), self._when(now.file.case.text("submitted_at")))
            return
        options = [self._version(number, each) for number, each in zip(range(len(found), 0, -1), found, strict=True)]
        sheet = ChoiceSheet(tr("Versions that were sent"), "", tr("Read"), options, parent=self._over)
        sheet.chosen.connect(self.read_version)
        sheet.open()

    def _version(self, number: int, sent: Kept) -> Option:
        tag = tr("Correction") if sent.deprecates else ""
        return Option(str(sent.id), tr("Version {n}", n=number), self._when(sent.kept_at), tag)

    def read_version(self, kept_id: str) -> None:
        """Shows a version that was sent, to be read."""
        self._desk.start(self._read_version(int(kept_id)))

    async def _read_version(self, kept_id: int) -> None:
        now = self._current()
        found = await self._desk.read(lambda c: kept.kept(c, kept_id))
        if now is not None and found is not None:
            form = await self._desk.run(lambda: session.load_form(now.pack, self._desk.now, found.form))
            self._read(now, form, tr("As it was sent"), self._when(found.kept_at))

    def _read(self, now: OpenReport, form: Form, title: str, when: str) -> None:
        sheet = ReadSheet(self._desk, now, form, title, when, self._over)
        sheet.open()

    def show_course(self) -> None:
        """Shows what happened to the case and why it is due when it is."""
        self._desk.start(self._show_course())

    async def _show_course(self) -> None:
        now = self._current()
        if now is None:
            return
        case, at = now.file.case, self._desk.now()
        here = await self._desk.read(lambda c: edits_of(c, case.id))
        names = await self._desk.read(lists.worker_names)
        events = course(now.pack, case, here, names)
        due = explain_due(now.pack, case, at) if not case.text("closed_at") else None
        HistorySheet(events, due, at, self._over).open()

    def show_due(self, below: QWidget) -> None:
        """Shows why the case is due when it is, beneath the line that says so."""
        now, at = self._current(), self._desk.now()
        if now is not None and (due := explain_due(now.pack, now.file.case, at)) is not None:
            open_due(due, at, below)

    def show_print(self) -> None:
        """Asks what is printed."""
        if (now := self._current()) is not None:
            self._desk.start(self.printouts.ask(now))

    def show_notice(self) -> None:
        """Shows the notice of what was found, to be printed."""
        if (now := self._current()) is not None:
            self._desk.start(self.printouts.ask(now, PaperKind.NOTICE))

    # --- words -----------------------------------------------------------------------------------------------

    def _at(self) -> str:
        return self._desk.now().isoformat()

    def _when(self, moment: str) -> str:
        return moment_text(moment, self._desk.now())

    def _tell_none(self, title: str, sentence: str) -> None:
        TellSheet(title, sentence, self._over).open()
