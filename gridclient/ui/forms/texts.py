"""Answers that are typed: a line, several lines, a number, a date, a time, a place.

Nothing is reported while an input method is composing: `textChanged` stays silent during its pre-edit.
"""

from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QLineEdit, QMenu, QPlainTextEdit, QWidgetAction

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.editor import Editor
from gridclient.ui.widgets import Calendar, icon_button

_WIDTHS = {"int": 140, "integer": 140, "decimal": 140, "date": 160, "time": 120, "dateTime": 220, "geopoint": 300}
_HINTS = {"date": "YYYY-MM-DD", "time": "HH:MM", "dateTime": "YYYY-MM-DDTHH:MM", "geopoint": "31.2050 121.6050"}


class LineEditor(Editor):
    """One line: text, numbers, times, places and codes."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.line = QLineEdit()
        self.line.setObjectName(ref)
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(_HINTS.get(control.datatype, ""))
        self.line.setFixedHeight(theme.control_height())
        width = _WIDTHS.get(control.datatype) or (240 if "numbers" in control.appearance else 0)
        if width:
            self.line.setFixedWidth(width)
        if "masked" in control.appearance:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.textChanged.connect(self._changed)
        self.line.returnPressed.connect(self.left)
        self.setFocusProxy(self.line)
        row.addWidget(self.line)
        self._row = row
        if width:
            row.addStretch(1)

    def show_value(self, value: str) -> None:
        if self.line.text() != value:
            self.line.blockSignals(True)
            self.line.setText(value)
            self.line.blockSignals(False)

    def set_read_only(self, read_only: bool) -> None:
        self.line.setReadOnly(read_only)

    def _changed(self, text: str) -> None:
        self.edited.emit(text.strip() if self.control.datatype != "string" else text)


class DateEditor(LineEditor):
    """A date that is typed, or chosen in a calendar."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._button = icon_button("calendar", tr("Choose a day"))
        self._button.clicked.connect(self._open)
        self._row.insertWidget(1, self._button)

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self._button.setEnabled(not read_only)

    def _open(self) -> None:
        menu = QMenu(self)
        calendar: QCalendarWidget = Calendar()
        try:
            day = date.fromisoformat(self.line.text())
        except ValueError:
            day = date.today()  # noqa: DTZ011 - the calendar opens at the PC's day
        calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        calendar.activated.connect(self._chosen)
        calendar.clicked.connect(self._chosen)
        calendar.activated.connect(menu.close)
        calendar.clicked.connect(menu.close)
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)
        menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))

    def _chosen(self, day: QDate) -> None:
        self.line.setText(day.toString("yyyy-MM-dd"))


class _Lines(QPlainTextEdit):
    """Several lines; Tab leaves, as everywhere in the form."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(64)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Return and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # the page's own shortcut
        else:
            super().keyPressEvent(event)


class LinesEditor(Editor):
    """Several lines of text."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.lines = _Lines()
        self.lines.setObjectName(ref)
        self.lines.setAccessibleName(name)
        self.lines.textChanged.connect(self._changed)
        self.setFocusProxy(self.lines)
        row.addWidget(self.lines)

    def show_value(self, value: str) -> None:
        if self.lines.toPlainText() != value:
            self.lines.blockSignals(True)
            self.lines.setPlainText(value)
            self.lines.blockSignals(False)

    def set_read_only(self, read_only: bool) -> None:
        self.lines.setReadOnly(read_only)

    def _changed(self) -> None:
        self.edited.emit(self.lines.toPlainText())
