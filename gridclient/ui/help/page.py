"""Help in the program: the guide as Markdown, and every shortcut there is."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTextBrowser, QVBoxLayout, QWidget

from gridclient.text import language, tr
from gridclient.ui import theme
from gridclient.ui.help.keys import shortcut_group, shortcuts
from gridclient.ui.settings.about import HELP_FOLDER, help_text
from gridclient.ui.widgets import Card, outlined_button, text_label
from gridclient.ui.widgets.layouts import clear


class HelpPage(QWidget):
    """The guide at the left, the shortcuts at the right."""

    back_wanted = Signal()

    def __init__(self, actions: Callable[[], Sequence[QAction]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._actions = actions
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        self._title = text_label("", "title")
        self._back = outlined_button("", "arrow-left")
        self._back.clicked.connect(self.back_wanted)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._back)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.guide = QTextBrowser()
        self.guide.setOpenExternalLinks(False)
        self.guide.setSearchPaths([str(HELP_FOLDER)])  # where its pictures are
        theme.set_role(self.guide, "guide")
        row.addWidget(self.guide, 3)
        self._keys = Card()
        holder = QWidget()
        theme.set_role(holder, "plain")
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._keys)
        inside.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(holder)
        row.addWidget(area, 2)
        column.addLayout(row, 1)

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._title.setText(tr("Help"))
        self._back.setText(tr("Back to work"))
        self.guide.setMarkdown(help_text(language()))
        self.guide.setAccessibleName(tr("Guide"))
        self._keys.set_title(tr("Shortcuts"))
        clear(self._keys.body)
        for keys in shortcuts(self._actions()):
            self._keys.body.addWidget(shortcut_group(keys))
