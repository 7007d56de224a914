"""The rows of cases: Enter opens one beside the list, Ctrl+Enter or the menu of a row in a window of its own."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import RowList


def is_apart(event: QKeyEvent) -> bool:
    """Whether these are the keys that open something in a window of its own."""
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


class CaseRows(RowList):
    """A list of which several rows can be chosen."""

    window_wanted = Signal()  # for the current row

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, many=True)
        self._apart = QAction(self)
        theme.set_icon(self._apart, "external-link")
        self._apart.setShortcut("Ctrl+Enter")
        self._apart.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._apart.triggered.connect(self.window_wanted)
        self.addAction(self._apart)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def retranslate(self) -> None:
        """Says the menu in the active language."""
        self._apart.setText(tr("Open in its own window"))

    def event(self, event: QEvent) -> bool:
        # The open case has the same keys for its primary button, and two of a kind would cancel each other.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_apart(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_apart(event):
            self.window_wanted.emit()
        else:
            super().keyPressEvent(event)
