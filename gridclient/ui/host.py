"""A list at the left and the open case at the right, with a width that the worker chooses."""

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from gridclient.ui import theme
from gridclient.ui.widgets import EmptyState

_SIZES = (712, 728)
NARROW = 148


class ListAndCase(QSplitter):
    """Keeps list and case side by side; the list can be made narrow, so that a wide step has room."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._page = page
        self._before: list[int] = []
        self._widths = QByteArray()  # as the worker made them
        self.splitterMoved.connect(self._note_widths)
        self.addWidget(page)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        page.setMinimumWidth(theme.px(NARROW))
        no_case = EmptyState()  # keeps the place of the case page, which takes long to make
        no_case.say_no_case()
        theme.set_role(no_case, "canvas")
        self._share_with(no_case)

    def take(self, case: QWidget) -> None:
        """Shows the case page beside this list."""
        if case.parent() is self:
            return
        no_case = self.widget(1) if self.count() > 1 else None
        if no_case is None:
            self._share_with(case)
            return
        sizes = self.sizes()
        self.replaceWidget(1, case)
        self.setStretchFactor(1, 1)
        self.setSizes(sizes)
        no_case.deleteLater()

    def _share_with(self, other: QWidget) -> None:
        self.addWidget(other)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 1)
        if not self.restoreState(self._widths):
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
        self._note_widths()

    def _note_widths(self) -> None:
        self._widths = self.saveState()

    def state(self) -> bytes:
        """The widths, to be kept; empty while nobody chose them."""
        return bytes(self._widths.data())

    def use_state(self, state: bytes) -> None:
        """The widths as they were left, also for when another case page comes."""
        self._widths = QByteArray(state)
        self.restoreState(self._widths)
