"""The list of what stands in the way of finishing, above the page; each line goes to its question."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import IconLabel, KeyCap, icon_button, link_button, text_label

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Fault:
    """A question and what is wrong with its answer."""

    ref: str
    label: str
    text: str


class FaultList(QFrame):
    """What has to be answered or corrected; gone when nothing is left."""

    chosen = Signal(str)  # ref
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "banner")
        self.setProperty("tone", "bad")
        self.faults: list[Fault] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 8, 8)
        outer.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel("circle-alert", "bad", 16))
        self._title = text_label("", "strong")
        self._title.setProperty("tone", "bad")
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(text_label(tr("Next"), "small"))
        head.addWidget(KeyCap("F8"))
        close = icon_button("x", tr("Close the list"))
        close.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # not on the way into the form
        close.clicked.connect(self.closed)
        head.addWidget(close)
        outer.addLayout(head)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        outer.addLayout(self._lines)
        self._buttons: list[QPushButton] = []
        self.hide()

    def title(self) -> str:
        """The first line."""
        return self._title.text()

    def show_faults(self, faults: Sequence[Fault]) -> None:
        """Lists these; an empty list hides itself."""
        self.faults = list(faults)
        self.setVisible(bool(faults))
        count = len(faults)
        self._title.setText(
            tr("One answer needs your attention") if count == 1 else tr("{n} answers need your attention", n=count)
        )
        self.setAccessibleName(self._title.text())
        for button in self._buttons:
            self._lines.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for fault in faults[:_SHOWN]:
            self._add(tr("{label}: {fault}", label=fault.label, fault=fault.text), fault.ref)
        if count > _SHOWN:
            self._add(tr("and {n} more", n=count - _SHOWN), faults[_SHOWN].ref)

    def _add(self, text: str, ref: str) -> None:
        button = link_button(text)
        button.setObjectName(f"{ref}!")

        def choose() -> None:
            self.chosen.emit(ref)

        button.clicked.connect(choose)
        self._lines.addWidget(button)
        self._buttons.append(button)
