"""Rows of two lines, painted: no widget is ever made for a row.

The model gives a `RowLook` for `ROW_LOOK` and its `spoken` text for `AccessibleTextRole`; the delegate
paints wide rows in four columns and narrow rows with the deadline above the status. A row that is cut is told whole
where the mouse rests on it, or the keyboard.
"""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QHelpEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from gridclient.ui import theme
from gridclient.ui.widgets.labels import TAG_HEIGHT, paint_tag, paint_text, tag_width

ROW_LOOK = Qt.ItemDataRole.UserRole + 17
_LEFT = 20
_MARK = 18
_ICON = 15
_RIGHT = 16
_REST_MS = 700  # as a mouse that rests
_NARROWEST = 220  # below it a row has its title and its deadline only
_ICON_OF_DUE = {"warn": "clock", "bad": "triangle-alert"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A picture at the end of a row; `word` is what it means."""

    icon: str
    role: str
    word: str


@dataclass(frozen=True, slots=True)
class RowLook:
    """Everything a row shows; a narrow one leaves out the kind.

    `chip_role` is a tone (neutral, accent, ok, warn, bad); `due_role` a colour role.
    """

    title: str
    subtitle: str = ""
    kind: str = ""
    chip_text: str = ""
    chip_role: str = "neutral"
    due_text: str = ""
    due_role: str = "text_2"
    marks: tuple[Mark, ...] = ()
    chip_icon: str = ""
    tag: str = ""  # beside the title of a narrow row
    tag_role: str = "neutral"
    is_heading: bool = False  # above the rows of a group: title and subtitle alone

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        words = (self.title, self.tag, self.subtitle, self.kind, self.chip_text, self.due_text,
                 *(m.word for m in self.marks))  # fmt: skip
        return ", ".join(word for word in words if word)

    @property
    def whole(self) -> str:
        """Every word of the row, line by line."""
        beside = (self.tag, self.kind, self.chip_text, self.due_text, *(mark.word for mark in self.marks))
        lines = (self.title, self.subtitle, " · ".join(word for word in beside if word))
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class RowColumns:
    """Where the columns of a row of this width begin; the header and the delegate share it."""

    kind: int
    chip: int
    due: int
    marks: int
    wide: bool


def row_columns(width: int) -> RowColumns:
    """Lays out a row, `width` at 100 %: four columns from 560 px on, none below."""
    marks = width - 44
    if width >= 560:
        scale = 1.2 if theme.is_large() else 1.0
        due = marks - round(116 * scale)
        chip = due - round(88 * scale)
        return RowColumns(kind=chip - round(92 * scale), chip=chip, due=due, marks=marks, wide=True)
    return RowColumns(kind=width, chip=width, due=width, marks=marks, wide=False)


class TwoLineDelegate(QStyledItemDelegate):
    """Paints a `RowLook`: name and place, kind, status, deadline, marks; `narrow` rows keep to two columns."""

    def __init__(self, view: QAbstractItemView, narrow: bool = False) -> None:
        super().__init__(view)
        self._view, self._narrow = view, narrow
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._tell_current)
        view.installEventFilter(self)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(theme.px(120), theme.row_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW_LOOK)
        painter.save()
        rect, state = theme.zoomed(painter, option.rect), option.state
        if isinstance(row, RowLook) and row.is_heading:
            _paint_heading(painter, rect, row)
            painter.restore()
            return
        _paint_ground(painter, rect, state)
        if isinstance(row, RowLook):
            _paint_row(painter, rect, row, bool(state & QStyle.StateFlag.State_Selected), self._narrow)
        painter.restore()

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:  # fmt: skip
        said = self.told_whole(index) if event.type() == QEvent.Type.ToolTip else ""
        if not said:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), said, view.viewport())
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sees when the keyboard comes to rest; Qt's own filter is for editors, and these lists have none."""
        match event.type():
            case QEvent.Type.KeyRelease:
                self._rest.start()
            case QEvent.Type.KeyPress | QEvent.Type.FocusOut:
                self._rest.stop()
                QToolTip.hideText()
            case _:
                pass
        return False

    def _tell_current(self) -> None:
        index = self._view.currentIndex()
        if index.isValid() and self._view.hasFocus() and (said := self.told_whole(index)):
            under = self._view.visualRect(index).bottomLeft() + QPoint(theme.px(_LEFT), 0)
            QToolTip.showText(self._view.viewport().mapToGlobal(under), said, self._view.viewport())

    def told_whole(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """All words of a row that has no room for them; empty where nothing is cut."""
        row, nowhere = index.data(ROW_LOOK), QImage(1, 1, QImage.Format.Format_ARGB32)
        if not isinstance(row, RowLook):
            return ""
        painter, rect = QPainter(nowhere), theme.unzoomed(self._view.visualRect(index))
        is_cut = _paint_heading(painter, rect, row) if row.is_heading else (
            _paint_row(painter, rect, row, self._view.selectionModel().isSelected(index), self._narrow))  # fmt: skip
        painter.end()
        return row.whole if is_cut else ""


class RowHeader(QWidget):
    """The names of the columns above a list of wide rows; takes no room above narrow ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = ("", "", "", "")
        self._view: QAbstractItemView | None = None
        self.setFixedHeight(theme.px(36))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def follow(self, view: QAbstractItemView) -> None:
        """Keeps the names above the columns of this list, whatever its scroll bar takes."""
        self._view = view  # not its viewport: what Python knows of that may be gone before Qt's widget is
        view.verticalScrollBar().rangeChanged.connect(self.update)  # the scroll bar takes room, or gives it back

    def set_names(self, title: str, kind: str, status: str, due: str) -> None:
        """Names the columns in the active language."""
        self._names = (title, kind, status, due)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        shown = theme.unzoomed(self._view.viewport().rect()) if self._view is not None else whole
        columns = row_columns(int(shown.width()))
        painter.fillRect(whole, look.surface)
        painter.fillRect(QRectF(0, whole.height() - 1, whole.width(), 1), look.border)
        painter.setPen(look.text_2)
        painter.setFont(theme.font("label"))
        places = (_LEFT, columns.kind, columns.chip, columns.due) if columns.wide else (_LEFT,)
        for left, name in zip(places, self._names, strict=False):
            painter.drawText(QRectF(left, 0, 200, whole.height()), Qt.AlignmentFlag.AlignVCenter, name)


def _paint_ground(painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
    look = theme.roles()
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    painter.fillRect(rect, look.select if chosen else look.sunken if hovered else look.surface)
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.line)
    if chosen:
        painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), look.accent)
    if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
        painter.setPen(QPen(look.accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(1, 1, -1, -2))


def _paint_heading(painter: QPainter, rect: QRectF, row: RowLook) -> bool:
    look = theme.roles()
    painter.fillRect(rect, look.canvas)
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.border)
    count = row.subtitle if rect.width() >= _NARROWEST else ""
    words = QFontMetrics(theme.font("small")).horizontalAdvance(count) + 4
    line = QRectF(rect.left() + _LEFT, rect.bottom() - 34, rect.width() - _LEFT - _RIGHT - words - 12, 26)
    paint_text(painter, QRectF(rect.right() - _RIGHT - words, line.top(), words, 26), count, "text_2", "small")
    return paint_text(painter, line, row.title, "text_1", "label", True)


def _paint_row(painter: QPainter, rect: QRectF, row: RowLook, chosen: bool, narrow: bool) -> bool:
    """Paints a row into its place and says whether some of its words had no room."""
    columns = row_columns(int(rect.width()))
    if columns.wide and not narrow:
        return _paint_wide(painter, rect, row, columns, chosen)
    if rect.width() >= _NARROWEST:
        return _paint_narrow(painter, rect, row, chosen)
    room = rect.width() - _LEFT - 8
    return _lines(painter, rect, room, (row.title, "text_1", chosen), (row.due_text, row.due_role)) or bool(
        row.subtitle
    )


def _lines(painter: QPainter, rect: QRectF, room: float, first: tuple[str, str, bool], second: tuple[str, str]) -> bool:
    half, left, top = rect.height() / 2, rect.left() + _LEFT, rect.top()
    above = paint_text(painter, QRectF(left, top + half - 23, room, 22), first[0], first[1], "body", first[2])
    return paint_text(painter, QRectF(left, top + half + 1, room, 20), second[0], second[1], "small", False) or above


def _paint_wide(painter: QPainter, rect: QRectF, row: RowLook, columns: RowColumns, chosen: bool) -> bool:
    left, middle = rect.left(), rect.center().y()
    room = columns.kind - _LEFT - 12
    is_cut = _lines(painter, rect, room, (row.title, "text_1", chosen), (row.subtitle, "text_2"))
    kind = QRectF(left + columns.kind, middle - 11, columns.chip - columns.kind - 8, 22)
    is_cut |= paint_text(painter, kind, row.kind, "text_2", "label", False)
    if row.chip_text:
        width = tag_width(row.chip_text, row.chip_icon)
        tag = QRectF(left + columns.chip, middle - TAG_HEIGHT / 2, width, TAG_HEIGHT)
        paint_tag(painter, tag, row.chip_text, row.chip_role, row.chip_icon, on_select=chosen)
    is_cut |= _paint_due(painter, left + columns.due, middle, columns.marks - columns.due - 4, row)
    _paint_marks(painter, rect, row)
    return is_cut


def _paint_narrow(painter: QPainter, rect: QRectF, row: RowLook, chosen: bool) -> bool:
    """Two lines at the left; at the right the chip above the deadline, or what there is of them in the middle."""
    middle, half = rect.center().y(), rect.height() / 2
    due = _due_width(row)
    chip = tag_width(row.chip_text, row.chip_icon) if row.chip_text else 0
    both = bool(row.chip_text and row.due_text)
    right = rect.right() - _RIGHT
    for mark in reversed(row.marks):
        right -= _MARK
        picture = theme.pixmap(mark.icon, mark.role, _MARK - 2, painter.device().devicePixelRatio())
        painter.drawPixmap(round(right), round(middle - _MARK / 2), picture)
        right -= 6
    if row.chip_text:
        top = rect.top() + half - 24 if both else middle - TAG_HEIGHT / 2
        tag = QRectF(right - chip, top, chip, TAG_HEIGHT)
        paint_tag(painter, tag, row.chip_text, row.chip_role, row.chip_icon, on_select=chosen)
    if row.due_text:
        _paint_due(painter, right - due, rect.top() + half + 12 if both else middle, due, row)
    first = right - (chip if both or not row.due_text else due) - rect.left() - _LEFT - 12
    second = right - (due if row.due_text else chip) - rect.left() - _LEFT - 12
    tag_room = tag_width(row.tag) + 8 if row.tag else 0
    font = theme.font("body", chosen)
    wide = min(QFontMetrics(font).horizontalAdvance(row.title) + 2, first - tag_room)
    left = rect.left() + _LEFT
    above = QRectF(left, rect.top() + half - 23, wide, 22)
    is_cut = paint_text(painter, above, row.title, "text_1", "body", chosen)
    if row.tag:
        tag = QRectF(left + wide + 8, rect.top() + half - 23, tag_width(row.tag), TAG_HEIGHT)
        paint_tag(painter, tag, row.tag, row.tag_role, on_select=chosen)
    below = QRectF(left, rect.top() + half + 1, second, 20)
    return paint_text(painter, below, row.subtitle, "text_2", "small", False) or is_cut


def _due_width(row: RowLook) -> float:
    icon = _ICON_OF_DUE.get(row.due_role, "")
    font = theme.font("label", bool(icon))
    return QFontMetrics(font).horizontalAdvance(row.due_text) + 2 + (_ICON + 4 if icon else 0)


def _paint_due(painter: QPainter, left: float, middle: float, room: float, row: RowLook) -> bool:
    icon = _ICON_OF_DUE.get(row.due_role, "")
    if icon:
        picture = theme.pixmap(icon, row.due_role, _ICON, painter.device().devicePixelRatio())
        painter.drawPixmap(round(left), round(middle - _ICON / 2), picture)
        left, room = left + _ICON + 4, room - _ICON - 4
    return paint_text(painter, QRectF(left, middle - 11, room, 22), row.due_text, row.due_role, "label", bool(icon))


def _paint_marks(painter: QPainter, rect: QRectF, row: RowLook) -> None:
    right = rect.right() - 16
    for mark in reversed(row.marks):
        right -= _MARK
        picture = theme.pixmap(mark.icon, mark.role, _MARK - 2, painter.device().devicePixelRatio())
        painter.drawPixmap(round(right), round(rect.center().y() - _MARK / 2), picture)
        right -= 4
