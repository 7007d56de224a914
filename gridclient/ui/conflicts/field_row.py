"""One field of a conflict: its name, the value before, and a box for each side; one of them is chosen."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gridclient.domain.record import Value
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.conflicts.values import Sides
from gridclient.ui.fields import field_name, value_text
from gridclient.ui.widgets import ElidedLabel, IconLabel, KeyCap, compact_button, text_label

Side = Literal["mine", "theirs", "both", "base", "other"]
NAME_WIDTH, BASE_WIDTH = 132, 160


class ChoiceBox(QPushButton):
    """A value that may be chosen: what it is, who entered it, the key that chooses it, and a mark when it is."""

    def __init__(self, text: str, detail: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._detail, self._key = text, detail, key
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setAutoExclusive(False)
        self.setMinimumHeight(theme.px(58))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.set_role(self, "choice_box")
        self.setAccessibleName(text)
        self.setAccessibleDescription(detail)

    def sizeHint(self) -> QSize:
        return theme.size(220, 58)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = QRectF(0, 0, theme.unzoomed(self.rect()).width() - 78, 2000)
        words = QFontMetrics(theme.font("body", True)).boundingRect(
            inside.toRect(), int(Qt.TextFlag.TextWordWrap), self._text
        )
        self.setMinimumHeight(theme.px(max(58, words.height() + 36)))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look, chosen = theme.roles(), self.isChecked()
        painter = QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("body", chosen))
        painter.setPen(look.accent_ink if chosen else look.text_1 if self.isEnabled() else look.text_2)
        words = whole.adjusted(14, 8, -64, -24)
        painter.drawText(words, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft), self._text)
        painter.setFont(theme.font("small"))
        painter.setPen(look.text_2)
        line = QRectF(14, whole.height() - 27, whole.width() - 28, 20)
        shown = painter.fontMetrics().elidedText(self._detail, Qt.TextElideMode.ElideRight, int(line.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
        self._paint_mark(painter, whole, chosen)

    def _paint_mark(self, painter: QPainter, rect: QRectF, chosen: bool) -> None:
        look = theme.roles()
        mark = QRectF(rect.right() - 30, 12, 16, 16)
        painter.setPen(QPen(look.accent if chosen else look.border_strong, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(mark)
        if chosen:
            picture = theme.pixmap("check", "accent_ink", 12, self.devicePixelRatioF())
            painter.drawPixmap(round(mark.center().x() - 6), round(mark.center().y() - 6), picture)
        if not self.isEnabled():
            return
        cap = QRectF(mark.left() - 28, 10, 20, 20)
        painter.setPen(look.border)
        painter.setBrush(look.sunken)
        painter.drawRoundedRect(cap, 4, 4)
        painter.setPen(look.text_2)
        painter.setFont(theme.font("small"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)


class FieldRow(QFrame):
    """Shows one field and reports which side a person chose for it."""

    chosen = Signal(object, str)  # FieldRow, Side

    def __init__(self, sides: Sides, mine: str, theirs: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sides = sides
        self.side: Side | None = None
        theme.set_role(self, "field_row")
        name = field_name(sides.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 8, 20, 8)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(12)
        column.addLayout(line)
        line.addLayout(self._names(name))
        base = text_label(value_text(sides.name, sides.base), "muted", wrap=True)
        base.setFixedWidth(theme.px(BASE_WIDTH))
        line.addWidget(base, 0, Qt.AlignmentFlag.AlignTop)
        self.mine = ChoiceBox(value_text(sides.name, sides.mine), mine, "1")
        self.theirs = ChoiceBox(value_text(sides.name, sides.theirs), theirs, "2")
        for box, side in ((self.mine, "mine"), (self.theirs, "theirs")):
            box.setAccessibleName(f"{name}: {box.accessibleName()}")
            box.setProperty("side", side)
            box.clicked.connect(self._clicked)
            line.addWidget(box, 1)
        self._others = self._other_ways(name)
        column.addWidget(self._others)
        self._others.hide()
        self._show_state()

    def _names(self, name: str) -> QVBoxLayout:
        names = QVBoxLayout()
        names.setSpacing(2)
        label = ElidedLabel(name, "strong")
        label.setFixedWidth(theme.px(NAME_WIDTH))
        names.addWidget(label)
        state = QHBoxLayout()
        state.setSpacing(4)
        self._state_icon = IconLabel("circle-alert", "warn", 14)
        self._state = text_label("", "small")
        state.addWidget(self._state_icon)
        state.addWidget(self._state)
        state.addStretch(1)
        names.addLayout(state)
        names.addStretch(1)
        return names

    def _other_ways(self, name: str) -> QWidget:
        host = QWidget()
        row = QHBoxLayout(host)
        row.setContentsMargins(NAME_WIDTH + 12, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(text_label(tr("None of them?"), "small"))
        self._both = compact_button(tr("Record both"))
        self._other = compact_button(tr("Enter another value"), "pencil")
        self._base = compact_button(tr("Keep the value before"))
        both_work = isinstance(self.sides.mine, list) and isinstance(self.sides.theirs, list)
        self._both.setVisible(both_work)
        for button, side, key in (
            (self._both, "both", "3"), (self._other, "other", "E"), (self._base, "base", "0"),
        ):  # fmt: skip
            button.setProperty("side", side)
            button.clicked.connect(self._clicked)
            button.setAccessibleName(f"{name}: {button.text()}")
            row.addWidget(button)
            if button is not self._both or both_work:
                row.addWidget(KeyCap(key))
        self.other = QLineEdit()
        self.other.setAccessibleName(tr("Another value for {name}", name=name))
        self.other.setPlaceholderText(tr("Another value"))
        self.other.textChanged.connect(self._show_state)
        self.other.hide()
        row.addWidget(self.other, 1)
        row.addStretch(1)
        for text in ("↑", "↓"):
            row.addWidget(KeyCap(text))
        row.addWidget(text_label(tr("next field"), "small"))
        return host

    # --- what the row can be told ---------------------------------------------------------------------------

    def choose(self, side: Side | None) -> None:
        """Chooses a side; None takes the choice back."""
        self.side = side
        self.mine.setChecked(side == "mine")
        self.theirs.setChecked(side == "theirs")
        self.other.setVisible(side == "other")
        if side == "other":
            self.other.setFocus()
        self._show_state()

    def show_decided(self, value: Value) -> None:
        """Shows a decision that was made already; nothing can be chosen any more."""
        for box, own in ((self.mine, self.sides.mine), (self.theirs, self.sides.theirs)):
            box.setChecked(own == value)
            box.setEnabled(False)
        known = {"mine": self.sides.mine, "theirs": self.sides.theirs, "base": self.sides.base}
        said = next((side for side, own in known.items() if own == value), "other")
        self._state_icon.hide()
        self._state.setText(_side_text(said))
        self._state.setProperty("tone", "")
        theme.repolish(self._state)

    def set_active(self, active: bool) -> None:
        """Marks the row that the keys act on, and offers the other ways there."""
        self._others.setVisible(active and self.mine.isEnabled())
        self.setProperty("active", active)
        theme.repolish(self)

    @property
    def is_decided(self) -> bool:
        """Whether a value was chosen; another value counts once it was typed."""
        return self.side is not None and (self.side != "other" or bool(self.other.text().strip()))

    @property
    def value(self) -> Value:
        """The chosen value."""
        match self.side:
            case "mine":
                return self.sides.mine
            case "theirs":
                return self.sides.theirs
            case "both":
                mine, theirs = self.sides.mine, self.sides.theirs
                assert isinstance(mine, list)
                assert isinstance(theirs, list)
                return [*mine, *(each for each in theirs if each not in mine)]
            case "other":
                return self.other.text().strip()
            case _:
                return self.sides.base

    def _clicked(self) -> None:
        self.chosen.emit(self, str(self.sender().property("side")))

    def _show_state(self) -> None:
        self._state_icon.setVisible(not self.is_decided)
        self._state.setText(_side_text(self.side or "") if self.is_decided else tr("not chosen yet"))
        self._state.setProperty("tone", "" if self.is_decided else "warn")
        theme.repolish(self._state)


def _side_text(side: str) -> str:
    match side:
        case "mine":
            return tr("mine chosen")
        case "theirs":
            return tr("the platform's chosen")
        case "both":
            return tr("both recorded")
        case "base":
            return tr("the value before kept")
        case _:
            return tr("another value entered")
