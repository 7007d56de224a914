"""The sync pill: one glance tells whether this PC and the platform agree."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from gridclient.ui import theme

PillKind = Literal["offline", "pending", "synced", "syncing", "problem", "conflict"]

_ICON: dict[PillKind, tuple[str, str]] = {
    "offline": ("cloud-off", "text_2"),
    "pending": ("cloud-upload", "text_2"),
    "synced": ("circle-check", "ok"),
    "syncing": ("refresh-cw", "accent_ink"),
    "problem": ("triangle-alert", "warn"),
    "conflict": ("git-merge", "bad"),
}
_PAD, _GAP, _PICTURE = 14, 8, 16


@dataclass(frozen=True, slots=True)
class PillState:
    """What the pill says: its kind, the short text and the detail in smaller type."""

    kind: PillKind
    text: str
    detail: str = ""


class SyncPill(QPushButton):
    """A button that says how synchronisation stands and opens the list of outcomes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = PillState("offline", "")
        self._is_short = False
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setProperty("ring_radius", 15)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.set_role(self, "pill")

    def state(self) -> PillState:
        """What the pill says now."""
        return self._state

    def set_state(self, state: PillState) -> None:
        """Changes what the pill says, also to a screen reader."""
        self._state = state
        self.setAccessibleName(state.text)
        self.setAccessibleDescription(state.detail)
        self._say_detail()
        self.updateGeometry()
        self.update()

    def set_short(self, is_short: bool) -> None:
        """Leaves the detail to the tooltip, where there is no room."""
        self._is_short = is_short
        self._say_detail()
        self.updateGeometry()

    def _say_detail(self) -> None:
        self.setToolTip(self._state.detail if self._is_short else "")

    def sizeHint(self) -> QSize:
        text = QFontMetrics(theme.font("body")).horizontalAdvance(self._state.text)
        detail = QFontMetrics(theme.font("small")).horizontalAdvance(self._state.detail)
        width = 2 * _PAD + _PICTURE + _GAP + text + (_GAP + detail if detail and not self._is_short else 0) + 2
        return theme.size(width, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look, state = theme.roles(), self._state
        painter = QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        icon, role = _ICON[state.kind]
        picture = theme.pixmap(icon, role, _PICTURE, self.devicePixelRatioF())
        painter.drawPixmap(_PAD, round((whole.height() - _PICTURE) / 2), picture)
        left = _PAD + _PICTURE + _GAP
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("body"))
        painter.setPen(look.named(role) if state.kind in ("problem", "conflict") else look.text_1)
        painter.drawText(QRectF(left, 0, whole.width(), whole.height()), middle, state.text)
        if self._is_short:
            return
        left += painter.fontMetrics().horizontalAdvance(state.text) + _GAP
        painter.setFont(theme.font("small"))
        painter.setPen(look.text_2)
        painter.drawText(QRectF(left, 0, whole.width(), whole.height()), middle, state.detail)
