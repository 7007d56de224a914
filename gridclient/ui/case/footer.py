"""The foot of the case page: what is kept on this PC, the moves of the case, and one primary button."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.when import clock_text
from gridclient.ui.widgets import ElidedLabel, IconLabel, KeyCap, outlined_button, primary_button

_ROOM_FOR_KEYS = 560


class CaseFooter(QFrame):
    """The draft's state at the left, the buttons at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "footer")
        self.setFixedHeight(theme.px(60))
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(10)
        self._saved_icon = IconLabel("circle-check", "ok", 16)
        self._saved = ElidedLabel(role="small")
        row.addWidget(self._saved_icon)
        row.addWidget(self._saved, 1)
        self._has_primary = False
        self._keys = KeyCap("Ctrl+Enter")
        self.next = outlined_button("", "send")
        self.back = outlined_button("")
        self.primary = primary_button("")
        for widget in (self._keys, self.next, self.back, self.primary):
            row.addWidget(widget)

    def offer(self, primary: str, *, can_go_back: bool, has_moves: bool) -> None:
        """Offers what can be done; without a text for it the primary button is not there."""
        self.back.setEnabled(can_go_back)
        self.next.setVisible(has_moves)
        self.primary.setText(primary)
        self.primary.setVisible(bool(primary))
        self._has_primary = bool(primary)
        self._show_keys()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_keys()

    def _show_keys(self) -> None:
        self._keys.setVisible(self._has_primary and self.width() >= theme.px(_ROOM_FOR_KEYS))

    def show_saved(self, saved_at: str) -> None:
        """Says when the draft was written; empty when there is none."""
        self._saved_icon.setVisible(bool(saved_at))
        self._saved.set_text(tr("Draft saved on this PC {at}", at=clock_text(saved_at)) if saved_at else "")

    def saved_text(self) -> str:
        """What is said about the draft."""
        return self._saved.whole_text()

    def retranslate(self) -> None:
        """Says the buttons in the active language."""
        self.back.setText(tr("Back"))
        self.next.setText(tr("What next…"))
        self.next.setToolTip(tr("What happens next (Ctrl+M)"))
