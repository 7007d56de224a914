"""The card of the board: who has how much in hand."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from gridclient.store.board import Load
from gridclient.text import tr
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import Avatar, Card, ProgressBar, StatusTag, link_button, text_label
from gridclient.ui.widgets.layouts import clear

_MOST = 12


class LoadCard(Card):
    """A line for each worker: a bar of what is open, and what of it is overdue; the name narrows the list."""

    worker_chosen = Signal(str)  # worker id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(2, 1)
        self.body.addLayout(self._grid)

    def show_loads(self, loads: Sequence[Load], now: datetime) -> None:
        """Shows the workers with most to do; the others are counted."""
        self.set_title(tr("Who has how much"))
        clear(self._grid)
        most = max((load.open for load in loads), default=1)
        for row, load in enumerate(loads[:_MOST]):
            name = load.name or tr("nobody")
            button = link_button(name)
            button.setProperty("worker", load.worker)
            button.clicked.connect(self._choose)
            button.setEnabled(bool(load.worker))
            bar = ProgressBar()
            bar.setAccessibleName(tr("{name}: {n} open", name=name, n=load.open))
            bar.set_share(load.open / most)
            late: QWidget = text_label(tr("none overdue"), "small")
            if load.overdue:
                late = StatusTag(tr("{n} overdue", n=load.overdue), "bad", "triangle-alert")
            late.setToolTip(tr("since {when}", when=moment_text(load.oldest, now)) if load.oldest else "")
            for column, widget in enumerate(
                (Avatar(name, 26), button, bar, text_label(str(load.open), "strong"), late)
            ):
                self._grid.addWidget(widget, row, column)
        if len(loads) > _MOST:
            self._grid.addWidget(text_label(tr("and {n} other people", n=len(loads) - _MOST), "muted"), _MOST, 1, 1, 4)

    def _choose(self) -> None:
        self.worker_chosen.emit(str(self.sender().property("worker")))
