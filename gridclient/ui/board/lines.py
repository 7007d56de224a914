"""Two small painted lines of the board: how a rate went over the periods, and what is due in the next hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gridclient.domain.zone import ZONE
from gridclient.store.board import Pressing
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.when import local

_HOUR, _TICKS = timedelta(hours=1), 4
_PAD, _AXIS, _MARK = 20, 44, (6, 16)  # beside the line, above it, and how wide and high a mark is


class Sparkline(QWidget):
    """The percents of a rate, oldest first; its words say them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._percents: Sequence[float] = ()
        self.setFixedSize(72, 20)
        self.hide()

    def show_percents(self, percents: Sequence[float]) -> None:
        """Shows how the rate went; one value alone is no line."""
        self._percents = percents
        said = tr("Over the periods: {values}", values=tr(", ").join(f"{each:.1f} %" for each in percents))
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        self.setVisible(len(percents) > 1)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, ink = QPainter(self), theme.roles().accent_ink
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 1.5))
        low, high = min(self._percents), max(self._percents)
        across, up = (self.width() - 6) / (len(self._percents) - 1), self.height() - 6
        points = [
            QPointF(3 + n * across, 3 + up * ((high - each) / (high - low) if high > low else 0.5))
            for n, each in enumerate(self._percents)
        ]
        painter.drawPolyline(points)
        painter.setBrush(ink)
        painter.drawEllipse(points[-1], 2, 2)


class DueLine(QWidget):
    """The next hour with a mark at each deadline; not there while nothing is due in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now, self._moments = datetime.now(ZONE), list[datetime]()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(240, 72)

    def show_due(self, cases: Sequence[Pressing], now: datetime) -> None:
        """Shows the cases that are due within an hour from now."""
        self._now, self._moments = now.astimezone(ZONE), [local(case.due_at) for case in cases]
        said = tr("; ").join(f"{local(case.due_at):%H:%M} {case.title}" for case in cases)
        self.setAccessibleName(tr("Due within an hour: {n}", n=len(cases)))
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        self.setVisible(bool(cases))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        painter.setPen(look.text_2)
        painter.setFont(theme.font("small"))
        axis = QRectF(_PAD, _AXIS, self.width() - 2 * _PAD, 1)
        painter.drawText(axis.translated(0, -_AXIS).adjusted(0, 0, 0, 20), self.accessibleName())
        painter.fillRect(axis, look.border_strong)
        for tick in range(_TICKS + 1):
            x, moment = axis.left() + axis.width() * tick / _TICKS, self._now + _HOUR * tick / _TICKS
            painter.fillRect(QRectF(x, axis.top() - 3, 1, 7), look.border_strong)
            place = QRectF(x - 40, axis.top() + 5, 80, 18)
            side = Qt.AlignmentFlag.AlignHCenter
            if tick in (0, _TICKS):
                side = Qt.AlignmentFlag.AlignLeft if tick == 0 else Qt.AlignmentFlag.AlignRight
                place = place.translated(40 if tick == 0 else -40, 0)
            painter.drawText(place, side, f"{moment:%H:%M}")
        for moment in self._moments:
            x = axis.left() + axis.width() * min(1.0, max(0.0, (moment - self._now) / _HOUR))
            mark = QRectF(x - _MARK[0] / 2, axis.top() - _MARK[1], *_MARK)
            painter.fillRect(mark, look.warn)
