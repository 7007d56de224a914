"""A list at the left and the open case at the right, with a width that the worker chooses."""

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from gridclient.ui import theme

_SIZES = (712, 728)
NARROW = 148


class ListAndCase(QSplitter):
    """Keeps list and case side by side; the list can be made narrow, so that a wide step has room."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._page = page
        self._before: list[int] = []
        self.addWidget(page)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        page.setMinimumWidth(theme.px(NARROW))

    def take(self, case: QWidget) -> None:
        """Shows the case page beside this list."""
        if case.parent() is not self:
            self.addWidget(case)
            self.setStretchFactor(0, 1)
            self.setStretchFactor(1, 1)
            total = max(self.width(), 1)
            self.setSizes([total * _SIZES[0] // sum(_SIZES), total * _SIZES[1] // sum(_SIZES)])

    def toggle_narrow(self) -> None:
        """Makes the list as narrow as it can be, or as wide as it was."""
        if self._page.width() > theme.px(NARROW + 8):
            self._before = self.sizes()
            narrow = theme.px(NARROW)
            self.setSizes([narrow, sum(self._before) - narrow])
        elif self._before:
            self.setSizes(self._before)

    def state(self) -> bytes:
        """The widths, to be kept."""
        return bytes(self.saveState().data())

    def use_state(self, state: bytes) -> None:
        """The widths as they were left; nothing for an empty state."""
        if state:
            self.restoreState(QByteArray(state))
