"""A deadline explained, as a card or beneath the line that tells it: a row a day, counted time solid, the rest not."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from gridclient.domain.calendar import Calendar
from gridclient.domain.clock import Limit
from gridclient.domain.timer import Pause
from gridclient.domain.zone import ZONE
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.case.due import Counted, Day, Due
from gridclient.ui.forms.moments import weekday
from gridclient.ui.when import day_text
from gridclient.ui.widgets import Banner, text_label

_FROM, _TO = 8, 18  # hours that are drawn
_ROW, _LEFT, _RIGHT = 28, 122, 84
_POPUP = 460


def open_due(due: Due, now: datetime, below: QWidget) -> QFrame:
    """Shows why a case is due when it is beneath a widget; Escape or a click elsewhere closes it."""
    popup = QFrame(below, Qt.WindowType.Popup)
    popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    popup.setAccessibleName(tr("Why it is due"))
    theme.set_role(popup, "popover")
    column = QVBoxLayout(popup)
    column.setContentsMargins(16, 14, 16, 14)
    column.addWidget(DueCard(due, now))
    popup.setFixedWidth(theme.px(_POPUP))
    popup.adjustSize()
    at = below.mapToGlobal(QPoint(below.width() - popup.width(), below.height() + 4))
    room = below.screen().availableGeometry()
    popup.move(max(room.left(), at.x()), min(at.y(), room.bottom() - popup.height()))
    popup.show()
    return popup


class DueCard(QWidget):
    """Which clock presses, since when, by which rule, what stopped or extended it, and who counted."""

    def __init__(self, due: Due, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        at = due.due_at.astimezone(ZONE)
        day = day_text(at, now.astimezone(ZONE))
        column.addWidget(text_label(tr("Why it is due {day} {at}", day=day, at=f"{at:%H:%M}"), "heading", wrap=True))
        if due.counted is None:
            said = tr("It was given when the case was made, by a plan or by a person.")
            column.addWidget(text_label(said, "muted", wrap=True))
        else:
            column.addWidget(text_label(rule_text(due.counted.limit), "muted", wrap=True))
            if due.counted.days:
                column.addWidget(DayBars(due.counted.days))
            column.addLayout(_facts(due.counted, now))
        if due.estimated:
            said = tr("The holidays of a day on the way are not known yet: this is estimated.")
            column.addWidget(Banner("warn", said))
        if due.counted is not None:
            column.addWidget(_who_counted(due))
        column.addStretch(1)


def _who_counted(due: Due) -> QWidget:
    if due.is_confirmed:
        return text_label(tr("The platform counted it; its clock is the one that counts."), "small", wrap=True)
    return Banner("info", tr("Counted on this PC; the platform confirms it when the changes are uploaded."))


def _facts(counted: Counted, now: datetime) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    for row, (name, text) in enumerate(_lines(counted, now)):
        grid.addWidget(text_label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        value = text_label(text, "strong", wrap=True)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(value, row, 1)
    return grid


def _lines(counted: Counted, now: datetime) -> Iterator[tuple[str, str]]:
    yield tr("Limit of"), counted.what
    yield tr("Runs since"), _moment(counted.since, now)
    yield tr("Used"), duration_text(counted.used_s)
    yield tr("Allowed"), duration_text(counted.allowed_s)
    left = counted.allowed_s - counted.used_s
    yield (tr("Left"), duration_text(left)) if left >= 0 else (tr("Over by"), duration_text(left))
    if counted.extensions:
        yield tr("Extended"), tr("{n} times, by the first limit each", n=counted.extensions)
    for pause in counted.pauses:
        yield tr("On hold"), _pause_text(pause, now)
    if counted.limit.works:
        yield tr("Working time"), _hours_text(counted.calendar)
        yield tr("Calendar"), _calendar_text(counted.calendar)


def _moment(at: datetime, now: datetime) -> str:
    here = at.astimezone(ZONE)
    return f"{day_text(here, now.astimezone(ZONE))} {here:%H:%M}"


def _pause_text(pause: Pause, now: datetime) -> str:
    if pause.end is None:
        return tr(
            "from {begin}, until {end} at the latest", begin=_moment(pause.begin, now), end=_moment(pause.latest, now)
        )
    return tr("from {begin} to {end}", begin=_moment(pause.begin, now), end=_moment(pause.end, now))


def _hours_text(calendar: Calendar) -> str:
    return tr(", ").join(f"{_clock(begin)}–{_clock(end)}" for begin, end in calendar.hours)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _calendar_text(calendar: Calendar) -> str:
    until = calendar.known_until.isoformat()
    if calendar.own_days:
        return tr("national holidays and {n} days of this place, known until {day}", n=calendar.own_days, day=until)
    return tr("national holidays and exchanged week-ends, known until {day}", day=until)


class DayBars(QWidget):
    """One row a day between eight and six; what is painted is also said."""

    def __init__(self, days: Sequence[Day]) -> None:
        super().__init__()
        self._days = days
        self.setAccessibleName(tr("Counted time by day"))
        said = (f"{day.day:%m-%d} {weekday(day.day)} {duration_text(day.counted_s)}" for day in days)
        self.setAccessibleDescription("; ".join(said))
        self.setFixedHeight(theme.px(22 + _ROW * len(days)))
        self.setMinimumWidth(theme.px(360))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(420), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        room = whole.width() - _LEFT - _RIGHT
        painter.setPen(look.text_2)
        for hour in range(_FROM, _TO + 1, 2):
            x = _LEFT + room * (hour - _FROM) / (_TO - _FROM)
            painter.drawText(QRectF(x - 14, 0, 28, 18), Qt.AlignmentFlag.AlignCenter, str(hour))
        for number, day in enumerate(self._days):
            self._paint_day(painter, day, 22.0 + number * _ROW, room)

    def _paint_day(self, painter: QPainter, day: Day, y: float, room: float) -> None:
        look, middle = theme.roles(), Qt.AlignmentFlag.AlignVCenter
        painter.setPen(look.text_2)
        painter.drawText(QRectF(0, y, _LEFT - 8, 20), middle, f"{day.day:%m-%d} {weekday(day.day)}")
        ground = QRectF(_LEFT, y + 1, room, 18)
        painter.setPen(QPen(look.border, 1, Qt.PenStyle.SolidLine if day.parts else Qt.PenStyle.DashLine))
        painter.setBrush(look.sunken)
        painter.drawRoundedRect(ground, 4, 4)
        if not day.parts:
            painter.setPen(look.text_2)
            painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, tr("does not count"))
        for begin, end, part in day.parts:
            left = _LEFT + room * (max(begin, _FROM) - _FROM) / (_TO - _FROM)
            right = _LEFT + room * (min(end, _TO) - _FROM) / (_TO - _FROM)
            if right <= left:
                continue
            bar = QRectF(left, y + 1, right - left, 18)
            painter.setPen(QPen(look.warn if part == "paused" else look.accent_fill, 1))
            painter.setBrush({"used": look.accent_fill, "left": look.accent_soft, "paused": look.warn_soft}[part])
            painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(look.text_1)
        said = duration_text(day.counted_s) if day.parts else ""
        painter.drawText(QRectF(_LEFT + room + 6, y, _RIGHT - 6, 20), middle | Qt.AlignmentFlag.AlignRight, said)


def rule_text(limit: Limit) -> str:
    """How a limit is counted, in words."""
    amount = f"{limit.amount:g}"
    match limit.unit:
        case "work_day":
            return tr("{n} working days; only working hours count, not week-ends and holidays.", n=amount)
        case "work_hour":
            return tr("{n} working hours; only working hours count, not week-ends and holidays.", n=amount)
        case "urgent_hour":
            return tr("{n} hours without a break: it is urgent.", n=amount)
        case "natural_day":
            return tr("{n} days; every day counts.", n=amount)


def duration_text(seconds: int) -> str:
    """A time span in hours and minutes."""
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return tr("{h} h {m} min", h=hours, m=minutes)
