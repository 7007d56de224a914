"""The rows of the palette, painted: groups with their counts, and hits with what matched marked."""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gridclient.domain.letters import initials
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import paint_text

_ROW = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex
_LEFT, _ICON = 16, 18


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """A hit: what it is, the words, and what opens with it; a group has neither icon nor target."""

    kind: str  # "resident", "case", "place", "action", or "group"
    text: str
    detail: str = ""
    icon: str = ""
    right: str = ""
    target: str = ""


class PaletteModel(QAbstractListModel):
    """Groups and hits in the order in which they are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[PaletteRow] = []
        self.words: tuple[str, ...] = ()

    def show(self, rows: list[PaletteRow], words: str) -> None:
        """Shows these rows, and which words they were found by."""
        self.beginResetModel()
        self.rows, self.words = rows, tuple(word.lower() for word in words.split())
        self.endResetModel()

    def next_hit(self, place: int, step: int) -> int:
        """The next row that can be opened, going round at the ends; -1 when there is none."""
        for n in range(1, len(self.rows) + 1):
            found = (place + n * step) % len(self.rows)
            if self.rows[found].kind != "group":
                return found
        return -1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and self.rows[index.row()].kind == "group":
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == _ROW:
            return row
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return ", ".join(part for part in (row.text, row.detail, row.right) if part)
        return None


class PaletteDelegate(QStyledItemDelegate):
    """Paints a `PaletteRow`."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = index.data(_ROW)
        is_group = isinstance(row, PaletteRow) and row.kind == "group"
        return QSize(theme.px(320), theme.px(28) if is_group else theme.control_height() + theme.px(12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row, look = index.data(_ROW), theme.roles()
        if not isinstance(row, PaletteRow):
            return
        painter.save()
        rect = theme.zoomed(painter, option.rect)
        if row.kind == "group":
            painter.fillRect(rect, look.sunken)
            painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 1), look.border)
            paint_text(painter, rect.adjusted(_LEFT, 0, -_LEFT, 0), row.text, "text_2", "small", True)
            painter.restore()
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, look.select if chosen else look.surface)
        if chosen:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), look.accent)
        ratio = painter.device().devicePixelRatio()
        picture = theme.pixmap(row.icon, "accent_ink" if chosen else "text_2", _ICON, ratio)
        painter.drawPixmap(round(rect.left() + _LEFT), round(rect.center().y() - _ICON / 2), picture)
        right = f"{row.right}　{tr('Enter')}" if chosen and not row.right else row.right
        painter.setFont(theme.font("small"))
        room = painter.fontMetrics().horizontalAdvance(right) + 4
        paint_text(
            painter, QRectF(rect.right() - room - _LEFT, rect.top(), room, rect.height()), right, "text_2", "small"
        )
        model = index.model()
        words: tuple[str, ...] = model.words if isinstance(model, PaletteModel) else ()
        end = rect.right() - room - _LEFT - 12
        room_of_text = QRectF(rect.left() + 46, rect.top(), end - rect.left() - 46, rect.height())
        left = _marked(painter, room_of_text, row.text, words)
        paint_text(
            painter, QRectF(left + 14, rect.top(), end - left - 14, rect.height()), row.detail, "text_2", "small"
        )
        painter.restore()


def _marked(painter: QPainter, rect: QRectF, text: str, words: tuple[str, ...]) -> float:
    """Writes a text with what was found in it accented, bold and underlined; returns where it ends."""
    look, left = theme.roles(), rect.left()
    for part, found in _parts(text, words):
        font = theme.font("body", found)
        font.setUnderline(found)
        painter.setFont(font)
        painter.setPen(look.accent_ink if found else look.text_1)
        room = rect.right() - left
        shown = painter.fontMetrics().elidedText(part, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, rect.top(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        left += painter.fontMetrics().horizontalAdvance(shown)
    return left


def _parts(text: str, words: tuple[str, ...]) -> list[tuple[str, bool]]:
    marks = [False] * len(text)
    lower, letters = text.lower(), initials(text.lower())
    for word in words:
        said = lower if word in lower or not word.isascii() else letters
        start = said.find(word)
        while word and start >= 0:
            marks[start : start + len(word)] = [True] * len(word)
            start = said.find(word, start + len(word))
    parts: list[tuple[str, bool]] = []
    for letter, mark in zip(text, marks, strict=True):
        if parts and parts[-1][1] == mark:
            parts[-1] = (parts[-1][0] + letter, mark)
        else:
            parts.append((letter, mark))
    return parts
