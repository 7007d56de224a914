"""The head of the case page: what the case is, how it stands, when it is due, and the way to everything about it."""

from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gridclient.store.shown import Shown
from gridclient.text import tr
from gridclient.ui.case.deadline import deadline_text
from gridclient.ui.case.risk import risk_text
from gridclient.ui.queue.model import STATE_TONES
from gridclient.ui.queue.words import state_in
from gridclient.ui.widgets import ElidedLabel, StatusTag, icon_button, link_button, name_icon_button
from gridclient.workflow import Pack


class CaseHeader(QWidget):
    """Title, state and the line of facts; the person's file, the course and the menu at the right."""

    def __init__(self, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        first = QHBoxLayout()
        first.setSpacing(10)
        self._title = ElidedLabel(role="title")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._state = StatusTag()
        self.person = link_button("", "user")
        self.course = icon_button("history", "")
        self.more = icon_button("ellipsis", "")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(menu)
        first.addWidget(self._title)
        first.addWidget(self._state)
        first.addStretch(1)
        for button in (self.person, self.course, self.more):
            first.addWidget(button)
        lines.addLayout(first)
        second = QHBoxLayout()
        second.setSpacing(10)
        self._facts = ElidedLabel(role="muted")
        self.deadline = link_button("", "clock")
        second.addWidget(self._facts, 1)
        second.addWidget(self.deadline)
        lines.addLayout(second)

    def show_case(self, pack: Pack, case: Shown, now: datetime, *, has_person: bool) -> None:
        """Shows a case as it is now."""
        state = case.text("state")
        self._title.set_text(case.text("title"))
        self._state.set_mark(state_in(pack, state), STATE_TONES.get(state, "neutral"))
        self.person.setVisible(has_person)
        facts = [case.text("number"), case.text("address"), risk_text(pack, case.fields)]
        self._facts.set_text("　·　".join(fact for fact in facts if fact))
        due = deadline_text(pack, case.fields, now)
        self.deadline.setText(due)
        self.deadline.setVisible(bool(due))

    def retranslate(self) -> None:
        """Says the buttons in the active language."""
        self.person.setText(tr("Open the file"))
        self.deadline.setToolTip(tr("Why it is due (Ctrl+Shift+T)"))
        name_icon_button(self.course, tr("Course and deadline (Ctrl+Shift+H)"))
        name_icon_button(self.more, tr("More for this case"))
