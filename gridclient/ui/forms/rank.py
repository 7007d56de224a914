"""Choices that are put into an order: numbered rows that the keyboard or the mouse moves."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gridclient.forms import Choice, Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.editor import Editor
from gridclient.ui.widgets import compact_button, text_label

_ROW = 38


class RankList(QWidget):
    """Rows in an order. Arrows choose a row, Alt with an arrow moves it, a digit sends it to that place."""

    moved = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.order: list[Choice] = []
        self.at = 0
        self.ranked = False
        self.locked = False
        self._drag: int | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ring", False)

    def set_order(self, order: list[Choice], ranked: bool) -> None:
        """Shows the rows in an order; not `ranked` says that nobody has put them into it yet."""
        self.order, self.ranked = order, ranked
        self.at = min(self.at, max(0, len(order) - 1))
        said = [f"{place} {choice.label}" for place, choice in enumerate(order, start=1)]
        self.setAccessibleDescription("; ".join(said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        widest = max((self.fontMetrics().horizontalAdvance(choice.label) for choice in self.order), default=0)
        return QSize(max(theme.px(320), widest + theme.px(100)), theme.px(_ROW) * max(1, len(self.order)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(200), self.sizeHint().height())

    def move_to(self, place: int) -> None:
        """Moves the chosen row to a place."""
        place = min(max(place, 0), len(self.order) - 1)
        if self.locked or not self.order:
            return
        choice = self.order.pop(self.at)
        self.order.insert(place, choice)
        self.at, self.ranked = place, True
        self.set_order(self.order, True)
        self.moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moving = event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
        digit = event.key() - Qt.Key.Key_1
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                if moving:
                    self.move_to(self.at + step)
                else:
                    self.at = min(max(self.at + step, 0), len(self.order) - 1)
                    self.update()
            case Qt.Key.Key_Home | Qt.Key.Key_End if moving:
                self.move_to(0 if event.key() == Qt.Key.Key_Home else len(self.order) - 1)
            case Qt.Key.Key_Space if not self.ranked:
                self.move_to(self.at)
            case _ if 0 <= digit < min(9, len(self.order)) and not event.modifiers():
                self.move_to(digit)
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.at = min(int(event.position().y()) // theme.px(_ROW), len(self.order) - 1)
        self._drag = self.at
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = min(max(int(event.position().y()) // theme.px(_ROW), 0), len(self.order) - 1)
        if self._drag is not None and place != self.at:
            self.move_to(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, choice in enumerate(self.order):
            row = QRect(QPoint(0, place * _ROW), QSize(round(whole.width()), _ROW - 4))
            here = place == self.at and self.hasFocus()
            painter.setPen(QPen(look.accent if here else look.border, 2 if here else 1))
            painter.setBrush(look.accent_soft if here else look.surface)
            painter.drawRoundedRect(QRectF(row).adjusted(1, 1, -1, -1), 6, 6)
            painter.setFont(theme.font(bold=self.ranked))
            painter.setPen(look.accent_ink if self.ranked else look.text_3)
            number = str(place + 1) if self.ranked else "–"
            painter.drawText(QRect(row.left() + 8, row.top(), 28, row.height()), Qt.AlignmentFlag.AlignCenter, number)
            painter.setPen(look.text_1)
            painter.setFont(theme.font())
            inside = QRect(row.left() + 44, row.top(), row.width() - 84, row.height())
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, choice.label)
            if not self.locked:
                grip = theme.pixmap("grip-vertical", "text_3", 16, self.devicePixelRatioF())
                painter.drawPixmap(row.right() - 28, row.center().y() - 8, grip)


class RankEditor(Editor):
    """The order of all choices; it counts as answered once something was moved or confirmed."""

    fills = False

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.rows = RankList(name)
        self.rows.setObjectName(ref)
        self.rows.moved.connect(self._moved)
        column.addWidget(self.rows)
        self._keys = text_label(tr("↑ ↓ chooses, Alt+↑ ↓ moves, a digit sends to that place"), "small")
        column.addWidget(self._keys)
        self._keep = compact_button(tr("This order is right"), "check")
        self._keep.clicked.connect(self._moved)
        column.addWidget(self._keep, 0, Qt.AlignmentFlag.AlignLeft)
        self._choices: list[Choice] = []
        self.show_choices(form.choices(ref))

    def show_choices(self, choices: list[Choice]) -> None:
        self._choices = choices
        self.show_value(self.form.get(self.ref))

    def show_value(self, value: str) -> None:
        by_value = {choice.value: choice for choice in self._choices}
        ranked = [by_value[part] for part in value.split() if part in by_value]
        self.rows.set_order([*ranked, *(c for c in self._choices if c not in ranked)], bool(ranked))
        self._keep.setVisible(not ranked and not self.rows.locked)

    def set_read_only(self, read_only: bool) -> None:
        self.rows.locked = read_only
        self._keys.setVisible(not read_only)
        self._keep.setVisible(not read_only and not self.rows.ranked)

    def stops(self) -> list[QWidget]:
        return [self.rows]

    def _moved(self) -> None:
        self.rows.set_order(self.rows.order, True)
        self._keep.hide()
        self.edited.emit(" ".join(choice.value for choice in self.rows.order))
