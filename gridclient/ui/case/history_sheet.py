"""The course of a case beside the explanation of its deadline: a row a day, counted time solid, time left outlined."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gridclient.domain.clock import Limit
from gridclient.domain.zone import ZONE
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.case.history import Day, Due, Event
from gridclient.ui.forms.moments import weekday
from gridclient.ui.when import day_text, local
from gridclient.ui.widgets import Banner, IconLabel, StatusTag, primary_button, text_label
from gridclient.ui.widgets.sheets import Sheet

_FROM, _TO = 8, 18  # hours that are drawn
_ROW, _LEFT, _RIGHT = 28, 122, 84


class HistorySheet(Sheet):
    """Read only: corrections are entries of their own."""

    def __init__(self, events: Sequence[Event], due: Due | None, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(tr("Course of the case"), tr("Newest first. Nothing here is ever changed or removed."), parent)
        row = QHBoxLayout()
        row.setSpacing(24)
        self.body.addLayout(row, 1)
        row.addWidget(_timeline(events, now), 1)
        if due is not None:
            row.addWidget(_explanation(due, now), 1)
        self.buttons.addStretch(1)
        close = primary_button(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.buttons.addWidget(close)
        self.resize(980 if due is not None else 560, 560)


def _timeline(events: Sequence[Event], now: datetime) -> QScrollArea:
    inside = QWidget()
    theme.set_role(inside, "surface")
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(10)
    day = ""
    for event in events:
        at = local(event.at)
        said = day_text(at, now.astimezone(ZONE))
        if said != day:
            column.addWidget(text_label(f"{said} {weekday(at.date())}", "strong"))
            day = said
        column.addWidget(_line(event, at))
    column.addStretch(1)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(tr("Course of the case"))
    theme.set_role(area, "plain")
    area.setWidget(inside)
    return area


def _line(event: Event, at: datetime) -> QWidget:
    line = QWidget()
    line.setAccessibleName(
        tr(", ").join(part for part in (f"{at:%H:%M}", event.title, event.who, event.detail) if part)
    )
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    moment = text_label(f"{at:%H:%M}", "muted")
    moment.setFixedWidth(44)
    row.addWidget(moment, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(IconLabel(event.icon, "text_2", 16), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(2)
    first = QHBoxLayout()
    first.setSpacing(8)
    first.addWidget(text_label(event.title, "strong"))
    first.addWidget(text_label(event.who, "muted"))
    if event.is_pending:
        first.addWidget(StatusTag(tr("To upload"), "accent", "cloud-upload"))
    first.addStretch(1)
    words.addLayout(first)
    if event.detail:
        words.addWidget(text_label(event.detail, "muted", wrap=True))
    row.addLayout(words, 1)
    return line


def _explanation(due: Due, now: datetime) -> QWidget:
    side = QWidget()
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    at = due.due_at.astimezone(ZONE)
    day = day_text(at, now.astimezone(ZONE))
    column.addWidget(text_label(tr("Why it is due {day} {at}", day=day, at=f"{at:%H:%M}"), "heading", wrap=True))
    if due.limit is None:
        said = tr("It was given when the case was made, by a plan or by a person.")
        column.addWidget(text_label(said, "muted", wrap=True))
        column.addStretch(1)
        return side
    column.addWidget(text_label(rule_text(due.limit), "muted", wrap=True))
    if due.days:
        column.addWidget(DayBars(due.days))
    late = due.used_s > due.allowed_s
    for name, text in (
        (tr("Used"), duration_text(due.used_s)), (tr("Allowed"), duration_text(due.allowed_s)),
        (tr("Over by"), duration_text(due.used_s - due.allowed_s)) if late
        else (tr("Left"), duration_text(due.allowed_s - due.used_s)),
    ):  # fmt: skip
        row = QHBoxLayout()
        row.addWidget(text_label(name, "muted"))
        row.addStretch(1)
        row.addWidget(text_label(text, "strong"))
        column.addLayout(row)
    if due.estimated:
        column.addWidget(Banner("warn", tr("The holidays of a day on the way are not known yet: this is estimated.")))
    column.addStretch(1)
    return side


class DayBars(QWidget):
    """One row a day between eight and six; what is painted is also said."""

    def __init__(self, days: Sequence[Day]) -> None:
        super().__init__()
        self._days = days
        self.setAccessibleName(tr("Counted time by day"))
        said = (f"{day.day:%m-%d} {weekday(day.day)} {duration_text(day.counted_s)}" for day in days)
        self.setAccessibleDescription("; ".join(said))
        self.setFixedHeight(22 + _ROW * len(days))
        self.setMinimumWidth(360)

    def sizeHint(self) -> QSize:
        return QSize(420, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        room = self.width() - _LEFT - _RIGHT
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
        painter.drawText(
            QRectF(self.width() - _RIGHT + 6, y, _RIGHT - 6, 20), middle | Qt.AlignmentFlag.AlignRight, said
        )


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
