"""The reviewer's table of answers, painted: question, this time, change, last time, and a mark for a comment.

A comment is written beneath its answer, in place; the only widgets are the lines of the comments that are open.
"""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.review.answers import Answer, change_text, filed_text
from gridclient.ui.widgets import paint_text

_PAD, _ICON, _COMMENT, _FILED = 16, 16, 46, 22
_Index = QModelIndex | QPersistentModelIndex
_ANSWER = Qt.ItemDataRole.UserRole + 1


class AnswerModel(QAbstractListModel):
    """Answers with the comments on them; equal ones can be folded away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Answer, ...] = ()
        self.rows: list[Answer] = []
        self.comments: dict[str, str] = {}
        self.only_changes = False

    def show(self, answers: Sequence[Answer], only_changes: bool) -> None:
        """Shows these answers, all of them or only those that changed."""
        self.beginResetModel()
        self._all, self.only_changes = tuple(answers), only_changes
        kept = [a for a in self._all if not only_changes or a.is_heading or self._is_told(a)]
        self.rows = [
            a for n, a in enumerate(kept) if not (a.is_heading and (n + 1 == len(kept) or kept[n + 1].is_heading))
        ]
        self.endResetModel()

    def _is_told(self, answer: Answer) -> bool:
        return answer.is_changed or bool(answer.filed) or answer.ref in self.comments

    @property
    def folded(self) -> int:
        """How many answers are folded away."""
        return sum(not a.is_heading for a in self._all) - sum(not a.is_heading for a in self.rows)

    def place_of(self, ref: str) -> int:
        """The row of an answer; -1 when it is folded away or not there."""
        return next((n for n, answer in enumerate(self.rows) if answer.ref == ref), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and self.rows[index.row()].is_heading:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        answer = self.rows[index.row()]
        if role == _ANSWER:
            return answer
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (answer.question, answer.text, filed_text(answer)) if part)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            last = tr("last time {answer}", answer=answer.last) if answer.last else ""
            note = self.comments.get(answer.ref, "")
            parts = (answer.question, answer.text, change_text(answer)[0], last, filed_text(answer), note)
            return ", ".join(part for part in parts if part)
        return None


class Columns:
    """Where the columns of a table of this width begin."""

    def __init__(self, width: int, has_last: bool) -> None:
        self.text = round(width * (0.22 if has_last else 0.34))
        self.change = round(width * 0.62) if has_last else width - 48
        self.last = round(width * 0.75) if has_last else width - 48
        self.mark = width - 40


class _Delegate(QStyledItemDelegate):
    def __init__(self, table: "AnswerTable") -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        answer = index.data(_ANSWER)
        assert isinstance(answer, Answer)
        extra = (_COMMENT if self._table.is_open(answer.ref) else 0) + (_FILED if answer.filed else 0)
        line = theme.px(30) if answer.is_heading else theme.control_height() + theme.px(2)
        return QSize(theme.px(320), line + theme.px(extra))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        answer = index.data(_ANSWER)
        assert isinstance(answer, Answer)
        edit = QLineEdit(self._table.model_of.comments.get(answer.ref, ""), parent)
        edit.setProperty("ref", answer.ref)
        edit.setAccessibleName(tr("Comment on {question}", question=answer.question))
        edit.setPlaceholderText(tr("Comment on {question}, sent with the return", question=answer.question))
        edit.textChanged.connect(self._table.comment_edited)
        return edit

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """The line keeps what was typed."""

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_tab = event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)  # Qt would go round in the comments with it
            return False if is_tab else super().eventFilter(editor, event)
        return super().eventFilter(editor, event)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        rect: QRect = option.rect
        columns = Columns(int(theme.unzoomed(rect).width()), self._table.has_last)
        left, top = rect.left() + theme.px(columns.text), rect.bottom() - theme.px(_COMMENT - 6)
        editor.setGeometry(left, top, rect.right() - left - theme.px(_PAD), theme.control_height() + theme.px(2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        answer = index.data(_ANSWER)
        assert isinstance(answer, Answer)
        painter.save()
        rect = theme.zoomed(painter, option.rect)
        if answer.is_heading:
            self._paint_heading(painter, rect, answer)
        else:
            self._paint_answer(painter, rect, answer, option.state)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRectF, answer: Answer) -> None:
        painter.fillRect(rect, theme.roles().sunken)
        paint_text(painter, rect.adjusted(_PAD, 0, -_PAD, 0), answer.question, "text_2", "small", True)

    def _paint_answer(self, painter: QPainter, whole: QRectF, answer: Answer, state: QStyle.StateFlag) -> None:
        look, has_last = theme.roles(), self._table.has_last
        opened = self._table.is_open(answer.ref)
        rect = whole.adjusted(0, 0, 0, -_COMMENT if opened else 0)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        differs = answer.is_changed or bool(answer.filed)
        painter.fillRect(whole, look.surface)
        painter.fillRect(rect, look.warn_soft if differs else look.select if chosen else look.surface)
        painter.fillRect(QRectF(whole.left(), whole.bottom() - 1, whole.width(), 1), look.line)
        if chosen:
            painter.fillRect(QRectF(whole.left(), whole.top(), 3, whole.height()), look.accent)
        columns, framed = Columns(int(rect.width()), has_last), rect
        if answer.filed:
            rect = rect.adjusted(0, 0, 0, -_FILED)
            room = QRectF(rect.left() + columns.text, rect.bottom() - 4, columns.mark - columns.text - 8, _FILED)
            paint_text(painter, room, filed_text(answer), "warn", "label", False)
        question = QRectF(rect.left() + _PAD, rect.top(), columns.text - _PAD - 12, rect.height())
        paint_text(painter, question, answer.question, "text_2", "label", False)
        text = QRectF(rect.left() + columns.text, rect.top(), columns.change - columns.text - 12, rect.height())
        said = tr("picture below") if answer.blobs else answer.text
        paint_text(painter, text, said, "text_1", "body", differs)
        words, icon = change_text(answer)
        if icon:
            ratio = painter.device().devicePixelRatio()
            left = rect.left() + columns.change
            painter.drawPixmap(round(left), round(rect.center().y() - 7), theme.pixmap(icon, "warn", 14, ratio))
            room = QRectF(left + 19, rect.top(), columns.last - columns.change - 24, rect.height())
            paint_text(painter, room, words, "warn", "label", True)
        if has_last:
            last = tr("the same") if answer.change == "same" else answer.last or "—"
            room = QRectF(rect.left() + columns.last, rect.top(), columns.mark - columns.last - 8, rect.height())
            paint_text(painter, room, last, "text_2", "label", False)
        noted = bool(self._table.model_of.comments.get(answer.ref))
        icon, role = ("message-square-text", "accent_ink") if noted else ("message-square-plus", "text_2")
        mark = theme.pixmap(icon, role, _ICON, painter.device().devicePixelRatio())
        painter.drawPixmap(round(rect.left() + columns.mark), round(rect.center().y() - _ICON / 2), mark)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(look.accent, 2))
            painter.drawRect(framed.adjusted(1, 1, -1, -2))


class AnswerTable(QListView):
    """Shows the answers, lets one be commented on, and is as high as its rows."""

    comment_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_of = AnswerModel(self)
        self.has_last = False
        self._open: set[str] = set()
        self.setModel(self.model_of)
        self.setItemDelegate(_Delegate(self))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_answers(self, answers: Sequence[Answer], has_last: bool, only_changes: bool) -> None:
        """Shows a case's answers; comments that were begun stay with their answers."""
        self.has_last = has_last
        self.model_of.show(answers, only_changes)
        for ref in self._open:
            if (place := self.model_of.place_of(ref)) >= 0:
                self.openPersistentEditor(self.model_of.index(place))
        self._fit()

    def start_over(self) -> None:
        """Forgets every comment: another case is shown."""
        self._open.clear()
        self.model_of.comments.clear()

    def is_open(self, ref: str) -> bool:
        """Whether the comment of an answer is being written or was."""
        return ref in self._open

    def select(self, ref: str) -> None:
        """Makes an answer the current one; KeyError when it is not shown."""
        place = self.model_of.place_of(ref)
        if place < 0:
            raise KeyError(ref)
        self.setCurrentIndex(self.model_of.index(place))

    def open_comment(self) -> QLineEdit | None:
        """Opens the comment on the current answer and puts the keyboard there."""
        index = self.currentIndex()
        if not index.isValid():
            first = next((n for n, a in enumerate(self.model_of.rows) if not a.is_heading), -1)
            if first < 0:
                return None
            index = self.model_of.index(first)
            self.setCurrentIndex(index)
        ref = self.model_of.rows[index.row()].ref
        if not ref:
            return None
        self._open.add(ref)
        self.openPersistentEditor(index)
        self._fit()
        edit = self.line_of(ref)
        if edit is not None:
            edit.setFocus()
        return edit

    def line_of(self, ref: str) -> QLineEdit | None:
        """The open line of a comment."""
        lines = self.viewport().findChildren(QLineEdit)
        return next((line for line in lines if line.property("ref") == ref and not line.isHidden()), None)

    def comment_edited(self, text: str) -> None:
        """Keeps what was typed in the line of a comment."""
        ref = str(self.sender().property("ref"))
        if text.strip():
            self.model_of.comments[ref] = text.strip()
        else:
            self.model_of.comments.pop(ref, None)
        self.viewport().update()
        self.comment_changed.emit()

    def close_comment(self) -> None:
        """Closes the line that has the keyboard; an empty one goes away."""
        for ref in list(self._open):
            line = self.line_of(ref)
            if line is not None and line.hasFocus():
                self.setFocus()
                if not self.model_of.comments.get(ref):
                    self._open.discard(ref)
                    self.closePersistentEditor(self.model_of.index(self.model_of.place_of(ref)))
                    self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        mark = Columns(self.viewport().width(), self.has_last).mark
        if index.isValid() and event.position().x() >= mark - 6:
            self.open_comment()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_comment()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        self.scheduleDelayedItemsLayout()
        heights = (self.sizeHintForRow(n) for n in range(self.model_of.rowCount()))
        self.setFixedHeight(max(1, sum(heights)) + 2)
        self.executeDelayedItemsLayout()


class AnswerHeader(QWidget):
    """The names of the columns."""

    def __init__(self, table: AnswerTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._names = ("", "")
        self.setFixedHeight(theme.px(36))

    def say(self, now: str, last: str) -> None:
        """Says when this time and the last time were."""
        self._names = (now, last)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        look, has_last = theme.roles(), self._table.has_last
        painter.fillRect(whole.adjusted(8, 0, -8, 0), look.sunken)
        painter.fillRect(whole.adjusted(0, 8, 0, 0), look.sunken)
        painter.fillRect(QRectF(0, whole.height() - 1, whole.width(), 1), look.border)
        columns = Columns(int(whole.width()), has_last)
        names = [(_PAD, columns.text, tr("Question")), (columns.text, columns.change, self._names[0])]
        if has_last:
            names += [(columns.change, columns.last, tr("Change")), (columns.last, columns.mark, self._names[1])]
        for left, right, name in names:
            paint_text(painter, QRectF(left, 0, right - left - 8, whole.height()), name, "text_2", "label", False)
