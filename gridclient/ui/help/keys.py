"""Every shortcut there is, by where it works: one list for the sheet under `?` and for the help.

What works everywhere is asked of the actions of the palette and the menus; the rest stands here.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import ElidedLabel, KeyCap, text_label
from gridclient.ui.widgets.layouts import scrolling
from gridclient.ui.widgets.sheets import TellSheet

Keys = tuple[str, list[tuple[str, str]]]  # where they work, and what each does

_SHEET = (900, 640)


def shortcuts(actions: Sequence[QAction]) -> list[Keys]:
    """All shortcuts in the active language, those of `actions` first."""
    return [
        (tr("Everywhere"), [(keys, a.text()) for a in actions if (keys := a.shortcut().toString())]),
        (tr("Lists"), [
            ("Ctrl+Shift+F", tr("Narrow the list")), ("Ctrl+Shift+G", tr("Sort and group")),
            ("Ctrl+Shift+L", tr("Saved views")), ("Ctrl+Enter", tr("Open in its own window")),
        ]),
        (tr("Visits"), [
            ("Ctrl+D", tr("Day and calendar")), ("Alt+↑ Alt+↓", tr("change the order")),
            ("Ctrl+Shift+X", tr("Nobody opens")),
        ]),
        (tr("Filling in a case"), [
            ("Ctrl+Enter", tr("Save and continue")), ("Enter", tr("next question")),
            ("1 – 9", tr("the answer with this number")), ("Y N", tr("yes, no")),
            ("Ctrl+M", tr("What happens next")), ("F8", tr("next mistake")), ("Shift+F8", tr("previous mistake")),
            ("Ctrl+J", tr("Contents")), ("F9", tr("unchanged since the last visit")),
            ("Ctrl+Shift+Y", tr("All others pass")),
            ("Ctrl+PgDown", tr("next page")), ("Ctrl+PgUp", tr("previous page")),
            ("Alt+PgDown", tr("next entry")), ("Alt+PgUp", tr("previous entry")), ("Alt+Del", tr("remove the entry")),
            ("Ctrl+S", tr("Save the draft now")), ("Ctrl+Shift+S", tr("Keep the draft under a name…")),
            ("Ctrl+Shift+O", tr("Drafts of this case…")), ("Ctrl+Shift+D", tr("Begin from an earlier report…")),
            ("Ctrl+Shift+E", tr("Correct what was sent")), ("Ctrl+Shift+V", tr("Versions that were sent…")),
            ("Ctrl+Shift+H", tr("Course and deadline…")), ("Ctrl+P", tr("Print or save a PDF…")),
            ("Ctrl+Shift+X", tr("Save the evidence…")), ("Ctrl+Shift+T", tr("Why it is due")),
            ("Ctrl+Shift+N", tr("Open in its own window")), ("Ctrl+W", tr("close the case's own window")),
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
            ("Ctrl+M", tr("What happens next")), ("Ctrl+Enter", tr("the button at the foot")),
        ]),
        (tr("Board"), [("S", tr("Urge…")), ("G", tr("Give away…")), ("J", tr("next row")), ("K", tr("previous row"))]),
        (tr("Residents and places"), [("V", tr("start a visit or a check, or go on with it"))]),
        (tr("Building"), [
            ("↑ ↓ ← →", tr("move by door")), ("Enter", tr("open the file")),
            ("V", tr("start a visit, or go on with it")), ("1 2 3", tr("only one care tier")),
            ("C", tr("other colours")),
        ]),
    ]  # fmt: skip


def shortcut_group(keys: Keys) -> QWidget:
    """A heading with the shortcuts under it."""
    title, lines = keys
    group = QWidget()
    theme.set_role(group, "plain")
    column = QVBoxLayout(group)
    column.setContentsMargins(0, 0, 0, 8)
    column.addWidget(text_label(title, "strong"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for place, (cap, what) in enumerate(lines):
        grid.addWidget(KeyCap(cap), place, 0, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(ElidedLabel(what, "label"), place, 1)
    column.addLayout(grid)
    return group


class KeySheet(TellSheet):
    """All shortcuts at a glance, over whatever is being done."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(tr("Shortcuts"), "", parent)
        content = QWidget()
        theme.set_role(content, "plain")
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 12, 0)
        row.setSpacing(24)
        columns = QVBoxLayout(), QVBoxLayout()
        for column in columns:
            row.addLayout(column, 1)
        heights = [0, 0]
        for keys in shortcuts(actions):
            shorter = heights.index(min(heights))
            columns[shorter].addWidget(shortcut_group(keys))
            heights[shorter] += len(keys[1]) + 2
        for column in columns:
            column.addStretch(1)
        area = scrolling(content)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrow keys scroll
        area.setAccessibleName(tr("Shortcuts"))
        self.body.addWidget(area)
        area.setFocus()
        self.resize(theme.size(*_SHEET).boundedTo(parent.size()))
