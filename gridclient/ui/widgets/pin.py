"""Six boxes for a PIN; one line edit behind them, so that pasting, deleting and screen readers work."""

from PySide6.QtCore import QRectF, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from gridclient.ui import theme
from gridclient.ui.widgets.fields import FieldFrame

PIN_LENGTH = 6
_BOX_WIDTH = 44
_BOX_HEIGHT = 48
_GAP, _NARROW_GAP = 14, 8
_DOT = 10
_EDGE = 2


class PinEdit(QLineEdit):
    """A PIN of six digits, shown as dots in boxes."""

    completed = Signal(str)  # the six digits

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(PIN_LENGTH)
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d*"), self))
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhHiddenText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setProperty("ring", False)
        theme.set_role(self, "pin")
        self.textEdited.connect(self._edited)

    def sizeHint(self) -> QSize:
        width = PIN_LENGTH * _BOX_WIDTH + (PIN_LENGTH - 1) * _GAP + 2 * _EDGE
        return theme.size(width, _BOX_HEIGHT + 2 * _EDGE)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(PIN_LENGTH * 24), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.roles()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = theme.zoomed(painter, self.rect())
        wanted = PIN_LENGTH * _BOX_WIDTH + (PIN_LENGTH - 1) * _GAP
        room = min(whole.width() - 2 * _EDGE, wanted)
        gap = _GAP if room >= wanted + 2 * _EDGE - 4 * _GAP else _NARROW_GAP
        width = (room - (PIN_LENGTH - 1) * gap) / PIN_LENGTH
        typed = len(self.text())
        for place in range(PIN_LENGTH):
            box = QRectF(_EDGE + place * (width + gap), _EDGE, width, whole.height() - 2 * _EDGE)
            here = self.hasFocus() and place == min(typed, PIN_LENGTH - 1)
            edge = look.warn if self.property("state") == "warn" else look.border_strong
            painter.setPen(QPen(look.accent if here else edge, 2 if here else 1))
            painter.setBrush(look.surface if self.isEnabled() else look.sunken)
            painter.drawRoundedRect(box, 6, 6)
            if place < typed:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.text_1)
                painter.drawEllipse(box.center(), _DOT / 2, _DOT / 2)
            elif here:
                painter.setPen(QPen(look.text_1, 1))
                middle = box.center()
                painter.drawLine(round(middle.x()), round(middle.y() - 9), round(middle.x()), round(middle.y() + 9))

    def _edited(self, text: str) -> None:
        self.update()
        if len(text) == PIN_LENGTH:
            self.completed.emit(text)


class PinField(FieldFrame):
    """A labelled PIN."""

    completed = Signal(str)  # the six digits

    def __init__(self, label: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        boxes = PinEdit()
        super().__init__(boxes, label, hint, parent)
        boxes.completed.connect(self.completed)

    def clear(self) -> None:
        """Forgets the digits."""
        self.edit.clear()
        self.edit.update()
