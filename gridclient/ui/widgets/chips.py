"""Filters as a row of chips, each with the number of things it would show."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from gridclient.ui import theme
from gridclient.ui.widgets.flow import FlowLayout


@dataclass(frozen=True, slots=True)
class ChipLook:
    """What one chip says; `count` None shows no number."""

    id: str
    text: str
    count: int | None = None
    icon: str = ""


_PAD = 13


class Chip(QPushButton):
    """A filter that is on or off."""

    def __init__(self, look: ChipLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setProperty("ring_radius", 15)
        theme.set_role(self, "chip")
        self.set_look(look)

    def sizeHint(self) -> QSize:
        # The chosen chip is bold; its words must not be cut when it becomes so.
        words = QFontMetrics(theme.font("label", bold=True)).horizontalAdvance(self.text())
        icon = 0 if self.icon().isNull() else self.iconSize().width() + theme.px(6)
        return QSize(theme.px(words + 2 * _PAD) + icon, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_look(self, look: ChipLook) -> None:
        """Changes the words and the number."""
        self.look = look
        self.setText(look.text if look.count is None else f"{look.text} {look.count}")
        self.setAccessibleName(self.text())
        if look.icon:
            theme.set_icon(self, look.icon, "text_2", "accent_ink", 14)


class ChipRow(QWidget):
    """Chips of which exactly one is on, on a second line where there is no room."""

    chosen = Signal(str)  # id of the chip that was chosen by the person

    def __init__(self, chips: Sequence[ChipLook] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._chips: dict[str, Chip] = {}
        self._row = FlowLayout(self, gap=6)
        self.set_chips(chips)

    def set_chips(self, chips: Sequence[ChipLook]) -> None:
        """Shows these chips; those that stay keep their place and their state."""
        wanted = {look.id for look in chips}
        for gone in self._chips.keys() - wanted:
            chip = self._chips.pop(gone)
            self._group.removeButton(chip)
            self._row.removeWidget(chip)
            chip.deleteLater()
        for place, look in enumerate(chips):
            chip = self._chips.get(look.id)
            if chip is None:
                chip = self._chips[look.id] = Chip(look, self)
                self._group.addButton(chip)
                chip.clicked.connect(self._clicked)
            else:
                chip.set_look(look)
            self._row.insert(place, chip)
        if self._chips and self.current() == "":
            next(iter(self._chips.values())).setChecked(True)

    def current(self) -> str:
        """The id of the chip that is on."""
        return next((chip_id for chip_id, chip in self._chips.items() if chip.isChecked()), "")

    def choose(self, chip_id: str) -> None:
        """Turns a chip on without telling anybody."""
        self._chips[chip_id].setChecked(True)

    def take_up(self, chip_id: str) -> None:
        """Turns a chip on as if the person had; nothing where it is on, or is not there any more."""
        if chip_id in self._chips and chip_id != self.current():
            self.choose(chip_id)
            self.chosen.emit(chip_id)

    def set_count(self, chip_id: str, count: int) -> None:
        """Changes the number on a chip."""
        chip = self._chips[chip_id]
        chip.set_look(ChipLook(chip_id, chip.look.text, count, chip.look.icon))

    def _clicked(self) -> None:
        self.chosen.emit(self.current())
