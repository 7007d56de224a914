"""The line under an answer that was filled in already: from where it is, whether it still holds, and confirm or change.

Nothing is confirmed by itself: the line only tells; who finishes the step has confirmed what it shows.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from gridclient.text import tr
from gridclient.ui.forms.around import WideLabel
from gridclient.ui.widgets import IconLabel, StatusTag, link_button
from gridclient.ui.widgets.flow import FlowLayout


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from, in words; `updates_file` tells that another answer goes back to it.

    A proposal of a program is none yet: it has to be taken, and any answer may be another one. A value that is withheld
    from whoever reads the form is only spoken of.
    """

    value: str
    text: str
    is_stale: bool = False  # has to be asked again
    updates_file: bool = False
    is_proposal: bool = False
    is_withheld: bool = False


def _icon(source: Source) -> str:
    return "lock" if source.is_withheld else "message-square" if source.is_proposal else "database"


class SourceLine(QWidget):
    """Tells the source of a value and how the answer stands to it."""

    confirmed = Signal()
    change_wanted = Signal()
    taken_back = Signal(str)  # the known value, which is wanted again

    def __init__(self, source: Source, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._is_confirmed = False
        self._answer = source.value
        row = FlowLayout(self, gap=6)
        row.addWidget(IconLabel(_icon(source), "text_2", 14))
        self._text = WideLabel("small")
        self._text.setText(source.text)
        row.addWidget(self._text)
        self._tag = StatusTag()
        row.addWidget(self._tag)
        self.confirm, self.change, self.take_back = (
            link_button(tr("Confirm")), link_button(tr("Change it")), link_button(tr("Take the known value")),
        )  # fmt: skip
        for button, act in (
            (self.confirm, self._confirm), (self.change, self.change_wanted), (self.take_back, self._take_back),
        ):  # fmt: skip
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Enter in the answer confirms, typing changes
            button.clicked.connect(act)
            row.addWidget(button)

    def show_answer(self, answer: str) -> None:
        """Tells how the answer stands to the known value now."""
        self._answer = answer
        if self._source.is_withheld:
            for part in (self.confirm, self.change, self.take_back, self._tag):
                part.hide()
            return
        same = answer == self._source.value
        if self._source.is_proposal:
            self._show_proposal(same=same, is_open=not answer)
            return
        self.confirm.setVisible(same and not self._is_confirmed)
        self.change.setVisible(same)
        self.take_back.setVisible(not same)
        if not same:
            mark = tr("Changed, goes to the file") if self._source.updates_file else tr("Changed here only")
            self._tag.set_mark(mark, "accent", "pencil")
        elif self._is_confirmed:
            self._tag.set_mark(tr("Confirmed"), "ok", "check")
        elif self._source.is_stale:
            self._tag.set_mark(tr("Ask again"), "warn", "clock")
        self._tag.setVisible(not same or self._is_confirmed or self._source.is_stale)

    def _show_proposal(self, *, same: bool, is_open: bool) -> None:
        self.confirm.hide()
        self.change.hide()
        self.take_back.setText(tr("Take the proposal"))
        self.take_back.setVisible(not same)
        if same:
            self._tag.set_mark(tr("As proposed"), "ok", "check")
        else:
            self._tag.set_mark(tr("Decided otherwise"), "neutral", "user-check")
        self._tag.setVisible(not is_open)

    @property
    def is_withheld(self) -> bool:
        """Whether it only says that the value is not for whoever reads the form."""
        return self._source.is_withheld

    def text(self) -> str:
        """What is said about the source."""
        return self._text.text()

    def mark(self) -> str:
        """How the answer stands to it, in a word; empty when there is nothing to say."""
        return "" if self._tag.isHidden() else self._tag.text()

    def _confirm(self) -> None:
        self._is_confirmed = True
        self.show_answer(self._answer)
        self.confirmed.emit()

    def _take_back(self) -> None:
        self.taken_back.emit(self._source.value)
