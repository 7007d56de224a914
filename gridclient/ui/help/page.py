"""Help in the program: the guide as Markdown, and every shortcut there is, from the same list as the palette."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QTextBrowser, QVBoxLayout, QWidget

from gridclient.text import language, tr
from gridclient.ui import theme
from gridclient.ui.settings.about import HELP_FOLDER, help_text
from gridclient.ui.widgets import Card, ElidedLabel, KeyCap, outlined_button, text_label
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
        for title, lines in (
            (tr("Everywhere"), [(keys, a.text()) for a in self._actions() if (keys := a.shortcut().toString())]),
            (tr("Lists"), [
                ("Ctrl+Shift+F", tr("Narrow the list")), ("Ctrl+Shift+G", tr("Sort and group")),
                ("Ctrl+Shift+L", tr("Saved views")),
            ]),
            (tr("Filling in a case"), [
                ("Ctrl+Enter", tr("Save and continue")), ("Enter", tr("next question")),
                ("Ctrl+M", tr("What happens next")), ("F8", tr("next mistake")), ("Ctrl+J", tr("Contents")),
                ("F9", tr("unchanged since the last visit")), ("Ctrl+PgDown", tr("next page")),
                ("Ctrl+PgUp", tr("previous page")), ("Ctrl+S", tr("Save the draft now")),
                ("Ctrl+Shift+S", tr("Keep the draft under a name…")), ("Ctrl+Shift+O", tr("Drafts of this case…")),
                ("Ctrl+Shift+D", tr("Begin from an earlier report…")), ("Ctrl+Shift+E", tr("Correct what was sent")),
                ("Ctrl+Shift+V", tr("Versions that were sent…")), ("Ctrl+Shift+H", tr("Course and deadline…")),
                ("Ctrl+P", tr("Print or save a PDF…")), ("Ctrl+Shift+X", tr("Save the evidence…")),
                ("Ctrl+Shift+T", tr("Why it is due")),
            ]),
            (tr("Conflicts"), [
                ("1", tr("take mine")), ("2", tr("take the platform's")), ("3", tr("keep both (lists)")),
                ("E", tr("enter another value")), ("0", tr("keep the value before")), ("↑ ↓", tr("another field")),
                ("Shift+1", tr("Take all of mine")), ("Shift+2", tr("Take all of the platform's")),
                ("Ctrl+Z", tr("take a choice back")), ("N", tr("write a note")), ("Ctrl+Enter", tr("Confirm choices")),
            ]),
            (tr("Review"), [
                ("A", tr("Approve")), ("R", tr("Return")), ("M", tr("comment on the answer")),
                ("D", tr("Only what changed")), ("Alt+↓", tr("next case")), ("Alt+↑", tr("previous case")),
            ]),
            (tr("Building"), [
                ("↑ ↓ ← →", tr("move by door")), ("Enter", tr("open the file")), ("V", tr("go on with the visit")),
                ("1 2 3", tr("only one care tier")),
            ]),
        ):  # fmt: skip
            self._keys.body.addWidget(text_label(title, "strong"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(10)
            grid.setVerticalSpacing(4)
            grid.setColumnStretch(1, 1)
            for place, (keys, what) in enumerate(lines):
                grid.addWidget(KeyCap(keys), place, 0, Qt.AlignmentFlag.AlignRight)
                grid.addWidget(ElidedLabel(what, "label"), place, 1)
            self._keys.body.addLayout(grid)
