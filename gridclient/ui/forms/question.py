"""One question on the page: label, hint, editor, what is wrong with the answer, and a reviewer's comment."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.forms import Control, Form, SetResult
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.choices import choice_editor
from gridclient.ui.forms.editor import Editor
from gridclient.ui.forms.media import MediaEditor, SignatureEditor
from gridclient.ui.forms.texts import DateEditor, LineEditor, LinesEditor
from gridclient.ui.widgets import Banner, IconLabel, text_label


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reviewer says about an answer, who, and when."""

    text: str
    by: str
    at: str


def editor_for(form: Form, control: Control, ref: str, name: str) -> Editor | None:
    """The editor that a control needs; None for a note, which has nothing to answer."""
    words = set(control.appearance.split())
    match control.kind:
        case "select1" | "select" | "rank":
            return choice_editor(form, control, ref, name)
        case "upload":
            kind = SignatureEditor if words & {"signature", "draw"} else MediaEditor
            return kind(form, control, ref, name)
        case _ if form.readonly(ref):
            return None
        case _ if control.datatype == "date":
            return DateEditor(form, control, ref, name)
        case _ if "multiline" in words:
            return LinesEditor(form, control, ref, name)
        case _:
            return LineEditor(form, control, ref, name)


class Question(QWidget):
    """A question that keeps itself as the form says it is."""

    answered = Signal(str, object)  # ref, SetResult
    left = Signal()
    attachment_wanted = Signal(object)
    attachment_made = Signal(object, object, str)

    def __init__(self, form: Form, control: Control, ref: str) -> None:
        super().__init__()
        self.form, self.control, self.ref = form, control, ref
        self._strict = False  # whether a missing answer is told
        self._read_only = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        head = QHBoxLayout()
        head.setSpacing(4)
        self._label = text_label("", "label", wrap=True)
        self._star = text_label("*", "required")
        head.addWidget(self._label)
        head.addWidget(self._star)
        head.addStretch(1)
        column.addLayout(head)
        self._comment = Banner()
        self._comment.hide()
        column.addWidget(self._comment)
        name = form.label(ref) or ref
        self.editor = editor_for(form, control, ref, name)
        if self.editor is None:
            theme.set_role(self._label, "")
        else:
            column.addWidget(self.editor)
            self.editor.edited.connect(self._edited)
            self.editor.left.connect(self.left)
            self._label.setBuddy(self.editor.focusProxy() or self.editor)
        if isinstance(self.editor, MediaEditor):
            self.editor.wanted.connect(self._want)
        elif isinstance(self.editor, SignatureEditor):
            self.editor.made.connect(self._made)
        self._hint = text_label("", "muted", wrap=True)
        column.addWidget(self._hint)
        fault = QHBoxLayout()
        fault.setSpacing(6)
        self._fault_icon = IconLabel("circle-alert", "bad", 14)
        self._fault = text_label("", "error", wrap=True)
        fault.addWidget(self._fault_icon)
        fault.addWidget(self._fault, 1)
        column.addLayout(fault)
        self._last = text_label("", "small")
        self._last.hide()
        column.addWidget(self._last)
        self.refresh()

    def refresh(self) -> None:
        """Shows the question as the form has it now."""
        form, ref = self.form, self.ref
        self.setVisible(form.relevant(ref))
        self._label.setText(form.label(ref) or "")
        hints = [text for text in (form.hint(ref), form.guidance(ref)) if text]
        self._hint.setText("\n".join(hints))
        self._hint.setVisible(bool(hints))
        self._star.setVisible(form.required(ref) and self.editor is not None)
        if self.editor is not None:
            if self.control.kind in ("select1", "select", "rank"):
                self.editor.show_choices(form.choices(ref))
            self.editor.show_value(form.get(ref))
            self.editor.set_read_only(self._read_only or form.readonly(ref))
        self._show_fault()

    def _show_fault(self) -> None:
        missing = self.form.required(self.ref) and not self.form.get(self.ref)
        wrong = not self.form.valid(self.ref) and (self._strict or not missing) and self.editor is not None
        text = (self.form.message(self.ref) or tr("This answer does not hold.")) if wrong else ""
        self._fault.setText(text)
        self._fault.setVisible(wrong)
        self._fault_icon.setVisible(wrong)

    def be_strict(self) -> None:
        """Tells from now on also that an answer is missing."""
        self._strict = True
        self._show_fault()

    def set_read_only(self, read_only: bool) -> None:
        """Lets the answer be read but not changed."""
        self._read_only = read_only
        self.refresh()

    def set_comment(self, comment: Comment | None) -> None:
        """Shows a reviewer's comment above the answer."""
        self._comment.setVisible(comment is not None)
        if comment is not None:
            said = tr("{name} {at}", name=comment.by, at=comment.at)
            self._comment.say("warn", comment.text, said, icon="message-square")

    def comment_text(self) -> str:
        """The comment that is shown."""
        return self._comment.title() if not self._comment.isHidden() else ""

    def fault_text(self) -> str:
        """What the question says is wrong."""
        return self._fault.text() if not self._fault.isHidden() else ""

    def set_last(self, text: str) -> None:
        """Shows what was answered at the last visit."""
        self._last.setText(tr("Last time: {answer}", answer=text) if text else "")
        self._last.setVisible(bool(text))

    def show_picture(self, image: QImage | None) -> None:
        """Shows the picture of an attachment."""
        if isinstance(self.editor, MediaEditor | SignatureEditor):
            self.editor.show_picture(image)

    def take_focus(self) -> None:
        """Puts the keyboard into the answer."""
        if self.editor is not None:
            self.editor.take_focus()

    def _edited(self, value: str) -> None:
        result = self.form.set(self.ref, value)
        if result.status == "type":
            self._fault.setText(result.message)
            self._fault.show()
            self._fault_icon.show()
            return
        self._show_fault()
        self.answered.emit(self.ref, result)

    def answer(self, value: str) -> SetResult:
        """Answers the question from elsewhere, as if it had been entered."""
        result = self.form.set(self.ref, value)
        self.refresh()
        self.answered.emit(self.ref, result)
        return result

    def _want(self) -> None:
        self.attachment_wanted.emit(self.ref)

    def _made(self, data: object) -> None:
        self.attachment_made.emit(self.ref, data, "image/png")
