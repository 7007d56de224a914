"""Answers that are chosen among a few: buttons side by side, a scale from end to end, or a list of whole lines."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QPushButton, QSizePolicy, QWidget

from gridclient.forms import Choice, Control, Form
from gridclient.ui import theme
from gridclient.ui.forms.editor import Editor
from gridclient.ui.widgets.flow import FlowLayout

FEW = 12
TILE = QSize(112, 84)  # of a choice's picture
_LONG = 280  # pixels of a label beyond which every choice gets a line of its own
_NOT_APPLICABLE = frozenset({"na", "n_a", "not_applicable"})


class ChoiceButton(QPushButton):
    """One choice; while the group has the keyboard, the key that picks it stands in the corner."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice.label)
        self.choice = choice
        self.key = ""
        self.keys_shown = False
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setMinimumHeight(theme.control_height())
        theme.set_role(self, "choice")

    def sizeHint(self) -> QSize:
        # As wide as its bold self, so that choosing moves nothing.
        width = QFontMetrics(theme.font(bold=True)).horizontalAdvance(self.text()) + 28
        return QSize(theme.px(max(44, width)), theme.control_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.keys_shown and self.key:
            painter = QPainter(self)
            theme.zoomed(painter, self.rect())
            font = theme.font("small")
            font.setPixelSize(9)
            painter.setFont(font)
            painter.setPen(theme.roles().text_3)
            painter.drawText(QRectF(4, 2, 12, 12), Qt.AlignmentFlag.AlignLeft, self.key)


class LineButton(ChoiceButton):
    """One choice on a line of its own, with the round or square mark that one knows."""

    several = False

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)  # it paints itself whole
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def heightForWidth(self, width: int) -> int:
        text = QRectF(0, 0, theme.unzoomed(QRectF(0, 0, width, 0)).width() - 52, 1000).toRect()
        metrics = QFontMetrics(theme.font(bold=True))
        high = metrics.boundingRect(text, Qt.TextFlag.TextWordWrap, self.text()).height() + 14
        return max(theme.control_height(), theme.px(high))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, on = self.isChecked(), self.isEnabled()
        body = whole.adjusted(1, 1, -1, -1)
        painter.setPen(QPen(look.accent if chosen else look.border, 2 if chosen else 1))
        painter.setBrush(look.accent_soft if chosen else look.sunken if self.underMouse() and on else look.surface)
        painter.drawRoundedRect(body, 6, 6)
        mark = QRectF(14, body.center().y() - 8, 16, 16)
        painter.setPen(QPen(look.accent if chosen else look.border_strong, 1))
        painter.setBrush(look.accent_fill if chosen else look.surface)
        if self.several:
            painter.drawRoundedRect(mark, 4, 4)
            if chosen:
                painter.setPen(QPen(look.on_accent, 2))
                points = ((4, 8.5), (7, 11.5), (12, 5))
                painter.drawPolyline([mark.topLeft() + QPointF(x, y) for x, y in points])
        else:
            painter.drawEllipse(mark)
            if chosen:
                painter.setBrush(look.on_accent)
                painter.drawEllipse(mark.center(), 3.5, 3.5)
        painter.setPen(look.accent_ink if chosen else look.text_1 if on else look.text_3)
        painter.setFont(theme.font(bold=chosen))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(42, 0, whole.width() - 70, whole.height()), flags, self.text())
        if self.keys_shown and self.key:
            painter.setPen(look.text_3)
            painter.setFont(theme.font("small"))
            painter.drawText(QRectF(whole.width() - 24, 0, 14, whole.height()), Qt.AlignmentFlag.AlignCenter, self.key)


class SquareButton(LineButton):
    """One of several choices on a line of its own."""

    several = True


