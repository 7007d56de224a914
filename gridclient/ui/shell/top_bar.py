"""The bar above every page: search, the sync pill, messages, help and the worker's own menu."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from gridclient.text import LANGUAGES, language, tr
from gridclient.ui import theme
from gridclient.ui.shell.pill import SyncPill
from gridclient.ui.widgets import KeyCap, icon_button, name_icon_button, paint_avatar

BAR_HEIGHT = 56
_ROOM_FOR_WORDS = 700
_ROOM_FOR_KEYS = 900  # below it the words of the search take their place
_GAP, _LEAST_ROOM = 12, 380
_LANGUAGE_NAMES = {"zh_CN": "中文", "en": "English"}


class _FaceButton(QToolButton):
    """The worker's face; opens the menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "icon")
        self.setProperty("ring_radius", 16)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._name = ""

    def set_name(self, name: str) -> None:
        self._name = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        paint_avatar(painter, whole, self._name)


class TopBar(QWidget):
    """Reports what the person asks for; the application answers."""

    search_wanted = Signal()
    pill_clicked = Signal()
    sync_wanted = Signal()
    help_wanted = Signal()
    switch_wanted = Signal()
    language_chosen = Signal(str)
    dark_chosen = Signal(bool)
    lock_wanted = Signal()
    settings_wanted = Signal()
    sign_out_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(theme.px(BAR_HEIGHT))
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 16, 0)
        row.setSpacing(8)
        self.search = QPushButton()
        self.search.setAutoDefault(False)
        theme.set_role(self.search, "search")
        theme.set_icon(self.search, "search")
        inside = QHBoxLayout(self.search)
        inside.setContentsMargins(0, 0, 8, 0)
        inside.addStretch(1)
        self._keys = KeyCap("Ctrl+K")
        inside.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignVCenter)
        self.search.clicked.connect(self.search_wanted)
        row.addWidget(self.search, 2)
        row.addStretch(1)
        self.pill = SyncPill()
        self.pill.clicked.connect(self._pill_clicked)
        row.addWidget(self.pill)
        self._messages = icon_button("bell", "")
        self._messages.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._waiting = QMenu(self)
        self._messages.setMenu(self._waiting)
        row.addWidget(self._messages)
        self._help = icon_button("circle-question-mark", "")
        self._help.clicked.connect(self.help_wanted)
        row.addWidget(self._help)
        self._face = _FaceButton()
        row.addWidget(self._face)
        self._worker = ("", "")
        self._build_menu()
        theme.set_role(self, "top_bar")
        self.retranslate()

    def set_worker(self, name: str, place: str = "") -> None:
        """Shows whose work this is."""
        self._worker = (name, place)
        self._face.set_name(name)
        self._name_face()

    def set_pill_lit(self, lit: bool) -> None:
        """Lights the pill while the page it opens is shown."""
        self.pill.setChecked(lit)

    def set_messages(self, messages: Sequence[QAction]) -> None:
        """Offers what waits for the worker under the bell; each action leads to its page."""
        self._waiting.clear()
        self._waiting.addActions(messages)
        theme.set_icon(self._messages, "bell-dot" if any(each.isEnabled() for each in messages) else "bell", size=18)

    def free_room(self) -> QRect:
        """What lies between the search and the pill; the place of the search too where that is little."""
        search, end = self.search.geometry(), self.pill.x() - _GAP
        beside = search.right() + 1 + _GAP
        left = beside if end - beside >= _LEAST_ROOM else search.x()
        return QRect(left, 0, end - left, self.height())

    def menu(self) -> QMenu:
        """The worker's own menu."""
        return self._menu

    def retranslate(self) -> None:
        """Says everything in the active language."""
        self._fit(self.width())
        self.search.setAccessibleName(tr("Search"))
        name_icon_button(self._messages, tr("Messages"))
        name_icon_button(self._help, tr("Help"))
        self._help.setToolTip(tr("Help") + " (F1)")
        self._sync.setText(tr("Synchronise now"))
        self._switch.setText(tr("Switch worker"))
        self._name_dark()
        self._languages.setTitle(tr("Language"))
        self._sign_out.setText(tr("Sign out"))
        self._lock.setText(tr("Lock the screen"))
        self._settings.setText(tr("Settings"))
        for name, action in self._language_actions.items():
            action.setChecked(name == language())
        self._name_face()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        """Leaves out what there is no room for: the keys, then the words of the search and the pill's detail."""
        has_words = width >= theme.px(_ROOM_FOR_WORDS)
        words = tr("Search cases, residents, addresses")
        self.search.setText(words if has_words else "")
        self.search.setToolTip("" if has_words else words)
        self.search.setMinimumWidth(theme.px(300 if has_words else 48))
        self.search.setMaximumWidth(theme.px(380 if has_words else 48))
        self.pill.set_short(not has_words)
        self._keys.setVisible(width >= theme.px(_ROOM_FOR_KEYS))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._name_dark()

    def _build_menu(self) -> None:
        self._menu = QMenu(self)
        self._who = self._menu.addAction("")
        self._who.setEnabled(False)
        self._menu.addSeparator()
        self._sync = self._shown("refresh-cw", "F5")
        self._sync.triggered.connect(self.sync_wanted)
        self._lock = self._shown("lock", "Ctrl+L")
        self._lock.triggered.connect(self.lock_wanted)
        self._switch = self._action("users")
        self._switch.triggered.connect(self.switch_wanted)
        self._dark = self._action("moon")
        self._dark.triggered.connect(self._dark_clicked)
        self._languages = self._menu.addMenu("")
        theme.set_icon(self._languages.menuAction(), "languages")
        only_one = QActionGroup(self)
        self._language_actions: dict[str, QAction] = {}
        for name in LANGUAGES:
            action = self._languages.addAction(_LANGUAGE_NAMES[name])
            action.setCheckable(True)
            action.setData(name)
            only_one.addAction(action)
            self._language_actions[name] = action
        only_one.triggered.connect(self._language_clicked)
        self._settings = self._shown("settings", "Ctrl+,")
        self._settings.triggered.connect(self.settings_wanted)
        self._menu.addSeparator()
        self._sign_out = self._action("log-out")
        self._sign_out.triggered.connect(self.sign_out_wanted)
        self._face.setMenu(self._menu)

    def _action(self, icon: str) -> QAction:
        action = self._menu.addAction("")
        theme.set_icon(action, icon)
        return action

    def _shown(self, icon: str, keys: str) -> QAction:
        """An action that only shows its keys; the window itself listens."""
        action = self._action(icon)
        action.setShortcut(keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action

    def _name_dark(self) -> None:
        self._dark.setText(tr("Light colours") if theme.is_dark() else tr("Dark colours"))
        theme.set_icon(self._dark, "sun" if theme.is_dark() else "moon")

    def _name_face(self) -> None:
        name, place = self._worker
        self._face.setAccessibleName(tr("Menu of {name}", name=name))
        self._face.setToolTip(name)
        self._who.setText(" · ".join(part for part in (name, place) if part))

    def _pill_clicked(self) -> None:
        self.pill.setChecked(not self.pill.isChecked())  # the page that opens decides whether the pill is lit
        self.pill_clicked.emit()

    def _dark_clicked(self) -> None:
        self.dark_chosen.emit(not theme.is_dark())

    def _language_clicked(self, action: QAction) -> None:
        self.language_chosen.emit(str(action.data()))
