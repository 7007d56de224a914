"""The table of outcomes, painted: when, what, the state in a chip, an explanation in words, and the act that helps."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import paint_tag, paint_text, tag_width

UPLOAD_LOOK = Qt.ItemDataRole.UserRole + 31
_Index = QModelIndex | QPersistentModelIndex
_PAD, _TAG = 20, 22


@dataclass(frozen=True, slots=True)
class UploadLook:
    """Everything a row of the table shows; `act` is what Enter does, in one word."""

    when: str
    title: str
    detail: str
    chip: str
    tone: str
    icon: str
    why: str
    act: str = ""

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        return ", ".join(part for part in (self.when, self.title, self.detail, self.chip, self.why, self.act) if part)


class _Columns:
    def __init__(self, width: int) -> None:
        self.title = _PAD + (104 if theme.is_large() else 92)
        self.chip = round(width * 0.44)
        self.why = self.chip + (124 if theme.is_large() else 112)
        self.act = width - 96
        self.end = width - _PAD


class UploadDelegate(QStyledItemDelegate):
    """Paints an `UploadLook`."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(theme.px(480), theme.row_height() - theme.px(4))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        look, row = theme.roles(), index.data(UPLOAD_LOOK)
        if not isinstance(row, UploadLook):
            return
        painter.save()
        rect = theme.zoomed(painter, option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, look.select if chosen else look.sunken if hovered else look.surface)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.line)
        if chosen:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), look.accent)
        columns, middle, half = _Columns(int(rect.width())), rect.center().y(), rect.height() / 2
        paint_text(painter, QRectF(_PAD, middle - 11, columns.title - _PAD - 8, 22), row.when, "text_2", "label", False)
        room = columns.chip - columns.title - 16
        paint_text(
            painter, QRectF(columns.title, rect.top() + half - 23, room, 22), row.title, "text_1", "body", chosen
        )
        paint_text(painter, QRectF(columns.title, rect.top() + half, room, 20), row.detail, "text_2", "small", False)
        tag = QRectF(columns.chip, middle - _TAG / 2, tag_width(row.chip, row.icon), _TAG)
        paint_tag(painter, tag, row.chip, row.tone, row.icon, on_select=chosen)
        end = columns.act - 8 if row.act else columns.end
        paint_text(painter, QRectF(columns.why, middle - 11, end - columns.why, 22), row.why, "text_2", "label", False)
        if row.act:
            painter.setFont(theme.font("label", True))
            painter.setPen(look.accent_ink)
            where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(columns.act, rect.top(), columns.end - columns.act, rect.height()), where, row.act)
        if option.state & QStyle.StateFlag.State_HasFocus and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QPen(look.accent, 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -2))
        painter.restore()


class UploadHeader(QWidget):
    """The names of the columns."""

    def __init__(self, view: QAbstractItemView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view  # not its viewport: what Python knows of that may be gone before Qt's widget is
        view.verticalScrollBar().rangeChanged.connect(self.update)  # the scroll bar takes room, or gives it back
        self.setFixedHeight(theme.px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        columns = _Columns(int(theme.unzoomed(self._view.viewport().rect()).width()))
        painter.fillRect(QRectF(0, whole.height() - 1, whole.width(), 1), theme.roles().border)
        for left, right, name in (
            (_PAD, columns.title, tr("Last change")), (columns.title, columns.chip, tr("Content")),
            (columns.chip, columns.why, tr("State")), (columns.why, columns.end, tr("Explanation")),
        ):  # fmt: skip
            paint_text(painter, QRectF(left, 0, right - left - 8, whole.height()), name, "text_2", "label", False)
