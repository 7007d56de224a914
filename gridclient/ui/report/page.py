"""Reporting an event: whose grid, where, and the first step of its pack, by keyboard alone and without a network.

What is filled in is kept as a draft on this PC until it is reported or discarded; one report is made at a time.
"""

from dataclasses import replace

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gridclient.domain.record import Kind, Value, new_id
from gridclient.forms import Form
from gridclient.store import blobs, drafts, lists
from gridclient.store.cache import Changes, Transaction
from gridclient.store.drafts import Draft
from gridclient.store.duplicates import find_same
from gridclient.store.lists import Cell
from gridclient.store.reporting import Report, report_event
from gridclient.store.shown import Shown
from gridclient.text import pick, tr
from gridclient.ui import preferences, theme
from gridclient.ui.case import audited, session
from gridclient.ui.case.attaching import Attaching
from gridclient.ui.case.same import SameBanner
from gridclient.ui.case.sending import Filled, answers_to_send
from gridclient.ui.desk import Desk
from gridclient.ui.forms import FormPage
from gridclient.ui.forms.auditing import Auditing
from gridclient.ui.report.beginning import packs_to_report, read_begun
from gridclient.ui.widgets import KeyCap, outlined_button, primary_button, text_label
from gridclient.workflow import Pack
from gridclient.workflow.duplicates import Hint

_DRAFT_MS, _SEARCH_MS, _WIDTH = 400, 120, 820
_KEPT, _PLACE = "report", "place"  # the preference that names the open draft; the question that an address answers


