"""Answers that are chosen: segmented buttons for a few, a searchable box for many, chips for several at once."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from gridclient.forms import Choice, Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.editor import Editor

FEW = 12


class FlowLayout(QLayout):
    """Widgets from left to right, on as many lines as they need."""

    def __init__(self, parent: QWidget, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]  # Qt allows None here
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]  # Qt allows None here
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        widest = max((item.sizeHint().width() for item in self._items), default=0)
        tallest = max((item.sizeHint().height() for item in self._items), default=0)
        return QSize(widest, tallest)

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self._gap
            line = max(line, size.height())
        return y + line - rect.y()


class ButtonsEditor(Editor):
    """A few choices as buttons; with `several`, each is on or off by itself.

    Digits choose, arrows move, Enter goes on. Pressing the chosen one again takes the answer back.
    """

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._several = control.kind != "select1"
        self._flow = FlowLayout(self)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._buttons: dict[str, QPushButton] = {}
        self._read_only = False
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)
        self._group.buttonClicked.connect(self._clicked)
        self.show_choices(form.choices(ref))

    def show_choices(self, choices: list[Choice]) -> None:
        if [c.value for c in choices] == list(self._buttons):
            for choice in choices:
                self._buttons[choice.value].setText(choice.label)
                self._buttons[choice.value].setAccessibleName(f"{self.name}: {choice.label}")
            return
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for choice in choices:
            button = QPushButton(choice.label)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setObjectName(f"{self.ref}={choice.value}")
            button.setAccessibleName(f"{self.name}: {choice.label}")
            button.setFixedHeight(theme.control_height())
            button.setEnabled(not self._read_only)
            theme.set_role(button, "choice")
            self._buttons[choice.value] = button
            self._group.addButton(button)
            self._flow.addWidget(button)
        self.show_value(self.form.get(self.ref))
        self.updateGeometry()

    def show_value(self, value: str) -> None:
        chosen = value.split() if self._several else [value]
        for name, button in self._buttons.items():
            button.setChecked(name in chosen)

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        for button in self._buttons.values():
            button.setEnabled(not read_only)

    def take_focus(self) -> None:
        if self._buttons:
            chosen = [button for button in self._buttons.values() if button.isChecked()]
            (chosen or list(self._buttons.values()))[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _clicked(self, button: QAbstractButton) -> None:
        if not self._several:
            for other in self._buttons.values():
                if other is not button:
                    other.setChecked(False)
        self.edited.emit(" ".join(name for name, each in self._buttons.items() if each.isChecked()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        buttons = list(self._buttons.values())
        digit = event.key() - Qt.Key.Key_1
        here = next((place for place, button in enumerate(buttons) if button.hasFocus()), 0)
        if 0 <= digit < min(9, len(buttons)) and not event.modifiers():
            buttons[digit].setFocus(Qt.FocusReason.ShortcutFocusReason)
            if self._several or not buttons[digit].isChecked():
                buttons[digit].click()
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down) and here + 1 < len(buttons):
            buttons[here + 1].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up) and here > 0:
            buttons[here - 1].setFocus(Qt.FocusReason.BacktabFocusReason)
        else:
            super().keyPressEvent(event)


class BoxEditor(Editor):
    """Many choices, or appearance `minimal`: a box that opens, and finds by any part of a label."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.box = QComboBox()
        self.box.setObjectName(ref)
        self.box.setAccessibleName(name)
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setMinimumWidth(260)
        line = self.box.lineEdit()
        assert line is not None
        line.setPlaceholderText(tr("Choose, or type to search"))
        line.setAccessibleName(name)
        completer = self.box.completer()
        assert completer is not None
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.box.activated.connect(self._activated)
        self.setFocusProxy(self.box)
        row.addWidget(self.box)
        row.addStretch(1)
        self.show_choices(form.choices(ref))

    def show_choices(self, choices: list[Choice]) -> None:
        self.box.blockSignals(True)
        self.box.clear()
        for choice in choices:
            self.box.addItem(choice.label, choice.value)
        self.box.blockSignals(False)
        self.show_value(self.form.get(self.ref))

    def show_value(self, value: str) -> None:
        self.box.setCurrentIndex(self.box.findData(value))
        if not value:
            self.box.setEditText("")

    def _activated(self, place: int) -> None:
        self.edited.emit(str(self.box.itemData(place)))


def choice_editor(form: Form, control: Control, ref: str, name: str) -> Editor:
    """The editor that suits the number of choices and the appearance."""
    words = set(control.appearance.split())
    few = len(form.choices(ref)) <= FEW
    if control.kind == "select1" and (not few or words & {"minimal", "autocomplete", "search"}):
        return BoxEditor(form, control, ref, name)
    return ButtonsEditor(form, control, ref, name)
