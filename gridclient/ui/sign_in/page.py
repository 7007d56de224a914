"""The first screen: workers who already work on this PC at the left, signing in at the platform at the right."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gridclient import __version__
from gridclient.text import language, tr
from gridclient.ui import theme
from gridclient.ui.sign_in.form import SignInForm
from gridclient.ui.sign_in.unlock import UnlockPanel
from gridclient.ui.sign_in.values import ErrorField, ProfileCard
from gridclient.ui.sign_in.workers import WorkerList
from gridclient.ui.widgets import Card, ElidedLabel, IconLabel, link_button, text_label
from gridclient.ui.widgets.layouts import scrolling

_SIDE_MIN, _SIDE_NARROW, _SIDE_MAX = 400, 264, 560
_NARROW = 880  # a page below it gives each side less
_RING_ROOM = 4  # so that the focus ring is not cut at the edge of what scrolls
_PEOPLE_MIN, _FORM_MIN = 120, 340


class SignInPage(QWidget):
    """Gets a worker in, or says exactly what stands in the way."""

    sign_in_wanted = Signal(object)  # SignInRequest
    unlock_wanted = Signal(object)  # UnlockRequest
    language_chosen = Signal(str)

    def __init__(
        self,
        profiles: Sequence[ProfileCard] = (),
        *,
        address: str = "",
        device_name: str = "",
        needs_pin: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        theme.set_role(self, "surface")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._side = self._build_side(profiles)
        row.addWidget(self._side, 2)
        self.form = SignInForm(address, device_name, needs_pin)
        self.form.submitted.connect(self.sign_in_wanted)
        self._panel: UnlockPanel | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(_centred(self.form))
        row.addWidget(self._stack, 3)
        self.retranslate()
        first = self._workers.cards[0] if profiles else self.form.first_empty()
        first.setFocus()

    @property
    def unlock(self) -> UnlockPanel:
        """Asks one worker for the PIN or password; made when the first one is chosen."""
        if self._panel is None:
            self._panel = UnlockPanel()
            self._panel.unlock_wanted.connect(self.unlock_wanted)
            self._panel.other_wanted.connect(self.show_form)
            self._stack.addWidget(_centred(self._panel))
        return self._panel

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:  # of another size
            self._fit()

    def _fit(self) -> None:
        is_narrow = self.width() < theme.px(_NARROW)
        self._side.setMinimumWidth(theme.px(_SIDE_NARROW if is_narrow else _SIDE_MIN))
        edge = theme.px((16 if is_narrow else 56) - _RING_ROOM)
        self._column.setContentsMargins(edge, theme.px(48), edge, theme.px(24))

    def set_profiles(self, profiles: Sequence[ProfileCard]) -> None:
        """Shows these workers at the left."""
        self._workers.set_profiles(profiles)
        self._say_who()

    def show_form(self) -> None:
        """Goes back to signing in at the platform."""
        self._workers.clear_choice()
        if self._panel is not None:
            self._panel.forget_secrets()
        self._stack.setCurrentIndex(0)
        self.form.first_empty().setFocus()

    def choose(self, profile: ProfileCard) -> None:
        """Asks a worker of this PC for the PIN or password."""
        self.form.forget_secrets()
        self.unlock.show_profile(profile)
        self._stack.setCurrentIndex(1)

    def show_error(self, field: ErrorField, title: str, sentence: str = "") -> None:
        """Says what is wrong, where it is wrong: under a field, or above the form when no field is named."""
        self.set_busy(False)
        if self._stack.currentIndex() == 1:
            self.unlock.show_error(title, sentence)
        else:
            self.form.show_error(field, title, sentence)

    def show_clock(self, text: str) -> None:
        """Says how this PC's clock stands against the platform's."""
        self.form.show_clock(text)

    def set_busy(self, busy: bool) -> None:
        """Locks the page while somebody is being let in."""
        self.form.set_busy(busy)
        if self._panel is not None:
            self._panel.set_busy(busy)
        self._workers.setEnabled(not busy)

    def retranslate(self) -> None:
        """Says the page in the active language, without losing what was typed."""
        self._product.setText(tr("Grid Workbench"))
        self._slogan.set_text(tr("Front-line work of city operation and civil affairs"))
        self._heading.setText(tr("Workers on this PC"))
        self._note.setText(
            tr("Upload before somebody else takes over. Work that waits is not lost when another worker signs in.")
        )
        self._help.set_title(tr("If you cannot get in"))
        self._help_text.setText(
            tr(
                "Your street's administrator opens accounts and resets passwords in person, "
                "and never asks for your password by phone or message."
            )
        )
        self._version.setText(tr("Version {number}", number=__version__))
        self._chinese.setEnabled(language() != "zh_CN")
        self._english.setEnabled(language() != "en")
        self._say_who()
        self._workers.retranslate()
        self.form.retranslate()
        if self._panel is not None:
            self._panel.retranslate()

    def _say_who(self) -> None:
        some = bool(self._workers.cards)
        self._sub.setText(
            tr("Works without the network too; each worker's data are encrypted apart")
            if some
            else tr("Nobody yet. The first sign-in registers you on this PC.")
        )
        self._note_row.setVisible(some)

    def _build_side(self, profiles: Sequence[ProfileCard]) -> QWidget:
        side = QWidget()
        theme.set_role(side, "side")
        column = self._column = QVBoxLayout(side)
        column.setContentsMargins(56 - _RING_ROOM, 48, 56 - _RING_ROOM, 24)
        column.setSpacing(0)
        brand = QHBoxLayout()
        brand.setContentsMargins(_RING_ROOM, 0, 0, 0)
        brand.setSpacing(12)
        brand.addWidget(IconLabel("layout-grid", "accent_ink", 28))
        names = QVBoxLayout()
        names.setSpacing(0)
        self._product = text_label("", "title")
        self._slogan = ElidedLabel("", "muted")
        names.addWidget(self._product)
        names.addWidget(self._slogan)
        brand.addLayout(names, 1)
        column.addLayout(brand)
        column.addSpacing(40)
        self._heading = text_label("", "heading")
        self._sub = text_label("", "muted", wrap=True)
        for each in (self._heading, self._sub):
            each.setContentsMargins(_RING_ROOM, 0, 0, 0)
        column.addWidget(self._heading)
        column.addWidget(self._sub)
        column.addSpacing(8)
        self._workers = WorkerList(profiles)
        self._workers.chosen.connect(self.choose)
        self._note_row = QWidget()
        note = QHBoxLayout(self._note_row)
        note.setContentsMargins(0, 12, 0, 12)
        note.setSpacing(8)
        note.addWidget(IconLabel("info"), 0, Qt.AlignmentFlag.AlignTop)
        self._note = text_label("", "muted", wrap=True)
        note.addWidget(self._note, 1)
        people = QWidget()
        theme.set_role(people, "plain")
        inside = QVBoxLayout(people)
        inside.setContentsMargins(_RING_ROOM, _RING_ROOM, _RING_ROOM, 0)
        inside.addWidget(self._workers)
        inside.addWidget(self._note_row)
        inside.addStretch(1)
        shown = scrolling(people)
        shown.setMinimumHeight(theme.px(_PEOPLE_MIN))
        column.addWidget(shown, 1)
        column.addLayout(self._build_foot())
        area = scrolling(side)
        area.setMaximumWidth(theme.px(_SIDE_MAX))
        return area

    def _build_foot(self) -> QVBoxLayout:
        foot = QVBoxLayout()
        foot.setContentsMargins(_RING_ROOM, 0, _RING_ROOM, 0)
        foot.setSpacing(20)
        self._help = Card()
        self._help.head.insertWidget(0, IconLabel("life-buoy"))
        self._help_text = text_label("", "muted", wrap=True)
        self._help.body.addWidget(self._help_text)
        foot.addWidget(self._help)
        row = QHBoxLayout()
        row.setSpacing(4)
        self._version = text_label("", "small")
        row.addWidget(self._version)
        row.addStretch(1)
        self._chinese, self._english = link_button("中文"), link_button("English")
        self._chinese.clicked.connect(self._chinese_clicked)
        self._english.clicked.connect(self._english_clicked)
        row.addWidget(self._chinese)
        row.addWidget(text_label("|", "small"))
        row.addWidget(self._english)
        foot.addLayout(row)
        return foot

    def _chinese_clicked(self) -> None:
        self.language_chosen.emit("zh_CN")

    def _english_clicked(self) -> None:
        self.language_chosen.emit("en")


def _centred(content: QWidget) -> QScrollArea:
    """Keeps a form in the middle, and reachable when the window is lower than the form."""
    ground = QWidget()
    theme.set_role(ground, "plain")
    column = QVBoxLayout(ground)
    column.setContentsMargins(24, 12, 24, 12)
    column.addStretch(1)
    row = QHBoxLayout()
    row.addStretch(1)
    content.setMinimumWidth(theme.px(_FORM_MIN))
    row.addWidget(content, 100)
    row.addStretch(1)
    column.addLayout(row)
    column.addStretch(1)
    return scrolling(ground)
