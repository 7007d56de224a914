"""For a supervisor: whose devices hold work that the platform has not got, how much, and for how long."""

from datetime import datetime, timedelta

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gridclient.protocol.messages import UnsentDevice
from gridclient.store.others import Others
from gridclient.text import tr
from gridclient.ui.when import local, moment_text
from gridclient.ui.widgets import Card, ElidedLabel, StatusTag, text_label
from gridclient.ui.widgets.layouts import clear

_MOST = 12
_OLD = timedelta(days=2)  # then the worker and the supervisor have to do something about it


class OthersCard(Card):
    """Two lines for each device, the oldest work first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._as_of = text_label("", "small")
        self.head.addWidget(self._as_of)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.body.addLayout(self._lines)
        self._note = text_label("", "muted", wrap=True)
        self.body.addWidget(self._note)

    def show_others(self, others: Others, now: datetime) -> None:
        """Shows what the platform told last, and when that was."""
        self.set_title(tr("Not uploaded yet by others"))
        self._as_of.setText(tr("as of {when}", when=moment_text(others.at, now)) if others.at else "")
        clear(self._lines)
        for device in others.devices[:_MOST]:
            self._lines.addLayout(_line(device, now))
        if len(others.devices) > _MOST:
            self._lines.addWidget(text_label(tr("and {n} other devices", n=len(others.devices) - _MOST), "muted"))
        if not others.at:
            self._note.setText(tr("Not known: the platform was not asked yet. It is asked with each sync."))
        elif not others.devices:
            self._note.setText(tr("Everything was uploaded."))
        else:
            self._note.setText(
                tr("It is not overdue: when it arrives, it counts from when it was done. After two days it is amber.")
            )


def _line(device: UnsentDevice, now: datetime) -> QGridLayout:
    line = QGridLayout()
    line.setHorizontalSpacing(12)
    line.setVerticalSpacing(2)
    line.setColumnStretch(1, 1)
    line.addWidget(text_label(device.worker, "strong"), 0, 0)
    line.addWidget(text_label(tr("{n} items", n=device.count)), 0, 1)
    if device.oldest:
        age = now - local(device.oldest)
        tag = StatusTag(_age(age), "warn" if age > _OLD else "neutral", "cloud-upload")
        tag.setToolTip(tr("since {when}", when=moment_text(device.oldest, now)))
        line.addWidget(tag, 0, 2)
    seen = tr("{device}, last seen {when}", device=device.device, when=moment_text(device.seen_at, now))
    line.addWidget(ElidedLabel(seen, "muted"), 1, 0, 1, 3)
    return line


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return tr("{n} min", n=minutes)
    return tr("{n} h", n=minutes // 60) if minutes < 48 * 60 else tr("{n} days", n=minutes // (24 * 60))
