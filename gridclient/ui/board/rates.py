"""The rates above the board: each number with its formula and what it was counted from, and a way to the cases."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.store.rates import FEW, Figure, Period, Rate
from gridclient.text import tr
from gridclient.ui.board.lines import Sparkline
from gridclient.ui.widgets import Card, ChipLook, ChipRow, ElidedLabel, StatusTag, link_button, text_label


def rate_name(rate: Rate) -> str:
    """What a rate is called."""
    match rate:
        case Rate.ON_TIME:
            return tr("Done in time")
        case Rate.RETURNED:
            return tr("Sent back")
        case Rate.REWORKED:
            return tr("Handled again")


class RateCard(Card):
    """One rate."""

    wanted = Signal(str)  # Rate: the cases that made it worse

    def __init__(self, rate: Rate, parent: QWidget | None = None) -> None:
        super().__init__(rate_name(rate), parent)
        self._rate = rate
        self._few = StatusTag()
        self.course = Sparkline()
        for each in (self._few, self.course):
            self.head.addWidget(each)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.value, self._before = text_label("", "title"), text_label("", "small")
        self.link = link_button("")
        self.link.clicked.connect(self._clicked)
        line.addWidget(self.value)
        line.addWidget(self._before)
        line.addStretch(1)
        line.addWidget(self.link)
        self.body.addLayout(line)
        self.formula = ElidedLabel(role="small")
        self.body.addWidget(self.formula)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Shows the rate of the last period beside that of the one before, and its course."""
        *_, before, now = figures
        self.course.show_percents([each.percent for each in figures if each.percent is not None])
        name = rate_name(self._rate)
        self.set_title(name)
        self.value.setText(_percent_text(now))
        self.value.setAccessibleName(f"{name}: {_percent_text(now)}")
        self.course.setAccessibleName(name)
        self._before.setText(tr("before: {percent}", percent=_percent_text(before)))
        self._few.set_mark(tr("few cases"), "neutral", "info")
        self._few.setVisible(0 < now.base < FEW)
        self.formula.set_text(_formula_text(now))
        self.link.setText(tr("{n} cases", n=len(now.against)))
        self.link.setAccessibleName(f"{name}: {self.link.text()}")
        self.link.setVisible(bool(now.against))

    def _clicked(self) -> None:
        self.wanted.emit(self._rate.value)


class RateStrip(QWidget):
    """The rates of one period side by side."""

    period_chosen = Signal(str)  # Period
    wanted = Signal(str)  # Rate

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 16, 20, 0)
        row.setSpacing(12)
        beside = QVBoxLayout()
        beside.setSpacing(8)
        self._title = text_label("", "heading")
        self.periods = ChipRow()
        self.periods.chosen.connect(self.period_chosen)
        beside.addWidget(self._title)
        beside.addWidget(self.periods)
        beside.addStretch(1)
        row.addLayout(beside)
        self.cards = {rate: RateCard(rate) for rate in Rate}
        for card in self.cards.values():
            card.wanted.connect(self.wanted)
            row.addWidget(card, 1)

    def period(self) -> Period:
        """The period that is chosen."""
        return Period(self.periods.current())

    def show_figures(self, course: Sequence[Sequence[Figure]]) -> None:
        """Shows each rate over the periods, the last one is that which is chosen."""
        for figures in zip(*course, strict=True):
            self.cards[figures[0].rate].show_figures(figures)

    def retranslate(self) -> None:
        """Says the strip's own words in the active language; the numbers are said anew when they are shown."""
        self._title.setText(tr("Rates"))
        names = {Period.DAY: tr("Today"), Period.WEEK: tr("This week"), Period.MONTH: tr("This month")}
        first = not self.periods.current()
        self.periods.set_chips([ChipLook(period.value, name) for period, name in names.items()])
        if first:
            self.periods.choose(Period.MONTH.value)


def _percent_text(figure: Figure) -> str:
    return "—" if figure.percent is None else f"{figure.percent:.1f} %"


def _formula_text(figure: Figure) -> str:
    counts = {"count": figure.count, "base": figure.base}
    match figure.rate:
        case Rate.ON_TIME:
            return tr("{count} / {base}: done by their deadline / fell due", **counts)
        case Rate.RETURNED:
            return tr("{count} / {base}: returned at least once / due and sent", **counts)
        case Rate.REWORKED:
            return tr("{count} / {base}: did not pass their check / due and sent", **counts)
