"""The workers who already have a profile on this PC, as cards that can be chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.sign_in.values import ProfileCard
from gridclient.ui.widgets import paint_avatar, paint_tag, tag_width

_CARD_HEIGHT = 64
_TAG_HEIGHT = 22


class WorkerCard(QPushButton):
    """One worker: face, name, where and when, and what is not uploaded yet."""

    def __init__(self, profile: ProfileCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.profile = profile
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("ring_radius", 10)
        theme.set_role(self, "card_button")
        self.retranslate()

    def sizeHint(self) -> QSize:
        return theme.size(320, _CARD_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return theme.size(240, _CARD_HEIGHT)

    def retranslate(self) -> None:
        """Says in the active language what waits for upload."""
        pending = self.profile.pending
        self._mark = tr("{n} to upload", n=pending) if pending else tr("All uploaded") if pending == 0 else ""
        self.setAccessibleName(self.profile.name)
        self.setAccessibleDescription(self._mark)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = theme.roles()
        painter = QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        middle = whole.height() / 2
        paint_avatar(painter, QRectF(16, middle - 16, 32, 32), self.profile.name, on_select=self.isChecked())
        tone, icon = ("neutral", "cloud-upload") if self.profile.pending else ("ok", "check")
        width = tag_width(self._mark, icon) if self._mark else 0
        left = whole.width() - 46 - width
        if self._mark:
            paint_tag(painter, QRectF(left, middle - _TAG_HEIGHT / 2, width, _TAG_HEIGHT), self._mark, tone, icon)
        arrow = theme.pixmap("chevron-right", "text_2", 16, self.devicePixelRatioF())
        painter.drawPixmap(round(whole.width()) - 33, round(middle - 8), arrow)
        room = left - 60 - 12
        for top, text, role, size in (
            (middle - 21, self.profile.name, look.text_1, theme.font("body", bold=True)),
            (middle + 1, self.profile.detail or self.profile.account, look.text_2, theme.font("small")),
        ):
            painter.setPen(role)
            painter.setFont(size)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(QRectF(60, top, room, 20), Qt.AlignmentFlag.AlignVCenter, shown)


class WorkerList(QWidget):
    """The cards, one above the other."""

    chosen = Signal(object)  # ProfileCard

    def __init__(self, profiles: Sequence[ProfileCard], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._group = QButtonGroup(self)
        self.cards: list[WorkerCard] = []
        self.set_profiles(profiles)

    def set_profiles(self, profiles: Sequence[ProfileCard]) -> None:
        """Shows these workers."""
        for card in self.cards:
            self._group.removeButton(card)
            card.hide()
            card.deleteLater()
        self.cards = [WorkerCard(profile, self) for profile in profiles]
        for card in self.cards:
            self._group.addButton(card)
            self._column.addWidget(card)
            card.clicked.connect(self._clicked)

    def clear_choice(self) -> None:
        """Leaves no worker chosen."""
        self._group.setExclusive(False)
        for card in self.cards:
            card.setChecked(False)
        self._group.setExclusive(True)

    def retranslate(self) -> None:
        """Says the cards' own words in the active language."""
        for card in self.cards:
            card.retranslate()

    def _clicked(self) -> None:
        self.chosen.emit(next(card.profile for card in self.cards if card.isChecked()))
