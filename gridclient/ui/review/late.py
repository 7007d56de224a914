"""Late work, one piece after the other: what its author left, how the record is now, and what becomes of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget

from gridclient.protocol.problems import ProblemType
from gridclient.store.late import Late
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.fields import field_name, kind_text, value_text
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import outlined_button, primary_button, text_label
from gridclient.ui.widgets.layouts import clear
from gridclient.ui.widgets.sheets import Sheet


class LateSheet(Sheet):
    """Asks of each piece of late work whether it is taken over; what was decided leaves the sheet."""

    decided = Signal(object, str, bool)  # Late, note, whether it is taken over

    def __init__(self, works: Sequence[Late], names: Mapping[str, str], now: datetime, parent: QWidget | None) -> None:
        super().__init__(
            tr("Late work"),
            tr("It came when its author had no duty over the record any more, or the case had moved on."),
            parent,
        )
        self.resize(theme.window_size(720, 460))
        self._works, self._names, self._now = list(works), names, now
        self.title = text_label("", "heading", wrap=True)
        self.facts = text_label("", "muted", wrap=True)
        self.body.addWidget(self.title)
        self.body.addWidget(self.facts)
        self.why = text_label("", "strong", wrap=True)
        self.body.addWidget(self.why)
        self._fields = QGridLayout()
        self._fields.setHorizontalSpacing(16)
        self.body.addLayout(self._fields)
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText(tr("A note to the author"))
        self.note.setAccessibleName(tr("A note to the author"))
        self.note.setTabChangesFocus(True)
        self.note.setMaximumHeight(theme.px(80))
        self.body.addWidget(self.note)
        self.body.addStretch(1)
        self.buttons.addStretch(1)
        later = outlined_button(tr("Later"))
        later.clicked.connect(self.reject)
        self.leave = outlined_button(tr("Leave the record as it is"))
        self.leave.clicked.connect(self._leave)
        self.take = primary_button(tr("Take it over"))
        self.take.clicked.connect(self._take)
        for button in (later, self.leave, self.take):
            button.setAutoDefault(False)
            self.buttons.addWidget(button)
        self._show()

    def _show(self) -> None:
        work = self._works[0]
        self.title.setText(f"{work.title} · {kind_text(work.kind)}")
        self.facts.setText(facts_of(work, self._names, self._now))
        self.why.setText(tr("Reason given: {reason}", reason=work.why))
        self.why.setVisible(bool(work.why))
        clear(self._fields)
        lay_fields(self._fields, work)
        self.take.setVisible(work.can_take)
        self.note.clear()
        self.note.setFocus()

    def _leave(self) -> None:
        self._decide(take=False)

    def _take(self) -> None:
        self._decide(take=True)

    def _decide(self, *, take: bool) -> None:
        self.decided.emit(self._works.pop(0), self.note.toPlainText().strip(), take)
        if self._works:
            self._show()
        else:
            self.accept()


def facts_of(work: Late, names: Mapping[str, str], now: datetime) -> str:
    """Who left a piece of late work and when, and why it was late."""
    said = tr("{name} wrote this {when}.", name=names.get(work.by, work.by), when=moment_text(work.at, now))
    return f"{said} {_why(work.reason)}"


def lay_fields(grid: QGridLayout, work: Late) -> None:
    """Fills a grid with the fields of a piece of late work: before, as it was left, and now."""
    for column, head in enumerate((tr("Field"), tr("Before"), tr("Late value"), tr("Now"))):
        grid.addWidget(text_label(head, "small"), 0, column)
    for row, field in enumerate(work.fields, 1):
        told = (field_name(field.name), *(value_text(field.name, v) for v in (field.before, field.late, field.now)))
        for column, text in enumerate(told):
            grid.addWidget(text_label(text, "" if column in (0, 2) else "muted", wrap=True), row, column)


def _why(reason: str) -> str:
    match reason:
        case ProblemType.LATE.value:
            return tr("The record had another owner by then.")
        case ProblemType.NEWER_STATE.value:
            return tr("The case had moved on by then.")
        case ProblemType.DELETED.value | ProblemType.UNKNOWN_RECORD.value:
            return tr("The record was gone by then.")
        case ProblemType.OTHER_PACK.value:
            return tr("It was made on another version of the forms.")
        case _:
            return ""
