"""Answers that are typed: a line, several lines, a number, a code.

Nothing is reported while an input method is composing: `textChanged` stays silent during its pre-edit.
"""

import re

from PySide6.QtCore import QRegularExpression, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QFocusEvent, QKeyEvent, QRegularExpressionValidator, QValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from gridclient.forms import Control, Form
from gridclient.forms.datatypes import LARGEST_INT, cast_of
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms import reading
from gridclient.ui.forms.editor import Editor
from gridclient.ui.widgets import icon_button

INTEGERS, DECIMALS = frozenset({"int", "integer", "long"}), frozenset({"decimal", "double", "float"})
_NARROWEST = 54  # three digits
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Line(QLineEdit):
    """A line that leaves "=" to the question where it cannot be part of an answer."""

    def __init__(self, takes_equals: bool) -> None:
        super().__init__()
        self._takes_equals = takes_equals

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "=" and not self._takes_equals:
            event.ignore()
        else:
            super().keyPressEvent(event)


class LineEditor(Editor):
    """One line of text; the base of everything that is typed on one line."""

    waits = True
    takes_equals = True
    room = 0  # pixels; 0 takes the width of the page

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.line = _Line(self.takes_equals)
        self.line.setObjectName(ref)
        self.line.setAccessibleName(name)
        self.line.setFixedHeight(theme.control_height())
        if self.room:
            self.line.setMaximumWidth(theme.px(self.room))
            self.line.setMinimumWidth(theme.px(min(self.room, _NARROWEST)))
            self.fills = False
        if self.words & {"masked", "hidden-answer"}:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        if "numbers" in self.words:
            self.line.setFixedWidth(theme.px(240))
            self.line.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        self.line.textChanged.connect(self._changed)
        self.setFocusProxy(self.line)
        self._row.addWidget(self.line)
        if self.room or "numbers" in self.words:
            self._row.addStretch(1)

    def take_focus(self) -> None:
        self.line.setFocus(Qt.FocusReason.TabFocusReason)

    def show_value(self, value: str) -> None:
        text = self.said(value)
        if self.line.text() != text:
            self.line.blockSignals(True)
            self.line.setText(text)
            self.line.blockSignals(False)

    def said(self, value: str) -> str:
        """An answer as it stands in the line."""
        return value

    def set_read_only(self, read_only: bool) -> None:
        self.line.setReadOnly(read_only)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A line passes Enter on when its input method had no use for it.
        if event.key() in _ENTER and not event.modifiers():
            self.commit()
        super().keyPressEvent(event)

    def _changed(self, text: str) -> None:
        self.edited.emit(text)