class PointButton(ChoiceButton):
    """One point of a scale (appearance `likert`): a ring on the line, its meaning under it."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice)
        self.first = self.last = False
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)  # it paints itself whole
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(theme.font("label")).boundingRect(
            QRectF(0, 0, 110, 1000).toRect(), int(Qt.TextFlag.TextWordWrap), self.text()
        )
        return theme.size(max(44, words.width() + 8), 40 + words.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, middle = self.isChecked(), whole.width() / 2
        painter.setPen(QPen(look.border_strong, 2))
        left, right = (middle if self.first else 0, middle if self.last else whole.width())
        painter.drawLine(QPointF(left, 16), QPointF(right, 16))
        painter.setPen(QPen(look.accent if chosen else look.border_strong, 2))
        painter.setBrush(look.accent_fill if chosen else look.sunken if self.underMouse() else look.surface)
        painter.drawEllipse(QPointF(middle, 16), 11, 11)
        if chosen:
            painter.setPen(QPen(look.on_accent, 2))
            painter.drawPolyline([QPointF(middle + x, 16 + y) for x, y in ((-4, 0.5), (-1, 3.5), (4.5, -3.5))])
        elif self.keys_shown and self.key:
            painter.setPen(look.text_2)
            painter.setFont(theme.font("small"))
            painter.drawText(QRectF(middle - 11, 5, 22, 22), Qt.AlignmentFlag.AlignCenter, self.key)
        painter.setPen(look.accent_ink if chosen else look.text_1 if self.isEnabled() else look.text_3)
        painter.setFont(theme.font("label", bold=chosen))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(2, 34, whole.width() - 4, whole.height() - 34), int(flags), self.text())


class TileButton(ChoiceButton):
    """One choice that has a picture: the picture above its word."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice)
        self.image = QImage()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)  # it paints itself whole

    def sizeHint(self) -> QSize:
        words = self._words(TILE.width())
        return theme.size(TILE.width() + 16, TILE.height() + 20 + words)

    def _words(self, room: int) -> int:
        flags = int(Qt.TextFlag.TextWordWrap)
        metrics = QFontMetrics(theme.font(bold=True))
        return metrics.boundingRect(QRectF(0, 0, room, 1000).toRect(), flags, self.text()).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.roles(), QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        chosen, on = self.isChecked(), self.isEnabled()
        painter.setPen(QPen(look.accent if chosen else look.border_strong, 2 if chosen else 1))
        painter.setBrush(look.accent_soft if chosen else look.sunken if self.underMouse() and on else look.surface)
        painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), 6, 6)
        room = QRectF(8, 8, whole.width() - 16, TILE.height())
        if not self.image.isNull():
            size = self.image.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(room.center() - QPointF(size.width() / 2, size.height() / 2), size)
            painter.drawImage(place, self.image)
        painter.setPen(look.accent_ink if chosen else look.text_1 if on else look.text_3)
        painter.setFont(theme.font(bold=chosen))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(6, TILE.height() + 12, whole.width() - 12, whole.height()), int(flags), self.text())
        if self.keys_shown and self.key:
            painter.setFont(theme.font("small"))
            painter.setPen(look.text_2)
            painter.drawText(QRectF(6, 4, 12, 14), Qt.AlignmentFlag.AlignLeft, self.key)


