"""The two halves of a page: the pane of a list, and the cards of what is chosen in it."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from gridclient.errors import GridError
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets.cards import EmptyState
from gridclient.ui.widgets.chips import ChipRow
from gridclient.ui.widgets.labels import ElidedLabel, text_label
from gridclient.ui.widgets.layouts import scrolling

_TYPING_MS = 120


class ListPane(QWidget):
    """A title with what is beside it, chips, and the rows, or in their place why there are none."""

    again_wanted = Signal()  # the rows could not be read

    def __init__(self, rows: QWidget, icon: str = "inbox", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "pane")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 16, 1, 0)
        self.column.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(20, 0, 16, 12)
        self.head.setSpacing(8)
        self.title, self.detail = text_label("", "title"), ElidedLabel(role="muted")
        self.head.addWidget(self.title)
        self.head.addWidget(self.detail, 1)
        self.column.addLayout(self.head)
        self.chips = ChipRow()
        self.chips.setContentsMargins(20, 0, 16, 12)
        self.column.addWidget(self.chips)
        self.above = QVBoxLayout()  # between the chips and the rows
        self.above.setSpacing(0)
        self.column.addLayout(self.above)
        self._rows, self.empty, self._fault = rows, EmptyState(icon=icon), EmptyState()
        self._fault.action_wanted.connect(self.again_wanted)
        self.body = QStackedWidget()
        for each in (rows, self.empty, self._fault):
            self.body.addWidget(each)
        self.column.addWidget(self.body, 1)

    def show_rows(self, are_there: bool) -> None:
        """Shows the rows, or what `empty` says."""
        self.body.setCurrentWidget(self._rows if are_there else self.empty)

    def say_fault(self, fault: GridError) -> None:
        """Says in the place of the rows why they could not be read."""
        self._fault.say_fault(fault)
        self.body.setCurrentWidget(self._fault)


class SearchPane(ListPane):
    """The pane of a list that is searched, too."""

    searched = Signal()  # nothing was typed for a moment

    def __init__(self, rows: QWidget, icon: str = "inbox", parent: QWidget | None = None) -> None:
        super().__init__(rows, icon, parent)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_TYPING_MS)
        self._rest.timeout.connect(self.searched)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._rest.start)
        line = QHBoxLayout()
        line.setContentsMargins(20, 0, 16, 10)
        line.addWidget(self.search)
        self.column.insertLayout(1, line)
        self.found = text_label("", "muted")
        self.found.setContentsMargins(20, 0, 16, 10)
        self.found.hide()
        self.above.addWidget(self.found)

    def say_found(self, n: int, most: int) -> None:
        """Says how many were found for the words, and whether there may be more."""
        cut = tr("The first {n} are listed; type more if yours is missing", n=n)
        self.found.setText(tr("{n} found", n=n) if n < most else cut)
        self.found.setVisible(bool(n and self.search.text().strip()))


class FilePane(QWidget):
    """Cards that scroll above a foot, or in their place a sentence while nothing is open."""

    again_wanted = Signal()  # what is to be shown could not be read

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.empty, self._fault = EmptyState(icon=icon), EmptyState()
        self._fault.action_wanted.connect(self.again_wanted)
        content = QWidget()
        theme.set_role(content, "plain")
        self.cards = QVBoxLayout(content)
        self.cards.setContentsMargins(20, 16, 20, 16)
        self.cards.setSpacing(12)
        self.area = scrolling(content)
        for each in (self.empty, self._fault, self.area):
            self._column.addWidget(each, 1)
        self._foot: QWidget | None = None
        self.show_file(False)

    def add_foot(self, foot: QWidget) -> None:
        """Puts what is done with the file under it."""
        self._foot = foot
        foot.setVisible(self.area.isVisibleTo(self))
        self._column.addWidget(foot)

    def show_file(self, is_there: bool, can_act: bool = True) -> None:
        """Shows the cards, and the foot where something can be done; or what `empty` says."""
        self._fault.hide()
        self.empty.setVisible(not is_there)
        self.area.setVisible(is_there)
        if self._foot is not None:
            self._foot.setVisible(is_there and can_act)

    def say_not_here(self) -> None:
        """Says that what was asked for is not for this worker, or is no more; the caller listens to `empty`."""
        sentence = tr(
            "Your duty does not include it, or it was removed. What your duty includes comes with a synchronisation."
        )
        self.empty.say(tr("This file is not on this PC"), sentence, tr("Synchronise now"), "lock")
        self.show_file(False)

    def say_fault(self, fault: GridError) -> None:
        """Says in the place of the cards why they could not be read."""
        self.show_file(False)
        self.empty.hide()
        self._fault.say_fault(fault)
        self._fault.show()


class Foot(QFrame):
    """The bar under a page with what is done there; put it into `line`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "footer")
        self.setFixedHeight(theme.px(60))
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(20, 0, 20, 0)
        self.line.setSpacing(10)
