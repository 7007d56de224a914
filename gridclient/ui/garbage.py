"""Frees what only cycles keep alive on the GUI's thread alone.

Python collects on whichever thread happens to allocate, also that of the sync; a Qt object freed there, with its
timers and its window, takes the program down.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class Collector(QObject):
    """Takes the collector over for as long as it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(_EVERY_MS)

    def close(self) -> None:
        """Collects all there is, and gives the collector back to Python."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    def _collect(self) -> None:
        due = [
            n for n, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
        ]
        if due:
            gc.collect(max(due))
