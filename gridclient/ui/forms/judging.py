"""What is wrong with a page's answers, in the words of the form."""

from collections.abc import Iterable

from gridclient.forms import Control, Form, Violation
from gridclient.text import tr
from gridclient.ui.forms.missing import Fault
from gridclient.ui.forms.question import Question
from gridclient.ui.forms.said import label_of


def unreadable(form: Form, questions: Iterable[Question]) -> list[Fault]:
    """What was typed but cannot be read, so that the form never got it."""
    return [
        Fault(question.ref, label_of(form, question.control, question.ref), question.editor.trouble)
        for question in questions
        if question.editor is not None and question.editor.trouble and not question.isHidden()
    ]


def fault_of(form: Form, control: Control, violation: Violation) -> Fault:
    """A violation as a line of the list."""
    missing = violation.condition == "required"
    general = tr("This question needs an answer.") if missing else tr("This answer does not hold.")
    return Fault(violation.ref, label_of(form, control, violation.ref), violation.message or general)
