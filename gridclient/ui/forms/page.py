"""The questions of one group of a form, one below the other, as a page that scrolls.

After an answer only what the form says has changed is shown anew. Widgets are made for what is in view; whatever the
person goes to by key, by the list of faults or by the table of contents is made on the way there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gridclient.forms import Control, Form, FormError, SetResult, Violation
from gridclient.ui.forms.area import FormArea
from gridclient.ui.forms.attention import watch
from gridclient.ui.forms.column import Slot
from gridclient.ui.forms.contents import open_contents
from gridclient.ui.forms.editor import focusable, leave
from gridclient.ui.forms.illustrating import MediaFolders
from gridclient.ui.forms.judging import fault_of, unreadable
from gridclient.ui.forms.media import MediaEditor
from gridclient.ui.forms.missing import Fault, FaultList
from gridclient.ui.forms.outline import (
    Item,
    Mode,
    View,
    exists,
    find_group,
    outline,
    questions_in,
    takes_answer,
    without,
)
from gridclient.ui.forms.question import Comment, Question
from gridclient.ui.forms.repeats import AddLine, InstanceHead, RepeatBar, RepeatTable
from gridclient.ui.forms.said import label_of
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
    finished = Signal()  # Enter on the last question

    def __init__(self, form: Form, group: str, parent: QWidget | None = None,
                 controls: Sequence[Control] | None = None, folders: MediaFolders | None = None) -> None:  # fmt: skip
        """Shows a group; with `controls`, only those of its controls. What labels show comes from `folders`."""
        super().__init__(parent)
        self._folders = folders
        self._form, self._group, self._controls = form, group, controls
        self._views: dict[str, View] = {}
        self._comments: dict[str, Comment] = {}
        self._pictures: dict[str, QImage] = {}
        self._last: dict[str, str] = {}
        self._read_only = self._strict = False
        self._structure = form.structure_version
        self._affected: dict[str, list[Slot]] = {}  # by reference, what a change of it may change on the page
        self._current: Question | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.fault_list = FaultList()
        self.fault_list.chosen.connect(self.focus_ref)
        self.fault_list.closed.connect(self._close_faults)
        column.addWidget(self.fault_list)
        self.area = FormArea(self._make)
        self._body = self.area.column
        self._body.built.connect(self._dress)
        column.addWidget(self.area, 1)
        # The window may use the same keys; while the keyboard is on the page they are the page's.
        self._keys: dict[str, Callable[[], None]] = {
            "F8": self.next_fault, "Shift+F8": self.previous_fault, "Ctrl+J": self.open_contents,
            "Alt+Del": self.remove_entry, "Alt+PgDown": self.next_entry, "Alt+PgUp": self.previous_entry,
        }  # fmt: skip
        watch(self, FormPage._hear)
        self._build()

    # --- building ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        """Lays the page out anew; the widgets of questions that stay are kept."""
        found = outline(self._form, self._shown_controls(), self._group, self._views)
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
                table = RepeatTable(self._form, item.control, item.ref, self._instances(item.ref), item.title)
                table.opened.connect(self._opener(item.ref))
                table.remove_wanted.connect(self._remove)
                return table
            case "add":
                add = AddLine(item)
                add.setEnabled(not self._read_only)
                add.add_wanted.connect(self._adder(item.ref))
                return add

    def _make_bar(self, item: Item) -> RepeatBar:
        view = self._views.get(item.ref) or View()
        bar = RepeatBar(item, view.mode, min(view.place, max(0, item.number - 1)),
                        not self._read_only and self._form.can_change_count(item.ref))  # fmt: skip
        bar.add_wanted.connect(self._adder(item.ref))

        def show(mode: Mode) -> None:
            self.show_repeat(item.ref, mode)

        bar.mode_chosen.connect(show)
        bar.place_chosen.connect(self._opener(item.ref))
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
            question.show_picture(self._pictures.get(ref))
            if self._strict:
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
        """Says everything in the form's active language."""
        self._body.clear()
        self._build()

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
        if self._current is not None:
            self._current.leave()
        return unreadable(self._form, self._questions())

    def show_errors(self, violations: Sequence[Violation]) -> None:
        """Tells what stands in the way, and goes to the first of it."""
        self._strict = True
        for question in self._questions():
            question.be_strict()
        self._list_faults(violations)
        self.area.settle()
        if self.fault_list.faults:
            self.focus_ref(self.fault_list.faults[0].ref)

    def next_fault(self) -> None:
        """Goes to the next question that stands in the way; the first time it lists them all."""
        self._to_fault(1)

    def previous_fault(self) -> None:
        """Goes to the one before."""
        self._to_fault(-1)

    def _to_fault(self, step: int) -> None:
        prefix = self._group + "/"
        self._list_faults([found for found in self._form.validate() if found.ref.startswith(prefix)])
        refs = [fault.ref for fault in self.fault_list.faults]
        if not refs:
            return
        order = {ref: place for place, ref in enumerate(self.refs())}
        here = order.get(self._current.ref, -1) if self._current is not None else -1
        after = [ref for ref in refs if (order.get(ref, 0) - here) * step > 0]
        chosen = (after or refs)[0 if step > 0 else -1]
        self._strict = True
        self.focus_ref(chosen)
        self.question(chosen).be_strict()

    def _list_faults(self, violations: Sequence[Violation]) -> None:
        faults = {fault.ref: fault for fault in self.unreadable()}
        for violation in violations:
            slot = self._body.by_ref.get(violation.ref)
            if slot is not None and violation.ref not in faults:
                faults[violation.ref] = fault_of(self._form, slot.item.control, violation)
        order = {ref: place for place, ref in enumerate(self.refs())}
        self.fault_list.show_faults(sorted(faults.values(), key=lambda fault: order.get(fault.ref, 0)))

    def _close_faults(self) -> None:
        self.fault_list.show_faults([])

    def _keep_faults(self) -> None:
        """Takes what was put right off the list."""
        unread = {fault.ref for fault in unreadable(self._form, self._questions())}
        left = [
            fault for fault in self.fault_list.faults
            if exists(self._form, fault.ref) and (fault.ref in unread or not self._form.valid(fault.ref))
        ]  # fmt: skip
        if left != self.fault_list.faults:
            self.fault_list.show_faults(left)

    # --- going about ---------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """Puts the keyboard into the first question that waits for an answer."""
        first, waiting = "", ""
        for slot in self._halts():
            ref = slot.item.ref
            first = first or ref
            if ref in self._comments or (not self._form.get(ref) and not waiting):
                waiting = ref
                if ref in self._comments:
                    break
        if waiting or first:
            self.focus_ref(waiting or first)

    def focus_ref(self, ref: str) -> None:
        """Goes to a question, opening the repeat it stands in."""
        slot = self._body.by_ref.get(ref)
        if slot is None or not slot.shown:
            self._open_around(ref)
            slot = self._body.by_ref.get(ref)
        if slot is not None and slot.shown:
            self._go_to(slot)

    def open_contents(self) -> None:
        """Opens the table of contents over the page; Enter goes to a question, Escape closes."""
        contents = open_contents(self, self._form, self._shown_controls(), self._group)
        contents.chosen.connect(self.focus_ref)

    def current_ref(self) -> str:
        """The question that has, or last had, the keyboard."""
        return self._current.ref if self._current is not None else ""

    def _open_around(self, ref: str) -> None:
        for range_ref, view in self._views.items():
            if ref.startswith(range_ref + "["):
                place = int(ref[len(range_ref) + 1 :].partition("]")[0])
                self._views[range_ref] = View("pages" if view.mode == "table" else view.mode, place - 1)
        self._build()

    def _halts(self) -> Iterator[Slot]:
        """The questions that can be answered now."""
        for slot in self._body.slots:
            item = slot.item
            if slot.shown and item.kind == "question" and takes_answer(item) and not self._form.readonly(item.ref):
                yield slot

    def _go_to(self, slot: Slot, last: bool = False) -> bool:
        widget = self._body.build(slot)
        self.area.reveal(slot)
        stops = _stops(widget)
        if not stops:
            return False
        if isinstance(widget, Question) and not last:
            widget.take_focus()
        else:
            stops[-1 if last else 0].setFocus(
                Qt.FocusReason.BacktabFocusReason if last else Qt.FocusReason.TabFocusReason
            )
        return True

    def _go_on(self) -> None:
        """Enter: to the next question that is shown."""
        sender = self.sender()
        here = next((place for place, slot in enumerate(self._body.slots) if slot.widget is sender), None)
        if here is None:
            return
        for slot in self._body.slots[here + 1 :]:
            if slot.shown and slot.item.kind in ("question", "add", "table") and self._go_to(slot):
                return
        self.finished.emit()

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
        focused = QApplication.focusWidget()
        slots = self._body.slots if forward else self._body.slots[::-1]
        here = next((n for n, slot in enumerate(slots) if slot.widget is not None and focused is not None
                     and (slot.widget is focused or slot.widget.isAncestorOf(focused))), None)  # fmt: skip
        if here is not None:
            own = slots[here].widget
            stops = _stops(own) if own is not None else []
            at = stops.index(focused) if focused in stops else None
            if at is not None and 0 <= at + (1 if forward else -1) < len(stops):
                stops[at + (1 if forward else -1)].setFocus(Qt.FocusReason.TabFocusReason)
                return True
            for slot in slots[here + 1 :]:
                if slot.shown and self._go_to(slot, last=not forward):
                    return True
        return leave(self, forward)

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

    # --- repeats -------------------------------------------------------------------------------------------

    def show_repeat(self, range_ref: str, mode: Mode, place: int = 0) -> None:
        """Shows a repeat as a list, as pages, or as a table."""
        focused = QApplication.focusWidget()
        had = focused.objectName() if focused is not None and self.isAncestorOf(focused) else ""
        self._views[range_ref] = View(mode, place)
        self._build()
        # The bar is another one now, and the keyboard stays with what it was on, or goes to the table.
        wanted = range_ref if mode == "table" else had
        if had.startswith(f"{range_ref}:"):
            for widget in self.findChildren(QWidget, wanted):
                if not widget.isHidden():
                    widget.setFocus(Qt.FocusReason.TabFocusReason)

    def add_repeat(self, range_ref: str) -> str:
        """Adds an instance and puts the keyboard into its first question; empty when the form counts them itself."""
        try:
            ref = self._form.add_repeat(range_ref)
        except FormError:
            return ""
        view = self._views.get(range_ref)
        if view is not None and view.mode != "list":
            self._views[range_ref] = View("pages", len(self._instances(range_ref)) - 1)
        self._build()
        first = next((slot for slot in self._halts() if slot.item.ref.startswith(ref + "/")), None)
        if first is not None:
            self._go_to(first)
        self.answered.emit(ref)
        return ref

    def remove_entry(self) -> None:
        """Takes away the entry of a repeat that has the keyboard, and goes to the one that took its place."""
        range_ref, place = self._entry_here()
        count = self._form.count(range_ref) if range_ref else 0
        if self._read_only or not count or not self._form.can_change_count(range_ref):
            return
        self._remove(f"{range_ref}[{place + 1}]")
        if count > 1:
            self._go_to_entry(range_ref, min(place, count - 2))

    def next_entry(self) -> None:
        """Goes to the next entry of the repeat that has the keyboard."""
        self._to_entry(1)

    def previous_entry(self) -> None:
        """Goes to the entry before."""
        self._to_entry(-1)

    def _to_entry(self, step: int) -> None:
        range_ref, place = self._entry_here()
        if range_ref and 0 <= place + step < self._form.count(range_ref):
            self._go_to_entry(range_ref, place + step)

    def _entry_here(self) -> tuple[str, int]:
        """The innermost repeat around the question with the keyboard, and which of its entries this is."""
        range_ref, _, rest = self.current_ref().rpartition("[")
        number = rest.partition("]")[0]
        return (range_ref, int(number) - 1) if number.isdigit() else ("", 0)

    def _go_to_entry(self, range_ref: str, place: int) -> None:
        view = self._views.get(range_ref)
        if view is not None and view.mode != "list":
            self.show_repeat(range_ref, "pages", place)
        ref = self._instances(range_ref)[place]
        first = next((slot for slot in self._halts() if slot.item.ref.startswith(ref + "/")), None)
        if first is not None:
            self._go_to(first)

    def _instances(self, range_ref: str) -> list[str]:
        return [f"{range_ref}[{n}]" for n in range(1, self._form.count(range_ref) + 1)]

    def _adder(self, range_ref: str) -> Callable[[], None]:
        def add() -> None:
            self.add_repeat(range_ref)

        return add

    def _opener(self, range_ref: str) -> Callable[[int], None]:
        def show(place: int) -> None:
            self.show_repeat(range_ref, "pages", place)
            self._go_to_entry(range_ref, place)

        return show

    def _remove(self, ref: str) -> None:
        if self._read_only:
            return
        try:
            self._form.remove_repeat(ref)
        except FormError:
            return  # the form computes how many there are
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
        if self.fault_list.faults:
            self._keep_faults()
        self.answered.emit(ref)


def _stops(widget: QWidget) -> list[QWidget]:
    """Where Tab halts inside something on the page."""
    if isinstance(widget, Question):
        return widget.stops()
    return [widget] if isinstance(widget, RepeatTable) else list(focusable(widget))
