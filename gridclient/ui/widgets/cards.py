"""Grounds that hold other widgets: the card, the banner, the empty state."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gridclient.errors import GridError
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets.buttons import compact_button, outlined_button
from gridclient.ui.widgets.labels import IconLabel, text_label

_BANNER = {
    "info": ("accent", "info"),
    "ok": ("ok", "circle-check"),
    "warn": ("warn", "triangle-alert"),
    "bad": ("bad", "circle-alert"),
}


class Card(QFrame):
    """A bordered ground with an optional title; put the content into `body`."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 14, 16, 14)
        outer.setSpacing(8)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        outer.addLayout(self.head)
        self._title = text_label("", "heading")
        self.head.addWidget(self._title)
        self.head.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer.addLayout(self.body)
        self.set_title(title)  # once the label has a parent: shown before, it would be a window for a moment

    def set_title(self, title: str) -> None:
        """Changes the title; an empty one takes no room."""
        self._title.setText(title)
        self._title.setVisible(bool(title))


class Banner(QFrame):
    """Something the person should know now: `info`, `ok`, `warn` or `bad`, with an optional action."""

    action_wanted = Signal()

    def __init__(self, kind: str = "info", title: str = "", text: str = "", action: str = "", icon: str = "",
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 9, 12, 9)
        row.setSpacing(10)
        self._icon = IconLabel("info", "accent_ink", 16)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title = text_label("", "strong", wrap=True)
        self._text = text_label("", "muted", wrap=True)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row.addLayout(words, 1)
        self._action = compact_button(action)
        self._action.clicked.connect(self.action_wanted)
        row.addWidget(self._action, 0, Qt.AlignmentFlag.AlignVCenter)
        theme.set_role(self, "banner")
        self.say(kind, title, text, action, icon)

    def say(self, kind: str, title: str, text: str = "", action: str = "", icon: str = "") -> None:
        """Changes everything the banner says."""
        tone, usual = _BANNER[kind]
        ink = theme.TONES[tone].ink
        self._icon.set_icon(icon or usual, ink)
        self.setProperty("tone", tone)
        for label, words in ((self._title, title), (self._text, text)):
            label.setText(words)
            label.setVisible(bool(words))
            label.setProperty("tone", tone if kind != "info" else "")
            theme.repolish(label)
        _offer(self._action, action)
        self.setAccessibleName(title or text)
        theme.repolish(self)

    def title(self) -> str:
        """The bold line."""
        return self._title.text()

    def text(self) -> str:
        """The sentence under it."""
        return self._text.text()


class EmptyState(QWidget):
    """What a list shows when it has nothing: why, and what to do about it."""

    action_wanted = Signal()

    def __init__(self, title: str = "", sentence: str = "", action: str = "", icon: str = "inbox",
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        self._icon = IconLabel(icon, "text_3", 32)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self._title = text_label("", "heading")
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._title)
        self._sentence = text_label("", "muted", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._sentence)
        self._action: QPushButton = outlined_button("")
        self._action.clicked.connect(self.action_wanted)
        column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.say(title, sentence, action, icon)

    def say(self, title: str, sentence: str, action: str = "", icon: str = "inbox") -> None:
        """Changes the words, the action and the picture."""
        self._icon.set_icon(icon, "text_3")
        self._title.setText(title)
        self._sentence.setText(sentence)
        _offer(self._action, action)

    def say_no_duty(self) -> None:
        """Says that this worker has no grid and so nothing to see; the action is to synchronise."""
        sentence = tr("Your supervisor gives you your grids. What belongs to them comes with the next synchronisation.")
        self.say(tr("No grid is yours yet"), sentence, tr("Synchronise now"), "lock")

    def say_no_case(self) -> None:
        """Says that no case is open beside the list."""
        self.say(tr("No case is open"), tr("Choose a case in the list to work on it."))

    def say_fault(self, fault: GridError) -> None:
        """Says that what should be here could not be read, why, and offers to try it again."""
        self.say(tr("This could not be read"), str(fault), tr("Try again"), "circle-alert")

    def said(self) -> tuple[str, str, str]:
        """The title, the sentence and the action, as they stand there."""
        return self._title.text(), self._sentence.text(), self._action.text()


def _offer(button: QPushButton, action: str) -> None:
    """Shows a button for an action, or takes it away from eyes, keyboard and screen reader."""
    button.setText(action)
    button.setVisible(bool(action))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if action else Qt.FocusPolicy.NoFocus)
