"""One question on the page: label, answer, what is wrong with it, a reviewer's comment, and what was said last time."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from gridclient.forms import Control, Form, SetResult
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms import markdown
from gridclient.ui.forms.around import Beside, Comment, FaultLine, LastLine, MarkedLabel, tint
from gridclient.ui.forms.choices import TILE
from gridclient.ui.forms.drawing import SignatureEditor
from gridclient.ui.forms.editor import Editor
from gridclient.ui.forms.illustrating import Illustration, MediaFolders
from gridclient.ui.forms.imagemap import ImageMapEditor
from gridclient.ui.forms.kinds import editor_for
from gridclient.ui.forms.media import FileEditor, MediaEditor
from gridclient.ui.forms.outline import words_of
from gridclient.ui.forms.said import said
from gridclient.ui.forms.source import Source, SourceLine
from gridclient.ui.widgets import Banner, icon_button, text_label
from gridclient.ui.widgets.flow import FlowLayout


class Question(QWidget):
    """A question that keeps itself as the form says it is."""

    answered = Signal(str, object)  # ref, SetResult
    left = Signal()
    attachment_wanted = Signal(str)  # ref
    attachment_offered = Signal(str, object)  # ref, Path
    attachment_made = Signal(str, object)  # ref, Taken
    attachment_copy_wanted = Signal(str)  # ref
    attachment_look_wanted = Signal(str)  # ref

    def __init__(self, form: Form, control: Control, ref: str, beside: Sequence[tuple[Control, str]] = (),
                 folders: MediaFolders | None = None, parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self._folders = folders or MediaFolders()
        self._illustration: Illustration | None = None  # most labels are words only
        self.form, self.control, self.ref = form, control, ref
        self._words = words_of(control)
        self._strict = False  # whether a missing answer is told
        self._told = False  # whether what is wrong with the answer is told
        self._read_only = False
        self._last = ""
        self._remark = ""
        self._guided = False
        self._beside = Beside(form, beside)
        self._fault, self._last_line = FaultLine(), LastLine()
        self._last_line.same_wanted.connect(self.take_last)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self._comment: Banner | None = None  # most questions never have one
        self._guidance: Banner | None = None
        self._source: SourceLine | None = None
        self.editor: Editor | None = editor_for(form, control, ref, markdown.plain(form.label(ref) or ref))
        self._label = MarkedLabel("label" if self.editor is not None else "")
        self._star = text_label("*", "required")
        self._star.setAccessibleName(tr("required"))
        self._hint = MarkedLabel("small")
        self._read = text_label("", wrap=True)
        self._read.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._read.hide()
        self._build()
        self.refresh()

    # --- building ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._help = icon_button("circle-question-mark", tr("What is meant (Shift+F1)"))
        theme.set_role(self._help, "small_icon")
        self._help.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Shift+F1 does it
        self._help.clicked.connect(self.toggle_guidance)
        head = QHBoxLayout()
        head.setSpacing(4)
        note = self.editor is None
        head.addWidget(self._label, 1 if note else 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._star)
        head.addWidget(self._help)
        head.addStretch(0 if note else 1)
        if self.editor is None and self._words & {"label"}:
            theme.set_role(self._label, "strong")
        if "list-nolabel" in self._words and self.editor is not None:
            self._build_row(head)
        else:
            self._column.addLayout(head)
            self._illustrate()
            if self.editor is not None:
                self._column.addLayout(self._answer_line(self.editor))
        self._column.addWidget(self._read)
        if self._hint.parent() is None:
            self._column.addWidget(self._hint)
        self._column.addWidget(self._fault)
        self._column.addWidget(self._last_line)
        if self.editor is not None:
            self.editor.edited.connect(self._edited)
            self.editor.left.connect(self.left)
            self.editor.troubled.connect(self._show_fault)
            self._label.setBuddy(self.editor.focusProxy() or self.editor)
        if isinstance(self.editor, MediaEditor):
            self.editor.wanted.connect(self._want)
            self.editor.offered.connect(self._offer)
            self.editor.look_wanted.connect(self._want_look)
            self.editor.made.connect(self._made)
            if isinstance(self.editor, FileEditor):
                self.editor.copy_wanted.connect(self._want_copy)
        elif isinstance(self.editor, SignatureEditor):
            self.editor.made.connect(self._made)

    def _illustrate(self) -> None:
        """What the label and the choices bring besides their words."""
        name = markdown.plain(self.form.label(self.ref) or "")
        if Illustration.is_needed(self.form, self.ref) and not isinstance(self.editor, ImageMapEditor):
            self._illustration = Illustration(self.form, self.ref, name, self._folders)
            self._column.addWidget(self._illustration)
        if isinstance(self.editor, ImageMapEditor):
            self.editor.show_map(self._folders.find(self.form.media(self.ref, "image") or ""))
        if self.editor is not None and self.control.kind in ("select1", "select"):
            addresses = self.form.choice_media(self.ref)
            found = {value: self._folders.picture(address, TILE * 2) for value, address in addresses.items()}
            self.editor.show_pictures({value: image for value, image in found.items() if image is not None})

    def _build_row(self, head: QHBoxLayout) -> None:
        """Label and answer on one line, as in a check list; under the label what the item is based on."""
        assert self.editor is not None
        row = QGridLayout()
        row.setContentsMargins(0, 2, 0, 2)
        row.setHorizontalSpacing(12)
        row.setColumnStretch(0, 1)
        theme.set_role(self._label, "")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(self._hint)
        row.addLayout(words, 0, 0)
        self.editor.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for place, widget in enumerate(self._beside.widgets, start=1):
            row.addWidget(widget, 0, place, Qt.AlignmentFlag.AlignVCenter)
        last = len(self._beside.widgets) + 1
        row.addWidget(self.editor, 0, last, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._column.addLayout(row)

    def _answer_line(self, editor: Editor) -> QLayout:
        """The answer and what stands beside it, on the next line where there is no room."""
        if self._beside.widgets and not editor.fills:
            flow = FlowLayout()
            for widget in (editor, *self._beside.widgets):
                flow.addWidget(widget)
            return flow
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(editor, 1)
        for widget in self._beside.widgets:
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        return line

    # --- showing -------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Shows the question as the form has it now."""
        form, ref, editor = self.form, self.ref, self.editor
        self._label.say(form.label(ref) or "")
        self._show_hint()
        guidance = form.guidance(ref) or ""
        self._help.setVisible(bool(guidance))
        self._show_guidance(guidance)
        self._star.setVisible(form.required(ref) and editor is not None and not self._read_only)
        self._beside.refresh()
        if editor is not None:
            if self.control.kind in ("select1", "select", "rank"):
                editor.show_choices(form.choices(ref))
            if not editor.trouble:
                editor.show_value(form.get(ref))
            self._show_read()
        self._show_fault()
        self._show_source()
        self._show_last()

    def _show_hint(self) -> None:
        hint = "" if self._read_only else self.form.hint(self.ref) or ""
        words = " · ".join(filter(None, (hint, self._remark)))
        self._hint.say(words)
        self._hint.setVisible(bool(words))

    def _show_read(self) -> None:
        """Read only, an answer is text; pictures, signatures and places in a list keep their editor."""
        editor = self.editor
        assert editor is not None
        locked = self._read_only or self.form.readonly(self.ref)
        pictures = isinstance(editor, MediaEditor | SignatureEditor)
        as_text = self._read_only and not (pictures and self.form.get(self.ref))
        editor.setVisible(not as_text)
        editor.set_read_only(locked)
        self._read.setVisible(as_text)
        value = said(self.form, self.control, self.ref, self.form.get(self.ref))
        self._read.setText(value or tr("Not answered"))
        theme.set_role(self._read, "" if value else "muted")
        theme.set_role(self._label, "label" if as_text or "list-nolabel" not in self._words else "")

    def _show_fault(self) -> None:
        missing = self.form.required(self.ref) and not self.form.get(self.ref)
        wrong = self.editor is not None and not self.form.valid(self.ref) and not self._read_only
        told = (wrong and (self._strict if missing else self._told)) or bool(self.editor and self.editor.trouble)
        trouble = self.editor.trouble if self.editor else ""
        general = tr("This question needs an answer.") if missing else tr("This answer does not hold.")
        self._fault.say((trouble or self.form.message(self.ref) or general) if told else "")
        tint(self.editor, bad=told)

    def _show_last(self) -> None:
        told = self._source is not None and self._last == self.form.get(self.ref)
        shown = bool(self._last) and not self._read_only and not told
        self._last_line.setVisible(shown)
        if shown:
            editor = self.editor
            self._last_line.say(
                said(self.form, self.control, self.ref, self._last),
                same=self.form.get(self.ref) == self._last,
                key="=" if editor is not None and not editor.takes_equals else "F9",
                enabled=editor is not None and not self.form.readonly(self.ref),
            )

    # --- what the page can be told -------------------------------------------------------------------------

    def be_strict(self) -> None:
        """Tells from now on also that an answer is missing."""
        self._strict = self._told = True
        self._show_fault()

    def leave(self) -> None:
        """The keyboard has left: what was typed is finished, and what is wrong with it is told."""
        if self.editor is not None and not self._read_only:
            self.editor.commit()
        self._told = True
        self._show_fault()

    def set_read_only(self, read_only: bool) -> None:
        """Lets the answer be read but not changed."""
        if read_only != self._read_only:
            self._read_only = read_only
            self.refresh()

    def set_comment(self, comment: Comment | None) -> None:
        """Shows a reviewer's comment above the answer."""
        if comment is None:
            if self._comment is not None:
                self._comment.hide()
            return
        if self._comment is None:
            self._comment = Banner("warn")
            self._column.insertWidget(1, self._comment)  # under the label
        by = tr("{name} {at}", name=comment.by, at=comment.at)
        self._comment.say("warn", comment.text, by, icon="message-square")
        self._comment.show()

    def read_text(self) -> str:
        """The answer in words, as it is read where nothing can be changed; empty while it can."""
        return self._read.text() if not self._read.isHidden() else ""

    def comment_text(self) -> str:
        """The comment that is shown."""
        return self._comment.title() if self._comment is not None and not self._comment.isHidden() else ""

    def fault_text(self) -> str:
        """What the question says is wrong."""
        return self._fault.text()

    def beside_texts(self) -> list[str]:
        """What stands beside the answer: units and marks."""
        return self._beside.texts()

    def set_last(self, value: str) -> None:
        """Shows what was answered at the last visit, as the XML text of that answer."""
        self._last = value
        self._show_last()

    def set_remark(self, remark: str) -> None:
        """Says something about the answer after the hint."""
        self._remark = remark
        self._show_hint()

    def hint_text(self) -> str:
        """The hint that is shown, with what is remarked."""
        return self._hint.said() if not self._hint.isHidden() else ""

    def set_source(self, source: Source | None) -> None:
        """Shows from where the answer is that was filled in already."""
        if self._source is not None:
            self._source.hide()
            self._source.deleteLater()
            self._source = None
        if source is not None and self.editor is not None:
            self._source = line = SourceLine(source)
            line.confirmed.connect(self.left)
            line.change_wanted.connect(self.take_focus)
            line.taken_back.connect(self.answer)
            self._column.insertWidget(self._column.indexOf(self._fault), line)
        self._show_source()
        self._show_last()

    def source(self) -> SourceLine | None:
        """The line that tells the source, where there is one."""
        return self._source if self._source is not None and not self._source.isHidden() else None

    def _show_source(self) -> None:
        if self._source is not None:
            self._source.setVisible(not self._read_only or self._source.is_withheld)
            self._source.show_answer(self.form.get(self.ref))

    def last_text(self) -> str:
        """What is said about the last visit."""
        return self._last_line.text()

    def take_last(self) -> bool:
        """Answers as last time; False when there was no last time, or the answer is none any more."""
        if not self._last or self.editor is None or self._read_only:
            return False
        self.editor.say_trouble("")
        return self.answer(self._last).status in ("ok", "constraint")

    def toggle_guidance(self) -> None:
        """Shows or hides the guidance, if there is any."""
        self._guided = not self._guided
        self._show_guidance(self.form.guidance(self.ref) or "")

    def guidance_text(self) -> str:
        """The guidance that is shown."""
        return self._guidance.text() if self._guidance is not None and not self._guidance.isHidden() else ""

    def _show_guidance(self, text: str) -> None:
        shown = bool(text) and self._guided
        if self._guidance is None and shown:
            self._guidance = Banner("info")
            self._column.insertWidget(self._column.indexOf(self._fault), self._guidance)
        if self._guidance is not None:
            self._guidance.say("info", "", markdown.plain(text))
            self._guidance.setVisible(shown)

    def show_picture(self, image: QImage | None) -> None:
        """Shows the picture of an attachment."""
        if isinstance(self.editor, MediaEditor | SignatureEditor):
            self.editor.show_picture(image)

    def arrive(self) -> None:
        """The keyboard has come to the question: what its author wants to be heard or seen by itself is played."""
        if self._illustration is not None and not self._read_only:
            self._illustration.play_once(self.control.parameters.get("autoplay", ""))

    def stops(self) -> list[QWidget]:
        """Where Tab halts."""
        if self.editor is None or self._read_only or self.form.readonly(self.ref):
            return []
        return self.editor.stops()

    def take_focus(self) -> None:
        """Puts the keyboard into the answer."""
        if self.editor is not None:
            self.editor.take_focus()

    # --- answering -----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F1 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.toggle_guidance()
        elif event.key() == Qt.Key.Key_I and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._look()
        elif self._means_same(event):
            if self.take_last():
                self.left.emit()
        else:
            super().keyPressEvent(event)

    def _look(self) -> None:
        """Shows the label's picture larger, or the photo that answers."""
        if self._illustration is not None:
            self._illustration.open_first()
        elif isinstance(self.editor, MediaEditor) and self.form.get(self.ref):
            self._want_look()

    def _means_same(self, event: QKeyEvent) -> bool:
        if not self._last or self.editor is None:
            return False
        return event.key() == Qt.Key.Key_F9 or (event.text() == "=" and not self.editor.takes_equals)

    def _edited(self, value: str) -> None:
        editor = self.editor
        assert editor is not None
        result = self.form.set(self.ref, value)
        if result.status == "type":
            editor.say_trouble(tr("This answer does not hold."))
            return
        # While somebody types, a fault is taken back at once but told only on leaving.
        if not editor.waits:
            self._told = True
        self._show_fault()
        self._show_source()
        self._show_last()
        self.answered.emit(self.ref, result)

    def answer(self, value: str) -> SetResult:
        """Answers the question from elsewhere, as if it had been entered."""
        result = self.form.set(self.ref, value)
        self.refresh()
        self.answered.emit(self.ref, result)
        return result

    def _want(self) -> None:
        self.attachment_wanted.emit(self.ref)

    def _offer(self, path: object) -> None:
        self.attachment_offered.emit(self.ref, path)

    def _made(self, taken: object) -> None:
        self.attachment_made.emit(self.ref, taken)

    def _want_look(self) -> None:
        self.attachment_look_wanted.emit(self.ref)

    def _want_copy(self) -> None:
        self.attachment_copy_wanted.emit(self.ref)
