"""The hours of a day as pairs of bars: what came and what was done. The numbers are spoken, and stand on the bars."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gridclient.store.rates import Hour
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import Card, text_label

_FOOT, _NUMBER = 18, 16  # pixels under the bars and above them


class HourChart(QWidget):
    """Painted from what it is shown last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hours: Sequence[Hour] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return theme.size(240, 112)

    def show_hours(self, hours: Sequence[Hour]) -> None:
        """Shows the hours of a day."""
        self._hours = hours
        told = [
            tr("{hour}:00: {new} new, {done} done", hour=each.hour, new=each.new, done=each.done)
            for each in hours if each.new or each.done
        ]  # fmt: skip
        self.setAccessibleDescription(tr("; ").join(told) or tr("Nothing came and nothing was done yet."))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        painter.setFont(theme.font("small"))
        ground = whole.height() - _FOOT
        painter.fillRect(QRectF(0, ground, whole.width(), 1), look.border)
        most = max((max(each.new, each.done) for each in self._hours), default=0) or 1
        wide = whole.width() / max(1, len(self._hours))
        bar = min(18.0, wide / 2 - 3)
        for place, each in enumerate(self._hours):
            middle = (place + 0.5) * wide
            painter.setPen(look.text_2)
            said = QRectF(middle - wide / 2, ground + 2, wide, _FOOT - 2)
            painter.drawText(said, Qt.AlignmentFlag.AlignCenter, str(each.hour))
            for left, count, role in ((middle - bar - 1, each.new, "bar"), (middle + 1, each.done, "accent_fill")):
                high = (ground - _NUMBER) * count / most
                painter.fillRect(QRectF(left, ground - high, bar, high), look.named(role))
                if count:
                    number = QRectF(left - 6, ground - high - _NUMBER, bar + 12, _NUMBER)
                    painter.drawText(number, Qt.AlignmentFlag.AlignCenter, str(count))


class HourCard(Card):
    """The chart with what its colours mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._legend = text_label("", "small")
        self.head.addWidget(self._legend)
        self.chart = HourChart()
        self.body.addWidget(self.chart)

    def show_hours(self, hours: Sequence[Hour]) -> None:
        """Shows the hours of today."""
        self.set_title(tr("New and done by the hour"))
        new, done = sum(each.new for each in hours), sum(each.done for each in hours)
        self._legend.setText(tr("left: {new} new · right: {done} done", new=new, done=done))
        self.chart.setAccessibleName(tr("New and done by the hour"))
        self.chart.show_hours(hours)