class ButtonsEditor(Editor):
    """A few choices as buttons; with several answers, each is on or off by itself.

    Digits choose (by value where the values are digits), `0` chooses "not applicable", a letter the choice whose
    name begins with it; arrows move, Space presses, Enter goes on. The group is one halt of Tab. Pressing the
    chosen one again takes the answer back.
    """

    fills = False

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._several = control.kind != "select1"
        self._flow = FlowLayout(self)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._buttons: dict[str, ChoiceButton] = {}
        self._read_only = False
        self._pictures: Mapping[str, QImage] = {}
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)
        self._group.buttonClicked.connect(self._clicked)
        self.show_choices(form.choices(ref))

    def show_pictures(self, pictures: Mapping[str, QImage]) -> None:
        if pictures:
            self._pictures = pictures
            self._make(self.form.choices(self.ref))

    def show_choices(self, choices: list[Choice]) -> None:
        if [c.value for c in choices] == list(self._buttons):
            for choice in choices:
                self._name(self._buttons[choice.value], choice)
            return
        self._make(choices)

    def _make(self, choices: list[Choice]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        kind = self._kind_of(choices)
        keys = _keys(choices)
        for choice in choices:
            button = kind(choice)
            button.setObjectName(f"{self.ref}={choice.value}")
            button.key = keys.get(choice.value, "")
            button.setEnabled(not self._read_only)
            button.installEventFilter(self)
            if isinstance(button, TileButton):
                button.image = self._pictures.get(choice.value, QImage())
            self._name(button, choice)
            self._buttons[choice.value] = button
            self._group.addButton(button)
            self._flow.addWidget(button)
        made = list(self._buttons.values())
        for button in made:
            if isinstance(button, PointButton):
                button.first, button.last = button is made[0], button is made[-1]
        self.show_value(self.form.get(self.ref))
        self.updateGeometry()

    def _name(self, button: ChoiceButton, choice: Choice) -> None:
        button.setText(choice.label)
        button.setAccessibleName(f"{self.name}: {choice.label}")

    def _kind_of(self, choices: Sequence[Choice]) -> type[ChoiceButton]:
        """How the choices look; also sets in how many columns they stand."""
        if self._pictures:
            self._flow.columns = 0
            return TileButton
        if "likert" in self.words and not self._several:
            self._flow.columns, self._flow.gap, self.fills = len(choices), 0, True
            return PointButton
        columns = next((int(w.removeprefix("columns-")) for w in self.words if w.startswith("columns-")
                        and w.removeprefix("columns-").isdigit()), 0)  # fmt: skip
        if columns:
            self._flow.columns, self.fills = max(1, columns), True
            return ChoiceButton
        metrics = QFontMetrics(theme.font())
        long = any(metrics.horizontalAdvance(choice.label) > _LONG for choice in choices)
        if (long or "list" in self.words) and not self.words & {"columns", "columns-pack", "quick", "horizontal"}:
            self._flow.columns, self.fills = 1, True
            return SquareButton if self._several else LineButton
        return ChoiceButton

    def show_value(self, value: str) -> None:
        chosen = value.split() if self._several else [value]
        for name, button in self._buttons.items():
            button.setChecked(name in chosen)

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        for button in self._buttons.values():
            button.setEnabled(not read_only)

    def stops(self) -> list[QWidget]:
        buttons: list[ChoiceButton] = [button for button in self._buttons.values() if button.isEnabled()]
        focused = [button for button in buttons if button.hasFocus()]
        chosen = [button for button in buttons if button.isChecked()]
        return list((focused or chosen or buttons)[:1])

    def _clicked(self, button: QAbstractButton) -> None:
        if not self._several:
            for other in self._buttons.values():
                if other is not button:
                    other.setChecked(False)
        self.edited.emit(" ".join(name for name, each in self._buttons.items() if each.isChecked()))

    def eventFilter(self, watched: object, event: object) -> bool:
        if isinstance(event, QEvent) and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            inside = any(button.hasFocus() for button in self._buttons.values())
            for button in self._buttons.values():
                button.keys_shown = inside
                button.update()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        buttons = list(self._buttons.values())
        here = next((place for place, button in enumerate(buttons) if button.hasFocus()), 0)
        if (picked := self._picked(event)) is not None:
            picked.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if self._several or not picked.isChecked():
                picked.click()
            if not self._several and "quick" in self.words:
                self.left.emit()
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down) and here + 1 < len(buttons):
            buttons[here + 1].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up) and here > 0:
            buttons[here - 1].setFocus(Qt.FocusReason.BacktabFocusReason)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not (self._read_only or event.modifiers()):
            self.show_value("")
            self.edited.emit("")
        else:
            super().keyPressEvent(event)

    def _picked(self, event: QKeyEvent) -> ChoiceButton | None:
        """The button that a typed digit or letter means."""
        typed = event.text().lower()
        plain = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier, Qt.KeyboardModifier.ShiftModifier
        if len(typed) != 1 or not typed.isalnum() or event.modifiers() not in plain or self._read_only:
            return None
        by_key = [button for button in self._buttons.values() if button.key == typed]
        if not by_key and typed.isalpha():
            by_key = [button for value, button in self._buttons.items() if value.lower().startswith(typed)]
        return by_key[0] if by_key else None


def _keys(choices: Sequence[Choice]) -> dict[str, str]:
    """The digit that picks each choice."""
    if all(len(choice.value) == 1 and choice.value.isdigit() for choice in choices):
        return {choice.value: choice.value for choice in choices}
    keys = {choice.value: str(place) for place, choice in enumerate(choices[:9], start=1)}
    return keys | {choice.value: "0" for choice in choices if choice.value.lower() in _NOT_APPLICABLE}
