"""A page that reads only while it is looked at."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget


class FreshPage(QWidget):
    """What is to be read anew while the page is hidden is read once it is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stale = True

    def read(self) -> None:
        """Begins to read what the page shows."""
        raise NotImplementedError

    def reload(self) -> None:
        """Reads what the page shows anew, once it is looked at."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()
