"""The calendar of plans: a month, or one week of it, with how many doors each day has; painted, and used by keys."""

from collections.abc import Mapping
from datetime import date, timedelta

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gridclient.store.rounds import DayCount, month
from gridclient.text import language, tr
from gridclient.ui import theme
from gridclient.ui.visits.words import count_text, spoken_day
from gridclient.ui.widgets import Card, compact_button, icon_button, name_icon_button, text_label

_HEAD, _WEEK = 26, 44
_NOTHING = DayCount()
_MOVES = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7,
}  # fmt: skip


class DayGrid(QWidget):
    """The days of a span of whole weeks; arrows go from day to day."""

    day_chosen = Signal(object)  # date

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.today = self.day = date(2000, 1, 1)
        self._first, self._weeks = self.day, 1
        self._counts: Mapping[date, DayCount] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_days(self, day: date, today: date, counts: Mapping[date, DayCount], *, is_month: bool) -> None:
        """Shows the month, or only the week, around a day."""
        self.day, self.today, self._counts = day, today, counts
        span = month(day, today)
        self._first = span.first if is_month else day - timedelta(days=day.weekday())
        self._weeks = ((span.last - span.first).days + 1) // 7 if is_month else 1
        self.setAccessibleDescription(spoken_day(day, today, counts.get(day, _NOTHING)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return theme.size(280, _HEAD + self._weeks * _WEEK)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(238), self.sizeHint().height())

    def cell_of(self, day: date) -> QRectF:
        """Where a day is painted, at 100 %."""
        week, weekday = divmod((day - self._first).days, 7)
        width = theme.unzoomed(self.rect()).width() / 7
        return QRectF(weekday * width, _HEAD + week * _WEEK, width, _WEEK)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        week = int((event.position().y() - theme.px(_HEAD)) // theme.px(_WEEK))
        weekday = int(event.position().x() // (self.width() / 7))
        if 0 <= week < self._weeks and 0 <= weekday < 7:
            self.day_chosen.emit(self._first + timedelta(days=week * 7 + weekday))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _MOVES.get(Qt.Key(event.key()))
        if step is not None:
            self.day_chosen.emit(self.day + timedelta(days=step))
        elif event.key() == Qt.Key.Key_Home:
            self.day_chosen.emit(self.today)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, width = theme.roles(), whole.width() / 7
        painter.setFont(theme.font("small"))
        painter.setPen(look.text_2)
        names = (tr("Mo"), tr("Tu"), tr("We"), tr("Th"), tr("Fr"), tr("Sa"), tr("Su"))
        for place, name in enumerate(names):
            painter.drawText(QRectF(place * width, 0, width, _HEAD), Qt.AlignmentFlag.AlignCenter, name)
        for place in range(self._weeks * 7):
            self._paint_day(painter, self._first + timedelta(days=place))

    def _paint_day(self, painter: QPainter, day: date) -> None:
        look, cell = theme.roles(), self.cell_of(day).adjusted(2, 1, -2, -1)
        chosen, other = day == self.day, day.month != self.day.month
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.accent_fill)
            painter.drawRoundedRect(cell, 6, 6)
        elif day == self.today:
            painter.setPen(QPen(look.accent, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell, 6, 6)
        if chosen and self.hasFocus():
            painter.setPen(QPen(look.on_accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.adjusted(3, 3, -3, -3), 4, 4)
        words, role = count_text(self._counts.get(day, _NOTHING))
        upper = QRectF(cell.left(), cell.top() + 3, cell.width(), cell.height() / 2 - 3)
        lower = QRectF(cell.left(), cell.center().y(), cell.width(), cell.height() / 2 - 2)
        painter.setPen(look.on_accent if chosen else look.text_2 if other else look.text_1)
        painter.setFont(theme.font("label", bold=chosen or day == self.today))
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, str(day.day))
        painter.setPen(look.on_accent if chosen else look.named(role))
        painter.setFont(theme.font("small", bold=role == "warn"))
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, words)


class PlanCard(Card):
    """The month with its name, and the ways to another one, to today and to a single week."""

    day_chosen = Signal(object)  # date

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.is_month = True
        self._counts: Mapping[date, DayCount] = {}
        self.grid = DayGrid()
        self.grid.day_chosen.connect(self.day_chosen)
        self.mode, self.home = compact_button(""), compact_button("")
        self.before, self.after = icon_button("chevron-left", ""), icon_button("chevron-right", "")
        self.mode.clicked.connect(self._toggle)
        self.home.clicked.connect(self._go_home)
        self.before.clicked.connect(self._go_back)
        self.after.clicked.connect(self._go_on)
        for widget in (self.home, self.mode, self.before, self.after):
            self.head.addWidget(widget)
        self.body.addWidget(self.grid)
        self._legend = text_label("", "small", wrap=True)
        self.body.addWidget(self._legend)
        self.retranslate()

    def show_days(self, day: date, today: date, counts: Mapping[date, DayCount]) -> None:
        """Shows the days around one of them."""
        self._counts = counts
        self.grid.show_days(day, today, counts, is_month=self.is_month)
        self._say()

    def retranslate(self) -> None:
        """Says its words in the active language."""
        self.home.setText(tr("Today"))
        name_icon_button(self.before, tr("Earlier days"))
        name_icon_button(self.after, tr("Later days"))
        self.grid.setAccessibleName(tr("Calendar of visits"))
        self._legend.setText(tr("✓ done · missed: was due that day and is still not done, or was skipped"))
        self._say()

    def _say(self) -> None:
        day = self.grid.day
        self.set_title(f"{day.year}年{day.month}月" if language() == "zh_CN" else f"{day:%B %Y}")
        self.mode.setText(tr("Week") if self.is_month else tr("Month"))

    def _toggle(self) -> None:
        self.is_month = not self.is_month
        self.show_days(self.grid.day, self.grid.today, self._counts)

    def _go_home(self) -> None:
        self.day_chosen.emit(self.grid.today)

    def _go_back(self) -> None:
        day = self.grid.day
        self.day_chosen.emit(day.replace(day=1) - timedelta(days=1) if self.is_month else day - timedelta(days=7))

    def _go_on(self) -> None:
        day = self.grid.day
        later = (day.replace(day=1) + timedelta(days=32)).replace(day=1) if self.is_month else day + timedelta(days=7)
        self.day_chosen.emit(later)
