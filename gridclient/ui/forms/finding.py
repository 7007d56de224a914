"""Answers that are looked up among many choices: by any part of a label, or by its pinyin."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    QStringListModel,
    Qt,
    QTimer,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gridclient.forms import Choice, Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.editor import Editor
from gridclient.ui.forms.finder import Finder
from gridclient.ui.widgets import Chip, ChipLook, icon_button, text_label
from gridclient.ui.widgets.flow import FlowLayout

_SHOWN = 200
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Lines(QStyledItemDelegate):
    """Lines that are high enough to be hit with the mouse."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), theme.control_height() - theme.px(2))


class _Popup(QFrame):
    """The list under a box; it never takes the keyboard away from the line."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line, Qt.WindowType.ToolTip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        theme.set_role(self, "popover")
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(2)
        self.list = QListView()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_Lines(self.list))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName(tr("Choices"))
        self.texts = QStringListModel(self)
        self.list.setModel(self.texts)
        column.addWidget(self.list)
        self.foot = text_label("", "small")
        self.foot.setContentsMargins(8, 2, 8, 4)
        column.addWidget(self.foot)


class BoxEditor(Editor):
    """Many choices, or appearance `minimal`, `autocomplete`, `search`: a line that finds.

    Typing opens the list of what fits; arrows move in it, Enter takes, Escape closes. A text that is left without
    a choice is named as a fault and never stored.
    """

    takes_equals = True
    fills = False

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._choices: list[Choice] = []
        self._found: list[Choice] = []
        self._finder = Finder([])
        self._warming = QTimer(self)  # learns how the choices are read while nobody types
        self._warming.timeout.connect(self._warm)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.line = QLineEdit()
        self.line.setObjectName(ref)
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(tr("Choose, or type to search"))
        self.line.setFixedHeight(theme.control_height())
        self.line.setFixedWidth(theme.px(320))
        self.line.textEdited.connect(self._typed)
        self.line.installEventFilter(self)
        row.addWidget(self.line)
        self._arrow = icon_button("chevron-down", tr("Show all choices"))
        self._arrow.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._arrow.clicked.connect(self._toggle)
        row.addWidget(self._arrow)
        row.addStretch(1)
        self._popup = _Popup(self.line)
        self._popup.list.clicked.connect(self._take_current)
        self.setFocusProxy(self.line)
        self.show_choices(form.choices(ref))

    def take_focus(self) -> None:
        self.line.setFocus(Qt.FocusReason.TabFocusReason)
        self.line.selectAll()

    def show_choices(self, choices: list[Choice]) -> None:
        if choices != self._choices:
            self._choices, self._finder = choices, Finder(choices)
        self.show_value(self.form.get(self.ref))

    def _warm(self) -> None:
        if not self._finder.warm():
            self._warming.stop()

    def show_value(self, value: str) -> None:
        if self._popup.isVisible() or self.trouble:
            return  # the person is looking for something
        label = next((choice.label for choice in self._choices if choice.value == value), value)
        if self.line.text() != label:
            self.line.setText(label)
            self.line.setCursorPosition(0)

    def set_read_only(self, read_only: bool) -> None:
        self.line.setReadOnly(read_only)
        self._arrow.setEnabled(not read_only)

    def commit(self) -> None:
        self._popup.hide()
        text = self.line.text().strip()
        value = self.form.get(self.ref)
        if text == next((choice.label for choice in self._choices if choice.value == value), value):
            self.say_trouble("")
            return
        exact = [choice for choice in self._choices if choice.label == text]
        found = exact or (self._finder.find(text, 2) if text else [])
        if len(found) == 1:
            self._take(found[0])
        elif text:
            self.say_trouble(tr("“{typed}” is none of the choices. Choose one from the list.", typed=text))
            self.edited.emit("")
        else:
            self.say_trouble("")

    def popup_texts(self) -> list[str]:
        """What the open list offers."""
        return self._popup.texts.stringList() if self._popup.isVisible() else []

    def _typed(self, text: str) -> None:
        if not text.strip():
            self.say_trouble("")
            self.edited.emit("")
        self._open(text)

    def _toggle(self) -> None:
        if self._popup.isVisible():
            self._popup.hide()
        else:
            self.take_focus()
            self._open("")

    def _open(self, typed: str) -> None:
        if self.line.isReadOnly():
            return
        self._found = self.among(self._finder.find(typed, _SHOWN))
        popup, rows = self._popup, min(8, max(1, len(self._found)))
        popup.texts.setStringList([choice.label for choice in self._found])
        if not self._found:
            popup.foot.setText(tr("Nothing fits. Try another word, or the initials."))
        else:
            more = len(self._choices) - len(self._found) if not typed else 0
            popup.foot.setText(tr("{n} more: type to search", n=more) if more > 0 else "")
        popup.foot.setVisible(bool(popup.foot.text()))
        popup.list.setVisible(bool(self._found))
        height = theme.control_height() - theme.px(2)
        popup.list.setFixedHeight(rows * height + theme.px(8))
        popup.setFixedWidth(max(self.line.width(), theme.px(240)))
        popup.adjustSize()
        popup.move(self.line.mapToGlobal(QPoint(0, self.line.height() + 4)))
        popup.show()
        value = self.form.get(self.ref)
        at = next((n for n, choice in enumerate(self._found) if choice.value == value), 0) if not typed else 0
        popup.list.setCurrentIndex(popup.texts.index(at, 0))

    def among(self, found: list[Choice]) -> list[Choice]:
        """What of the found is offered."""
        return found

    def _move(self, step: int) -> None:
        listing = self._popup.list
        at = min(max(listing.currentIndex().row() + step, 0), len(self._found) - 1)
        listing.setCurrentIndex(self._popup.texts.index(at, 0))

    def _take_current(self) -> None:
        at = self._popup.list.currentIndex().row()
        if 0 <= at < len(self._found):
            self._take(self._found[at])

    def _take(self, choice: Choice) -> None:
        self._popup.hide()
        self.line.setText(choice.label)
        self.line.setCursorPosition(0)
        self.say_trouble("")
        self.edited.emit(choice.value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if isinstance(event, QFocusEvent) and event.gotFocus():
            self._warming.start(0)
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() != Qt.FocusReason.PopupFocusReason:
            QTimer.singleShot(0, self._popup, self._popup.hide)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        open_ = self._popup.isVisible()
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up if not event.modifiers() or not open_:
                if open_:
                    self._move(1 if event.key() == Qt.Key.Key_Down else -1)
                else:
                    self._open("")
                return True
            case Qt.Key.Key_PageDown | Qt.Key.Key_PageUp if open_:
                self._move(8 if event.key() == Qt.Key.Key_PageDown else -8)
                return True
            case Qt.Key.Key_Escape if open_:
                self._popup.hide()
                self.show_value(self.form.get(self.ref))
                return True
            case key if key in _ENTER and open_ and self._found and not event.modifiers():
                self._take_current()
                self.left.emit()
                return True
            case _:
                return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and not event.modifiers():
            self.commit()
        super().keyPressEvent(event)


class ManyEditor(Editor):
    """Several answers from many choices: what is chosen as chips that can be taken off, and a line to find more."""

    takes_equals = True
    fills = False

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips)
        column.addWidget(self._chips)
        self._box = _Adder(form, control, ref, name)
        self._box.edited.connect(self._added)
        self._box.left.connect(self.left)
        self._box.troubled.connect(self.say_trouble)
        column.addWidget(self._box)
        self._read_only = False
        self.show_choices(form.choices(ref))

    def show_choices(self, choices: list[Choice]) -> None:
        self._choices = choices
        self._box.show_choices(choices)
        self.show_value(self.form.get(self.ref))

    def show_value(self, value: str) -> None:
        while item := self._flow.takeAt(0):
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        labels = {choice.value: choice.label for choice in self._choices}
        for part in value.split():
            chip = Chip(ChipLook(part, labels.get(part, part)))
            chip.setChecked(True)
            chip.setObjectName(f"{self.ref}={part}")
            chip.setAccessibleName(tr("Take off {name}", name=labels.get(part, part)))
            chip.setEnabled(not self._read_only)
            theme.set_icon(chip, "x", "accent_ink", "accent_ink", 14)
            chip.clicked.connect(self._taken_off)
            self._flow.addWidget(chip)
            chip.show()
        self._chips.setVisible(bool(value))
        self._box.chosen = frozenset(value.split())
        self.updateGeometry()

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self._box.setVisible(not read_only)

    def commit(self) -> None:
        self._box.commit()

    def take_focus(self) -> None:
        self._box.take_focus()

    def stops(self) -> list[QWidget]:
        return [self._box.line]

    def _added(self, value: str) -> None:
        if not value:
            return
        chosen = self.form.get(self.ref).split()
        if value not in chosen:
            order = {choice.value: place for place, choice in enumerate(self._choices)}
            chosen = sorted([*chosen, value], key=lambda part: order.get(part, 0))
        self._put(" ".join(chosen))

    def _taken_off(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self._put(" ".join(part for part in self.form.get(self.ref).split() if part != chip.look.id))

    def _put(self, value: str) -> None:
        self.edited.emit(value)
        self.show_value(self.form.get(self.ref))


class _Adder(BoxEditor):
    """The line of `ManyEditor`: finds among what is not chosen yet, and is empty again after each."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        self.chosen: frozenset[str] = frozenset()
        super().__init__(form, control, ref, name)
        self.line.setPlaceholderText(tr("Add: choose, or type to search"))

    def show_value(self, value: str) -> None:
        if not self._popup.isVisible() and not self.trouble:
            self.line.clear()

    def commit(self) -> None:
        if self.line.text().strip():
            super().commit()

    def among(self, found: list[Choice]) -> list[Choice]:
        return [choice for choice in found if choice.value not in self.chosen]

    def _take(self, choice: Choice) -> None:
        super()._take(choice)
        self.line.clear()

    def _typed(self, text: str) -> None:
        self._open(text)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(360), theme.control_height())
