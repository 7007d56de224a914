"""The supervisor's desk: cases that wait for review, each with its answers, a comment at any of them, and a decision.

The primary follows the work: approve as long as there is no comment, return as soon as there is one. After either
the next case opens.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPixmap, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gridclient.store import lists, residents, reviews, work
from gridclient.store.cache import Changes
from gridclient.store.late import Late, close_late, late_work
from gridclient.store.reviews import Bulk, ReviewRow
from gridclient.store.shown import Shown
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case import session
from gridclient.ui.case.photos import thumbnail
from gridclient.ui.case.session import CaseFile
from gridclient.ui.desk import Desk
from gridclient.ui.review.answers import Answer, answers_of
from gridclient.ui.review.late import LateSheet
from gridclient.ui.review.table import AnswerHeader, AnswerTable
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import (
    ROW_LOOK,
    Banner,
    Card,
    ChipLook,
    ChipRow,
    ElidedLabel,
    EmptyState,
    IconLabel,
    KeyCap,
    RowLook,
    StatusTag,
    TwoLineDelegate,
    compact_button,
    icon_button,
    link_button,
    name_icon_button,
    outlined_button,
    primary_button,
    text_label,
)
from gridclient.ui.widgets.layouts import clear
from gridclient.workflow import corrections

_LISTS = ("all", "same", "changed", "again")
_WIDE, _NARROW = 420, 384


class ReviewPage(QWidget):
    """List and case side by side."""

    count_changed = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._all: list[ReviewRow] = []
        self._late: list[Late] = []
        self._rows: list[ReviewRow] = []
        self._file: CaseFile | None = None
        self._last: Shown | None = None
        self._names: dict[str, str] = {}
        self.answers: list[Answer] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list_side())
        row.addWidget(self._case_side(), 1)
        for keys, act in (
            ("A", self._approve), ("R", self._return), ("M", self._comment), ("D", self.fold), ("Esc", self._escape),
            ("Ctrl+Return", self._primary_act), ("Alt+Down", self._next), ("Alt+Up", self._previous),
        ):  # fmt: skip
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        desk.changed.connect(self._changed)
        self.retranslate()

    def _list_side(self) -> QWidget:
        self._side = QWidget()
        self._side.setFixedWidth(_WIDE)
        theme.set_role(self._side, "pane")
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 16, 1, 0)
        column.setSpacing(0)
        self._title = text_label("", "title")
        self._title.setContentsMargins(20, 0, 0, 12)
        column.addWidget(self._title)
        self._chips = ChipRow()
        self._chips.chosen.connect(self._choose_list)
        line = QHBoxLayout()
        line.setContentsMargins(20, 0, 8, 12)
        line.addWidget(self._chips)
        column.addLayout(line)
        self.together = compact_button("", "list-checks")
        self.together.clicked.connect(self._ask_together)
        self.together.hide()
        beside = QHBoxLayout()
        beside.setContentsMargins(20, 0, 8, 8)
        beside.addWidget(self.together)
        self.late = compact_button("", "history")
        self.late.clicked.connect(self._ask_late)
        self.late.hide()
        beside.addWidget(self.late)
        beside.addStretch(1)
        column.addLayout(beside)
        self.list = QListWidget()
        self.list.setItemDelegate(TwoLineDelegate(self.list))
        self.list.currentRowChanged.connect(self._open_row)
        column.addWidget(self.list, 1)
        return self._side

    def _case_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._empty = EmptyState(icon="list-checks")
        self._empty.action_wanted.connect(self._desk.sync.wake)
        column.addWidget(self._empty, 1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._area, 1)
        content = QWidget()
        theme.set_role(content, "plain")
        inside = QVBoxLayout(content)
        inside.setContentsMargins(20, 14, 20, 16)
        inside.setSpacing(12)
        inside.addLayout(self._header())
        inside.addWidget(self._table_card())
        self._pictures_card = Card()
        self._pictures = QHBoxLayout()
        self._pictures.setSpacing(12)
        self._pictures_card.body.addLayout(self._pictures)
        inside.addWidget(self._pictures_card)
        inside.addStretch(1)
        self._area.setWidget(content)
        column.addWidget(self._footer())
        return side

    def _header(self) -> QVBoxLayout:
        lines = QVBoxLayout()
        lines.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._name = text_label("", "title")
        self._tag = StatusTag("", "warn", "hourglass")
        self._place = text_label("", "muted")
        head.addWidget(self._name)
        head.addWidget(self._tag)
        head.addStretch(1)
        head.addWidget(self._place)
        self._up, self._down = icon_button("chevron-up", ""), icon_button("chevron-down", "")
        self._up.clicked.connect(self._previous)
        self._down.clicked.connect(self._next)
        head.addWidget(self._up)
        head.addWidget(self._down)
        lines.addLayout(head)
        self._facts = ElidedLabel(role="muted")
        lines.addWidget(self._facts)
        self.corrected = Banner("info")
        self.corrected.hide()
        lines.addWidget(self.corrected)
        return lines

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

    def _footer(self) -> QFrame:
        self._foot = QFrame()
        theme.set_role(self._foot, "footer")
        self._foot.setFixedHeight(60)
        line = QHBoxLayout(self._foot)
        line.setContentsMargins(20, 0, 20, 0)
        line.setSpacing(10)
        self._comment_icon = IconLabel("message-square", "text_2", 16)
        self._comments = ElidedLabel(role="small")
        line.addWidget(self._comment_icon)
        line.addWidget(self._comments, 1)
        self._comment_label = text_label("", "small")
        line.addWidget(KeyCap("M"))
        line.addWidget(self._comment_label)
        line.addWidget(KeyCap("A"))
        self.approve = outlined_button("", "check")
        self.approve.clicked.connect(self._approve)
        line.addWidget(self.approve)
        line.addWidget(KeyCap("R"))
        self.send_back = primary_button("", "undo-2")
        self.send_back.clicked.connect(self._return)
        line.addWidget(self.send_back)
        return self._foot

    # --- reading -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads the queue anew; the case that is open stays open while it waits."""
        self._desk.start(self._load())

    async def _load(self) -> None:
        self._names = await self._desk.read(lists.worker_names)
        self._all = await self._desk.read(reviews.review_rows)
        self.count_changed.emit(len(self._all))
        self._offer_together()
        self._late = await self._desk.read(late_work)
        self.late.setText(tr("{n} pieces of late work", n=len(self._late)))
        self.late.setVisible(bool(self._late))
        for chip in _LISTS:
            self._chips.set_count(chip, len(self._of(chip)))
        await self._list()

    def _of(self, chip: str) -> list[ReviewRow]:
        match chip:
            case "same":
                return [row for row in self._all if row.changes == 0]
            case "changed":
                return [row for row in self._all if row.changes]
            case "again":
                return [row for row in self._all if row.again]
            case _:
                return self._all

    def _choose_list(self, _chip: str) -> None:
        self._desk.start(self._list())

    async def _list(self) -> None:
        before = self.list.currentRow()
        self._rows = self._of(self._chips.current())
        keep = self._file.case.id if self._file else ""
        ids = [row.id for row in self._rows]
        self.list.blockSignals(True)
        self.list.clear()
        for row in self._rows:
            look, item = self._look(row), QListWidgetItem()
            item.setData(ROW_LOOK, look)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, look.spoken)
            self.list.addItem(item)
        # After a decision the next case takes the place of the one that went.
        place = ids.index(keep) if keep in ids else min(max(before, 0), len(ids) - 1)
        self.list.setCurrentRow(place)
        self.list.blockSignals(False)
        if not ids:
            self._show(None)
        elif keep != ids[place]:
            await self._open(ids[place])
        self._place.setText(tr("{n} of {all}", n=place + 1, all=len(ids)))

    def _look(self, row: ReviewRow) -> RowLook:
        pack = self._desk.packs.get(row.pack)
        by = self._names.get(row.submitted_by, "")
        kind = pick(pack.category) if pack else ""
        if row.again:
            chip, tone, icon = tr("Submitted again"), "warn", "undo-2"
        elif row.changes:
            chip, tone, icon = tr("{n} changed", n=row.changes), "warn", "diff"
        elif row.changes == 0:
            chip, tone, icon = tr("Nothing changed"), "ok", "equal"
        else:
            chip, tone, icon = tr("First time"), "neutral", ""
        when = moment_text(row.submitted_at, self._desk.now())
        return RowLook(row.title, " · ".join(part for part in (kind, by) if part), "", chip, tone, when,
                       chip_icon=icon)  # fmt: skip

    def _open_row(self, place: int) -> None:
        if 0 <= place < len(self._rows):
            self._desk.start(self._open(self._rows[place].id))

    async def _open(self, case_id: str) -> None:
        today = self._desk.today()
        file = await self._desk.read(lambda c: session.read_case(c, case_id, today))
        last = await self._desk.read(lambda c: residents.last_visit(c, file.case))
        pack = self._desk.pack_of(file.case.fields)
        form = await self._desk.run(lambda: session.open_form(pack, file))
        before = work.answers_of(last.fields) if last else None
        self._last = last
        self.answers = answers_of(pack, form, before)
        if self._file is None or self._file.case.id != case_id:
            self.table.start_over()
        self._show(file)
        if case_id in [row.id for row in self._rows]:
            place = [row.id for row in self._rows].index(case_id)
            self._place.setText(tr("{n} of {all}", n=place + 1, all=len(self._rows)))
        await self._show_pictures(case_id)

    async def _show_pictures(self, case_id: str) -> None:
        clear(self._pictures)
        taken = [(answer, sha256) for answer in self.answers for sha256 in answer.blobs]
        self._pictures_card.setVisible(bool(taken))
        for answer, sha256 in taken:
            data = await self._desk.picture(case_id, sha256)
            image = await self._desk.run(lambda d=data: thumbnail(d))
            if self._file is None or self._file.case.id != case_id:
                return
            self._pictures.addWidget(_picture(answer, image))
        self._pictures.addStretch(1)

    def _show(self, file: CaseFile | None) -> None:
        self._file = file
        self._empty.setVisible(file is None)
        self._area.setVisible(file is not None)
        self._foot.setVisible(file is not None)
        if file is None:
            return
        case, now = file.case, self._desk.now()
        self._name.setText(case.text("title"))
        self._tag.set_mark(tr("In review"), "warn", "hourglass")
        by, when = self._names.get(case.text("submitted_by"), ""), moment_text(case.text("submitted_at"), now)
        facts = (case.text("number"), case.text("address"), tr("{name} submitted {when}", name=by, when=when))
        self._facts.set_text("　·　".join(fact for fact in facts if fact))
        self._show_corrections(file)
        last = moment_text(self._last.text("closed_at"), now) if self._last else ""
        self._heads.say(tr("This time · {when}", when=when), tr("Last time · {when}", when=last))
        has_last = self._last is not None
        self.table.show_answers(self.answers, has_last, has_last and any(a.is_changed for a in self.answers))
        self._fold_row.setVisible(has_last)
        self._say_folded()
        self._count_comments()
        self._area.verticalScrollBar().setValue(0)

    def _show_corrections(self, file: CaseFile) -> None:
        """Who changed what was sent, when, and why."""
        made, now = corrections(file.case.fields), self._desk.now()
        self.corrected.setVisible(bool(made))
        self.corrected.say("info", tr("Corrected after it was sent"), "\n".join(
            tr("{name}, {when}: {reason}", name=self._names.get(str(each["by"]), ""),
               when=moment_text(str(each["at"]), now), reason=str(each["reason"]))
            for each in made
        ), icon="pencil")  # fmt: skip

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
        n = len(self.comments())
        self._comments.set_text(tr("{n} comments, each opens at its question", n=n) if n else tr("No comments"))
        self._comment_icon.set_icon("message-square-text" if n else "message-square", "accent_ink" if n else "text_2")
        self.send_back.setText(tr("Return with {n} comments", n=n) if n else tr("Return"))
        for button, icon, is_primary in ((self.approve, "check", not n), (self.send_back, "undo-2", bool(n))):
            theme.set_role(button, "primary" if is_primary else "outlined")
            theme.set_icon(button, icon, "on_accent" if is_primary else "text_1")

    def _primary_act(self) -> None:
        if self.comments():
            self._return()
        else:
            self._approve()

    def _comment(self) -> None:
        if self._file is not None:
            line = self.table.open_comment()
            if line is not None:
                self._area.ensureWidgetVisible(line)

    def _escape(self) -> None:
        self.table.close_comment()

    def _approve(self) -> None:
        if self._file is not None:
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
        """Asks once for all of them, and says how many were drawn to be looked at."""
        found = reviews.bulk(self._all, self._desk.actor.worker_id)
        box = QMessageBox(QMessageBox.Icon.Question, tr("Approve together"), "", parent=self)
        box.setText(tr("{n} cases are as at the last visit. Approve them together?", n=len(found.approve)))
        box.setInformativeText(tr("{n} more, drawn by lot, stay in the list for you to look at.", n=len(found.sample)))
        agree = box.addButton(tr("Approve"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(agree)

        def answered() -> None:
            if box.clickedButton() is agree:
                self._desk.start(self._approve_together(found))

        box.finished.connect(answered)
        box.open()

    def _ask_late(self) -> None:
        """Shows what came too late, one piece after the other."""
        self.late_sheet = LateSheet(self._late, self._names, self._desk.now(), self)
        self.late_sheet.decided.connect(self._late_decided)
        self.late_sheet.open()

    def _late_decided(self, work: Late, note: str, take: bool) -> None:
        actor = self._desk.actor
        self._desk.start(self._desk.write(lambda tx: close_late(tx, work, actor, note, take=take)))

    async def _approve_together(self, found: Bulk) -> None:
        actor, pack_of = self._desk.actor, self._desk.pack_of
        await self._desk.write(lambda tx: reviews.approve_all(tx, pack_of, found.approve, actor))

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
            self._desk.start(self._load_again(changes))

    async def _load_again(self, changes: Changes) -> None:
        """The queue anew, and the open case where it was changed: nobody approves what stands there no more."""
        await self._load()
        if self._file is not None and self._file.case.id in changes.records:
            await self._open(self._file.case.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(_WIDE if self.width() >= 1350 else _NARROW)

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._title.setText(tr("Review"))
        self.list.setAccessibleName(tr("Cases to review"))
        self.table.setAccessibleName(tr("Answers"))
        names = {"all": tr("All"), "same": tr("Same"), "changed": tr("Different"),
                 "again": tr("Again")}  # fmt: skip
        self._chips.set_chips([ChipLook(chip, names[chip]) for chip in _LISTS])
        self._empty.say(
            tr("Nothing to review"),
            tr("Cases that workers submit appear here after a sync."),
            tr("Synchronise now"),
            "list-checks",
        )
        self._pictures_card.set_title(tr("Photos and signatures"))
        self._comment_label.setText(tr("comment"))
        name_icon_button(self._up, tr("Previous case (Alt+Up)"))
        name_icon_button(self._down, tr("Next case (Alt+Down)"))
        self.approve.setText(tr("Approve"))
        self._file = None
        self.reload()


def _picture(answer: Answer, image: QImage | None) -> QWidget:
    frame = QFrame()
    theme.set_role(frame, "well")
    column = QVBoxLayout(frame)
    column.setContentsMargins(6, 6, 6, 6)
    column.setSpacing(4)
    picture = QLabel()
    picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
    picture.setFixedSize(150, 92)
    if image is None:
        picture.setText(tr("not on this PC yet"))
    else:
        mode = Qt.TransformationMode.SmoothTransformation
        picture.setPixmap(QPixmap.fromImage(image.scaled(150, 92, Qt.AspectRatioMode.KeepAspectRatio, mode)))
    column.addWidget(picture)
    caption = ElidedLabel(answer.question, "small")
    column.addWidget(caption)
    return frame
