"""Days and times: typed in any usual way, or chosen in a calendar; put into their usual form on leaving."""

from datetime import date, datetime, time

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QMenu, QWidgetAction

from gridclient.forms import Control, Form
from gridclient.text import language, tr
from gridclient.ui import theme
from gridclient.ui.forms import reading
from gridclient.ui.forms.typed import LineEditor
from gridclient.ui.widgets import Calendar, icon_button, text_label


def weekday(day: date) -> str:
    """The name of a day of the week."""
    return (tr("Monday"), tr("Tuesday"), tr("Wednesday"), tr("Thursday"), tr("Friday"), tr("Saturday"),
            tr("Sunday"))[day.weekday()]  # fmt: skip


class MomentEditor(LineEditor):
    """What days, months and times share: read leniently, reported only when complete."""

    takes_equals = False
    room = 160
    pattern = "YYYY-MM-DD"

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self.line.setPlaceholderText(self.pattern)

    def read(self, text: str) -> str | None:
        """The answer that a text means; None when it means none."""
        raise TypeError(type(self).__name__)  # every kind reads in its own way

    def complaint(self) -> str:
        """What to tell about a text that cannot be read."""
        raise TypeError(type(self).__name__)

    def commit(self) -> None:
        text = self.line.text().strip()
        kept = self.form.get(self.ref)
        value = kept if text == self.said(kept) else self.read(text)  # what is not shown of it stays
        if value is None:
            self.say_trouble(self.complaint())
            self.edited.emit("")
            return
        self.say_trouble("")
        self.show_value(value)
        if value != kept:
            self.edited.emit(value)

    def today(self) -> date:
        """The day at the form's clock."""
        return self.form.clock().date()

    def offset(self, day: date, moment: time) -> str:
        """A time as ODK stores it, with milliseconds and the zone."""
        made = datetime.combine(day, moment, self.form.clock().tzinfo)
        return made.isoformat(timespec="milliseconds").partition("T")[2]

    def _changed(self, text: str) -> None:
        value = self.read(text) if len(text.strip()) >= len(self.pattern) or not text.strip() else None
        if not text.strip():
            value = ""
        if value is not None and (not value or self.said(value) == text.strip()):
            self.say_trouble("")
            self.edited.emit(value)


class DateEditor(MomentEditor):
    """A day, with its weekday beside it; Alt+Down or F4 opens the calendar, Page keys move by a month."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._button = icon_button("calendar", tr("Choose a day"))
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the line has the keys for it
        self._button.clicked.connect(self.open_calendar)
        self._row.insertWidget(1, self._button)
        self._button.setVisible("no-calendar" not in self.words)
        self._weekday = text_label("", "muted")
        self._row.insertWidget(2, self._weekday)

    def read(self, text: str) -> str | None:
        day = reading.read_day(text, self.today())
        return day.isoformat() if day else None

    def complaint(self) -> str:
        return tr("This is no day. Type it as {example}.", example=self.today().isoformat())

    def said(self, value: str) -> str:
        return value[:10]

    def show_value(self, value: str) -> None:
        super().show_value(value)
        self._say_weekday(value)

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self._button.setEnabled(not read_only)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        down = event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        if down or event.key() == Qt.Key.Key_F4:
            self.open_calendar()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not self.line.isReadOnly():
            self._move(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def open_calendar(self) -> None:
        """Opens the month of the answer, or of today."""
        if self.line.isReadOnly() or "no-calendar" in self.words:
            return
        menu = QMenu(self)
        calendar = Calendar()
        calendar.setMinimumWidth(theme.px(360))
        if language() == "zh_CN":
            calendar.setLocale(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
            calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
        day = self._day()
        calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        calendar.activated.connect(self._chosen)
        calendar.clicked.connect(self._chosen)
        calendar.activated.connect(menu.close)
        calendar.clicked.connect(menu.close)
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))
        calendar.setFocus()

    def _day(self) -> date:
        return reading.read_day(self.line.text().partition(" ")[0], self.today()) or self.today()

    def _move(self, days: int) -> None:
        moved = date.fromordinal(self._day().toordinal() + days) if self.line.text().strip() else self.today()
        self._put(moved)

    def _chosen(self, day: QDate) -> None:
        self._put(date(day.year(), day.month(), day.day()))
        self.take_focus()

    def _put(self, day: date) -> None:
        self.line.setText(day.isoformat())
        self.commit()

    def _changed(self, text: str) -> None:
        super()._changed(text)
        self._say_weekday(self.read(text.strip()) or "" if len(text.strip()) >= len(self.pattern) else "")

    def _say_weekday(self, value: str) -> None:
        self._weekday.setText(weekday(date.fromisoformat(value[:10])) if value else "")


class MonthEditor(MomentEditor):
    """A month (appearance `month-year`); the first day of it is stored."""

    room = 120
    pattern = "YYYY-MM"

    def read(self, text: str) -> str | None:
        day = reading.read_month(text)
        return day.isoformat() if day else None

    def complaint(self) -> str:
        return tr("This is no month. Type it as {example}.", example=self.today().isoformat()[:7])

    def said(self, value: str) -> str:
        return value[:7]


class YearEditor(MomentEditor):
    """A year (appearance `year`); its first day is stored."""

    room = 96
    pattern = "YYYY"

    def read(self, text: str) -> str | None:
        day = reading.read_year(text)
        return day.isoformat() if day else None

    def complaint(self) -> str:
        return tr("This is no year. Type it as {example}.", example=str(self.today().year))

    def said(self, value: str) -> str:
        return value[:4]


class TimeEditor(MomentEditor):
    """A time of day."""

    room = 96
    pattern = "HH:MM"

    def read(self, text: str) -> str | None:
        moment = reading.read_time(text)
        return self.offset(self.today(), moment) if moment is not None else None

    def complaint(self) -> str:
        return tr("This is no time. Type it as {example}.", example="14:30")

    def said(self, value: str) -> str:
        return value[:5]

    def _changed(self, text: str) -> None:
        # A stored second or zone stays as it is while the minute that is shown stays.
        if text and self.said(self.form.get(self.ref)) == text:
            self.say_trouble("")
            return
        super()._changed(text)


class DateTimeEditor(DateEditor):
    """A day and a time in one line; the calendar keeps the time."""

    room = 190
    pattern = "YYYY-MM-DD HH:MM"

    def read(self, text: str) -> str | None:
        moment = reading.read_moment(text, self.today())
        if moment is None:
            return None
        return f"{moment.date().isoformat()}T{self.offset(moment.date(), moment.time())}"

    def complaint(self) -> str:
        return tr("This is no day and time. Type them as {example}.", example=f"{self.today().isoformat()} 14:30")

    def said(self, value: str) -> str:
        return value[:16].replace("T", " ")

    def _put(self, day: date) -> None:
        moment = self.line.text().partition(" ")[2] or self.form.clock().strftime("%H:00")
        self.line.setText(f"{day.isoformat()} {moment}")
        self.commit()


def moment_editor(form: Form, control: Control, ref: str, name: str) -> LineEditor:
    """The editor for a day, a time or both."""
    words = frozenset(control.appearance.split())
    match control.datatype:
        case "time":
            return TimeEditor(form, control, ref, name)
        case "dateTime":
            return DateTimeEditor(form, control, ref, name)
        case _ if "month-year" in words:
            return MonthEditor(form, control, ref, name)
        case _ if "year" in words:
            return YearEditor(form, control, ref, name)
        case _:
            return DateEditor(form, control, ref, name)
