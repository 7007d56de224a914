"""Small sheets over the window that ask for a name or let one of several things be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets.buttons import outlined_button, primary_button
from gridclient.ui.widgets.fields import TextField
from gridclient.ui.widgets.labels import text_label
from gridclient.ui.widgets.rows import ROW_LOOK, RowLook, TwoLineDelegate

_ID = Qt.ItemDataRole.UserRole


class Sheet(QDialog):
    """The base of all sheets: a title, a sentence, a body and a row of buttons; gone when it is closed."""

    def __init__(self, title: str, sentence: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        theme.set_role(self, "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(text_label(title, "title"))
        if sentence:
            column.addWidget(text_label(sentence, "muted", wrap=True))
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        column.addLayout(self.body, 1)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        column.addLayout(self.buttons)

    def height_for(self, width: int) -> int:
        """The height that everything on the sheet needs at this width."""
        return self._column.totalHeightForWidth(width)

    def offer(self, act: str, icon: str = "") -> QPushButton:
        """Adds the usual two buttons at the right: one closes the sheet, the other, returned, does what it is for."""
        self.buttons.addStretch(1)
        cancel = outlined_button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        act_button = primary_button(act, icon)
        act_button.setDefault(True)
        self.buttons.addWidget(cancel)
        self.buttons.addWidget(act_button)
        return act_button


class TellSheet(Sheet):
    """Says something that has only to be read."""

    def __init__(self, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(title, sentence, parent)
        self.buttons.addStretch(1)
        close = primary_button(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.buttons.addWidget(close)
        self.setMinimumWidth(theme.px(460))


class NameSheet(Sheet):
    """Asks for a name; an empty one cannot be given, and the sheet stays until whoever asked closes it."""

    named = Signal(str)

    def __init__(self, title: str, sentence: str, label: str, proposed: str, act: str,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(title, sentence, parent)
        self.field = TextField(label, "pencil")
        self.field.set_text(proposed)
        self.field.edit.setMaxLength(60)
        self.field.edit.selectAll()
        self.body.addWidget(self.field)
        self.save = self.offer(act)
        self.save.clicked.connect(self._give)
        self.field.edit.setFocus()
        self.setMinimumWidth(theme.px(460))

    def _give(self) -> None:
        name = self.field.text().strip()
        if not name:
            self.field.show_error(tr("Give it a name, so that you find it again."))
            return
        self.named.emit(name)

    def refuse(self, why: str) -> None:
        """Says why the name cannot be taken."""
        self.field.show_error(why)


class ReasonSheet(Sheet):
    """Asks for a reason; an empty one cannot be given."""

    given = Signal(str)

    def __init__(self, title: str, sentence: str, act: str, parent: QWidget | None = None, label: str = "") -> None:
        super().__init__(title, sentence, parent)
        self.field = TextField(label or tr("Reason"), "pencil")
        self.field.edit.setMaxLength(200)
        self.body.addWidget(self.field)
        self.act = self.offer(act)
        self.act.clicked.connect(self._give)
        self.field.edit.setFocus()
        self.setMinimumWidth(theme.px(460))

    def _give(self) -> None:
        reason = self.field.text().strip()
        if not reason:
            self.field.show_error(tr("Say why in a few words."))
            return
        self.given.emit(reason)
        self.accept()


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen."""

    id: str
    title: str
    detail: str
    tag: str = ""


class ChoiceSheet(Sheet):
    """Lets one of several things be chosen: arrows move, Enter takes, Delete takes away where that is allowed."""

    chosen = Signal(str)  # id
    removed = Signal(str)  # id

    def __init__(self, title: str, sentence: str, act: str, options: Sequence[Option], *, removable: bool = False,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(title, sentence, parent)
        self._removable = removable
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        self.list.setItemDelegate(TwoLineDelegate(self.list, narrow=True))
        self.list.setMinimumHeight(min(6, max(2, len(options))) * theme.row_height() + theme.px(4))
        for option in options:
            item = QListWidgetItem()
            look = RowLook(option.title, option.detail, chip_text=option.tag)
            item.setData(ROW_LOOK, look)
            item.setData(_ID, option.id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, look.spoken)
            self.list.addItem(item)
        self.list.itemActivated.connect(self._take)
        self.list.itemSelectionChanged.connect(self._offer)
        self.body.addWidget(self.list, 1)
        self.remove = outlined_button(tr("Delete"), "trash-2")
        self.remove.clicked.connect(self._remove)
        self.buttons.addWidget(self.remove)
        self.remove.setVisible(removable)
        self.act = self.offer(act)
        self.act.setDefault(False)  # Enter takes from the list, and is not to do so twice
        self.act.clicked.connect(self._take)
        self.list.setCurrentRow(0)
        self._offer()
        self.list.setFocus()
        self.resize(theme.px(560), self.sizeHint().height())

    def _offer(self) -> None:
        there = self.list.currentRow() >= 0
        self.list.setVisible(self.list.count() > 0)
        self.act.setVisible(self.list.count() > 0)
        self.act.setEnabled(there)
        self.remove.setEnabled(there)

    def _current(self) -> str:
        return str(self.list.currentItem().data(_ID)) if self.list.currentRow() >= 0 else ""

    def _take(self) -> None:
        if found := self._current():
            self.chosen.emit(found)
            self.accept()

    def _remove(self) -> None:
        if self._removable and (found := self._current()):
            self.list.takeItem(self.list.currentRow())
            self.removed.emit(found)
            self._offer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._remove()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.hasFocus():
            self._take()
        else:
            super().keyPressEvent(event)
