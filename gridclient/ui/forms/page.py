"""The questions of one group of a form, one below the other, as a page that scrolls.

After an answer only what the form says has changed is shown anew. Widgets are made for what is in view; whatever the
person goes to by key, by the list of faults or by the table of contents is made on the way there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.forms import Control, Form, SetResult, Violation
from gridclient.ui.forms.area import FormArea
from gridclient.ui.forms.around import Comment
from gridclient.ui.forms.attention import watch
from gridclient.ui.forms.column import Slot
from gridclient.ui.forms.contents import open_contents
from gridclient.ui.forms.editor import leave
from gridclient.ui.forms.entering import Entries
from gridclient.ui.forms.faulting import Faults
from gridclient.ui.forms.illustrating import MediaFolders
from gridclient.ui.forms.media import MediaEditor
from gridclient.ui.forms.missing import Fault
from gridclient.ui.forms.outline import (
    Item,
    Mode,
    View,
    exists,
    find_group,
    outline,
    questions_in,
    without,
)
from gridclient.ui.forms.question import Question
from gridclient.ui.forms.repeats import AddLine, InstanceHead, RepeatBar, RepeatTable
from gridclient.ui.forms.said import label_of
from gridclient.ui.forms.source import Source
from gridclient.ui.forms.walking import Walk
from gridclient.ui.widgets import text_label

_PICTURE_SIDE = 240


class FormPage(QWidget):
    """One step of a form."""

    answered = Signal(object)  # ref
    attachment_wanted = Signal(str)  # ref: the person wants to choose a file
    attachment_offered = Signal(str, object)  # ref, Path: a file was dropped
    attachment_made = Signal(str, object)  # ref, Taken: pasted or drawn
    attachment_copy_wanted = Signal(str)  # ref
    attachment_look_wanted = Signal(str)  # ref: to see the photo as large as it is
    entered = Signal(str)  # ref of the question that the keyboard is in now, empty for none
    jumped = Signal(str)  # ref that was chosen in the table of contents
    finished = Signal()  # Enter on the last question

    def __init__(self, form: Form, group: str, parent: QWidget | None = None,
                 controls: Sequence[Control] | None = None, folders: MediaFolders | None = None) -> None:  # fmt: skip
        """Shows a group; with `controls`, only those of its controls. What labels show comes from `folders`."""
        super().__init__(parent)
        self._folders = folders
        self._form, self._group, self._controls = form, group, controls
        self._comments: dict[str, Comment] = {}
        self._pictures: dict[str, QImage] = {}
        self._last: dict[str, str] = {}
        self._sources: Mapping[str, Source] = {}
        self._remarks: Mapping[str, str] = {}
        self._read_only = False
        self._structure = form.structure_version
        self._affected: dict[str, list[Slot]] = {}  # by reference, what a change of it may change on the page
        self._current: Question | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.area = FormArea(self._make)
        self._body = self.area.column
        self._body.built.connect(self._dress)
        self.faults = Faults(form, group, self._body, self._leave, self)
        self.faults.told.connect(self.area.settle)
        self.faults.wanted.connect(self.focus_ref)
        self.fault_list = self.faults.list
        self._walk = Walk(form, self.area)
        self.entries = Entries(form, self._walk, self._build, self)
        self.entries.added.connect(self.answered)
        self.entries.removed.connect(self._entry_removed)
        column.addWidget(self.fault_list)
        column.addWidget(self.area, 1)
        # The window may use the same keys; while the keyboard is on the page they are the page's.
        self._keys: dict[str, Callable[[], None]] = {
            "F8": self._next_fault, "Shift+F8": self._previous_fault, "Ctrl+J": self.open_contents,
            "Alt+Del": self._remove_entry, "Alt+PgDown": self._next_entry, "Alt+PgUp": self._previous_entry,
        }  # fmt: skip
        watch(self, FormPage._hear)
        self._build()

    # --- building ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        """Lays the page out anew; the widgets of questions that stay are kept."""
        found = outline(self._form, self._shown_controls(), self._group, self.entries.views)
        self.area.show_outline(found, self._is_shown)
        self._structure = self._form.structure_version
        self._affected = {}
        for slot in self._body.slots:
            about = [slot.item.ref, *slot.item.parents, *(ref for _, ref in slot.item.beside)]
            if slot.item.kind == "instance":
                about += [ref for each in questions_in(slot.item.control.children)
                          for ref in self._form.instances(each.ref, slot.item.ref)]  # fmt: skip
            for ref in about:
                self._affected.setdefault(ref, []).append(slot)

    def _shown_controls(self) -> Sequence[Control]:
        if self._controls is not None:
            return self._controls
        group = find_group(self._form.body, self._group)
        return group.children if group is not None else self._form.body

    def _is_shown(self, item: Item) -> bool:
        if item.kind == "add" and self._read_only:
            return False
        return all(self._form.relevant(ref) for ref in (*item.parents, item.ref) if exists(self._form, ref))

    def _make(self, item: Item) -> QWidget:
        match item.kind:
            case "question":
                question = Question(self._form, item.control, item.ref, item.beside, self._folders, self._body)
                question.answered.connect(self._was_answered)
                question.left.connect(self._go_on)
                question.attachment_wanted.connect(self.attachment_wanted)
                question.attachment_offered.connect(self.attachment_offered)
                question.attachment_made.connect(self.attachment_made)
                question.attachment_copy_wanted.connect(self.attachment_copy_wanted)
                question.attachment_look_wanted.connect(self.attachment_look_wanted)
                return question
            case "heading":
                return text_label(item.title, "heading", wrap=True)
            case "instance":
                range_ref = item.ref.rpartition("[")[0]
                removable = not self._read_only and self._form.can_change_count(range_ref)
                head = InstanceHead(self._form, item, removable)
                head.remove_wanted.connect(self._remove)
                return head
            case "bar":
                return self._make_bar(item)
            case "table":
                table = RepeatTable(self._form, item.control, item.ref, self.entries.refs(item.ref), item.title)
                table.opened.connect(self.entries.opener(item.ref))
                table.remove_wanted.connect(self._remove)
                return table
            case "add":
                add = AddLine(item)
                add.setEnabled(not self._read_only)
                add.add_wanted.connect(self.entries.adder(item.ref))
                return add

    def _make_bar(self, item: Item) -> RepeatBar:
        view = self.entries.views.get(item.ref) or View()
        bar = RepeatBar(item, view.mode, min(view.place, max(0, item.number - 1)),
                        not self._read_only and self._form.can_change_count(item.ref))  # fmt: skip
        bar.add_wanted.connect(self.entries.adder(item.ref))

        def show(mode: Mode) -> None:
            self.show_repeat(item.ref, mode)

        bar.mode_chosen.connect(show)
        bar.place_chosen.connect(self.entries.opener(item.ref))
        return bar

    def _dress(self, slot: object) -> None:
        """Gives a new widget what the page was told about its reference."""
        assert isinstance(slot, Slot)
        question = slot.widget
        if isinstance(question, Question):
            ref = question.ref
            question.set_read_only(self._read_only)
            question.set_comment(self._comments.get(ref))
            question.set_last(self._last.get(ref, ""))
            question.set_source(self._sources.get(ref))
            question.set_remark(self._remarks.get(ref, ""))
            question.show_picture(self._pictures.get(ref))
            if self.faults.is_strict:
                question.be_strict()

    def _questions(self) -> Iterator[Question]:
        """The questions whose widgets were made."""
        return (slot.widget for slot in self._body.slots if isinstance(slot.widget, Question))

    # --- what the page can be told -------------------------------------------------------------------------

    def question(self, ref: str) -> Question:
        """The question at a reference, made now if need be; KeyError when it is not on this page."""
        widget = self._body.build(self._body.by_ref[ref])
        if not isinstance(widget, Question):
            raise KeyError(ref)
        return widget

    def made(self) -> int:
        """How many questions have widgets now."""
        return sum(1 for _ in self._questions())

    def body_height(self) -> int:
        """How high the page is that scrolls."""
        return self._body.content_height

    def refs(self) -> list[str]:
        """The questions that are shown, in order."""
        return [slot.item.ref for slot in self._body.slots if slot.shown and slot.item.kind == "question"]

    def refresh(self, refs: Iterable[str]) -> None:
        """Shows these references anew."""
        if self._structure != self._form.structure_version:
            self._build()
        touched = {slot: None for ref in refs for slot in self._affected.get(ref, ())}
        moved = False
        for slot in touched:
            shown, slot.shown = slot.shown, self._is_shown(slot.item)
            moved = moved or shown != slot.shown
            if slot.shown and isinstance(slot.widget, Question | InstanceHead):
                slot.widget.refresh()
        if moved:
            self._body.measure(touched)
            self.area.place()

    def retranslate(self) -> None:
        """Says everything in the form's active language; the keyboard stays at its question."""
        held = self.current_ref() if self.isAncestorOf(self.window().focusWidget()) else ""
        self._body.clear()
        self._build()
        if held:
            self.focus_ref(held)

    def set_read_only(self, read_only: bool) -> None:
        """Lets the answers be read but not changed."""
        if read_only != self._read_only:
            self._read_only = read_only
            self.retranslate()

    def set_comments(self, comments: Mapping[str, Comment]) -> None:
        """Shows a reviewer's comments at their answers."""
        self._comments = dict(comments)
        for question in self._questions():
            question.set_comment(self._comments.get(question.ref))

    def set_last_values(self, values: Mapping[str, str]) -> None:
        """Shows what was answered at the last visit, given as XML text by reference."""
        self._last = dict(values)
        for question in self._questions():
            question.set_last(self._last.get(question.ref, ""))

    def set_remarks(self, remarks: Mapping[str, str]) -> None:
        """Says something after the hints of questions, by reference."""
        if remarks != self._remarks:
            self._remarks = remarks
            for question in self._questions():
                question.set_remark(remarks.get(question.ref, ""))

    def set_sources(self, sources: Mapping[str, Source]) -> None:
        """Shows from where the answers are that were filled in already, by reference."""
        self._sources = sources
        for question in self._questions():
            question.set_source(self._sources.get(question.ref))

    def set_attachment(self, ref: str, name: str, image: QImage | None) -> None:
        """Answers a question with a file that was attached, and shows its picture."""
        if image is not None:
            self._pictures[ref] = image
        slot = self._body.by_ref.get(ref)
        question = slot.widget if slot is not None else None
        if not isinstance(question, Question):
            self._form.set(ref, name)
            return
        if self._form.get(ref) != name:
            question.answer(name)
        question.show_picture(image)

    def pictures_beside(self, ref: str) -> list[str]:
        """The answered photo questions that stand in the same group or entry, this one among them."""
        within = ref.rpartition("/")[0] + "/"
        slots = [slot for slot in self._body.slots if slot.item.kind == "question" and slot.item.ref.startswith(within)]
        return [
            slot.item.ref for slot in slots
            if slot.item.control.mediatype.startswith("image") and "signature" not in slot.item.control.appearance
            and self._form.get(slot.item.ref)
        ]  # fmt: skip

    def label_of(self, ref: str) -> str:
        """What a question on the page is called."""
        return label_of(self._form, self._body.by_ref[ref].item.control, ref)

    def answer_of(self, ref: str) -> str:
        """The answer to a question, as the form has it."""
        return self._form.get(ref)

    def refuse_attachment(self, ref: str, text: str) -> None:
        """Says at a question why a file was not attached."""
        editor = self.question(ref).editor
        if editor is not None:
            editor.say_trouble(text)

    def picture_side(self, ref: str) -> int:
        """How large a question's picture must be that is shown, in pixels of the longer side."""
        slot = self._body.by_ref.get(ref)
        editor = slot.widget.editor if slot is not None and isinstance(slot.widget, Question) else None
        return editor.picture_side() if isinstance(editor, MediaEditor) else _PICTURE_SIDE

    # --- faults --------------------------------------------------------------------------------------------

    def unreadable(self) -> list[Fault]:
        """What was typed but cannot be read; to be asked before the step is finished."""
        return self.faults.unreadable()

    def show_errors(self, violations: Sequence[Violation]) -> None:
        """Tells what stands in the way, and goes to the first of it."""
        self.faults.show(violations)

    def _next_fault(self) -> None:
        self.faults.step_from(self.current_ref(), 1)

    def _previous_fault(self) -> None:
        self.faults.step_from(self.current_ref(), -1)

    # --- going about ---------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """Puts the keyboard into the first question that waits for an answer."""
        if ref := self._walk.waiting(self._comments):
            self.focus_ref(ref)

    def focus_ref(self, ref: str) -> None:
        """Goes to a question, opening the repeat it stands in."""
        slot = self._body.by_ref.get(ref)
        if slot is None or not slot.shown:
            self.entries.open_around(ref)
            slot = self._body.by_ref.get(ref)
        if slot is not None and slot.shown:
            self._walk.to(slot)

    def open_contents(self) -> None:
        """Opens the table of contents over the page; Enter goes to a question, Escape closes."""
        contents = open_contents(self, self._form, self._shown_controls(), self._group)
        contents.chosen.connect(self._jump)

    def _jump(self, ref: str) -> None:
        self.jumped.emit(ref)
        self.focus_ref(ref)

    def current_ref(self) -> str:
        """The question that has, or last had, the keyboard."""
        return self._current.ref if self._current is not None else ""

    def _go_on(self) -> None:
        if not self._walk.on_from(self.sender()):
            self.finished.emit()

    def _leave(self) -> None:
        if self._current is not None:
            self._current.leave()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._meant(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (act := self._meant(event)) is not None:
            act()
        else:
            super().keyPressEvent(event)

    def _meant(self, event: QKeyEvent) -> Callable[[], None] | None:
        return self._keys.get(QKeySequence(event.keyCombination()).toString())

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self._body.placing:
            return False  # what had the keyboard is being hidden; nobody pressed Tab
        return self._walk.tab(forward) or leave(self, forward)

    @staticmethod
    def _hear(page: QWidget, now: QWidget | None) -> None:
        assert isinstance(page, FormPage)
        page._focus_changed(now)

    def _focus_changed(self, now: QWidget | None) -> None:
        if now is None or now.window() is not self.window():
            return  # a menu or another window; the question still has the person's attention
        question: QWidget | None = now
        while question is not None and not isinstance(question, Question):
            question = question.parentWidget()
        question = question if question is not None and self.isAncestorOf(question) else None
        before = self._current
        if question is before:
            return
        self._current = question if isinstance(question, Question) else None
        self.area.kept = self._current
        if before is not None and before in set(self._questions()):
            before.leave()
        if self._current is not None:
            self._current.arrive()
        self.entered.emit(self.current_ref())

    # --- repeats -------------------------------------------------------------------------------------------

    def show_repeat(self, range_ref: str, mode: Mode, place: int = 0) -> None:
        """Shows a repeat as a list, as pages, or as a table."""
        self.entries.show(range_ref, mode, place)

    def _remove_entry(self) -> None:
        if not self._read_only:
            self.entries.remove_at(self.current_ref())

    def _next_entry(self) -> None:
        self.entries.step_from(self.current_ref(), 1)

    def _previous_entry(self) -> None:
        self.entries.step_from(self.current_ref(), -1)

    def _remove(self, ref: str) -> None:
        if not self._read_only:
            self.entries.remove(ref)

    def _entry_removed(self, ref: str) -> None:
        """What was told about the entry goes, and what was told about those behind it moves up."""
        self._pictures = without(self._pictures, ref)
        self._comments = without(self._comments, ref)
        self._last = without(self._last, ref)
        self._body.clear()
        self._build()
        self.answered.emit(ref)

    # --- answering -----------------------------------------------------------------------------------------

    def _was_answered(self, ref: str, result: object) -> None:
        assert isinstance(result, SetResult)
        self.refresh(result.changed - {ref})
        for slot in self._affected.get(ref, ()):
            if isinstance(slot.widget, InstanceHead):
                slot.widget.refresh()
        self.faults.keep()
        self.answered.emit(ref)
