"""The main window: the pages of the work, the bar above them and the column beside them.

It decides nothing: it reports which page, which language or which action a person asked for, and shows what
it is told to show.
"""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.dropping import dropped_bundle
from gridclient.ui.shell.nav import NavColumn, NavItem
from gridclient.ui.shell.notice import NoticeStrip
from gridclient.ui.shell.pill import PillState
from gridclient.ui.shell.top_bar import TopBar
from gridclient.ui.shell.undo_bar import UndoBar

PILL_PAGE = "uploads"
_NUMBERED = 9
_NARROW, _BAR = 800, 10  # below it pages have no words; the scroll bar beside their pictures


class MainWindow(QMainWindow):
    """Everything a signed-in worker sees."""

    page_chosen = Signal(str)  # page id; the application answers with show_page
    search_wanted = Signal()
    sync_wanted = Signal()
    pill_clicked = Signal()
    help_wanted = Signal()
    keys_wanted = Signal()  # the shortcuts
    larger_wanted = Signal()  # the zoom
    smaller_wanted = Signal()
    usual_size_wanted = Signal()
    narrow_wanted = Signal()  # the list beside the case, narrow or wide
    lock_wanted = Signal()
    settings_wanted = Signal()
    undo_wanted = Signal()
    report_wanted = Signal()
    switch_wanted = Signal()
    language_chosen = Signal(str)  # "zh_CN" or "en"
    dark_chosen = Signal(bool)
    sign_out_wanted = Signal()
    bundle_dropped = Signal(object)  # Path
    activated = Signal()  # the window regained the focus

    def __init__(self, items: Sequence[NavItem] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items, self._is_narrow = items, False
        ground = QWidget()
        theme.set_role(ground, "canvas")
        outer = QHBoxLayout(ground)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.nav = NavColumn()
        self.nav.chosen.connect(self.page_chosen)
        self._column = _roomy(self.nav)
        self._column.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(self._column)
        right = QVBoxLayout()
        right.setSpacing(0)
        self.bar = TopBar()
        right.addWidget(self.bar)
        self.notice = NoticeStrip()
        self.notice.help_wanted.connect(self.help_wanted)
        self.notice.sync_wanted.connect(self.sync_wanted)
        right.addWidget(self.notice)
        self.stack = QStackedWidget()
        right.addWidget(self.stack, 1)
        outer.addLayout(right, 1)
        self.setCentralWidget(ground)
        self.setAcceptDrops(True)
        self._pages: dict[str, QWidget] = {}
        self.undo_bar = UndoBar(self.bar)
        self.undo_bar.undo_wanted.connect(self.undo_wanted)
        self._join_bar()
        self._shortcuts: list[QShortcut] = []
        for number in range(1, _NUMBERED + 1):
            self._shortcut(f"Alt+{number}").activated.connect(self._numbered)
        for keys, signal in (
            ("Ctrl+K", self.search_wanted), ("F5", self.sync_wanted), ("F1", self.help_wanted), ("?", self.keys_wanted),
            ("F8", self.narrow_wanted), ("Ctrl+L", self.lock_wanted), ("Ctrl+,", self.settings_wanted),
            ("Ctrl+Z", self.undo_wanted), ("Ctrl+N", self.report_wanted), ("Ctrl+=", self.larger_wanted),
            ("Ctrl++", self.larger_wanted), ("Ctrl+-", self.smaller_wanted), ("Ctrl+0", self.usual_size_wanted),
        ):  # fmt: skip
            self._shortcut(keys).activated.connect(signal)
        self.set_nav(items)
        self.retranslate()

    def set_nav(self, items: Sequence[NavItem]) -> None:
        """Shows these pages in the column, again after the language changed; in a narrow window their pictures only."""
        self._items, self._is_narrow = items, self.width() < theme.px(_NARROW)
        self.nav.set_items(items, is_narrow=self._is_narrow)
        self._column.setFixedWidth(self.nav.width() + (theme.px(_BAR) if self._is_narrow else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_narrow != (event.size().width() < theme.px(_NARROW)):
            counts = {page: self.nav.count(page) for page in self.nav.ids()}
            self.set_nav([replace(item, count=counts.get(item.id, item.count)) for item in self._items])

    def add_page(self, page_id: str, page: QWidget, *, scrolls: bool = True) -> None:
        """Adds a page; it need not have a place in the column. One that `scrolls` may need more room than there is."""
        self._pages[page_id] = _roomy(page) if scrolls else page
        self.stack.addWidget(self._pages[page_id])

    def show_page(self, page_id: str) -> None:
        """Brings a page to the front and marks it."""
        self.stack.setCurrentWidget(self._pages[page_id])
        self.nav.show_current(page_id)
        if (button := self.nav.marked()) is not None:
            self._column.ensureWidgetVisible(button)
        self.bar.set_pill_lit(page_id == PILL_PAGE)

    def current_page(self) -> str:
        """The id of the page in front; empty before the first."""
        front = self.stack.currentWidget()
        return next((page_id for page_id, page in self._pages.items() if page is front), "")

    def set_count(self, page_id: str, n: int) -> None:
        """Shows how many things wait on a page."""
        self.nav.set_count(page_id, n)

    def set_pill(self, state: PillState) -> None:
        """Shows how synchronisation stands."""
        self.bar.pill.set_state(state)

    def set_worker(self, name: str, place: str = "") -> None:
        """Shows whose work this is."""
        self.bar.set_worker(name, place)

    def retranslate(self) -> None:
        """Says the window's own words in the active language; pages and nav items are their owner's."""
        self.setWindowTitle(tr("Grid Workbench"))
        self.nav.setAccessibleName(tr("Pages"))
        self.bar.retranslate()
        self.undo_bar.retranslate()

    def event(self, event: QEvent) -> bool:
        # Qt tells a page of the frame that it is active, but sends a change of that to the frame alone.
        if event.type() == QEvent.Type.WindowActivate:
            self.activated.emit()
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_bundle(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := dropped_bundle(event):
            event.acceptProposedAction()
            self.bundle_dropped.emit(path)

    def _shortcut(self, keys: str) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        self._shortcuts.append(shortcut)
        return shortcut

    def _numbered(self) -> None:
        sender = self.sender()
        place = next(place for place, shortcut in enumerate(self._shortcuts) if shortcut is sender)
        pages = self.nav.ids()
        if place < len(pages):
            self.page_chosen.emit(pages[place])

    def _join_bar(self) -> None:
        bar = self.bar
        for theirs, ours in (
            (bar.search_wanted, self.search_wanted),
            (bar.pill_clicked, self.pill_clicked),
            (bar.sync_wanted, self.sync_wanted),
            (bar.help_wanted, self.help_wanted),
            (bar.switch_wanted, self.switch_wanted),
            (bar.language_chosen, self.language_chosen),
            (bar.dark_chosen, self.dark_chosen),
            (bar.sign_out_wanted, self.sign_out_wanted),
            (bar.lock_wanted, self.lock_wanted),
            (bar.settings_wanted, self.settings_wanted),
        ):
            theirs.connect(ours)


def _roomy(widget: QWidget) -> QScrollArea:
    """Lets a widget be scrolled where the screen is smaller than it: at 150 % a small one has 910 × 512 to offer."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setWidget(widget)
    widget.setAutoFillBackground(False)  # it has a ground of its own
    return area
