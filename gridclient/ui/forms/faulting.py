"""What stands in the way on a page: listed above it, told at its questions, and gone through by key."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gridclient.forms import Form, Violation
from gridclient.ui.forms.column import Column
from gridclient.ui.forms.judging import fault_of, unreadable
from gridclient.ui.forms.missing import Fault, FaultList
from gridclient.ui.forms.outline import exists
from gridclient.ui.forms.question import Question


class Faults(QObject):
    """The faults of one page; `leave` lets the question with the keyboard finish what is being typed."""

    wanted = Signal(str)  # ref: to go to a question
    told = Signal(object)  # list of references that stand in the way

    def __init__(self, form: Form, group: str, body: Column, leave: Callable[[], None], page: QWidget) -> None:
        super().__init__(page)
        self._form, self._group, self._body, self._leave = form, group, body, leave
        self.is_strict = False  # whether a missing answer is told at its question
        self.list = FaultList()
        self.list.chosen.connect(self.wanted)
        self.list.closed.connect(self._close)

    def unreadable(self) -> list[Fault]:
        """What was typed but cannot be read; to be asked before the step is finished."""
        self._leave()
        return unreadable(self._form, self._questions())

    def show(self, violations: Sequence[Violation]) -> None:
        """Tells what stands in the way, and goes to the first of it."""
        self.is_strict = True
        for question in self._questions():
            question.be_strict()
        self._list(violations)
        self.told.emit([fault.ref for fault in self.list.faults])
        if self.list.faults:
            self.wanted.emit(self.list.faults[0].ref)

    def step_from(self, ref: str, step: int) -> None:
        """Goes to the next question that stands in the way, or the one before; the first time it lists them all."""
        prefix = self._group + "/"
        self._list([found for found in self._form.validate() if found.ref.startswith(prefix)])
        refs = [fault.ref for fault in self.list.faults]
        if not refs:
            return
        order = self._order()
        here = order.get(ref, -1)
        after = [each for each in refs if (order.get(each, 0) - here) * step > 0]
        chosen = (after or refs)[0 if step > 0 else -1]
        self.is_strict = True
        self.wanted.emit(chosen)
        question = self._body.by_ref[chosen].widget
        if isinstance(question, Question):
            question.be_strict()

    def keep(self) -> None:
        """Takes what was put right off the list."""
        if not self.list.faults:
            return
        unread = {fault.ref for fault in unreadable(self._form, self._questions())}
        left = [
            fault for fault in self.list.faults
            if exists(self._form, fault.ref) and (fault.ref in unread or not self._form.valid(fault.ref))
        ]  # fmt: skip
        if left != self.list.faults:
            self.list.show_faults(left)

    def _questions(self) -> list[Question]:
        return [slot.widget for slot in self._body.slots if isinstance(slot.widget, Question)]

    def _order(self) -> dict[str, int]:
        return {slot.item.ref: place for place, slot in enumerate(self._body.slots) if slot.item.kind == "question"}

    def _list(self, violations: Sequence[Violation]) -> None:
        faults = {fault.ref: fault for fault in self.unreadable()}
        for violation in violations:
            slot = self._body.by_ref.get(violation.ref)
            if slot is not None and violation.ref not in faults:
                faults[violation.ref] = fault_of(self._form, slot.item.control, violation)
        order = self._order()
        self.list.show_faults(sorted(faults.values(), key=lambda fault: order.get(fault.ref, 0)))

    def _close(self) -> None:
        self.list.show_faults([])
