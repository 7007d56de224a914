"""What was just done, for some seconds in the bar above the pages, with the way back.

It covers nothing of a page and takes no focus; Ctrl+Z works as long as there is something to take back.
"""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.shell.top_bar import TopBar
from gridclient.ui.widgets import ElidedLabel, IconLabel, KeyCap, compact_button, icon_button, name_icon_button

_STAYS_MS = 8000
_WIDTH = 460


class UndoBar(QFrame):
    """Lies beside the search of the top bar, and over it where the window is narrow."""

    undo_wanted = Signal()

    def __init__(self, bar: TopBar) -> None:
        super().__init__(bar)
        theme.set_role(self, "popover")
        self._bar = bar
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 8, 4)
        row.setSpacing(10)
        self._icon = IconLabel("check", "ok", 16)
        self._words = ElidedLabel()
        self._keys = KeyCap("Ctrl+Z")
        self._undo = compact_button("")
        self._undo.clicked.connect(self.undo_wanted)
        self._close = icon_button("x", "")
        self._close.clicked.connect(self.hide)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        for widget in (self._keys, self._undo, self._close):
            row.addWidget(widget)
        for button in (self._undo, self._close):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it goes by itself, and would take the focus with it
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAYS_MS)
        self._timer.timeout.connect(self.hide)
        for each in (bar, bar.pill):
            each.installEventFilter(self)
        self.retranslate()
        self.hide()

    def tell_done(self, words: str) -> None:
        """Says what was done and offers to take it back."""
        self._tell(words, "check", "ok", can_undo=True)

    def note(self, words: str) -> None:
        """Says what was done where nothing is to be taken back."""
        self._tell(words, "check", "ok", can_undo=False)

    def tell(self, words: str, *, is_fault: bool = False) -> None:
        """Says what became of taking it back."""
        self._tell(words, *(("circle-alert", "warn") if is_fault else ("undo-2", "text_2")), can_undo=False)

    def _tell(self, words: str, icon: str, role: str, *, can_undo: bool) -> None:
        self._icon.set_icon(icon, role)
        self._words.set_text(words)
        self.setAccessibleName(words)
        self._keys.setVisible(can_undo)
        self._undo.setVisible(can_undo)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def text(self) -> str:
        """What it says; empty when it is not there."""
        return self._words.whole_text() if self.isVisible() else ""

    def retranslate(self) -> None:
        """Says its words in the active language; what it told in another one goes."""
        self._undo.setText(tr("Undo"))
        name_icon_button(self._close, tr("Close"))
        self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        room, height = self._bar.free_room(), self.sizeHint().height()
        width = min(theme.px(_WIDTH), room.width())
        self.setGeometry(room.x(), (self._bar.height() - height) // 2, width, height)
