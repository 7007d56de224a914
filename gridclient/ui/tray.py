"""The sign in the system's tray while somebody is signed in, and what is told there when the window is not looked at.

Everybody near the screen can read a system notification: it says how many things wait, never whom they are about.
"""

from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from gridclient.text import tr
from gridclient.ui import theme


class Waiting(NamedTuple):
    """How many things of a kind wait, and the sentence that says so."""

    n: int
    text: str


class Tray(QSystemTrayIcon):
    """Shown where the desktop has a tray; without one it only says on `told` what it would tell."""

    open_wanted = Signal()
    sync_wanted = Signal()
    lock_wanted = Signal()
    told = Signal(str)  # what a notification says

    def __init__(self, window: QWidget) -> None:
        super().__init__(theme.icon("layout-grid", "accent_ink"), window)
        self._window = window
        self._before: dict[str, int] | None = None
        self._menu = QMenu(window)
        self._acts = [QAction(self) for _ in range(3)]
        for act, wanted in zip(self._acts, (self.open_wanted, self.sync_wanted, self.lock_wanted), strict=True):
            act.triggered.connect(wanted)
            self._menu.addAction(act)
        self.setContextMenu(self._menu)
        self.activated.connect(self._activated)
        self.messageClicked.connect(self.open_wanted)
        self.retranslate()
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.show()

    def hear(self, waiting: Mapping[str, Waiting]) -> None:
        """Tells what has become more since the last time, unless the window is in front; the first time nothing."""
        before, self._before = self._before, {name: each.n for name, each in waiting.items()}
        if before is None or self._window.isActiveWindow():
            return
        for name, (n, text) in waiting.items():
            if n > before.get(name, 0):
                self.told.emit(text)
                if self.isVisible():
                    self.showMessage(tr("Grid Workbench"), text, theme.icon("bell", "accent_ink"))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.open_wanted.emit()

    def retranslate(self) -> None:
        """Says its words in the active language."""
        self.setToolTip(tr("Grid Workbench"))
        for act, text in zip(self._acts, (tr("Open"), tr("Synchronise now"), tr("Lock the screen")), strict=True):
            act.setText(text)
