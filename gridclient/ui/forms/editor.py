"""What every editor of an answer can do; an editor shows a value and reports what a person entered, no more."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gridclient.forms import Choice, Control, Form


class Editor(QWidget):
    """The base of all editors. Its first input carries the reference as object name."""

    edited = Signal(str)  # the answer as XML text
    left = Signal()  # Enter: the person wants the next question

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__()
        self.form, self.control, self.ref, self.name = form, control, ref, name

    def show_value(self, value: str) -> None:
        """Shows an answer without reporting it."""
        raise TypeError(type(self).__name__)  # every editor shows values in its own way

    def show_choices(self, choices: list[Choice]) -> None:
        """Shows other choices; editors without choices need not care."""

    def set_read_only(self, read_only: bool) -> None:
        """Lets the answer be read but not changed."""
        self.setEnabled(not read_only)

    def take_focus(self) -> None:
        """Puts the keyboard into the editor."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.left.emit()
        else:
            super().keyPressEvent(event)