class UrlEditor(LineEditor):
    """A web address (appearance `url`) with a button that opens it."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._open = icon_button("external-link", tr("Open in the browser"))
        self._open.clicked.connect(self._opened)
        self._row.addWidget(self._open)

    def show_value(self, value: str) -> None:
        super().show_value(value)
        self._open.setEnabled(value.startswith(("http://", "https://")))

    def _changed(self, text: str) -> None:
        self._open.setEnabled(text.startswith(("http://", "https://")))
        super()._changed(text)

    def _opened(self) -> None:
        QDesktopServices.openUrl(QUrl(self.line.text()))


class _Digits(QRegularExpressionValidator):
    """Lets only a number be typed; full-width digits of an input method become ordinary ones."""

    def validate(self, text: str, place: int) -> object:
        made = reading.plain(text).replace("。", ".")
        matched = QRegularExpression(f"\\A(?:{self.regularExpression().pattern()})\\z").match(made).hasMatch()
        state = QValidator.State.Acceptable if matched else QValidator.State.Invalid
        return (state, made, min(place, len(made)))


class NumberEditor(LineEditor):
    """An integer or a decimal; `thousands-sep` groups the digits while nobody types."""

    takes_equals = False
    room = 96

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._whole = control.datatype in INTEGERS
        self._grouped = "thousands-sep" in self.words
        digit = "[\\d,]" if self._grouped else "\\d"
        pattern = f"-?{digit}{{0,18}}" if self._whole else rf"-?{digit}{{0,15}}(\.\d{{0,15}})?"
        self.line.setValidator(_Digits(QRegularExpression(pattern), self.line))
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.line.installEventFilter(self)

    def said(self, value: str) -> str:
        return reading.thousands(value) if self._grouped and not self.line.hasFocus() else value

    def eventFilter(self, watched: object, event: object) -> bool:
        if self._grouped and isinstance(event, QFocusEvent):
            self._group(not event.gotFocus())
        return False

    def commit(self) -> None:
        text = self.line.text().replace(",", "")
        unfinished = text in ("-", ".", "-.")
        self.say_trouble(tr("Type a number, such as 12.") if unfinished else "")
        if unfinished:
            self.edited.emit("")

    def _group(self, grouped: bool) -> None:
        text = self.line.text().replace(",", "")
        self.line.blockSignals(True)
        self.line.setText(reading.thousands(text) if grouped else text)
        self.line.blockSignals(False)

    def _changed(self, text: str) -> None:
        text = text.replace(",", "")
        if text in ("-", ".", "-."):
            return  # the beginning of a number
        number = _number(text)
        too_large = self.control.datatype == "int" and number != "" and cast_of("int")(number) is None
        self.say_trouble(
            tr("A whole number goes up to {most}.", most=reading.thousands(str(LARGEST_INT))) if too_large else ""
        )
        self.edited.emit("" if too_large else number)


def _number(text: str) -> str:
    """A typed number as XML has it: no bare point at either end."""
    text = re.sub(r"^(-?)\.", r"\g<1>0.", text)
    return text.removesuffix(".")


class BarcodeEditor(LineEditor):
    """A code: a scanner types it fast and ends with Enter; the next scan replaces what is there.

    Rules run once, at the end of the scan, not at every character.
    """

    room = 280

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self.line.setPlaceholderText(tr("Scan, or type and press Enter"))
        lead(self.line, "scan-barcode")
        self._row.setStretchFactor(self.line, 20)  # codes are long: all of its room before any is left free

    def take_focus(self) -> None:
        super().take_focus()
        self.line.selectAll()

    def commit(self) -> None:
        text = reading.plain(self.line.text())
        if text != self.form.get(self.ref):
            self.edited.emit(text)

    def _changed(self, text: str) -> None:
        if not text:
            self.edited.emit("")


def lead(line: QLineEdit, icon: str) -> None:
    """Puts a picture at the beginning of a line, where it tells what belongs there."""
    action = QAction(line)
    theme.set_icon(action, icon)
    line.addAction(action, QLineEdit.ActionPosition.LeadingPosition)


class _Lines(QPlainTextEdit):
    """Several lines; Tab leaves, as everywhere in the form, and the box grows with its text."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__()
        self._least, self._most = least, most
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.ensurePolished()
        lines = max(self._least, min(self._most, int(self.document().size().height())))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + theme.px(24))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # the page's own shortcut
        else:
            super().keyPressEvent(event)


class LinesEditor(Editor):
    """Several lines of text."""

    waits = True
    takes_equals = True

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.lines = _Lines(2, 12)
        self.lines.setObjectName(ref)
        self.lines.setAccessibleName(name)
        self._reported = ""
        self.lines.textChanged.connect(self._changed)
        self.setFocusProxy(self.lines)
        row.addWidget(self.lines)

    def show_value(self, value: str) -> None:
        if self.value() != value:
            self.lines.blockSignals(True)
            self.lines.setPlainText(self.said(value))
            self.lines.blockSignals(False)
        self._reported = value

    def said(self, value: str) -> str:
        """An answer as it stands in the box."""
        return value

    def value(self) -> str:
        """The answer that the text in the box means."""
        return self.lines.toPlainText()

    def stops(self) -> list[QWidget]:
        return [self.lines]

    def set_read_only(self, read_only: bool) -> None:
        self.lines.setReadOnly(read_only)

    def _changed(self) -> None:
        # The document also changes with each pre-edit, which is no answer yet.
        if self.value() != self._reported:
            self._reported = self.value()
            self.edited.emit(self._reported)
