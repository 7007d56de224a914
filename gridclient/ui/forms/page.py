"""The questions of one group of a form, one below the other, as a page that scrolls.

After an answer only what the form says has changed is shown anew; widgets are made again only when a repeat grows or
shrinks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gridclient.forms import Control, Form, FormError, SetResult, Violation
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.question import Comment, Question
from gridclient.ui.widgets import Card, compact_button, outlined_button


class FormPage(QScrollArea):
    """One step of a form."""

    answered = Signal(object)  # ref
    attachment_wanted = Signal(object)  # ref
    attachment_made = Signal(object, object, str)  # ref, bytes, media type

    def __init__(self, form: Form, group: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form, self._group = form, group
        self._questions: dict[str, Question] = {}
        self._blocks: dict[str, QWidget] = {}
        self._comments: dict[str, Comment] = {}
        self._pictures: dict[str, QImage] = {}
        self._last: dict[str, str] = {}
        self._read_only = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        theme.set_role(self, "plain")
        self._build()

    # --- building ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._questions, self._blocks = {}, {}
        body = QWidget()
        theme.set_role(body, "surface")
        column = QVBoxLayout(body)
        column.setContentsMargins(8, 4, 20, 16)
        column.setSpacing(14)
        control = _control(self._form.body, self._group)
        for child in control.children if control is not None else ():
            self._add(column, child, self._group)
        column.addStretch(1)
        self.setWidget(body)
        self._dress()

    def _add(self, column: QVBoxLayout, control: Control, within: str) -> None:
        if control.kind == "repeat":
            self._add_repeat(column, control, within)
            return
        for ref in self._form.instances(control.ref, within):
            if control.kind == "group":
                # A group that only holds a repeat has no face of its own.
                inner = control.children
                if len(inner) == 1 and inner[0].kind == "repeat" and not control.appearance:
                    self._add_repeat(column, inner[0], within, self._form.label(ref) or "")
                    continue
                card = Card(self._form.label(ref) or "")
                self._blocks[ref] = card
                column.addWidget(card)
                for child in inner:
                    self._add(card.body, child, ref)
            else:
                self._add_question(column, control, ref)

    def _add_repeat(self, column: QVBoxLayout, control: Control, within: str, title: str = "") -> None:
        refs = self._form.instances(control.ref, within)
        for number, ref in enumerate(refs, start=1):
            card = Card(f"{title} {number}".strip())
            self._blocks[ref] = card
            if len(refs) > 1:
                remove = compact_button(tr("Remove"))
                remove.setObjectName(f"{ref}-")
                remove.setAccessibleName(tr("Remove {name}", name=f"{title} {number}"))
                remove.clicked.connect(self._remover(ref))
                card.head.addWidget(remove)
            column.addWidget(card)
            for child in control.children:
                self._add(card.body, child, ref)
        range_ref = f"{within}/{control.ref.rpartition('/')[2]}"
        add = outlined_button(tr("Add {name}", name=title) if title else tr("Add one more"), "plus")
        add.setObjectName(f"{range_ref}+")
        add.setEnabled(not self._read_only)
        add.clicked.connect(self._adder(range_ref))
        line = QHBoxLayout()
        line.addWidget(add)
        line.addStretch(1)
        column.addLayout(line)

    def _adder(self, range_ref: str) -> Callable[[], None]:
        def add() -> None:
            try:
                ref = self._form.add_repeat(range_ref)
            except FormError:
                return  # the form computes how many there are
            self._build()
            first = next((q for r, q in self._questions.items() if r.startswith(ref + "/")), None)
            if first is not None:
                first.take_focus()
            self.answered.emit(ref)

        return add

    def _remover(self, ref: str) -> Callable[[], None]:
        def remove() -> None:
            self._form.remove_repeat(ref)
            self._build()
            self.answered.emit(ref)

        return remove

    def _add_question(self, column: QVBoxLayout, control: Control, ref: str) -> None:
        question = Question(self._form, control, ref)
        question.answered.connect(self._was_answered)
        question.left.connect(self._go_on)
        question.attachment_wanted.connect(self.attachment_wanted)
        question.attachment_made.connect(self.attachment_made)
        self._questions[ref] = question
        column.addWidget(question)

    def _dress(self) -> None:
        """Gives new widgets what the page was told about their references."""
        for ref, question in self._questions.items():
            question.set_read_only(self._read_only)
            question.set_comment(self._comments.get(ref))
            question.set_last(self._last.get(ref, ""))
            question.show_picture(self._pictures.get(ref))
        self._show_blocks()

    def _show_blocks(self) -> None:
        for ref, block in self._blocks.items():
            block.setVisible(self._form.relevant(ref))

    # --- what the page can be told -------------------------------------------------------------------------

    def question(self, ref: str) -> Question:
        """The question at a reference; KeyError when it is not on this page."""
        return self._questions[ref]

    def refresh(self, refs: Iterable[str]) -> None:
        """Shows these references anew."""
        for ref in refs:
            if (question := self._questions.get(ref)) is not None:
                question.refresh()
        self._show_blocks()

    def retranslate(self) -> None:
        """Says everything in the form's active language."""
        self._build()

    def set_read_only(self, read_only: bool) -> None:
        """Lets the answers be read but not changed."""
        self._read_only = read_only
        self._dress()

    def set_comments(self, comments: Mapping[str, Comment]) -> None:
        """Shows a reviewer's comments at their answers."""
        self._comments = dict(comments)
        self._dress()

    def set_last_values(self, values: Mapping[str, str]) -> None:
        """Shows what was answered at the last visit."""
        self._last = dict(values)
        self._dress()

    def set_attachment(self, ref: str, name: str, image: QImage | None) -> None:
        """Answers a question with a picture that was attached, and shows it."""
        if image is not None:
            self._pictures[ref] = image
        question = self._questions.get(ref)
        if question is None:
            self._form.set(ref, name)
            return
        if self._form.get(ref) != name:
            question.answer(name)
        question.show_picture(image)

    def show_errors(self, violations: Sequence[Violation]) -> None:
        """Tells what stands in the way, and goes to the first of it."""
        for question in self._questions.values():
            question.be_strict()
        for violation in violations:
            if violation.ref in self._questions:
                self.focus_ref(violation.ref)
                return

    def focus_first(self) -> None:
        """Puts the keyboard into the first question that waits for an answer."""
        shown = [q for q in self._questions.values() if not q.isHidden() and q.editor is not None]
        waiting = [q for q in shown if q.comment_text()] or [q for q in shown if not self._form.get(q.ref)]
        if waiting or shown:
            (waiting or shown)[0].take_focus()

    def focus_ref(self, ref: str) -> None:
        """Goes to a question."""
        question = self._questions.get(ref)
        if question is not None:
            self.ensureWidgetVisible(question)
            question.take_focus()

    # --- answering -----------------------------------------------------------------------------------------

    def _was_answered(self, ref: str, result: object) -> None:
        assert isinstance(result, SetResult)
        self.refresh(result.changed - {ref})
        self.answered.emit(ref)

    def _go_on(self) -> None:
        """Enter: to the next question that is shown."""
        sender = self.sender()
        shown = [q for q in self._questions.values() if not q.isHidden() and q.editor is not None]
        for here, following in pairwise(shown):
            if here is sender:
                self.ensureWidgetVisible(following)
                following.take_focus()
                return


def _control(controls: Sequence[Control], ref: str) -> Control | None:
    for control in controls:
        if control.ref == ref and control.kind == "group":
            return control
        found = _control(control.children, ref)
        if found is not None:
            return found
    return None
