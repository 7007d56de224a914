"""The table of what the first download brings: a painted row per data set."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.sign_in.values import DataSet, DataSetState
from gridclient.ui.widgets import paint_bar, paint_tag, tag_width

_ROW = 52
_HEAD = 36
_PAD = 20
_DATA_SET = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex

_TAG: dict[DataSetState, tuple[str, str]] = {
    "queued": ("neutral", ""),
    "running": ("accent", "download"),
    "paused": ("warn", "pause"),
    "ready": ("ok", "check"),
    "background": ("neutral", "moon"),
    "failed": ("warn", "triangle-alert"),
}


def bytes_text(done: int, total: int = 0) -> str:
    """Bytes as a person reads them: `3.1 / 8.0 MB`, or only what is done while the total is unknown."""
    if total > 0:
        return tr("{done} / {total} MB", done=f"{done / 1e6:.1f}", total=f"{total / 1e6:.1f}")
    return tr("{done} MB", done=f"{done / 1e6:.1f}")


def rows_text(done: int, total: int = 0) -> str:
    """Rows as a person reads them: `1,284 / 1,284 rows`, or only what is done while the total is unknown."""
    if total > 0:
        return tr("{done} / {total} rows", done=f"{done:,}", total=f"{total:,}")
    return tr("{done} rows", done=f"{done:,}")


def state_text(part: DataSet) -> str:
    """The state of a data set in words."""
    if part.note:
        return part.note
    match part.state:
        case "queued":
            return tr("Waiting its turn")
        case "running":
            return tr("Downloading")
        case "paused":
            return tr("Stopped at row {row}", row=f"{part.rows_done:,}")
        case "ready":
            return tr("Ready")
        case "background":
            return tr("Slowly in the background")
        case "failed":
            return tr("Will be repaired")


class DataSetModel(QAbstractListModel):
    """The data sets in the order in which they come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[DataSet, ...] = ()

    def show(self, parts: tuple[DataSet, ...]) -> None:
        """Shows these data sets; the selection and the place stay while their number does."""
        if len(parts) == len(self._parts):
            self._parts = parts
            if parts:
                self.dataChanged.emit(self.index(0), self.index(len(parts) - 1))
            return
        self.beginResetModel()
        self._parts = parts
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._parts)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        part = self._parts[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return part.name
            case Qt.ItemDataRole.AccessibleTextRole:
                rows = rows_text(part.rows_done, part.rows_total)
                return ", ".join((part.name, rows, bytes_text(part.bytes_done, part.bytes_total), state_text(part)))
            case _ if role == _DATA_SET:
                return part
            case _:
                return None


class _Columns:
    """Where the columns begin or end in a table of this width."""

    def __init__(self, width: int) -> None:
        self.name = _PAD
        self.bar = round(width * 0.26)
        self.bar_end = round(width * 0.45)
        self.rows_end = round(width * 0.63)
        self.bytes_end = round(width * 0.76)
        self.end = width - _PAD


class DataSetDelegate(QStyledItemDelegate):
    """Paints one data set: name, bar, rows, bytes, state."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return theme.size(480, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        part = index.data(_DATA_SET)
        if not isinstance(part, DataSet):
            return
        painter.save()
        look, rect = theme.roles(), theme.zoomed(painter, option.rect)
        columns = _Columns(int(rect.width()))
        middle = rect.center().y()
        if index.row() + 1 < index.model().rowCount():
            painter.fillRect(QRectF(0, rect.bottom() - 1, rect.width(), 1), look.line)
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(columns.name, round(middle - 9), theme.pixmap(part.icon, "text_2", 18, ratio))
        _left(painter, columns.name + 30, columns.bar - 8, middle, part.name, "text_1", "body")
        total = max(part.rows_total, part.rows_done)
        share = 1.0 if part.state == "ready" else part.rows_done / total if total and part.rows_total else 0.0
        bar = QRectF(columns.bar, middle - 4, columns.bar_end - columns.bar, 8)
        paint_bar(painter, bar, share, "ok" if part.state == "ready" else "accent_fill")
        _right(painter, columns.bar_end, columns.rows_end, middle, rows_text(part.rows_done, part.rows_total))
        _right(painter, columns.rows_end, columns.bytes_end, middle, bytes_text(part.bytes_done, part.bytes_total))
        tone, icon = _TAG[part.state]
        words = state_text(part)
        width = tag_width(words, icon)
        paint_tag(painter, QRectF(columns.end - width, middle - 11, width, 22), words, tone, icon)
        painter.restore()


class _Head(QWidget):
    """The names of the columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(theme.px(_HEAD))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        columns = _Columns(int(whole.width()))
        painter.fillRect(whole.adjusted(0, 6, 0, 0), look.sunken)
        painter.fillRect(whole.adjusted(8, 0, -8, 0), look.sunken)
        painter.fillRect(QRectF(0, whole.height() - 1, whole.width(), 1), look.border)
        middle = whole.height() / 2
        _left(painter, columns.name, columns.bar, middle, tr("Data"), "text_2", "label")
        _left(painter, columns.bar, columns.bar_end, middle, tr("Progress"), "text_2", "label")
        _right(painter, columns.bar_end, columns.rows_end, middle, tr("Rows"))
        _right(painter, columns.rows_end, columns.bytes_end, middle, tr("Size"))
        _right(painter, columns.bytes_end, columns.end, middle, tr("State"))


class DataSetTable(QFrame):
    """The table, as high as its rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 2)
        column.setSpacing(0)
        self._head = _Head()
        column.addWidget(self._head)
        self.view = QListView()
        self.model = DataSetModel(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(DataSetDelegate(self.view))
        self.view.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self.view)
        self.retranslate()

    def show_parts(self, parts: tuple[DataSet, ...]) -> None:
        """Shows these data sets."""
        self.model.show(parts)
        self.view.setFixedHeight(max(1, len(parts)) * theme.px(_ROW))

    def retranslate(self) -> None:
        """Says the table in the active language."""
        self.view.setAccessibleName(tr("What is downloaded"))
        self._head.update()
        self.view.viewport().update()


def _left(painter: QPainter, left: float, right: float, middle: float, text: str, role: str, size: str) -> None:
    painter.setPen(theme.roles().named(role))
    painter.setFont(theme.font(size))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(right - left))
    painter.drawText(QRectF(left, middle - 12, right - left, 24), Qt.AlignmentFlag.AlignVCenter, shown)


def _right(painter: QPainter, left: float, right: float, middle: float, text: str) -> None:
    painter.setPen(theme.roles().text_2)
    painter.setFont(theme.font("label"))
    where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    painter.drawText(QRectF(left, middle - 12, right - left, 24), where, text)
