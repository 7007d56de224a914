"""What stands around an answer: labels, what is wrong with it, and what was said last time."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms import markdown
from gridclient.ui.forms.outline import words_of
from gridclient.ui.widgets import IconLabel, StatusTag, link_button, text_label
from gridclient.ui.widgets.flow import FlowLayout

_CHIPS = {
    "chip-ok": ("ok", "circle-check"), "chip-warn": ("warn", "triangle-alert"),
    "chip-bad": ("bad", "circle-alert"), "chip": ("neutral", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reviewer says about an answer, who, and when."""

    text: str
    by: str
    at: str


class WideLabel(QLabel):
    """A plain text on one line as long as there is room."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        theme.set_role(self, role)

    def said(self) -> str:
        """The text without its formatting."""
        return self.text()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        width = self.fontMetrics().horizontalAdvance(self.said()) + 4
        return QSize(width, self.heightForWidth(width))


class MarkedLabel(WideLabel):
    """A text with simple formatting; its links open in the browser."""

    def __init__(self, role: str) -> None:
        super().__init__(role)
        self.setOpenExternalLinks(True)

    def said(self) -> str:
        return self.accessibleName()

    def say(self, text: str) -> None:
        """Changes the text."""
        marked = markdown.is_marked(text)
        self.setTextFormat(Qt.TextFormat.RichText if marked else Qt.TextFormat.PlainText)
        self.setText(markdown.to_html(text) if marked else text)
        self.setAccessibleName(markdown.plain(text) if marked else text)


class FaultLine(QWidget):
    """What is wrong with an answer; gone while nothing is."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._text = text_label("", "error", wrap=True)
        row.addWidget(IconLabel("circle-alert", "bad", 14), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        self.hide()

    def say(self, text: str) -> None:
        """Tells what is wrong; empty for nothing."""
        if text:
            self._text.setText(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """What is told."""
        return self._text.text() if not self.isHidden() else ""


class LastLine(QWidget):
    """What was answered at the last visit, and a way to answer the same; gone where there was none."""

    same_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = FlowLayout(self, gap=6)
        row.addWidget(IconLabel("history", "text_2", 14))
        self._text = WideLabel("small")
        row.addWidget(self._text)
        self._same = link_button("")
        self._same.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a key does it
        self._same.clicked.connect(self.same_wanted)
        row.addWidget(self._same)
        self.hide()

    def say(self, answer: str, *, same: bool, key: str, enabled: bool) -> None:
        """Shows the answer in words; `key` is the one that gives it again."""
        self._text.setText(tr("Last time: {answer}", answer=answer))
        self._same.setText(tr("Same as last time") if same else tr("Unchanged ({key})", key=key))
        self._same.setEnabled(not same and enabled)

    def text(self) -> str:
        """What is said."""
        return self._text.text() if not self.isHidden() else ""


class Beside:
    """The notes that stand beside an answer: units in plain words, and marks."""

    def __init__(self, form: Form, notes: Sequence[tuple[Control, str]]) -> None:
        self._form = form
        self._notes = [(control, ref, _widget(control)) for control, ref in notes]
        self.widgets = [widget for _, _, widget in self._notes]

    def refresh(self) -> None:
        """Says them as the form has them now."""
        for control, ref, widget in self._notes:
            text = markdown.plain(self._form.label(ref) or "")
            if isinstance(widget, StatusTag):
                tone, icon = next(look for word, look in _CHIPS.items() if word in words_of(control))
                widget.set_mark(text, tone, icon)
            else:
                widget.setText(text)
            widget.setVisible(self._form.relevant(ref))

    def texts(self) -> list[str]:
        """What stands there now."""
        return [widget.text() for widget in self.widgets if not widget.isHidden()]


def _widget(control: Control) -> StatusTag | QLabel:
    return StatusTag() if words_of(control) & _CHIPS.keys() else text_label("", "muted")


def tint(editor: QWidget | None, *, bad: bool) -> None:
    """Gives the field of an editor the colour of a wrong answer, or takes it back."""
    for name in ("line", "lines"):
        field = getattr(editor, name, None)
        if isinstance(field, QWidget) and (field.property("state") or "") != ("bad" if bad else ""):
            field.setProperty("state", "bad" if bad else "")
            theme.repolish(field)
