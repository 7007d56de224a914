"""The panel on which a worker of this PC goes on without the platform, by PIN or password."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.sign_in.values import ProfileCard, UnlockRequest
from gridclient.ui.widgets import (
    PIN_LENGTH,
    Avatar,
    Card,
    FieldFrame,
    IconLabel,
    PasswordField,
    PinField,
    outlined_button,
    primary_button,
    text_label,
)

_WIDTH = 400


class UnlockPanel(QWidget):
    """Asks one worker for a PIN or a password."""

    unlock_wanted = Signal(object)  # UnlockRequest
    other_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile: ProfileCard | None = None
        self._busy = False
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        # Not by an alignment: what is aligned does not grow with its words.
        self.setMaximumWidth(theme.px(_WIDTH + 8))
        column.setSpacing(14)
        card = Card()
        column.addWidget(card)
        card.body.setContentsMargins(16, 8, 16, 8)
        card.body.setSpacing(14)
        who = QHBoxLayout()
        who.setSpacing(12)
        self._face = Avatar()
        who.addWidget(self._face)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._name = text_label("", "heading")
        self._detail = text_label("", "small")
        words.addWidget(self._name)
        words.addWidget(self._detail)
        who.addLayout(words, 1)
        who.addWidget(IconLabel("lock", "text_2", 18))
        card.body.addLayout(who)
        self.pin = PinField()
        self.pin.completed.connect(self._submit)
        self.password = PasswordField()
        for each in (self.pin, self.password):
            each.edit.returnPressed.connect(self._submit)
            card.body.addWidget(each)
        actions = QHBoxLayout()
        self._other = outlined_button("", "user-round")
        self._other.clicked.connect(self.other_wanted)
        actions.addWidget(self._other)
        actions.addStretch(1)
        self.button = primary_button("")
        self.button.clicked.connect(self._submit)
        actions.addWidget(self.button)
        card.body.addLayout(actions)
        self._forgotten = text_label("", "small", wrap=True)
        self._forgotten.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._forgotten)
        self.retranslate()

    def show_profile(self, profile: ProfileCard) -> None:
        """Asks this worker."""
        self._profile = profile
        self._face.set_name(profile.name)
        self._name.setText(profile.name)
        self._detail.setText(profile.detail or profile.account)
        self.forget_secrets()
        self.field().clear_error()
        self.pin.setVisible(profile.unlock == "pin")
        self.password.setVisible(profile.unlock == "password")
        self.retranslate()
        self.field().edit.setFocus()

    def field(self) -> FieldFrame:
        """The field in use."""
        by_password = self._profile is not None and self._profile.unlock == "password"
        return self.password if by_password else self.pin

    def show_error(self, title: str, sentence: str) -> None:
        """Says what is wrong and lets the worker type again."""
        self.forget_secrets()
        self.field().show_error(title, sentence)
        self.field().edit.setFocus()

    def set_busy(self, busy: bool) -> None:
        """Locks the panel while the profile is opened."""
        self._busy = busy
        for each in (self.pin, self.password, self.button, self._other):
            each.setEnabled(not busy)
        self.button.setText(tr("Unlocking…") if busy else tr("Unlock"))

    def forget_secrets(self) -> None:
        """Empties the PIN and the password."""
        self.pin.clear()
        self.password.clear()

    def retranslate(self) -> None:
        """Says the panel in the active language."""
        self.pin.set_label(tr("Enter your PIN of 6 digits"))
        self.password.set_label(tr("Password"))
        self.password.retranslate()
        self._other.setText(tr("Other worker"))
        self.button.setText(tr("Unlocking…") if self._busy else tr("Unlock"))
        self._forgotten.setText(
            tr(
                "Forgot it? Have the password reset by your administrator and sign in again when online; nothing that "
                "waits for upload is lost."
            )
            if self.field() is self.password
            else tr(
                "Forgot it? Sign in again with the password when online and set a new PIN. What is on this PC is then "
                "set aside; what was not uploaded can only be read with the old PIN."
            )
        )

    def _submit(self) -> None:
        secret = self.field().text()
        if self._profile is None or self._busy:
            return
        if self._profile.unlock == "pin" and len(secret) < PIN_LENGTH:
            self.pin.show_error(tr("The PIN needs 6 digits."))
        elif not secret:
            self.password.show_error(tr("Enter your password."))
        else:
            self.unlock_wanted.emit(UnlockRequest(self._profile.id, secret))
