"""What the worker should know whatever page is open: a strip above the pages, gone when its cause is gone."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.ui.widgets import Banner

Helps = Literal["help", "sync"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence with its reason, and the one action that helps."""

    kind: Literal["info", "warn", "bad"]
    title: str
    text: str
    action: str
    helps: Helps
    once: bool = False  # it goes when it was acted on, and does not come back before the next start


class NoticeStrip(QWidget):
    """Shows one notice, or takes no room."""

    help_wanted = Signal()
    sync_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice: Notice | None = None
        self._done: Notice | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 10, 20, 10)
        self.banner = Banner()
        self.banner.action_wanted.connect(self._act)
        column.addWidget(self.banner)
        self.hide()

    def show_notice(self, notice: Notice | None) -> None:
        """Shows this notice instead of the one before; None takes it away."""
        if notice != self._notice and notice is not None:
            self.banner.say(notice.kind, notice.title, notice.text, notice.action)
        self._notice = notice
        self.setVisible(notice is not None and notice != self._done)

    def _act(self) -> None:
        if self._notice is None:
            return
        (self.help_wanted if self._notice.helps == "help" else self.sync_wanted).emit()
        if self._notice.once:
            self._done = self._notice
            self.hide()
