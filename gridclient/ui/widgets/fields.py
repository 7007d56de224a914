"""Labelled fields: the label above, what is wrong and what to do about it beneath.

A field shows an error that somebody else found; it judges nothing itself.
"""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets.cards import Banner
from gridclient.ui.widgets.labels import IconLabel, text_label

_ICON_PX = 16
_ICON_ROOM = 30


class FieldFrame(QWidget):
    """The label, the editor, a notice, the error and the hint, from top to bottom."""

    def __init__(self, editor: QLineEdit, label: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = editor
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._label = text_label("", "label")
        self._label.setBuddy(editor)
        self._column.addWidget(self._label)
        self._column.addWidget(editor)
        self._error = Banner("warn")
        self._error.hide()
        self._hint = text_label("", "small", wrap=True)
        self._column.addWidget(self._error)
        self._column.addWidget(self._hint)
        self.set_label(label)
        self.set_hint(hint)
        self.setFocusProxy(editor)

    def text(self) -> str:
        """What was typed."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Puts a text into the field."""
        self.edit.setText(text)

    def set_label(self, text: str) -> None:
        """Changes the label, which is also what a screen reader says."""
        self._label.setText(text)
        self._label.setVisible(bool(text))
        self.edit.setAccessibleName(text)

    def label(self) -> str:
        """The label's text."""
        return self._label.text()

    def set_hint(self, text: str) -> None:
        """Changes the sentence under the field."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def show_error(self, title: str, sentence: str = "") -> None:
        """Says what is wrong, under the field and to a screen reader."""
        self._error.say("warn", title, sentence)
        self._error.show()
        self._hint.hide()
        self._set_state("warn")
        self.edit.setAccessibleDescription(f"{title} {sentence}".strip())

    def clear_error(self) -> None:
        """Takes the error away."""
        self._error.hide()
        self._hint.setVisible(bool(self._hint.text()))
        self._set_state("")
        self.edit.setAccessibleDescription("")

    def error(self) -> str:
        """The error's bold line; empty when there is none."""
        return "" if self._error.isHidden() else self._error.title()

    def insert_notice(self, notice: QWidget) -> None:
        """Puts a short notice directly under the editor."""
        self._column.insertWidget(2, notice)

    def _set_state(self, state: str) -> None:
        self.edit.setProperty("state", state)
        theme.repolish(self.edit)


class TextField(FieldFrame):
    """One line of text with an optional picture in front and an optional action behind."""

    def __init__(self, label: str = "", icon: str = "", hint: str = "", editor: QLineEdit | None = None,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(editor or QLineEdit(), label, hint, parent)
        row = QHBoxLayout(self.edit)
        row.setContentsMargins(10, 0, 6, 0)
        row.setSpacing(4)
        if icon:
            row.addWidget(IconLabel(icon, "text_2", _ICON_PX), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self._row = row
        self._icon_room = _ICON_ROOM - 4 if icon else 0
        self._action: QPushButton | None = None
        self._make_room()

    def add_action(self, text: str, icon: str = "") -> QPushButton:
        """Adds a small button at the end of the field."""
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.set_role(button, "in_field")
        if icon:
            theme.set_icon(button, icon, size=14)
        self._row.addWidget(button)
        self._action = button
        self._make_room()
        return button

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._make_room()

    def _make_room(self) -> None:
        behind = self._action.sizeHint().width() + theme.px(4) if self._action is not None else 0
        self.edit.setTextMargins(theme.px(self._icon_room), 0, behind, 0)


class _SecretEdit(QLineEdit):
    """A line of dots that notices the caps lock from the letters it is given."""

    caps_lock_seen = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self.caps_lock_seen.emit(False)  # toggled; the next letter tells
        elif len(typed) == 1 and typed.isascii() and typed.isalpha():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_lock_seen.emit(typed.isupper() != shifted)
        super().keyPressEvent(event)


class PasswordField(TextField):
    """A secret: shown as dots, on request as text, with a notice while the caps lock is on."""

    def __init__(self, label: str = "", parent: QWidget | None = None) -> None:
        secret = _SecretEdit()
        super().__init__(label, "key-round", editor=secret, parent=parent)
        secret.setEchoMode(QLineEdit.EchoMode.Password)
        secret.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        self._show = self.add_action("", "eye")
        self._show.setCheckable(True)
        self._show.toggled.connect(self._toggle)
        self._caps = QWidget()
        caps_row = QHBoxLayout(self._caps)
        caps_row.setContentsMargins(0, 0, 0, 0)
        caps_row.setSpacing(6)
        caps_row.addWidget(IconLabel("arrow-big-up", "warn", 14))
        self._caps_words: QLabel = text_label("", "warning")
        caps_row.addWidget(self._caps_words, 1)
        self._caps.hide()
        self.insert_notice(self._caps)
        secret.caps_lock_seen.connect(self._caps.setVisible)
        self.retranslate()

    def clear(self) -> None:
        """Forgets the secret and hides what follows."""
        self.edit.clear()
        self._show.setChecked(False)
        self._caps.hide()

    def caps_lock_shown(self) -> bool:
        """Whether the notice about the caps lock is up."""
        return not self._caps.isHidden()

    def retranslate(self) -> None:
        """Says the field's own words in the active language."""
        self._caps_words.setText(tr("Caps lock is on"))
        self._name_toggle()

    def _toggle(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.edit.setEchoMode(mode)
        self._name_toggle()

    def _name_toggle(self) -> None:
        shown = self._show.isChecked()
        self._show.setText(tr("Hide") if shown else tr("Show"))
        self._show.setAccessibleName(tr("Hide the password") if shown else tr("Show the password"))
        theme.set_icon(self._show, "eye-off" if shown else "eye", size=14)
        self._make_room()
