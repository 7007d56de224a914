"""Numbers that are counted up and down, picked in steps, or are a direction."""

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui.forms.scale import Steps, plain_number
from gridclient.ui.forms.typed import NumberEditor
from gridclient.ui.widgets import icon_button, text_label


class CounterEditor(NumberEditor):
    """A number with − and + (appearance `counter`); the arrow keys and + do the same."""

    room = 96

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._less, self._more = icon_button("minus", tr("One less")), icon_button("plus", tr("One more"))
        for button, by, place in ((self._less, -1, 0), (self._more, 1, 2)):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys do it
            button.setAutoRepeat(True)
            button.clicked.connect(self._counter(by))
            self._row.insertWidget(place, button)
        self.line.setAlignment(Qt.AlignmentFlag.AlignHCenter)

    def _counter(self, by: int) -> object:
        def count() -> None:
            self.count(by)
            self.take_focus()

        return count

    def count(self, by: int) -> None:
        """Goes up or down by some steps; from nothing to the first number."""
        if not self.line.isReadOnly():
            self.line.setText(self.after(self.form.get(self.ref), by))

    def after(self, value: str, by: int) -> str:
        """The number so many steps after another one."""
        return plain_number(_number(value) + by) if value else "1" if by > 0 else "0"

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self._less.setEnabled(not read_only)
        self._more.setEnabled(not read_only)

    def eventFilter(self, watched: object, event: object) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress and event.text() == "+":
            self.count(1)  # the line would take it for a part of the number
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if by:
            self.count(by)
        else:
            super().keyPressEvent(event)


class PickerEditor(CounterEditor):
    """A number of a range, typed or stepped through (appearance `picker`)."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        self._steps = Steps(control)
        super().__init__(form, control, ref, name)
        steps = self._steps
        ends = tr("{start} to {end}", start=plain_number(steps.start), end=plain_number(steps.end))
        self._row.insertWidget(3, text_label(ends, "muted"))

    def after(self, value: str, by: int) -> str:
        place = self._steps.place(value) if value else None
        up = by if self._steps.end >= self._steps.start else -by
        first = 0 if up > 0 else self._steps.count
        return plain_number(self._steps.at(first if place is None else place + up))

    def commit(self) -> None:
        super().commit()
        text = self.line.text()
        if text and not self.trouble and not self._fits(text):
            start, end, step = (plain_number(n) for n in (self._steps.start, self._steps.end, self._steps.step))
            self.say_trouble(
                tr("Choose a number from {start} to {end}, in steps of {step}.", start=start, end=end, step=step)
            )
            self.edited.emit("")

    def _changed(self, text: str) -> None:
        if not text or self._fits(text):
            super()._changed(text)

    def _fits(self, text: str) -> bool:
        place = self._steps.place(text)
        return place is not None and self._steps.at(place) == _number(text)


class BearingEditor(NumberEditor):
    """A direction in degrees from north (appearance `bearing`), with its name beside it."""

    room = 96

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._row.insertWidget(1, text_label("°", "muted"))
        self._side = text_label("", "muted")
        self._row.insertWidget(2, self._side)

    def show_value(self, value: str) -> None:
        super().show_value(value)
        self._say(value)

    def commit(self) -> None:
        super().commit()
        text = self.line.text()
        if text and not self.trouble and not 0 <= _number(text) <= 360:
            self.say_trouble(tr("A direction is between 0 and 360 degrees."))
            self.edited.emit("")

    def _changed(self, text: str) -> None:
        super()._changed(text)
        self._say(text)

    def _say(self, value: str) -> None:
        sides = (tr("north"), tr("north-east"), tr("east"), tr("south-east"), tr("south"), tr("south-west"), tr("west"),
                 tr("north-west"))  # fmt: skip
        degrees = _number(value)
        self._side.setText(sides[round(float(degrees) / 45) % 8] if value and 0 <= degrees <= 360 else "")


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)
