"""The supervisor's desk: cases that wait for review, each with its answers, a comment at any of them, and a decision.

The primary follows the work: approve as long as there is no comment, return as soon as there is one.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gridclient.forms import Control, Form
from gridclient.store import lists, work
from gridclient.store.cache import Changes
from gridclient.store.lists import Ask, QueueFilter, QueueRow
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case import session
from gridclient.ui.case.photos import thumbnail
from gridclient.ui.case.session import CaseFile
from gridclient.ui.desk import Desk
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import (
    ROW_LOOK,
    Card,
    ElidedLabel,
    EmptyState,
    KeyCap,
    RowLook,
    StatusTag,
    TwoLineDelegate,
    icon_button,
    name_icon_button,
    outlined_button,
    primary_button,
    text_label,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of a case as the reviewer reads it."""

    ref: str
    question: str
    text: str
    blobs: tuple[str, ...]


def answers_of(form: Form, group: str) -> list[Answer]:
    """The answered questions of one step, choices in words."""
    found: list[Answer] = []
    for ref, value in session.answers_in(form, group).items():
        label = form.label(ref)
        if label is None:
            continue
        found.append(Answer(ref, label, _in_words(form, ref, value), session.blobs_in([value])))
    return found


def _in_words(form: Form, ref: str, value: str) -> str:
    labels = {choice.value: choice.label for choice in form.choices(ref)} if _has_choices(form.body, ref) else {}
    if not labels:
        return value
    return tr(", ").join(labels.get(part, part) for part in value.split())


def _has_choices(controls: tuple[Control, ...], ref: str) -> bool:
    plain = session.without_positions(ref)
    return any(
        (control.ref == plain and control.kind in ("select1", "select", "rank")) or _has_choices(control.children, ref)
        for control in controls
    )


