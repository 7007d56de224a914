"""The form that signs a worker in at the platform and registers this PC.

It refuses to send what is plainly incomplete: an empty field, or two PINs that differ. Everything else is
judged by the platform, and shown under the field that it concerns.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.sign_in.values import ErrorField, SignInRequest
from gridclient.ui.widgets import (
    PIN_LENGTH,
    Banner,
    FieldFrame,
    IconLabel,
    PasswordField,
    PinField,
    TextField,
    primary_button,
    text_label,
)

FORM_WIDTH = 440


class SignInForm(QWidget):
    """Address, account, password, the name of this PC and, without a keyring, a PIN."""

    submitted = Signal(object)  # SignInRequest

    def __init__(self, address: str, device_name: str, needs_pin: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._needs_pin = needs_pin
        self._busy = False
        self.setMaximumWidth(theme.px(FORM_WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(14)
        heading = QVBoxLayout()
        heading.setSpacing(2)
        self._title = text_label("", "title")
        self._subtitle = text_label("", "muted", wrap=True)
        heading.addWidget(self._title)
        heading.addWidget(self._subtitle)
        column.addLayout(heading)
        self._general = Banner("warn")
        self._general.hide()
        column.addWidget(self._general)
        self.address = TextField(icon="server")
        self.account = TextField(icon="user")
        self.password = PasswordField()
        self.device = TextField(icon="monitor")
        self.address.set_text(address)
        self.device.set_text(device_name)
        for each in (self.address, self.account, self.password, self.device):
            column.addWidget(each)
            each.edit.returnPressed.connect(self._submit)
        self._pins = self._build_pins()
        column.addWidget(self._pins)
        column.addLayout(self._build_clock())
        self.button = primary_button("")
        self.button.clicked.connect(self._submit)
        column.addWidget(self.button)
        self.retranslate()

    def set_needs_pin(self, needs_pin: bool) -> None:
        """Asks for a PIN, or not: known once the system's keyring was looked for."""
        self._needs_pin = needs_pin
        self._pins.setVisible(needs_pin)

    def show_error(self, concerned: ErrorField, title: str, sentence: str) -> None:
        """Says what is wrong under the field it concerns, or above the form, and puts the keyboard there."""
        self.clear_errors()
        field = self._field(concerned)
        if field is None:
            self._general.say("warn", title, sentence)
            self._general.show()
            return
        field.show_error(title, sentence)
        field.edit.setFocus()
        field.edit.selectAll()

    def clear_errors(self) -> None:
        """Takes every error away."""
        self._general.hide()
        for each in (self.address, self.account, self.password, self.device, self.pin, self.pin_again):
            each.clear_error()

    def first_empty(self) -> FieldFrame:
        """The first field that still needs something."""
        fields = (self.address, self.account, self.password)
        return next((field for field in fields if not field.text()), self.password)

    def general_error(self) -> str:
        """The error that concerns no single field; empty when there is none."""
        return "" if self._general.isHidden() else self._general.title()

    def show_clock(self, text: str) -> None:
        """Says how this PC's clock stands against the platform's; empty says nothing."""
        self._clock.setText(text)
        self._clock_row.setVisible(bool(text))

    def clock_text(self) -> str:
        """What is said about the clock; empty when nothing."""
        return "" if self._clock_row.isHidden() else self._clock.text()

    def set_busy(self, busy: bool) -> None:
        """Locks the form while the platform is asked."""
        self._busy = busy
        for each in (self.address, self.account, self.password, self.device, self.pin, self.pin_again, self.button):
            each.setEnabled(not busy)
        self._name_button()

    def forget_secrets(self) -> None:
        """Empties the password and the PINs."""
        self.password.clear()
        self.pin.clear()
        self.pin_again.clear()

    def retranslate(self) -> None:
        """Says the form in the active language."""
        self._title.setText(tr("Sign in"))
        self._subtitle.setText(tr("The first sign-in on this PC needs the network"))
        self.address.set_label(tr("Platform address"))
        self.address.set_hint(tr("Given by your unit; normally left as it is"))
        self.account.set_label(tr("Account"))
        self.password.set_label(tr("Password"))
        self.password.retranslate()
        self.device.set_label(tr("Name of this PC"))
        self.device.set_hint(tr("Shown in the list of devices; a lost PC can be wiped from there"))
        self.pin.set_label(tr("Set a PIN of 6 digits"))
        self.pin_again.set_label(tr("The same PIN again"))
        self._why_pin.setText(
            tr("This PC has no keyring service, so a PIN protects your data on it. You need it each time you start.")
        )
        self._name_button()

    def _build_pins(self) -> QWidget:
        part = QWidget()
        part.setVisible(self._needs_pin)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(24)
        self.pin, self.pin_again = PinField(), PinField()
        for each in (self.pin, self.pin_again):
            row.addWidget(each, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        self._why_pin = text_label("", "small", wrap=True)
        column.addWidget(self._why_pin)
        self.pin.completed.connect(self._pin_completed)
        return part

    def _build_clock(self) -> QVBoxLayout:
        holder = QVBoxLayout()
        self._clock_row = QWidget()
        row = QHBoxLayout(self._clock_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel("clock", "text_2", 14))
        self._clock = text_label("", "small", wrap=True)
        row.addWidget(self._clock, 1)
        self._clock_row.hide()
        holder.addWidget(self._clock_row)
        return holder

    def _field(self, concerned: ErrorField) -> FieldFrame | None:
        fields: dict[str, FieldFrame] = {"address": self.address, "account": self.account, "password": self.password}
        if self._needs_pin:
            fields["pin"] = self.pin
        return fields.get(concerned)

    def _name_button(self) -> None:
        self.button.setText(tr("Signing in…") if self._busy else tr("Sign in and register this PC"))

    def _pin_completed(self) -> None:
        self.pin_again.edit.setFocus()

    def _submit(self) -> None:
        self.clear_errors()
        for field, title in (
            (self.address, tr("Enter the platform address.")),
            (self.account, tr("Enter your account.")),
            (self.password, tr("Enter your password.")),
            (self.device, tr("Give this PC a name.")),
        ):
            if not field.text().strip():
                field.show_error(title)
                field.edit.setFocus()
                return
        if self._needs_pin and not self._pins_agree():
            return
        self.submitted.emit(
            SignInRequest(
                address=self.address.text().strip(),
                account=self.account.text().strip(),
                password=self.password.text(),
                device_name=self.device.text().strip(),
                pin=self.pin.text() if self._needs_pin else "",
            )
        )

    def _pins_agree(self) -> bool:
        if len(self.pin.text()) < PIN_LENGTH:
            self.show_error("pin", tr("The PIN needs 6 digits."), "")
            return False
        if self.pin.text() != self.pin_again.text():
            self.pin_again.clear()
            self.pin_again.show_error(tr("The two PINs differ."), tr("Type the same PIN again."))
            self.pin_again.edit.setFocus()
            return False
        return True
