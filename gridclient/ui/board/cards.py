"""The cards of the board: who has how much in hand, and what came back more than once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from gridclient.store.board import Load, SentBack
from gridclient.text import tr
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import (
    Avatar,
    Card,
    CardList,
    ProgressBar,
    RowLook,
    StatusTag,
    link_button,
    text_label,
)
from gridclient.ui.widgets.layouts import clear

_MOST = 12
_LIMITS = (0, 5, 10, 15, 20, 25, 30, 40, 50)


class LoadCard(Card):
    """A line for each worker: a bar of what is open, and what of it is overdue; the name narrows the list.

    Who has more than the limit that the supervisor sets has an amber bar, and the words for it.
    """

    worker_chosen = Signal(str)  # worker id
    limit_chosen = Signal(int)  # open cases for each, 0 for none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.limit = link_button("")
        self._limits = QMenu(self.limit)
        self.limit.setMenu(self._limits)
        self._limits.triggered.connect(self._choose_limit)
        self.head.addWidget(self.limit)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(2, 1)
        self.body.addLayout(self._grid)

    def show_loads(self, loads: Sequence[Load], limit: int, now: datetime) -> None:
        """Shows the workers with most to do; the others are counted."""
        self.set_title(tr("Who has how much"))
        self._offer_limits(limit)
        clear(self._grid)
        most = max([limit, *(load.open for load in loads)]) or 1
        for row, load in enumerate(loads[:_MOST]):
            name = load.name or tr("nobody")
            button = link_button(name)
            button.setProperty("worker", load.worker)
            button.clicked.connect(self._choose)
            button.setEnabled(bool(load.worker))
            bar = ProgressBar()
            bar.setAccessibleName(tr("{name}: {n} open", name=name, n=load.open))
            over = load.open - limit if limit and load.worker else 0
            bar.set_share(load.open / most, "warn" if over > 0 else "bar", limit / most)
            late: QWidget = text_label(tr("none overdue"), "small")
            if load.overdue:
                late = StatusTag(tr("{n} overdue", n=load.overdue), "bad", "triangle-alert")
            late.setToolTip(tr("since {when}", when=moment_text(load.oldest, now)) if load.oldest else "")
            for column, widget in enumerate(
                (Avatar(name, 26), button, bar, text_label(str(load.open), "strong"), late)
            ):
                self._grid.addWidget(widget, row, column)
            if over > 0:
                self._grid.addWidget(StatusTag(tr("{n} over", n=over), "warn", "arrow-up"), row, 5)
        if len(loads) > _MOST:
            self._grid.addWidget(text_label(tr("and {n} other people", n=len(loads) - _MOST), "muted"), _MOST, 1, 1, 4)

    def _offer_limits(self, limit: int) -> None:
        self.limit.setText(tr("Limit {n}", n=limit) if limit else tr("No limit"))
        self.limit.setAccessibleName(tr("Limit of open cases: {limit}", limit=self.limit.text()))
        self._limits.clear()
        for each in _LIMITS:
            action = self._limits.addAction(str(each) if each else tr("No limit"))
            action.setData(each)
            action.setCheckable(True)
            action.setChecked(each == limit)

    def _choose_limit(self, action: QAction) -> None:
        self.limit_chosen.emit(int(action.data()))

    def _choose(self) -> None:
        self.worker_chosen.emit(str(self.sender().property("worker")))


class ReturnedCard(Card):
    """What was sent back twice or more, as far as this PC knows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.cases, self._none = CardList(), text_label("", "muted", wrap=True)
        self.body.addWidget(self.cases)
        self.body.addWidget(self._none)

    def show_cases(self, found: Sequence[SentBack], names: Mapping[str, str]) -> None:
        """Shows the cases, most often returned first."""
        self.set_title(tr("Returned twice or more"))
        self.cases.setAccessibleName(tr("Returned twice or more"))
        self.cases.show_records([
            (case.id, RowLook(case.title, " · ".join(part for part in (case.place, names.get(case.worker, "")) if part),
                              "", tr("{n} times", n=case.times), "warn", chip_icon="undo-2"))
            for case in found
        ])  # fmt: skip
        self._none.setText(tr("No case that is under way came back twice."))
        self._none.setVisible(not found)