class AnswerRow(QWidget):
    """A question, its answer, and room for a comment on it."""

    comment_changed = Signal()

    def __init__(self, answer: Answer, may_comment: bool) -> None:
        super().__init__()
        self.answer = answer
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setColumnStretch(1, 1)
        question = text_label(answer.question, "muted", wrap=True)
        question.setFixedWidth(230)
        grid.addWidget(question, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._picture = QLabel()
        if answer.blobs:
            self._picture.setText(tr("Picture"))
            self._picture.setAccessibleName(answer.question)
            grid.addWidget(self._picture, 0, 1)
        else:
            grid.addWidget(text_label(answer.text, "", wrap=True), 0, 1)
        self.button: QToolButton = icon_button("message-square", "")
        name_icon_button(self.button, tr("Comment on {question}", question=answer.question))
        self.button.setVisible(may_comment)
        self.button.clicked.connect(self.open_comment)
        grid.addWidget(self.button, 0, 2, Qt.AlignmentFlag.AlignTop)
        self.comment = QLineEdit()
        self.comment.setAccessibleName(tr("Comment on {question}", question=answer.question))
        self.comment.setPlaceholderText(tr("Comment, sent with the return"))
        self.comment.hide()
        self.comment.textChanged.connect(self.comment_changed)
        grid.addWidget(self.comment, 1, 1, 1, 2)

    def open_comment(self) -> None:
        """Opens the line for a comment and puts the keyboard there."""
        self.comment.show()
        self.comment.setFocus()

    def show_picture(self, image: QImage) -> None:
        """Shows the photo or signature."""
        self._picture.setPixmap(QPixmap.fromImage(image.scaledToHeight(96, Qt.TransformationMode.SmoothTransformation)))


class ReviewPage(QWidget):
    """List and case side by side."""

    count_changed = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._rows: list[QueueRow] = []
        self._file: CaseFile | None = None
        self._names: dict[str, str] = {}
        self.answers: list[AnswerRow] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list_side())
        row.addWidget(self._case_side(), 1)
        for keys, act in (("Ctrl+Return", self._primary_act), ("Alt+Down", self._next), ("Alt+Up", self._previous)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)
        desk.changed.connect(self._changed)
        self.retranslate()
        self.reload()

    def _list_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(384)
        theme.set_role(side, "surface")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 16, 0, 0)
        self._title = text_label("", "title")
        self._title.setContentsMargins(20, 0, 0, 8)
        column.addWidget(self._title)
        self.list = QListWidget()
        self.list.setItemDelegate(TwoLineDelegate(self.list))
        self.list.currentRowChanged.connect(self._open_row)
        column.addWidget(self.list, 1)
        return side

    def _case_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._empty = EmptyState()
        column.addWidget(self._empty, 1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        column.addWidget(self._area, 1)
        self._foot = QWidget()
        theme.set_role(self._foot, "footer")
        self._foot.setFixedHeight(60)
        line = QHBoxLayout(self._foot)
        line.setContentsMargins(20, 0, 20, 0)
        line.setSpacing(10)
        self._comments = text_label("", "small")
        line.addWidget(self._comments)
        line.addStretch(1)
        line.addWidget(KeyCap("Ctrl+Enter"))
        self.approve = outlined_button("", "check")
        self.approve.clicked.connect(self._approve)
        self.send_back = primary_button("", "undo-2")
        self.send_back.clicked.connect(self._return)
        line.addWidget(self.approve)
        line.addWidget(self.send_back)
        column.addWidget(self._foot)
        return side

    # --- reading -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads the queue anew; the case that is open stays open while it waits."""
        self._desk.start(self._load())

    async def _load(self) -> None:
        self._names = await self._desk.read(lists.worker_names)
        self._rows = await self._desk.read(lambda c: lists.first_page(c, Ask(QueueFilter.REVIEW), 500))
        self.count_changed.emit(len(self._rows))
        keep = self._file.case.id if self._file else ""
        ids = [row.id for row in self._rows]
        self.list.blockSignals(True)
        self.list.clear()
        for row in self._rows:
            pack = self._desk.packs.get(row.pack)
            look = RowLook(row.title, row.place, pick(pack.category) if pack else "", tr("In review"), "warn",
                           moment_text(row.due_at, self._desk.now()), "text_2")  # fmt: skip
            item = QListWidgetItem()
            item.setData(ROW_LOOK, look)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, look.spoken)
            self.list.addItem(item)
        place = ids.index(keep) if keep in ids else 0
        if ids:
            self.list.setCurrentRow(place)
        self.list.blockSignals(False)
        if keep not in ids:
            self._show(None)
            self._open_row(0)

    def _open_row(self, place: int) -> None:
        if 0 <= place < len(self._rows):
            self._desk.start(self._open(self._rows[place].id))

    async def _open(self, case_id: str) -> None:
        file = await self._desk.read(lambda c: session.read_case(c, case_id))
        pack = self._desk.packs[file.case.text("pack")]
        form = await self._desk.run(lambda: session.open_form(pack, file))
        self._show(file)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(file.case.text("title"), "title"), 1)
        head.addWidget(StatusTag(tr("In review"), "warn", "hourglass"))
        column.addLayout(head)
        by = self._names.get(file.case.text("submitted_by"), "")
        when = moment_text(file.case.text("submitted_at"), self._desk.now())
        facts = (file.case.text("number"), file.case.text("address"), tr("{name} submitted {when}", name=by, when=when))
        column.addWidget(ElidedLabel("　·　".join(fact for fact in facts if fact), "muted"))
        self.answers = []
        for step in pack.steps:
            card = Card(pick(step.title))
            for answer in answers_of(form, step.group):
                row = AnswerRow(answer, True)
                row.comment_changed.connect(self._count_comments)
                self.answers.append(row)
                card.body.addWidget(row)
            column.addWidget(card)
        column.addStretch(1)
        self._area.setWidget(body)
        self._count_comments()
        for row in self.answers:
            for sha256 in row.answer.blobs:
                await self._show_picture(row, sha256)

    async def _show_picture(self, row: AnswerRow, sha256: str) -> None:
        data = await self._desk.run(lambda: self._desk.picture(sha256))
        image = await self._desk.run(lambda: thumbnail(data))
        if image is not None and row in self.answers:
            row.show_picture(image)

    def _show(self, file: CaseFile | None) -> None:
        self._file = file
        self._empty.setVisible(file is None)
        self._area.setVisible(file is not None)
        self._foot.setVisible(file is not None)

    # --- deciding ------------------------------------------------------------------------------------------

    def comments(self) -> dict[str, str]:
        """The comments so far, by reference of the answer."""
        return {row.answer.ref: text for row in self.answers if (text := row.comment.text().strip())}

    def row_of(self, ref: str) -> AnswerRow:
        """The row of an answer; KeyError when it is not on the page."""
        for row in self.answers:
            if row.answer.ref == ref:
                return row
        raise KeyError(ref)

    def _count_comments(self) -> None:
        n = len(self.comments())
        self._comments.setText(tr("{n} comments, each opens at its question", n=n) if n else tr("No comments"))
        self.send_back.setText(tr("Return with {n} comments", n=n) if n else tr("Return"))
        self.send_back.setEnabled(n > 0)
        theme.set_role(self.approve, "outlined" if n else "primary")
        theme.set_role(self.send_back, "primary" if n else "outlined")

    def _primary_act(self) -> None:
        if self.comments():
            self._return()
        else:
            self._approve()

    def _approve(self) -> None:
        if self._file is not None:
            case, actor = self._file.case, self._desk.actor
            pack = self._desk.packs[case.text("pack")]
            self._desk.start(self._desk.write(lambda tx: work.approve_case(tx, pack, case.id, actor)))

    def _return(self) -> None:
        comments = self.comments()
        if self._file is not None and comments:
            case, actor = self._file.case, self._desk.actor
            pack = self._desk.packs[case.text("pack")]
            self._desk.start(self._desk.write(lambda tx: work.return_case(tx, pack, case.id, comments, actor)))

    def _next(self) -> None:
        self.list.setCurrentRow(min(self.list.currentRow() + 1, self.list.count() - 1))

    def _previous(self) -> None:
        self.list.setCurrentRow(max(self.list.currentRow() - 1, 0))

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"case", "scope"}:
            self.reload()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._title.setText(tr("Review"))
        self.list.setAccessibleName(tr("Cases to review"))
        self._empty.say(tr("Nothing to review"), tr("Cases that workers submit appear here after a sync."))
        self.approve.setText(tr("Approve"))
        self._count_comments()
        self.reload()