class ReportPage(QWidget):
    """One event being reported."""

    reported = Signal(str)  # case id
    case_wanted = Signal(str)  # case id: one that may be the same
    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._case_id = ""
        self._pack: Pack | None = None
        self._form: Form | None = None
        self._page: FormPage | None = None
        self._audit: Auditing | None = None  # few forms want a log
        self._cells: list[Cell] = []
        self._around: dict[str, session.Around] = {}  # by pack
        self._filled_place = ""
        self._busy = False
        self._other: Hint | None = None  # another case that may be the same
        self._same_as = ""  # the one that the person says it is
        self._sent: Draft | None = None  # the last report as it was filled in
        self._draft_timer, self._search_timer = QTimer(self), QTimer(self)
        for timer, ms, due in (
            (self._draft_timer, _DRAFT_MS, self._draft_due), (self._search_timer, _SEARCH_MS, self._search_due),
        ):  # fmt: skip
            timer.setSingleShot(True)
            timer.setInterval(ms)
            timer.timeout.connect(due)
        self.photos = Attaching(desk, self.save_draft, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        middle = QWidget()
        middle.setMaximumWidth(theme.px(_WIDTH))
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        inside = QVBoxLayout(middle)
        inside.setContentsMargins(20, 16, 20, 8)
        inside.setSpacing(12)
        self._title = text_label("", "title")
        self._hint = text_label("", "muted", wrap=True)
        inside.addWidget(self._title)
        inside.addWidget(self._hint)
        inside.addLayout(self._where())
        self.same = SameBanner()
        self.same.open_wanted.connect(self._open_other)
        self.same.linked.connect(self._link)
        inside.addWidget(self.same)
        ground = QFrame()
        theme.set_role(ground, "card")
        self._body = QVBoxLayout(ground)
        self._body.setContentsMargins(8, 12, 4, 4)
        inside.addWidget(ground, 1)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(middle, 100)
        line.addStretch(1)
        column.addLayout(line, 1)
        column.addWidget(self._footer())
        self.retranslate()

    def _where(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        self._labels = [text_label("", "label") for _ in range(3)]
        self.kind, self.cell, self.address = QComboBox(), QComboBox(), QLineEdit()
        for box in (self.kind, self.cell):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMinimumContentsLength(6)
        self.kind.activated.connect(self._kind_chosen)
        self.cell.activated.connect(self._draft_timer.start)
        self._found = QStringListModel(self)
        completer = QCompleter(self._found, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.activated.connect(self._address_left)
        self.address.setCompleter(completer)
        self.address.textEdited.connect(self._search_timer.start)
        self.address.editingFinished.connect(self._address_left)
        for place, (label, field) in enumerate(zip(self._labels, (self.kind, self.cell, self.address), strict=True)):
            label.setBuddy(field)
            grid.addWidget(label, 0, place)
            grid.addWidget(field, 1, place)
        grid.setColumnStretch(2, 1)
        return grid

    def _footer(self) -> QFrame:
        foot = QFrame()
        theme.set_role(foot, "footer")
        foot.setFixedHeight(theme.px(60))
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(10)
        self._saved = text_label("", "small")
        self.discard = outlined_button("", "trash-2")
        self.discard.clicked.connect(self._discard_clicked)
        self.later = outlined_button("")
        self.later.clicked.connect(self._leave)
        self.primary = primary_button("", "send")
        self.primary.clicked.connect(self._report_clicked)
        row.addWidget(self._saved)
        row.addStretch(1)
        for widget in (self.discard, self.later, KeyCap("Ctrl+Enter"), self.primary):
            row.addWidget(widget)
        for keys, act in (("Ctrl+Return", self._report_clicked), ("Esc", self._leave)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        return foot

    # --- beginning -----------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Goes on with the report that was not finished, or begins one."""
        if self._form is not None:
            self._take_focus()
            return
        begun = await self._desk.read(lambda c: read_begun(c, preferences.kept(c, _KEPT)))
        self._cells, self._case_id = list(begun.cells), begun.case_id or new_id()
        self.cell.clear()
        self.cell.addItems([cell.name or cell.code for cell in self._cells])
        packs = packs_to_report(self._desk)
        self._around = await self._desk.read(lambda c: {pack.id: session.read_around(c, pack.id) for pack in packs})
        self.kind.clear()
        self.kind.addItems([pick(pack.title) for pack in packs])
        for widget in (self._labels[0], self.kind):
            widget.setVisible(len(packs) > 1)
        self.address.clear()
        self._filled_place = ""
        if begun.draft is None:
            await self._desk.write(lambda tx: preferences.keep(tx, _KEPT, self._case_id))
        self._show_form(packs[0], begun.draft)

    def _show_form(self, pack: Pack, draft: Draft | None) -> None:
        self._pack = pack
        instance = None if draft is None else draft.form
        self._form = session.load_form(pack, self._desk.now, instance, self._around.get(pack.id))
        if self._page is not None:
            self._body.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        self._audit = None if self._form.audit is None else Auditing(self._form, self._desk.actor.worker_id)
        page = FormPage(self._form, pack.steps[0].group)
        page.setAccessibleName(pick(pack.steps[0].title))
        page.answered.connect(self._draft_timer.start)
        self._page = page
        if self._audit is not None:
            self._audit.follow(page)
        self.photos.serve(page, Shown(self._case_id, Kind.CASE, "", 0, {}), pack.photos)
        self._desk.start(self.photos.show_kept(page, session.answers_in(self._form, pack.steps[0].group)))
        self._body.addWidget(page, 1)
        if place := self._place_ref():
            self.address.setText(self._form.get(place))
            self._filled_place = self.address.text()
        self._take_focus()

    def _kind_chosen(self, place: int) -> None:
        self._show_form(packs_to_report(self._desk)[place], None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._take_focus()

    def _take_focus(self) -> None:
        self.address.setFocus()

    # --- where ---------------------------------------------------------------------------------------------

    def _search_due(self) -> None:
        self._desk.start(self._search())

    async def _search(self) -> None:
        words = self.address.text()
        found = await self._desk.read(lambda c: lists.addresses(c, words)) if words.strip() else []
        if words == self.address.text():
            self._found.setStringList(found)
            if found and self.address.hasFocus():
                self.address.completer().complete()

    def _address_left(self) -> None:
        """An address answers the question after the place, as long as nobody answered it otherwise."""
        place, text = self._place_ref(), self.address.text().strip()
        if not place or self._form is None or self._page is None or not text:
            return
        if self._form.get(place) in ("", self._filled_place):
            self._page.refresh(self._form.set(place, text).changed)
            self._filled_place = text
            self._draft_timer.start()

    def _place_ref(self) -> str:
        if self._form is None or self._pack is None:
            return ""
        ref = f"{self._pack.steps[0].group}/{_PLACE}"
        return ref if ref in self._form.refs() else ""

    # --- the draft -----------------------------------------------------------------------------------------

    def _draft_due(self) -> None:
        self._desk.start(self._keep_and_compare())

    async def _keep_and_compare(self) -> None:
        await self.save_draft()
        await self._compare()

    async def _compare(self) -> None:
        """Looks on this PC for a case that may be the same as what is written so far."""
        form, pack, at = self._form, self._pack, self._desk.now()
        if form is None or pack is None or not self._cells:
            return
        report = self._as_report(form, pack)
        found = await self._desk.read_long(lambda c: find_same(c, pack, report, at))
        if form is self._form:
            said = next((hint for hint in found if hint.case == self._same_as), None)
            self._other = said or next(iter(found), None)
            self._link(said.case if said else "")

    def _link(self, case_id: str) -> None:
        """The person says that it is the same as another case, or that it is none."""
        self._same_as = case_id
        self.same.show_hint(self._other, is_linked=bool(case_id))

    def _open_other(self, case_id: str) -> None:
        self._desk.start(self._leave_for(case_id))

    async def _leave_for(self, case_id: str) -> None:
        await self.save_draft()
        self.case_wanted.emit(case_id)

    async def save_draft(self) -> None:
        """Keeps what is filled in."""
        self._draft_timer.stop()
        if self._form is None or self._pack is None or self._busy:
            return
        case_id, step, form = self._case_id, self._pack.steps[0].id, self._form.save()
        await self._desk.write(lambda tx: drafts.save_draft(tx, case_id, step, form))
        self._saved.setText(tr("The draft is kept on this PC."))

    def _leave(self) -> None:
        self._desk.start(self._leave_after())

    async def _leave_after(self) -> None:
        if self._draft_timer.isActive():
            await self.save_draft()
        self.left.emit()

    def _discard_clicked(self) -> None:
        self._desk.start(self.throw_away())

    async def throw_away(self) -> None:
        """Forgets the draft with its photos."""
        self._draft_timer.stop()
        case_id = self._case_id

        await self._desk.write(
            lambda tx: (
                blobs.forget_drafts(tx, case_id) | drafts.drop_draft(tx, case_id) | preferences.keep(tx, _KEPT, "")
            )
        )
        await self._desk.run(self._desk.cache.collect)
        self._clear()
        self.left.emit()

    async def give_back(self, case_id: str) -> None:
        """The report was undone: what was filled in is a draft again, unless another report has begun."""
        sent, self._sent = self._sent, None
        if sent is None or sent.record != case_id or self._form is not None:
            return

        def keep(tx: Transaction) -> Changes:
            return drafts.save_draft(tx, case_id, sent.step, sent.form) | preferences.keep(tx, _KEPT, case_id)

        await self._desk.write(keep)

    def _clear(self) -> None:
        self._form, self._audit, self._case_id, self._other = None, None, "", None
        self._link("")
        self._saved.clear()

    # --- reporting -----------------------------------------------------------------------------------------

    def _report_clicked(self) -> None:
        if not self._busy:
            self._desk.start(self._report())

    async def _report(self) -> None:
        form, pack, page = self._form, self._pack, self._page
        if form is None or pack is None or page is None or not self._cells:
            return
        self._address_left()
        group = pack.steps[0].group
        unreadable, left = page.unreadable(), session.violations_in(form, group)
        if unreadable or left:
            page.show_errors(left)
            return
        if form.is_encrypted:  # the list of cases needs title and place of an event in plain words
            self._saved.setText(
                tr("Answers of this form leave the PC only encrypted, so no event is reported with it.")
            )
            return
        self._draft_timer.stop()
        self._busy = True
        try:
            report, desk = self._as_report(form, pack), self._desk
            log = audited.ended(self._audit.log, form, whole=False) if self._audit is not None else ""
            filled = Filled(report.case_id, group, form, log=log)

            def save(tx: Transaction) -> Changes:
                answers = answers_to_send(tx, desk.cache.files, filled)
                sent = replace(report, answers=answers, photos=session.blobs_in(answers.values()))
                return report_event(tx, pack, sent, desk.actor) | preferences.keep(tx, _KEPT, "")

            await self._desk.write(save)
        finally:
            self._busy = False
        self._sent = Draft(report.case_id, pack.steps[0].id, form.save(), "")
        self._clear()
        self.reported.emit(report.case_id)
        self.left.emit()

    def _as_report(self, form: Form, pack: Pack) -> Report:
        group = pack.steps[0].group
        answers = session.answers_in(form, group)
        address = self.address.text().strip() or answers.get(self._place_ref(), "")
        words = [session.in_words(form, f"{group}/category", answers.get(f"{group}/category", "")), address]
        about: dict[str, Value] = {
            "grid": self._cells[max(self.cell.currentIndex(), 0)].code, "address": address, "source": "report",
            "title": " · ".join(word for word in words if word),
        }  # fmt: skip
        if self._same_as:
            about["duplicate_of"] = self._same_as
        return Report(self._case_id, about, answers)

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._title.setText(tr("Report an event"))
        self._hint.setText(tr("It is recorded on this PC at once and uploaded when the platform can be reached."))
        names = (tr("Kind"), tr("Grid"), tr("Where"))
        for label, field, name in zip(self._labels, (self.kind, self.cell, self.address), names, strict=True):
            label.setText(name)
            field.setAccessibleName(name)
        self.address.setPlaceholderText(tr("Estate, road or building; letters find it too"))
        self.discard.setText(tr("Discard"))
        self.later.setText(tr("Go on later"))
        self.primary.setText(tr("Report"))
        if self._form is not None:
            session.choose_language(self._form)
        if self._page is not None:
            self._page.retranslate()
