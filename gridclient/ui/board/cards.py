"""The cards of the board: who has how much in hand, and whose work was not uploaded."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from gridclient.store.board import Load, Unsent
from gridclient.text import tr
from gridclient.ui.when import local, moment_text
from gridclient.ui.widgets import Avatar, Card, ElidedLabel, ProgressBar, StatusTag, link_button, text_label
from gridclient.ui.widgets.layouts import clear

_MOST = 12
_OLD = timedelta(days=2)  # then the worker and the supervisor have to do something about it


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


class UnsentCard(Card):
    """Whose devices hold work that the platform has not got, and for how long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._as_of = text_label("", "small")
        self.head.addWidget(self._as_of)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(3, 1)
        self.body.addLayout(self._grid)
        self._note = text_label("", "muted", wrap=True)
        self.body.addWidget(self._note)

    def show_unsent(self, unsent: Unsent, now: datetime) -> None:
        """Shows what the platform told last, and when that was."""
        self.set_title(tr("Work that was not uploaded"))
        self._as_of.setText(tr("as of {when}", when=moment_text(unsent.at, now)) if unsent.at else "")
        clear(self._grid)
        for row, device in enumerate(unsent.devices[:_MOST]):
            age = now - local(device.oldest)
            tag = StatusTag(_age(age), "warn" if age > _OLD else "neutral", "cloud-upload")
            seen = ElidedLabel(
                tr("{device}, last seen {when}", device=device.device, when=moment_text(device.seen_at, now)), "muted"
            )
            words = (text_label(device.worker, "strong"), text_label(tr("{n} items", n=device.count)), tag, seen)
            for column, widget in enumerate(words):
                self._grid.addWidget(widget, row, column)
        if not unsent.at:
            self._note.setText(tr("Not known: the platform was not asked yet. It is asked with each sync."))
        elif not unsent.devices:
            self._note.setText(tr("Everything was uploaded."))
        else:
            self._note.setText(
                tr("It is not overdue: when it arrives, it counts from when it was done. After two days it is amber.")
            )


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return tr("{n} min", n=minutes)
    return tr("{n} h", n=minutes // 60) if minutes < 48 * 60 else tr("{n} days", n=minutes // (24 * 60))
