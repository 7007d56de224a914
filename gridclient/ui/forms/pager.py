"""A whole form page by page: a group with appearance `field-list` is one page, and so is each question outside.

A page that has nothing to answer now is passed over. The same form can also be shown as one long page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.forms import Control, Form, Violation
from gridclient.text import tr
from gridclient.ui.forms.contents import entries
from gridclient.ui.forms.illustrating import MediaFolders
from gridclient.ui.forms.outline import find_group, is_beside, only_repeat, words_of
from gridclient.ui.forms.page import FormPage
from gridclient.ui.widgets import ProgressBar, outlined_button, text_label


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: some controls that stand in one place of the form."""

    controls: tuple[Control, ...]
    within: str  # the group's instance around them, empty at the top


def leaves(form: Form, controls: Sequence[Control], within: str = "") -> Iterator[Leaf]:
    """The pages of some controls, in order; a repeat is one page, shown entry by entry there."""
    waiting: list[Control] = []  # a question, and the notes that stand beside its answer
    for control in controls:
        if waiting and not is_beside(control):
            yield Leaf(tuple(waiting), within)
            waiting = []
        grouped = control.kind == "group" and only_repeat(control) is None
        if not grouped or "field-list" in words_of(control):
            waiting.append(control)
        else:
            for ref in form.instances(control.ref, within) if control.ref else [within]:
                yield from leaves(form, control.children, ref)
    if waiting:
        yield Leaf(tuple(waiting), within)


def has_something(form: Form, leaf: Leaf) -> bool:
    """Whether a page has a question that is relevant now."""
    return any(entry.state != "group" for entry in entries(form, leaf.controls, leaf.within))


class Pager(QWidget):
    """Shows a form as one long page or page by page, with the way back and on."""

    page_changed = Signal(object)  # FormPage

    def __init__(self, form: Form, paged: bool, folders: MediaFolders | None = None, group: str = "") -> None:
        """Shows the whole form, or one of its groups."""
        super().__init__()
        self._group = group
        found = find_group(form.body, group) if group else None
        self._controls = found.children if found is not None else form.body
        self._form, self._paged, self._folders = form, paged, folders
        self._leaves: list[Leaf] = []
        self._at = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._room = QVBoxLayout()
        column.addLayout(self._room, 1)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(8, 0, 20, 0)
        foot.setSpacing(12)
        self._place = text_label("", "muted")
        self._bar = ProgressBar(6)
        self.back, self.on = outlined_button("", "chevron-left"), outlined_button("")
        for widget in (self._place, self._bar, self.back, self.on):
            foot.addWidget(widget)
        self.back.clicked.connect(self.go_back)
        self.on.clicked.connect(self.go_on)
        column.addWidget(self._foot)
        for keys, act in (("Ctrl+PgDown", self.go_on), ("Ctrl+PgUp", self.go_back)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.page = self._make()

    def set_paged(self, paged: bool) -> None:
        """Shows page by page, or everything below each other."""
        if paged != self._paged:
            self._paged, self._at = paged, 0
            self._turn()

    def retranslate(self) -> None:
        """Says everything in the active languages."""
        self.page.retranslate()
        self._show_place()

    def go_on(self) -> None:
        """To the next page that has something to answer."""
        self._move(1)

    def go_back(self) -> None:
        """To the page before."""
        self._move(-1)

    def focus_ref(self, ref: str) -> None:
        """Goes to a question on whichever page it stands."""
        if self._paged:
            for place, leaf in enumerate(self._leaves):
                if any(entry.ref == ref for entry in entries(self._form, leaf.controls, leaf.within)):
                    self._at = place
                    self._turn()
                    break
        self.page.focus_ref(ref)

    def show_errors(self, violations: Sequence[Violation]) -> None:
        """Goes to the page of the first violation and tells what stands in the way there."""
        if self._paged and violations:
            self.focus_ref(violations[0].ref)
        self.page.show_errors(violations)

    def _move(self, step: int) -> None:
        at = self._at + step
        while 0 <= at < len(self._leaves) and not has_something(self._form, self._leaves[at]):
            at += step
        if 0 <= at < len(self._leaves):
            self._at = at
            self._turn()
            self.page.focus_first()

    def _turn(self) -> None:
        self._room.removeWidget(self.page)
        self.page.hide()
        self.page.deleteLater()
        self.page = self._make()
        self.page_changed.emit(self.page)

    def _make(self) -> FormPage:
        self._leaves = list(leaves(self._form, self._controls, self._group))
        if self._paged and self._leaves:
            leaf = self._leaves[min(self._at, len(self._leaves) - 1)]
            page = FormPage(self._form, leaf.within, controls=leaf.controls, folders=self._folders)
            page.finished.connect(self.go_on)
        else:
            page = FormPage(self._form, self._group, controls=self._controls, folders=self._folders)
        self._room.addWidget(page)
        self._show_place()
        return page

    def _show_place(self) -> None:
        count = len(self._leaves)
        self._foot.setVisible(self._paged and count > 1)
        self._place.setText(tr("Page {n} of {all}", n=self._at + 1, all=count))
        self._bar.set_share((self._at + 1) / count if count else 0)
        self.back.setText(tr("Back"))
        self.on.setText(tr("Next page"))
        self.back.setEnabled(self._at > 0)
        self.on.setEnabled(self._at + 1 < count)
