"""Settings: everything applies at once and is kept for this worker; nothing here can lose work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gridclient.text import LANGUAGES, pick, tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.preferences import LOCK_MINUTES, Preferences
from gridclient.ui.settings.about import about_card, sizes_of
from gridclient.ui.widgets import Card, ElidedLabel, StatusTag, compact_button, rule, text_label
from gridclient.ui.widgets.layouts import clear
from gridclient.ui.zoom import ZOOMS

_LANGUAGE_NAMES = {"zh_CN": "中文", "en": "English"}
_TWO_COLUMNS = 1000  # have room from this width on


@dataclass(frozen=True, slots=True)
class _Option:
    value: str
    text: str


class SettingsPage(QWidget):
    """Sections at the left, their cards in two columns."""

    theme_chosen = Signal(str)  # light, dark, system
    language_chosen = Signal(str)
    large_chosen = Signal(bool)
    zoom_chosen = Signal(int)
    lock_minutes_chosen = Signal(int)
    lock_wanted = Signal()
    switch_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._now = Preferences()
        self._zoom = 100
        self._cards: list[Card] = []
        self._choices: dict[str, _Choice] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        side = QWidget()
        side.setFixedWidth(theme.px(212))
        theme.set_role(side, "pane")
        left = QVBoxLayout(side)
        left.setContentsMargins(12, 16, 13, 12)
        left.setSpacing(12)
        self._title = text_label("", "title")
        self._title.setContentsMargins(8, 0, 0, 0)
        left.addWidget(self._title)
        self.sections = QListWidget()
        self.sections.setSpacing(4)
        self.sections.setIconSize(theme.size(18, 18))
        self.sections.currentRowChanged.connect(self._go_to)
        left.addWidget(self.sections, 1)
        row.addWidget(side)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        theme.set_role(content, "plain")
        self._columns = QHBoxLayout(content)
        self._columns.setContentsMargins(20, 16, 20, 16)
        self._columns.setSpacing(16)
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        for column in (self._left, self._right):
            column.setSpacing(12)
            self._columns.addLayout(column, 1)
        self._area.setWidget(content)
        row.addWidget(self._area, 1)

    def show_choices(self, now: Preferences, zoom: int) -> None:
        """Shows what is chosen now."""
        self._now, self._zoom = now, zoom
        if not self._choices:
            self.retranslate()
        for name, value in self._chosen().items():
            self._choices[name].show_chosen(value)

    def _chosen(self) -> dict[str, str]:
        now = self._now
        return {"theme": now.theme, "large": "1" if now.large else "", "zoom": str(self._zoom),
                "language": now.language, "lock_minutes": str(now.lock_minutes)}  # fmt: skip

    def retranslate(self) -> None:
        """Builds the cards in the active language; the keyboard stays on the choice that has it."""
        front = self.window().focusWidget()
        held = next(((name, value) for name, each in self._choices.items()
                     for value, button in each.buttons.items() if button is front), None)  # fmt: skip
        self._build()
        if held is not None:
            name, value = held
            self._choices[name].buttons[value].setFocus()

    def _build(self) -> None:
        self._title.setText(tr("Settings"))
        self.sections.setAccessibleName(tr("Sections"))
        clear(self._left)
        clear(self._right)
        sections = (
            ("palette", tr("Appearance"), self._appearance(), self._left),
            ("languages", tr("Language"), self._language(), self._left),
            ("monitor", tr("Device and lock"), self._device(), self._left),
            ("package", tr("Rule packs"), self._packs(), self._right),
            ("hard-drive", tr("Storage"), self._storage(), self._right),
            ("info", tr("About and licences"), about_card(self.help_wanted.emit), self._right),
        )
        self._cards = [card for _, _, card, _ in sections]
        self.sections.blockSignals(True)
        self.sections.clear()
        for icon, name, card, column in sections:
            card.set_title(name)
            column.addWidget(card)
            self.sections.addItem(QListWidgetItem(theme.icon(icon, "text_2"), name))
        self.sections.blockSignals(False)
        self._left.addStretch(1)
        self._right.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = QBoxLayout.Direction.LeftToRight
        is_wide = event.size().width() >= theme.px(_TWO_COLUMNS)
        self._columns.setDirection(beside if is_wide else QBoxLayout.Direction.TopToBottom)

    def _go_to(self, place: int) -> None:
        if 0 <= place < len(self._cards):
            self._area.ensureWidgetVisible(self._cards[place], 0, 16)

    # --- cards ---------------------------------------------------------------------------------------------

    def _appearance(self) -> Card:
        card = Card()
        themes = (_Option("light", tr("Light")), _Option("dark", tr("Dark")), _Option("system", tr("As the system")))
        _row(card, tr("Colours"), "", self._choice("theme", tr("Colours"), themes, self.theme_chosen.emit))
        sizes = (_Option("", tr("Standard 14")), _Option("1", tr("Large 16")))
        _row(card, tr("Type size"), tr("Large: text 16, rows 68, buttons 40 high"),
             self._choice("large", tr("Type size"), sizes, self._large))  # fmt: skip
        card.body.addWidget(_sample(self._now.large))
        zooms = tuple(_Option(str(zoom), f"{zoom} %") for zoom in ZOOMS)
        _row(card, tr("Zoom of the screen"), tr("Everything larger, for this PC"), None)
        line = QHBoxLayout()
        line.addWidget(self._choice("zoom", tr("Zoom of the screen"), zooms, self._zoomed))
        line.addStretch(1)
        card.body.addLayout(line)
        return card

    def _language(self) -> Card:
        card = Card()
        options = tuple(_Option(name, _LANGUAGE_NAMES[name]) for name in reversed(LANGUAGES))
        name = tr("Language of the program")
        choice = self._choice("language", name, options, self.language_chosen.emit)
        _row(card, name, tr("Changes at once, without a restart"), choice)
        return card

    def _device(self) -> Card:
        card, facts = Card(), self._desk.opened.facts
        kept = tr("the key is under a PIN") if facts.locked_by == "pin" else tr("the key is in the system's keyring")
        _row(card, facts.name, f"{facts.account} · {kept}", None)
        options = tuple(_Option(str(n), tr("{n} min", n=n)) for n in LOCK_MINUTES)
        _row(card, tr("Lock the screen after"), tr("What is half filled in stays under the lock"),
             self._choice("lock_minutes", tr("Lock the screen after"), options, self._minutes))  # fmt: skip
        lock = compact_button(tr("Lock now"), "lock")
        lock.clicked.connect(self.lock_wanted)
        _row(card, tr("Leaving the desk"), "Ctrl+L", lock)
        switch = compact_button(tr("Switch worker"), "users")
        switch.clicked.connect(self.switch_wanted)
        _row(card, tr("Workers on this PC"), tr("each encrypted apart; nothing readable stays"), switch)
        return card

    def _packs(self) -> Card:
        card = Card()
        for pack in self._desk.packs.values():
            _row(card, pick(pack.title), tr("{n} steps", n=len(pack.steps)), StatusTag(pack.version, "ok", "check"))
        card.body.addWidget(text_label(tr("A running case keeps the version that it began with."), "small", wrap=True))
        return card

    def _storage(self) -> Card:
        card = Card()
        for name, detail, size in sizes_of(self._desk.opened.profile):
            _row(card, name, detail, text_label(size, "muted"))
        note = tr("Everything is encrypted. Work that was not uploaded is never deleted.")
        card.body.addWidget(text_label(note, "small", wrap=True))
        return card

    def _choice(self, name: str, said: str, options: Sequence[_Option], act: Callable[[str], object]) -> "_Choice":
        made = self._choices[name] = _Choice(said, options, act)
        made.show_chosen(self._chosen()[name])
        return made

    def _large(self, value: str) -> None:
        self.large_chosen.emit(bool(value))

    def _minutes(self, value: str) -> None:
        self.lock_minutes_chosen.emit(int(value))

    def _zoomed(self, value: str) -> None:
        self.zoom_chosen.emit(int(value))


class _Choice(QWidget):
    """Buttons of which exactly one is down."""

    def __init__(self, name: str, options: Sequence[_Option], act: Callable[[str], object]) -> None:
        super().__init__()
        self._act = act
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        for option in options:
            button = QPushButton(option.text)
            button.setCheckable(True)
            button.setAutoDefault(False)
            # The chosen one is bold; its words must not be cut when it becomes so.
            words = QFontMetrics(theme.font("body", bold=True)).horizontalAdvance(option.text)
            button.setMinimumWidth(theme.px(words + 32))
            button.setAccessibleName(f"{name}: {option.text}")
            button.setProperty("value", option.value)
            theme.set_role(button, "choice")
            button.clicked.connect(self._clicked)
            group.addButton(button)
            row.addWidget(button)
            self.buttons[option.value] = button

    def show_chosen(self, value: str) -> None:
        """Shows which one is down; nobody pressed it."""
        self.buttons[value].setChecked(True)

    def _clicked(self) -> None:
        self._act(str(self.sender().property("value")))


def _row(card: Card, name: str, detail: str, control: QWidget | None) -> QLabel:
    """Adds a line with its control, and returns the label of its detail."""
    if card.body.count():
        card.body.addWidget(rule())
    row = QHBoxLayout()
    row.setSpacing(12)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(ElidedLabel(name))
    said = text_label(detail, "small", wrap=True)
    words.addWidget(said)
    row.addLayout(words, 1)
    if control is not None:
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
    card.body.addLayout(row)
    said.setHidden(not detail)  # once it has a parent: shown before, it would be a window for a moment
    return said


def _sample(large: bool) -> QWidget:
    """What a row looks like in this size."""
    frame = Card()
    theme.set_role(frame, "well")
    frame.body.addWidget(text_label(tr("Wang Xiuying · visit to an elder living alone")))
    frame.body.addWidget(text_label(tr("Large") if large else tr("Standard"), "small"))
    return frame
