"""The column of pages at the left: a picture, a word and the number of things waiting."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import IconLabel


def nav_width(is_narrow: bool) -> int:
    """How wide the column is: the longest word in bold has room, or the pictures alone."""
    return theme.px(56 if is_narrow else 84 if theme.is_large() else 76)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One page of the window. `text` is in the active language; `tone` is `bad` where a number is alarming."""

    id: str
    icon: str
    text: str
    count: int = 0
    at_foot: bool = False
    tone: str = "neutral"


class NavButton(QToolButton):
    """One page; its number is painted at the upper right corner of the picture."""

    def __init__(self, item: NavItem, is_narrow: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item = item
        self.setCheckable(True)
        high = 44 if is_narrow else 60 if theme.is_large() else 54
        self.setFixedSize(nav_width(is_narrow) - theme.px(12), theme.px(high))
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonIconOnly if is_narrow else style.ToolButtonTextUnderIcon)
        self.setProperty("ring_radius", 8)
        theme.set_role(self, "nav")
        theme.set_icon(self, item.icon, "text_2", "accent_ink", 22)
        self.setText(item.text)
        self.count = -1
        self.set_count(item.count)

    def set_count(self, count: int) -> None:
        """Shows how many things wait on the page; nothing for none."""
        self.count = count
        name = self.item.text
        self.setAccessibleName(tr("{name}, {n} waiting", name=name, n=count) if count else name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.count <= 0:
            return
        look = theme.roles()
        bad = self.item.tone == "bad"
        shown = str(self.count) if self.count < 100 else "99+"
        font = theme.font("small", bold=True)
        font.setPixelSize(11)
        width = max(18, QFontMetrics(font).horizontalAdvance(shown) + 8)
        painter = QPainter(self)
        badge = QRectF(theme.zoomed(painter, self.rect()).width() / 2 + 6, 1, width, 17)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.surface)
        painter.setBrush(look.bad_soft if bad else look.border)
        painter.drawRoundedRect(badge, 8.5, 8.5)
        painter.setPen(look.bad if bad else look.text_1)
        painter.setFont(font)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, shown)


class NavColumn(QWidget):
    """All pages; the foot holds those that are rarely the work itself."""

    chosen = Signal(str)  # page id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "nav_column")
        self._buttons: dict[str, NavButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 14, 5, 12)
        column.setSpacing(8)
        column.addWidget(IconLabel("layout-grid", "accent_ink", 28), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        self._head, self._foot = QVBoxLayout(), QVBoxLayout()
        for part in (self._head, self._foot):
            part.setSpacing(8)
        column.addLayout(self._head)
        column.addStretch(1)
        column.addLayout(self._foot)

    def set_items(self, items: Sequence[NavItem], *, is_narrow: bool = False) -> None:
        """Shows these pages instead of those before; the current page stays current when it is still there."""
        current = self.current()
        self.setFixedWidth(nav_width(is_narrow))
        for old in self._buttons.values():
            self._group.removeButton(old)
            old.hide()
            old.deleteLater()
        self._buttons = {item.id: NavButton(item, is_narrow, self) for item in items}
        for number, button in enumerate(self._buttons.values(), start=1):
            self._group.addButton(button)
            (self._foot if button.item.at_foot else self._head).addWidget(button)
            keys = f"Alt+{number}"
            button.setToolTip(f"{button.item.text} ({keys})" if number < 10 else button.item.text)
            button.clicked.connect(self._clicked)
        self.show_current(current)

    def ids(self) -> list[str]:
        """The pages from top to bottom."""
        return list(self._buttons)

    def current(self) -> str:
        """The page that is marked."""
        return next((page for page, button in self._buttons.items() if button.isChecked()), "")

    def marked(self) -> NavButton | None:
        """Its button."""
        return self._buttons.get(self.current())

    def show_current(self, page_id: str) -> None:
        """Marks a page; a page without a place in the column leaves none marked."""
        self._group.setExclusive(False)
        for page, button in self._buttons.items():
            button.setChecked(page == page_id)
        self._group.setExclusive(True)

    def set_count(self, page_id: str, count: int) -> None:
        """Changes the number on a page."""
        self._buttons[page_id].set_count(count)

    def count(self, page_id: str) -> int:
        """The number on a page."""
        return self._buttons[page_id].count

    def _clicked(self) -> None:
        self.chosen.emit(self.current())
