"""The supervisor's desk: cases that wait for review, each with its answers, a comment at any of them, and a decision.

The primary follows the work: approve as long as there is no comment, return as soon as there is one. After either
the next case opens.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from gridclient import workflow
from gridclient.forms import Form
from gridclient.store import lists, residents, reviews, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.late import Late, close_late, late_work
from gridclient.store.reviews import Bulk, ReviewRow
from gridclient.store.shown import Shown
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case import session
from gridclient.ui.case.moving import Moves, moves_of
from gridclient.ui.case.photos import thumbnail
from gridclient.ui.case.printouts import OpenReport
from gridclient.ui.case.session import CaseFile
from gridclient.ui.case.sources import from_files
from gridclient.ui.desk import Desk
from gridclient.ui.review.answers import Answer, answers_of
from gridclient.ui.review.footer import ReviewFooter
from gridclient.ui.review.header import ReviewHeader
from gridclient.ui.review.late import LateSheet
from gridclient.ui.review.pictures import PicturesCard
from gridclient.ui.review.table import AnswerHeader, AnswerTable
from gridclient.ui.review.together import TogetherBox, lot_text
from gridclient.ui.review.waiting import LISTS, WaitingList, of_list, row_look
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import FilePane, KeyCap, RowLook, link_button, text_label
from gridclient.workflow import Asked, allowed, recorders

_WIDE, _NARROW = 420, 384


class ReviewPage(QWidget):
    """List and case side by side."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._all: list[ReviewRow] = []
        self._late: list[Late] = []
        self._rows: list[ReviewRow] = []
        self._file: CaseFile | None = None
        self._form: Form | None = None
        self._last: Shown | None = None
        self.moves = Moves(desk, self._open_report, self)
        self._names: dict[str, str] = {}
        self.answers: list[Answer] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._side = WaitingList()
        self._side.setFixedWidth(theme.px(_WIDE))
        self.list, self.together, self.late = self._side.rows, self._side.together, self._side.late
        self.refused = self._side.refused
        self.chips = self._side.chips
        self.chips.chosen.connect(self._choose_list)
        self.together.clicked.connect(self._ask_together)
        self.late.clicked.connect(self._ask_late)
        self.list.currentRowChanged.connect(self._open_row)
        row.addWidget(self._side)
        self._case = self._case_side()
        row.addWidget(self._case, 1)
        for keys, act in (
            ("A", self._approve), ("R", self._return), ("M", self._comment), ("D", self.fold), ("Esc", self._escape),
            ("Ctrl+Return", self._primary_act), ("Alt+Down", self._next), ("Alt+Up", self._previous),
            ("Ctrl+M", self._ask_next),
        ):  # fmt: skip
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        desk.changed.connect(self._changed)
        self.retranslate()

    def _case_side(self) -> FilePane:
        side = FilePane("list-checks")
        side.empty.action_wanted.connect(self._desk.sync.wake)
        side.again_wanted.connect(self._again)
        self.header = ReviewHeader()
        self.header.up.clicked.connect(self._previous)
        self.header.down.clicked.connect(self._next)
        self.corrected = self.header.corrected
        self._pictures = PicturesCard()
        for each in (self.header, self._table_card(), self._pictures):
            side.cards.addWidget(each)
        side.cards.addStretch(1)
        self.footer = ReviewFooter()
        self.footer.next.clicked.connect(self._ask_next)
        self.footer.approve.clicked.connect(self._approve)
        self.footer.send_back.clicked.connect(self._return)
        self.approve, self.send_back = self.footer.approve, self.footer.send_back
        side.add_foot(self.footer)
        return side

    def _table_card(self) -> QFrame:
        frame = QFrame()
        theme.set_role(frame, "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        self.table = AnswerTable()
        self.table.comment_changed.connect(self._count_comments)
        self._heads = AnswerHeader(self.table)
        column.addWidget(self._heads)
        column.addWidget(self.table)
        self._fold_row = QWidget()
        foot = QHBoxLayout(self._fold_row)
        foot.setContentsMargins(16, 6, 16, 8)
        foot.setSpacing(8)
        self._folded = text_label("", "muted")
        self._fold_button = link_button("")
        self._fold_button.clicked.connect(self.fold)
        foot.addWidget(self._folded)
        foot.addStretch(1)
        foot.addWidget(self._fold_button)
        foot.addWidget(KeyCap("D"))
        column.addWidget(self._fold_row)
        return frame

    # --- reading -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads the queue anew; the case that is open stays open while it waits."""
        self._desk.start(self._load(), self._case.say_fault)

    def _again(self) -> None:
        self._file = None  # also the case that was open is read anew
        self.reload()

    async def _load(self) -> None:
        self._names = await self._desk.read(lists.worker_names)
        self._all = await self._desk.read(lambda c: reviews.review_rows(c, self._desk.packs, self._desk.today()))
        self._offer_together()
        self._late = await self._desk.read(late_work)
        self.late.setText(tr("{n} pieces of late work", n=len(self._late)))
        self.late.setVisible(bool(self._late))
        for chip in LISTS:
            self.chips.set_count(chip, len(of_list(self._all, chip)))
        await self._list()

    def _choose_list(self, _chip: str) -> None:
        self._desk.start(self._list(), self._case.say_fault)

    async def _list(self) -> None:
        before = self.list.currentRow()
        self._rows = of_list(self._all, self.chips.current())
        keep = self._file.case.id if self._file else ""
        ids = [row.id for row in self._rows]
        # After a decision the next case takes the place of the one that went.
        place = ids.index(keep) if keep in ids else min(max(before, 0), len(ids) - 1)
        self.list.show_rows(map(self._look, self._rows), place)
        if not ids:
            self._show(None)
        elif keep != ids[place]:
            await self._open(ids[place])
        self.header.show_place(place + 1, len(ids))

    def _look(self, row: ReviewRow) -> RowLook:
        pack = self._desk.packs.get(row.pack)
        kind = pick(pack.category) if pack else ""
        return row_look(row, kind, self._names.get(row.submitted_by, ""), self._desk.now())

    def _open_row(self, place: int) -> None:
        if 0 <= place < len(self._rows):
            self._desk.start(self._open(self._rows[place].id), self._case.say_fault)

    async def _open(self, case_id: str) -> None:
        today = self._desk.today()
        file = await self._desk.read(lambda c: session.read_case(c, case_id, today))
        last = await self._desk.read(lambda c: residents.last_visit(c, self._desk.packs, file.case))
        pack = self._desk.pack_of(file.case.fields)
        form = await self._desk.run(lambda: session.open_form(pack, file, self._desk.now))
        before = workflow.answers_of(last.fields) if last else None
        self._last, self._form = last, form
        filed = from_files(pack, file, self._desk.packs, self._names, self._desk.now())
        self.answers = answers_of(pack, form, before, filed)
        if self._file is None or self._file.case.id != case_id:
            self.table.start_over()
        self._show(file)
        if case_id in [row.id for row in self._rows]:
            place = [row.id for row in self._rows].index(case_id)
            self.header.show_place(place + 1, len(self._rows))
        await self._show_pictures(case_id)

    async def _show_pictures(self, case_id: str) -> None:
        taken = [(answer, sha256) for answer in self.answers for sha256 in answer.blobs]
        self._pictures.start_over(len(taken))
        for answer, sha256 in taken:
            data = await self._desk.picture(case_id, sha256)
            image = await self._desk.run(lambda d=data: thumbnail(d))
            if self._file is None or self._file.case.id != case_id:
                return
            self._pictures.add(answer.question, image)
        self._pictures.end()

    def _show(self, file: CaseFile | None) -> None:
        self._file = file
        self._case.show_file(file is not None)
        if file is None:
            return
        case, now = file.case, self._desk.now()
        self.header.show_case(case, self._names, now)
        self._show_guard(case)
        when = moment_text(case.text("submitted_at"), now)
        last = moment_text(self._last.text("closed_at"), now) if self._last else ""
        self._heads.say(tr("This time · {when}", when=when), tr("Last time · {when}", when=last))
        has_last = self._last is not None
        self.table.show_answers(self.answers, has_last, has_last and any(a.is_changed for a in self.answers))
        self._fold_row.setVisible(has_last)
        self._say_folded()
        self._count_comments()
        self._case.area.verticalScrollBar().setValue(0)

    def _show_guard(self, case: Shown) -> None:
        """Says before anybody tries whether this person may approve, and who the first of two people was."""
        pack, actor = self._desk.pack_of(case.fields), self._desk.actor
        refusal = allowed(pack, case.fields, actor.role, "approve", Asked(actor.worker_id, self._desk.now()))
        first = sorted({self._names.get(who, who) for who in recorders(pack, case.fields, "approve")})
        self.header.show_guard(refusal, tr(", ").join(first))
        row = next((row for row in self._all if row.id == case.id), None)
        self.header.show_lot(lot_text(row) if row is not None and row.is_drawn else "")
        self.footer.offer(refusal, has_moves=bool(moves_of(pack, case.fields, actor.role)))

    def fold(self) -> None:
        """Folds away what is as last time, or shows all again."""
        if self._last is not None:
            self.table.show_answers(self.answers, True, not self.table.model_of.only_changes)
            self._say_folded()

    def _say_folded(self) -> None:
        changed = sum(answer.is_changed for answer in self.answers)
        folded = self.table.model_of.folded
        only = self.table.model_of.only_changes
        said = tr("{n} changed; {folded} as last time are folded away", n=changed, folded=folded)
        self._folded.setText(said if only else tr("{n} changed", n=changed))
        self._fold_button.setText(tr("Show all") if only else tr("Only what changed"))

    # --- deciding ------------------------------------------------------------------------------------------

    def comments(self) -> dict[str, str]:
        """The comments so far, by reference of the answer."""
        return dict(self.table.model_of.comments)

    def _count_comments(self) -> None:
        self.footer.show_comments(len(self.comments()))

    def _primary_act(self) -> None:
        if self.comments():
            self._return()
        else:
            self._approve()

    def _comment(self) -> None:
        if self._file is not None:
            line = self.table.open_comment()
            if line is not None:
                self._case.area.ensureWidgetVisible(line)

    def _ask_next(self) -> None:
        self.moves.ask()

    def _open_report(self) -> OpenReport | None:
        if self._file is None or self._form is None:
            return None
        pack = self._desk.pack_of(self._file.case.fields)
        return OpenReport(self._file, pack, self._form, pack.steps[-1], {}, False)

    def _escape(self) -> None:
        self.table.close_comment()

    def _approve(self) -> None:
        if self._file is not None and self.approve.isEnabled():
            case, actor = self._file.case, self._desk.actor
            pack = self._desk.pack_of(case.fields)
            self._desk.start(self._desk.write(lambda tx: work.approve_case(tx, pack, case.id, actor)))

    def _return(self) -> None:
        """Returns the case with its comments; without one it asks for the first."""
        comments = self.comments()
        if self._file is not None and not comments:
            self._comment()
        elif self._file is not None:
            case, actor = self._file.case, self._desk.actor
            pack = self._desk.pack_of(case.fields)
            self._desk.start(self._desk.write(lambda tx: work.return_case(tx, pack, case.id, comments, actor)))

    # --- together ------------------------------------------------------------------------------------------

    def _offer_together(self) -> None:
        n = len(reviews.bulk(self._all, self._desk.actor.worker_id).approve)
        self.together.setText(tr("Approve {n} without changes", n=n))
        self.together.setVisible(n > 0)

    def _ask_together(self) -> None:
        """Asks once for all of them; they are those of this moment, whatever comes meanwhile."""
        found = reviews.bulk(self._all, self._desk.actor.worker_id)
        titles = {row.id: row.title for row in self._all}  # one that is decided meanwhile leaves the list
        box = TogetherBox(found, self)
        box.agreed.connect(lambda: self._desk.start(self._approve_together(found, titles)))
        box.open()

    def _ask_late(self) -> None:
        """Shows what came too late, one piece after the other."""
        self.late_sheet = LateSheet(self._late, self._names, self._desk.now(), self)
        self.late_sheet.decided.connect(self._late_decided)
        self.late_sheet.open()

    def _late_decided(self, work: Late, note: str, take: bool) -> None:
        actor = self._desk.actor
        self._desk.start(self._desk.write(lambda tx: close_late(tx, work, actor, note, take=take)))

    async def _approve_together(self, found: Bulk, titles: dict[str, str]) -> None:
        actor, pack_of = self._desk.actor, self._desk.pack_of

        def of(case: str) -> Callable[[Transaction], Changes]:
            return lambda tx: reviews.approve(tx, pack_of, case, actor)

        _, refusals = await self._desk.write_each([of(case) for case in found.approve])
        self._side.tell_refused([
            (titles[case], str(refusal))
            for case, refusal in zip(found.approve, refusals, strict=True) if refusal is not None
        ])  # fmt: skip

    def choose_changed(self) -> None:
        """Opens the first case that differs from the last visit, when there is one."""
        place = next((n for n, row in enumerate(self._rows) if row.changes), -1)
        if place >= 0:
            self.list.setCurrentRow(place)

    def _next(self) -> None:
        self.list.setCurrentRow(min(self.list.currentRow() + 1, self.list.count() - 1))

    def _previous(self) -> None:
        self.list.setCurrentRow(max(self.list.currentRow() - 1, 0))

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"case", "review", "scope"}:
            self._desk.start(self._load_again(changes), self._case.say_fault)

    async def _load_again(self, changes: Changes) -> None:
        """The queue anew, and the open case where it was changed: nobody approves what stands there no more."""
        await self._load()
        if self._file is not None and self._file.case.id in changes.records:
            await self._open(self._file.case.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(theme.px(_WIDE if self.width() >= theme.px(1350) else _NARROW))

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._side.retranslate()
        self.table.setAccessibleName(tr("Answers"))
        self._case.empty.say(
            tr("Nothing to review"),
            tr("Cases that workers submit appear here after a sync."),
            tr("Synchronise now"),
            "list-checks",
        )
        self._pictures.set_title(tr("Photos and signatures"))
        self.header.retranslate()
        self.footer.retranslate()
        self._file = None
        self.reload()
