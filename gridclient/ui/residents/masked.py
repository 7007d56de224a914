"""A masked value that can be shown for half a minute, after a reason was given and logged.

The reason is asked in place, under the value: nothing is covered. Copying and printing keep the mask.
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gridclient.store.readings import log_reading
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name
from gridclient.ui.widgets import Card, ElidedLabel, KeyCap, compact_button, link_button, text_label
from gridclient.ui.widgets.flow import FlowLayout

SHOWN_MS = 30_000


def reason_text(reason: str) -> str:
    """A reason of the log in words; a free one is shown as it was typed."""
    known = {"check": tr("checking the person"), "benefit": tr("arranging a benefit"),
             "emergency": tr("contacting in an emergency")}  # fmt: skip
    return known.get(reason, reason)


class MaskedValue(QWidget):
    """One value: masked, or shown until the time is over."""

    reason_wanted = Signal()  # a person asks to see it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._masked, self._plain = "", ""
        self._value = ElidedLabel()
        self._value.setMinimumWidth(theme.px(64))
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        row.addWidget(self._value, 1)
        self.button = link_button("", "eye")
        self.button.clicked.connect(self._clicked)
        row.addWidget(self.button)
        self._left_s = 0
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._name = ""
        self._short = False

    def be_short(self, short: bool) -> None:
        """Says less on the button where there is little room."""
        if short != self._short:
            self._short = short
            self._say()

    def set_value(self, name: str, masked: str, plain: str) -> None:
        """Shows a value masked; without a plain one there is nothing to reveal."""
        self._timer.stop()
        self._name, self._masked, self._plain = name, masked, plain
        self._say()

    @property
    def is_shown(self) -> bool:
        """Whether the plain value is on the screen."""
        return self._timer.isActive()

    def text(self) -> str:
        """What is on the screen."""
        return self._value.whole_text()

    def reveal(self) -> None:
        """Shows the plain value for 30 seconds; the caller has logged the reading."""
        self._left_s = SHOWN_MS // 1000
        self._timer.start()
        self._say()

    def hide_again(self) -> None:
        """Masks the value before the time is over."""
        self._timer.stop()
        self._say()

    def _tick(self) -> None:
        self._left_s -= 1
        if self._left_s <= 0:
            self._timer.stop()
        self._say()

    def _say(self) -> None:
        shown = self.is_shown
        self._value.set_text(self._plain if shown else self._masked)
        self.button.setVisible(bool(self._plain))
        ask = tr("Show") if self._short else tr("Show (with a reason)")
        self.button.setText(tr("Hide ({n} s)", n=self._left_s) if shown else ask)
        self.button.setAccessibleName(f"{self._name}: {self.button.text()}")
        theme.set_icon(self.button, "eye-off" if shown else "eye", "accent_ink")

    def _clicked(self) -> None:
        if self.is_shown:
            self.hide_again()
        else:
            self.reason_wanted.emit()


class ReasonRow(Card):
    """Asks why a value is to be shown: one press for the usual reasons, or words of one's own."""

    given = Signal(str)  # reason
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        theme.set_role(self, "well")
        column = QVBoxLayout()
        column.setSpacing(8)
        self._title = text_label("", "strong")
        column.addWidget(self._title)
        line = FlowLayout()
        self._buttons = {name: compact_button("") for name in ("check", "benefit", "emergency")}
        for number, (name, button) in enumerate(self._buttons.items(), start=1):
            button.setProperty("reason", name)
            button.clicked.connect(self._pressed)
            with_key = QWidget()
            pair = QHBoxLayout(with_key)
            pair.setContentsMargins(0, 0, 0, 0)
            pair.addWidget(button)
            pair.addWidget(KeyCap(str(number)))
            line.addWidget(with_key)
        column.addLayout(line)
        own = QHBoxLayout()
        own.setSpacing(8)
        self.own = QLineEdit()
        self.own.returnPressed.connect(self._own_given)
        own.addWidget(self.own, 1)
        self._cancel = compact_button("")
        self._cancel.clicked.connect(self.cancelled)
        own.addWidget(self._cancel)
        own.addWidget(KeyCap("Esc"))
        column.addLayout(own)
        self._promise = text_label("", "small", wrap=True)
        column.addWidget(self._promise)
        self.body.addLayout(column)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def ask(self, name: str) -> None:
        """Asks for the reason of showing a value."""
        self._title.setText(tr("Show {name}: give a reason", name=name))
        self.setAccessibleName(self._title.text())
        for reason, button in self._buttons.items():
            button.setText(reason_text(reason))
        self.own.setPlaceholderText(tr("another reason, then Enter"))
        self.own.setAccessibleName(tr("Another reason"))
        self._cancel.setText(tr("Cancel"))
        self._promise.setText(tr("Shown for 30 seconds; who, when and why go into the person's reading log."))
        self.own.clear()
        self.show()
        self._buttons["check"].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        reasons = list(self._buttons)
        place = event.key() - Qt.Key.Key_1
        if 0 <= place < len(reasons):
            self.given.emit(reasons[place])
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _pressed(self) -> None:
        self.given.emit(str(self.sender().property("reason")))

    def _own_given(self) -> None:
        if words := " ".join(self.own.text().split()):
            self.given.emit(words)


class Revealing(QObject):
    """Shows a masked value of a record once its reason is in the log."""

    def __init__(self, desk: Desk, values: Mapping[str, MaskedValue], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._values = desk, values
        self._record, self._asked = "", ""
        self.reason = ReasonRow()
        self.reason.given.connect(self._given)
        self.reason.cancelled.connect(self._cancelled)
        self.reason.hide()
        for value in values.values():
            value.reason_wanted.connect(self._ask)

    def show_values(self, record: str, shown: Mapping[str, tuple[str, str]]) -> None:
        """Shows the values of a record, each masked and plain; one that is being looked at stays until its time."""
        is_other, self._record = record != self._record, record
        for name, (masked, plain) in shown.items():
            if is_other or not self._values[name].is_shown:
                self._values[name].set_value(field_name(name), masked or "—", plain)
        if is_other:
            self.reason.hide()

    def _ask(self) -> None:
        self._asked = next(name for name, value in self._values.items() if value is self.sender())
        self.reason.ask(field_name(self._asked))

    def _given(self, reason: str) -> None:
        self._desk.start(self._reveal(self._record, self._asked, reason))

    async def _reveal(self, record: str, name: str, reason: str) -> None:
        by = self._desk.actor.worker_id
        # The log is on the disk before the value is on the screen.
        await self._desk.write(lambda tx: log_reading(tx, record, name, reason, by), undoable=False)
        if record == self._record:
            self.reason.hide()
            self._values[name].reveal()
            self._values[name].button.setFocus()

    def _cancelled(self) -> None:
        self.reason.hide()
        self._values[self._asked].button.setFocus()
