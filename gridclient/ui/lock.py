"""The lock over the screen: after some minutes without a person, or at once by Ctrl+L. The work under it stays.

Shows the worker's name and what waits for upload, nothing of any resident. When no try is left it signs out.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.store import relock
from gridclient.store.keys import WrongSecret
from gridclient.store.tries import TooSoon, TriesUsedUp
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.sign_in.explain import explain
from gridclient.ui.sign_in.unlock import UnlockPanel
from gridclient.ui.sign_in.values import ProfileCard, UnlockRequest
from gridclient.ui.when import clock_text
from gridclient.ui.widgets import IconLabel, text_label

_HEARD = {
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.MouseMove,
    QEvent.Type.InputMethod,
}  # fmt: skip


def put_away() -> list[QWidget]:
    """Leaves nothing over the window: closes what popped up, hides the sheets and gives them, the lowest first."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for window in QApplication.topLevelWidgets():
        if window.windowType() == Qt.WindowType.ToolTip:  # no popup to Qt: it leaves the keyboard where it is
            window.hide()
    sheets: list[QWidget] = []
    while (sheet := QApplication.activeModalWidget()) is not None:
        sheet.hide()
        sheets.insert(0, sheet)
    return sheets


def bring_back(sheets: Sequence[QWidget]) -> None:
    """Shows the sheets again that were put away, but for those that ended meanwhile."""
    for sheet in sheets:
        if isValid(sheet):
            sheet.show()


class IdleWatch(QObject):
    """Says when nobody has touched keyboard or mouse for some minutes, in whichever window of the program."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        self._typed_at: QObject | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusWindowChanged.connect(self._watch)
        app.focusObjectChanged.connect(self._listen)
        self._watch(app.focusWindow())
        self._listen(app.focusObject())

    def set_minutes(self, minutes: float) -> None:
        """Waits so long from now on."""
        self._timer.start(round(minutes * 60_000))

    def stop(self) -> None:
        """Watches no more."""
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _HEARD and self._timer.isActive():
            self._timer.start()
        return False

    def _watch(self, window: QWindow | None) -> None:
        """Listens to a window of the system, which hears every key and every move first.

        A filter over the whole application would also be handed objects that are being destroyed.
        """
        if window is not None:
            window.installEventFilter(self)

    def _listen(self, typed_at: QObject | None) -> None:
        """Listens to what has the keyboard: an input method gives it the text, and the window never hears a key."""
        if self._typed_at is not None and isValid(self._typed_at):
            self._typed_at.removeEventFilter(self)
        self._typed_at = typed_at
        if typed_at is not None:
            typed_at.installEventFilter(self)


class LockPage(QWidget):
    """Asks the worker for the PIN (or the password, where the key is in the keyring)."""

    unlocked = Signal()
    switch_wanted = Signal()
    signed_out = Signal()  # too many wrong tries

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 16, 22, 16)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(IconLabel("layout-grid", "accent_ink", 22))
        self._product = text_label("", "heading")
        head.addWidget(self._product)
        head.addStretch(1)
        self._unsent = text_label("", "muted")
        head.addWidget(self._unsent)
        column.addLayout(head)
        column.addStretch(2)
        self.panel = UnlockPanel()
        self.panel.unlock_wanted.connect(self._try)
        self.panel.other_wanted.connect(self.switch_wanted)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.panel, 100)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addStretch(3)

    def lock(self, unsent: str) -> None:
        """Begins to ask; what is said of uploads is the pill's text."""
        facts = self._desk.opened.facts
        at = clock_text(self._desk.now().isoformat())
        self._card = ProfileCard(
            facts.id, facts.name, facts.account, tr("locked since {at}; the draft is kept", at=at), None,
            "pin" if facts.locked_by == "pin" else "password",
        )  # fmt: skip
        self._product.setText(tr("Grid Workbench"))
        self._unsent.setText(unsent)
        self.panel.show_profile(self._card)

    def retranslate(self) -> None:
        """Says the page in the active language."""
        self._product.setText(tr("Grid Workbench"))
        self.panel.retranslate()

    def _try(self, request: object) -> None:
        assert isinstance(request, UnlockRequest)
        self.panel.set_busy(True)
        self._desk.start(self._check(request.secret))

    async def _check(self, secret: str) -> None:
        opened = self._desk.opened
        try:
            await self._desk.run(lambda: relock.check(opened.profile, opened.cache, secret))
        except (WrongSecret, TooSoon) as fault:
            _, title, sentence = explain(fault)
            self.panel.set_busy(False)
            self.panel.show_error(title, sentence)
        except TriesUsedUp:
            self.signed_out.emit()
        else:
            self.panel.set_busy(False)
            self.panel.forget_secrets()
            self.unlocked.emit()
