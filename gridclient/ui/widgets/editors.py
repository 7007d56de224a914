"""Editors for days and numbers: a month without red week-ends (red means overdue), a spin box without arrows."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QAbstractSpinBox, QCalendarWidget, QWidget

from gridclient.ui import theme


class Calendar(QCalendarWidget):
    """The month of a date field; give it to `QDateEdit.setCalendarWidget`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        self._colour()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        look = theme.roles()
        weekday, weekend = QTextCharFormat(), QTextCharFormat()
        weekday.setForeground(look.text_1)
        weekend.setForeground(look.text_2)
        for day in Qt.DayOfWeek:
            free = day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday)
            self.setWeekdayTextFormat(day, weekend if free else weekday)


def plain_spin_box(box: QAbstractSpinBox) -> None:
    """Leaves only the editor of a spin box, its text as far from the border as in a line edit."""
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    box.lineEdit().setTextMargins(7, 0, 7, 0)
