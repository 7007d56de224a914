"""Cases in windows of their own, and the rule that keeps their drafts whole: a case is open in one place only.

Who opens a case a second time gets the place where it is open already. A window's title has the number of the case
and no name: the system shows titles to everybody near the screen.
"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.ui import preferences, theme
from gridclient.ui.case.page import CasePage
from gridclient.ui.desk import Desk

_SIZE, _LEAST_WIDTH, _STEP = (760, 820), 600, 32
_GEOMETRY = "case_window"


class CaseWindow(QWidget):
    """One case; closing it writes its draft first."""

    closed = Signal(object)  # CaseWindow

    def __init__(self, desk: Desk, case_id: str) -> None:
        super().__init__()
        theme.set_role(self, "canvas")
        self.setWindowIcon(theme.icon("layout-grid", "accent_ink"))
        self.setMinimumWidth(theme.px(_LEAST_WIDTH))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)  # the program ends with the workbench
        self._desk = desk
        self.case_id = case_id
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.page = CasePage(desk)
        self.page.papers.apart.setVisible(False)
        self.page.windowTitleChanged.connect(self.setWindowTitle)
        column.addWidget(self.page)
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)
        self.page.open_case(case_id)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.page.holds(self.case_id):
            event.ignore()
            self._desk.start(self._leave())
        else:
            self.closed.emit(self)

    async def _leave(self) -> None:
        await self.page.close_case()
        self.close()


class CaseWindows(QObject):
    """Opens cases in windows; `main` gives the page beside the lists, which is the other place for a case."""

    opened = Signal(object)  # CaseWindow
    lock_wanted = Signal()
    sync_wanted = Signal()
    undo_wanted = Signal()
    keys_wanted = Signal()  # the shortcuts

    def __init__(self, desk: Desk, main: Callable[[], CasePage], left: Mapping[str, str], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._main = desk, main
        self._open: list[CaseWindow] = []
        # The next window opens as large as the last one was left, and where it was.
        self._geometry = QByteArray(preferences.unpack_state(left.get(_GEOMETRY, "")))

    @property
    def open_now(self) -> list[CaseWindow]:
        """The windows that are there, in the order in which they were opened."""
        return list(self._open)

    def bring(self, case_id: str) -> bool:
        """Brings the window of a case to the front; False when it has none."""
        window = next((each for each in self._open if each.case_id == case_id), None)
        if window is not None:
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
            window.raise_()
            window.activateWindow()
        return window is not None

    def open(self, case_id: str) -> None:
        """Shows a case in a window of its own; the main page gives it away."""
        self._desk.start(self._show(case_id))

    async def _show(self, case_id: str) -> None:
        if self._main().holds(case_id):
            await self._main().close_case()
        if self.bring(case_id):
            return
        window = CaseWindow(self._desk, case_id)
        for keys, wanted in (
            ("Ctrl+L", self.lock_wanted), ("F5", self.sync_wanted), ("Ctrl+Z", self.undo_wanted),
            ("?", self.keys_wanted),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), window).activated.connect(wanted)
        window.closed.connect(self._forget)
        window.resize(theme.window_size(*_SIZE))
        window.restoreGeometry(self._geometry)
        window.move(window.pos() + QPoint(_STEP, _STEP) * len(self._open))
        self._open.append(window)
        window.show()
        window.activateWindow()
        self.opened.emit(window)

    def _forget(self, window: CaseWindow) -> None:
        self._geometry = window.saveGeometry()
        self._open.remove(window)
        window.deleteLater()

    # --- all of them ---------------------------------------------------------------------------------------

    def hide(self) -> None:
        """Takes the windows off the screen, as they are."""
        for window in self._open:
            window.hide()

    def show(self) -> None:
        """Shows again what was hidden."""
        for window in self._open:
            window.show()

    def end(self) -> None:
        """Takes the windows away with the profile."""
        for window in self._open:
            window.hide()
            window.deleteLater()
        self._open.clear()

    def left_as(self) -> dict[str, str]:
        """How the worker leaves them, by the name of the choice."""
        geometry = self._open[-1].saveGeometry() if self._open else self._geometry
        return {_GEOMETRY: preferences.pack_state(bytes(geometry.data()))}

    def retranslate(self) -> None:
        """Says every window in the active language."""
        for window in self._open:
            window.page.retranslate()
