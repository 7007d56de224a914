"""What every editor of an answer can do; an editor shows a value and reports what a person entered, no more."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QWidget

from gridclient.forms import Choice, Control, Form


class Editor(QWidget):
    """The base of all editors. Its first input carries the reference as object name."""

    edited = Signal(str)  # the answer as XML text
    left = Signal()  # Enter: the person wants the next question
    troubled = Signal(str)  # why what was typed cannot be read; empty when it can again

    waits = False  # typed piece by piece: what is wrong is told when the editor is left, not at each key
    takes_equals = False  # "=" may be part of the answer, so it does not mean "as last time"
    fills = True  # takes the width of the page

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__()
        self.form, self.control, self.ref, self.name = form, control, ref, name
        self.trouble = ""
        self.words = frozenset(control.appearance.lower().split())

    def show_value(self, value: str) -> None:
        """Shows an answer without reporting it."""
        raise TypeError(type(self).__name__)  # every editor shows values in its own way

    def show_choices(self, choices: list[Choice]) -> None:
        """Shows other choices; editors without choices need not care."""

    def show_pictures(self, pictures: Mapping[str, QImage]) -> None:
        """Shows the pictures of choices; editors that have no room for them need not care."""

    def set_read_only(self, read_only: bool) -> None:
        """Lets the answer be read but not changed."""
        self.setEnabled(not read_only)

    def commit(self) -> None:
        """The person leaves: what was typed is put into its usual form, or named as unreadable."""

    def stops(self) -> list[QWidget]:
        """Where Tab halts inside the editor, in order."""
        return list(focusable(self))

    def take_focus(self) -> None:
        """Puts the keyboard into the editor."""
        for widget in self.stops()[:1]:
            widget.setFocus(Qt.FocusReason.TabFocusReason)

    def say_trouble(self, text: str) -> None:
        """Tells, or takes back, why what was typed cannot be read."""
        if text != self.trouble:
            self.trouble = text
            self.troubled.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.left.emit()
        else:
            super().keyPressEvent(event)


def focusable(widget: QWidget) -> Iterator[QWidget]:
    """The visible widgets inside that Tab may reach, from top left to bottom right."""
    found = [
        each
        for each in widget.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isEnabled() and each.isVisibleTo(widget)
        and each.focusProxy() is None
    ]  # fmt: skip
    places = {each: each.mapTo(widget, each.rect().center()) for each in found}
    return iter(sorted(found, key=lambda each: (places[each].y() // 12, places[each].x())))


def leave(page: QWidget, forward: bool) -> bool:
    """Past the end of a page: to whatever comes after it (or before it) in its window; False when there is nothing."""
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    widget = page.nextInFocusChain() if forward else page.previousInFocusChain()
    while widget is not None and widget is not page:
        reachable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        if reachable and not page.isAncestorOf(widget) and widget.window() is page.window():
            widget.setFocus(reason)
            return True
        widget = widget.nextInFocusChain() if forward else widget.previousInFocusChain()
    return False
